"""What is found where no programme came: on a day before it, or in places that it did not reach."""

from __future__ import annotations

from ..terms import Diagnostic
from .challenged import PLACEBO_LEVEL

RAREST = 0.05  # p-value
EARLIER = (
    "an adoption that was none, told from periods before the true one alone (Bertrand, Duflo and Mullainathan 2004; Eggers, Tuñón and Dafoe 2024); "
    ".05 shared by three tests that decide"
)
DEALT = "randomisation inference: Fisher 1935; the p-value of a sample of dealings, Phipson and Smyth 2010; of roll-outs, MacKinnon and Webb 2020"


def placebo_adoption(p_value: float, periods: int) -> Diagnostic:
    """Whether an effect is found where adoption is said to have been so many periods earlier than it was.

    Fails below PLACEBO_LEVEL; required, as a placebo start is, which a roll-out over the calendar has none of.
    """
    holds = p_value >= PLACEBO_LEVEL
    found = "no effect is found" if holds else "an effect is found that cannot be of the programme"
    return Diagnostic(
        name="placebo_adoption",
        sentence=f"With adoption dated {periods:,} period{'s' if periods > 1 else ''} too early, and nothing read from the true one on, {found}.",
        value=p_value,
        limit=PLACEBO_LEVEL,
        holds=holds,
        source=EARLIER,
    )


def placebo_adopters(p_value: float, dealings: int, floor: float, *, clear: bool) -> Diagnostic:
    """How seldom places chosen by chance, with the same dates of adoption, show as much.

    `floor` is the smallest p-value there could be; `clear` says whether the study's own range lies off no difference: where it does not,
    nothing is judged.  Neither is it where so few places leave no p-value under RAREST.
    """
    judged = clear and floor < RAREST
    holds = not judged or p_value < RAREST
    seldom = f"places dealt the same dates by chance show as much in {100 * p_value:.2g} of every 100 of {dealings:,} dealings"
    few = "" if floor < RAREST else "; so few places allow no p-value below 5 %"
    return Diagnostic(
        name="placebo_adopters",
        sentence=f"{seldom[0].upper()}{seldom[1:]}{few}" + ("." if holds else ": the effect does not stand out from chance."),
        value=p_value,
        limit=RAREST if judged else None,
        holds=holds,
        source=DEALT,
        required=False,
        detail={"smallest possible": floor},
    )
