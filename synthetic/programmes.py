"""The programmes of the invented county: what each does, for whom, and what it costs.

They are those that the county documents behind the designs name; what each does to a hazard, and its price, is assumed.
"""

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
    row: int | None = None  # of the table of studies that counties ask for; None: of none


def _moves(**ratios: float) -> Mapping[str, Rate]:
    return {process: Rate(ratio, f"times as many of '{process}' while the programme works") for process, ratio in ratios.items()}


def _price(dollars: float) -> Rate:
    return Rate(dollars, "an enrolment in the programme, paid when it starts")


_ON_THE_ROAD = (  # what leaves a jail, or a programme for people who do
    Programme(
        "reentry_navigation",
        "lowers arrests and shelter stays",
        "released",
        {"arrest": rates.RATIO, "shelter": rates.RATIO},
        rates.PROGRAMME_PRICE,
        "probation",
        "navigation",
    ),
    Programme(
        "stepping_up",
        "lowers arrests and brings people with mental illness into treatment",
        "released",
        _moves(arrest=0.80, contact=1.60),
        _price(3_100),
        "health",
        "jail_mental_health",
        4,
    ),
    Programme(
        "detention_alternatives",
        "lowers arrests",
        "released",
        _moves(arrest=0.85),
        _price(1_900),
        "probation",
        "pretrial",
        7,
    ),
    Programme(
        "intensive_supervision",  # whose effect on people of low risk is the question: rehearse it with harmful_low
        "lowers arrests",
        "released",
        _moves(arrest=0.75),
        _price(4_200),
        "probation",
        "probation_programmes",
        16,
    ),
)
_IN_NEED = (  # high need in several systems at once
    Programme(
        "project_301",
        "lowers emergency visits, hospital stays, arrests and shelter stays",
        "listed",
        _moves(emergency=0.75, inpatient=0.80, arrest=0.80, shelter=0.70),
        _price(9_800),
        "county",
        "care_team",
        1,
    ),
    Programme(
        "access_teams",
        "lowers arrests, emergency visits and returns to homelessness, and brings people home sooner",
        "homeless",
        _moves(arrest=0.80, emergency=0.80, street=0.70, return_home=0.75, exit_to_permanent=1.40),
        _price(11_500),
        "county",
        "access",
        2,
    ),
    Programme(
        "whole_person_care",
        "lowers emergency visits, hospital stays and shelter stays",
        "residents",
        _moves(emergency=0.80, inpatient=0.80, shelter=0.80),
        _price(5_400),
        "health",
        "care_coordination",
        5,
    ),
    Programme(
        "housing_placement",
        "brings people into permanent housing sooner, and fewer return to homelessness",
        "homeless",
        _moves(exit_to_permanent=1.80, return_home=0.60, shelter=0.60, street=0.60),
        _price(8_700),
        "housing",
        "coordinated_entry",
        10,
    ),
    Programme(
        "high_utilisers",
        "lowers emergency visits and hospital stays a little",
        "listed",
        _moves(emergency=0.95, inpatient=0.95),
        _price(7_300),
        "health",
        "care_management",
        17,
    ),
    Programme(
        "self_sufficiency",
        "brings people into work sooner, keeps them there longer and lets them leave benefits sooner",
        "claimants",
        _moves(job_found=1.25, job_lost=0.85, benefit_exit=1.15),
        _price(3_600),
        "human_services",
        "employment_services",
        21,
    ),
)
_FOR_CHILDREN = (
    Programme(
        "probation_wraparound",
        "lowers new petitions, removals and running away",
        "disposed",
        _moves(petition=0.70, removal=0.65, runaway=0.80),
        _price(12_400),
        "juvenile_probation",
        "wraparound",
        12,
    ),
    Programme(
        "family_finding",
        "brings children to a permanent family sooner and moves them less often",
        "in_care",
        _moves(permanency=1.35, placement_move=0.85),
        _price(6_200),
        "child_welfare",
        "permanency",
        13,
    ),
    Programme(
        "csec_teams",
        "lowers running away and moves between placements",
        "in_care",
        _moves(runaway=0.70, placement_move=0.80),
        _price(9_100),
        "child_welfare",
        "csec_team",
        14,
    ),
    Programme(
        "differential_response",
        "lowers reports of maltreatment and removals from home",
        "reported",
        _moves(report=0.80, removal=0.75),
        _price(1_700),
        "child_welfare",
        "family_support",
        18,
    ),
    Programme(
        "concrete_services",
        "lowers reports of maltreatment and removals from home",
        "reported",
        _moves(report=0.85, removal=0.80),
        _price(1_100),
        "child_welfare",
        "case_management",
        19,
    ),
    Programme(
        "post_reunification",
        "lowers reports of maltreatment and returns to foster care",
        "reunified",
        _moves(report=0.80, removal=0.65),
        _price(2_900),
        "child_welfare",
        "aftercare",
        20,
    ),
)
_IN_PLACES = (  # what an office or a neighbourhood has, or has not
    Programme(
        "neighborhood_services",
        "lowers emergency visits and hospital stays",
        "adults",
        _moves(emergency=0.75, inpatient=0.85),
        _price(900),
        "human_services",
        "neighborhood_offices",
        8,
    ),
    Programme(
        "mobile_support",
        "lowers arrests and emergency visits",
        "adults",
        _moves(arrest=0.80, emergency=0.80),
        _price(650),
        "health",
        "mobile_support_team",
        6,
    ),
)
PROGRAMMES: Mapping[str, Programme] = {programme.name: programme for programme in (*_ON_THE_ROAD, *_IN_NEED, *_FOR_CHILDREN, *_IN_PLACES)}
