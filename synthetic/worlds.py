"""The worlds: each a reason why people are served, with which a method is put to the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evaluation.terms import Refused
from synthetic.families import ByFamilyLot, Families
from synthetic.moves import Moves
from synthetic.names import unknown
from synthetic.plans import BY_WORKER, NEVER, WALK_IN
from synthetic.programmes import PROGRAMMES
from synthetic.rates import served as rates
from synthetic.world import World
from synthetic.worlds_of_places import OF_PLACES

# those that see people released from jail, but the hospital: its bills would be most of what anybody costs
_CORE = ("justice", "charges", "shelter", "contacts", "work", "controls")

_LOTTERY = World(
    "lottery",
    "lottery",
    "by a coin tossed at the start of each clock",
    "None: the arms differ by luck alone, which an interval must hold.",
    passes=frozenset({"randomized", "survival"}),
    systems=_CORE,
)
_WALK_IN = World(
    "walk_in",
    "walking in",
    "when they walk in during the 151 days after their start, still free, likelier the more need the records show",
    "Whoever is served is thereby known to be free up to that day: counted from the start, a programme that does nothing looks good.",
    as_run=WALK_IN,
    contrast=(WALK_IN, NEVER),
    passes=frozenset({"matched", "survival"}),
    systems=_CORE,
    beside=("supervision",),
)
_REFERRED = World(
    "referred",
    "referred",
    "by a worker who offers the programme at the start of each clock, likelier the more need the records show",
    "Those offered are needier, so that without a comparison of people alike on the record a programme that helps looks harmful.",
    as_run=BY_WORKER,
    passes=frozenset({"matched", "survival"}),
    misleads=frozenset({"did"}),
    systems=_CORE,
)


def _without_effect(world: World) -> World:
    return replace(world, name=f"{world.name}_without_effect", title=f"{world.title} without effect", effect="none")


_ABOUT_PEOPLE = (
    World(
        "moves_by_history",
        "moves by history",
        _REFERRED.reason,
        "The more is on record before the start, the sooner people move away, unless they are offered the programme: whoever is still there is "
        "another kind of person in each arm, until those who left are stood for by others with the same record.",
        as_run=BY_WORKER,
        moves=Moves(
            rates.MOVES_RECORD.value,
            by_need=rates.MOVES_BY_RECORD.value,
            most=rates.MOVES_MOST.value,
            served=rates.MOVES_RECORD_SERVED.value,
        ),
        passes=frozenset({"matched", "survival"}),
        misleads=frozenset({"did"}),
    ),
    World(
        "moves_by_hidden_need",
        "moves by hidden need",
        _REFERRED.reason,
        "The frailer people are, the sooner they move away unless they are offered the programme, and no record shows frailty: nobody who stayed "
        "can stand for those who left.",
        as_run=BY_WORKER,
        moves=Moves(rates.MOVES_HIDDEN.value, by_frailty=rates.MOVES_BY_FRAILTY.value, served=rates.MOVES_HIDDEN_SERVED.value),
        refuses=frozenset({"matched", "randomized", "survival", "did"}),
    ),
    World(
        "competing_exits",
        "competing exits",
        _REFERRED.reason,
        "Many come of age or die before what is asked about could happen: to take them for people who left the records, as if it could "
        "still happen to them, gives more of it than there is.",
        as_run=BY_WORKER,
        crowded=True,
        programme=PROGRAMMES["family_finding"],
        passes=frozenset({"matched", "survival"}),
    ),
    World(
        "families",
        "families",
        "by a coin tossed once for each family",
        "A family is offered the programme whole, though each member takes it up or not, and shares its luck: people counted one by one "
        "look like more evidence than they are.",
        as_run=ByFamilyLot(),
        contrast=(ByFamilyLot(share=1.0), NEVER),
        families=Families(),
        passes=frozenset({"randomized", "survival"}),
    ),
    World(
        "surveillance",
        "surveillance",
        _REFERRED.reason,
        "The programme's workers see more of those they serve: citations, or reports of children, are recorded that nobody else would have "
        "made, and an answer that counts them is right about the records and wrong about people.",
        as_run=BY_WORKER,
        beside=("surveillance",),
        passes=frozenset({"matched", "survival"}),
        misleads=frozenset({"did"}),
    ),
    World(
        "county",
        "county",
        _REFERRED.reason,
        "Few of all residents are ever arrested, sheltered or in hospital, and those offered the programme are many of these few.",
        as_run=BY_WORKER,
        size=6_000,
        general=False,
        programme=PROGRAMMES["whole_person_care"],
        passes=frozenset({"matched", "survival"}),
        misleads=frozenset({"did"}),
    ),
)

WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        _LOTTERY,
        _without_effect(_LOTTERY),
        _WALK_IN,
        _without_effect(_WALK_IN),
        _REFERRED,
        _without_effect(_REFERRED),
        *_ABOUT_PEOPLE,
        *OF_PLACES,
    )
}


def named(name: str) -> World:
    """The world of this name, as the table has it (`moves_by_history`) or in words (`moves by history`); refuses any other."""
    for world in WORLDS.values():
        if name in (world.name, world.title):
            return world
    raise Refused(unknown("world", name, WORLDS))
