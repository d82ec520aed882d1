"""The score interval of a ratio of two shares (Koopman 1984; without the factor N / (N - 1) of Miettinen and Nurminen 1985).

Letters as there: x1 of n1 people reached the stage and x0 of n0 of the reference group did; phi = R1 / R0.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt

from scipy.special import ndtri

from ..methods.inference import LEVEL

Z = float(ndtri((1 + LEVEL) / 2))
FARTHEST = 30.0  # of the logarithm of a ratio: beyond, a limit is none
HALVINGS = 100


def score_of_ratio(x1: int, n1: int, x0: int, n0: int, phi: float) -> float:
    """The standardised distance of x1 / n1 from phi times x0 / n0, at the likeliest shares whose ratio is phi; falls as phi rises."""
    a, b, c = (n1 + n0) * phi, -((n1 + x0) * phi + x1 + n0), float(x1 + x0)
    R0 = (-b - sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    R1 = min(phi * R0, 1.0)
    away = x1 / n1 - phi * x0 / n0
    V = R1 * (1 - R1) / n1 + phi**2 * R0 * (1 - R0) / n0
    return away / sqrt(V) if V > 0 else (0.0 if away == 0 else inf if away > 0 else -inf)


def limits_of_ratio(x1: int, n1: int, x0: int, n0: int) -> tuple[float, float] | None:
    """The 95 % limits of (x1 / n1) / (x0 / n0), 0 and above; None where nobody of the reference group reached it: the ratio has no end."""
    if not x0:
        return None
    low = _crossing(x1, n1, x0, n0, Z) if x1 else 0.0
    return low, _crossing(x1, n1, x0, n0, -Z)


def _crossing(x1: int, n1: int, x0: int, n0: int, z: float) -> float:
    """The ratio at which the score is z."""
    low, high = -FARTHEST, FARTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if score_of_ratio(x1, n1, x0, n0, exp(middle)) < z else (middle, high)
    return exp((low + high) / 2) if high > log(1e-12) else 0.0
