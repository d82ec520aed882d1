"""The outcomes that are numbers about places, read from the table `area`; only panels of areas show them."""

from __future__ import annotations

from ..terms import Outcome

PLACES = (
    Outcome(
        name="homicides/ucr",
        kind="rate",
        title={"en": "homicides", "es": "homicidios"},
        event={"en": "homicides", "es": "homicidios"},
        better="fewer",
        why_better="Each is somebody killed.",
        table="area",
        kinds=("homicides",),
        unit="people",
        universe="a place and period; how many homicides the police there reported, over how many people lived there",
        authority=(
            "Adapted from the Federal Bureau of Investigation's Uniform Crime Reporting summary files (murder and nonnegligent manslaughter), "
            "as published research reads them"
        ),
        verified=False,
        not_counted=(
            "Homicides that agencies did not report: coverage differs between places and years.  Negligent manslaughter, and killings that the "
            "police ruled justified, so that a law which widens self-defence can lower the count by itself."
        ),
        from_day=0,
    ),
    Outcome(
        name="black_men_in_prison/recorded",
        kind="amount",
        title={"en": "Black men in prison", "es": "hombres negros en prisión"},
        event={"en": "Black men in prison", "es": "hombres negros en prisión"},
        better="fewer",
        why_better="Each is a man kept from family and work, at the public's cost; it says nothing of what he did, nor of who was kept safe.",
        table="area",
        kinds=("black_men_in_prison",),
        unit="people",
        universe="a state and year; how many Black men its prisons held",
        authority="As the data of Cunningham and Kang (2019) hold it; not an official definition",
        verified=False,
        own=True,
        not_counted="Women and children, jails, federal prisons, and how many people live there: a count grows with a state.",
        from_day=0,
    ),
    Outcome(
        name="foster_entry_rate/ccwip",
        kind="rate",
        title={"en": "entries to foster care", "es": "entradas al cuidado de crianza"},
        event={"en": "children who entered foster care", "es": "niños y niñas que entraron al cuidado de crianza"},
        better="fewer",
        why_better="A child who enters loses home and often school; it is better only if children in danger are still removed.",
        table="area",
        kinds=("foster_entries",),
        unit="people",
        universe="a county and period; how many children entered foster care, over how many children lived there",
        authority="Adapted from the California Child Welfare Indicators Project: entry rates for every 1,000 children of the population",
        verified=False,
        not_counted=(
            "Stays that the county itself leaves out before it reports.  The population of children is an estimate, mended with every census.  "
            "First and later entries are not told apart."
        ),
        from_day=0,
    ),
)
