"""Scores a table by the features that could single somebody out, and says from how many people on its counts may be told.

After the Data De-Identification Guidelines of the California Health and Human Services Agency: points are added for the smallest count,
for each thing by which people are told apart, for how short a time and how small a place they are of, and for how many such things stand
together; of each the worst category counts.  A table with too many points leaves only with counts so large that it has few enough: the
others are hidden, and so is everything where no count is large enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..terms import Exhibit, Problem, Refused, Study
from .policies import Rules, Scoring

NOBODY = 10**9  # more than any count: nothing of a table may be told
A_MONTH = 365.25 / 12
NO_FEATURE = ("rule", "formula")  # columns of text that tell nobody apart
RANGE_OF_AGE = re.compile(r"^\D*(\d+)\D+(\d+)\D*$")
COARSE = ("white", "black", "african american", "hispanic", "latino", "asian", "other", "unknown")
FEW_IN_CALIFORNIA = ("american indian", "alaska native", "native hawaiian", "pacific islander", "multiple", "two or more", "multiracial")


@dataclass(frozen=True, slots=True)
class Studied:
    """What a policy asks to know of the people studied: how many live there, and in which days their clocks start, by cohort."""

    residents: int | None = None  # of the county; None: the design does not say
    between: Mapping[str, tuple[date, date]] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study) -> Studied:
        """As a design declares it."""
        return cls(study.release.residents, {name: plan.between for name, plan in study.cohorts.items()})

    def years(self, cohort: str) -> float | None:
        """For how many years, to the month, a cohort takes people in; None where that is not known."""
        if cohort not in self.between:
            return None
        first, last = self.between[cohort]
        return round(((last - first).days + 1) / A_MONTH) / 12


UNTOLD = Studied()


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing by which a table tells people apart."""

    kind: str  # a word of the policy; "other": any other
    groups: int = 0  # how many it has
    width: int = 0  # of age, in years: the narrowest group
    detail: str = ""  # of race: "", "with few" or "detailed"


def needed(rules: Rules, studied: Studied, cohorts: Sequence[str]) -> None:
    """Refuses a release of which a policy has to know what nobody said."""
    if rules.scoring is None:
        return
    problems = []
    if studied.residents is None:
        found = f"The policy {rules.name} asks how many people live in the county, and the design does not say."
        problems.append(Problem("[release]", found, "", "Declare it: residents = 489000, or whatever the census counts."))
    if missing := [cohort for cohort in cohorts if studied.years(cohort) is None]:
        found = f"The policy {rules.name} asks in which days people come into {', '.join(missing)}, and nothing says it."
        problems.append(Problem("release", found, "", "Give the study's days with its findings."))
    if problems:
        raise Refused(*problems)


def score(scoring: Scoring, *, smallest: int, features: Sequence[Feature], years: float, residents: int) -> float:
    """The points of a table whose smallest count is `smallest`."""
    by = scoring.by
    points = by["events"].of(smallest) + by["years"].of(years) + by["residents"].of(residents)
    points += sum(_points(scoring, one, residents) for one in features)
    return points + (by["together"].of(len(features)) if features else by["undivided"].of(smallest))


def _points(scoring: Scoring, one: Feature, residents: int) -> float:
    if one.kind == "age":
        return scoring.by["age"].of(one.width)
    if one.kind == "race" and one.detail:
        return scoring.each["race_with_few"] if one.detail == "with few" else scoring.by["detailed_race"].of(residents)
    if one.kind in scoring.each:
        return scoring.each[one.kind]
    return scoring.by["other"].of(one.groups)


def least_of(scoring: Scoring, features: Sequence[Feature], years: float, residents: int, floor: int) -> int:
    """From how many people on a count of such a table may be told; `NOBODY` where none may."""
    steps = sorted({max(floor, int(least)) for least, _ in scoring.by["events"].steps})
    fits = (n for n in steps if score(scoring, smallest=n, features=features, years=years, residents=residents) <= scoring.at_most)
    return next(fits, NOBODY)


def limits(rules: Rules, studied: Studied, cohort: str, tables: Sequence[Exhibit]) -> dict[str, int]:
    """By count: from how many people on it may be told, where a policy by points asks more of a table than its smallest cell."""
    found: dict[str, int] = {}
    years = studied.years(cohort)
    if rules.scoring is None or studied.residents is None or years is None:
        return found
    for table in tables:
        if not any(isinstance(cell, int) for cells in table.rows for cell in cells):
            continue
        least = least_of(rules.scoring, features(rules.scoring, table), years, studied.residents, rules.smallest)
        shown = {name for (row, column), names in table.behind.items() if isinstance(table.rows[row][column], int) for name in names}
        of_whom = [table.counts[name] for name in shown if name in table.counts and name.rpartition(".")[2] == "people"]
        for name in sorted(shown & table.counts.keys()):
            enough = of_whom and min(of_whom) > rules.scoring.denominator and table.counts[name] >= rules.scoring.numerator
            found[name] = max(found.get(name, 0), rules.smallest if enough else least)
    return found


def features(scoring: Scoring, table: Exhibit) -> tuple[Feature, ...]:
    """The things by which a table tells people apart: each column of words, but for those that name a rule or a formula."""
    found = []
    for place, column in enumerate(table.columns):
        words = list(dict.fromkeys(cells[place] for cells in table.rows if isinstance(cells[place], str)))
        if column in NO_FEATURE or len(words) < 2:
            continue
        kind = next((kind for kind, names in scoring.called.items() if column.casefold() in names), "other")
        found.append(Feature(kind, len(words), _narrowest(words) if kind == "age" else 0, _detail(words) if kind == "race" else ""))
    return tuple(found)


def _narrowest(words: Sequence[object]) -> int:
    """The width in years of the narrowest group of ages that has two ends; 1 where none can be read, the worst that it could be."""
    widths = [int(ends[2]) - int(ends[1]) + 1 for word in words if (ends := RANGE_OF_AGE.match(str(word)))]
    return min(widths, default=1)


def _detail(words: Sequence[object]) -> str:
    """How finely races are told apart: not at all, with those of whom few live in California, or in words that are no coarse group."""
    told = [str(word).casefold().replace("_", " ") for word in words]
    if all(any(group in word for group in (*COARSE, *FEW_IN_CALIFORNIA)) for word in told):
        return "with few" if any(group in word for word in told for group in FEW_IN_CALIFORNIA) else ""
    return "detailed"
