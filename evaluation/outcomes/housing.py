"""The outcomes of housing: nights in shelter, returns to homelessness, homes found and homes that hold."""

from __future__ import annotations

from ..terms import Opening, Outcome
from .homelessness_returns import RETURNS

_NIGHTS = {"en": "nights without a home", "es": "noches sin hogar"}
_NIGHT_IS_WORSE = "A night without a home wears down health and hope; it is better only if the person was housed instead."
_SPM1 = (
    "Adapted from HUD System Performance Measure 1, length of time persons remain homeless, as open software builds its specification of 2026; "
    "that of 2024 was not looked up"
)
_NO_WALK_BACK = (
    "HUD's own number has no start: it goes back a year from a client's last night in the year reported, and on through nights that touch.  "
    "This counts nights after a start, so that the two are never compared.  Nights outside, in shelters that do not report, and after a death."
)
_FIRST = {"en": "homelessness for the first time", "es": "primera vez sin hogar"}
_FIRST_TIME = {"en": "homeless for the first time", "es": "registradas por primera vez como personas sin hogar"}
_SPM5 = "Adapted from HUD System Performance Measure 5, persons homeless for the first time, as open software builds its specification of 2026"
_BEFORE = "any enrolment in shelter, safe haven, transitional or permanent housing open in the 730 days before"
_NEVER_BEFORE = (
    "Homelessness on the street, in other counties, and before the records begin: whoever came early in them looks as if it were the first time.  "
    "HUD counts a person's first entry in a year; this, the first after a start."
)
_SPM7 = "Adapted from HUD System Performance Measure 7, as open software builds its specification of 2026; that of 2024 was not looked up"
_NO_EXIT = (
    "HUD counts those who left, by their last exit of a year, and leaves out some destinations; here everybody who started counts, and whoever "
    "has not left has not found a home.  "
)
_FROM = ("shelter", "safe_haven", "transitional_housing", "rapid_rehousing", "permanent_housing")
_HOME_FOUND = {"en": "recorded as leaving for a permanent home", "es": "registradas al salir hacia una vivienda permanente"}

_BY_THE_COUNTY = (
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
        own=True,
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
        own=True,
        not_counted=(
            "Homes that no programme records: whoever left for a home of their own looks like whoever left for the street.  "
            "The days before the last, and how safe or lasting the home is.  Whoever died before the last day counts as not housed."
        ),
        from_day=0,
    ),
)

_NIGHTS_HOMELESS = (
    Outcome(
        name="nights_homeless/hud_spm1a_es_sh",
        kind="amount",
        title=_NIGHTS,
        event=_NIGHTS,
        better="fewer",
        why_better=_NIGHT_IS_WORSE,
        table="spell",
        kinds=("shelter", "safe_haven"),
        unit="days",
        universe=(
            "whichever event opens the clock; nights in emergency shelter or safe haven, less those on which the person was in transitional housing, "
            "or in permanent housing after moving in"
        ),
        authority=f"{_SPM1} (table 1a, shelter and safe haven)",
        verified=False,
        not_counted=_NO_WALK_BACK,
        from_day=0,
        made="nights_homeless",
    ),
    Outcome(
        name="nights_homeless/hud_spm1a_es_sh_th",
        kind="amount",
        title=_NIGHTS,
        event=_NIGHTS,
        better="fewer",
        why_better=_NIGHT_IS_WORSE,
        table="spell",
        kinds=("shelter", "safe_haven", "transitional_housing"),
        unit="days",
        universe=(
            "whichever event opens the clock; nights in emergency shelter, safe haven or transitional housing, less those in permanent housing after "
            "moving in"
        ),
        authority=f"{_SPM1} (table 1a, with transitional housing)",
        verified=False,
        not_counted=_NO_WALK_BACK,
        from_day=0,
        made="nights_homeless",
    ),
    Outcome(
        name="nights_homeless/hud_spm1b_es_sh_ph",
        kind="amount",
        title=_NIGHTS,
        event=_NIGHTS,
        better="fewer",
        why_better=_NIGHT_IS_WORSE,
        table="spell",
        kinds=("shelter", "safe_haven", "homeless_before_entry", "awaiting_move_in"),
        unit="days",
        universe=(
            "whichever event opens the clock; nights in emergency shelter or safe haven, those before an entry on which the person says to have been "
            "homeless, and those in permanent housing before moving in, less those in transitional housing or a home moved into"
        ),
        authority=f"{_SPM1} (table 1b, with the time before entry)",
        verified=False,
        not_counted=_NO_WALK_BACK
        + "  What was said of the time before an entry is taken as it is, and counts on a clock that began before that entry.",
        from_day=0,
        made="nights_homeless",
    ),
    Outcome(
        name="nights_homeless/hud_spm1b_es_sh_th_ph",
        kind="amount",
        title=_NIGHTS,
        event=_NIGHTS,
        better="fewer",
        why_better=_NIGHT_IS_WORSE,
        table="spell",
        kinds=("shelter", "safe_haven", "transitional_housing", "homeless_before_entry", "awaiting_move_in"),
        unit="days",
        universe=(
            "whichever event opens the clock; nights in emergency shelter, safe haven or transitional housing, those before an entry on which the "
            "person says to have been homeless, and those in permanent housing before moving in, less those in a home moved into"
        ),
        authority=f"{_SPM1} (table 1b, with transitional housing and the time before entry)",
        verified=False,
        not_counted=_NO_WALK_BACK
        + "  What was said of the time before an entry is taken as it is, and counts on a clock that began before that entry.",
        from_day=0,
        made="nights_homeless",
    ),
)

