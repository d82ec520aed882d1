"""Writes the guide to design files from the types that a design is read into, so that the guide cannot fall behind.

python -m evaluation.study.guide > docs/design_files.md
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator
from dataclasses import MISSING, Field
from datetime import date
from typing import Any, Literal, get_args, get_origin

from ..terms import Assigned, CohortPlan, HistoryColumn, Horizon, Inference, Question, ReleasePlan, Starts, Study, TakeUp
from .lint import BUILT
from .words import fields_of, types_of

EXAMPLE = """\
title     = { en = "Reentry navigation", es = "Acompañamiento al salir de la cárcel" }
county    = "bayview"
programme = "reentry_navigation"
source    = "invented, to show the vocabulary"

[cohort]                                    # several: [cohort.first_name], [cohort.second_name]
starts        = { event = "release", which = "first" }
between       = [2019-01-01, 2020-12-31]
clock         = "eligibility"
ages          = [18, 64]
lookback_days = 730

[cohort.assigned]
by       = "lot"
offered  = "lot:reentry_navigation"
withheld = "lot:no_reentry_navigation"
taken_up = { enrolment = "reentry_navigation", within_days = 60 }

[[history]]
name   = "arrests_2_years"
table  = "event"
kind   = "arrest"                           # one, or a list of several
reduce = "count"
days   = 730

[[question]]                                # the headline, fixed before outcomes are read
outcome    = "recidivism/arrest"
horizon    = { days = 364 }
method     = "randomized"
worthwhile = -0.05                          # five fewer of every hundred people

[[question]]
outcome    = "custody_days/recorded"
horizon    = { months = 12 }
method     = "randomized"
role       = "secondary"
worthwhile = -10                            # days

[release]
languages = ["en", "es"]
"""

_OPENING = """\
# Design files

A design is one TOML file: who is studied, who is compared with whom, on what, and how it is answered.  It is data: nothing
in it is ever run.  `evaluation.load` reads it, and tells every mistake at once, with its line and the nearest right word.

A day is written without quotes (`2019-01-31`).  Where a list of texts is meant, one text will do.  A title that is one text
is the English one.  History lies strictly before the start, so no word can look into the future; and no window of it is
longer than the cohort's `lookback_days`, so that everybody's is seen.

`evaluation.study.lock` fixes a design before outcomes are read: it writes a `.lock` file beside it, and from then on a
changed design is refused until it is locked again with a reason, which is kept.  Layout, comments and the order of words
may change freely: the digest covers what is declared.

A word marked *refused* belongs to the vocabulary, and this version does not build what it asks for: a design that uses it is
told so when it is read.
"""

_TABLES: tuple[tuple[str, type], ...] = (
    ("The top of the file", Study),
    ("`[cohort]`, or several `[cohort.<name>]`", CohortPlan),
    ("`starts` of a cohort", Starts),
    ("`[cohort.assigned]`", Assigned),
    ("`taken_up` of an assignment", TakeUp),
    ("`[[history]]`", HistoryColumn),
    ("`[[question]]`", Question),
    ("`horizon` of a question", Horizon),
    ("`inference` of a question", Inference),
    ("`[release]`", ReleasePlan),
)  # fmt: skip
_LEAVES = {str: "text", int: "a whole number", float: "a number", date: "a day"}


def page() -> str:
    """The guide, in Markdown."""
    sections = "\n".join("\n".join(_section(heading, table)) for heading, table in _TABLES)
    return f"{_OPENING}\n{sections}\n## A worked example\n\n```toml\n{EXAMPLE}```\n"


def _section(heading: str, table: type) -> Iterator[str]:
    yield f"## {heading}\n\n{inspect.cleandoc(table.__doc__ or '')}\n"
    yield "| word | holds | if left out | meaning |\n|---|---|---|---|"
    meanings = dict(re.findall(r"^    (\w+): .*?  # (.+)$", inspect.getsource(table), re.MULTILINE))
    for word, field in fields_of(table).items():
        built = BUILT.get((table, field.name))
        yield f"| `{word}` | {_holds(types_of(table)[word], built)} | {_default(field)} | {meanings.get(field.name, '')} |"
    yield ""


def _holds(kind: Any, built: Collection[str] | None = None) -> str:
    inner = get_args(kind)
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" + ("" if built is None or word in built else " (refused)") for word in inner)
    if get_origin(kind) is tuple:
        return f"a list: {_holds(inner[0])}" if inner[-1] is Ellipsis else f"{len(inner)} values: {_holds(inner[0])}"
    return f"by name: {_holds(inner[1])}" if inner else "a table"


def _default(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "**needed**"
    default = ", ".join(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{default}`" if isinstance(default, str | int) and default != "" else ""


if __name__ == "__main__":
    print(page(), end="")
