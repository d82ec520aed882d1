"""Every definition of housing that is made from several kinds of row, on four people."""

from __future__ import annotations

from datetime import date, timedelta

from outcome_specs import Spec

TRANSFERS = """
    ann  permanent_housing_enrolled  2020-03-15  -
    ann  permanent_housing_enrolled  2020-03-20  -
    bob  permanent_housing_enrolled  2020-03-16  -
    cy   transitional_housing        2020-03-05  2020-03-09
    dee  shelter                     2020-03-01  2020-03-04
"""
_SAME_RULE = (
    "Ann's first home is entered 14 days after the exit, which is not more than 14, and the second from the first.  Bob's is entered a day "
    "later than "
    "hers, and counts.  Transitional housing counts at once, and so does a shelter on the very day of the exit."
)
_SAME_MARKS: list[tuple[int, str]] = [(29, "horizon"), (15, "mark"), (4, "mark"), (0, "mark")]
NIGHTS = """
    ann  shelter               2020-02-20  2020-03-03
    ann  shelter               2020-03-10  2020-03-12
    ann  safe_haven            2020-03-11  2020-03-14
    bob  shelter               2020-03-05  2020-03-15
    bob  transitional_housing  2020-03-07  2020-03-09
    bob  permanent_housing     2020-03-12  -
    cy   transitional_housing  2020-03-05  2020-03-10
    dee  shelter               2020-03-10  -
"""
TOLD = """
    ann  homeless_before_entry  2020-02-01  2020-03-05
    ann  shelter                2020-03-05  2020-03-07
    bob  awaiting_move_in       2020-03-05  2020-03-10
    bob  permanent_housing      2020-03-10  -
    cy   homeless_before_entry  2020-03-01  2020-03-05
    cy   transitional_housing   2020-03-03  2020-03-10
    dee  homeless_before_entry  2020-02-20  2020-03-05
    dee  permanent_housing      2020-02-25  -
"""


def _joined(days: int) -> Spec:
    """Ann's next stay comes so many days after her last, and Bob's a day more."""
    back = date(2020, 3, 5)
    ended = [back - timedelta(days=gap) for gap in (days, days + 1)]
    rows = f"""
        ann  shelter               {ended[0] - timedelta(days=5)}  {ended[0]}
        ann  shelter               2020-03-05  2020-03-08
        bob  transitional_housing  {ended[1] - timedelta(days=5)}  {ended[1]}
        bob  shelter               2020-03-05  2020-03-08
        cy   shelter               2020-03-03  2020-03-04
        cy   safe_haven            2020-03-06  2020-03-09
    """
    says = f"Ann's two stays are {days} days apart, and one episode; Bob's are {days + 1}.  Cy's episode begins with the first of hers."
    return Spec({"spell": rows}, says, [(29, "horizon"), (4, "mark"), (2, "mark"), (11, "death")])


