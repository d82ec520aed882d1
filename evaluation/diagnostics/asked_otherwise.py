"""Whether an answer stands when the same question is asked of the same people in another way: by other methods, by other specifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtri, stdtrit

from ..terms import Diagnostic

SIZE = 0.05  # of all comparisons with rivals together
SAME_WAY = 0.9  # of the specifications: a rule of this project
AS_CLEAR = 0.5  # of the specifications: the median one
DISAGREE = (
    "delete-a-group jackknife of the difference itself (Kott 2001), since both are told of the same people, or where smaller the root of the sum of "
    "squares, which bounds it where the two are not negatively correlated (Hausman 1978); Bonferroni over the rivals"
)
LINKED = "thresholds of match scores: Harron and others 2017; the error of a part against the whole is at most that of the part: Hausman 1978"
CURVE = "specification curve: Simonsohn, Simmons and Nelson 2020; the limits are rules of this project"


@dataclass(frozen=True, slots=True)
class Rival:
    """What another way found, less the study's own answer."""

    apart: float  # the rival's effect less the study's own
    std_error: float  # of that difference
    df: float  # degrees of freedom of that error; inf where it is a bound

    @property
    def told(self) -> float:
        """How many standard errors apart the two are; none where they are one number."""
        return abs(self.apart) / self.std_error if self.std_error > 0 else (0.0 if self.apart == 0 else float("inf"))


def deleted(own: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The standard error of the difference of two estimates, each told again G times without one group of the people, and G - 1.

    The groups are the same for both, so that what the two share cancels: sqrt((G - 1) / G sum_g (d_g - mean d)^2), where
    d_g = other_g - own_g.  Groups are of whole clusters, put together without regard to any outcome (Kott 2001).
    """
    apart = np.asarray(other, dtype=float) - np.asarray(own, dtype=float)
    many = len(apart)
    return float(sqrt((many - 1) / many * float(((apart - apart.mean()) ** 2).sum()))), float(many - 1)


def at_most(std_error: float, other: float) -> float:
    """The largest standard error of the difference of two estimates of one thing that are not negatively correlated."""
    return sqrt(std_error**2 + other**2)


def methods_agree(rivals: Mapping[str, Rival]) -> Diagnostic:
    """Whether other ways of answering find the same, but for luck; by name, and no fewer than one.

    Of several the one that lies farthest off is judged, at SIZE over their number.
    """
    worst = max(rivals, key=lambda name: rivals[name].told)
    limit = _limit(rivals[worst].df, len(rivals))
    holds = rivals[worst].told <= limit
    many = f"{len(rivals):,} other ways" if len(rivals) > 1 else "1 other way"
    found = f"the farthest off, {worst}, lies {_errors(rivals[worst].told)} from the answer of the study"
    return Diagnostic(
        name="methods_agree",
        sentence=f"Of {many} of asking the same of the same people, {found}: " + ("no more than luck" if holds else "more than luck") + " explains.",
        value=rivals[worst].told,
        limit=limit,
        holds=holds,
        source=DISAGREE,
        required=False,
        detail={f"{name}, apart": one.apart for name, one in rivals.items()}
        | {f"{name}, error of that": one.std_error for name, one in rivals.items()},
    )


def _limit(df: float, rivals: int) -> float:
    share = 1 - SIZE / (2 * rivals)
    return float(ndtri(share) if df == float("inf") else stdtrit(df, share))


def _errors(many: float) -> str:
    return f"{many:.1f} standard errors" if many < 100 else "more than a hundred standard errors"


def specifications_agree(same_way: float, as_clear: float | None, told: int, moved: Mapping[str, float]) -> Diagnostic:
    """Whether so many specifications point where the study does, and how many as clearly.

    `same_way` is the share of the `told` specifications whose effect has the sign of the study's own, and `as_clear` that of those whose
    range lies on that side of none; None where the study's own range reaches none, so that it claims nothing and nothing is judged.
    `moved` says by how much the answer moves where one column of the history is left out, by column.
    """
    judged = as_clear is not None
    holds = not judged or (same_way >= SAME_WAY and (as_clear or 0.0) >= AS_CLEAR)
    most = max(moved, key=lambda name: abs(moved[name]), default="")
    also = f", and {100 * (as_clear or 0.0):.0f} % are as clear about it" if judged else ""
    left_out = f"; of the columns of the history, leaving out '{most}' moves it most" if most else ""
    sentence = f"Of {told:,} specifications {100 * same_way:.0f} % point the same way as the study{also}{left_out}."
    return Diagnostic(
        name="specifications_agree",
        sentence=sentence,
        value=same_way,
        limit=SAME_WAY if judged else None,
        holds=holds,
        source=CURVE,
        required=False,
        detail={"as clear": as_clear if as_clear is not None else 0.0} | {f"without {name}": by for name, by in moved.items()},
    )


def well_linked(share: float, *, apart: float, std_error: float, threshold: float) -> Diagnostic:
    """Whether the answer stands among those people all of whose links are at least as sure as the highest `threshold`.

    `share` of the comparison's people are; their effect lies `apart` from everybody's, with at most such a `std_error` of that difference.
    """
    told = abs(apart) / std_error if std_error > 0 else 0.0
    limit = float(ndtri(1 - SIZE / 2))
    holds = told <= limit
    among = f"Among the {100 * share:.0f} % of people whose links all score {threshold:.2f} or more, the answer lies"
    return Diagnostic(
        name="well_linked",
        sentence=f"{among} {_errors(told)} from everybody's: " + ("no more than luck" if holds else "more than luck") + " explains.",
        value=told,
        limit=limit,
        holds=holds,
        source=LINKED,
        required=False,
        detail={"apart": apart, "share": share, "threshold": threshold},
    )
