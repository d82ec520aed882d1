"""What the owner of each source has agreed to: which outcomes, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from evaluation.terms import Outcome, Problem, Refused, Study

if TYPE_CHECKING:
    from evaluation.records.connect import Records
    from evaluation.records.engine import Engine


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
    """Refuses a design whose outcomes need a source that does not permit them, or no longer.

    An outcome needs every source that has a row of one of its kinds.
    """
    agreements = {agreement.source: agreement for agreement in records.agreements}
    needed = {name: sources_of(records.engine, outcomes[name]) for name in sorted({question.outcome for question in study.questions})}
    used = [(agreements[source], name) for name, sources in needed.items() for source in sources if source in agreements]
    problems = [problem for agreement, name in used for problem in _against(agreement, name, today)]
    if problems:
        raise Refused(*problems)


def sources_of(engine: Engine, outcome: Outcome) -> tuple[str, ...]:
    """The sources that hold a row of the outcome's kinds."""
    from sqlglot import exp

    from evaluation.records.sql import among, c, table

    query = exp.select(c("source")).distinct().from_(table(outcome.table)).order_by(c("source"))
    if outcome.kinds:
        query = query.where(among(c("service" if outcome.table == "cost" else "kind"), outcome.kinds))
    return tuple(row["source"] for row in engine.fetch(query).to_pylist())


def _against(agreement: Agreement, outcome: str, today: date) -> Iterator[Problem]:
    where = f"source '{agreement.source}'"
    whom = f"Ask {agreement.owner}" if agreement.owner else "Ask its owner"
    under = f" ({agreement.agreement})" if agreement.agreement else ""
    if not agreement.permits_outcome(outcome):
        allowed = f"It permits {', '.join(agreement.permits)}." if agreement.permits else "It permits no outcome."
        yield Problem(where, f"does not permit '{outcome}'{under}.", allowed, f"{whom}, or take the question out.")
    if agreement.expires is not None and agreement.expires < today:
        yield Problem(where, f"may not be used for '{outcome}': the agreement{under} expired on {agreement.expires}.", "", f"{whom} to renew it.")
