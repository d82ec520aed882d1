"""One paper is drawn as a page and as a DOCX: both say all of it, load nothing, and come out the same every time."""

from __future__ import annotations

import builtins
import html
import io
import re
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from protocols import DESIGNS, LOT, texts, written

from evaluation.report.docx import as_docx
from evaluation.report.language import plain
from evaluation.report.paper import as_html
from evaluation.report.protocol import protocol
from evaluation.study import parse
from evaluation.study.seal import Amendment
from evaluation.terms import Refused


def flat(text: str) -> str:
    return " ".join(plain(text).split())


def words_of_docx(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return flat(" ".join([paragraph.text for paragraph in document.paragraphs] + cells))


@pytest.mark.parametrize("name", DESIGNS)
def test_page_and_document_say_the_same_and_all_of_it(name: str) -> None:
    paper = written(name)
    page = flat(html.unescape(re.sub(r"<[^>]+>", " ", as_html(paper))))
    document = words_of_docx(as_docx(paper))

    for text in [paper.title, paper.what, *paper.status, *paper.signed_by, *(section.heading for section in paper.sections), *texts(paper)]:
        assert flat(text) in page and flat(text) in document, text


def test_the_page_loads_nothing_and_every_table_says_what_it_is() -> None:
    page = as_html(written("lot"))

    assert "default-src 'none'" in html.unescape(page) and "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page) and "url(" not in page.replace("url()", "")
    assert page.count("<table>") == page.count("<caption>") and '<th scope="row">' in page and '<th scope="col">' in page
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1 and all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="en">' in page and "Skip to the protocol" in page


def test_words_of_a_design_are_text_on_the_page() -> None:
    hostile = '<img src=x onerror="alert(1)">{{ 7 * 7 }}'
    paper = protocol(replace(parse(LOT), title={"en": hostile}, source=hostile), (Amendment(hostile),))

    page = as_html(paper)

    assert "<img" not in page and page.count("&lt;img") >= 3 and "{{ 7 * 7 }}" in page
    assert hostile in words_of_docx(as_docx(paper))


@pytest.mark.parametrize("name", DESIGNS)
def test_the_same_design_gives_the_same_bytes(name: str) -> None:
    assert as_html(written(name)) == as_html(written(name))
    assert as_docx(written(name)) == as_docx(written(name))


def test_a_head_of_a_table_is_repeated_on_every_sheet_of_the_document() -> None:
    document = docx.Document(io.BytesIO(as_docx(written("lot"))))

    assert document.tables and all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables)
    assert [paragraph.style.name for paragraph in document.paragraphs].count("Title") == 1
    assert document.core_properties.title == "Aid on release"


def test_without_python_docx_the_refusal_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest):
        if name.partition(".")[0] == "docx" and not (rest and len(rest) > 3 and rest[3]):
            raise ImportError(name)
        return real(name, *rest)

    paper = written("lot")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refused, match=re.escape('pip install "betteroff[docx]"')):
        as_docx(paper)
