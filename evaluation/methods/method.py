"""What every way of answering has in common: its name, what it can answer, and its two doors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..terms import By, Comparison, EstimandName, Estimate, EstimatorName, Form, InferenceBy, Kind, Measure, Question, TimeScale


@dataclass(frozen=True, slots=True)
class Method:
    """One way of answering, as the table METHODS lists it.

    `compare` finds who is compared with whom and is never given a Ruler; `estimate` lays the Ruler on that comparison.  A method
    that lays it otherwise on people chosen in the same way has the door `compare` of `matched`, handed over in METHODS.
    """

    name: str
    title: str
    answers: frozenset[Kind]
    assigned_by: frozenset[By]
    forms: frozenset[Form]
    estimands: frozenset[EstimandName]
    inference: frozenset[InferenceBy]
    compare: Callable[[Any, Question], Comparison]  # of a Cohort or, in the form panel, a Panel
    estimate: Callable[[Any, Comparison, Any, Question], Estimate]  # with the Ruler of the one, or the PanelRuler of the other
    estimators: frozenset[EstimatorName] = frozenset({"difference"})
    measures: frozenset[Measure] = frozenset({"risk"})  # of an event
    times: frozenset[TimeScale] = frozenset({"calendar"})
    ends: bool = False  # it tells which endings compete and which only hide what came later, by a question's `competing` and `censored`
    chooses: bool = False  # whom to compare is chosen, by what a question's `compare` says