SPECS: dict[str, Spec] = {
    "return_to_homelessness/hud_spm2_fy2026": Spec({"spell": TRANSFERS}, _SAME_RULE, _SAME_MARKS),
    "return_to_homelessness/hud_spm2_fy2024": Spec(
        {
            "spell": """
                ann  permanent_housing_enrolled  2020-02-01  2020-03-01
                ann  permanent_housing_enrolled  2020-03-16  -
                bob  permanent_housing_enrolled  2020-02-01  2020-03-03
                bob  permanent_housing_enrolled  2020-03-17  -
                cy   shelter_enrolled            2020-02-10  2020-03-20
                cy   shelter                     2020-03-05  2020-03-06
                dee  shelter_enrolled            2020-03-05  2020-03-11
                dee  shelter                     2020-03-07  2020-03-08
            """
        },
        "Ann's home is entered 15 days after the exit and as many after she left another.  Bob's comes 14 days after he left one: a transfer.  "
        "Cy's night in a shelter is one of an enrolment that began before.  Dee's counts from the day she was enrolled.",
        [(15, "mark"), (29, "horizon"), (29, "horizon"), (4, "mark")],
    ),
    "return_to_homelessness/hud_spm2_step_5b": Spec(
        {
            "spell": """
                ann  transitional_housing  2020-03-15  -
                bob  transitional_housing  2020-03-16  -
                cy   shelter               2020-03-05  2020-03-07
                dee  transitional_housing  2020-03-05  -
            """
        },
        "In the older text transitional housing waits 14 days too: Ann's comes on the last of them, Bob's after.  A shelter does not wait.",
        [(29, "horizon"), (15, "mark"), (4, "mark"), (11, "death")],
    ),
    "return_to_homelessness/no_14_days": Spec(
        {
            "spell": """
                ann  permanent_housing_enrolled  2020-03-01  -
                bob  permanent_housing_enrolled  2020-01-01  -
                bob  permanent_housing_enrolled  2020-03-04  -
                cy   permanent_housing_enrolled  2020-02-20  2020-03-20
                cy   permanent_housing           2020-03-04  2020-03-20
                dee  shelter                     2020-03-13  -
            """
        },
        "Ann goes from one home to the next on one day, and counts as returned, and so does Bob three days later.  Cy moved into a home in "
        "which she was enrolled before.  Dee's stay was recorded after her death.",
        [(0, "mark"), (3, "mark"), (29, "horizon"), (11, "death")],
    ),
    "return_to_homelessness/last_exit": Spec({"spell": TRANSFERS}, _SAME_RULE, _SAME_MARKS),
    "return_to_homelessness/every_exit": Spec({"spell": TRANSFERS}, _SAME_RULE, _SAME_MARKS),
    "return_to_homelessness/from_permanent_housing": Spec({"spell": TRANSFERS}, _SAME_RULE, _SAME_MARKS),
    "return_to_homelessness/literally_homeless": Spec(
        {
            "spell": """
                ann  transitional_housing        2020-03-05  -
                bob  street_outreach             2020-03-05  2020-03-05
                cy   permanent_housing_enrolled  2020-03-20  -
                dee  safe_haven                  2020-03-01  -
            """
        },
        "Transitional and permanent housing are no return.  Bob's counts, though it lasted no night.",
        [(29, "horizon"), (4, "mark"), (29, "horizon"), (0, "mark")],
    ),
    "return_to_homelessness/homeless_projects": Spec(
        {
            "spell": """
                ann  transitional_housing        2020-03-05  -
                bob  street_outreach             2020-03-01  2020-03-01
                cy   permanent_housing_enrolled  2020-03-20  -
                dee  safe_haven                  2020-03-01  2020-03-01
            """,
            "event": "bob  hmis_exit:permanent  2020-03-01",
        },
        "Transitional housing counts, permanent housing does not.  Bob's day with outreach ended in the permanent home that starts his clock, "
        "and is no return from itself.  Dee's day in a safe haven did not.",
        [(4, "mark"), (29, "horizon"), (29, "horizon"), (0, "mark")],
    ),
    "return_to_homelessness/any_enrolment": Spec(
        {
            "spell": """
                ann  prevention                  2020-03-05  -
                bob  services_only               2020-03-01  2020-03-09
                cy   permanent_housing_enrolled  2020-03-15  -
                dee  coordinated_entry           2020-03-13  -
            """
        },
        "Help to keep a home counts as a return, and so does help without a bed.  A home entered 14 days after the exit does not.",
        [(4, "mark"), (0, "mark"), (29, "horizon"), (11, "death")],
    ),
    **{f"return_to_homelessness/episodes_{days}_days": _joined(days) for days in (7, 14, 30, 90)},
    "nights_homeless/hud_spm1a_es_sh": Spec(
        {"spell": NIGHTS},
        "Ann: 1 and 2 March, then 10 to 13 March, each night once.  Bob has ten nights, less two in transitional housing and three "
        "after he moved in.  Cy's are not in a shelter.  Dee: 10, 11 and 12 March, the day she died.",
        [6.0, 5.0, 0.0, 3.0],
    ),
    "nights_homeless/hud_spm1a_es_sh_th": Spec(
        {"spell": NIGHTS},
        "The same lives, where nights in transitional housing count: Bob's two are among his, and Cy has five.",
        [6.0, 7.0, 5.0, 3.0],
    ),
    "nights_homeless/hud_spm1b_es_sh_ph": Spec(
        {"spell": TOLD},
        "Ann told of nights since February: 1 to 4 March are on her clock, and two in the shelter.  Bob waited five nights to move in.  Cy told of "
        "four, two of them in transitional housing.  Dee had a home all the while.",
        [6.0, 5.0, 2.0, 0.0],
    ),
    "nights_homeless/hud_spm1b_es_sh_th_ph": Spec(
        {"spell": TOLD}, "The same lives, where nights in transitional housing count: Cy has nine, 1 to 9 March.", [6.0, 5.0, 9.0, 0.0]
    ),
    "first_time_homeless/hud_spm5_es_sh_th": Spec(
        {
            "spell": """
                ann  shelter                     2020-03-05  2020-03-09
                bob  permanent_housing_enrolled  2017-01-01  2018-03-06
                bob  shelter                     2020-03-05  2020-03-09
                cy   shelter                     2017-01-01  2018-03-05
                cy   shelter                     2020-03-05  2020-03-05
                dee  shelter                     2020-02-20  2020-02-21
                dee  transitional_housing        2020-03-05  -
            """,
            "event": "cy   hmis_exit:permanent        2020-03-05",
        },
        "Ann was never enrolled before.  Bob left a home 730 days before he came, and Cy a shelter 731 days before: for her it counts as the "
        "first time, though she left for a home that very day.  Dee was in a shelter in February.",
        [(4, "mark"), (29, "horizon"), (4, "mark"), (11, "death")],
    ),
    "first_time_homeless/hud_spm5_with_ph": Spec(
        {
            "spell": """
                ann  permanent_housing_enrolled  2020-03-05  -
                bob  shelter                     2020-02-20  2020-02-21
                bob  permanent_housing_enrolled  2020-03-05  -
                cy   street_outreach             2020-01-01  2020-02-01
                cy   shelter                     2020-03-10  -
                dee  permanent_housing_enrolled  2020-03-03  -
                dee  shelter                     2020-03-05  -
            """
        },
        "Ann's entry into permanent housing counts here.  Bob was in a shelter before his.  Outreach before a shelter takes no first time away.  "
        "Dee's home came first.",
        [(4, "mark"), (29, "horizon"), (9, "mark"), (2, "mark")],
    ),
    "exit_to_permanent_housing/recorded": Spec(
        {
            "event": """
                ann  hmis_exit:permanent  2020-03-11
                bob  hmis_exit:temporary  2020-03-11
                cy   hmis_exit:permanent  2020-03-01
                dee  hmis_exit:deceased   2020-03-12
            """
        },
        "Bob's destination is not permanent.  Cy's exit is on the day of the start, and may have come before it.",
        [(10, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "exit_to_permanent_housing/hud_spm7b1": Spec(
        {
            "event": """
                ann  exit_from:shelter:permanent            2020-03-11
                bob  exit_from:permanent_housing:permanent  2020-03-11
                cy   exit_from:permanent_housing:permanent  2020-03-11
                dee  exit_from:rapid_rehousing:permanent    2020-03-10
            """,
            "spell": """
                bob  permanent_housing  2020-02-01  2020-03-11
                dee  permanent_housing  2020-02-01  2020-03-10
            """,
        },
        "Bob had moved in and left for another home: that is for Measure 7b.2.  Cy left without ever moving in, and counts.  Dee's was rapid "
        "rehousing, of which every exit counts.",
        [(10, "mark"), (29, "horizon"), (10, "mark"), (9, "mark")],
    ),
    "exit_from_the_street/hud_spm7a1": Spec(
        {
            "event": """
                ann  exit_from:street_outreach:homeless       2020-03-11  101
                bob  exit_from:street_outreach:institutional  2020-03-11  207
                cy   exit_from:street_outreach:institutional  2020-03-11  206
                cy   exit_from:street_outreach:permanent      2020-03-20
                dee  exit_from:street_outreach:temporary      2020-03-05
            """
        },
        "A shelter is a success for whoever was on the street, and jail is none.  Cy's first exit is to a hospital, which HUD leaves out; the "
        "next is to "
        "a home.  What Dee's temporary place is, nobody wrote down.",
        [(10, "mark"), (29, "horizon"), (19, "mark"), (11, "death")],
    ),
    "home_lost/hud_spm7b2": Spec(
        {
            "event": """
                ann  exit_from:permanent_housing:homeless       2020-03-11  116
                bob  exit_from:permanent_housing:institutional  2020-03-11  206
                cy   exit_from:permanent_housing:temporary      2020-03-11  313
                dee  exit_from:permanent_housing:unknown        2020-03-05
            """,
            "spell": """
                ann  permanent_housing  2020-02-01  2020-03-11
                bob  permanent_housing  2020-02-01  2020-03-11
                dee  permanent_housing  2020-02-01  2020-03-05
            """,
        },
        "Ann left for the street.  Bob's hospital is left out.  Cy never moved in, so had no home to lose.  Where Dee went nobody knows.",
        [(10, "mark"), (29, "horizon"), (29, "horizon"), (4, "mark")],
    ),
    "housed/alive": Spec(
        {
            "spell": """
                ann  permanent_housing  2020-03-10  -
                bob  permanent_housing  2020-03-10  2020-03-30
                cy   permanent_housing  2020-03-30  2020-03-31
                dee  permanent_housing  2020-03-02  -
            """
        },
        "As `housed/recorded`, but that Dee is left out: she is neither housed nor not.",
        ["permanent_housing", "none", "permanent_housing", "died"],
    ),
    "assisted_housing_days/recorded": Spec(
        {
            "spell": """
                ann  permanent_housing           2020-03-10  2020-03-20
                bob  permanent_housing_enrolled  2020-03-01  -
                cy   permanent_housing           2020-02-01  -
                dee  permanent_housing           2020-03-05  -
            """
        },
        "Bob is enrolled and has not moved in.  Dee: 5 to 12 March, the day she died.",
        [10.0, 0.0, 30.0, 8.0],
    ),
}
