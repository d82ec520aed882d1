"""The first outcomes of housing, child welfare and health, by hand."""

from __future__ import annotations

from outcome_specs import Spec

SPECS: dict[str, Spec] = {
    "shelter_nights/recorded": Spec(
        """
            ann  custody  2020-03-05  2020-03-09
            bob  shelter  2020-03-05  2020-03-06
            bob  shelter  2020-03-05  2020-03-07
            cy   shelter  2020-03-29  2020-04-20
            dee  shelter  2020-02-01  2020-03-01
        """,
        "Ann's custody is another kind.  Bob's stays overlap, and the day of leaving is no night.  Cy: the nights of 29 and 30 "
        "March.  Dee left on the day of the start.",
        [0, 2, 2, 0],
    ),
    "return_to_homelessness/hud_spm2_adapted": Spec(
        """
            ann  shelter              2020-03-01  2020-03-04
            bob  shelter              2020-02-20  2020-03-10
            bob  permanent_housing    2020-03-15  -
            cy   transitional_housing 2020-03-20  -
            cy   street_outreach      2020-03-12  2020-03-12
            dee  safe_haven           2020-03-13  2020-03-20
        """,
        "Ann's entry is on the day of her exit, and counts.  Bob's stay began before his, and permanent housing is not homelessness.  "
        "Cy's first entry counts, though it lasted no night.  Dee's was recorded after her death.",
        [(0, "mark"), (29, "horizon"), (11, "mark"), (11, "death")],
    ),
    "housed/recorded": Spec(
        """
            ann  permanent_housing  2020-03-10  -
            bob  permanent_housing  2020-03-10  2020-03-30
            cy   permanent_housing  2020-03-30  2020-03-31
            dee  permanent_housing  2020-03-02  -
        """,
        "The last day is 30 March.  Ann is still housed; Bob left on that day; Cy was housed that one night.  Dee had died, though "
        "her stay was never closed.",
        ["permanent_housing", "none", "permanent_housing", "died"],
    ),
    "foster_reentry/cfsr4": Spec(
        """
            ann  removal   2020-03-01
            ann  removal   2020-03-08
            bob  removal   2020-02-28
            cy   referral  2020-03-08
            dee  removal   2020-03-11
        """,
        "Ann's removal on the day of her discharge does not count, the next one does.  Bob's came before it.  Cy's referral is no "
        "removal.  Dee's counts.",
        [(7, "mark"), (29, "horizon"), (29, "horizon"), (10, "mark")],
    ),
    "emergency_visits/recorded": Spec(
        """
            ann  emergency_visit  2020-03-01
            ann  emergency_visit  2020-03-02
            ann  emergency_visit  2020-03-20
            cy   emergency_visit  2020-03-31
            dee  emergency_visit  2020-03-12
        """,
        "A visit on the day of the start is not counted, so that Ann's second is her first.  Cy's comes after the last day.  Dee's is on the day "
        "of death, and counts.  Asked how often, each visit from the next day on is counted.",
        [(1, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
}
