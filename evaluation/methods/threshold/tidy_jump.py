"""The jump at a cut-off on the columns of a frame: by local lines with robust bias correction, or in a window as if a lot had divided people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from .. import permutation
from ..inference import Contrast, neyman
from ..tables import Estimates, Table, asked, columns_there
from .anderson_rubin import TwoJumps, led
from .bandwidth import Bandwidths, optimal
from .honest import bend, reach, worst_bias
from .jumping import FEW_SCORES, NEYMAN, REDRAWN, variances
from .randomised import lot, window
from .robust import Jumps, jumps, pulls, two_sides, worth
from .running import FEWEST_SCORES

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

AROUND = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # of the bandwidth chosen: those shown beside it
FEWEST_ROWS = 20  # within the bandwidth on a side: of fewer, parabolas follow single rows (our own rule)
PARABOLAS = 6.0  # numbers that two of them have


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The rows of a frame about a cut-off; (n,) arrays."""

    away: Array  # points from the cut-off, 0 and more on the side of the offer
    y: Array
    came: Array | None  # float 0 or 1: of those for whom an offer is one thing and coming another
    clusters: Array | None  # int
    score: str
    outcome: str
    cutoff: float
    offered: str  # "above" or "below"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Discontinuity(Table):
    """The jump of the outcome at the cut-off or, of those who come because of the offer, that jump over the jump of coming."""

    cut: Cut
    widths: Bandwidths
    fixed: bool  # the bandwidth was given

    @property
    def frame(self) -> pd.DataFrame:
        """Robust bias correction first, or the honest interval where a side has few distinct scores; of a fuzzy cut-off both jumps beside."""
        rows = [self._corrected(self.widths)]
        there = self._jumps(self.widths)
        if self.cut.came is None:
            rows.insert(0 if self._few else 1, self._honest())
        else:
            for name, k in (("jump of the outcome", 0), ("jump of coming", 1)):
                rows.append(self._one(name, there.corrected[k], variances(there.of_corrected[:, [k]], self.cut.clusters)[0, 0]))
        return pd.DataFrame(rows)

    @property
    def note(self) -> str:
        """How far people were read, and how many."""
        offer, other = self._jumps(self.widths).people
        how = "given" if self.fixed else "that of the least mean squared error"
        few = f"Fewer than {FEW_SCORES} distinct scores on a side: "
        few += "the honest interval leads. " if self.cut.came is None else "read it with care. "
        return (few if self._few else "") + (
            f"Bandwidth {self.widths.h:.4g} ({how}): {offer:,} rows on the side of the offer, {other:,} on the other. "
            "It tells of people at the cut-off alone."
        )

    @property
    def _few(self) -> bool:
        """Whether a side has so few distinct scores that an interval that assumes no curve between them leads, as in a design's answer."""
        return min(len(np.unique(self.cut.away[side])) for side in (self.cut.away >= 0, self.cut.away < 0)) < FEW_SCORES

    def bandwidths(self, at: Sequence[float] = ()) -> pd.DataFrame:
        """The same by bandwidth; left out, from half to twice the one that was chosen."""
        rows = []
        for h in at or [share * self.widths.h for share in AROUND]:
            widths = Bandwidths(h, h * self.widths.b / self.widths.h)
            row, people = self._corrected(widths), self._jumps(widths).people
            rows.append({"bandwidth": h, **row, "offered": people[0], "others": people[1]})
        return pd.DataFrame(rows).drop(columns="what")

    def bins(self, many: int = 20) -> pd.DataFrame:
        """Means of the outcome in bins of the score, `many` on either side within twice the bandwidth; for a picture, and for no test."""
        width = 2 * self.widths.h / many
        near = np.abs(self.cut.away) <= 2 * self.widths.h
        place = np.floor(self.cut.away[near] / width).astype(int)
        rows = pd.DataFrame({"bin": place, "away": self.cut.away[near], "mean": self.cut.y[near]})
        told = rows.groupby("bin").agg(away=("away", "mean"), mean=("mean", "mean"), rows=("mean", "size")).reset_index(drop=True)
        sign = 1.0 if self.cut.offered == "above" else -1.0
        return told.assign(score=self.cut.cutoff + sign * told["away"])[["score", "away", "mean", "rows"]]

    def plot(self, bins: int = 20) -> InANotebook:
        """Means in bins of the score, and the local lines whose jump is the answer."""
        from . import plots

        return plots.jump(self, bins)

    def plot_bandwidths(self) -> InANotebook:
        """The jump by bandwidth."""
        from . import plots

        return plots.bandwidths(self)

    def _jumps(self, widths: Bandwidths) -> Jumps:
        cut = self.cut
        columns = np.column_stack([cut.y, np.zeros(len(cut.y)) if cut.came is None else cut.came])
        return jumps(cut.away, columns, np.ones(len(cut.y)), widths, by_line=cut.clusters is not None)

    def _freedom(self, widths: Bandwidths) -> float:
        pull = pulls(self.cut.away, np.ones(len(self.cut.y)), widths).corrected
        labels = np.arange(len(pull)) if self.cut.clusters is None else self.cut.clusters
        return max(sum(worth(pull, labels, side) for side in (self.cut.away >= 0, self.cut.away < 0)) - PARABOLAS, 1.0)

    def _corrected(self, widths: Bandwidths) -> dict[str, object]:
        there = self._jumps(widths)
        V = variances(there.of_corrected, self.cut.clusters)
        if self.cut.came is None:
            return self._one("jump", there.corrected[0], V[0, 0], self._freedom(widths))
        two = TwoJumps(float(there.corrected[0]), float(there.corrected[1]), float(V[0, 0]), float(V[0, 1]), float(V[1, 1]), self._freedom(widths))
        ratio = led(two, "t")
        told = {"what": "effect of coming", "value": two.ratio, "std_error": ratio.std_error, "low": ratio.interval.low, "high": ratio.interval.high}
        return told | {"p": ratio.p_value, "F": two.strength}

    def _one(self, name: str, value: float, V: float, df: float = np.inf) -> dict[str, object]:
        contrast = Contrast(float(value), float(V**0.5), df)
        limits = contrast.interval("")
        return {"what": name, "value": float(value), "std_error": contrast.std_error, "low": limits.low, "high": limits.high, "p": contrast.p_value}

    def _honest(self) -> dict[str, object]:
        """By local lines, wide enough for a mean that bends no more sharply than any seen (Kolesar and Rothe 2018)."""
        cut, weight = self.cut, np.ones(len(self.cut.y))
        there = self._jumps(self.widths)
        bias = worst_bias(cut.away, pulls(cut.away, weight, self.widths).line, bend(cut.away, cut.y, weight))
        error = float(variances(there.of_line[:, :1], cut.clusters)[0, 0] ** 0.5)
        half, value = reach(error, bias), float(there.line[0])
        return {"what": "jump, honest to bends", "value": value, "std_error": error, "low": value - half, "high": value + half, "p": np.nan}


