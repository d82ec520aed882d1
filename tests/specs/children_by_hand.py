"""Every definition of child welfare, but for one that stands with the older outcomes, on four children."""

from __future__ import annotations

from outcome_specs import Spec

VISITS = {
    "spell": """
        ann  foster_care  2020-01-15  2020-04-20
        bob  foster_care  2020-01-15  2020-04-20
        cy   foster_care  2020-01-15  2020-03-30
        dee  foster_care  2020-01-15  2020-03-05
    """,
    "event": """
        ann  trial_home_visit         2020-02-20
        ann  discharge:reunification  2020-04-20
        bob  trial_home_visit         2020-02-20
        bob  placement_resumed        2020-02-25
        bob  discharge:reunification  2020-04-20
        cy   trial_home_visit         2020-03-01
        cy   discharge:reunification  2020-03-30
        dee  trial_home_visit         2020-01-20
        dee  discharge:adoption       2020-03-05
    """,
}
REPORTS = """
    ann  substantiated  2020-03-15
    bob  substantiated  2020-03-16
    cy   substantiated  2020-03-05
    cy   substantiated  2020-03-20
    dee  report         2020-03-05
"""
BRIEF = {
    "event": """
        ann  removal  2020-03-08
        ann  removal  2020-03-20
        bob  removal  2020-03-08
        cy   removal  2020-03-10
        dee  removal  2020-03-05
    """,
    "spell": """
        ann  foster_care  2020-03-08  2020-03-15
        ann  foster_care  2020-03-20  2020-03-24
        ann  foster_care  2020-03-24  2020-03-28
        cy   foster_care  2020-03-10  -
        dee  foster_care  2020-03-05  2020-03-06
    """,
}
_LASTING = (
    "Ann's first stay lasts 7 days, her second 8, in two rows that touch.  No stay of Bob's is on record to be short.  Cy's is open.  "
    "Dee was home the next day."
)
_LASTED: list[tuple[int, str]] = [(19, "mark"), (7, "mark"), (9, "mark"), (11, "death")]

SPECS: dict[str, Spec] = {
    "foster_reentry/cfsr3_p4": Spec(
        {
            "event": """
                ann  removal           2020-03-08
                ann  removal           2020-03-20
                bob  trial_home_visit  2020-03-08
                cy   removal           2020-03-31
                dee  removal           2020-03-01
            """
        },
        "Only the first removal counts.  A trial home visit is none, and is no discharge either.  Cy's comes a day too late.  Dee's is on the "
        "day of her "
        "discharge, and its order is unknown.",
        [(7, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "foster_reentry/lasting": Spec(BRIEF, _LASTING, _LASTED),
    "permanency/cfsr3_p1": Spec(
        VISITS,
        "Ann is discharged in April from a visit that began on 20 February: she counts on its thirtieth day, 21 March.  Bob was "
        "back in his placement "
        "after his "
        "visit began, so that it was not his last placement.  Cy's visit lasted 29 days, and her discharge counts on its own day.  Dee's is an "
        "adoption, "
        "which no visit moves.",
        [(20, "mark"), (29, "horizon"), (29, "mark"), (4, "mark")],
    ),
    "permanency/day_of_discharge": Spec(
        VISITS,
        "The same children by the day of discharge: Ann is not yet home.",
        [(29, "horizon"), (29, "horizon"), (29, "mark"), (4, "mark")],
    ),
    "placement_stability/cfsr": Spec(
        {
            "spell": """
                ann  foster_care  2020-02-01  2020-03-11
                bob  foster_care  2020-03-10  -
                dee  foster_care  2020-03-01  -
            """,
            "event": """
                ann  placement_move    2020-02-20
                ann  placement_move    2020-03-05
                ann  placement_move    2020-03-11
                bob  trial_home_visit  2020-03-20
                bob  runaway           2020-03-15
                dee  placement_move    2020-03-12
                dee  placement_move    2020-03-13
            """,
        },
        "Ann has one move on her clock, in ten days of care; that of the day on which she left it is none "
        "in care.  A trial home visit and running away are no moves.  Cy is not in care.  "
        "Dee's second move was recorded after her death.",
        [(1, 10), (0, 21), (0, 0), (1, 12)],
    ),
    "maltreatment_recurrence/cfsr3_s2": Spec(
        {"event": REPORTS},
        "Ann's second report comes on the fourteenth day, and is taken to be about the first; Bob's on the fifteenth.  Of Cy's two the later "
        "counts.  "
        "Dee's was not substantiated.",
        [(29, "horizon"), (15, "mark"), (19, "mark"), (11, "death")],
    ),
    "maltreatment_recurrence/no_14_days": Spec(
        {"event": REPORTS}, "The same reports without the fourteen days.", [(14, "mark"), (15, "mark"), (4, "mark"), (11, "death")]
    ),
    "maltreatment_in_care/cfsr": Spec(
        {
            "spell": """
                ann  foster_care  2020-02-01  -
                bob  foster_care  2020-03-02  2020-03-20
                dee  foster_care  2020-02-01  -
            """,
            "event": """
                ann  substantiated  2020-03-05
                bob  substantiated  2020-03-08
                bob  substantiated  2020-03-09
                bob  substantiated  2020-03-20
                cy   substantiated  2020-03-05
                dee  substantiated  2020-03-13
            """,
        },
        "Bob's first report comes within 7 days of the removal, his second after them, his third on the day he went home.  Cy is not in care.  "
        "Dee's came after her death.",
        [(1, 30), (1, 18), (0, 0), (0, 12)],
    ),
    "out_of_home_entry/recorded": Spec(
        {
            "event": """
                ann  removal  2020-03-08
                bob  removal  2020-03-01
                cy   report   2020-03-08
                dee  removal  2020-03-12
            """
        },
        "Bob's removal is on the day of the start.  A report is no removal.  Dee's is on the day she died, and counts.",
        [(7, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
    "out_of_home_entry/first_ever": Spec(
        {
            "event": """
                ann  removal  2019-05-01
                ann  removal  2020-03-08
                bob  removal  2020-03-08
                cy   removal  2020-03-08
                cy   removal  2020-03-20
            """
        },
        "Ann was removed the year before, so that hers is an entry again.",
        [(29, "horizon"), (7, "mark"), (7, "mark"), (11, "death")],
    ),
    "out_of_home_entry/lasting": Spec(BRIEF, _LASTING, _LASTED),
}
