"""Three designs, with a lot, by service and by offer, and their protocols, for the tests of what protocols say and how they are drawn."""

from __future__ import annotations

from evaluation.report.paper import Paper, Points, Section, Table, Terms, Text
from evaluation.report.protocol import protocol
from evaluation.study import parse

LOT = """
title = { en = "Aid on release" }
county = "san_joaquin"
programme = "reentry_aid"
source = "Board minutes of May 2019"
[cohort]
starts = { event = ["release", "transfer"], which = "first" }
between = [2020-01-01, 2020-06-30]
clock = "eligibility"
ages = [18, 64]
washout_days = 30
lookback_days = 90
cluster = "family"
[cohort.assigned]
by = "lot"
offered = "aid"
withheld = "no_aid"
days_before = 3
blocks = "area"
taken_up = { enrolment = "help", within_days = 60 }
[[history]]
name = "arrests"
table = "event"
kind = "arrest"
reduce = "count"
days = 90
[[question]]
outcome = "recidivism/arrest"
horizon = { days = 364 }
method = "randomized"
worthwhile = -0.05
[[question]]
outcome = "custody_days/recorded"
horizon = { months = 6 }
method = "randomized"
role = "secondary"
worthwhile = -10
"""
SERVICE = """
title = { en = "Those who walk in" }
county = "san_joaquin"
programme = "reentry_help"
[cohort]
starts = { event = "release", which = "every" }
between = [2020-01-01, 2020-06-30]
clock = "service"
observed = "activity"
lookback_days = 90
exact = ["sex", "area"]
served = { enrolment = "help", within_days = 60 }
compared = { rule = "not_yet_served", draw = 20, seed = 7 }
[[history]]
name = "arrests"
table = "event"
kind = "arrest"
reduce = "count"
days = 90
[[question]]
outcome = "recidivism/arrest"
horizon = { days = 364 }
method = "matched"
estimand = "effect_on_the_served"
compare = { ratio = 3, caliper = 0.1 }
worthwhile = -0.05
"""
OFFER = SERVICE.replace('clock = "service"', 'clock = "eligibility"').replace(
    """served = { enrolment = "help", within_days = 60 }
compared = { rule = "not_yet_served", draw = 20, seed = 7 }
""",
    'assigned = { by = "offer", offered = "aid", withheld = "no_aid" }\n',
)
DESIGNS = {"lot": LOT, "service": SERVICE, "offer": OFFER}


def written(name: str) -> Paper:
    return protocol(parse(DESIGNS[name]), None)


def parts(paper: Paper) -> list[object]:
    """All that stands in a paper, in order, headings apart."""

    def inside(section: Section) -> list[object]:
        return [one for part in section.parts for one in (inside(part) if isinstance(part, Section) else [part])]

    return [part for section in paper.sections for part in inside(section)]


def texts(paper: Paper) -> list[str]:
    """Every text of a paper, in order, headings apart."""
    told: list[str] = []
    for part in parts(paper):
        match part:
            case Text():
                told.append(part.text)
            case Points():
                told += part.items
            case Terms():
                told += [text for pair in part.pairs for text in pair]
            case Table():
                told += [part.caption, *part.head, *(text for row in part.rows for cell in row for text in cell)]
    return told


def table(paper: Paper, caption: str) -> dict[str, tuple[str, ...]]:
    """A table by what each row is about, its other cells as one text each."""
    (found,) = (part for part in parts(paper) if isinstance(part, Table) and caption in part.caption)
    return {row[0][0]: tuple(" ".join(cell) for cell in row[1:]) for row in found.rows}
