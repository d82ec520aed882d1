"""What stands in the target-trial table of a list with a cut-off: the trial that dealt out places by lot among those at the last of them."""

from __future__ import annotations

from ..terms import Assigned

Row = tuple[tuple[str, ...], ...]


def scored(assigned: Assigned, name: str, versions: str) -> Row:
    """The two plans, of a programme by its `name`; `versions` says what else the programme may have been."""
    above = assigned.side == "above"
    cutoff = assigned.cutoff
    if cutoff and cutoff.capacity:
        who = f"those with the {cutoff.capacity:,} {'highest' if above else 'lowest'} scores of each date"
    else:
        who = (
            f"those with a score of {cutoff.at:g} or {'more' if above else 'less'}" if cutoff and cutoff.at is not None else "those past the cut-off"
        )
    wanted = (f"Offered: offer a place in {name} on the day of the list.", "Not offered: do not.  Either way people may use whatever else there is.")
    records = (
        f"Offered: {who}, by the score and never by the rank; whoever ties with the last place is offered one.",
        "Not offered: the others on the same list.",
    )
    elsewhere = "Places that were declined and passed on, and people taken from below the cut-off, blur what the score divides."
    return ("Treatment strategies",), wanted, records, (elsewhere, versions)


def assigned_by_score() -> Row:
    """Who decided."""
    records = "By a score: those just on either side of the cut-off differ by a point or two, which decided for them."
    breaks = (
        "Whoever could move a score, or the cut-off, after seeing who stood where, made the two sides unlike; heaps at the cut-off are looked for."
    )
    return ("Assignment",), ("By lot, among those at the cut-off.  Nobody is blinded.",), (records,), (breaks,)


def assumed_at_the_cutoff() -> Row:
    """What has to be so, and what can be looked at."""
    assumed = (
        "Alike at the cut-off: without the offer, how people fare runs on smoothly from one side of it to the other.",
        "Nothing else: nothing but this offer changes at that score.",
        "No interference: one person's place in the programme does not change another's outcome.",
        "Losses: those lost would have fared like those followed on the same side.",
        "Measurement: what is on record is what happened, as fully on one side as on the other.",
    )
    tested = (
        "None of these can be shown from the records alone.  What can be looked at is listed under “Analysis”, with the limit it is held to.",
        "Where coming itself is asked about, the offer must work in no other way, and keep nobody away.",
    )
    return ("Assumptions",), ("A trial needs only those about losses, measurement and interference.",), assumed, tested
