"""The outcomes of justice that bring somebody back: bookings, returns to custody and to prison, violations and revocations of supervision."""

from __future__ import annotations

from ..terms import Opening, Outcome

AWAY = ("custody", "prison", "inpatient")  # kept from the street by whichever agency; records may hold only some of them
FROM_PRISON = Opening(event=("prison_release",), spell_end=("prison",))
FROM_CUSTODY = Opening(event=("release",), spell_end=("custody",))
OF_THE_STATE = Opening(
    event=("release", "supervision_start"),
    spell_end=("custody", "prison"),
    months=(12, 24, 36, 60),
    besides=dict.fromkeys(("release", "custody"), "that the custody was for a conviction"),
)  # of AB 1050
_ON_SUPERVISION = Opening(event=("supervision_start",))
BSCC = "California Board of State and Community Corrections, definition of adult recidivism (13 November 2014, under AB 1050)"
_NIGHT = "A night in jail can cost somebody a job, a home or a treatment place, and each booking costs the county."
_RETURN = "A return takes somebody from family and work again, and is the costliest way in which a release can end."
_REVOKED = "A revocation takes somebody from family, work and treatment, and fills a jail or a prison bed that the public pays for."

RETURNS = (
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
        own=True,
        not_counted=(
            "Bookings in other counties; arrests that ended in a citation; whether the booking was for a new offence, a warrant or "
            "a violation of supervision.  A transfer between jails counts when the county records it as a booking."
        ),
        off_clock=AWAY,
        opens=FROM_CUSTODY,
    ),
    Outcome(
        name="recidivism/jail_booking_stitched",
        kind="mark",
        title={"en": "jail booking, transfers left out", "es": "ingreso en la cárcel, sin traslados"},
        event={"en": "booked into jail anew", "es": "ingresadas de nuevo en la cárcel"},
        better="fewer",
        why_better=_NIGHT,
        table="event",
        kinds=("jail_booking",),
        unit="people",
        universe="release from jail; the person's first booking after it that is no transfer: bookings and stays a day apart or less are one stay",
        authority="County practice with jail management systems, which write a transfer down as a release and a booking; no binding definition",
        verified=False,
        own=True,
        not_counted=(
            "Bookings in other counties; arrests that ended in a citation; why somebody was booked.  Whoever is truly booked anew on the day of "
            "a release or on the next is taken for transferred."
        ),
        off_clock=AWAY,
        opens=FROM_CUSTODY,
        gap=1,
    ),
    Outcome(
        name="recidivism/stepping_up_rebooking",
        kind="mark",
        title={
            "en": "rebooking into jail of people with serious mental illness",
            "es": "reingreso en la cárcel de personas con enfermedad mental grave",
        },
        event={"en": "rebooked into jail", "es": "reingresadas en la cárcel"},
        better="fewer",
        why_better=_NIGHT,
        table="event",
        kinds=("jail_booking",),
        unit="people",
        universe="release from jail of people with serious mental illness, as the county screens for it; the person's next booking within a year",
        authority=(
            "The Stepping Up initiative, which asks counties to follow bookings, length of stay, connection to treatment and recidivism of people "
            "with serious mental illness; how a booking is counted is left to each county: no binding definition"
        ),
        verified=False,
        own=True,
        not_counted=(
            "Who has a serious mental illness is for the cohort to say, by its history; people whom no screening found.  Bookings in other counties; "
            "transfers are left out as far as a day or less lies between them."
        ),
        off_clock=AWAY,
        opens=Opening(
            event=FROM_CUSTODY.event,
            spell_end=FROM_CUSTODY.spell_end,
            months=(12,),
            people="people with serious mental illness, as a county screens for it",
        ),
        gap=1,
    ),
    Outcome(
        name="recidivism/bscc_return_to_custody",
        kind="mark",
        title={"en": "return to custody", "es": "regreso a custodia"},
        event={"en": "taken into custody again", "es": "puestas de nuevo bajo custodia"},
        better="fewer",
        why_better=_NIGHT,
        table="spell",
        kinds=("custody", "prison"),
        unit="people",
        universe="release from custody, or placement on supervision for an earlier conviction; the first day of the next stay in jail or prison",
        authority=f"{BSCC}: return to custody, one of the measures that may be reported beside conviction",
        verified=True,
        not_counted="Stays elsewhere; why somebody was taken in: a new offence, a warrant and a violation are not told apart, and a transfer counts.",
        off_clock=AWAY,
        opens=OF_THE_STATE,
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
        off_clock=AWAY,
        opens=FROM_PRISON,
    ),
    Outcome(
        name="recidivism/bjs_return_to_prison",
        kind="mark",
        title={"en": "return to prison, technical violations included", "es": "regreso a prisión, incluidas violaciones técnicas"},
        event={"en": "returned to prison for whatever reason", "es": "devueltas a prisión por cualquier motivo"},
        better="fewer",
        why_better=_RETURN,
        table="event",
        kinds=("prison_return",),
        unit="people",
        universe="release from prison; the person's first return to prison after it, for a new sentence or for a violation of supervision",
        authority="Bureau of Justice Statistics, recidivism of prisoners released (reports of 2014 and 2018): return to prison, one of five measures",
        verified=True,
        not_counted=(
            "Returns to jail; prisons whose records the county does not hold.  Technical violations count, so that closer supervision alone raises "
            "it: it is never to be laid beside a count of new sentences.  The reports leave out who died (from memory); here a death competes."
        ),
        off_clock=AWAY,
        opens=FROM_PRISON,
    ),
    Outcome(
        name="recidivism/prison_new_sentence",
        kind="mark",
        title={"en": "return to prison with a new sentence", "es": "regreso a prisión con una nueva sentencia"},
        event={"en": "returned to prison with a new sentence", "es": "devueltas a prisión con una nueva sentencia"},
        better="fewer",
        why_better=_RETURN,
        table="event",
        kinds=("prison_new_sentence",),
        unit="people",
        universe="release from prison; the person's first return to prison after it for a new sentence, technical violations left out",
        authority=(
            "Adapted from the Bureau of Justice Statistics, recidivism of prisoners released, which counts returns for a new sentence "
            "(from memory); the reports date it by the arrest that led to it, and this definition by the return"
        ),
        verified=False,
        not_counted="Returns for a violation alone, though an offence may lie behind it; returns to jail; prisons of which the county holds "
        "no records.",
        off_clock=AWAY,
        opens=FROM_PRISON,
    ),
    Outcome(
        name="recidivism/revocation",
        kind="mark",
        title={"en": "revocation of supervision", "es": "revocación de la supervisión"},
        event={"en": "sent to jail or prison from supervision", "es": "enviadas a la cárcel o a prisión desde la supervisión"},
        better="fewer",
        why_better=_REVOKED,
        table="event",
        kinds=("revocation",),
        unit="people",
        universe="placement on supervision; the first revocation to jail or prison after it, for a technical violation or for a new offence",
        authority=(
            "Adapted from the Judicial Council of California's reports under SB 678 (from memory), whose failure rate divides those sent to jail or "
            "prison in a year by those supervised on average, and is no share of a cohort"
        ),
        verified=False,
        not_counted="Violations that ended in no revocation; other counties.  Closer supervision alone can raise it, for more is seen.",
        off_clock=AWAY,
        opens=_ON_SUPERVISION,
    ),
    Outcome(
        name="recidivism/revocation_new_offence",
        kind="mark",
        title={"en": "revocation of supervision for a new offence", "es": "revocación de la supervisión por un nuevo delito"},
        event={"en": "sent to jail or prison from supervision for a new offence", "es": "enviadas a la cárcel o a prisión por un nuevo delito"},
        better="fewer",
        why_better=_REVOKED,
        table="event",
        kinds=("revocation_new_offence",),
        unit="people",
        universe="placement on supervision; the first revocation to jail or prison after it for a new offence, technical violations left out",
        authority="County practice, beside the count of all revocations; no binding definition",
        verified=False,
        own=True,
        not_counted=(
            "Revocations for a technical violation alone, though an offence that was never charged may lie behind one: what counts as technical "
            "differs by county and by judge."
        ),
        off_clock=AWAY,
        opens=_ON_SUPERVISION,
    ),
    Outcome(
        name="recidivism/supervision_violation",
        kind="mark",
        title={"en": "violation of supervision", "es": "violación de la supervisión"},
        event={"en": "found in violation of supervision", "es": "halladas en violación de la supervisión"},
        better="fewer",
        why_better="A violation can end in jail, and the time of an officer and a court goes into each.",
        table="event",
        kinds=("supervision_violation",),
        unit="people",
        universe="release from custody, or placement on supervision for an earlier conviction; the first violation after it, technical or not",
        authority=f"{BSCC}: supervision violation, one of the measures that may be reported beside conviction",
        verified=True,
        not_counted="What nobody saw or wrote down: closer supervision alone raises it.  Whether the violation was technical or a new offence.",
        off_clock=AWAY,
        opens=OF_THE_STATE,
    ),
)
