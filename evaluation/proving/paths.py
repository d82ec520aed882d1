"""Effects of known size in a panel: units that never adopted are dealt the dates of those that did, and what they show moves from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..outcomes.panel_ruler import PanelRuler
from ..terms import NEVER, Outcome, Panel, Paths, Problem, Question, Refused

if TYPE_CHECKING:
    from ..terms import Array

FEWEST = 8  # units that never adopted: with fewer, too few dealings differ; our own rule


@dataclass(frozen=True, slots=True, eq=False)
class PathPool:
    """The units of a panel that never adopted, with the dates that are dealt to some of them."""

    panel: Panel  # of these units alone, none adopting
    dates: Array  # (k,) int: one for each cluster that is to adopt
    within: Array  # (n,) int: the cluster that a date is dealt to
    paths: Paths  # (n, T) what they show as it is

    @property
    def adopting(self) -> float:
        """How many units are dealt a date, on average."""
        return len(self.dates) * len(self.panel) / len(np.unique(self.within))

    def redrawn(self, run: int) -> Panel:
        """The pool with dates dealt out; the same run deals the same."""
        luck = np.random.default_rng([2_014, run])
        clusters = np.unique(self.within)
        when = np.full(len(clusters), NEVER, dtype=np.int64)
        when[luck.permutation(len(clusters))[: len(self.dates)]] = luck.permutation(self.dates)
        return replace(self.panel, adopted=when[np.searchsorted(clusters, self.within)])


@dataclass(frozen=True, slots=True, eq=False)
class PlantedPaths:
    """A PanelRuler that adds `size` to every period of a unit from its adoption on; it may leave a number below 0."""

    outcome: Outcome
    own: Paths
    adopted: Array  # (n,) int
    size: float  # in the unit of the question's answer

    def paths(self, per: int = 1) -> Paths:
        """What the units show, the effect planted; in the unit in which the pool was read."""
        under = np.arange(self.own.value.shape[1]) >= self.adopted[:, None]
        return Paths(self.own.value + self.size * under, self.own.population.copy())


def paths_of(panel: Panel, ruler: PanelRuler, question: Question) -> PathPool:
    """The units that never adopted, and the dates of those that did; refuses a panel with too few of them."""
    never = panel.adopted >= panel.periods
    rows, some = np.flatnonzero(never), panel.adopted[~never]
    cluster = np.arange(len(panel)) if panel.clusters is None else panel.clusters
    clusters, adopters = len(np.unique(cluster[never])), np.unique(cluster[~never])
    if clusters < FEWEST or not len(some):
        found = "too few units never adopted the programme." if len(some) else "no unit adopted the programme."
        right = f"Effects are planted in those that never did, and {FEWEST} are the fewest."
        raise Refused(Problem(f"question '{question.outcome}'", found, right, "Ask of a longer list of areas, or rehearse the design instead."))
    share = len(adopters) / len(np.unique(cluster))
    first = np.sort([panel.adopted[(cluster == one) & ~never].min() for one in adopters])
    many = min(max(2, round(share * clusters)), clusters - 2)
    dates = first[np.floor(np.arange(many) * len(first) / many).astype(int)]
    everything = ruler.paths(question.so_many)
    part = replace(
        panel,
        unit_id=np.arange(1, len(rows) + 1),
        adopted=panel.adopted[rows],
        left=panel.left[rows],
        watched=panel.watched[rows],
        weight=panel.weight[rows],
        people=panel.people[rows],
        clusters=None if panel.clusters is None else panel.clusters[rows],
        names=tuple(panel.names[row] for row in rows) if panel.names else (),
        history={name: column[rows] for name, column in panel.history.items()},
    )
    return PathPool(part, dates, cluster[rows], Paths(everything.value[rows], everything.population[rows]))
