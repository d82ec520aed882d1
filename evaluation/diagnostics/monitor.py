"""What became of a population: whether a target was reached, how it moved, and how far groups lie from the whole.  Never why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..phrases import counted, listed
from ..terms import Diagnostic, Interval

Reached = Literal["reached", "not reached", "cannot tell"]
NOT_WHY = "nothing is compared: it says what became of a population, and never why"


def places_watched(kept: int, left_out: int, *, unit: str) -> Diagnostic:
    """How many units the population is told of, and how many have gaps; areas are counted, people only where they are many."""
    there = f"{counted(kept, 'place')} {'is' if kept == 1 else 'are'}" if unit == "area" else "All who were watched throughout are"
    gone = f", and {counted(left_out, 'place')} with gaps {'is' if left_out == 1 else 'are'} not" if left_out and unit == "area" else ""
    return Diagnostic(
        name="places_watched",
        sentence=f"{there} told of{gone or (', and those with gaps are not' if left_out else '')}.",
        value=float(left_out) if unit == "area" else 0.0,
        limit=None,
        holds=True,
        source=NOT_WHY,
        required=False,
        behind={} if unit == "area" else {"told of": (kept,), "with gaps": (left_out,)},
    )


def target_reached(
    reached: Reached,
    *,
    first: float,
    last: float,
    target: float,
    gap: Interval,
    a_year: float,
    a_year_seen: Interval,
    asked: float,
    years: float,
    error: float,
    path: Mapping[str, float],
    least: float | None = None,
) -> Diagnostic:
    """Whether the last level is at the target or beyond it, as far as the error of the counts lets anybody tell.

    `error` is what the design declares, as a share; `least` what numbers of events err by at the least, none where the level is no such number.
    `gap` holds the last level less the target, `a_year_seen` the yearly change that was seen; `path` the gap at each period.  The value
    is the gap itself.
    """
    away = last - target
    how = {
        "reached": "it was reached",
        "not reached": "it was not reached",
        "cannot tell": "the error of the counts is too large to tell whether it was reached",
    }[reached]
    span = f" ({gap.low:,.3g} to {gap.high:,.3g})" if gap.given else ""
    by_luck = "; a number of events is taken to err by its square root at the least" if least is not None and least > error else ""
    exact = "; levels are taken as exact" if least is None and not error else ""
    return Diagnostic(
        name="target_reached",
        sentence=f"From {first:,.4g}, {asked:+.1%} a year for {years:.3g} years would be {target:,.4g}; seen were {last:,.4g}, {a_year:+.1%} a year: "
        f"{how}, and the last level lies {abs(away):,.3g} {'above' if away > 0 else 'below'} the target{span}{by_luck}{exact}.",
        value=away,
        limit=0.0,
        holds=reached == "reached",
        source=f"the target of the design; {NOT_WHY}",
        required=False,
        detail={
            "first": first,
            "last": last,
            "target": target,
            "gap, low": gap.low,
            "gap, high": gap.high,
            "a year, asked": asked,
            "a year, seen": a_year,
            "a year, low": a_year_seen.low,
            "a year, high": a_year_seen.high,
            "standard error of a count, as a share": error,  # what is declared: one over a root would tell a small number itself
            "reached": {"reached": 1.0, "not reached": -1.0, "cannot tell": 0.0}[reached],
            **path,
        },
    )


def trend_seen(first: float, last: float, slope: Interval, middle: float, *, rho: float, points: int, period: str, why_none: str) -> Diagnostic:
    """The first and the last level as they were seen, and the slope of the line through all of them."""
    reach = f" (from {slope.low:+,.3g} to {slope.high:+,.3g})" if slope.given else f"; there is no interval: {why_none}"
    return Diagnostic(
        name="trend_seen",
        sentence=f"From {first:,.4g} in the first period to {last:,.4g} in the last of {points:,}; the line through all of them moves by "
        f"{middle:+,.3g} with each {period if period.isalpha() else 'period'}{reach}.",
        value=middle,
        limit=None,
        holds=slope.given,
        source=NOT_WHY,
        required=False,
        detail={"first": first, "last": last, "slope": middle, "autocorrelation": rho}
        | ({"slope, low": slope.low, "slope, high": slope.high} if slope.given else {}),
    )


def disparities(
    rates: Mapping[str, float],
    whole: float,
    ratios: Mapping[str, Interval],
    *,
    groups: int,
    events: Mapping[str, int] | None = None,
    dispersion: float | None = None,
) -> Diagnostic:
    """Rates of places over that of the whole; `ratios` hold intervals that all cover at once, none where they could not be had.

    `events` counts, by place, what happened to people on record: its rate gives that away.  None where no person is on record.
    `dispersion` is the variance of yearly numbers over their mean.
    """
    told_of = [one for one in ratios.values() if one.given]
    apart = [name for name, one in ratios.items() if one.given and one.excludes(1.0)]
    found = (
        f"Of {counted(groups, 'place')}, {len(apart):,} {'differs' if len(apart) == 1 else 'differ'} from the whole ({whole:,.4g}) by more than "
        f"chance explains{f': {listed(apart)}' if apart else ''}."
    )
    beside = f"{counted(groups, 'place')} {'stands' if groups == 1 else 'stand'} beside the whole ({whole:,.4g})"
    told = {f"{name}, rate": rate for name, rate in rates.items()}
    told |= {f"{name}, ratio": rate / whole for name, rate in rates.items() if whole > 0}
    told |= {f"{name}, ratio, {end}": getattr(one, end) for name, one in ratios.items() if one.given for end in ("low", "high")}
    return Diagnostic(
        name="disparities",
        sentence=found if told_of else f"{beside}; how far chance reaches is not known of any.",
        value=float(len(apart)),
        limit=None,
        holds=True,
        source=f"Clopper and Pearson 1934, given all that happened, all places at once; {NOT_WHY}",
        required=False,
        detail={"whole": whole, **({} if dispersion is None else {"variance over mean": dispersion}), **told},
        behind={name: (count,) for name, count in (events or {}).items()},
    )
