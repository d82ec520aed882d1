"""What is paid for outcomes by the terms of a contract: every payment with the units it is for, and every cap with what it took off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CAP = "cap of the contract"


@dataclass(frozen=True, slots=True)
class Term:
    """Units of one outcome between two marks are paid at one rate; several terms of one outcome are its tiers."""

    outcome: str
    rate: float  # dollars a unit
    over: float = 0.0  # units up to here are not paid by this term
    up_to: float = float("inf")  # nor are units from here on
    cap: float = float("inf")  # dollars that this term pays at most


@dataclass(frozen=True, slots=True)
class Payment:
    """One row of the table: what was reached, what of it this term pays, and how much."""

    outcome: str
    reached: float | None  # units; None in the row of the cap
    paid_units: float | None
    rate: float | None
    before_cap: float
    taken_off: float  # by a cap
    payment: float
    so_far: float  # paid up to this row


def schedule(terms: Sequence[Term], reached: Mapping[str, float], cap: float = float("inf")) -> tuple[Payment, ...]:
    """The payments in the order of the terms, each after its own cap, and last the cap of the whole contract where it takes anything off.

    Units below a term's `over` are paid by nobody, and a unit is paid once by each term that holds it.
    """
    rows: list[Payment] = []
    so_far = 0.0
    for term in terms:
        units = max(0.0, min(reached[term.outcome], term.up_to) - term.over)
        due = units * term.rate
        paid = min(due, term.cap)
        so_far += paid
        rows.append(Payment(term.outcome, reached[term.outcome], units, term.rate, due, due - paid, paid, so_far))
    if so_far > cap:
        rows.append(Payment(CAP, None, None, None, 0.0, so_far - cap, cap - so_far, cap))
    return tuple(rows)
