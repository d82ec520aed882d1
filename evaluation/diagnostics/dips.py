"""Whether those served were chosen in a crisis: what stood out in the last period before the start passes by itself.

Ashenfelter (1978) saw earnings fall before training, and Galton (1886) why such a dip or spike goes back: whoever is picked by one
period's outcome is picked by that period's luck too.
"""

from __future__ import annotations

from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

SIZE = 0.01  # p-value: of groups that were not picked by their last period, one in a hundred is taken for one that was
MATERIAL = 0.1  # of the effect worth having: our own rule; a fall below it changes no answer
GUARDED = (
    "Compare with people matched on the outcome in each period before (compare, with a column of the history for the last period), "
    "or with those just beyond the cut-off that decided."
)
ON_THE_CALENDAR = (
    "If they had heard of it, declare `anticipation`; if it is why they adopted, compare with units alike on the path before, or beyond the "
    "cut-off that decided."
)
SOURCE = "Ashenfelter 1978; regression to the mean: Galton 1886, Davis 1976; the size of the test and of what matters are our own rule"


def enrolment_dip(
    fall: float, p_value: float, worthwhile: float, *, unit: OutcomeUnit, whose: str, alone: bool, period: str, before: int, calendar: bool = False
) -> Diagnostic:
    """Whether the last period before the start stands out from the ones before it, by more than among those compared.

    `fall` is by how much the effect would be other than 0 with no programme at all, were the outcome to go back to where it was before
    that last period: the last period less the mean of the `before` earlier ones, served less compared, as the estimate counts it; below
    0 a fall.  `p_value` is of none, `alone` says that nobody is compared, `calendar` that units adopt on one and may act ahead.  Luck of
    one period has no part in the next, so that what comes of luck goes back whole, and what lasts does not: it is told as the most
    that goes back.  Required: where it fails, a change from before to after is none that the programme can be given.
    """
    holds = p_value >= SIZE or abs(fall) < MATERIAL * abs(worthwhile)
    than = "" if alone else ", more than among those compared"
    start = "adoption" if calendar else "the start"
    sentence = f"The last {period} before {start} was like the {before} before it{'' if alone else ', as among those compared'}."
    if not holds:
        (size,) = sizes(abs(fall), unit=unit)
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


def _as_p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < .001"
