"""The outcomes of work and of benefits: jobs, earnings, aid.

Wages come by calendar quarter from employers' reports to the unemployment insurance.  The quarter in which a clock starts is left out:
part of it came before.  Whether fewer people on aid is better depends on what a programme is for, so that each measure of aid
stands in two versions that differ in that alone.
"""

from __future__ import annotations

from dataclasses import replace

from ..terms import Opening, Outcome

_REPORTS = (
    "Work that employers do not report to the state's unemployment insurance: the self-employed, federal civilians and soldiers, most farm "
    "work on small farms, work in other states and work paid in cash.  "
)
_NO_HOURS = (
    "Hours are not on record, so that no hourly wage can be told.  The quarter of the start is left out, so that those read end up to a "
    "quarter past the horizon.  That wages need 182 days to be on record, two quarters, is from memory: a source whose `lag_days` says so too waits "
    "twice."
)
_EMPLOYED = {"en": "employed", "es": "empleadas"}
_WIOA = (
    "Adapted from the primary indicators of performance of the Workforce Innovation and Opportunity Act (29 U.S.C. 3141), "
    "from memory: unsubsidised employment in the {nth} quarter after exit"
)
_ACT = "  The Act's indicator counts other proof of work too, and leaves out some exits, as to an institution, which this does not."
_WORK_IS_BETTER = "Work pays for a home and a life of one's own, and is what most people who come for help ask for."
_HALF_TIME = 416_000  # cents: 13 weeks of 20 hours at 16 dollars
_WAGE_LAG = 182  # employers report a quarter after it ends, and correct what they reported in the one after

_JOBS = (
    Outcome(
        name="employment/last_quarter",
        kind="state",
        title={"en": "employment in the last quarter", "es": "empleo en el último trimestre"},
        event=_EMPLOYED,
        better="more",
        why_better=_WORK_IS_BETTER,
        table="quarter",
        kinds=("wages",),
        unit="people",
        universe="whichever event opens the clock; any wages on record in the last whole calendar quarter of the horizon",
        authority="Common practice in evaluations that read wage records, where employed means wages above zero; not an official definition",
        verified=False,
        own=True,
        not_counted=_REPORTS + "One hour of work counts like a full quarter.  " + _NO_HOURS,
        from_day=0,
        lag_days=_WAGE_LAG,
    ),
    Outcome(
        name="employment/wioa_second_quarter",
        kind="state",
        title={"en": "employment in the second quarter after exit", "es": "empleo en el segundo trimestre después de la salida"},
        event=_EMPLOYED,
        better="more",
        why_better=_WORK_IS_BETTER,
        table="quarter",
        kinds=("wages",),
        unit="people",
        universe="exit from the programme, its last day of service; any wages on record in the second calendar quarter after that of the exit",
        authority=_WIOA.format(nth="second"),
        verified=False,
        not_counted=_REPORTS + _NO_HOURS + _ACT,
        from_day=0,
        lag_days=_WAGE_LAG,
        opens=Opening(event=("left:{programme}",), which="last", months=(6,)),
    ),
    Outcome(
        name="employment/wioa_fourth_quarter",
        kind="state",
        title={"en": "employment in the fourth quarter after exit", "es": "empleo en el cuarto trimestre después de la salida"},
        event=_EMPLOYED,
        better="more",
        why_better="Work that is still there a year on is what a household can plan on.",
        table="quarter",
        kinds=("wages",),
        unit="people",
        universe="exit from the programme, its last day of service; any wages on record in the fourth calendar quarter after that of the exit",
        authority=_WIOA.format(nth="fourth"),
        verified=False,
        not_counted=_REPORTS + _NO_HOURS + _ACT,
        from_day=0,
        lag_days=_WAGE_LAG,
        opens=Opening(event=("left:{programme}",), which="last", months=(12,)),
    ),
    Outcome(
        name="employment/half_time_2024",
        kind="state",
        title={
            "en": "a quarter of half-time work or more at the minimum wage of 2024",
            "es": "un trimestre de medio tiempo o más con el salario mínimo de 2024",
        },
        event={"en": "paid for half-time work or more", "es": "pagadas por medio tiempo de trabajo o más"},
        better="more",
        why_better="A few hours of work in a quarter keep nobody: what is counted is a wage that half-time work would bring.",
        table="quarter",
        kinds=("wages",),
        unit="people",
        universe=(
            "whichever event opens the clock; wages of more than $4,160 in the last whole calendar quarter of the horizon: 13 weeks of 20 hours at "
            "$16.00, California's minimum wage of 2024"
        ),
        authority="This project's own threshold, from the minimum wage as remembered; not an official definition",
        verified=False,
        own=True,
        not_counted=_REPORTS
        + "Exactly $4,160 is not more than it.  Few hours at a high wage count as half-time work.  The threshold is not moved with prices or wages.  "
        + _NO_HOURS,
        from_day=0,
        lag_days=_WAGE_LAG,
        above=_HALF_TIME,
    ),
    Outcome(
        name="quarters_employed/any_wages",
        kind="amount",
        title={"en": "quarters with wages", "es": "trimestres con salario"},
        event={"en": "quarters with wages", "es": "trimestres con salario"},
        better="more",
        why_better="Work that lasts is worth more than a job on one day; each quarter with wages is one in which somebody was hired or kept.",
        table="quarter",
        kinds=("wages",),
        unit="events",
        universe="whichever event opens the clock; how many whole calendar quarters of the horizon have any wages on record",
        authority="Common practice in evaluations that read wage records; not an official definition",
        verified=False,
        own=True,
        not_counted=_REPORTS + "One hour of work makes a quarter.  " + _NO_HOURS,
        from_day=0,
        lag_days=_WAGE_LAG,
        reduce="count",
    ),
    Outcome(
        name="quarters_employed/half_time_2024",
        kind="amount",
        title={
            "en": "quarters of half-time work or more at the minimum wage of 2024",
            "es": "trimestres de medio tiempo o más con el salario mínimo de 2024",
        },
        event={"en": "quarters of half-time work or more", "es": "trimestres con al menos medio tiempo de trabajo"},
        better="more",
        why_better="Work that lasts and pays is what a household can live on; a few hours in a quarter do not make one.",
        table="quarter",
        kinds=("wages",),
        unit="events",
        universe=(
            "whichever event opens the clock; how many whole calendar quarters of the horizon have wages of more than $4,160: 13 weeks of 20 hours "
            "at $16.00, California's minimum wage of 2024"
        ),
        authority="This project's own threshold, from the minimum wage as remembered; not an official definition",
        verified=False,
        own=True,
        not_counted=_REPORTS
        + "Exactly $4,160 is not more than it.  Few hours at a high wage count as half-time work.  The threshold is not moved with prices or wages.  "
        + _NO_HOURS,
        from_day=0,
        lag_days=_WAGE_LAG,
        reduce="count",
        above=_HALF_TIME,
    ),
    Outcome(
        name="earnings/wages",
        kind="amount",
        title={"en": "earnings from wages", "es": "ingresos por salarios"},
        event={"en": "dollars in wages", "es": "dólares en salarios"},
        better="more",
        why_better="A wage is money that a household decides about itself; it is better only if aid that it costs was less.",
        table="quarter",
        kinds=("wages",),
        unit="dollars",
        universe=(
            "whichever event opens the clock; wages on record in the whole calendar quarters of the horizon, zero for whoever has none: an average "
            "over all, and not over those who work"
        ),
        authority="Common practice in evaluations that read wage records: unconditional earnings; not an official definition",
        verified=False,
        own=True,
        not_counted=_REPORTS + "Wages are before taxes, in the dollars of their day.  Nothing is earned after a death.  " + _NO_HOURS,
        from_day=0,
        lag_days=_WAGE_LAG,
        reduce="sum",
    ),
)

