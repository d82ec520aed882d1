"""The outcomes of child welfare: entry into care and returns to it, permanency, moves, maltreatment."""

from __future__ import annotations

from ..terms import Opening, Outcome

_ROUND_3 = "Adapted from the Children's Bureau's statewide data indicators for Round 3 of the Child and Family Services Reviews"
_CCWIP = "as the California Child Welfare Indicators Project gives it"
_HOMEWARD = ("discharge:reunification", "discharge:relative", "discharge:guardianship")
_PERMANENT = (*_HOMEWARD, "discharge:adoption")
_MINORS = (0, 17)
_REMOVED = Opening(event=("removal",), which="first", ages=_MINORS, months=(12,))
_AGAIN = {"en": "removed from home again", "es": "separadas otra vez de su hogar"}
_BACK = {"en": "return to foster care", "es": "regreso al cuidado de crianza"}
_WHY_NOT_BACK = "A child who is removed again loses home and school a second time; it is better only if children in danger are still removed."
_PERMANENCY = {"en": "permanency", "es": "permanencia en un hogar"}
_GROWN = (
    "Nothing competes but a death: no event of the records says that a child turned 18, and an emancipation ends a stay in care, which begins "
    "with the removal that is counted."
)
_AT_HOME = {"en": "discharged to a permanent home", "es": "dadas de alta hacia un hogar permanente"}
_WHY_PERMANENCY = "Children need a family that is theirs to keep; it is better only if the home is safe, which returns to care tell."
_P1 = (
    "a child's first removal of a year, at an age below 18; discharge from foster care to reunification, a relative, guardianship or adoption "
    "within 12 months of it"
)
_P1_LIMITS = (
    "The indicator leaves out stays of less than 8 days: a clock that starts with the removal cannot know them, and they count as permanency.  "
    "How long the home lasted.  Discharges at 18 count if they are to such a home."
)
_HARMED = {"en": "found to have been maltreated again", "es": "halladas de nuevo como víctimas de maltrato"}
_HARM = {"en": "maltreatment found again", "es": "maltrato comprobado de nuevo"}
_WHY_NOT_HARMED = "Each stands for a child hurt a second time; it is better only if people still report what they see."
_S2_LIMITS = (
    "Harm that nobody reported or that no investigation found.  Days are those that the records give a substantiated finding: the indicator goes by "
    "the day of the report, so where findings are dated by the end of an investigation the window moves with it.  Victims turning 18.  "
    "That an investigation needs 60 days is this project's own allowance."
)

