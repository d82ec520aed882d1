"""What else changed while a programme ran: a comparison over time holds only what changed for one side alone against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..phrases import listed
from ..terms import Concurrent, Diagnostic

SOURCE = "history, as a threat to a comparison over time (Shadish, Cook and Campbell 2002): what the design itself says that changed"


def concurrent_policies(policies: Sequence[Concurrent], first: date, last: date) -> Diagnostic:
    """Which of the policies that a design names began or ended in the days from `first` to `last`, both inclusive, and where.

    Fails where one of them did so in some places alone: it may be what the effect is of.  Not required: only somebody who knows the
    places can say whether it fell on one side of the comparison.  Which days are not verified is said.
    """
    inside = [one for one in policies if first <= one.begins <= last or (one.ends is not None and first <= one.ends <= last)]
    local = [one for one in inside if one.where]
    told = listed([_told(one) for one in inside])
    sentence = (
        f"While the programme was studied, from {first} to {last}, the design names what else changed: {told}."
        if inside
        else f"The design names nothing else that changed from {first} to {last}."
    )
    return Diagnostic(
        name="concurrent_policies",
        sentence=sentence,
        value=float(len(local)),
        limit=0.0,
        holds=not local,
        source=SOURCE,
        required=False,
    )


def _told(one: Concurrent) -> str:
    where = listed(list(one.where)) if one.where else "everywhere"
    until = f" to {one.ends}" if one.ends else ""
    return f"{one.policy} ({where}, from {one.begins}{until}{'' if one.verified else ', days not verified'})"
