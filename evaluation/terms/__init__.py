"""The vocabulary of the project: every type that travels from one room to the next. Imports nothing of ours.

Read this room first; it is the glossary, in the order of the road:

wrong    what may go wrong: one Problem each, all carried by one Refused
words    the closed words of designs and findings
plan     what a design says: who is studied, from which day, compared with whom, on what, answered how
seen     what is read of people: what counts as better off, who is studied, what one clock shows
found    what was found and may be said: estimand, comparison, estimate, answer, exhibit, finding

Days are whole numbers since 1970-01-01 and every interval is half-open, [first, last), wherever a day is a number.
"""

from typing import TYPE_CHECKING

from .found import Answer, Arm, Challenge, Comparison, Diagnostic, Estimand, Estimate, Exhibit, Finding, Interval, Provenance, Weighed
from .plan import (
    Assigned,
    CohortPlan,
    Compared,
    Cutoff,
    HistoryColumn,
    Horizon,
    Inference,
    Matching,
    Question,
    ReleasePlan,
    Served,
    Starts,
    Strategies,
    Strategy,
    Study,
    TakeUp,
)
from .seen import Amounts, AtRisk, Cloned, Cohort, EveryMark, LedgerLine, Marks, Outcome, Panel, Rates, States
from .words import (
    By,
    Clock,
    CompareBy,
    EstimandName,
    Form,
    InferenceBy,
    Kind,
    Language,
    LaterServed,
    Observed,
    Policy,
    Reducer,
    Role,
    Rule,
    Side,
    Unit,
    Verdict,
    Which,
)
from .wrong import Problem, Refused

if TYPE_CHECKING:
    from .seen import Array as Array

__all__ = [
    "Amounts",
    "Answer",
    "Arm",
    "Assigned",
    "AtRisk",
    "By",
    "Challenge",
    "Clock",
    "Cloned",
    "Cohort",
    "CohortPlan",
    "CompareBy",
    "Compared",
    "Comparison",
    "Cutoff",
    "Diagnostic",
    "Estimand",
    "EstimandName",
    "Estimate",
    "EveryMark",
    "Exhibit",
    "Finding",
    "Form",
    "HistoryColumn",
    "Horizon",
    "Inference",
    "InferenceBy",
    "Interval",
    "Kind",
    "Language",
    "LaterServed",
    "LedgerLine",
    "Marks",
    "Matching",
    "Observed",
    "Outcome",
    "Panel",
    "Policy",
    "Problem",
    "Provenance",
    "Question",
    "Rates",
    "Reducer",
    "Refused",
    "ReleasePlan",
    "Role",
    "Rule",
    "Served",
    "Side",
    "Starts",
    "States",
    "Strategies",
    "Strategy",
    "Study",
    "TakeUp",
    "Unit",
    "Verdict",
    "Weighed",
    "Which",
]
