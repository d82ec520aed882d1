"""Guesses about a county's files: which canonical column a name means, which table a header fits, how dates are written.

A guess is made from names and from the shape of values, and only where it cannot be read in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

NAMES = {  # canonical column -> what counties, jails, HMIS and courts call it, without spaces and signs
    "person_id": (
        "personid personno personnumber jmspersonid jmsid personalid clientid clientno clientnumber participantid participantno inmateid inmateno "
        "inmatenumber defendantid defendantno childid childno memberid memberno membernumber patientid patientno mrn sid sidno sidnumber "
        "cii ciino ciinumber pin pfn"
    ),
    "family_id": "familyid householdid hhid",
    "source_id": "sourceid systemid originalid localid localno localnumber",
    "birth": "birth dob birthdate birthdt dateofbirth",
    "death": "death dod deathdate dateofdeath",
    "moved": "moved movedout moveoutdate",
    "sex": "sex gender",
    "race_ethnicity": "raceethnicity race ethnicity",
    "language": "language preferredlanguage primarylanguage",
    "area": "area zip zipcode tract censustract supervisorialdistrict",
    "role": "role relationship relationshiptohoh",
    "start": (
        "start startdate startdt entrydate entrydt enterdate enterdt bookdt bookdate bookingdate admitdate "
        "admissiondate intakedate enrolldate enrollmentdate enrolmentdate removaldt removaldate datein"
    ),
    "stop": "stop stopdate end enddate enddt exitdate exitdt reldt reldate releasedt releasedate dischargedate disenrolldate plcepst dateout",
    "day": (
        "day date eventdate arrestdate arrestdt offensedate filingdate "
        "drawdate drawdt lotterydate assigneddate randomizationdate "
        "dispositiondate convictiondate sentencedate servicedate dateprovided assessmentdate paiddate informationdate"
    ),
    "recorded": "recorded datecreated createddate dateentered entereddt",
    "kind": "kind type eventtype chargetype severity projecttype placementtype disposition",
    "value": "value points",
    "programme": "programme program programname projectname projectid",
    "site": "site facility provider location agency",
    "measure": "measure",
    "amount": "amount cost paid paidamount amountpaid totalpaid wages quarterlywages grossamount",
    "service": "service servicetype servicecode procedurecode",
    "payer": "payer fundingsource fundsource",
    "score": "score riskscore assessmentscore totalscore matchscore",
    "source": "source sourcesystem",
}
MEANS = {name: column for column, names in NAMES.items() for name in names.split()}

TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (  # the first whose columns are all there
    ("service", ("person_id", "start", "programme")),
    ("spell", ("person_id", "start", "stop")),
    ("cost", ("person_id", "day", "amount")),
    ("score", ("person_id", "day", "score")),
    ("event", ("person_id", "day")),
    ("crosswalk", ("person_id", "source_id")),
    ("family", ("person_id", "family_id")),
    ("person", ("person_id", "birth")),
    ("area", ("area", "day", "value")),
)
WORDS = ("sex", "race_ethnicity", "language", "role", "kind", "programme", "service", "payer", "measure")  # columns of codes
SEXES = {"M": "male", "F": "female", "Male": "male", "Female": "female", "MALE": "male", "FEMALE": "female"}

NUMBERED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
SHAPES = (  # shapes that read in one way only
    (re.compile(r"\d{8}"), "%Y%m%d"),
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), "%Y/%m/%d"),
    (re.compile(r"\d{1,2}-[A-Za-z]{3}-\d{4}"), "%d-%b-%Y"),
    (re.compile(r"\d{1,2} [A-Za-z]{3} \d{4}"), "%d %b %Y"),
)
TIMES = ((re.compile(r"(.*\d) \d{1,2}:\d{2}:\d{2}"), " %H:%M:%S"), (re.compile(r"(.*\d) \d{1,2}:\d{2}"), " %H:%M"))
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Canonical column -> the file's column that by its name means it; the first of several."""
    found: dict[str, str] = {}
    for name in header:
        meant = MEANS.get(re.sub(r"[^a-z0-9]", "", name.lower()))
        if meant is not None:
            found.setdefault(meant, name)
    if "stop" in found and not {"start", "day"} & set(found):  # a release without its booking happens on one day
        found["day"] = found.pop("stop")
    return found


def table_of(columns: Mapping[str, str]) -> str | None:
    """The canonical table that these columns fit; None when they fit none."""
    return next((name for name, needed in TABLES if all(column in columns for column in needed)), None)


def date_format(values: list[str]) -> str | None:
    """How all these dates are written: "" for ISO, a format, or None when that is not certain."""
    if not values:
        return None
    if all(ISO.fullmatch(value) for value in values):
        return ""
    for shape, time in TIMES:
        matches = [shape.fullmatch(value) for value in values]
        if all(matches):
            dates = _date_only([match[1] for match in matches if match])
            return dates + time if dates else None
    return _date_only(values)


def _date_only(values: list[str]) -> str | None:
    matches = [NUMBERED.fullmatch(value) for value in values]
    numbered = [match for match in matches if match]
    if len(numbered) == len(values):
        signs = {match[2] for match in numbered}
        day_first, month_first = (any(int(match[place]) > 12 for match in numbered) for place in (1, 3))
        if day_first == month_first or len(signs) > 1:  # all days below 13, or both orders in one column
            return None
        sign = signs.pop()
        return f"%d{sign}%m{sign}%Y" if day_first else f"%m{sign}%d{sign}%Y"
    return next((form for shape, form in SHAPES if all(shape.fullmatch(value) and _reads(value, form) for value in values)), None)


def _reads(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True
