"""How strongly something that nobody recorded would have to go with being served and with the outcome to explain a result away."""

from __future__ import annotations

from math import exp, sqrt

from ..terms import Diagnostic

SOURCE = "VanderWeele and Ding 2017: the E-value, on the scale of a ratio of risks"
LOG_RISK = 0.91  # of one standard deviation of an outcome (Chinn 2000; VanderWeele and Ding 2017)
REACH = 1.78  # of its standard error: 1.96 times that


def e_values(ratio: float, low: float, high: float) -> tuple[float, float]:
    """The E-value of a ratio of risks, and that of the end of its interval nearest to 1: 1 where the interval holds 1.

    Protective ratios are turned round first, so that both ways are told alike.  Refuses a ratio below 0, or outside its interval.
    """
    if not 0 <= low <= ratio <= high or ratio == 0:
        raise ValueError("a ratio is positive and lies in its interval")
    if low <= 1 <= high:
        return _of(ratio), 1.0
    return _of(ratio), _of(low if low > 1 else high)


def _of(ratio: float) -> float:
    stronger = ratio if ratio >= 1 else 1 / ratio
    return stronger + sqrt(stronger * (stronger - 1))


def of_odds(odds_ratio: float, *, rare: bool = False) -> float:
    """A ratio of odds, of a logistic regression, as one of risks: itself where the outcome is rare (under 15 %), else its square root.

    For effects told as ratios of odds, of which `e_values` then asks (VanderWeele and Ding 2017, table 2).
    """
    return odds_ratio if rare else sqrt(odds_ratio)


def of_hazards(hazard_ratio: float, *, rare: bool = False) -> float:
    """A ratio of hazards as one of risks by the end: (1 - .5^sqrt(HR)) / (1 - .5^sqrt(1 / HR)) where the outcome is not rare.

    For effects on the time until something happens, told as ratios of hazards (VanderWeele and Ding 2017, table 2).
    """
    return hazard_ratio if rare else (1 - 0.5 ** sqrt(hazard_ratio)) / (1 - 0.5 ** sqrt(1 / hazard_ratio))


def of_difference(d: float, std_error: float) -> tuple[float, float, float]:
    """A difference in standard deviations of the outcome, with its error, as a ratio of risks and its 95 % interval."""
    return exp(LOG_RISK * d), exp(LOG_RISK * d - REACH * std_error), exp(LOG_RISK * d + REACH * std_error)


def e_value(ratio: float, low: float, high: float, *, of_amounts: bool = False, called: str = "served") -> Diagnostic:
    """The E-value of a ratio of risks and of its 95 % interval.  Shown, not judged.

    `of_amounts`: the ratio was made of a difference in standard deviations, as by `of_difference`, and is an approximation.
    `called` is what the first arm is called.
    """
    point, limit = e_values(ratio, low, high)
    about = ", by an approximation for amounts" if of_amounts else ""
    reach = "the range reaches no difference without any such thing" if limit == 1 else f"for the range to reach no difference, {limit:.2f} times"
    return Diagnostic(
        name="e_value",
        sentence=f"To explain the whole result, something that nobody recorded would have to make people at least {point:.2f} times as likely to be "
        f"{called}, and the outcome as many times as likely (or unlikely), beyond all that is on record{about}; {reach}.",
        value=point,
        limit=None,
        holds=True,
        source=SOURCE,
        required=False,
        detail={"of the interval": limit, "ratio": ratio},
    )
