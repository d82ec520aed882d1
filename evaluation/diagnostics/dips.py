"""Whether those served were chosen in a crisis: what stood out in the last period before the start passes by itself.

Ashenfelter (1978) saw earnings fall before training, and Galton (1886) why such a dip or spike goes back: whoever is picked by one
period's outcome is picked by that period's luck too.
"""

from __future__ import annotations

from dataclasses import replace

from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

SIZE = 0.01  # p-value: of groups that were not picked by their last period, one in a hundred is taken for one that was
MATERIAL = 0.1  # of the effect worth having: our own rule; a fall below it changes no answer
GUARDED = (
    "Compare with people matched on the outcome in each period before (compare, with a column of the history for the last period), "
    "or with those just beyond the cut-off that decided. Matching mends what luck made and not what lasts: where lasting need decided, it makes "
    "a change by itself (Daw and Hatfield 2018), so look at the contrast without it too."
)
ON_THE_CALENDAR = (
    "If they had heard of it, declare `anticipation`; if it is why they adopted, compare with units alike on the path before, or beyond the "
    "cut-off that decided."
)
AWAY_SOURCE = "what was balanced cannot be tested on: Daw and Hatfield 2018; that the history tells a tenth of the outcome is our own rule"
RAW_SOURCE = (
    "parallel trends hold as they are or among people alike before, and seldom both (Daw and Hatfield 2018; Chabe-Ferret 2017); our own rule: "
    "apart by no more than the effect worth having"
)
SOURCE = "Ashenfelter 1978; regression to the mean: Galton 1886, Davis 1976; the size of the test and of what matters are our own rule"


def enrolment_dip(
    fall: float,
    p_value: float,
    worthwhile: float,
    *,
    unit: OutcomeUnit,
    whose: str,
    alone: bool,
    period: str,
    before: int,
    calendar: bool = False,
    per: int = 1,
) -> Diagnostic:
    """Whether the last period before the start stands out from the ones before it, by more than among those compared.

    `fall` is by how much the effect would be other than 0 with no programme at all, were the outcome to go back to where it was before
    that last period: the last period less the mean of the `before` earlier ones, served less compared, as the estimate counts it; below
    0 a fall.  `p_value` is of none, `alone` says that nobody is compared, `calendar` that units adopt on one and may act ahead; a rate is
    told for every `per`.  Luck of one period has no part in the next, so that what comes of luck goes back whole, and what lasts does not:
    it is told as the most that goes back.  Required: where it fails, a change from before to after is none that the programme can be given.
    """
    holds = p_value >= SIZE or abs(fall) < MATERIAL * abs(worthwhile)
    than = "" if alone else ", more than among those compared"
    start = "adoption" if calendar else "the start"
    sentence = f"The last {period} before {start} was like the {before} before it{'' if alone else ', as among those compared'}."
    if not holds:
        (size,) = sizes(abs(fall), unit=unit, per=per)
        why = "they acted ahead, or adopted in a crisis" if calendar else "they look picked in a crisis"
        which, way = ("above", "fall") if fall < 0 else ("below", "rise")
        sentence = (
            f"In the last {period} before {start} {whose} stood {which} their own earlier path{than} ({_as_p(p_value)}): {why}. "
            f"With no programme at all, going back to where they were would be told as a {way} of up to {size}. "
            f"{ON_THE_CALENDAR if calendar else GUARDED}"
        )
    return Diagnostic(
        name="enrolment_dip",
        sentence=sentence,
        value=p_value,
        limit=SIZE,
        holds=holds,
        source=SOURCE,
        detail={"expected without any effect": fall},
    )


def balanced_away(condition: Diagnostic, periods: int) -> Diagnostic:
    """A condition on the path before the start that holds, where the arms were made alike in all `periods` of that path.

    It would hold whatever had decided who was served.  So it is told as one that could not be looked at: it fails, and is not required.
    """
    about = "they were picked in a crisis" if condition.name == "enrolment_dip" else "the groups were already moving apart"
    return replace(
        condition,
        sentence=f"Whether {about} could not be looked at: all {periods} periods before the start lie where the history looks, by which the groups "
        "were made alike. If lasting need decided who was served, making them alike in some periods makes a change in those after.",
        limit=None,
        holds=False,
        source=AWAY_SOURCE,
        required=False,
    )


def guarded_and_raw(guarded: float, raw: float, worthwhile: float) -> Diagnostic:
    """Whether the change against people made alike before, and that against everybody else, come to the same.

    Where they differ by more than the effect worth having one of them is wrong: the raw one where luck of the last periods decided who was
    served, the guarded one where need that lasts did.  Not required: who knows how people were chosen can tell which.
    """
    apart = abs(guarded - raw)
    holds = apart <= abs(worthwhile)
    both = f"{_size(guarded)} against people made alike before, and {_size(raw)} against everybody else"
    return Diagnostic(
        name="guarded_and_raw",
        sentence=f"The change is {both}: they differ by no more than the effect worth having."
        if holds
        else f"The change is {both}. If luck of the last periods decided who was served the first is right, if lasting need did the second: "
        "no record of the outcome tells which.",
        value=apart,
        limit=abs(worthwhile),
        holds=holds,
        source=RAW_SOURCE,
        required=False,
        detail={"guarded": guarded, "raw": raw},
    )


def _size(value: float) -> str:
    """A size of two figures that matter."""
    return f"{float(f'{value:.2g}'):+,.10g}"


def _as_p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < .001"
