"""Returns to homelessness, as many ways as people count them: HUD's Measure 2 by year, and what each of its rules is worth."""

from __future__ import annotations

from dataclasses import replace

from ..terms import Opening, Outcome

_STREET = ("street_outreach", "safe_haven", "shelter", "shelter_enrolled")
_HOMELESS = (*_STREET, "transitional_housing")
_HOMES = ("permanent_housing", "permanent_housing_enrolled")
_OTHER = ("prevention", "services_only", "other_project", "day_shelter", "coordinated_entry")
_TRANSFERS = {"permanent_housing": 15, "permanent_housing_enrolled": 15}  # more than 14 days after the exit
_DAYS = (181, 366, 731)  # HUD's columns end on the days 180, 365 and 730 after the exit, all inclusive
_EXITS = Opening(event=("hmis_exit:permanent",), which="first", days=_DAYS)
_FROM_HOMES = ("exit_from:permanent_housing:permanent", "exit_from:rapid_rehousing:permanent")

_UNIVERSE = (
    "a person's {which} to a permanent destination from street outreach, shelter, safe haven, transitional or permanent housing in HUD's "
    "window of a year; {mark}"
)
_RULE = (
    "the first entry into street outreach, shelter, safe haven or transitional housing on the day of that exit or after it, or into permanent "
    "housing more than 14 days after it and not from the day after another such entry until 14 days after the exit from that one"
)
_HUD = "Adapted from HUD System Performance Measure 2, returns to homelessness within 6, 12 and 24 months, as open software builds its specification"
_ITS_LIMITS = (
    "Nights outside that no outreach recorded; people who left for another county; stays that began before the exit and went on; a return of "
    "no days that ended in a permanent home."
)
_LATER_ALONE = "  Open software looks for transfers among homes entered since the exit alone; this looks at earlier ones too."

_FY2026 = Outcome(
    name="return_to_homelessness/hud_spm2_fy2026",
    kind="mark",
    title={"en": "return to homelessness", "es": "regreso a la situación de calle"},
    event={"en": "recorded as homeless again", "es": "registradas de nuevo como personas sin hogar"},
    better="fewer",
    why_better="A return means that the home did not hold, and that the crisis begins again for the person and for the shelters.",
    table="spell",
    kinds=(*_HOMELESS, *_HOMES),
    unit="people",
    universe=_UNIVERSE.format(which="first exit", mark=_RULE),
    authority=f"{_HUD} of fiscal year 2026",
    verified=False,
    not_counted=_ITS_LIMITS + _LATER_ALONE,
    from_day=0,
    opens=_EXITS,
    waits=_TRANSFERS,
    made="enrolments_without_transfers",
)


def _but(version: str, **changed: object) -> Outcome:
    """The rule of fiscal year 2026 but for what is changed."""
    return replace(_FY2026, name=f"return_to_homelessness/{version}", own=not version.startswith("hud_"), **changed)  # type: ignore[arg-type]  # fields by their names


def _stitched(days: int) -> Outcome:
    """Any entry, where stays so many days apart or nearer are one episode of homelessness."""
    return _but(
        f"episodes_{days}_days",
        kinds=_HOMELESS,
        universe=_UNIVERSE.format(
            which="first exit",
            mark="the first entry into street outreach, shelter, safe haven or transitional housing on that day or after it that comes more "
            f"than {days} days after any such stay",
        ),
        authority="A common way of joining stays into episodes of homelessness, of no one authority; not an official definition",
        not_counted=_ITS_LIMITS + f"  Whoever comes back within {days} days of leaving a shelter, home or not, never left in this reading.",
        waits={},
        gap=days,
        made="episodes",
    )


RETURNS = (
    _FY2026,
    _but(
        "hud_spm2_fy2024",
        authority=f"{_HUD} of fiscal year 2026, laid on fiscal year 2024, whose own specification was not looked up",
    ),
    _but(
        "hud_spm2_step_5b",
        universe=_UNIVERSE.format(which="first exit", mark=f"{_RULE}; transitional housing too only more than 14 days after the exit"),
        authority=(
            "Adapted from older specifications of HUD System Performance Measure 2 (step 5.b), as open software quotes them; that of fiscal year "
            "2026 counts transitional housing at once"
        ),
        not_counted=_ITS_LIMITS + "  Transitional housing entered within 14 days of the exit.",
        waits=_TRANSFERS | {"transitional_housing": 15},
    ),
    _but(
        "no_14_days",
        universe=_UNIVERSE.format(
            which="first exit",
            mark="the first entry into street outreach, shelter, safe haven, transitional or permanent housing on that day or after it",
        ),
        authority="HUD's Measure 2 without its rule for transfers, to show what the rule is worth; not an official definition",
        not_counted=_ITS_LIMITS + "  A move from one home to the next, on the same day or in the two weeks after, counts as a return.",
        waits={},
        made="enrolments",
    ),
    _but(
        "last_exit",
        universe=_UNIVERSE.format(which="last exit", mark=_RULE),
        authority="HUD's rule on each person's last exit, for services that ask how the last one held; not an official definition",
        opens=replace(_EXITS, which="last"),
        not_counted=_ITS_LIMITS + "  Whoever returned after an earlier exit, and left again for good.",
    ),
    _but(
        "every_exit",
        universe=_UNIVERSE.format(which="every exit", mark=_RULE),
        authority="HUD's rule on every exit, each a unit of its own; not an official definition",
        opens=replace(_EXITS, which="every"),
        not_counted=_ITS_LIMITS + "  One return may follow several exits of one person, and counts for each.",
    ),
    _but(
        "literally_homeless",
        kinds=_STREET,
        universe=_UNIVERSE.format(
            which="first exit", mark="the first entry into street outreach, shelter or safe haven on the day of that exit or after it"
        ),
        authority="Entries from the street and into shelter alone, as many services count them; not an official definition",
        not_counted=_ITS_LIMITS + "  Entries into transitional and permanent housing, though only people without a home are admitted there.",
        waits={},
        made="enrolments",
    ),
    _but(
        "homeless_projects",
        kinds=_HOMELESS,
        universe=_UNIVERSE.format(
            which="first exit",
            mark="the first entry into street outreach, shelter, safe haven or transitional housing on the day of that exit or after it",
        ),
        authority="HUD's Measure 2 without entries into permanent housing; not an official definition",
        not_counted=_ITS_LIMITS + "  Entries into permanent housing, though only people without a home are admitted there.",
        waits={},
        made="enrolments",
    ),
    _but(
        "from_permanent_housing",
        universe=f"a person's first exit to a permanent destination from permanent housing alone; {_RULE}",
        authority="HUD's rule (row of exits from permanent housing) on the first exit from such a home; not an official definition",
        opens=replace(_EXITS, event=_FROM_HOMES),
        not_counted=_ITS_LIMITS + "  People who left shelters and transitional housing for a home.",
    ),
    _but(
        "any_enrolment",
        kinds=(*_HOMELESS, *_HOMES, *_OTHER),
        universe=_UNIVERSE.format(which="first exit", mark=f"{_RULE}; or into prevention, services without a bed, or any other project"),
        authority="HUD's rule with entries into every kind of project; not an official definition",
        not_counted=_ITS_LIMITS + "  Help that keeps a home counts as a return: a programme that stays in touch looks worse.",
    ),
    *(_stitched(days) for days in (7, 14, 30, 90)),
)
