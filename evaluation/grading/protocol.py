"""Which items of the TARGET statement a design and its answer tell of themselves.

The statement has 21 items in six sections for studies that emulate a parallel-group, individually randomised trial (Cashin, Hansford,
Hernán and others 2025).  The items below are this project's own short names for them, written from memory: the list itself was not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..terms import Answer, Study

ITEMS: tuple[str, ...] = (
    "emulation_named",  # abstract
    "background",  # introduction
    "causal_question",
    "data_sources",  # methods
    "eligibility",
    "strategies",
    "assignment",
    "follow_up",
    "outcomes",
    "contrasts",
    "assumptions",
    "analysis_plan",
    "flow",  # results
    "baseline",
    "losses",
    "missing_data",
    "estimates",
    "sensitivity",
    "interpretation",  # discussion
    "limitations",
    "other",  # other information: ethics, registration, funding, interests, access to data and code
)


def items_told(answer: Answer, challenges: Collection[str], looked_at: Collection[str], study: Study | None) -> frozenset[str]:
    """The items that are told: by the answer, by the `challenges` that were made and what was `looked_at`, and by the design's protocol."""
    return frozenset((*_by_the_answer(answer, challenges, looked_at), *(_by_the_design(study, answer) if study else ())))


def _by_the_answer(answer: Answer, challenges: Collection[str], looked_at: Collection[str]) -> Iterator[str]:
    yield "outcomes"
    if answer.ledger:
        yield "flow"
    if {"balance_after_matching", "lot_looks_like_a_lot"} & set(looked_at):
        yield "baseline"
    if {"attrition", "losses", "composition"} & set(looked_at):
        yield "losses"
    if {"unrecorded_history", "records_kept"} & set(looked_at):
        yield "missing_data"
    if answer.estimate:
        yield from ("contrasts", "estimates", "interpretation", "limitations")
    if challenges or {"hidden_bias", "e_value", "omitted_variable"} & set(looked_at):
        yield "sensitivity"


def _by_the_design(study: Study, answer: Answer) -> Iterator[str]:
    """What the protocol says of a study whose clocks start on people's own days: the table of the target trial is made of it."""
    yield "data_sources"
    plan = study.cohorts.get(answer.question.cohort)
    if study.source:
        yield "causal_question"
    if plan is None or plan.clock == "calendar":
        return
    yield from ("emulation_named", "eligibility", "strategies", "assignment", "follow_up", "assumptions", "analysis_plan")
