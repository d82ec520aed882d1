"""The outcomes that a design may name: each a public, versioned definition, written for the people who pay for programmes.

A definition never changes under its name: another way of counting is another version beside it.  `verified` says whether
the authority's own text was read; where it was not, the finding says so.
"""

from __future__ import annotations

from ..terms import Outcome

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

OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in _DEFINITIONS}
