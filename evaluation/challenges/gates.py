"""What may be seen of a sealed study before it is opened: whether groups are alike and overlap, what it could see, what cannot have moved.

Nobody's outcome of the served group is read for it, by anybody: what could be seen is worked out from those compared alone, whose
clocks stand in a table of their own (a lab that peeks at its treated outcomes picks its analysis by them: Rubin 2008, Annals of Applied
Statistics 2:808-840).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..diagnostics import detectable_effect
from ..diagnostics.sums import effective_number
from ..outcomes import Ruler
from ..outcomes.binding import outcome_of
from ..phrases import listed
from ..pipeline import Prepared, clock_ruler
from ..records.sql import c, table
from ..terms import Answer, Cohort, Diagnostic, Gate, Outcome, Panel, Problem, Provenance, Question, Refused, unit_of
from ..version import version
from .asked import Asked
from .running import of_prepared
from .table import CHALLENGES

if TYPE_CHECKING:
    from ..terms import Array

CONDITIONS: Mapping[Gate, tuple[str, ...]] = {  # by gate: conditions of a comparison, each of which holds where it was looked at
    "balance": ("lot_looks_like_a_lot", "balance_after_matching", "history_at_the_cutoff", "window_alike"),
    "overlap": ("propensity_overlap", "served_matched", "small_pools", "effective_sample", "arms_large_enough", "density_at_the_cutoff"),
}
COMPARED = "_compared"  # what the name of the table ends with that holds the clocks of those compared alone
MANY = 1e6  # degrees of freedom of a standard error worked out from many people


@dataclass(frozen=True, slots=True)
class Passed:
    """One gate: whether it passed, and what was seen; a gate that nothing tells of does not pass."""

    gate: Gate
    holds: bool
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.gate.replace('_', ' ')}: {'passed' if self.holds else 'not passed'}. {' '.join(self.sentences)}"


def gates(prepared: Prepared, which: Sequence[Gate], *, today: date | None = None) -> tuple[Passed, ...]:
    """What each gate of a study's headline shows; refuses one whose comparison could not be had.

    `today` is the day on which the sources' agreements are held against a changed study.
    """
    study = prepared.study
    question = next(one for one in study.questions if one.role == "headline")
    cohort, comparison = prepared.cohorts[question.cohort], prepared.comparisons[question.name]
    if isinstance(cohort, tuple):
        raise Refused(*cohort)
    if isinstance(comparison, tuple):
        raise Refused(*comparison)
    provenance = Provenance(study.digest, prepared.records.manifest.digest, version())
    outcome = outcome_of(study, question.outcome)
    unread = Answer(question, outcome, cohort.ledger, provenance, cohort.time_zero, by=cohort.by, unit=cohort.unit)
    asked = of_prepared(prepared, unread, today=today)
    assert asked is not None, "cohort and comparison stand"
    conditions = (*prepared.conditions[question.name], *comparison.diagnostics)
    return tuple(_passed(gate, asked, conditions) for gate in which)


def _passed(gate: Gate, asked: Asked, conditions: Sequence[Diagnostic]) -> Passed:
    if gate == "power":
        return _power(asked)
    if gate == "negative_controls":
        return _negative_controls(asked)
    looked = [one for one in conditions if one.name in CONDITIONS[gate]]
    if not looked:
        by_lot = gate == "overlap" and asked.cohort.by == "lot"
        said = "A lot decided, so that anybody could have been offered it." if by_lot else "Nothing of it is shown before outcomes are read."
        return Passed(gate, by_lot, (said,))
    return Passed(gate, all(one.holds for one in looked), tuple(one.sentence for one in looked))


def _negative_controls(asked: Asked) -> Passed:
    """Whether anything is moved that the programme cannot have moved."""
    found = CHALLENGES["negative_controls"].run(asked)
    return Passed("negative_controls", bool(found.diagnostics) and all(one.holds for one in found.diagnostics), (found.sentence,))


def _power(asked: Asked) -> Passed:
    """Whether an effect worth having could be seen, by how the outcome varies among those compared and how many people each arm is worth.

    Who shares luck beyond a person, and what adjusting would gain, are left out: it is a look ahead, and the answer's own condition on
    power stands beside its standard error.
    """
    cohort, comparison, question = asked.cohort, asked.comparison, asked.question
    if isinstance(cohort, Panel) or asked.prepared is None:
        return Passed("power", False, ("Of places and dates it cannot be worked out before the outcome is read: seal without it.",))
    rows = np.flatnonzero(~cohort.served & comparison.kept & (comparison.weights > 0))
    values = amounts_of(_of_some(asked, cohort, rows), question, asked.outcome)
    seen = np.isfinite(values)
    if seen.sum() < 2:
        return Passed("power", False, ("Too few of those compared are seen to the end of the horizon.",))
    weights = comparison.weights[rows][seen]
    mean = float(np.average(values[seen], weights=weights))
    variance = float(np.average((values[seen] - mean) ** 2, weights=weights))
    worth = [effective_number(comparison.weights[arm], cohort.person[arm]) for arm in (np.flatnonzero(cohort.served & comparison.kept), rows[seen])]
    error = float(np.sqrt(variance * sum(1 / one for one in worth)))
    found = detectable_effect(error, MANY, question.worthwhile, unit=unit_of(asked.outcome, question.measure), per=question.so_many)
    return Passed("power", found.holds, (found.sentence,))


def _of_some(asked: Asked, cohort: Cohort, rows: Array) -> Ruler:
    """The outcome's ruler on the clocks of these rows alone: in no query does anybody else's stand."""
    assert asked.prepared is not None, "a sealed study is one on records"
    engine = asked.prepared.records.engine
    starts = engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id")))
    some = starts.take(pa.array(rows))
    some = some.set_column(some.schema.get_field_index("start_id"), "start_id", pa.array(np.arange(1, len(rows) + 1)))
    name = f"{cohort.table}{COMPARED}"
    engine.load(name, some)
    return clock_ruler(engine, name, asked.outcome, asked.question, asked.study)


def amounts_of(ruler: Ruler, question: Question, outcome: Outcome) -> Array:
    """What each clock came to in the measure of a question: (n,) float, NaN where it was not seen to the horizon.

    Of people a 1 or a 0; of time, days; of what comes again, how often.
    """
    if outcome.kind == "amount":
        amounts = ruler.amount(outcome.from_day, question.horizon)
        return np.where(amounts.seen_days >= amounts.window_days, amounts.amount, np.nan)
    if outcome.kind == "state":
        states = ruler.state(question.horizon)
        return np.where(states.seen, states.inside.astype(float), np.nan)
    if outcome.kind == "rate":
        rates = ruler.rate(question.horizon)
        return np.where(rates.exposure > 0, outcome.per * rates.numerator / np.maximum(rates.exposure, 1), np.nan)
    if question.measure == "number":
        every = ruler.every_mark(question.horizon)
        times = np.bincount(every.row, minlength=len(every.last_seen)).astype(float)
        return np.where(np.isin(every.why, ("horizon", "death")), times, np.nan)
    marks = ruler.marks(question.horizon)
    seen = marks.whole | (marks.why == "mark")
    if question.measure == "risk":
        return np.where(seen, (marks.why == "mark").astype(float), np.nan)
    window = ruler.window(question.horizon)
    free = np.where(np.isin(marks.why, ("mark", "death")), np.minimum(marks.day, window), window)
    return np.where(seen, free if question.measure == "time_free" else window - free, np.nan).astype(float)


def opened_or_refused(found: Sequence[Passed], where: str) -> None:
    """Refuses to open a study of which a gate has not passed."""
    if shut := [one.gate for one in found if not one.holds]:
        said = f"{'this gate has' if len(shut) == 1 else 'these gates have'} not passed: {listed(shut)}."
        right = "A sealed study is opened when every gate that its lock declares has passed."
        raise Refused(Problem(where, said, right, "Mend the design, and lock it again with a reason."))
