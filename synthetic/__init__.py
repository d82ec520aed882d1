"""Invented counties whose truth is known: the same people live the same luck under any plan.

    from synthetic import WORLDS, write

    world = WORLDS["lottery"]
    people = world.people(12_000, seed=0)
    write(world.records(world.live(people, world.as_run)), folder)

Imports `evaluation.terms` and `evaluation.records` only.  Read in the order of a life: streams, rates, people, hazards,
rows, justice, community, plans, lives, money, records, county.
"""

from synthetic.plans import ALL_OFFERED, BY_LOT, NEVER, Plan, from_day
from synthetic.records import write
from synthetic.world import World
from synthetic.worlds import WORLDS

__all__ = ["ALL_OFFERED", "BY_LOT", "NEVER", "WORLDS", "Plan", "World", "from_day", "write"]
