"""What a programme does to a process: it multiplies a hazard by the days since enrolment, by one of a few shapes.

Each shape is a function of a ratio, below 1 where the programme makes something rarer and above 1 where it makes it more frequent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from synthetic.hazards import ALWAYS, Clock, Steps
from synthetic.rates import core
from synthetic.rates import served as rates

if TYPE_CHECKING:
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


def fading(ratio: float, *, first: int = 0) -> Effect:
    """The whole ratio at first, its square root from half a year on, and nothing after a year."""
    halved, over = int(rates.FADING_HALVED.value), int(rates.FADING_OVER.value)
    return Effect(Steps((first, first + halved, first + over), (ratio, ratio**0.5, 1.0)))


def delayed(ratio: float, *, first: int = 0) -> Effect:
    """Nothing in the first months, then the whole ratio."""
    return steady(ratio, first=first + int(rates.DELAY.value))


def uneven(ratio: float, *, first: int = 0, risk: Callable[[Persons], Array] | None = None) -> Effect:
    """Stronger for those of higher risk: the ratio to a power from 0 for the lowest risk to 2 for the highest; on average 1."""
    return Effect(Steps((first,), (ratio,)), _By(risk or of_need, _rising))


def harmful_low(ratio: float, *, first: int = 0, risk: Callable[[Persons], Array] | None = None) -> Effect:
    """Turned round, and stronger, for the third of people at lowest risk; the ratio for the others."""
    return Effect(Steps((first,), (ratio,)), _By(risk or of_need, _turned))


SHAPES: Mapping[str, Callable[..., Effect] | None] = {
    "none": None,
    "steady": steady,
    "fading": fading,
    "delayed": delayed,
    "uneven": uneven,
    "harmful_low": harmful_low,
}


def shaped(shape: str, process: str, ratio: float, *, first: int = 0) -> Effect:
    """What a programme of this ratio does to a process, by the name of a shape in SHAPES."""
    made = SHAPES[shape]
    if made is None:
        return NO_EFFECT
    if made in (uneven, harmful_low):
        return made(ratio, first=first, risk=of_arrest if process == "arrest" else of_need)
    return made(ratio, first=first)


# ------------------------------------------------------------------------------------------------ by risk
def of_need(persons: Persons) -> Array:
    """Hidden need, in standard deviations."""
    return persons.need


def of_arrest(persons: Persons) -> Array:
    """Need and frailty as they make people be arrested, in standard deviations; hidden."""
    need, frailty = core.ARREST_NEED.value, core.ARREST_FRAILTY.value
    return np.asarray((need * persons.need + frailty * persons.frailty) / np.hypot(need, frailty))


@dataclass(frozen=True, slots=True)
class _By:
    """A power for each person, by their risk."""

    risk: Callable[[Persons], Array]
    power: Callable[[Array], Array]  # of risks in standard deviations

    def __call__(self, persons: Persons) -> Array:
        return self.power(self.risk(persons))


def _rising(risk: Array) -> Array:
    return np.asarray(2 * ndtr(risk))


def _turned(risk: Array) -> Array:
    return np.where(ndtr(risk) < rates.LOW_RISK.value, -rates.HARM.value, 1.0)
