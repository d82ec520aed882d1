"""Whether a series, or donors made into one, can stand for what a place would have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from ..phrases import counted, listed
from ..terms import Diagnostic
from .wording import people

if TYPE_CHECKING:
    from ..terms import Array

WORST_FIT = 0.25  # standard deviations of the donors: what the outcome's own baseline may differ by
WORST_RATIO = 1.5  # of changes: the misfit over the median of all places; of series of 16 periods alike in kind, one in a hundred is beyond
RAREST = 0.05  # p-value of a placebo
MOST_CARRIED = 0.5  # of an effect, by what changed elsewhere
HEAVY = 0.01  # a donor that weighs more is named, and left out in turn
WHOLE = 100  # from here on sizes are told without decimals
NAMED = 8  # donors named in a sentence
FIT_SOURCE = (
    "What Works Clearinghouse, Standards Handbook 4.1: the outcome's own baseline within .25 standard deviations; of changes, 1.5 times the usual "
    "misfit, a rule of this project"
)
PLACEBO_SOURCE = "Abadie, Diamond and Hainmueller 2010: the same recipe where no programme came"
SIZE_SOURCE = "size of the test under no effect at most .08, measured for 24 to 60 points and autocorrelation 0 to .7"


# ------------------------------------------------------------------------------------------------ who stands in it
def series_places(treated: int, donors: int, left_out: Mapping[str, int], *, unit: str) -> Diagnostic:
    """How many places stand in the comparison, and why others do not; `left_out` counts them by reason, zeros left out of the sentence."""
    gone = ", ".join(f"{_many(count, unit)} {reason}" for reason, count in left_out.items() if count)
    lost = sum(left_out.values())
    return Diagnostic(
        name="series_places",
        sentence=f"{_many(treated, unit).capitalize()} under the programme {'stand' if treated != 1 else 'stands'} in the comparison, "
        f"and {_many(donors, unit) if donors else 'none'} without it" + (f"; left out: {gone}." if gone else "; none was left out."),
        value=float(lost),
        limit=None,
        holds=True,
        source="who stands in an answer is told with it",
        required=False,
        detail={"treated": float(treated), "without it": float(donors), **{reason: float(count) for reason, count in left_out.items()}}
        if unit == "area"
        else {},
        behind={} if unit == "area" else {"treated": (treated,), "without it": (donors,), **{reason: (n,) for reason, n in left_out.items()}},
    )


def _many(count: int, unit: str) -> str:
    return counted(count, "place") if unit == "area" else f"{people(count)} {'people' if unit in ('person', 'child') else 'families'}"


# ------------------------------------------------------------------------------------------------ interrupted series
def series_evidence(*, compared: bool, why_none: str, points: int, before: int, detail: Mapping[str, float]) -> Diagnostic:
    """Whether an interrupted series can carry a finding; without a comparison series, or without an interval, it is weak evidence."""
    reasons = [] if compared else ["no other place shows what would have happened anyway on that day"]
    reasons += [why_none] if why_none else []
    return Diagnostic(
        name="series_evidence",
        sentence=f"The series has {points:,} points, {before:,} of them before the day. "
        + (f"What it tells is weak: {'; and '.join(reasons)}." if reasons else "It is set beside places that the programme did not reach."),
        value=float(len(reasons)),
        limit=0.0,
        holds=not reasons,
        source="Lopez Bernal, Cummins and Gasparrini 2018 on series without a comparison; " + SIZE_SOURCE,
        required=False,
        detail={"points": float(points), "before": float(before), **detail},
    )


Change = tuple[float, float, float]  # value, low, high; without end where no limits can be trusted


def series_changes(
    level: Change, slope: Change | None, beside: tuple[Change, Change | None] | None, *, period: str, carried: float | None = None
) -> Diagnostic:
    """The change of level and of slope on the day; `beside` holds those of the comparison series by itself, which are taken off already.

    `carried` is how much of an effect that is told the comparison's own change makes up: fails where it is more than half, since it is then
    they who changed more than those whom the programme reached.
    """
    called = "the treated less the others" if beside else "the treated"
    told = _told(level, slope, "")
    moved = _moved(level, slope, period)
    if beside:
        told |= _told(*beside, "of the others, ")
        moved += f"; that of the others moved by {_moved(*beside, period)}"
    holds = carried is None or carried <= MOST_CARRIED
    return Diagnostic(
        name="series_changes",
        sentence=f"From the day on the line of {called} moved by {moved}"
        + ("." if holds else f": {carried:.0%} of the difference is the others' own change, and not that of the treated."),
        value=level[0] if carried is None else carried,
        limit=None if carried is None else MOST_CARRIED,
        holds=holds,
        source="two straight lines, before the day and from it on; a difference made by the comparison is a rule of this project",
        required=False,
        detail=told,
    )


def _moved(level: Change, slope: Change | None, period: str) -> str:
    each = period if period.isalpha() else "period"
    return f"{_signed(level[0])} at once" + (f", and {_signed(slope[0])} with each {each} after it" if slope else "")


def _told(level: Change, slope: Change | None, of: str) -> dict[str, float]:
    named = {"level": level} | ({"slope": slope} if slope else {})
    return {
        f"{of}{name}{end}": value
        for name, change in named.items()
        for end, value in zip(("", ", low", ", high"), change, strict=True)
        if isfinite(value)
    }


# ------------------------------------------------------------------------------------------------ synthetic controls
def donor_weights(weights: Array, names: Sequence[str]) -> Diagnostic:
    """Who makes up the synthetic place; `weights` (J,) and as many names.  Shown, not judged."""
    order = np.argsort(-np.abs(weights), kind="stable")
    heavy = [at for at in order if abs(weights[at]) > HEAVY]
    said = ", ".join(f"{names[at]} {weights[at]:.2f}" for at in heavy[:NAMED])
    more = f" and {counted(len(heavy) - NAMED, 'donor')} more" if len(heavy) > NAMED else ""
    return Diagnostic(
        name="donor_weights",
        sentence=f"The synthetic place is made of {said}{more}; {counted(len(weights), 'donor')} could have been in it.",
        value=float(np.abs(weights).max()),
        limit=None,
        holds=True,
        source="Abadie 2021: whom a synthetic control is made of is shown with it",
        required=False,
        detail={names[at]: float(weights[at]) for at in order if abs(weights[at]) > HEAVY / 100},
    )


def fit_before(misfit: float, unit: float, *, before: int, changes: bool = False) -> Diagnostic:
    """How far the synthetic place lies from the treated before the day: root mean square, over `unit`.

    The unit is the donors' own standard deviation or, of `changes`, which leave out how far places lie apart throughout, the median
    misfit of all places, each made of the others: a place that moves more by itself than its donors do is no place like them.
    """
    value = misfit / unit if unit > 0 else (float("inf") if misfit > 0 else 0.0)
    limit = WORST_RATIO if changes else WORST_FIT
    called = "median misfit of all places" if changes else "standard deviation of the donors"
    said = f"{value:.2f} times that of the usual place" if changes else f"{value:.2f} standard deviations of the donors"
    return Diagnostic(
        name="fit_before",
        sentence=f"Over the {counted(before, 'period')} before the day the synthetic place misses the treated one by {_size(misfit)} "
        f"(root mean square{', levels taken out' if changes else ''}), {said}; {limit:g} is allowed.",
        value=value,
        limit=limit,
        holds=value <= limit,
        source=FIT_SOURCE,
        detail={"root mean square": misfit, called: unit},
    )


def extrapolation(y: Array, donors: Array, weights: Array) -> Diagnostic:
    """Whether the treated place lies beyond all donors before the day, or weights fall below 0; y (T0,), donors (J, T0)."""
    beyond = float(((y > donors.max(axis=0)) | (y < donors.min(axis=0))).mean())
    below = float(-weights[weights < 0].sum())
    holds = beyond == 0 and below < HEAVY
    parts = [f"it lies beyond every donor in {beyond:.0%} of the periods before the day"] if beyond else []
    parts += [f"weights below 0 add to {below:.2f}"] if below >= HEAVY else []
    return Diagnostic(
        name="extrapolation",
        sentence="The treated place lies between its donors before the day, and no weight is below 0."
        if holds
        else f"The synthetic place reaches beyond what any donor shows: {' and '.join(parts)}.",
        value=max(beyond, below),
        limit=0.0,
        holds=holds,
        source="Abadie 2021: a place beyond its donors is extrapolated, not compared",
        required=False,
        detail={"share of periods beyond every donor": beyond, "weights below 0": below},
    )


def placebo_in_space(p_value: float, floor: float, placebos: int, dropped: int, *, by: str, others: Mapping[str, float], why_none: str) -> Diagnostic:
    """Where the treated place stands among donors treated in its stead that fit as well as it has to; `dropped` do not.

    `by` says in what, `others` holds p-values by other measures, and `why_none` why there is no interval.
    """
    gone = f"; {dropped:,} more were fitted too badly before the day to count" if dropped else ""
    return Diagnostic(
        name="placebo_in_space",
        sentence=f"Among {placebos + 1:,} places, or sets of places, treated in turn{gone}, the treated one stands out by {by} "
        f"with p = {p_value:.3f}; it could not be below {floor:.3f}" + (f"; there is no interval: {why_none}." if why_none else "."),
        value=p_value,
        limit=None,
        holds=True,
        source=PLACEBO_SOURCE,
        required=False,
        detail={"smallest p that could be": floor, "placebos": float(placebos), "placebos fitted too badly": float(dropped), **others},
    )


def placebo_in_time(effect: float, p_value: float, floor: float, *, after: int, period: str) -> Diagnostic:
    """What is found where the day is set back by `after` periods and nothing since the true one is read.

    Required: a place that had parted from its synthetic one before the programme came cannot show what the programme did.  Where too few
    donors are left for any p-value below 5 % it is shown and cannot fail.
    """
    holds = not p_value < RAREST
    return Diagnostic(
        name="placebo_in_time",
        sentence=f"Had the programme come {spans(after, period)} earlier, the time up to the true day would show {_signed(effect)} "
        f"(p = {p_value:.3f}, {floor:.3f} at the least)" + (", as luck explains." if holds else ", more than luck explains."),
        value=p_value,
        limit=RAREST if floor < RAREST else None,
        holds=holds,
        source="Abadie, Diamond and Hainmueller 2015: in-time placebo",
        detail={"effect": effect, "smallest p that could be": floor},
    )


def leave_one_donor_out(effect: float, without: Mapping[str, float], *, told: bool) -> Diagnostic:
    """The effect where each donor that carries weight is left out in turn, by its name.

    Fails where a direction is `told`, that is where the interval leaves 0 out, and one of them turns it; about nothing at all the sign
    turns by luck, and no direction hangs on it.
    """
    low, high = min(without.values(), default=effect), max(without.values(), default=effect)
    turns = min(low, effect) < 0 < max(high, effect)
    return Diagnostic(
        name="leave_one_donor_out",
        sentence=f"Leaving out one donor at a time, of {counted(len(without), 'donor')} that carry weight, the effect runs from {_signed(low)} to "
        f"{_signed(high)}" + (": one donor alone decides which way it goes." if told and turns else "." if told else "; no direction is told of it."),
        value=high - low,
        limit=None,
        holds=not (told and turns),
        source="Abadie, Diamond and Hainmueller 2015: leave-one-out",
        required=False,
        detail=dict(without),
    )


def gaps_in_series(names: Sequence[str], lost: int, *, unit: str) -> Diagnostic:
    """Units without the programme that are left out because the outcome has gaps; areas by name."""
    said = listed(names) if unit == "area" else _many(lost, unit)
    return Diagnostic(
        name="gaps_in_series",
        sentence=f"The outcome has gaps, so that these cannot stand beside the treated: {said}.",
        value=float(lost),
        limit=None,
        holds=True,
        source="a mean over changing places is no series",
        required=False,
        behind={} if unit == "area" else {"with gaps": (lost,)},
    )


def spans(number: int, period: str) -> str:
    """`6 years`, `3 periods of 28 days`."""
    return counted(number, period) if period.isalpha() else f"{counted(number, 'period')} of {period}"


def _size(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.3g}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= WHOLE else f"{value:+.3g}"
