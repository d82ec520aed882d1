"""Truth about panels: what units show in each period as each adopts, and as if none ever did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cohort import enrol
from ..outcomes import EnginePanelRuler
from ..outcomes.binding import outcome_of
from ..records.days import horizon_end
from ..terms import Horizon, Outcome, Panel, Problem, Question, Refused, Study
from .estimands import TwoPanels
from .scores import Truth

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class PanelLives:
    """One question's panel under the units' own adoption and under never, in one county or several."""

    question: Question
    panels: TwoPanels

    def truth(self) -> Truth:
        """The question's own, by its aggregate, of the periods within its horizon."""
        match self.question.aggregate:
            case "simple":
                return self.panels.simple()
            case "dynamic":
                return self.panels.dynamic().overall
            case "group":
                return self.panels.by_group().overall
            case "calendar":
                return self.panels.by_calendar().overall


def on_the_calendar(study: Study, question: Question) -> bool:
    """Whether a question is asked of a panel."""
    return study.cohorts[question.cohort].clock == "calendar"


def panels_in(study: Study, name: str, questions: Sequence[Question], both: tuple[Records, Records], luck: int) -> dict[str, PanelLives]:
    """Each question's panel in one county, whose people live under the two plans; `luck` numbers the county."""
    plan = study.cohorts[name]
    # where nobody is served, no enrolment is on record by which anybody could have adopted
    unserved = replace(plan, adopted=None) if plan.adopted and plan.adopted.enrolment else plan
    panels = [_enrolled(name, each, records) for each, records in zip((plan, unserved), both, strict=True)]
    found: dict[str, PanelLives] = {}
    for question in questions:
        if not np.array_equal(panels[0].unit_id, panels[1].unit_id):
            words = "under one plan the panel has other units than under the other."
            raise Refused(Problem("rehearsal", words, "Truth needs units that the programme does not move."))
        outcome = outcome_of(study, question.outcome)
        own, never = (_paths(records, panel, outcome, question.so_many) for records, panel in zip(both, panels, strict=True))
        weight = panels[0].weight if question.weights or panels[0].unit != "area" else None
        two = TwoPanels(own, never, panels[0].adopted, weight, np.full(len(own), luck), within(panels[0], question.horizon))
        found[question.name] = PanelLives(question, two)
    return found


def _enrolled(name: str, plan: Any, records: Records) -> Panel:
    panel = enrol(name, plan, (), records)
    assert isinstance(panel, Panel)  # the calendar is its clock
    return panel


def _paths(records: Records, panel: Panel, outcome: Outcome, per: int) -> Array:
    value: Array = EnginePanelRuler(records.engine, panel, outcome).paths(per).value
    return value


def within(panel: Panel, horizon: Horizon) -> int:
    """How many whole periods from adoption on lie within a horizon, for the unit that adopts when they are the longest; 1 at the least."""
    edges = panel.edges
    fit = [int(np.searchsorted(edges, horizon_end(int(edges[first]), horizon), side="right")) - 1 - first for first in range(panel.periods)]
    return max(1, *fit)


def all_counties(each: Sequence[Mapping[str, PanelLives]], *, shared: bool) -> dict[str, PanelLives]:
    """The panels of several counties as one; `shared` says whether units of one county share luck."""
    return {name: PanelLives(first.question, _one([county[name].panels for county in each], shared=shared)) for name, first in each[0].items()}


def _one(panels: Sequence[TwoPanels], *, shared: bool) -> TwoPanels:
    own, never = (np.concatenate([getattr(one, side) for one in panels]) for side in ("own", "never"))
    adopted = np.concatenate([one.adopted for one in panels])
    weights = None if panels[0].weights is None else np.concatenate([one.weights for one in panels if one.weights is not None])
    luck = np.concatenate([one.luck for one in panels if one.luck is not None]) if shared else None
    return TwoPanels(own, never, adopted, weights, luck, panels[0].within)
