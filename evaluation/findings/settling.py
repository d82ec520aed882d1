"""What would settle what cannot be told yet: a date, a sample or a record.

The error that was seen shrinks with the root of the number of people, with the same clusters, weights and losses for each of them as
now, so that the design effect is carried.  So many are asked for that in at least 80 of 100 such studies a claim can be made,
*whatever* the effect is: that there is a difference, or that none matters.  The hardest effect to settle is half of the smallest one
worth having; with z the quantile that the claim is held to, the smallest effect worth having must then be 2 (z + z(0.4)) standard
errors, 3.41 at 5 % (ranges by the normal distribution: Schuirmann 1987 for the claim that none matters, and its opposite).

What was seen of the effect itself plays no part: planning by it plans for what chance made of it.  The level is the one that the
question is held to now, beside what the others of its family claim now.

More people make luck smaller, and no other error.  Of a range that negative controls calibrated, only the study's own luck shrinks:
with m times the people its error squared is luck^2 / m + (calibrated^2 - luck^2), and as it lies b beside the study's own range, a claim
by both has only the smallest effect worth having less b to itself.  Where that never suffices no number of people would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, inf, isfinite, log10

from babel.dates import format_skeleton
from scipy.special import ndtri, stdtrit

from ..grading.artefacts import CONTROLS, PLACEBOS
from ..records.days import date_of, day_of, horizon_end
from ..terms import Answer, CohortPlan, Diagnostic, Estimate, Horizon, Language, Outcome, Settled, Verdict
from .beyond import target_of
from .families import ALONE, Calibration, Standing
from .paths_of_numbers import told
from .writing import LOCALES, catalogue, fill, whole

SETTLES = 0.8  # of studies with so many people make a claim
YEARS = 30  # past so many years at the present rate a date is none
MOST = 10**7  # past so many people no number is one that anybody could follow
# what a condition that fails says is missing; of any other that fails, chance may be all that is in the way
OF_LINKAGE = ("records_kept", "linkage_by_arm")
OF_LOSSES = ("attrition", "follow_up_complete", "censoring_by_arm")  # people were lost from sight: what is missing is a record of them
OF_DELAY = ("reporting_lag",)
OF_CONTROLS = (CONTROLS, "systematic_error")
APART = (
    *PLACEBOS, "lot_looks_like_a_lot", "balance_after_matching", "variances_after_matching", "distributions_after_matching",
    "regression_to_the_mean", "levels_apart", "fit_before", "history_at_the_cutoff", "density_at_the_cutoff", "surveillance", "informative_moves",
)  # fmt: skip
RECORDS = ((OF_LINKAGE, "linkage"), (OF_LOSSES, "follow_up"), (OF_DELAY, "delay"), (OF_CONTROLS, "controls"), (APART, "history"))
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
    calibrated: Sequence[Calibration] = (),
    standing: Standing = ALONE,
    pace: Pace | None = None,
) -> Settled | None:
    """What would settle an answer of which nothing can be told yet; None where nothing can be named.

    Where those compared were not alike no number of people would do: a record of what made them differ would.  Where error that
    negative controls show is in the way: more or better controls, or a comparison without what they show.  Of places on the calendar,
    of a target, of a question that only explores, and where there were people enough already and luck was bad, nothing is named.
    """
    estimate = answer.estimate
    if pending != "cannot tell yet" or estimate is None or standing.beside == "explores" or target_of(answer) or answer.unit != "person":
        return None
    if record := _record(conditions):
        return Settled("record", record=record)
    needed = times(answer, standing.level, calibrated)
    if isfinite(times(answer, standing.level)) and not isfinite(needed):
        return Settled("record", record="controls")
    if answer.by == "adoption" or not isfinite(needed) or needed <= 1:
        return None
    there = estimate.served.people + estimate.compared.people
    if there * needed > MOST:
        return Settled("record", record="design")
    people = rounded_up(there * needed)
    by = pace.by(people / there) if pace else None
    return Settled("date" if by else "sample", people, by)


def times(answer: Answer, level: float, calibrated: Sequence[Calibration] = ()) -> float:
    """How many times as many people would do, by the widest accepted range and each calibrated one.

    Infinite where no number would: a range or what is worth having says nothing, or error other than luck is too large.
    """
    estimate, smallest = answer.estimate, abs(answer.question.worthwhile)
    ranges = (estimate.interval, *estimate.beside, *(one.range for one in calibrated)) if estimate else ()
    if estimate is None or not smallest or not all(one.given and isfinite(one.low) and isfinite(one.high) for one in ranges):
        return inf
    error = max((one.high - one.low) / 2 for one in (estimate.interval, *estimate.beside)) / ndtri(0.975)
    variance = float((error * errors_within(level) / smallest) ** 2)
    variance = max(variance, *(_by_controls(estimate, one, level, smallest) for one in calibrated)) if calibrated else variance
    return variance**BY_LOCAL_FIT if answer.question.method == "threshold" and not answer.question.bandwidth else variance


def _by_controls(estimate: Estimate, one: Calibration, level: float, smallest: float) -> float:
    """How many times as many people would do by a calibrated range, of whose error luck alone becomes smaller."""
    luck = (estimate.interval.high - estimate.interval.low) / 2 / ndtri(0.975)
    error = (one.range.high - one.range.low) / 2 / stdtrit(one.df, 0.975)
    other = max(float(error**2 - luck**2), 0.0)
    largest = max(smallest - abs(one.middle - estimate.effect), 0.0) / errors_within(level, one.df)
    return float(luck**2 / (largest**2 - other)) if largest**2 > other else inf


def errors_within(level: float, df: float = inf) -> float:
    """How many standard errors the smallest effect worth having must be, so that whatever the effect is a claim is made in 80 of 100 studies."""
    return 2 * float(stdtrit(df, 1 - level / 2) + ndtri(SETTLES / 2))


def rounded_up(people: float) -> int:
    """A number of two significant digits, and no fewer than so many: it says no more than it knows, and gives no count away."""
    unit = 10 ** max(0, floor(log10(people)) - 1)
    return ceil(people / unit - 1e-9) * int(unit)


def _record(conditions: Sequence[Diagnostic]) -> str:
    """Which record would settle what is no matter of chance; empty where nothing says that anything but chance is in the way."""
    failed = {one.name for one in conditions if not one.holds}
    return next((record for names, record in RECORDS if failed.intersection(names)), "")


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
