"""Prints the semantics of time zero, with the tables that hold each of them.

python tests/specs/time_zero/print.py > docs/time_zero.md

The tables are the TOML files beside this module, in the order of their names; `test_time_zero.py` runs every one of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evaluation.records.toml import Document
from evaluation.study.lint import misfits
from evaluation.study.shape import normal, shaped

HERE = Path(__file__).parent
EXPECTED = {  # what a case may expect, with its words in the document
    "starts": "Person-starts",
    "ledger": "The ledger",
    "columns": "The history",
    "marks": "First marks",
    "every_mark": "Every mark",
    "clocks": "How far each clock is seen",
    "amount": "Amounts",
    "state": "States",
    "at_risk": "Days at risk",
    "off_clock": "Stretches off the clock",
    "rate": "Rates",
    "by_period": "By period",
}


def sections() -> list[dict[str, Any]]:
    """The files of tables, in order."""
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("[0-9]*.toml"))]


def grid(text: str) -> list[list[str]]:
    """The rows of a small table, its header first; columns are two blanks apart, so that a cell may hold words."""
    return [re.split(r" {2,}", line.strip()) for line in text.strip().splitlines()]


def page() -> str:
    """docs/time_zero.md."""
    decided = tomllib.loads((HERE / "decisions.toml").read_text(encoding="utf-8"))
    lines = [decided["opening"].strip(), "", "## What is decided, and why", ""]
    for number, decision in enumerate(decided["decision"], 1):
        held = ", ".join(f"[{title}](#{anchor(title)})" for title in decision["held_by"])
        lines += [f"{number}. **{decision['title']}.** {flowing(decision['says'])} *Why:* {flowing(decision['why'])} *Held by:* {held}.", ""]
    for section in sections():
        lines += [f"## {section['section']}", "", flowing(section["opening"]), ""]
        lines += [*fenced(section["usual"]), ""]
        for table in section["table"]:
            lines += [*_table(section, table)]
    return "\n".join(lines).rstrip() + "\n"


def refusals(section: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    """What is said of a section's design with the words of a case in its cohort."""
    values = tomllib.loads(section["usual"])
    cohort = values["cohort"] | tomllib.loads(case["words"])
    values["cohort"] = {word: value for word, value in cohort.items() if word not in case.get("without", ())}
    design = shaped(normal(Document(values, {})).values)
    slips = [*design.slips, *(slip for slip in misfits(design.declared) if design.can_judge(slip))]
    return [" ".join(part for part in (slip.found, slip.right, slip.remedy) if part) for slip in slips]


def _table(section: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### {table['title']}", "", flowing(table["shows"]), "")
    for name, rows in table.get("records", {}).items():
        yield from (f"`{name}`", "", *markdown(rows), "")
    for case in table["case"]:
        for word in ("words", "history"):
            if word in case:
                yield from (*fenced(("# [[history]], by name\n" if word == "history" else "") + case[word]), "")
        if "outcome" in case:
            asked = f"; edges = {case['edges']}" if "edges" in case else ""
            yield from (f"Outcome: `{case['outcome']}{asked}`", "")
        if "refused" in case:
            yield from (*(f"> {sentence}" for sentence in refusals(section, case)), "")
        for word, title in EXPECTED.items():
            if word in case:
                yield from (f"*{title}*", "", *markdown(case[word]), "")


def markdown(text: str) -> list[str]:
    """A small table in Markdown."""
    header, *rows = grid(text)
    return [f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *rows)]


def fenced(text: str) -> list[str]:
    return ["```toml", *text.strip().splitlines(), "```"]


def flowing(text: str) -> str:
    """Lines of a paragraph as one."""
    return " ".join(text.split())


def anchor(title: str) -> str:
    """The address of a heading, as the usual viewers of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]  # a console's own letters may be fewer
    print(page(), end="")
