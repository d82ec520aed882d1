"""Whose clock starts in a county, and on which day: every intake is a way into the same county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from synthetic.rates import children
from synthetic.rates import core as rates
from synthetic.rates.rate import Rate

ADULTS = (18.5, 21.5, 26.0, 33.0, 43.0, 53.0, 76.0)  # ages on the day the programme opened, as quantiles at AGE_AT; assumed
RESIDENTS = (18.0, 23.0, 31.0, 47.0, 62.0, 74.0, 92.0)
GROWN = (19.0, 24.0, 31.0, 43.0, 56.0, 67.0, 88.0)  # of adult residents
AT_HOME = (0.0, 1.8, 4.5, 9.0, 13.5, 16.2, 17.99)  # of children who live with a parent
KNOWN = (0.3, 1.5, 3.5, 7.5, 12.0, 15.5, 17.4)  # of children who are, or were, in care
REPORTED_AT = (0.0, 1.2, 3.5, 7.5, 12.0, 15.5, 17.7)
YOUTH = (13.0, 14.2, 15.2, 16.2, 17.0, 17.5, 17.9)
AGE_AT = (0.0, 0.10, 0.25, 0.50, 0.75, 0.90, 1.0)


@dataclass(frozen=True, slots=True)
class Intake:
    """Who lives in the county that a programme looks at, and what starts everybody's clock there."""

    name: str
    who: str  # completes "the county's people are ..."
    opens: str  # what the records show on the day that starts a clock: a kind of event; empty: nothing of its own
    # the first release; the first exit from a shelter; a day drawn between opening and closing; the opening; a date of the list
    start: Literal["release", "exit", "drawn", "opening", "list"] = "drawn"
    dates: tuple[int, ...] = ()  # of the list, in days after the opening
    ages: tuple[float, ...] = ADULTS  # at AGE_AT
    children: tuple[float, ...] = AT_HOME  # likewise, of the children of households
    # two neighbours may be adults of one family; or children, two of whom may be siblings; or four may be a household
    family: Literal["pair", "siblings", "household"] = "pair"
    shared_family: Rate = rates.SHARED_FAMILY  # the share of pairs, or of fours, that are one
    male: Rate = rates.MALE
    in_care: bool = False  # in foster care on the day that starts the clock
    needier: float = 0.0  # standard deviations of the need that families share: how much needier than the county at large
    frailer: float = 0.0  # likewise, of the frailty that arrests and petitions come from
    arrests: float = 1.0  # times as many arrests as people released from jail have
    arrests_age: float = 0.0  # how much faster the log of arrests falls with each year of age past 33
    shelters: float = 1.0  # times as many shelter stays
    contacts: float = 1.0  # times as many behavioural health contacts
    emergency: float = 1.0  # times as many emergency visits that come of need
    deaths: float = 1.0  # times as many deaths
    jobs: float = 1.0  # times as readily do they find jobs, and keep them
    wages: float = 1.0  # times as much do they earn
    aid: float = 1.0  # times as readily do they go on benefits

    @property
    def neighbours(self) -> int:
        """How many neighbours by number may be one family."""
        return 4 if self.family == "household" else 2


def _children(name: str, who: str, opens: str, ages: tuple[float, ...], *, siblings: Rate, needier: float) -> Intake:
    """An intake of children; what they do when they are grown is what other residents do."""
    return replace(
        _UNDER_WATCH, name=name, who=who, opens=opens, start="drawn", ages=ages, family="siblings", shared_family=siblings, needier=needier
    )


_RESIDENTS = Intake(
    "residents",
    "adults and children who live in the county when the programme opens, many of them in households",
    "",
    start="opening",
    ages=RESIDENTS,
    family="household",
    shared_family=children.HOUSEHOLD,
    male=children.BOYS,
    arrests=0.1,
    arrests_age=-0.03,
    shelters=0.05,
    contacts=0.08,
    emergency=0.45,
    deaths=1 / 3.5,  # Binswanger and others 2007 (NEJM 356:157): after release 3.5 times other residents' deaths
    jobs=2.2,
    wages=2.0,
    aid=0.3,
)
_UNDER_WATCH = replace(_RESIDENTS, arrests=0.1, arrests_age=0.0, contacts=0.3, emergency=1.0)  # residents whom some office already knows
INTAKES: Mapping[str, Intake] = {
    intake.name: intake
    for intake in (
        Intake("released", "adults who are released from jail at least once in the years of intake", "release", start="release"),
        _RESIDENTS,
        replace(_UNDER_WATCH, name="adults", who="adults who live in the county when the programme opens", ages=GROWN, family="pair", needier=0.5),
        replace(
            _UNDER_WATCH,
            name="listed",
            who="adults with much need, of whom a list is made on one of its dates",
            opens="a score on the list",
            start="list",
            dates=(181, 365, 547),
            ages=GROWN,
            family="pair",
            needier=0.8,
            arrests=0.4,
            shelters=0.4,
            contacts=1.0,
        ),
        Intake(
            "homeless",
            "adults who leave a shelter or transitional housing at least once in the years of intake",
            "",  # the end of an unbroken stretch of spells of these two kinds
            start="exit",
            needier=1.5,  # sqrt(.4) of it is need: as much as `entry_need` would select
            male=children.BOYS,
            arrests=0.3,
            shelters=1.0,
            contacts=0.6,
            deaths=1.0,
        ),
        Intake(
            "claimants",
            "adults who are on CalFresh on the day that their clock starts",
            "benefits:calfresh",
            needier=0.5,
            male=children.BOYS,
            arrests=0.3,
            shelters=0.3,
            contacts=0.6,
            deaths=0.5,
        ),
        _children("reunified", "children who go home from foster care", "discharge:reunification", KNOWN, siblings=children.SIBLINGS, needier=1.1),
        replace(
            _children(
                "in_care",
                "children in foster care who are referred some time after their removal",
                "",
                KNOWN,
                siblings=children.SIBLINGS,
                needier=0.8,
            ),
            in_care=True,
        ),
        _children(
            "reported", "children of families that are reported to child welfare", "report", REPORTED_AT, siblings=children.SIBLINGS, needier=0.8
        ),
        replace(
            _children("disposed", "youth on whom a juvenile court disposes", "disposition", YOUTH, siblings=rates.SHARED_FAMILY, needier=0.8),
            frailer=1.5,
        ),
    )
}
