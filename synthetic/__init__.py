"""Invented counties whose truth is known: the same people live the same luck under any plan.

    from synthetic import WORLDS, write

    world = WORLDS["lottery"]
    people = world.people(12_000, seed=0)
    write(world.records(world.live(people, world.as_run)), folder)

Imports `evaluation.terms` and `evaluation.records` only.  Where to begin:

streams, hazards              luck that belongs to a person; when the next thing happens
rates, intakes, people        every number once; whose clock starts; who lives there
lives, justice, community     what everybody lives: arrests, jail, shelter; health, homes, children, work beside them
recording, systems, records   what each system of the county writes down, and the canonical tables
plans, programmes, effects    who is served, with what, and how it works
world, worlds                 why people are served: the tables of choices
faults, streaming             what clerks and linkages do to records; counties of any size as files
guide                         writes docs/worlds.md from all of it
"""

from synthetic.families import ByFamilyLot
from synthetic.lasting import ByLastingNeed
from synthetic.lists import ByRank, NobodyOffered
from synthetic.offices import ByCalendar
from synthetic.plans import ALL_OFFERED, BY_LOT, BY_WORKER, NEVER, NONE_OFFERED, WALK_IN, Plan, from_day
from synthetic.programmes import PROGRAMMES
from synthetic.records import write
from synthetic.strategies import AsTheyCome, NotWithin, Within
from synthetic.world import World
from synthetic.worlds import WORLDS, named

__all__ = [
    "ALL_OFFERED",
    "BY_LOT",
    "BY_WORKER",
    "NEVER",
    "NONE_OFFERED",
    "PROGRAMMES",
    "WALK_IN",
    "WORLDS",
    "AsTheyCome",
    "ByCalendar",
    "ByFamilyLot",
    "ByLastingNeed",
    "ByRank",
    "NobodyOffered",
    "NotWithin",
    "Plan",
    "Within",
    "World",
    "from_day",
    "named",
    "write",
]
