"""What would settle what cannot be told yet: a date, a sample or a record.

The error that was seen shrinks with the root of the number of people, with the same clusters, weights and losses for each of them as
now, so that the design effect is carried.  So many are asked for that in at least 80 of 100 such studies a claim can be made,
*whatever* the effect is: that there is a difference, or that none matters.  The hardest effect to settle is half of the smallest one
worth having; with z the quantile that the claim is held to, the smallest effect worth having must then be 2 (z + z(0.4)) standard
errors, 3.41 at 5 % (ranges by the normal distribution: Schuirmann 1987 for the claim that none matters, and its opposite).

What was seen of the effect itself plays no part: planning by it plans for what chance made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, isfinite, log10

from babel.dates import format_skeleton
from scipy.special import ndtri

from ..records.days import date_of, day_of, horizon_end
from ..terms import Answer, CohortPlan, Diagnostic, Horizon, Interval, Language, Outcome, Settled, Verdict
from .beyond import target_of
from .counts import SHARES, TELL_OF_FEW
from .families import ALONE, Standing
from .paths_of_numbers import told
from .words import POWER
from .writing import LOCALES, catalogue, fill, whole

SETTLES = 0.8  # of studies with so many people make a claim
YEARS = 30  # past so many years at the present rate a date is none
# conditions that fail where little was seen, that ask what could undo a claim where none is made, or of which no sentence may tell
OF_CHANCE = (
    POWER, "detectable_by_the_past", "detectable_at_the_cutoff", "few_clusters", "few_treated_clusters", "skewed_amounts", "e_value", "hidden_bias",
    "omitted_variable", "honest_bounds", "worst_case_bounds", "move_away_bounds", "proportional_hazards", "ratio_of_hazards", "same_day_events",
    "dearest_hundredth", "without_the_dearest", "cost_family", *TELL_OF_FEW, *SHARES,
)  # fmt: skip
OF_LOSSES = ("attrition", "follow_up_complete", "censoring_by_arm")  # people were lost from sight: what is missing is a record of them
OF_LINKAGE = ("records_kept",)
OF_DELAY = ("reporting_lag",)
BY_LOCAL_FIT = 1.25  # people needed by the variance wanted, where the bandwidth narrows as they come (Imbens and Kalyanaraman 2012)


@dataclass(frozen=True, slots=True)
class Pace:
    """How people came: the years studied, and how long after its start the last of them could be counted."""

    first: date
    last: date
    horizon: Horizon
    lag_days: int = 0

    @classmethod
    def of(cls, plan: CohortPlan, horizon: Horizon, outcome: Outcome) -> Pace | None:
        """The pace of a cohort whose clocks start on people's own days; None on the calendar, where nobody comes."""
        return None if plan.clock == "calendar" else cls(*plan.between, horizon, outcome.lag_days)

    def by(self, times: float) -> date | None:
        """When so many times as many people will have been followed, if they go on to come as they have; None past so many years."""
        days = (self.last - self.first).days + 1
        more = ceil(days * (times - 1))
        if more > YEARS * 365.25:
            return None
        return date_of(horizon_end(day_of(self.last) + max(more, 0), self.horizon)) + timedelta(days=self.lag_days)


def settled(
    answer: Answer,
    pending: Verdict,
    conditions: Sequence[Diagnostic],
    *,
    calibrated: Sequence[Interval] = (),
    standing: Standing = ALONE,
    pace: Pace | None = None,
) -> Settled | None:
    """What would settle an answer of which nothing can be told yet; None where nothing can be named.

    Where those compared were not alike, or the range that negative controls calibrated is what is in the way, no number of people
    would do: a record of what made them differ would.  Of places on the calendar, of a target, and of a question that only explores,
    nothing is named.
    """
    estimate = answer.estimate
    if pending != "cannot tell yet" or estimate is None or standing.beside == "explores" or target_of(answer) or answer.unit != "person":
        return None
    if record := _record(conditions):
        return Settled("record", record=record)
    if calibrated and times(answer, standing.level) <= 1 < times(answer, standing.level, calibrated):
        return Settled("record", record="controls")
    needed = times(answer, standing.level, calibrated)
    if answer.by == "adoption" or not isfinite(needed):
        return None
    people = rounded_up((estimate.served.people + estimate.compared.people) * max(needed, 1.0))
    by = pace.by(people / (estimate.served.people + estimate.compared.people)) if pace else None
    return Settled("date" if by else "sample", people, by)


def times(answer: Answer, level: float, calibrated: Sequence[Interval] = ()) -> float:
    """How many times as many people would do, by the widest accepted range; infinite where a range or what is worth having says nothing."""
    estimate, smallest = answer.estimate, abs(answer.question.worthwhile)
    ranges = (estimate.interval, *estimate.beside, *calibrated) if estimate else ()
    if not ranges or not smallest or not all(one.given and isfinite(one.low) and isfinite(one.high) for one in ranges):
        return float("inf")
    error = max((one.high - one.low) / 2 for one in ranges) / ndtri(0.975)
    variance = float((error * errors_within(level) / smallest) ** 2)
    return variance**BY_LOCAL_FIT if answer.question.method == "threshold" and not answer.question.bandwidth else variance


def errors_within(level: float) -> float:
    """How many standard errors the smallest effect worth having must be, so that whatever the effect is a claim is made in 80 of 100 studies."""
    return 2 * float(ndtri(1 - level / 2) + ndtri(SETTLES / 2))


def rounded_up(people: float) -> int:
    """A number of two significant digits, and no fewer than so many: it says no more than it knows, and gives no count away."""
    unit = 10 ** max(0, floor(log10(people)) - 1)
    return ceil(people / unit - 1e-9) * int(unit)


def _record(conditions: Sequence[Diagnostic]) -> str:
    """Which record would settle what is no matter of chance; empty where only chance is in the way."""
    failed = [one.name for one in conditions if not one.holds and one.name not in OF_CHANCE]
    for names, record in ((OF_LINKAGE, "linkage"), (OF_LOSSES, "follow_up"), (OF_DELAY, "delay")):
        if any(name in names for name in failed):
            return record
    return "history" if failed else ""


def say_settled(one: Settled | None, language: Language) -> str:
    """A sentence on what would settle it; empty where nothing is known to."""
    if one is None:
        return ""
    words, locale = catalogue(language)["settled"], LOCALES[language]
    if one.kind == "record":
        return str(words["record"][one.record])
    assert one.people is not None, "a date or a sample is one of so many people"
    people = whole(one.people, language, "settled_by.people")
    if one.by is None:
        return fill(words["sample"], people=people)
    return fill(words["date"], people=people, by=told(format_skeleton("yMMMM", one.by, locale=locale), one.by.year, "settled_by.by"))
