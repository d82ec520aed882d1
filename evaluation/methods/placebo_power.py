"""The smallest effect that a roll-out could be told from none, read off the places' own past before any outcome after adoption is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ..diagnostics.power import POWER
from ..terms import NEVER
from .few import Reached, reached
from .inference import LEVEL
from .reassigned import DRAWS, SEED, dealings

if TYPE_CHECKING:
    from ..terms import Array

BLOOM = 2.8  # standard errors of a minimum detectable effect at 80 % power, two-sided 5 % (Bloom 1995), where nothing better is known
FEWEST_PLACEBOS = 20  # with fewer, no placebo lies further out than 95 % of them
SEEN = 20_000  # draws of how a spread is seen, from SEED
FEWEST_PAST = 2  # periods: one before the placebo's day, and one after


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest effect that would be told from none in four studies of five, and what that was read off."""

    by_interval: float  # told by the t interval of `few.told`; inf where that prints none
    by_reassignment: float  # told by dealing the days out anew; inf where 5 % cannot be reached
    std_dev: float  # of the placebo effects
    placebos: int
    periods: int  # after each placebo's day, over which its effect is told
    asked: int  # over which the effect of the question is

    @property
    def effect(self) -> float:
        """By the interval where that is told, and else by dealing the days out anew: by the one that will be printed."""
        return self.by_interval if np.isfinite(self.by_interval) else self.by_reassignment


@dataclass(frozen=True, slots=True, eq=False)
class Placebo:
    """The past, as if the roll-out had been earlier, when nobody was under the programme."""

    value: Array  # (n, P) outcomes of the periods before anybody adopted
    adopted: Array  # (n,) int: days of adoption moved back into them, NEVER where a unit does not adopt
    periods: int  # after the last of them


def bloom(std_error: float) -> float:
    """The minimum detectable effect by Bloom's rule (1995), where all that is known is a standard error."""
    return BLOOM * std_error


def moved_back(value: Array, adopted: Array, *, asked: int, anticipation: int = 0) -> Placebo | None:
    """The roll-out moved back into the periods before anybody adopted or could have acted on it; None where these are fewer than FEWEST_PAST.

    `value` (n, T) float of which later periods are not read, `adopted` (n,) int, `asked` periods from adoption on over which the
    effect of the question is.  All days move back together, by as little as leaves `asked` periods after the last.  Where that
    would put the first before the second period, everybody adopts on one day instead, with `asked` periods after it or as many
    as leave half of the past before it.
    """
    days = adopted[adopted != NEVER]
    past = int(days.min()) - anticipation if len(days) else 0
    if past < FEWEST_PAST:
        return None
    back = int(days.max()) - (past - asked)
    at_once = int(days.min()) - back < 1
    periods = min(asked, past - past // 2) if at_once else asked
    there = np.where(adopted == NEVER, NEVER, past - periods if at_once else adopted - back)
    return Placebo(value[:, :past], there, periods)


def detectable_by_placebo(
    value: Array,
    adopted: Array,
    clusters: Array,
    statistic: Callable[[Array, Array], float],
    *,
    asked: int,
    anticipation: int = 0,
    strata: Array | None = None,
    there: Reached | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Detectable | None:
    """The smallest effect that this roll-out, on these places, would be told from none with a power of 80 %; None where the past is too short.

    The roll-out is moved back into the past (`moved_back`), its days are dealt out anew among the clusters as `reassigned` deals
    them, and `statistic` of (value (n, P), adopted (n,)) tells each placebo effect: whatever it finds, nothing caused it.  Their
    spread about 0, all that hangs together over time and between places taken in, is what the effect will be held against:

    - by the t interval: `multiple` times the spread;
    - by re-assignment: what, added to the placebo effects, puts four of five of them beyond 95 % of the others.

    Reads no outcome of a period in which anybody had adopted.  Assumes that the future varies as the past did; where the past is too
    short for the horizon, `periods` is less than `asked`, and the spread is that of an effect over fewer periods.
    """
    past = moved_back(value, adopted, asked=asked, anticipation=anticipation)
    if past is None:
        return None
    effects = np.array([statistic(past.value, dealt) for dealt in dealings(past.adopted, clusters, strata, draws, seed)[1]])
    effects = effects[~np.isnan(effects)]
    if len(effects) < 2:
        return None
    spread = float(np.sqrt((effects**2).mean()))
    return Detectable(_by_interval(spread, there or reached(adopted, clusters)), _by_reassignment(effects), spread, len(effects), past.periods, asked)


def _by_interval(spread: float, there: Reached) -> float:
    """What the interval of `few.told` would tell from none."""
    return spread * multiple(there) if there.enough else float("inf")


def multiple(there: Reached, served: float | None = None) -> float:
    """How many standard deviations of an effect the jackknife's interval tells from none four times of five; near BLOOM for many clusters.

    For a difference of the means of so many normal clusters of one spread, or of which those reached make up the share `served` of the
    variance, whose own spread is seen and not known: 80 % of drawn effects lie this far beyond what their interval reaches, on the fewer
    of both degrees of freedom of `jackknifed.of_moves`.
    """
    k, m = there.counts
    share = (1 / k) / (1 / k + 1 / m) if served is None else served
    rng = np.random.default_rng(SEED)
    sides = np.array([k, m]) - 1.0
    v = rng.chisquare(sides, size=(SEEN, 2)) / sides * np.array([share, 1 - share]) * np.array([k, m]) / sides
    seen = v.sum(axis=1) ** 2 / (v**2 / sides).sum(axis=1)
    error = np.sqrt((k + m - 1) / (k + m) * v.sum(axis=1))
    reach = stdtrit(np.minimum(seen, there.freedom), (1 + LEVEL) / 2) * error
    away = rng.normal(size=SEEN)
    return float(np.quantile(reach - away, POWER))


def _by_reassignment(effects: Array) -> float:
    """What, added to 80 % of the placebo effects, would put them beyond 95 % of the absolute ones."""
    if len(effects) < FEWEST_PLACEBOS:
        return float("inf")
    furthest = float(np.quantile(np.abs(effects), LEVEL, method="higher"))
    both = np.concatenate([effects, -effects])  # an effect may point either way
    return furthest - float(np.quantile(both, 1 - POWER, method="lower"))
