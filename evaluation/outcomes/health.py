"""The outcomes of health: emergency and inpatient use, contact with care."""

from __future__ import annotations

from ..terms import Opening, Outcome

_OTHER_HOSPITALS = "Hospitals whose records the county does not hold.  "

HEALTH = (
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
        name="emergency_visits/number",
        kind="amount",
        title={"en": "emergency room visits", "es": "visitas a urgencias"},
        event={"en": "emergency room visits", "es": "visitas a urgencias"},
        better="fewer",
        why_better="A few people make many of the visits, and a programme for them changes how often they come before it changes whether they do.",
        table="event",
        kinds=("emergency_visit",),
        unit="events",
        universe="whichever event opens the clock; how many visits to an emergency room the county's records hold within the horizon",
        authority="The county's own health records; not an official definition",
        verified=False,
        not_counted=_OTHER_HOSPITALS + "A visit on the day of the start counts, and may be what brought the person in.  Nobody visits after a death.",
        from_day=0,
        reduce="count",
    ),
    Outcome(
        name="first_emergency_visit/three_days_apart",
        kind="mark",
        title={"en": "emergency room visit of a new illness", "es": "visita a urgencias por un nuevo episodio"},
        event={
            "en": "seen in an emergency room more than three days after the last visit",
            "es": "atendidas en urgencias más de tres días después de la última visita",
        },
        better="fewer",
        why_better="A visit often means that care came late or not at all; a second visit for the same illness says more of the first one's care.",
        table="event",
        kinds=("emergency_visit",),
        unit="people",
        universe=(
            "whichever event opens the clock; a visit to an emergency room that comes more than three days after the visit before it, whether that "
            "one came before the start or not"
        ),
        authority="This project's own rule for visits that belong together; not an official definition",
        verified=False,
        not_counted=_OTHER_HOSPITALS + "Diagnoses are not read: a new illness within three days is taken for the old one.",
        made="three_days_apart",
    ),
    Outcome(
        name="inpatient_admissions/recorded",
        kind="mark",
        title={"en": "admission to hospital", "es": "ingreso hospitalario"},
        event={"en": "admitted to hospital", "es": "hospitalizadas"},
        better="fewer",
        why_better="A stay in hospital is costly and often a crisis that earlier care could have met; planned treatment and births are no failures.",
        table="spell",
        kinds=("inpatient",),
        unit="people",
        universe="whichever event opens the clock; each stay in hospital that the county's records show to begin",
        authority="The county's own health records; not an official definition",
        verified=False,
        not_counted=_OTHER_HOSPITALS + "Why somebody was admitted.  A transfer between hospitals counts when the county records it as a new stay.",
    ),
    Outcome(
        name="inpatient_admissions/transfers_stitched",
        kind="mark",
        title={"en": "admission to hospital, transfers left out", "es": "ingreso hospitalario, sin contar traslados"},
        event={"en": "admitted to hospital from outside", "es": "hospitalizadas desde fuera de un hospital"},
        better="fewer",
        why_better="A stay in hospital is costly and often a crisis that earlier care could have met; a transfer is part of the same one.",
        table="spell",
        kinds=("inpatient",),
        unit="people",
        universe="whichever event opens the clock; each stay in hospital that begins more than a day after the end of the stay before it",
        authority="Common practice with hospital claims, where stays a day apart or nearer are one; not an official definition",
        verified=False,
        not_counted=_OTHER_HOSPITALS
        + "Why somebody was admitted: planned treatment and births are in it.  Who came back within a day is taken for a transfer.",
        gap=1,
    ),
    Outcome(
        name="inpatient_readmission/thirty_days",
        kind="mark",
        title={"en": "readmission to hospital", "es": "reingreso hospitalario"},
        event={"en": "admitted to hospital again", "es": "hospitalizadas de nuevo"},
        better="fewer",
        why_better="Who is back within a month was often sent home too soon, or to nothing.",
        table="spell",
        kinds=("inpatient",),
        unit="people",
        universe="discharge from hospital; the first stay that begins more than a day after it, within 30 days of the discharge",
        authority=(
            "Adapted from the all-cause readmission measures of the Centers for Medicare and Medicaid Services, from memory: 30 days from discharge"
        ),
        verified=False,
        not_counted=_OTHER_HOSPITALS
        + "Planned readmissions, which the official measures leave out by diagnosis, are in it; nothing is adjusted for who was ill.",
        gap=1,
        opens=Opening(spell_end=("inpatient",), which="every", days=(30,)),
    ),
    Outcome(
        name="inpatient_days/recorded",
        kind="amount",
        title={"en": "days in hospital", "es": "días de hospitalización"},
        event={"en": "days in hospital", "es": "días de hospitalización"},
        better="fewer",
        why_better="A day in hospital is among the dearest that public money pays for, and away from home; better only if nobody was turned away.",
        table="spell",
        kinds=("inpatient",),
        unit="days",
        universe="whichever event opens the clock; days within the horizon on which the records show the person in hospital",
        authority="The county's own health records; not an official definition",
        verified=False,
        not_counted=_OTHER_HOSPITALS
        + "Nights are counted: in and out on one day is no day.  Overlapping stays count once.  Days after a death are days out.",
        from_day=0,
    ),
    Outcome(
        name="treatment_contact/recorded",
        kind="mark",
        title={"en": "contact with behavioural health care", "es": "contacto con servicios de salud conductual"},
        event={"en": "met by behavioural health care", "es": "atendidas por servicios de salud conductual"},
        better="more",
        why_better="Care that is met is the first step to getting better; it says nothing of whether the care helped.",
        table="event",
        kinds=("health_contact",),
        unit="people",
        universe="release from jail; the person's first contact with behavioural health care after it",
        authority="County practice (the Stepping Up initiative asks counties to count connections to treatment); no binding definition",
        verified=False,
        not_counted="Care by providers who do not report to the county, and care paid for privately; how long it went on, and whether it was wanted.",
        opens=Opening(event=("release",)),
    ),
)