_FIRST_TIMES = (
    Outcome(
        name="first_time_homeless/hud_spm5_es_sh_th",
        kind="mark",
        title=_FIRST,
        event=_FIRST_TIME,
        better="fewer",
        why_better="The first time is the one that prevention can spare, and many of those who lose a home once lose it again.",
        table="spell",
        kinds=("shelter", "shelter_enrolled", "safe_haven", "transitional_housing"),
        unit="people",
        universe=f"whichever event opens the clock; the first entry into shelter, safe haven or transitional housing without {_BEFORE}",
        authority=f"{_SPM5} (table 5.1)",
        verified=False,
        not_counted=_NEVER_BEFORE,
        made="first_times_homeless",
    ),
    Outcome(
        name="first_time_homeless/hud_spm5_with_ph",
        kind="mark",
        title=_FIRST,
        event=_FIRST_TIME,
        better="fewer",
        why_better="The first time is the one that prevention can spare, and many of those who lose a home once lose it again.",
        table="spell",
        kinds=("shelter", "shelter_enrolled", "safe_haven", "transitional_housing", "permanent_housing", "permanent_housing_enrolled"),
        unit="people",
        universe=f"whichever event opens the clock; the first entry into shelter, safe haven, transitional or permanent housing without {_BEFORE}",
        authority=f"{_SPM5} (table 5.2)",
        verified=False,
        not_counted=_NEVER_BEFORE,
        made="first_times_homeless",
    ),
)