_RELIANCE = (
    "Where a programme is to help people live by their own means, less aid is better, if incomes rose and nobody was turned away who had a right "
    "to it: read it beside earnings."
)
_TAKE_UP = (
    "Where a programme is to bring people what they have a right to, more aid is better: many who could have it never apply.  "
    "It does not say that they need it longer."
)
_EDITIONS = "; the direction is this project's own, declared as one of two versions"
_UNSEEN_AID = "Aid of other counties, states and kinds; who had a right to it and did not apply, and who lost it by a sanction or a missed form.  "


def _in_two(spent: Outcome) -> tuple[Outcome, Outcome]:
    """A measure of aid with less of it better, as given, and with more of it better."""
    family = spent.name.split("/")[0]
    return spent, replace(spent, name=f"{family}/take_up", better="more", why_better=_TAKE_UP)


def _days_on(family: str, kind: str, en: str, es: str, law: str) -> tuple[Outcome, Outcome]:
    """Days on one kind of aid, in its two versions."""
    told = {"en": f"days on {en}", "es": f"días con {es}"}
    return _in_two(
        Outcome(
            name=f"{family}/reliance",
            kind="amount",
            title=told,
            event=told,
            better="fewer",
            why_better=_RELIANCE,
            table="spell",
            kinds=(kind,),
            unit="days",
            universe=f"whichever event opens the clock; days of the horizon inside the benefit months that the records show on {en} ({law})",
            authority=f"The county's own benefit records; not an official definition{_EDITIONS}",
            verified=False,
            own=True,
            not_counted=_UNSEEN_AID + "A benefit month counts in days, whatever was paid.  Days after a death are days off aid.",
            from_day=0,
        )
    )


