"""The worlds: each a reason why people are served, with which a method is put to the test."""

from __future__ import annotations

from collections.abc import Mapping

from synthetic.plans import BY_WORKER, NEVER, WALK_IN
from synthetic.world import World

_SUPERVISED = ("justice", "shelter", "contacts", "supervision")
_BY_LOT = "by a coin tossed at the release from jail; the programme "
_WALKING_IN = "when they walk in during the 151 days after their release, still free, likelier the more need the records show; the programme "
_REFERRED = "by a worker who offers the programme at the release from jail, likelier the more need the records show; the programme "
_LOWERS = "lowers arrests and shelter stays"
_NOTHING = "changes nothing but its own cost"

WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        World("lottery", _BY_LOT + _LOWERS),
        World("lottery_without_effect", _BY_LOT + _NOTHING, works=False),
        World("walk_in", _WALKING_IN + _LOWERS + " from the next day on", WALK_IN, (WALK_IN, NEVER), systems=_SUPERVISED),
        World("walk_in_without_effect", _WALKING_IN + _NOTHING, WALK_IN, (WALK_IN, NEVER), works=False, systems=_SUPERVISED),
        World("referred", _REFERRED + _LOWERS, BY_WORKER),
        World("referred_without_effect", _REFERRED + _NOTHING, BY_WORKER, works=False),
    )
}
