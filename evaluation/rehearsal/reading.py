"""What a study reads of an invented county's tables: making the rest would take most of the time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ..outcomes.binding import outcome_of
from ..records.uses import BOOK, competing_events, of_outcome
from ..terms import Outcome, Study

if TYPE_CHECKING:
    import pandas as pd

    from .counties import World


def ranks(study: Study) -> bool:
    """Whether places on a list divide the arms of a cohort, so that somebody's arm depends on everybody's score."""
    return any(plan.assigned and plan.assigned.cutoff and plan.assigned.cutoff.capacity is not None for plan in study.cohorts.values())


def priced(study: Study, world: World) -> frozenset[str]:
    """The kinds that the county's book of unit costs prices, where a question reads it."""
    reads = any(outcome_of(study, question.outcome).made == BOOK for question in study.questions)
    return frozenset(line.kind for line in getattr(world, "book", ())) if reads else frozenset()


def read_by(study: Study, priced: frozenset[str], besides: Collection[Outcome] = ()) -> frozenset[str]:
    """The kinds of event and spell that a study reads, and "cost" where it asks about one; `besides` are outcomes that its challenges read."""
    outcomes = [outcome_of(study, question.outcome) for question in study.questions]
    kinds = {kind for outcome in outcomes for kind in (*outcome.off_clock, *outcome.exposure)}
    kinds |= {kind for outcome in outcomes for use in of_outcome(outcome) for kind in use.kinds}
    kinds |= {kind for outcome in besides for use in of_outcome(outcome) for kind in (*use.kinds, *outcome.off_clock, *outcome.exposure)}
    kinds |= {kind for question, outcome in zip(study.questions, outcomes, strict=True) for kind in competing_events(question, outcome)}
    units = [outcome_of(study, question.priced) for question in study.questions if question.priced]
    kinds |= {kind for outcome in units for use in of_outcome(outcome) for kind in use.kinds} | priced
    kinds |= {kind for column in study.history for kind in column.kind}
    for plan in study.cohorts.values():
        starts, arms = plan.starts, (plan.assigned.offered, plan.assigned.withheld) if plan.assigned else ()
        kinds |= {*starts.event, *starts.spell, *starts.spell_end, *(f"referral:{programme}" for programme in starts.referral), *arms}
        kinds |= {*plan.outside, *([starts.list] if starts.list else [])}
    return frozenset(kinds | ({"cost"} & {outcome.table for outcome in (*outcomes, *besides) if outcome.made != BOOK}))


def kept(study: Study, tables: Mapping[str, pd.DataFrame], priced: frozenset[str], besides: Collection[Outcome] = ()) -> dict[str, pd.DataFrame]:
    """Only what the study, and the outcomes `besides`, read of tables, whatever else they hold."""
    kinds = read_by(study, priced, besides)
    unread = {"crosswalk"} | ({"cost"} - kinds) | (set() if priced else {"unit_cost"})
    kept = {name: rows for name, rows in tables.items() if name not in unread}
    return kept | {name: kept[name][kept[name]["kind"].isin(kinds)] for name in ("event", "spell") if name in kept}
