"""What a programme does to a process: it multiplies a hazard by the days since enrolment, by one of a few shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synthetic.hazards import ALWAYS, Clock, Steps

if TYPE_CHECKING:
    import numpy as np

    from synthetic.people import Persons

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """Steps that a hazard takes by the days since enrolment, raised for each person to a power of their own."""

    steps: Steps = ALWAYS
    power: Callable[[Persons], Array] | None = None  # (n,) of everybody; None: 1 for all

    def clock(self, enrolled: Array, persons: Persons) -> Clock:
        """The effect on people who enrol on these days."""
        return Clock(enrolled, self.steps, None if self.power is None else self.power(persons))


NO_EFFECT = Effect()


def steady(ratio: float, *, first: int = 0) -> Effect:
    """The same ratio from so many days after enrolment on."""
    return Effect(Steps((first,), (ratio,)))
