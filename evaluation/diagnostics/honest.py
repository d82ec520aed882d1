"""Whether those a programme reached were drifting apart from the compared already, and what would be left of the effect if they went on."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from ..terms import Diagnostic, Interval

AS_BEFORE = 1.0  # Mbar: as large a step after adoption as the largest before
WHOLE = 1.0  # of the effect
MISSED_SOURCE = "Roth 2022: the drift in a straight line that the test before adoption finds with 80 % power; the limit is the effect itself"
HONEST_SOURCE = "Rambachan and Roth 2023: breakdown value of relative magnitudes, held to drifts as large as before; smoothness beside it"


def drift_missed(slope: float, amounts_to: float, effect: float, *, any_period: float | None = None, per: str = "period") -> Diagnostic:
    """What a steady drift that the test before adoption would have missed one time in five amounts to, as a share of the effect.

    `slope` per period is found with 80 % power, `amounts_to` what it adds to the effect if it goes on; both in the outcome's unit, as
    is `effect`.  `any_period`, where given, is the slope at which some coefficient is significant by itself with 80 % power, which
    readers of a picture go by (R's pretrends).  Fails where such a drift is as large as the effect.  Not required.
    """
    share = abs(amounts_to / effect) if effect else float("inf")
    beside = f"about {100 * share:,.0f} % of the effect that was found" if share < 100 else "far more than the effect that was found"
    return Diagnostic(
        name="drift_missed",
        sentence=f"A steady drift of {_size(slope)} each {per} would have gone unseen before adoption one time in five, and a weaker one more often; "
        f"going on, it alone would make {beside} ({_size(abs(amounts_to))} of {_size(abs(effect))}).",
        value=share,
        limit=WHOLE,
        holds=share < WHOLE,
        source=MISSED_SOURCE,
        required=False,
        detail={"slope": slope, "it amounts to": amounts_to} | ({} if any_period is None else {"slope found in some period": any_period}),
    )


def honest_bounds(
    ranges: Mapping[float, Interval],
    straight: Interval,
    *,
    breakdown: float,
    bend: float,
    per: str = "period",
    called: str = "effect",
) -> Diagnostic:
    """How much the groups may have drifted apart after adoption before the effect cannot be told from none.

    `ranges` are intervals by Mbar, 0 among them: of drifts whose steps are at most Mbar times the largest before adoption.  `straight`
    is the interval if the drift before went on in a straight line, `breakdown` the Mbar and `bend` the M (outcome's unit per period)
    up to which the effect is told from none; `called` names that effect, where it is not the answer's own.  Fails where an effect is
    told that a drift as large as before would undo.  Not required.
    """
    found = ranges[0.0].excludes(0.0)
    return Diagnostic(
        name="honest_bounds",
        sentence=_undone(breakdown, per, called) + _bent(straight, bend, per, called) if found else NOTHING_FOUND.format(called=called),
        value=breakdown,
        limit=AS_BEFORE,
        holds=not found or breakdown >= AS_BEFORE,
        source=HONEST_SOURCE,
        required=False,
        detail=_limits(ranges, straight) | {"breakdown of the bend": bend},
    )


NOTHING_FOUND = (
    "Even if the groups would have moved alike from adoption on, the {called} could not be told from none: there is nothing that a drift could undo."
)


def _undone(breakdown: float, per: str, called: str) -> str:
    if not isfinite(breakdown):
        return f"No drift of the groups that was looked at would undo the {called}."
    most = "could undo it" if breakdown < AS_BEFORE else "would have to be larger than any seen before to undo it"
    if breakdown < 0.005:
        return f"Almost any drift after adoption could undo the {called}: told from none only if the groups would have moved alike every {per}."
    return (
        f"The {called} is told from none as long as the groups, without the programme, would have drifted apart from one {per} to the next by at "
        f"most {breakdown:.2f} times the most they did before adoption: a drift as large as before {most}."
    )


def _bent(straight: Interval, bend: float, per: str, called: str) -> str:
    if straight.excludes(0.0):
        return f" If the drift before had gone on, the {called} is told from none as long as it changed by less than {_size(bend)} each {per}."
    return f" If the drift before had gone on in a straight line, the {called} could not be told from none."


def _limits(ranges: Mapping[float, Interval], straight: Interval) -> dict[str, float]:
    ends = {f"{end} at Mbar = {most:g}": getattr(interval, end) for most, interval in ranges.items() for end in ("low", "high")}
    return ends | {"low in a straight line": straight.low, "high in a straight line": straight.high}


def _size(value: float) -> str:
    """A size of two figures that matter."""
    return f"{float(f'{value:.2g}'):,.10g}"
