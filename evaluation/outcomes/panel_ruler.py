"""The Ruler of a panel: what each unit shows in each period, per person or per so many people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..terms import Outcome, Paths, Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array


class PanelRuler(Protocol):
    """Reads one outcome off every unit and period of a panel; rows are in the order of the panel."""

    @property
    def outcome(self) -> Outcome:
        """The definition that is read."""

    def paths(self, per: int = 1) -> Paths:
        """What every unit shows in every period: an amount, or how many marks, or a rate; of areas, per `per` people."""


@dataclass(frozen=True, slots=True, eq=False)
class FramePanelRuler:
    """A PanelRuler over numbers that a lab has already: one a unit and period, taken on trust and told as they stand."""

    outcome: Outcome
    value: Array  # (n, T) float: NaN where the frame has no row
    population: Array  # (n, T) float: over how many people each is; 1 where the frame does not say
    digest: str = ""  # of everything that was read from the frame

    def paths(self, per: int = 1) -> Paths:
        """The numbers of the frame; they are not made into rates, so that `per` stays 1."""
        if per != 1:
            found = f"{per:,} people were asked for, and the frame's numbers are read as they stand."
            raise Refused(Problem(f"outcome '{self.outcome.name}': per", found, remedy="Leave `per` out, or give the frame a column in that unit."))
        return Paths(self.value.copy(), self.population.copy())
