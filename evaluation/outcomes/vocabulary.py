"""The words of the records: every kind of row that a definition reads, and what a row of it is.

A county whose files use other words maps them to these with `codes`, or with `set`.  What stands in angle brackets is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

VOCABULARY: Mapping[str, Mapping[str, str]] = {
    "event": {
        "arrest": "An arrest, for whatever reason.",
        "jail_booking": "A booking into jail.",
        "release": "A release from jail or prison.",
        "prison_release": "A release from prison, beside its row `release`.",
        "supervision_start": "The first day under supervision for a conviction.",
        "filing": "A criminal case filed.",
        "conviction": "A conviction of a felony or misdemeanour, on the day of the judgment.",
        "convicted_offence": "A felony or misdemeanour that ended in a conviction, on the day on which it was committed; infractions are none.",
        "technical_violation": "A violation of the terms of supervision that is no new offence.",
        "supervision_violation": "Any violation of supervision, a new offence or not.",
        "revocation": "Supervision revoked, to jail or to prison.",
        "revocation_new_offence": "The same, for a new offence, beside its row `revocation`.",
        "prison_return": "A return to prison, for a new sentence or a violation.",
        "prison_new_sentence": "The same, for a new sentence, beside its row `prison_return`.",
        "petition": "A petition in juvenile court.",
        "disposition": "A decision of a juvenile court on what follows a petition.",
        "sustained_petition": "A petition that the juvenile court sustained.",
        "removal": "A child removed from home.",
        "discharge:<how>": "The end of a stay in foster care: reunification, adoption, guardianship, relative, emancipation, ...",
        "placement_move": "A move from one foster placement to another.",
        "trial_home_visit": "The day on which a trial home visit began.",
        "placement_began": "The first day of a foster placement.",
        "placement_resumed": "A child back in a placement it had left for a while.",
        "runaway": "A child ran away from a placement.",
        "report": "A report of maltreatment.",
        "substantiated": "A report of maltreatment that was substantiated.",
        "emergency_visit": "A visit to an emergency room.",
        "health_contact": "A contact with behavioural health care.",
        "referral:<programme>": "A referral to a programme.",
        "offer:<programme>": "An offer of a place in a programme.",
        "no_offer:<programme>": "No offer, where somebody else had one: the arm compared.",
        "contact:<programme>": "A contact of a programme with a person.",
        "own_language:<programme>": "A contact in the language that the person prefers, with or without an interpreter.",
        "completed:<programme>": "A programme completed, as the programme says it.",
        "left:<programme>": "The last day of service of a programme, completed or not.",
        "hmis_exit:<band>": "An exit from a homeless or housing project: permanent, temporary, institutional, homeless, unknown or deceased.",
        "exit_from:<project>:<band>": "The same, where the kind of project is needed; `value` is the code of the destination.",
        "move_in": "The day on which somebody moved into permanent housing.",
        "bed_night": "A night in a shelter that counts its beds night by night.",
        "literally_homeless": "The day of an entry from the street or a shelter.",
    },
    "spell": {
        "custody": "A stay in jail.",
        "prison": "A stay in prison.",
        "supervision": "Time on probation or parole.",
        "inpatient": "A stay in hospital.",
        "shelter": "Nights in emergency shelter; the day of leaving is no night.",
        "shelter_enrolled": "An enrolment in emergency shelter, from entry to exit, whichever nights were slept there.",
        "safe_haven": "A stay in a safe haven.",
        "transitional_housing": "A stay in transitional housing.",
        "street_outreach": "An enrolment with street outreach.",
        "permanent_housing": "Permanent housing, from the day of moving in.",
        "permanent_housing_enrolled": "An enrolment in permanent housing, from entry to exit, moved in or not.",
        "rapid_rehousing_enrolled": "The same, of rapid rehousing alone.",
        "awaiting_move_in": "From entry into permanent housing to moving in, of whoever was literally homeless at entry.",
        "homeless_before_entry": "From the day on which homelessness began to the entry, as the person told it.",
        "prevention": "An enrolment in homelessness prevention.",
        "services_only": "An enrolment in services without a bed.",
        "other_project": "An enrolment in a project of another type.",
        "day_shelter": "An enrolment in a day shelter.",
        "coordinated_entry": "An enrolment in coordinated entry.",
        "foster_care": "A stay in foster care, from removal to discharge.",
        "juvenile_placement": "A stay that a juvenile court ordered, in a hall, a camp or a home.",
        "placement:<home>": "A stay in one foster placement.",
        "benefits:calworks": "Months on cash aid for families.",
        "benefits:calfresh": "Months on food aid.",
        "benefits:general_assistance": "Months on the county's own aid for adults without children.",
    },
    "quarter": {"wages": "Wages that employers reported.", "benefits": "Public benefits paid."},
    "service": {"<programme>": "An enrolment in a programme."},
    "cost": {"<service>": "A priced line of service."},
    "area": {"<measure>": "A number about a place."},
}


def meaning(table: str, kind: str) -> str:
    """What a row of this kind is; of a kind with a filled-in part, what all of its like are.

    Raises:
        KeyError: where no word of the vocabulary fits.
    """
    words = VOCABULARY[table]
    return words[next(pattern for pattern in words if fits(pattern, kind))] if any(fits(pattern, kind) for pattern in words) else words[kind]


def fits(pattern: str, kind: str) -> bool:
    """Whether a kind is of a pattern: the same word, or one whose parts between colons stand where the pattern has brackets."""
    left, right = pattern.split(":"), kind.split(":")
    return len(left) == len(right) and all(one == other or one.startswith("<") for one, other in zip(left, right, strict=True))
