"""The programmes of the invented county: what each does, for whom, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.rates import core as rates
from synthetic.rates.rate import Rate


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: whom it is for, the processes that it moves, and its price."""

    name: str
    does: str  # completes "the programme ..."
    intake: str  # whose clock starts, and when: a name in INTAKES
    moves: Mapping[str, Rate]  # by process: times its hazard while the programme works
    price: Rate  # of an enrolment, paid on its first day
    payer: str
    source: str  # the system that records offers and enrolments


PROGRAMMES: Mapping[str, Programme] = {
    programme.name: programme
    for programme in (
        Programme(
            "reentry_navigation",
            "lowers arrests and shelter stays",
            "released",
            {"arrest": rates.RATIO, "shelter": rates.RATIO},
            rates.PROGRAMME_PRICE,
            "probation",
            "navigation",
        ),
    )
}
