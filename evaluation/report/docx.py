"""Draws a paper as DOCX, which a county can edit, comment on and sign; needs the extra `docx`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..terms import Problem, Refused
from .language import plain
from .paper import Paper, Points, Section, Table, Terms, Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell as Cell

MARGIN = 0.8  # inches, on every side of the sheet
SIZE = 10  # points of the text; tables are a point smaller
FIRST = 0.7  # width of the first column of a table, in widths of the others
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every part inside the file: no clock reaches a result


def as_docx(paper: Paper) -> bytes:
    """The document as DOCX; the same paper gives the same bytes.  Refuses where python-docx is not installed."""
    try:
        import docx
    except ImportError:
        remedy = 'Install the extra, pip install "betteroff[docx]", or write a page with --out protocol.html.'
        raise Refused(Problem("DOCX", "it needs the package python-docx, which is not installed.", "", remedy)) from None
    document = docx.Document()
    _styled(document, paper)
    document.add_paragraph(plain(paper.county), style="Subtitle")
    document.add_heading(plain(paper.title), level=0)
    document.add_paragraph(plain(paper.what), style="Subtitle")
    for line in paper.status:
        document.add_paragraph(plain(line), style="List Bullet")
    for number, section in enumerate(paper.sections, start=1):
        _section(document, section, f"{number}. ", level=1)
    for who in paper.signed_by:
        _paragraph(document, f"{who}: ", "_" * 34 + "  Date: " + "_" * 14)
    return _packed(document)


def _styled(document: Document, paper: Paper) -> None:
    """Margins, one plain typeface in ink, and a title for whoever opens the file by a screen reader."""
    from docx.shared import Inches, Pt, RGBColor

    for sheet in document.sections:
        sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Inches(MARGIN)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Caption"):
        document.styles[name].font.name = "Calibri"
        document.styles[name].font.color.rgb = RGBColor(0x16, 0x20, 0x2A)
    document.styles["Normal"].font.size = Pt(SIZE)
    document.core_properties.title = plain(paper.title)
    document.core_properties.author = plain(paper.county)
    document.core_properties.comments = plain(paper.what)


def _section(document: Document, section: Section, number: str, *, level: int) -> None:
    document.add_heading(number + plain(section.heading), level=level)
    for part in section.parts:
        match part:
            case Section():
                _section(document, part, "", level=level + 1)
            case Text():
                document.add_paragraph(plain(part.text))
            case Points():
                for place, item in enumerate(part.items, start=1):
                    if part.numbered:
                        _paragraph(document, f"{place}. ", item)  # Word's own numbers would run on from list to list
                    else:
                        document.add_paragraph(plain(item), style="List Bullet")
            case Terms():
                for term, meaning in part.pairs:
                    _paragraph(document, f"{term}: ", meaning)
            case Table():
                _table(document, part)


def _paragraph(document: Document, bold: str, rest: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(bold).bold = True
    paragraph.add_run(plain(rest))


def _table(document: Document, table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Inches

    document.add_paragraph(plain(table.caption), style="Caption").paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    grid.autofit = False
    sheet = document.sections[0]
    room = ((sheet.page_width or 0) - (sheet.left_margin or 0) - (sheet.right_margin or 0)) / Inches(1)
    unit = room / (len(table.head) - 1 + FIRST)
    for number, row in enumerate((tuple((word,) for word in table.head), *table.rows)):
        cells = grid.add_row().cells
        for column, paragraphs in enumerate(row):
            cells[column].width = Inches(unit * (FIRST if column == 0 else 1))
            _cell(cells[column], paragraphs, bold=number == 0 or column == 0)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on every sheet, and read out as a heading
    document.add_paragraph()


def _cell(cell: Cell, paragraphs: Sequence[str], *, bold: bool) -> None:
    from docx.shared import Pt

    for place, text in enumerate(paragraphs):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        run = paragraph.add_run(plain(text))
        run.bold, run.font.size = bold, Pt(SIZE - 1)
        paragraph.paragraph_format.space_after = Pt(3)


def _packed(document: Document) -> bytes:
    """The file's bytes, with one date for all its parts."""
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            fresh.writestr(part, parts.read(name))
    return packed.getvalue()