CHILDREN = (
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
            "An end of a trial home visit is no removal.  Federal files hide a discharge and a removal in one half year; the county's own do not.  "
            + _GROWN
        ),
        opens=Opening(event=_HOMEWARD, ages=_MINORS, months=(12,)),
    ),
    Outcome(
        name="foster_reentry/cfsr3_p4",
        kind="mark",
        title=_BACK,
        event=_AGAIN,
        better="fewer",
        why_better=_WHY_NOT_BACK,
        table="event",
        kinds=("removal",),
        unit="people",
        universe=(
            "children who entered foster care in a year and within 12 months of the removal were discharged to reunification, a relative or "
            "guardianship (an entry cohort); the child's first removal within 12 months of that discharge"
        ),
        authority=f"{_ROUND_3}: 3-P4, reentry to foster care, {_CCWIP}; Round 4 follows an exit cohort, and the two are never compared",
        verified=False,
        not_counted=(
            "Whether the removal was within 12 months of the discharge, and the stay at least 8 days, must be asked of the cohort by a column of its "
            "history: no start says it.  Unlike permanency in 12 months (3-P1), the indicator goes by the day of discharge and not by that of a "
            "trial home visit, so that the two count different children as home within a year.  Adoptions.  Removals in other states.  "
            "Federal files hide a discharge and a removal in one half year; the county's own do not.  " + _GROWN
        ),
        opens=Opening(
            event=_HOMEWARD,
            which="first",
            ages=_MINORS,
            months=(12,),
            besides={"": "that the child was removed within 12 months before the discharge, and stayed 8 days or more"},
        ),
    ),
    Outcome(
        name="foster_reentry/lasting",
        kind="mark",
        title=_BACK,
        event=_AGAIN,
        better="fewer",
        why_better=_WHY_NOT_BACK,
        table="event",
        kinds=("removal",),
        unit="people",
        universe=(
            "discharge from foster care to reunification, living with a relative, or guardianship; the child's first removal after it that began a "
            "stay of 8 days or more"
        ),
        authority="County practice, with the length of stay below which federal indicators leave a stay out; not an official definition",
        verified=False,
        own=True,
        not_counted="Removals of a few days, though a child lives through them.  A stay still open counts as lasting, so that the last 8 days of "
        "the records are waited for.  Removals in other states.  " + _GROWN,
        lag_days=8,
        made="lasting_removals",
    ),
    Outcome(
        name="permanency/cfsr3_p1",
        kind="mark",
        title=_PERMANENCY,
        event=_AT_HOME,
        better="more",
        why_better=_WHY_PERMANENCY,
        table="event",
        kinds=_PERMANENT,
        unit="people",
        universe=(
            f"{_P1}; a discharge to reunification that ends a trial home visit of 30 days or more, which began within 11 months of the "
            "removal and was the last placement, counts from the thirtieth day of the visit"
        ),
        authority=f"{_ROUND_3}: 3-P1, permanency in 12 months of entering foster care, {_CCWIP}",
        verified=False,
        not_counted=(
            _P1_LIMITS + "  Reentry (3-P4) does not make this adjustment for trial visits, so that the two count different children as home.  Over "
            "horizons longer than 12 months visits are treated alike whenever they began, and at the end of a month the eleventh is reckoned by "
            "days, which moves it by one or two.  A visit shows itself by the discharge that ends it, for which 182 days are allowed (this project's "
            "own allowance)."
        ),
        competing=("death", "discharge:emancipation"),
        lag_days=182,
        opens=_REMOVED,
        made="discharges_after_trial_visits",
    ),
    Outcome(
        name="permanency/day_of_discharge",
        kind="mark",
        title=_PERMANENCY,
        event=_AT_HOME,
        better="more",
        why_better=_WHY_PERMANENCY,
        table="event",
        kinds=_PERMANENT,
        unit="people",
        universe=f"{_P1}, dated by the day of the discharge, whatever trial home visit came before it",
        authority="The county's own child-welfare records, without the federal adjustment for trial home visits; not an official definition",
        verified=False,
        own=True,
        not_counted=_P1_LIMITS + "  A child home on trial for the last weeks of the year, and discharged after it.",
        competing=("death", "discharge:emancipation"),
        opens=_REMOVED,
    ),
    Outcome(
        name="placement_stability/cfsr",
        kind="rate",
        title={"en": "moves between placements", "es": "cambios de colocación"},
        event={"en": "moves between placements", "es": "cambios de colocación"},
        better="fewer",
        why_better="Each move takes a child from people it has come to know, and often from its school; a move to kin may be worth it.",
        table="event",
        kinds=("placement_move",),
        unit="events",
        universe=(
            "a child's first removal of a year, at an age below 18; moves from one placement to another on days in foster care in the year, for "
            "every 1,000 of those days, added up over stays"
        ),
        authority=f"{_ROUND_3} and of Round 4: placement stability; from memory",
        verified=False,
        not_counted=(
            "The placement on removal, a trial home visit, running away, respite and a change of licence are no moves: records must not hold them as "
            "such.  Stays of less than 8 days, and days past the eighteenth birthday, are left out by the indicator and not here: no event says "
            "that a child turned 18.  Emancipation needs no competing: it ends the stay, and with it the days and the moves."
        ),
        from_day=0,
        exposure=("foster_care",),
        per=1000,
        opens=_REMOVED,
        made="moves_in_care",
    ),
    Outcome(
        name="maltreatment_recurrence/cfsr3_s2",
        kind="mark",
        title=_HARM,
        event=_HARMED,
        better="fewer",
        why_better=_WHY_NOT_HARMED,
        table="event",
        kinds=("substantiated",),
        unit="people",
        universe=(
            "a child's first substantiated report of a year, at an age below 18; another within 12 months of it, but for those in its first 14 days"
        ),
        authority=f"{_ROUND_3}: S2, recurrence of maltreatment, {_CCWIP}",
        verified=False,
        not_counted=_S2_LIMITS + "  A second report within 14 days is taken to be about the same harm, though it may not be.",
        lag_days=60,
        opens=Opening(event=("substantiated",), which="first", ages=_MINORS, months=(12,)),
        waits={"substantiated": 15},
    ),
    Outcome(
        name="maltreatment_recurrence/no_14_days",
        kind="mark",
        title=_HARM,
        event=_HARMED,
        better="fewer",
        why_better=_WHY_NOT_HARMED,
        table="event",
        kinds=("substantiated",),
        unit="people",
        universe="a child's first substantiated report of a year, at an age below 18; another within 12 months of it, from the next day on",
        authority="S2 without its rule of 14 days, to show what the rule is worth; not an official definition",
        verified=False,
        own=True,
        not_counted=_S2_LIMITS + "  Two reports of one harm count as two.",
        lag_days=60,
        opens=Opening(event=("substantiated",), which="first", ages=_MINORS, months=(12,)),
    ),
    Outcome(
        name="maltreatment_in_care/cfsr",
        kind="rate",
        title={"en": "maltreatment in foster care", "es": "maltrato durante el cuidado de crianza"},
        event={"en": "findings of maltreatment in foster care", "es": "casos comprobados de maltrato en cuidado de crianza"},
        better="fewer",
        why_better="Whoever is taken from home for safety must be safe where they are taken.",
        table="event",
        kinds=("substantiated",),
        unit="events",
        universe=(
            "children below 18 in foster care; substantiated reports while in care, but for those of a stay's first 7 days, for every 100,000 days "
            "in care"
        ),
        authority=f"{_ROUND_3} and of Round 4: S1, maltreatment in foster care; from memory",
        verified=False,
        not_counted=(
            "Harm that nobody reported.  What happened before the removal and was reported after the seventh day counts.  Stays of less than 8 "
            "days, and days past the eighteenth birthday, are left out by the indicator and not here.  The first 7 days of a stay count as days; "
            "stays that touch are one.  That an investigation needs 60 days is this project's own allowance."
        ),
        lag_days=60,
        from_day=0,
        exposure=("foster_care",),
        per=100_000,
        opens=Opening(ages=_MINORS, months=(12,)),
        made="harm_in_care",
    ),
    Outcome(
        name="out_of_home_entry/recorded",
        kind="mark",
        title={"en": "removal from home", "es": "separación del hogar"},
        event={"en": "removed from home", "es": "separadas de su hogar"},
        better="fewer",
        why_better="A removal is the deepest cut the county makes into a family; it is better only if children in danger are still removed.",
        table="event",
        kinds=("removal",),
        unit="people",
        universe="whichever event opens the clock; the child's first removal from home after it",
        authority="The county's own child-welfare records; not an official definition",
        verified=False,
        own=True,
        not_counted="Children who live with kin by an arrangement that no court made; removals in other counties and on the day of the start.",
    ),
    Outcome(
        name="out_of_home_entry/first_ever",
        kind="mark",
        title={"en": "first removal from home", "es": "primera separación del hogar"},
        event={"en": "removed from home for the first time", "es": "separadas de su hogar por primera vez"},
        better="fewer",
        why_better="A removal is the deepest cut the county makes into a family; it is better only if children in danger are still removed.",
        table="event",
        kinds=("removal",),
        unit="people",
        universe="whichever event opens the clock; the first removal that the records hold of the child, if it comes after the start",
        authority="Adapted from the California Child Welfare Indicators Project's first entries to foster care",
        verified=False,
        not_counted=(
            "Children removed before, whose next removal is no first one; removals before the records begin.  Children who live with kin by an "
            "arrangement that no court made."
        ),
        made="first_removals",
    ),
    Outcome(
        name="out_of_home_entry/lasting",
        kind="mark",
        title={"en": "removal from home for 8 days or more", "es": "separación del hogar por 8 días o más"},
        event={"en": "removed from home for 8 days or more", "es": "separadas de su hogar por 8 días o más"},
        better="fewer",
        why_better="A removal is the deepest cut the county makes into a family; it is better only if children in danger are still removed.",
        table="event",
        kinds=("removal",),
        unit="people",
        universe="whichever event opens the clock; the child's first removal after it that began a stay in foster care of 8 days or more",
        authority="County practice, with the length of stay below which federal indicators leave a stay out; not an official definition",
        verified=False,
        own=True,
        not_counted="Removals of a few days, though a child lives through them.  A stay still open counts as lasting, so that the last 8 days of "
        "the records are waited for.",
        lag_days=8,
        made="lasting_removals",
    ),
)
