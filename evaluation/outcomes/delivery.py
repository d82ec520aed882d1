"""The outcomes of reach and delivery: who was referred, offered, enrolled and kept, how soon, and with how much.

They say what a programme did, and not whether anybody was better off by it.  `{programme}` in a kind is the programme of the study.
What happens on the day of the start counts: a service that begins on the day of the referral is the quickest there is.
"""

from __future__ import annotations

from ..terms import Opening, Outcome

_OWN = "The programme's own records; not an official definition"
_NOT_BETTER_OFF = "Whether anybody was better off by it.  "
_ON_REFERRAL = Opening(event=("referral:{programme}",))
_ON_ENROLMENT = Opening(enrolment=True)

_REACH = (
    Outcome(
        name="referred/recorded",
        kind="mark",
        title={"en": "referral to the programme", "es": "derivación al programa"},
        event={"en": "referred to the programme", "es": "derivadas al programa"},
        better="more",
        why_better="Nobody is helped by a programme that nobody sends them to; it is better only if those referred are those in need.",
        table="event",
        kinds=("referral:{programme}",),
        unit="people",
        universe="the day on which a person could first be referred; the first referral to the programme",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "People sent by word of mouth, and referrals that no department wrote down.",
        from_day=0,
    ),
    Outcome(
        name="offered/recorded",
        kind="mark",
        title={"en": "offer of the programme", "es": "oferta del programa"},
        event={"en": "offered the programme", "es": "invitadas al programa"},
        better="more",
        why_better="A referral that no offer follows is a promise not kept.",
        table="event",
        kinds=("offer:{programme}",),
        unit="people",
        universe="referral to the programme; the first offer of a place in it",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "Offers that were not written down, and whether the person understood the offer.",
        from_day=0,
        opens=_ON_REFERRAL,
    ),
    Outcome(
        name="enrolled/recorded",
        kind="mark",
        title={"en": "enrolment in the programme", "es": "inscripción en el programa"},
        event={"en": "enrolled in the programme", "es": "inscritas en el programa"},
        better="more",
        why_better="A programme can help only those who come to it.",
        table="service",
        kinds=("{programme}",),
        unit="people",
        universe="whichever event opens the clock; the first day of the person's first enrolment in the programme from then on",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "Enrolments that began before; whether more than a form was filled in.",
        from_day=0,
    ),
    Outcome(
        name="days_to_service/from_referral",
        kind="mark",
        title={"en": "start of service after referral", "es": "comienzo del servicio después de la derivación"},
        event={"en": "in service after their referral", "es": "atendidas por el programa después de su derivación"},
        better="more",
        why_better="Who waits gives up: the sooner service begins, the more of those referred are reached.",
        table="service",
        kinds=("{programme}",),
        unit="people",
        universe=(
            "referral to the programme; the first day of the first enrolment from then on, so that its curve tells how long people wait, and its "
            "mean days without service what the wait comes to within the horizon"
        ),
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "Contact before the enrolment.  Who never comes has no wait, and stays among those who were not reached.",
        from_day=0,
        opens=_ON_REFERRAL,
    ),
    Outcome(
        name="language_match/recorded",
        kind="mark",
        title={"en": "service in the person's own language", "es": "atención en el idioma de la persona"},
        event={"en": "served in their own language", "es": "atendidas en su idioma"},
        better="more",
        why_better="Help that is not understood is no help, and leaves out those whom a county already hears least.",
        table="event",
        kinds=("own_language:{programme}",),
        unit="people",
        universe="enrolment in the programme; the first contact in the language that the person prefers, with or without an interpreter",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "Contacts whose language nobody wrote down; how well it was spoken.",
        from_day=0,
        opens=_ON_ENROLMENT,
    ),
)

