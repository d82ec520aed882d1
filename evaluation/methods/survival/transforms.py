"""Intervals of shares on scales that keep them between 0 and 1, as R's survfit(conf.type = ...) has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, logit, ndtri

from ..inference import LEVEL

if TYPE_CHECKING:
    from ...terms import Array

Scale = Literal["plain", "log", "log-log", "logit", "arcsin"]
Ends = tuple["Array", "Array"]


def interval(share: Array, std_error: Array, by: Scale = "log-log", worth: Array | float | None = None, level: float = LEVEL) -> Ends:
    """The two ends of an interval of each share, by the delta method on a scale of its own.

    "log-log" (Kalbfleisch & Prentice) and "logit" lie between 0 and 1 of themselves, "plain", "log" and "arcsin" are cut there.
    At 0 or 1, or without an error, no scale has an interval: there the ends are Clopper & Pearson's of nobody, or everybody, among
    the people whom the share is `worth`, and NaN where that is not said.
    """
    p, se = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(std_error, dtype=float))
    reach = float(ndtri((1 + level) / 2))
    inside = (p > 0) & (p < 1) & (se > 0)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    ends = _SCALES[by](p[inside], se[inside], reach)
    low[inside], high[inside] = (np.clip(end, 0.0, 1.0) for end in ends)
    if worth is None:
        return low, high
    empty, full = (p <= 0) & ~inside, (p >= 1) & ~inside
    far = 1.0 - ((1 - level) / 2) ** (1.0 / np.asarray(worth, dtype=float))
    return np.where(empty, 0.0, np.where(full, 1.0 - far, low)), np.where(empty, far, np.where(full, 1.0, high))


def _plain(p: Array, se: Array, reach: float) -> Ends:
    return p - reach * se, p + reach * se


def _log(p: Array, se: Array, reach: float) -> Ends:
    return p * np.exp(-reach * se / p), p * np.exp(reach * se / p)


def _log_log(p: Array, se: Array, reach: float) -> Ends:
    far = reach * se / (p * np.abs(np.log(p)))
    return p ** np.exp(far), p ** np.exp(-far)


def _logit(p: Array, se: Array, reach: float) -> Ends:
    far = reach * se / (p * (1 - p))
    return expit(logit(p) - far), expit(logit(p) + far)


def _arcsin(p: Array, se: Array, reach: float) -> Ends:
    angle, far = np.arcsin(np.sqrt(p)), reach * se / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(angle - far, 0.0)) ** 2, np.sin(np.minimum(angle + far, np.pi / 2)) ** 2


_SCALES: Mapping[Scale, Callable[[Array, Array, float], Ends]] = {
    "plain": _plain,
    "log": _log,
    "log-log": _log_log,
    "logit": _logit,
    "arcsin": _arcsin,
}