_HOMES = (
    Outcome(
        name="exit_to_permanent_housing/recorded",
        kind="mark",
        title={"en": "exit to permanent housing", "es": "salida hacia una vivienda permanente"},
        event=_HOME_FOUND,
        better="more",
        why_better="A home of one's own is what shelters and outreach are for.",
        table="event",
        kinds=("hmis_exit:permanent",),
        unit="people",
        universe="whichever event opens the clock; the first exit from a homeless or housing project to a permanent destination",
        authority="The county's own homeless management information system, with HUD's bands of destinations; not an official definition",
        verified=False,
        own=True,
        not_counted=(
            "Homes found by people who were never asked where they went; whether the home held.  An exit on the day of the start is not counted."
        ),
    ),
    Outcome(
        name="exit_to_permanent_housing/hud_spm7b1",
        kind="mark",
        title={"en": "exit to permanent housing", "es": "salida hacia una vivienda permanente"},
        event=_HOME_FOUND,
        better="more",
        why_better="A home of one's own is what shelters and rehousing are for.",
        table="event",
        kinds=tuple(f"exit_from:{project}:permanent" for project in _FROM),
        unit="people",
        universe=(
            "people who left shelter, safe haven, transitional housing or rapid rehousing, or other permanent housing without ever moving in; the "
            "exit to a permanent destination"
        ),
        authority=f"{_SPM7} (table 7b.1)",
        verified=False,
        not_counted=_NO_EXIT + "HUD leaves out exits to a hospital, foster care, long-term care, and deaths.  Exits from street outreach.",
        made="exits_before_a_home",
    ),
    Outcome(
        name="exit_from_the_street/hud_spm7a1",
        kind="mark",
        title={"en": "exit from the street", "es": "salida de la calle"},
        event={"en": "recorded as leaving the street for a place to stay", "es": "registradas al salir de la calle hacia un lugar donde quedarse"},
        better="more",
        why_better="From the street nearly every place to stay is safer; a home is best, which this does not tell apart.",
        table="event",
        kinds=tuple(f"exit_from:street_outreach:{band}" for band in ("permanent", "temporary", "institutional", "homeless")),
        unit="people",
        universe=(
            "people who left street outreach; the exit to a permanent destination, or to a shelter, safe haven, institution or temporary place that "
            "HUD's table of destinations counts as a success"
        ),
        authority=f"{_SPM7} (table 7a.1)",
        verified=False,
        not_counted=(
            _NO_EXIT + "HUD leaves out exits to a hospital, a halfway house, and deaths.  Jail and places not meant for habitation are no success.  "
            "An exit without the code of its destination counts only if it is to a permanent home."
        ),
        made="exits_to_a_place",
    ),
    Outcome(
        name="home_lost/hud_spm7b2",
        kind="mark",
        title={"en": "loss of permanent housing", "es": "pérdida de la vivienda permanente"},
        event={"en": "recorded as leaving permanent housing for no other", "es": "registradas al dejar la vivienda permanente sin tener otra"},
        better="fewer",
        why_better="A home that does not hold sends somebody back to where the crisis began.",
        table="event",
        kinds=tuple(f"exit_from:permanent_housing:{band}" for band in ("temporary", "institutional", "homeless", "unknown")),
        unit="people",
        universe=(
            "people who moved into permanent housing other than rapid rehousing; the exit to a destination that is not permanent.  HUD's own share "
            "is of "
            "those who stayed or left for a permanent home: all but these"
        ),
        authority=f"{_SPM7} (table 7b.2)",
        verified=False,
        not_counted=(
            "Exits to a hospital, foster care or long-term care, and deaths, which HUD leaves out with the people; here they stay among those "
            "whose home was not lost.  Homes that no programme records.  Whoever was not asked where they went counts as having lost the home."
        ),
        made="exits_after_a_home",
    ),
    Outcome(
        name="housed/alive",
        kind="state",
        title={"en": "permanent housing on the last day, of those alive", "es": "vivienda permanente el último día, entre quienes viven"},
        event={"en": "in permanent housing", "es": "registradas en una vivienda permanente"},
        better="more",
        why_better="A home is what treatment, work and school are built on; those who died are no failure of the home.",
        table="spell",
        kinds=("permanent_housing",),
        unit="people",
        universe="the day of moving into permanent housing; whether the person, if still alive, is in permanent housing on the last day",
        authority=(
            "Adapted from Denver's evaluation of supportive housing, which told the share still housed after one, two and three years without those "
            "who died"
        ),
        verified=False,
        not_counted=(
            "Everybody who died before the last day is left out, so that arms of different mortality are no longer like each other.  Homes that no "
            "programme records, and the days before the last."
        ),
        from_day=0,
        competing=(),
        opens=Opening(event=("move_in",), which="first", months=(12, 24, 36)),
    ),
    Outcome(
        name="assisted_housing_days/recorded",
        kind="amount",
        title={"en": "days in assisted housing", "es": "días en vivienda asistida"},
        event={"en": "days in assisted housing", "es": "días en vivienda asistida"},
        better="more",
        why_better="A day in a home that a programme pays for is a day off the street; for somebody who could pay alone it is a place another lacks.",
        table="spell",
        kinds=("permanent_housing",),
        unit="days",
        universe="whichever event opens the clock; days within the horizon in permanent housing, from the day of moving in",
        authority="The county's own housing records; not an official definition",
        verified=False,
        own=True,
        not_counted="Homes that no programme pays for.  Days between the enrolment and the day of moving in.  Days after a death are none.",
        from_day=0,
    ),
)

HOUSING = (*_BY_THE_COUNTY, *RETURNS, *_NIGHTS_HOMELESS, *_FIRST_TIMES, *_HOMES)