_KEPT = (
    Outcome(
        name="retained/open_on_last_day",
        kind="state",
        title={"en": "still enrolled on the last day", "es": "inscripción vigente el último día"},
        event={"en": "still enrolled", "es": "inscritas todavía"},
        better="more",
        why_better="Most programmes help those who stay; it is better only if nobody is kept longer than they need.",
        table="service",
        kinds=("{programme}",),
        unit="people",
        universe="enrolment in the programme; whether an enrolment in it is open on the last day of the horizon",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF
        + "Whether the person still came.  Who completed the programme early counts as not retained, and so does who died.",
        from_day=0,
        opens=_ON_ENROLMENT,
    ),
    Outcome(
        name="left_early/uncompleted",
        kind="mark",
        title={"en": "leaving the programme without completing it", "es": "abandono del programa sin completarlo"},
        event={"en": "gone before the programme was completed", "es": "retiradas antes de completar el programa"},
        better="fewer",
        why_better="Who leaves early gets less than the programme was built to give.",
        table="service",
        kinds=("{programme}",),
        unit="people",
        universe=(
            "enrolment in the programme; the first day no longer part of an enrolment, unless its completion is on record within 30 days before "
            "or after that day"
        ),
        authority="This project's own rule for a completion that is written down late; not an official definition",
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "Why people left.  Where a county records no completion, everybody who leaves has left early.  "
        "What ends with a death is not left.  The 30 days in which a completion may be written down are waited for.",
        lag_days=30,
        made="left_uncompleted",
        opens=_ON_ENROLMENT,
    ),
    Outcome(
        name="completed/recorded",
        kind="mark",
        title={"en": "completion of the programme", "es": "finalización del programa"},
        event={"en": "through the whole programme", "es": "registradas con el programa completo"},
        better="more",
        why_better="A programme is tested as a whole, and promises its results to those who complete it.",
        table="event",
        kinds=("completed:{programme}",),
        unit="people",
        universe="enrolment in the programme; the day on which the records call it completed",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "What completing means, which each programme says for itself: it must not change while it is counted.",
        from_day=0,
        opens=_ON_ENROLMENT,
    ),
    Outcome(
        name="dose/days_enrolled",
        kind="amount",
        title={"en": "days enrolled", "es": "días de inscripción"},
        event={"en": "days enrolled in the programme", "es": "días de inscripción en el programa"},
        better="more",
        why_better="More of a programme that works is more help; a programme that keeps people longer than they need only looks better by it.",
        table="service",
        kinds=("{programme}",),
        unit="days",
        universe="whichever event opens the clock; days of the horizon inside an enrolment in the programme, each counted once",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "How much happened on those days.  Days after a death are days out of the programme.",
        from_day=0,
    ),
    Outcome(
        name="contacts/recorded",
        kind="amount",
        title={"en": "contacts with the programme", "es": "contactos con el programa"},
        event={"en": "contacts with the programme", "es": "contactos con el programa"},
        better="more",
        why_better="Contact is what an enrolment is for; it is better only if people want it and are helped by it.",
        table="event",
        kinds=("contact:{programme}",),
        unit="events",
        universe="whichever event opens the clock; how many contacts of the programme with the person the records hold within the horizon",
        authority=_OWN,
        verified=False,
        own=True,
        not_counted=_NOT_BETTER_OFF + "How long a contact was and what was done; contacts that nobody wrote down.",
        from_day=0,
        reduce="count",
    ),
)

_TWICE = "A person served twice for the same need fills in two forms, is told two plans, and takes a place that somebody else is waiting for."
_SAME_WORD = "Services alike under different names; two offices that keep one system, whose records cannot be told apart.  Some doubling is meant."

_DOUBLED = (
    Outcome(
        name="duplicate_services/open_together",
        kind="mark",
        title={"en": "the same service from two departments at once", "es": "el mismo servicio de dos departamentos a la vez"},
        event={"en": "served twice over by two departments", "es": "atendidas a la vez por dos departamentos"},
        better="fewer",
        why_better=_TWICE,
        table="service",
        kinds=(),
        unit="people",
        universe=(
            "whichever event opens the clock; the first day on which enrolments in one programme, whichever it is, from two systems of record, which "
            "stand for two departments, are both open, counted on the day on which the second begins"
        ),
        authority="This project's own rule; not an official definition",
        verified=False,
        own=True,
        not_counted=_SAME_WORD,
        made="open_twice",
    ),
    Outcome(
        name="duplicate_services/intakes_within_30_days",
        kind="mark",
        title={"en": "a second intake by another department within 30 days", "es": "una segunda admisión por otro departamento en 30 días"},
        event={"en": "taken in again by another department within 30 days", "es": "admitidas de nuevo por otro departamento en 30 días"},
        better="fewer",
        why_better=_TWICE,
        table="service",
        kinds=(),
        unit="people",
        universe=(
            "whichever event opens the clock; the first day of an enrolment in a programme, whichever it is, that begins within 30 days of the "
            "beginning of one in it from another system of record, which stands for another department, whether that one is still open or not"
        ),
        authority="This project's own rule; not an official definition",
        verified=False,
        own=True,
        not_counted=_SAME_WORD,
        made="intake_twice",
    ),
)

DELIVERY: tuple[Outcome, ...] = (*_REACH, *_KEPT, *_DOUBLED)
