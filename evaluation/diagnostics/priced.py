"""What a book of unit costs prices, and whether the records show it: once, twice, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..phrases import counted, listed, nearest
from ..terms import Diagnostic, UnitCost
from .wording import part, people

SOURCE = "a rule of this project: none on record cannot be told from not recorded"
OWN = "a rule of this project: a programme without a price would seem to be free"
ONCE = "a rule of this project: a day of one service is one day, however many rows hold it"


def programme_priced(lines: Sequence[UnitCost], programme: str) -> Diagnostic:
    """Whether a line of the book prices enrolments in the programme studied, whoever pays: else what it costs would be told as if free."""
    own = sum(line.table == "service" and line.kind == programme for line in lines)
    kinds = sorted({line.kind for line in lines if line.table == "service"})
    near = nearest(programme, kinds)
    return Diagnostic(
        name="programme_priced",
        sentence=f"The book of unit costs prices the programme itself in {counted(own, 'line')}."
        if own
        else f"No line of the book of unit costs prices enrolments in '{programme}', so that the programme would seem to cost nothing: add "
        f"one (prices 'service', kind '{programme}'), whoever pays. {near}".strip(),
        value=float(own),
        limit=1.0,
        holds=bool(own),
        required=True,
        source=OWN,
    )


def services_on_record(held: Mapping[str, bool]) -> Diagnostic:
    """Whether the records hold a row of every service that the book prices; `held` says of each whether they do."""
    silent = [service for service, there in held.items() if not there]
    return Diagnostic(
        name="services_on_record",
        sentence="Every service that the book of unit costs prices is on record."
        if not silent
        else f"The records hold no row of {listed(silent)}, which the book of unit costs prices: either nobody used it, or it is not recorded.",
        value=float(len(silent)),
        limit=0.0,
        holds=not silent,
        required=False,
        source=SOURCE,
        detail={"services": float(len(held))},
    )


def overlapping_stays(overlapping: int, rows: int) -> Diagnostic:
    """How many of the rows that are priced by the day overlap an earlier one of the same person and service: their days count once."""
    told = f"{part(overlapping, rows)} stays and enrolments that are priced by the day overlap an earlier one of the same person and service"
    return Diagnostic(
        name="overlapping_stays",
        sentence=f"{told[0].upper()}{told[1:]}: each of their days is counted once."
        if overlapping
        else f"Of {people(rows)} stays and enrolments that are priced by the day, none overlaps an earlier one of the same person and service.",
        value=overlapping / rows if rows else 0.0,
        limit=0.0,
        holds=not overlapping,
        required=False,
        source=ONCE,
    )
