"""The outcomes of justice: new arrests, filings and convictions, days in custody; `recidivism_returns.py` holds bookings, returns and revocations."""

from __future__ import annotations

from ..terms import Opening, Outcome
from .recidivism_returns import AWAY, BSCC, FROM_PRISON, OF_THE_STATE, RETURNS

_ALLOWED = "  That the courts' decisions need {} days to be on record is this project's own allowance."

JUSTICE = (
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
        off_clock=AWAY,
        opens=FROM_PRISON,
    ),
    Outcome(
        name="recidivism/bscc_arrest",
        kind="mark",
        title={"en": "new arrest", "es": "nueva detención policial"},
        event={"en": "arrested again", "es": "detenidas de nuevo"},
        better="fewer",
        why_better="An arrest harms the person arrested and often somebody else, and costs the county an officer's time and a jail booking.",
        table="event",
        kinds=("arrest",),
        unit="people",
        universe="release from custody, or placement on supervision for an earlier conviction; the person's first arrest after it",
        authority=f"{BSCC}: new arrest, one of the measures that may be reported beside conviction",
        verified=True,
        not_counted="Offences that led to no arrest; arrests that led to no charge are not told apart.  The state's own definition goes by "
        "conviction.",
        off_clock=AWAY,
        opens=OF_THE_STATE,
    ),
    Outcome(
        name="recidivism/bscc_filing",
        kind="mark",
        title={"en": "new criminal filing", "es": "nueva acusación penal"},
        event={"en": "charged in a new case", "es": "acusadas en una nueva causa"},
        better="fewer",
        why_better="A filing means that a prosecutor found enough to charge, and opens a case that the public pays for.",
        table="event",
        kinds=("filing",),
        unit="people",
        universe="release from custody, or placement on supervision for an earlier conviction; the person's first criminal case filed after it",
        authority=f"{BSCC}: criminal filing, one of the measures that may be reported beside conviction",
        verified=True,
        not_counted=(
            "Cases filed in courts whose records the county does not hold; whether the case ended in a conviction; the day of the offence, so that "
            "a filing after the start for an offence before it counts."
        ),
        off_clock=AWAY,
        opens=OF_THE_STATE,
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
        authority=f"{BSCC}, whose standard period is three years; one, two or five may be asked about",
        verified=True,
        not_counted=(
            "Offences that nobody was convicted of; convictions in courts whose records the county does not hold; how serious the offence was.  "
            "An offence on the day of the start is not counted.  That the courts need 365 days is this project's own allowance: "
            "a conviction that takes longer is missed near the end of the records."
        ),
        lag_days=365,
        off_clock=AWAY,
        opens=OF_THE_STATE,
    ),
    Outcome(
        name="recidivism/cdcr_conviction",
        kind="mark",
        title={"en": "conviction after release from prison", "es": "condena tras salir de prisión"},
        event={"en": "convicted again", "es": "condenadas de nuevo"},
        better="fewer",
        why_better="Each stands for an offence that a court found proven, so for somebody harmed, and for a sentence that the public pays for.",
        table="event",
        kinds=("conviction",),
        unit="people",
        universe="release from a state prison in a fiscal year; the person's first conviction after it, dated by the day of the conviction",
        authority=(
            "California Department of Corrections and Rehabilitation, recidivism reports: conviction within three years, its primary measure since "
            "the releases of fiscal year 2011-12; that it goes by the day of the conviction is from memory"
        ),
        verified=False,
        not_counted=(
            "Offences that nobody was convicted of; convictions in other states; the day of the offence, so that a conviction after the start for an "
            "offence before it counts.  Never a trend with earlier reports, whose primary measure was return to prison: the series breaks there."
            + _ALLOWED.format(180)
        ),
        lag_days=180,
        off_clock=AWAY,
        opens=Opening(event=FROM_PRISON.event, spell_end=FROM_PRISON.spell_end, months=(36,)),
    ),
    Outcome(
        name="recidivism/bjs_conviction",
        kind="mark",
        title={
            "en": "conviction after release from prison, as counted across states",
            "es": "condena tras salir de prisión, como se cuenta entre estados",
        },
        event={"en": "convicted after release", "es": "condenadas tras salir"},
        better="fewer",
        why_better="Each stands for an offence that a court found proven, so for somebody harmed, and for a sentence that the public pays for.",
        table="event",
        kinds=("conviction",),
        unit="people",
        universe="release from prison; the person's first conviction after it",
        authority=(
            "Adapted from the Bureau of Justice Statistics, recidivism of prisoners released (reports of 2014 and 2018): conviction as one of five "
            "measures; the reports date it by the arrest that led to it (from memory), and this definition by the conviction"
        ),
        verified=False,
        not_counted=(
            "Offences that nobody was convicted of; convictions in courts whose records the county does not hold.  A conviction after the start for "
            "an arrest before it counts here, and later than in the reports: of one cohort their measures range from a quarter to two thirds."
            + _ALLOWED.format(180)
        ),
        lag_days=180,
        off_clock=AWAY,
        opens=FROM_PRISON,
    ),
    Outcome(
        name="recidivism/juvenile_petition",
        kind="mark",
        title={"en": "new sustained petition or conviction", "es": "nueva petición sostenida o condena"},
        event={"en": "found by a court to have offended again", "es": "declaradas responsables de un nuevo delito"},
        better="fewer",
        why_better="Each stands for an offence that a court found proven, and takes a young person further from school and family.",
        table="event",
        kinds=("conviction", "sustained_petition"),
        unit="people",
        universe=(
            "disposition by a juvenile court, or the end of a placement it ordered; the person's first new petition that is sustained, or conviction "
            "as an adult, after it"
        ),
        authority="Common practice of juvenile probation, over one year or two (from memory); no binding definition",
        verified=False,
        own=True,
        not_counted=(
            "Petitions that were dismissed, diverted or handled informally; courts of other counties.  Both are dated by the court's decision: one "
            "after the start for an offence before it counts.  Most cases of California's juvenile courts end by 24 (from memory)."
            + _ALLOWED.format(90)
        ),
        lag_days=90,
        off_clock=AWAY,
        opens=Opening(event=("disposition",), spell_end=("juvenile_placement",), ages=(12, 24), months=(12, 24)),
    ),
    *RETURNS,
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
        own=True,
        not_counted=(
            "Custody in places whose records the county does not hold.  Nights are counted: in and out on one day is no day, whereas "
            "the Board of State and Community Corrections counts any part of a day.  Overlapping stays count once.  "
            "Days after a death are days out of custody."
        ),
        from_day=0,
    ),
)
