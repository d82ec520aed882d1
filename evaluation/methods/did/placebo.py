"""The smallest effect that a roll-out could be told from none, from the same places' past, before any outcome after adoption counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.wording import part
from ..few import Reached
from ..placebo_power import Detectable, bloom, detectable_by_placebo, multiple
from .dealing import effects_of
from .fits import FROM_THE_LAST
from .foreseen import foreseen
from .laid import Laid
from .resting import resting_on

if TYPE_CHECKING:
    from ...terms import Array

MOST_CLUSTERS = 1_000  # beyond, so many are drawn, and what is seen of them is made smaller by the root of how many there are
DRAWS = 499
SEED = 1_978
LEAST = 1.5  # clusters of equal weight: the spread of fewer is not told


@dataclass(frozen=True, slots=True)
class Past:
    """What could have been seen, and from how many of the clusters that was told."""

    effect: float  # the smallest, by whichever way tells less
    placebos: int
    periods: int
    asked: int
    of: str  # "1,000 of 2,666 clusters"; empty where it is told from all


def detectable(laid: Laid) -> Past | None:
    """The roll-out moved back into the periods before anybody adopted, and its dates dealt out anew among the clusters.

    Placebo effects are those by group and time of clusters' means, told from the last period before adoption where the estimator of the
    question is, and from all of them where it averages over them; the history, where it is adjusted by, is not read, so that with it
    less may be seen than could be.  Held against it stands what the places' moves in that past foretell for the dates, weights and
    horizon as they are (`foreseen`), with the spread of those that adopt counted as theirs: the larger of both is told.  Clusters that
    were not watched throughout that past are left out, and of very many a part is drawn, as large a share of each date's: the spread of
    an effect is then made smaller by the root of how many more there are.  None where clusters adopt on several dates, or with too
    short a past.
    """
    if not laid.nested:
        return None
    whole = laid.by_cluster()
    days = whole.adopted[whole.focal]
    past = int(days.min()) - laid.question.anticipation if len(days) else 0
    rows = _drawn(whole.adopted, np.flatnonzero(~np.isnan(whole.value[:, : max(past, 0)]).any(axis=1)))
    one = whole.of(rows)
    if not one.focal.any():
        return None
    average = laid.question.estimator not in FROM_THE_LAST

    def statistic(value: Array, adopted: Array) -> float:
        return float(effects_of(value[:, :, None], one.weight, one.within, laid.question, from_all=average)(adopted)[0])

    there = resting_on(laid).there
    found = detectable_by_placebo(
        one.value,
        one.adopted,
        one.clusters,
        statistic,
        asked=one.within,
        anticipation=laid.question.anticipation,
        there=there,
        draws=DRAWS,
    )
    if found is None:
        return None
    ahead = foreseen(one, past, from_all=average)
    least = 0.0
    if ahead is not None:
        least = ahead.std_dev * multiple(_by_weight(there, one), ahead.served) if there.enough else bloom(ahead.std_dev)
    return _of_all(found, least, len(rows), len(whole.adopted))


def _by_weight(there: Reached, one: Laid) -> Reached:
    """The same with no more clusters on a side than as many of equal weight come to (Kish 1965)."""
    sides = (one.focal, ~one.focal if (~one.focal).any() else one.focal)
    worth = [float(one.weight[side].sum() ** 2 / (one.weight[side] ** 2).sum()) for side in sides]
    return replace(there, worth=(max(LEAST, min(there.counts[0], worth[0])), max(LEAST, min(there.counts[1], worth[1]))))


def _of_all(found: Detectable, least: float, read: int, clusters: int) -> Past:
    of = "" if read == clusters else f"{part(read, clusters)} clusters"
    return Past(max(found.effect, least) * (read / clusters) ** 0.5, found.placebos, found.periods, found.asked, of)


def _drawn(adopted: Array, rows: Array) -> Array:
    """The rows or, of more than MOST_CLUSTERS, about so many of them drawn from SEED: the same share of each date, at least two."""
    if len(rows) <= MOST_CLUSTERS:
        return rows
    order = np.random.default_rng(SEED).permutation(len(rows))
    share, kept = MOST_CLUSTERS / len(rows), []
    for day in np.unique(adopted[rows]):
        own = rows[order[adopted[rows[order]] == day]]
        kept.append(own[: max(2, round(share * len(own)))])
    return np.sort(np.concatenate(kept))
