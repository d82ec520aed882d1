"""What the owner of each source has agreed to: which outcomes it may serve, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..phrases import listed
from ..terms import Outcome, Problem, Question, Refused, Study

if TYPE_CHECKING:
    from .connect import Records
    from .engine import Engine


@dataclass(frozen=True, slots=True)
class Agreement:
    """One source: whose it is, under which agreement, which outcomes it may be used for, and until when."""

    source: str
    owner: str = ""
    agreement: str = ""
    permits: tuple[str, ...] = ("*",)  # patterns over the names of outcomes
    expires: date | None = None  # the last day of use

    def permits_outcome(self, name: str) -> bool:
        """Whether one of the patterns fits the outcome's name."""
        return any(fnmatchcase(name, pattern) for pattern in self.permits)


def permitted(records: Records, study: Study, *, outcomes: Mapping[str, Outcome], today: date) -> None:
    """Refuses a design that takes anything from a source that does not permit its outcomes, or no longer; all problems at once.

    A question takes from every source that its cohort names, and from every source that holds a row of what it reads: of the
    outcome's kinds, the starting events, the arms, the take-up, the history.
    """
    by_source = {agreement.source: agreement for agreement in records.agreements}
    if not by_source:
        return
    takings: dict[str, dict[str, dict[str, None]]] = {}  # by source and outcome, in the order of the design
    for question in study.questions:
        for source, what in _taken(records.engine, study, question, outcomes[question.outcome], outcomes.get(question.priced)):
            takings.setdefault(source, {}).setdefault(question.outcome, {})[what] = None
    problems = [problem for source in sorted(takings) if source in by_source for problem in _against(by_source[source], takings[source], today)]
    if problems:
        raise Refused(*problems)


def _taken(engine: Engine, study: Study, question: Question, outcome: Outcome, beside: Outcome | None) -> Iterator[tuple[str, str]]:
    """(source, what is taken from it) for one question."""
    from .uses import read_by, sources_of, uses

    plan = study.cohorts[question.cohort]
    for use in (*read_by(engine, question, outcome, beside), *uses(plan, study.history)):
        yield from ((source, use.what) for source in sources_of(engine, use))
    yield from ((source, "the days it covers") for source in plan.sources)


def _against(agreement: Agreement, taken: Mapping[str, Mapping[str, None]], today: date) -> Iterator[Problem]:
    """What the agreement on a source says against what is taken from it, by outcome."""
    where = f"source '{agreement.source}'"
    whom = f"Ask {agreement.owner}" if agreement.owner else "Ask its owner"
    under = f" ({agreement.agreement})" if agreement.agreement else ""
    forbidden = {outcome: what for outcome, what in taken.items() if not agreement.permits_outcome(outcome)}
    if forbidden:
        allowed = f"It permits {', '.join(agreement.permits)}." if agreement.permits else "It permits no outcome."
        found = f"does not permit {listed(map(repr, forbidden))}{under}, and the design takes {_all_of(forbidden)} from it."
        yield Problem(where, found, allowed, f"{whom}, or take the question out.")
    if agreement.expires is not None and agreement.expires < today:
        found = f"may not be used: the agreement{under} expired on {agreement.expires}, and the design takes {_all_of(taken)} from it."
        yield Problem(where, found, remedy=f"{whom} to renew it.")


def _all_of(taken: Mapping[str, Mapping[str, None]]) -> str:
    return listed(dict.fromkeys(what for each in taken.values() for what in each))