@asked()
def discontinuity(
    frame: pd.DataFrame,
    *,
    score: str,
    outcome: str,
    cutoff: float,
    offered: str = "above",
    came: str | None = None,
    bandwidth: float | None = None,
    donut: float = 0.0,
    cluster: str | None = None,
) -> Discontinuity:
    """What an offer did for people at the cut-off of a score (Calonico, Cattaneo and Titiunik 2014); names are columns.

    `offered` "above": those who score `cutoff` or more are offered the programme; "below": those who score it or less.  `came` (0 or 1) makes
    it fuzzy: the effect of coming on those who come because of the offer, as an Anderson-Rubin set unless the first stage is overwhelming.
    `donut`: those within so many points are left out.  Nobody else must change at that score, and nobody be moved over it: see `density`.
    Refuses fewer than 20 rows a side within the bandwidth.
    """
    cut = cut_of(frame, score=score, outcome=outcome, cutoff=cutoff, offered=offered, came=came, donut=donut, cluster=cluster)
    for side, there in (("on the side of the offer", cut.away >= 0), ("on the other side", cut.away < 0)):
        if (many := len(np.unique(cut.away[there]))) < FEWEST_SCORES:
            raise Refused(Problem(f"column '{score}'", f"{side} there are {counted(many, 'distinct score')}.", f"A line needs {FEWEST_SCORES}."))
    left, right = two_sides(cut.away, cut.y, np.ones(len(cut.y)))
    widths = Bandwidths(bandwidth, bandwidth) if bandwidth else optimal(left, right)
    told = Discontinuity(cut, widths, bandwidth is not None)
    if not np.isfinite(told._jumps(widths).corrected).all():
        raise Refused(Problem("bandwidth", f"within {widths.h:.4g} points a side holds too few distinct scores.", remedy="Widen it."))
    sides = told._jumps(widths).people
    if min(sides) < FEWEST_ROWS:
        found = f"within {widths.h:.4g} points lie {counted(sides[0], 'row')} on the side of the offer and {sides[1]:,} on the other."
        raise Refused(Problem("bandwidth", found, f"Lines need {FEWEST_ROWS} a side.", "Widen it, or compare a window: `local_randomisation`."))
    return told