def _months_on(family: str, kind: str, en: str, es: str, law: str) -> tuple[Outcome, Outcome]:
    """Calendar months with one kind of aid, in its two versions."""
    told = {"en": f"months on {en}", "es": f"meses con {es}"}
    return _in_two(
        Outcome(
            name=f"{family}/reliance",
            kind="amount",
            title=told,
            event=told,
            better="fewer",
            why_better=_RELIANCE,
            table="spell",
            kinds=(kind,),
            unit="events",
            universe=(
                f"whichever event opens the clock; calendar months whose first day lies within the horizon, on any day of which the records show the "
                f"person on {en} ({law})"
            ),
            authority=f"The county's own benefit records; not an official definition{_EDITIONS}",
            verified=False,
            own=True,
            not_counted=_UNSEEN_AID + "The month of the start, unless it starts on its first day.  One day of aid makes a month, whatever was paid.",
            from_day=0,
            reduce="count",
            made="months_touched",
        )
    )


_CASH_AID = "benefits:calworks"
_LEFT = {"en": "off cash aid", "es": "registradas fuera de la ayuda en efectivo"}

_AID = (
    *(
        version
        for family, *told in (
            ("cash_aid", _CASH_AID, "cash aid for families", "ayuda en efectivo para familias", "CalWORKs, Temporary Assistance for Needy Families"),
            ("food_aid", "benefits:calfresh", "food aid", "ayuda alimentaria", "CalFresh, the Supplemental Nutrition Assistance Program"),
            (
                "general_assistance",
                "benefits:general_assistance",
                "general assistance",
                "asistencia general",
                "a county's own aid for adults without children",
            ),
        )
        for version in (*_days_on(f"{family}_days", *told), *_months_on(f"{family}_months", *told))
    ),
    *_in_two(
        Outcome(
            name="benefit_dollars/reliance",
            kind="amount",
            title={"en": "dollars in public benefits", "es": "dólares en prestaciones públicas"},
            event={"en": "dollars in public benefits", "es": "dólares en prestaciones públicas"},
            better="fewer",
            why_better=_RELIANCE,
            table="quarter",
            kinds=("benefits",),
            unit="dollars",
            universe="whichever event opens the clock; benefits on record in the whole calendar quarters of the horizon, zero for whoever has none",
            authority=f"The county's own benefit records; not an official definition{_EDITIONS}",
            verified=False,
            own=True,
            not_counted=_UNSEEN_AID + "Health cover is no payment.  Kinds of aid are not told apart.  The quarter of the start is left out.",
            from_day=0,
            reduce="sum",
        )
    ),
    Outcome(
        name="leaving_cash_aid/two_months",
        kind="mark",
        title={"en": "leaving cash aid", "es": "salida de la ayuda en efectivo"},
        event=_LEFT,
        better="more",
        why_better="Whoever leaves for work is better off; whoever lost aid without it is not, so that it is read beside employment and earnings.",
        table="spell",
        kinds=(_CASH_AID,),
        unit="people",
        universe="a person on cash aid; the day on which aid stops and does not begin again within 61 days",
        authority=(
            "Adapted from the studies of welfare leavers that the Office of the Assistant Secretary for Planning and Evaluation funded, from memory: "
            "a leaver is off aid for two months at least"
        ),
        verified=False,
        not_counted=_UNSEEN_AID + "Why aid stopped.  A break shows itself as leaving only after 61 days, which are waited for.  Aid that ends with a "
        "death is not left.",
        lag_days=61,
        made="left_for_two_months",
    ),
    Outcome(
        name="return_to_cash_aid/any_break",
        kind="mark",
        title={"en": "return to cash aid", "es": "regreso a la ayuda en efectivo"},
        event={"en": "back on cash aid", "es": "registradas de nuevo en la ayuda en efectivo"},
        better="fewer",
        why_better="A return says that what people left for did not hold; it is better only if those in need could still come back.",
        table="spell",
        kinds=(_CASH_AID,),
        unit="people",
        universe="the day on which cash aid stops; the first day of aid after it, however short the break",
        authority="The county's own benefit records; not an official definition",
        verified=False,
        own=True,
        not_counted=_UNSEEN_AID + "A form that came late makes a break of a month and a return, which is no change in anybody's life.",
        opens=Opening(spell_end=(_CASH_AID,), months=(12,)),
    ),
    Outcome(
        name="return_to_cash_aid/beyond_a_month",
        kind="mark",
        title={"en": "return to cash aid after more than a month", "es": "regreso a la ayuda en efectivo después de más de un mes"},
        event={"en": "back on cash aid after more than a month", "es": "registradas de nuevo en la ayuda en efectivo después de más de un mes"},
        better="fewer",
        why_better="A return says that what people left for did not hold; a break of a month is mostly a form that came late, and is left out.",
        table="spell",
        kinds=(_CASH_AID,),
        unit="people",
        universe="the day on which cash aid stops; the first day of aid that begins more than 31 days after the end of the aid before it",
        authority="The county's own benefit records; not an official definition",
        verified=False,
        own=True,
        not_counted=_UNSEEN_AID + "Whether a longer break was a change in anybody's life.",
        gap=31,
        opens=Opening(spell_end=(_CASH_AID,), months=(12,)),
    ),
)

WORK: tuple[Outcome, ...] = (*_JOBS, *_AID)
