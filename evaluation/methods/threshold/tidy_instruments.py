"""Offers, and examiners who are more or less ready to make them, as instruments, on the columns of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...terms import Problem, Refused
from ..inference import Contrast
from ..tables import Estimates, asked, columns_there
from .anderson_rubin import WEAK, TwoJumps, anderson_rubin
from .instruments import leniency as leave_one_out
from .instruments import two_stage as fitted

if TYPE_CHECKING:
    from ...terms import Array


@asked()
def two_stage(
    frame: pd.DataFrame, *, outcome: str, came: str, instruments: Sequence[str], exogenous: Sequence[str] = (), cluster: str | None = None
) -> Estimates:
    """The effect of coming on those whom the instruments move to come, by two-stage least squares; names are columns.

    Of one instrument, the Anderson-Rubin set stands below: it holds however little the instrument moves anybody.  Assumes that it moves the
    outcome through coming alone, and keeps nobody away who would have come (Imbens and Angrist 1994).  Errors by `cluster`, or by row.
    """
    columns_there(frame, {"outcome": outcome, "came": came, "cluster": cluster}, {"instruments": instruments, "exogenous": exogenous})
    if not instruments:
        raise Refused(Problem("instruments", "none is named."))
    n = len(frame)
    y, d = (frame[name].to_numpy(dtype=float) for name in (outcome, came))
    Z = frame[list(instruments)].to_numpy(dtype=float)
    X = np.column_stack([np.ones(n), *(frame[name].to_numpy(dtype=float) for name in exogenous)])
    rank = np.linalg.matrix_rank(np.column_stack([X, Z]))
    if rank < X.shape[1] + Z.shape[1]:
        raise Refused(Problem("instruments", "one is made up of the others, of what stands beside them, or never varies.", remedy="Leave it out."))
    clusters = None if cluster is None else np.unique(frame[cluster].to_numpy(), return_inverse=True)[1]
    found = fitted(y, d, Z, X, np.ones(n), clusters)
    df = float(n if clusters is None else clusters.max() + 1) - (X.shape[1] + 1 if clusters is None else 1)
    rows = [_row("two-stage least squares", Contrast(found.effect, found.std_error, df))]
    if Z.shape[1] == 1:
        limits = anderson_rubin(_two(y, d, Z[:, 0], X, clusters, df)).interval
        rows.append({"what": "Anderson-Rubin", "value": found.effect, "std_error": np.nan, "low": limits.low, "high": limits.high, "p": np.nan})
    weak = f" Below {WEAK:g} it hardly moves anybody: read the Anderson-Rubin set." if found.strength < WEAK else ""
    return Estimates(pd.DataFrame(rows), f"First-stage F = {found.strength:.1f}.{weak} Errors: by {f'{cluster!r}' if cluster else 'row'}.")


@asked()
def leniency(frame: pd.DataFrame, *, examiner: str, came: str, among: str | None = None) -> pd.Series:
    """How readily each row's examiner lets others come: the mean of `came` over the examiner's other cases, an instrument for `two_stage`.

    Less the mean of the other cases `among` which cases go to examiners by chance, such as an office in a year.  A row alone with its examiner has
    none.
    """
    columns_there(frame, {"examiner": examiner, "came": came, "among": among})
    codes = {name: np.unique(frame[name].to_numpy(), return_inverse=True)[1] for name in (examiner, among) if name is not None}
    told = leave_one_out(codes[examiner], frame[came].to_numpy(dtype=float), None if among is None else codes[among])
    return pd.Series(told, index=frame.index, name="leniency")


def _row(name: str, contrast: Contrast) -> dict[str, object]:
    limits = contrast.interval("")
    told = {"what": name, "value": contrast.effect, "std_error": contrast.std_error}
    return told | {"low": limits.low, "high": limits.high, "p": contrast.p_value}


def _two(y: Array, d: Array, z: Array, X: Array, clusters: Array | None, df: float) -> TwoJumps:
    """What the instrument moves, outcome and coming, by regressions on it, with their joint variance."""
    own = z - X @ np.linalg.lstsq(X, z, rcond=None)[0]
    W = np.column_stack([X, z])
    moved, parts = [], []
    for column in (y, d):
        left = column - W @ np.linalg.lstsq(W, column, rcond=None)[0]
        moved.append(float(own @ column / (own @ own)))
        parts.append(own * left / (own @ own))
    scores = np.column_stack(parts)
    if clusters is not None:
        scores = np.column_stack([np.bincount(clusters, weights=column) for column in scores.T])
    G = len(scores)
    V = scores.T @ scores * G / (G - 1 if clusters is not None else G - W.shape[1])
    return TwoJumps(moved[0], moved[1], float(V[0, 0]), float(V[0, 1]), float(V[1, 1]), df)