@asked()
def local_randomisation(
    frame: pd.DataFrame,
    *,
    score: str,
    outcome: str,
    cutoff: float,
    history: Sequence[str] = (),
    within: float | None = None,
    offered: str = "above",
) -> Estimates:
    """The difference of the two sides in a window about the cut-off, as if a lot had divided people there; names are columns.

    The window is the widest in which, and in every narrower one, no column of the `history` differs; or `within` points.  Assumes that in
    it the score has nothing to do with the outcome.  Limits are by redrawing the lot, of up to 5,000 rows; else Neyman's.
    """
    columns_there(frame, {}, {"history": history})
    cut = cut_of(frame, score=score, outcome=outcome, cutoff=cutoff, offered=offered)
    if not history and within is None:
        raise Refused(Problem("history", "nothing says how far people are alike.", remedy="Name columns from before, or `within`."))
    date, kept = np.zeros(len(cut.y), dtype=np.int64), np.ones(len(cut.y), dtype=bool)
    near = window(cut.away, date, kept, {name: frame[name].to_numpy(dtype=float) for name in history}, within)
    if near is None or min((near.inside & side).sum() for side in (cut.away >= 0, cut.away < 0)) < 2:
        raise Refused(Problem("within", "no window holds enough people on both sides.", remedy="Widen it."))
    drawn = lot(cut.y[near.inside], cut.away[near.inside] >= 0, date[near.inside])
    contrast = neyman(drawn)
    limits, p, by = contrast.interval(NEYMAN), contrast.p_value, NEYMAN
    if len(drawn.y) <= permutation.MOST_UNITS and permutation.possible_lots(drawn.z, drawn.b, drawn.g) >= permutation.FEWEST_LOTS:
        redrawn = permutation.redraw(drawn)
        limits, p, by = replace(limits, low=redrawn.low, high=redrawn.high), redrawn.p_value, REDRAWN
    row = {
        "what": "difference in the window",
        "value": contrast.effect,
        "std_error": contrast.std_error,
        "low": limits.low,
        "high": limits.high,
        "p": p,
    }
    alike = f"'{near.column}' differs the most there (p = {near.p_value:.2f})." if near.column else "No history was compared."
    sides = [int((near.inside & side).sum()) for side in (cut.away >= 0, cut.away < 0)]
    said = f"Within {near.within:.4g} points: {sides[0]:,} rows on the side of the offer, {sides[1]:,} on the other. {alike} Limits: {by}."
    return Estimates(pd.DataFrame([row]), said)


def cut_of(
    frame: pd.DataFrame, *, score: str, outcome: str, cutoff: float, offered: str = "above", came: str | None = None, donut: float = 0.0,
    cluster: str | None = None,
) -> Cut:  # fmt: skip
    """The rows of a frame about its cut-off; refuses columns that are not there, and a cut-off that divides nobody."""
    columns_there(frame, {"score": score, "outcome": outcome, "came": came, "cluster": cluster})
    problems = []
    if offered not in ("above", "below"):
        problems.append(Problem("offered", f"{offered!r} was given.", "Those who score 'above' the cut-off are offered it, or 'below'."))
    if came is not None and not frame[came].isin([0, 1]).all():
        problems.append(Problem(f"column '{came}'", "it does not hold only 0 and 1."))
    away = (frame[score].to_numpy(dtype=float) - cutoff) * (-1.0 if offered == "below" else 1.0)
    kept = (np.abs(away) > donut) | (donut == 0)
    sides = [int((kept & side).sum()) for side in (away >= 0, away < 0)]
    if not all(sides):
        found = f"{sides[0]:,} rows lie on the side of the offer, and {sides[1]:,} on the other."
        problems.append(Problem("cutoff", found, f"Scores go from {frame[score].min():g} to {frame[score].max():g}."))
    if problems:
        raise Refused(*problems)
    clusters = None if cluster is None else np.unique(frame[cluster].to_numpy(), return_inverse=True)[1][kept]
    y, d = frame[outcome].to_numpy(dtype=float)[kept], None if came is None else frame[came].to_numpy(dtype=float)[kept]
    return Cut(away[kept] + 0.0, y, d, clusters, score, outcome, cutoff, offered)
