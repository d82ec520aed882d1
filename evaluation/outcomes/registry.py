"""The outcomes that a design may name: each a public, versioned definition, written for the people who pay for programmes.

A definition never changes under its name: another way of counting is another version beside it.  `verified` says whether
the authority's own text was read; where it was not, the finding says so.
"""

from __future__ import annotations

from ..terms import Outcome
from .places import PLACES

_AWAY = ("custody", "prison", "inpatient")  # kept from the street by whichever agency; records may hold only some of them

_DEFINITIONS = (
    Outcome(
        name="recidivism/arrest",
        kind="mark",
        title={"en": "arrest", "es": "detención policial"},
        event={"en": "arrested", "es": "detenidas"},
        better="fewer",
        why_better="An arrest harms the person arrested and often somebody else, and costs the county an officer's time and a jail booking.",
        table="event",
        kinds=("arrest",),
        unit="people",
        universe="release from prison; the person's first arrest for any reason after it, new offence or not",
        authority="Bureau of Justice Statistics, recidivism of prisoners released (reports of 2014 and 2018): arrest as one of five measures",
        verified=True,
        not_counted=(
            "Arrests outside the police records that the county holds; offences that led to no arrest; how serious the offence was; "
            "whether the person was convicted.  An arrest measures what the police did as well as what the person did."
        ),
        off_clock=_AWAY,
    ),
    Outcome(
        name="recidivism/jail_booking",
        kind="mark",
        title={"en": "jail booking", "es": "ingreso en la cárcel"},
        event={"en": "booked into jail", "es": "ingresadas en la cárcel"},
        better="fewer",
        why_better="A night in jail can cost somebody a job, a home or a treatment place, and each booking costs the county.",
        table="event",
        kinds=("jail_booking",),
        unit="people",
        universe="release from jail; the person's first booking for any reason after it",
        authority="County practice (the Stepping Up initiative asks counties to count bookings); no binding definition",
        verified=False,
        not_counted=(
            "Bookings in other counties; arrests that ended in a citation; whether the booking was for a new offence, a warrant or "
            "a violation of supervision.  A transfer between jails counts when the county records it as a booking."
        ),
        off_clock=_AWAY,
    ),
    Outcome(
        name="recidivism/conviction",
        kind="mark",
        title={"en": "conviction for a new offence", "es": "condena por un nuevo delito"},
        event={"en": "convicted of an offence committed", "es": "condenadas por un delito cometido"},
        better="fewer",
        why_better="Each stands for an offence that a court found proven, so for somebody harmed, and for a sentence that the public pays for.",
        table="event",
        kinds=("convicted_offence",),
        unit="people",
        universe=(
            "release from custody, or placement on supervision for an earlier conviction; the person's first felony or misdemeanour after it "
            "that ended in a conviction, dated by the day of the offence and not of the conviction"
        ),
        authority=(
            "Adapted from the California Board of State and Community Corrections' definition of adult recidivism (13 November 2014, under AB 1050), "
            "whose standard period is three years; one, two or five may be asked about"
        ),
        verified=True,
        not_counted=(
            "Offences that nobody was convicted of; convictions in courts whose records the county does not hold; how serious the offence was.  "
            "An offence on the day of the start is not counted.  That the courts need 365 days is this project's own allowance: "
            "a conviction that takes longer is missed near the end of the records."
        ),
        lag_days=365,
        off_clock=_AWAY,
    ),
    Outcome(
        name="recidivism/return_to_prison",
        kind="mark",
        title={"en": "return to prison", "es": "regreso a prisión"},
        event={"en": "returned to prison", "es": "devueltas a prisión"},
        better="fewer",
        why_better="A return takes somebody from family and work again, and is the costliest way in which a release can end.",
        table="event",
        kinds=("prison_return",),
        unit="people",
        universe="release from prison; the person's first return to a prison of the same state after it, for a new sentence or for a violation",
        authority=(
            "Adapted from Chung, Schmidt and Witte (1991), Survival Analysis: A Survey, Journal of Quantitative Criminology 7: "
            "men released from North Carolina's prisons; the Bureau of Justice Statistics reports returns to prison too"
        ),
        verified=False,
        not_counted=(
            "Returns to jail; prisons of other states and of the federal government; offences that led to no return.  New sentences are not "
            "told apart from violations of supervision, so closer supervision alone can raise it."
        ),
        off_clock=_AWAY,
    ),
    Outcome(
        name="custody_days/recorded",
        kind="amount",
        title={"en": "days in custody", "es": "días bajo custodia"},
        event={"en": "days in custody", "es": "días bajo custodia"},
        better="fewer",
        why_better="A day in custody is a day away from family, work and treatment, paid for by the county.",
        table="spell",
        kinds=("custody",),
        unit="days",
        universe="whichever event opens the clock; days within the horizon on which the records show the person in custody",
        authority="The county's own custody records; not an official definition",
        verified=False,
        not_counted=(
            "Custody in places whose records the county does not hold.  Nights are counted: in and out on one day is no day, whereas "
            "the Board of State and Community Corrections counts any part of a day.  Overlapping stays count once.  "
            "Days after a death are days out of custody."
        ),
        from_day=0,
    ),
    Outcome(
        name="shelter_nights/recorded",
        kind="amount",
        title={"en": "nights in emergency shelter", "es": "noches en albergues de emergencia"},
        event={"en": "nights in emergency shelter", "es": "noches en albergues de emergencia"},
        better="fewer",
        why_better="A night in shelter is a night without a home; it is better only if the person was housed instead, which this does not show.",
        table="spell",
        kinds=("shelter",),
        unit="days",
        universe="whichever event opens the clock; nights within the horizon that the records show in emergency shelter",
        authority="The county's own shelter records, with the day of exit not a night as in HUD System Performance Measure 1; adapted, not official",
        verified=False,
        not_counted=(
            "Nights on the street, in a car or on somebody's floor; shelters that do not report.  Fewer nights in shelter may mean more nights "
            "outside.  Overlapping stays count once.  Nights after a death are nights out of shelter."
        ),
        from_day=0,
    ),
    Outcome(
        name="return_to_homelessness/hud_spm2_adapted",
        kind="mark",
        title={"en": "return to homelessness", "es": "regreso a la situación de calle"},
        event={"en": "recorded as homeless again", "es": "registradas de nuevo como personas sin hogar"},
        better="fewer",
        why_better="A return means that the home did not hold, and that the crisis begins again for the person and for the shelters.",
        table="spell",
        kinds=("street_outreach", "shelter", "safe_haven", "transitional_housing"),
        unit="people",
        universe=(
            "a person's first exit to permanent housing from street outreach, shelter, safe haven, transitional or permanent housing; the first "
            "entry into street outreach, shelter, safe haven or transitional housing on the day of that exit or after it"
        ),
        authority=(
            "Adapted from HUD System Performance Measure 2, returns to homelessness within 6, 12 and 24 months, as open software implements "
            "its specifications of fiscal year 2026"
        ),
        verified=False,
        not_counted=(
            "Entries into permanent housing: HUD counts those more than 14 days after the exit, a rule that is not built, so that this finds "
            "fewer returns than HUD's own report.  Earlier specifications waited 14 days for transitional housing too.  "
            "Nights outside that no outreach recorded; people who left for another county; stays that began before the exit and went on."
        ),
        from_day=0,
    ),
    Outcome(
        name="housed/recorded",
        kind="state",
        title={"en": "permanent housing on the last day", "es": "vivienda permanente el último día"},
        event={"en": "in permanent housing", "es": "registradas en una vivienda permanente"},
        better="more",
        why_better="A home is what treatment, work and school are built on; a day counts only if the person is in it then.",
        table="spell",
        kinds=("permanent_housing",),
        unit="people",
        universe="whichever event opens the clock; whether the records show the person in permanent housing on the last day of the horizon",
        authority="The county's own housing records; not an official definition",
        verified=False,
        not_counted=(
            "Homes that no programme records: whoever left for a home of their own looks like whoever left for the street.  "
            "The days before the last, and how safe or lasting the home is.  Whoever died before the last day counts as not housed."
        ),
        from_day=0,
    ),
    Outcome(
        name="foster_reentry/cfsr4",
        kind="mark",
        title={"en": "return to foster care", "es": "regreso al cuidado de crianza"},
        event={"en": "removed from home again", "es": "separadas otra vez de su hogar"},
        better="fewer",
        why_better="A child who is removed again loses home and school a second time; it is better only if children in danger are still removed.",
        table="event",
        kinds=("removal",),
        unit="people",
        universe=(
            "discharge from foster care to reunification, living with a relative, or guardianship, however long the stay (an exit cohort); "
            "the child's first removal from home after it"
        ),
        authority=(
            "Adapted from the Children's Bureau's statewide data indicators for Round 4 of the Child and Family Services Reviews: "
            "reentry to foster care within 12 months; Round 3 followed an entry cohort, and the two are never compared"
        ),
        verified=False,
        not_counted=(
            "Removals in other states, and a removal on the day of the discharge itself.  The indicator leaves out very short stays and youth "
            "of 18 and older: a design does so by the events that start its clocks and by `ages`.  Adoptions are another start.  "
            "An end of a trial home visit is no removal.  Federal files hide a discharge and a removal in one half year; the county's own do not."
        ),
    ),
    Outcome(
        name="emergency_visits/recorded",
        kind="mark",
        title={"en": "emergency room visit", "es": "visita a urgencias"},
        event={"en": "seen in an emergency room", "es": "atendidas en urgencias"},
        better="fewer",
        why_better="A visit often means that care came late or not at all, and is the dearest place to be seen; people in need must still come.",
        table="event",
        kinds=("emergency_visit",),
        unit="people",
        universe="whichever event opens the clock; each visit to an emergency room that the county's records hold",
        authority="The county's own health records; not an official definition",
        verified=False,
        not_counted=(
            "Visits to hospitals whose records the county does not hold, and crises met by nobody.  Visits that no earlier care could have spared "
            "are not told apart from the rest."
        ),
    ),
    Outcome(
        name="cost_per_client/recorded",
        kind="amount",
        title={"en": "cost of services per client", "es": "costo de los servicios por persona atendida"},
        event={"en": "dollars in service costs", "es": "dólares en costos de servicios"},
        better="fewer",
        why_better="Money not spent on jail, emergency rooms and shelter can be spent on what people need; it is better only if nobody went without.",
        table="cost",
        kinds=(),
        unit="dollars",
        universe="whichever event opens the clock; every priced line of service dated within the horizon, whoever paid",
        authority="The county's own prices; not an official definition",
        verified=False,
        not_counted=(
            "Services without a price in the records, the programme's own cost unless it is among them, and what the person or the family paid.  "
            "Prices are as recorded: neither deflated nor discounted, and average prices overstate what a county saves.  "
            "Nothing is spent after a death."
        ),
        from_day=0,
    ),
)

OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in (*_DEFINITIONS, *PLACES)}
