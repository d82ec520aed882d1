"""The two sides of an effect by people, and whether what was seen of them is enough for an interval."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..diagnostics import later_service, same_day_events, skewed_amounts, sparse_events
from ..diagnostics.sums import effective_number
from ..terms import Arm, Cohort, Diagnostic, Weighed
from .clustering import skewness
from .dominance import closest_guess
from .influence import Errors, Means
from .standing import Rows

if TYPE_CHECKING:
    from ..terms import Array


class Seen(Protocol):
    """What became of each row of a comparison, as a room read it; (m,) arrays."""

    @property
    def y(self) -> Array:
        """1 or 0 for a mark or a state, else the amount; of no meaning where lost."""

    @property
    def lost(self) -> Array:
        """Whether the clock was lost from sight before the horizon."""

    @property
    def why(self) -> Array | None:
        """What ended each clock, of a mark."""

    @property
    def same_day(self) -> Array | None:
        """Whether there was an event on the day of the start, of a mark."""


def side(reading: Seen, rows: Rows, means: Means, *, served: bool, counted: bool) -> Arm:
    """An arm by people: a person who stands in several of its rows is one, with the event if any of them has it."""
    there = rows.served == served
    stands, person, seen, y = means.stands[there], rows.person[there], ~reading.lost[there], reading.y[there]
    having, rest = seen & (y != 0), seen & (y == 0)
    some, none = (len(np.unique(person[group])) for group in (having, rest))
    worth = min(effective_number(stands[group], person[group]) for group in (having, rest) if group.any())
    mean = means.served if served else means.compared
    arm = Arm(len(np.unique(person)), some, mean, weighed=Weighed(len(np.unique(rows.row[there])), none, worth))
    return arm if counted else replace(arm, events=None, some=some, closest=closest(reading.y, reading.lost, rows, means, served=served))


def closest(y: Array, lost: Array, rows: Rows, means: Means, *, served: bool) -> float:
    """How near the arm's largest amount of y (m,) can be guessed, a person's rows taken together."""
    pull = np.zeros(len(rows.served))
    for there in (rows.served, ~rows.served):
        pull[there] = means.stands[there] * np.where(lost, 0.0, y)[there] / rows.weights[there].sum()
    code, at = np.unique(2 * rows.person + rows.served, return_inverse=True)
    return closest_guess(np.bincount(at, weights=pull), code % 2 == served)


def clocks(reading: Seen, rows: Rows, cohort: Cohort) -> tuple[Diagnostic, ...]:
    """What is told of a mark's clocks."""
    told: list[Diagnostic] = []
    if reading.why is not None and cohort.later_served == "censor":
        told.append(later_service(rows.served, reading.why, rows.person))
    if reading.same_day is not None and reading.same_day.any():
        told.append(same_day_events(len(np.unique(rows.person[reading.same_day])), len(np.unique(rows.person))))
    return tuple(told)


def shape(reading: Seen, rows: Rows, errors: Errors, *, counted: bool) -> tuple[Diagnostic, ...]:
    """Whether a t interval can be trusted: enough people with the event and without, or amounts that are even enough."""
    if not counted:
        return (skewed_amounts(skewness(errors.influence, errors.together)),)
    known = ~reading.lost
    code, at = np.unique((2 * rows.person + rows.served)[known], return_inverse=True)
    had = np.bincount(at, weights=reading.y[known] == 1) > 0
    return (sparse_events(had, code % 2 == 1, required=True),)
