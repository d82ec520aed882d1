"""How often a question's answers were right, with Monte Carlo errors, and the gate that every method must pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from ..diagnostics.before_start import RAREST
from ..methods.inference import LEVEL
from ..terms import Verdict

if TYPE_CHECKING:
    from ..terms import Array

LEAST_ANSWERED = 0.5  # of the runs; our own rule: the counties that a method answers in may be the easy ones
MEASURES = ("bias", "bias_in_sd", "sd", "rmse", "coverage", "rejects", "se_ratio", "refused", "not_estimable")

Lack = Literal["", "refused", "not estimable"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a question's answer ought to be, in the outcome's unit (shares for people)."""

    effect: float
    error: float  # Monte Carlo standard error of the effect; 0 where nobody's outcome moves
    served: float  # mean or share under the first plan
    compared: float  # under the second
    people: int  # whom the estimand names


@dataclass(frozen=True, slots=True)
class Run:
    """What one question came to in one county; numbers are NaN where there was no estimate."""

    question: str
    seed: int
    verdict: Verdict  # of what is provisional, what it would become
    effect: float = nan
    std_error: float = nan
    low: float = nan
    high: float = nan
    p_value: float = nan
    placebo: float = nan  # p-value of the outcome before the start, where no column of the history looks; NaN where it is not told
    lack: Lack = ""  # why there is no estimate: refused before any outcome was read, or none could be made of what was read

    @property
    def answered(self) -> bool:
        """Whether there was an estimate."""
        return not isnan(self.effect)


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its Monte Carlo standard error; NaN where nothing was answered."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Score:
    """How one question fared over the runs, against the truth."""

    question: str
    truth: Truth
    runs: int
    answered: int
    bias: Measured  # the truth's own error is part of its error
    sd: Measured  # of the estimates
    rmse: Measured
    coverage: Measured  # of the 95 % intervals
    rejects: Measured  # share of p-values below 5 %: size where the truth is exactly 0, power elsewhere
    se_ratio: Measured  # mean standard error over the SD of the estimates
    refused: Measured  # share of runs without an estimate, for whatever reason
    not_estimable: Measured  # share of runs whose outcomes were read and gave no estimate: part of those refused
    verdicts: Mapping[str, int]  # how often each came out; of what is provisional, what it would become
    placebo_hit: Measured = Measured(nan, nan)  # share of the runs with a placebo window in which it failed: of groups that are alike, 5 %

    @property
    def bias_in_sd(self) -> Measured:
        """The bias in standard deviations of the estimates: what it does to coverage depends on nothing else."""
        if not self.sd.value > 0:
            return Measured(np.nan, np.nan)
        return Measured(self.bias.value / self.sd.value, self.bias.error / self.sd.value)

    @property
    def without_effect(self) -> bool:
        """Whether the truth is exactly 0: nobody's outcome differs between the plans."""
        return self.truth.effect == 0 and self.truth.error == 0

    def numbers(self) -> Iterator[tuple[str, Measured]]:
        """Every number of the score, under its name."""
        yield "truth", Measured(self.truth.effect, self.truth.error)
        for name in MEASURES:
            yield ("size" if self.without_effect else "power") if name == "rejects" else name, getattr(self, name)
        if not isnan(self.placebo_hit.value):
            yield "placebo_hit", self.placebo_hit
        for verdict, times in self.verdicts.items():
            yield f"verdict: {verdict}", _share(np.arange(self.runs) < times)


def scored(truth: Truth, runs: Sequence[Run]) -> Score:
    """How all runs of one question compare with its truth."""
    found = [run for run in runs if run.answered]
    many = len(found)
    effect = np.array([run.effect for run in found])
    missed, spread = effect - truth.effect, _sd(effect)
    rmse = float(np.sqrt(np.mean(missed**2))) if many else np.nan
    ratio = float(np.mean([run.std_error for run in found])) / spread if spread > 0 else np.nan
    root = np.sqrt(many) if many else np.nan
    return Score(
        question=runs[0].question,
        truth=truth,
        runs=len(runs),
        answered=many,
        bias=Measured(float(missed.mean()) if many else np.nan, float(np.hypot(spread / root, truth.error))),
        sd=Measured(spread, float(spread / root / np.sqrt(2))),
        rmse=Measured(rmse, float(_sd(missed**2) / root / (2 * rmse)) if rmse > 0 else np.nan),
        coverage=_share([run.low <= truth.effect <= run.high for run in found]),
        rejects=_share([run.p_value < 1 - LEVEL for run in found]),
        se_ratio=Measured(ratio, float(ratio / root / np.sqrt(2))),
        refused=_share([not run.answered for run in runs]),
        not_estimable=_share([run.lack == "not estimable" for run in runs]),
        placebo_hit=_share([run.placebo < RAREST for run in runs if not isnan(run.placebo)]),
        verdicts=dict(sorted(Counter(run.verdict for run in runs).items())),
    )


