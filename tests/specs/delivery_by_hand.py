"""The outcomes of reach and delivery by hand; the programme is called `aid`."""

from __future__ import annotations

from outcome_specs import Spec

SPECS: dict[str, Spec] = {
    "referred/recorded": Spec(
        """
            ann  referral:aid    2020-03-01
            bob  referral:other  2020-03-05
            cy   referral:aid    2020-02-20
            cy   referral:aid    2020-03-20
            dee  referral:aid    2020-03-13
        """,
        "Ann's referral on the day of the start counts.  Bob was sent elsewhere.  Cy's first came before.  Dee had died.",
        [(0, "mark"), (29, "horizon"), (19, "mark"), (11, "death")],
    ),
    "offered/recorded": Spec(
        """
            ann  offer:aid     2020-03-01
            bob  referral:aid  2020-03-05
            cy   offer:aid     2020-03-31
            dee  offer:aid     2020-03-12
        """,
        "A referral is no offer.  Cy's comes a day too late.  Dee's is of the day she died.",
        [(0, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
    "enrolled/recorded": Spec(
        """
            ann  aid    2020-03-01  -
            bob  aid    2020-02-20  -
            cy   other  2020-03-05  -
            cy   aid    2020-03-31  -
            dee  aid    2020-03-12  2020-03-13
        """,
        "Ann enrolled on the day of the start, which counts.  Bob was in before.  Cy chose another programme first, and came a day too late.",
        [(0, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
    "days_to_service/from_referral": Spec(
        """
            ann  aid    2020-03-08  -
            bob  other  2020-03-02  -
            cy   aid    2020-03-15  -
            cy   aid    2020-03-10  2020-03-12
            dee  aid    2020-03-13  -
        """,
        "Ann waited seven days.  Another programme is not what Bob was referred to.  Cy's first enrolment counts.  Dee died waiting.",
        [(7, "mark"), (29, "horizon"), (9, "mark"), (11, "death")],
    ),
    "language_match/recorded": Spec(
        """
            ann  own_language:aid    2020-03-01
            bob  contact:aid         2020-03-01
            cy   own_language:other  2020-03-05
            cy   own_language:aid    2020-03-10
            dee  own_language:aid    2020-03-13
        """,
        "Bob was met, in a language that nobody wrote down as his.  Another programme spoke Cy's before this one did.",
        [(0, "mark"), (29, "horizon"), (9, "mark"), (11, "death")],
    ),
    "retained/open_on_last_day": Spec(
        """
            ann  aid  2020-03-01  -
            bob  aid  2020-03-01  2020-03-30
            cy   aid  2020-03-01  2020-03-10
            cy   aid  2020-03-20  2020-03-31
            dee  aid  2020-03-01  -
        """,
        "The last day is 30 March, on which Bob was no longer in it.  Cy left and came back.  Dee had died, though nobody closed her enrolment.",
        ["aid", "none", "aid", "died"],
    ),
    "left_early/uncompleted": Spec(
        {
            "service": """
                ann  aid  2020-03-01  2020-03-16
                bob  aid  2020-03-01  2020-03-16
                cy   aid  2020-03-01  2020-03-10
                cy   aid  2020-03-10  2020-03-25
                dee  aid  2020-03-01  -
            """,
            "event": """
                ann  completed:other  2020-03-16
                bob  completed:aid    2020-04-15
                cy   completed:aid    2020-02-23
            """,
        },
        "Ann completed another programme.  Bob's completion was written down 30 days after he left, and counts.  Cy's enrolments touch, and "
        "are one; a "
        "completion 31 days before its end is of another.  Dee was still in it.",
        [(15, "mark"), (29, "horizon"), (24, "mark"), (11, "death")],
    ),
    "completed/recorded": Spec(
        """
            ann  completed:aid    2020-03-01
            bob  completed:other  2020-03-05
            cy   completed:aid    2020-03-20
            dee  completed:aid    2020-03-13
        """,
        "A programme of one day is completed on it.  Bob completed another.  Dee's was written down the day after she died.",
        [(0, "mark"), (29, "horizon"), (19, "mark"), (11, "death")],
    ),
    "dose/days_enrolled": Spec(
        """
            ann  aid    2020-02-20  2020-03-06
            bob  other  2020-03-01  -
            cy   aid    2020-03-20  -
            cy   aid    2020-03-25  2020-03-28
            dee  aid    2020-03-01  -
        """,
        "Ann: 1 to 5 March.  Cy's two enrolments overlap: 20 to 30 March.  Dee: to the day she died.",
        [5, 0, 11, 12],
    ),
    "contacts/recorded": Spec(
        """
            ann  contact:aid    2020-03-01
            ann  contact:aid    2020-03-15
            ann  contact:aid    2020-03-31
            bob  contact:other  2020-03-05
            cy   contact:aid    2020-02-28
            dee  contact:aid    2020-03-12
        """,
        "The day of the start counts, and a contact after the last day does not.  Bob's is another programme's, and Cy's came before.",
        [2, 0, 0, 1],
    ),
    "duplicate_services/open_together": Spec(
        """
            ann  aid    2020-02-01  -           jail
            ann  aid    2020-03-10  2020-03-20  welfare
            bob  aid    2020-02-01  -           jail
            bob  other  2020-03-10  -           welfare
            cy   aid    2020-02-01  2020-03-10  jail
            cy   aid    2020-03-10  -           welfare
            dee  other  2020-02-01  -           jail
            dee  other  2020-03-05  -           welfare
        """,
        "Ann was in the programme of one department when another enrolled her in it.  Bob's are two services.  Cy's second began as the "
        "first ended.  "
        "Dee's doubling is of another programme, which counts too.",
        [(9, "mark"), (29, "horizon"), (29, "horizon"), (4, "mark")],
    ),
    "duplicate_services/intakes_within_30_days": Spec(
        """
            ann  aid    2020-02-10  2020-02-15  jail
            ann  aid    2020-03-11  -           welfare
            bob  aid    2020-02-09  2020-02-15  jail
            bob  aid    2020-03-11  -           welfare
            cy   aid    2020-03-02  2020-03-04  jail
            cy   aid    2020-03-05  -           jail
            dee  other  2020-03-05  -           jail
            dee  other  2020-03-05  -           welfare
        """,
        "Ann's intakes lie 30 days apart, Bob's 31.  Cy's are one department's.  Dee was taken in twice on one day.",
        [(10, "mark"), (29, "horizon"), (29, "horizon"), (4, "mark")],
    ),
}
