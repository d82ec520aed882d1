"""Whether the study could have seen an effect worth having."""

from __future__ import annotations

from scipy.special import stdtrit

from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

POWER = 0.8  # the usual promise to a funder (Cohen 1988); with a two-sided test at 5 %
SIZE = 0.05


def detectable_effect(std_error: float, freedom: float, worthwhile: float, *, unit: OutcomeUnit, per: int = 1) -> Diagnostic:
    """The smallest true effect that would be told from none in four studies of five, held to the effect worth having.

    Numbers are in the outcome's `unit`, shares where it is people, and of one person where it is a rate, which the
    sentence tells for every `per`.  Informs a verdict of *cannot tell yet*; answers are given whatever it says.
    """
    smallest = float(stdtrit(freedom, 1 - SIZE / 2) + stdtrit(freedom, POWER)) * std_error
    holds = smallest <= abs(worthwhile)
    seen, worth = sizes(smallest, abs(worthwhile), unit=unit, per=per)
    verb = "is" if holds else "is not"
    return Diagnostic(
        name="detectable_effect",
        sentence=f"An effect of about {seen} would be seen in four studies of five of this size; "
        f"the smallest effect worth having, {worth}, {verb} as large.",
        value=smallest,
        limit=abs(worthwhile),
        holds=holds,
        source="Bloom 1995: minimum detectable effect at 80 % power, two-sided 5 %",
        required=False,
    )
