"""Worlds in which a place, a date or a rank decides: what methods for places and cut-offs are put to the test with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from evaluation.records.days import day_of
from synthetic.lasting import ByLastingNeed
from synthetic.lists import ByRank, NobodyOffered
from synthetic.need import Sign
from synthetic.offices import ByCalendar, Offices
from synthetic.plans import BY_WORKER, NEVER
from synthetic.programmes import PROGRAMMES
from synthetic.rates import places as rates
from synthetic.tides import Trend
from synthetic.world import World

BEGINS = day_of(date(2020, 1, 1))
EVERYBODY = 10**9  # more places than any list has people

_FORTY = Offices(40, {"emergency": Trend(rates.YEARLY.value, shocks=rates.SHOCKS.value)})
_TWENTY = Offices(20, {"emergency": Trend(rates.YEARLY.value, shocks=rates.SHOCKS.value)})
_RISING = Offices(40, {"emergency": Trend(rates.YEARLY.value, slopes=rates.SLOPES.value)})
_BY_NEED = ByLastingNeed(BEGINS, by_need=rates.LASTING.value)


def _places(world: World, plan: ByCalendar) -> World:
    """The world whose offices begin by this calendar."""
    return replace(world, as_run=plan, contrast=(plan, NEVER), offices=plan.offices)


def _ranked(world: World, places: int) -> World:
    """The world whose list has so many places on each of its dates."""
    return replace(world, as_run=ByRank(places), contrast=(ByRank(EVERYBODY), NobodyOffered()))


_MADE = (
    World(
        "lasting_need_additive",
        "lasting need, additive",
        "from one day on, likelier the more lasting need they have, which no record shows",
        "Those served were needier before and stay so, whatever the record shows of it; the county's own trend adds the same to everybody.",
        as_run=_BY_NEED,
        contrast=(_BY_NEED, NEVER),
        programme=PROGRAMMES["neighborhood_services"],
        offices=Offices(5, {"emergency:common": Trend(rates.COMMON_YEARLY.value)}),
        size=3_000,
        passes=frozenset({"did"}),
        misleads=frozenset({"matched", "survival"}),
    ),
    World(
        "lasting_need_proportional",
        "lasting need, proportional",
        "from one day on, likelier the more lasting need they have, which no record shows",
        "Those served were needier before and stay so, and the county's own trend multiplies everybody's need: it adds more to theirs.",
        as_run=_BY_NEED,
        contrast=(_BY_NEED, NEVER),
        programme=PROGRAMMES["neighborhood_services"],
        offices=Offices(5, {"emergency": Trend(rates.YEARLY.value)}),
        size=3_000,
        refuses=frozenset({"did"}),
        misleads=frozenset({"matched", "survival"}),
    ),
    World(
        "crisis_dip",
        "crisis dip",
        "by a worker who offers the programme to those with the most emergency visits in the last quarter",
        "A crisis passes by itself: whoever is served at its height gets better whatever the programme does, and so does not who was spared.",
        as_run=BY_WORKER,
        programme=PROGRAMMES["neighborhood_services"],
        signs=(Sign("event", "emergency_visit", "count", rates.BY_VISIT, rates.QUARTER),),
        size=3_000,
        passes=frozenset({"matched", "survival"}),
        refuses=frozenset({"did"}),
    ),
    _ranked(
        World(
            "cut_off",
            "cut-off",
            "if their score is among the highest on their date of the list, up to its places; some refuse, and a few come without one",
            "Those above the cut-off are needier than those below it, and many tie: only at the cut-off are they alike.",
            programme=PROGRAMMES["project_301"],
            size=6_000,
            passes=frozenset({"threshold"}),
            misleads=frozenset({"did"}),
        ),
        700,
    ),
    _ranked(
        World(
            "cut_off_900",
            "cut-off, 900 ranked",
            "if their score is among the 301 highest of 900; some refuse, and a few come without a place",
            "So few stand near the cut-off that only a very large effect could be seen: an answer must say how large.",
            programme=PROGRAMMES["project_301"],
            dates=(181,),
            size=900,
            passes=frozenset({"threshold"}),
            misleads=frozenset({"did"}),
        ),
        301,
    ),
    _places(
        World(
            "staggered",
            "staggered",
            "in the office of their neighbourhood, from the day on which it begins: five offices a quarter, and sixteen that never do",
            "Offices that began early are no comparison for those that begin late: the effect lives on in them.",
            programme=PROGRAMMES["neighborhood_services"],
            effect="delayed",
            size=4_000,
            passes=frozenset({"did"}),
        ),
        ByCalendar(_FORTY, 24, BEGINS, together=5),
    ),
    _places(
        World(
            "early_response",
            "early response",
            "in the office of their neighbourhood, from the day on which it begins; people have heard of it two months before",
            "The last weeks before the beginning are no longer a before: passes where a design says so (`anticipation`), and is flagged where not.",
            programme=PROGRAMMES["neighborhood_services"],
            size=4_000,
            passes=frozenset({"did"}),
        ),
        ByCalendar(_FORTY, 24, BEGINS, together=5, heard=60),
    ),
    _places(
        World(
            "rolled_out_where_need_was_rising",
            "rolled out where need was rising",
            "in the office of their neighbourhood, where need has been rising fastest first",
            "Where it begins need would have gone on rising faster than elsewhere: the trends were never parallel.",
            programme=PROGRAMMES["neighborhood_services"],
            size=4_000,
            refuses=frozenset({"did"}),
        ),
        ByCalendar(_RISING, 24, BEGINS, together=5, rising=True),
    ),
    _places(
        World(
            "few_offices",
            "few offices",
            "in the six offices of twenty that begin on one day",
            "Offices have good and bad quarters of their own, and six of them are six pieces of luck, however many people they serve.",
            programme=PROGRAMMES["neighborhood_services"],
            size=4_000,
            passes=frozenset({"did"}),
        ),
        ByCalendar(_TWENTY, 6, BEGINS, together=6),
    ),
)
OF_PLACES = tuple(replace(world, general=False) for world in _MADE)  # what decides there is bound to what the programme moves