def _share(hits: Sequence[bool] | Array) -> Measured:
    if not len(hits):
        return Measured(np.nan, np.nan)
    share = float(np.mean(hits))
    return Measured(share, float(np.sqrt(share * (1 - share) / len(hits))))


def _sd(values: Array) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else np.nan


# ------------------------------------------------------------------------------------------------ the gate
def gate(scores: Sequence[Score]) -> tuple[str, ...]:
    """What lies outside the Monte Carlo gate, in words.  Its limits stand here and in the functions below, and nowhere else.

    With R runs and SD that of the estimates: |bias| < .05 SD + 3 SD / sqrt(R), where the truth's own Monte Carlo error is
    added; coverage at least `least_coverage`, which allows for that error too; mean standard error / SD within
    1 +- (.07 + 3 / sqrt(2 R)); and, where the truth is exactly 0, size at most 1 - `least_coverage`.  Too high a coverage is
    conservative and never fails.  A question answered in fewer than `LEAST_ANSWERED` of its runs, or less than twice, misses.
    In a table of m numbers the 3 becomes `errors_allowed(m)`; all scores given here are one table.
    """
    return tuple(f"{score.question}: {miss}" for score in scores for miss in misses(score, judged(scores)))


def judged(scores: Sequence[Score]) -> int:
    """How many numbers of these scores the gate judges."""
    return sum(4 if score.without_effect else 3 for score in scores)


def errors_allowed(numbers: int) -> float:
    """How many Monte Carlo errors each of so many numbers may be off: 3, or in a larger table the normal quantile of 1 - .005 / m."""
    return max(3.0, float(ndtri(1 - 0.005 / max(numbers, 1))))


def least_coverage(runs: int, *, numbers: int = 1, truth_error: float = 0.0) -> float:
    """The least coverage that a right 95 % interval shows in so many runs, as one of so many numbers.

    `truth_error` is the Monte Carlo error of the truth, in standard deviations of the estimates.  The luck of the runs and that of the
    truth may together (root of the sum of squares) be `errors_allowed`, as they may in a bias: the limit is that under the worst of it,
    where a truth that is off by d standard deviations is held by the share Phi(1.96 - d) - Phi(-1.96 - d) of normal intervals.
    """
    angle = np.linspace(0, np.pi / 2, 181)  # from luck of the runs alone to luck of the truth alone
    of_runs, of_truth = errors_allowed(numbers) * np.cos(angle), errors_allowed(numbers) * np.sin(angle)
    return float(np.min(LEVEL - _missed_more(of_truth * truth_error) - of_runs * (LEVEL * (1 - LEVEL) / runs) ** 0.5))


def _missed_more(off: Array) -> Array:
    """By how much fewer of normal 95 % intervals hold a point that is so many standard errors off; exactly 0 where it is not."""
    z = ndtri((1 + LEVEL) / 2)
    return np.asarray((ndtr(z) - ndtr(-z)) - (ndtr(z - off) - ndtr(-z - off)))


def limits(score: Score, numbers: int) -> dict[str, tuple[float, float]]:
    """Between which limits each judged measure of a question must lie, as one of so many numbers; needs two answers at the least."""
    R, z = score.answered, errors_allowed(numbers)
    known = score.truth.error / score.sd.value if score.sd.value > 0 else 0.0
    least = least_coverage(R, numbers=numbers, truth_error=known)
    far, ratio = 0.05 * score.sd.value + z * score.bias.error, 0.07 + z / (2 * R) ** 0.5
    inside = {"bias": (-far, far), "coverage": (least, 1.0), "se_ratio": (max(0.0, 1 - ratio), 1 + ratio)}
    return inside | ({"rejects": (0.0, 1 - least)} if score.without_effect else {})


def misses(score: Score, numbers: int) -> Iterator[str]:
    """What lies outside the gate of one question, as one of so many numbers."""
    if score.answered < max(2.0, LEAST_ANSWERED * score.runs):
        yield f"answered in {score.answered} of {score.runs} runs"
        return
    for name, (low, high) in limits(score, numbers).items():
        found: Measured = getattr(score, name)
        if not low <= found.value <= high:
            yield f"{name} {found.value:.4g} ({found.error:.2g}), outside {low:.4g} to {high:.4g}"


def conservative(score: Score, numbers: int) -> bool:
    """Whether the intervals hold the truth more often than they promise, beyond luck: reported, and no miss."""
    most = 2 * LEVEL - least_coverage(max(score.answered, 1), numbers=numbers)
    return score.answered > 1 and score.coverage.value > min(most, 1.0)
