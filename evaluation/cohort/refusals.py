"""What is said where a plan that the records can serve leaves nobody to study, or nobody to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..phrases import counted, listed
from ..records.days import FOREVER
from ..records.engine import Engine
from ..records.sql import c, count, select, table
from ..terms import CohortPlan, LedgerLine, Problem
from .openings import opening_word, shares_calendar
from .starts import Tables

if TYPE_CHECKING:
    from ..terms import Array


def nobody(plan: CohortPlan, lines: tuple[LedgerLine, ...], where: str) -> Problem:
    """A cohort that a rule emptied."""
    emptied = next(line for line in lines if line.left == 0)
    if not emptied.lost and plan.clock == "eligibility":
        what = opening_word(plan.starts)
        return Problem(f"{where}: starts", f"no {what} opens anybody's clock.", "", f"Look at the days of the {what} in the records.")
    steps = "; ".join(f"{line.rule}: {line.lost:,} lost, {line.left:,} left" for line in lines[: lines.index(emptied) + 1])
    found = f"nobody is left after the rule '{emptied.rule}', which took the last {emptied.lost:,}."
    return Problem(where, found, f"The ledger: {steps}.", "Widen that rule.")


def nobody_comparable(plan: CohortPlan, lines: tuple[LedgerLine, ...], tables: Tables, engine: Engine, where: str) -> Problem:
    """Risk sets that are all empty: because everybody is served, or because nobody else was eligible on any of the days."""
    n = counted(lines[-1].lost, "served person", "served people")
    never = engine.fetch(select(n=count()).from_(table(tables.candidate, "k")).where(c("k.own").eq(FOREVER)))["n"][0].as_py()
    if not never:
        found = f"everybody who is ever eligible is served, and on the day that any of the {n} starts, nobody is still waiting."
        return Problem(f"{where}: compared", found, "People are compared with those not yet served.", "Name an eligibility that others share.")
    agreeing = f"who agrees on {listed(plan.exact)}, " if plan.exact else ""
    when = "that day" if shares_calendar(plan) else "as long after what made them eligible"
    found = f"beside the {n} there is nobody {agreeing}who is eligible {when} and not yet served."
    remedy = "Ask for agreement on fewer columns, or widen who is eligible." if plan.exact else "Widen who is eligible."
    return Problem(f"{where}: compared", found, "A comparison needs somebody in at least one risk set.", remedy)


def one_arm(plan: CohortPlan, served: Array, where: str) -> Problem:
    """A cohort of which everybody, or nobody, was offered the programme."""
    assert plan.assigned is not None, "with the clock of service both sides of every set are there"
    where, right = f"{where}: assigned", "A comparison needs people in both arms."
    if plan.assigned.by == "score":
        side, cutoff = "the offer" if served.all() else "no offer", plan.assigned.cutoff
        word = "capacity" if cutoff is None or cutoff.at is None else "at"
        found = f"all {len(served):,} person-starts lie on the side of {side}."
        return Problem(f"{where}: cutoff", found, right, f"Look at {word} = {getattr(cutoff, word, None)}, or at side = '{plan.assigned.side}'.")
    arm, missing = ("offered", "withheld") if served.all() else ("withheld", "offered")
    there, absent = getattr(plan.assigned, arm), getattr(plan.assigned, missing)
    return Problem(
        where,
        f"all {len(served):,} person-starts hold '{there}' ({arm}), and none '{absent}' ({missing}).",
        right,
        f"Look at the days of '{absent}', or at days_before = {plan.assigned.days_before}.",
    )


def no_stratum(plan: CohortPlan, strata: int, where: str) -> Problem:
    """A static pool in which nobody offered the programme agrees with anybody who was not."""
    found = f"in none of the {counted(strata, 'stratum', 'strata')} of {listed(plan.exact)} are there both people offered and people not."
    return Problem(f"{where}: exact", found, "Nobody could be compared.", "Ask for agreement on fewer columns.")
