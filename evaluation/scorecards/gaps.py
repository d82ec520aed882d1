"""Rates by group, each with the preceding stage as its denominator: ratio, difference and share of share, with their limits.

A person of whom several races or ethnicities are recorded counts in each of them ("alone or in combination"), so that no group is
the rest of another.  A group is held against those of the reference group who are not in it too.  The ratio of rates is the relative
rate index of the Office of Juvenile Justice and Delinquency Prevention (its databook's matrix); like there, a group of less than
1 % of those who start is not told, nor one of fewer than 11.  What differs may differ for many reasons: nothing here says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..methods.proportions import Counts, miettinen_nurminen
from ..methods.tables import Table
from ..phrases import SMALLEST_COUNT, counted, listed, nearest
from ..terms import Horizon, Problem, Refused, Study
from .ratio import limits_of_ratio
from .stages import DELIVERY, UNKNOWN, Staged, staged, words_of_people

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..records import Records
    from ..terms import Array

LEAST_SHARE = 0.01  # of those who start: a smaller group is too few to tell
TOO_FEW = "too few to tell"
COLUMNS = [
    *("stage", "group", "reference", "people", "reached", "told", "rate", "ratio", "ratio_low", "ratio_high"),
    *("difference", "difference_low", "difference_high", "disproportion"),
]
RATIO_BY, DIFFERENCE_BY = "score (Koopman 1984)", "Miettinen and Nurminen (1985)"


@dataclass(frozen=True, slots=True)
class Gap:
    """One group at one stage, beside the reference group; None where it is too few to tell, or is the reference itself."""

    stage: str
    group: str
    people: int  # of the group who reached the stage before, and of whom this one is known
    reached: int
    told: bool  # not too few
    rate: float | None = None
    ratio: float | None = None
    ratio_limits: tuple[float, float] | None = None
    difference: float | None = None
    difference_limits: tuple[float, float] | None = None
    disproportion: float | None = None  # the group's share of those who reached the stage over its share of those who reached the one before


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disparity(Table):
    """The rates of every group at every stage."""

    by: str
    reference: str
    gaps: tuple[Gap, ...]
    left_out: tuple[Problem, ...]  # stages that the records cannot tell
    staged: Staged
    words: tuple[tuple[str, ...], ...]  # of each start

    @property
    def frame(self) -> pd.DataFrame:
        """One row a stage and group: people, reached, rate, ratio and difference to the reference with 95 % limits, disproportion."""
        import pandas as pd

        return pd.DataFrame([_row(one, self.reference) for one in self.gaps], columns=COLUMNS).astype({"people": "Int64", "reached": "Int64"})

    def shown(self) -> pd.DataFrame:
        """What a terminal has room for."""
        return self.frame[["stage", "group", "people", "rate", "ratio", "ratio_low", "ratio_high", "difference", "told"]]

    @property
    def note(self) -> str:
        """Whom groups are held against, how limits were made, and which stages are not there."""
        missing = f" Not told: {listed(str(one.where) for one in self.left_out)}." if self.left_out else ""
        each = " A person counts in every group recorded." if self.by == "race_ethnicity" else ""
        return (
            f"Each rate is of those who reached the stage before. Held against '{self.reference}', without those who are in both.{each} "
            f"Limits: ratio by {RATIO_BY}, difference by {DIFFERENCE_BY}; each by itself. It says nothing of why.{missing}"
        )

    def plot(self) -> InANotebook:
        """The rate of every group at every stage, and the ratio to the reference group with its limits."""
        from .pictures import disparity_plot

        return disparity_plot(self)


def disparity(
    study: Study,
    records: Records,
    *,
    by: str = "race_ethnicity",
    reference: str = "",
    stages: Sequence[str] = DELIVERY,
    cohort: str = "",
    horizon: Horizon | None = None,
) -> Disparity:
    """Rates by group of one column of `person` at each stage of a cohort (the headline's, by its horizon, unless others are named).

    `reference` is the group that the others are held against: left out, the largest.  `stages` are outcomes of the registry,
    in the order in which people come to them: those of reach and delivery, or of justice, such as an arrest and then a conviction.
    Stages that the records do not hold are left out, and named.  Internal: counts stand as they are.  Refuses words that are none.
    """
    headline = next((question for question in study.questions if question.role == "headline"), study.questions[0])
    name = cohort or headline.cohort
    if name not in study.cohorts:
        raise Refused(Problem("cohort", f"the study has no cohort '{name}'.", f"It has {listed(study.cohorts)}.", nearest(name, study.cohorts)))
    found = staged(study, records, cohort=name, horizon=horizon or headline.horizon, stages=stages)
    words = words_of_people(records, found.people, by)
    return by_group(found, words, by=by, reference=reference)


def by_group(found: Staged, words: tuple[tuple[str, ...], ...], *, by: str, reference: str = "") -> Disparity:
    """The rates of the groups that `words` puts each start into."""
    members = groups(words)
    largest = max((name for name in members if name != UNKNOWN), key=lambda name: (int(members[name].sum()), name), default=UNKNOWN)
    if reference and reference not in members:
        right = f"There is {listed(name for name, those in members.items() if those.sum() >= SMALLEST_COUNT)}."
        raise Refused(Problem("reference", f"nobody in the cohort is recorded as '{reference}'.", right, nearest(reference, members)))
    against = reference or largest
    gaps = [
        _gap(stage.name, name, stage.seen, stage.reached, those, members[against], is_reference=name == against)
        for stage in found.stages[1:]
        for name, those in members.items()
    ]
    return Disparity(by, against, tuple(gaps), found.left_out, found, words)


def groups(words: tuple[tuple[str, ...], ...]) -> dict[str, Array]:
    """Each group's members, (n,) bool, by the alphabet; those of whom nothing is recorded come last."""
    names = sorted({word for each in words for word in each}, key=lambda word: (word == UNKNOWN, word))
    return {name: np.array([name in each for each in words], dtype=bool) for name in names}


def _gap(stage: str, name: str, seen: Array, reached: Array, those: Array, reference: Array, *, is_reference: bool) -> Gap:
    n, x = int((seen & those).sum()), int((reached & those).sum())
    told = n >= SMALLEST_COUNT and those.mean() >= LEAST_SHARE
    if not told:
        return Gap(stage, name, n, x, told=False)
    every, whole = int(reached.sum()), int(seen.sum())
    disproportion = (x / every) / (n / whole) if every else None
    beside = reference & ~those
    n0, x0 = int((seen & beside).sum()), int((reached & beside).sum())
    if is_reference or n0 < SMALLEST_COUNT:
        return Gap(stage, name, n, x, told=True, rate=x / n, disproportion=disproportion)
    x1, n1, x2, n2 = (np.array([float(each)]) for each in (x, n, x0, n0))
    limits = miettinen_nurminen(Counts(x1, n1, x2, n2, np.ones(1)))
    return Gap(
        stage=stage,
        group=name,
        people=n,
        reached=x,
        told=True,
        rate=x / n,
        ratio=(x / n) / (x0 / n0) if x0 else None,
        ratio_limits=limits_of_ratio(x, n, x0, n0),
        difference=x / n - x0 / n0,
        difference_limits=(limits.low, limits.high),
        disproportion=disproportion,
    )


def _row(one: Gap, reference: str) -> dict[str, object]:
    ratio, difference = one.ratio_limits or (None, None), one.difference_limits or (None, None)
    return {
        "stage": one.stage,
        "group": one.group,
        "reference": one.group == reference,
        "people": one.people,
        "reached": one.reached,
        "told": "yes" if one.told else TOO_FEW,
        "rate": one.rate,
        "ratio": one.ratio,
        "ratio_low": ratio[0],
        "ratio_high": ratio[1],
        "difference": one.difference,
        "difference_low": difference[0],
        "difference_high": difference[1],
        "disproportion": one.disproportion,
    }


def too_few(one: Disparity) -> str:
    """How many groups are too few to tell, as a sentence; empty where none is."""
    names = {gap.group for gap in one.gaps if not gap.told}
    return f"{counted(len(names), 'group')} too few to tell." if names else ""
