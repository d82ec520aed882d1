"""The outcomes of justice by hand."""

from __future__ import annotations

from outcome_specs import Spec

SPECS: dict[str, Spec] = {
    "recidivism/arrest": Spec(
        """
            ann  arrest       2020-03-11
            ann  arrest       2020-03-06
            bob  arrest       2020-03-01
            bob  conviction   2020-03-05
            cy   arrest       2020-03-30
            dee  arrest       2020-03-13
        """,
        "Ann's first arrest counts.  Bob's is on the day of the start, and a conviction is no arrest.  Cy's is on the last day.  Dee "
        "died the day before hers.",
        [(5, "mark"), (29, "horizon"), (29, "mark"), (11, "death")],
    ),
    "recidivism/jail_booking": Spec(
        """
            ann  arrest        2020-03-05
            bob  jail_booking  2020-03-05
            cy   jail_booking  2020-03-31
            dee  jail_booking  2020-03-12
        """,
        "Ann's arrest is no booking.  Bob's booking counts; Cy's is a day too late; Dee's is on the day she died, and counts.",
        [(29, "horizon"), (4, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/conviction": Spec(
        """
            ann  convicted_offence  2020-03-06
            ann  conviction         2020-03-20
            bob  convicted_offence  2020-02-20
            bob  conviction         2020-03-20
            cy   convicted_offence  2020-03-01
            dee  convicted_offence  2020-03-12
        """,
        "Ann's offence is dated by its own day, not by that of the conviction.  Bob's came before the start, and the conviction after "
        "it does not make it count.  Cy's is on the day of the start.  Dee's is on the day she died, and counts.",
        [(5, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/return_to_prison": Spec(
        """
            ann  prison_return  2020-03-30
            bob  prison_return  2020-03-31
            bob  jail_booking   2020-03-05
            cy   prison_return  2020-03-15
            cy   prison_return  2020-03-10
            dee  arrest         2020-03-05
        """,
        "Ann's return is on the last day.  Bob's is a day too late, and a jail is no prison.  The first of Cy's two counts.  Dee was "
        "arrested, and died free.",
        [(29, "mark"), (29, "horizon"), (9, "mark"), (11, "death")],
    ),
    "custody_days/recorded": Spec(
        """
            ann  custody  2020-02-20  2020-03-03
            ann  custody  2020-03-10  2020-03-12
            ann  custody  2020-03-11  -
            bob  jail     2020-03-05  2020-03-09
            cy   custody  2020-03-05  2020-03-05
            dee  custody  2020-03-10  2020-03-12
        """,
        "Ann: 1 and 2 March, then 10 to 30 March, stays that overlap being one.  Bob's jail is another kind.  Cy was in and out on "
        "one day.  Dee: 10 and 11 March.",
        [23, 0, 0, 2],
    ),
    "recidivism/bscc_arrest": Spec(
        """
            ann  arrest   2020-03-01
            bob  arrest   2020-03-02
            bob  arrest   2020-03-20
            cy   filing   2020-03-05
            dee  arrest   2020-03-12
        """,
        "Ann's arrest is on the day of the start, where nothing tells what came first.  The first of Bob's two counts.  Cy's case was filed "
        "without an "
        "arrest.  Dee's is on the day she died, and counts.",
        [(29, "horizon"), (1, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/bscc_filing": Spec(
        """
            ann  arrest      2020-03-03
            ann  filing      2020-03-10
            bob  filing      2020-02-28
            bob  conviction  2020-03-10
            cy   filing      2020-03-31
            dee  filing      2020-03-20
        """,
        "Ann's case was filed a week after her arrest, and the filing counts.  Bob's was filed before the start; that it ended in a conviction after "
        "it is no filing.  Cy's is a day too late.  Dee's was filed after her death.",
        [(9, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "recidivism/cdcr_conviction": Spec(
        """
            ann  convicted_offence  2020-03-06
            ann  conviction         2020-03-20
            bob  convicted_offence  2020-02-20
            bob  conviction         2020-03-20
            cy   convicted_offence  2020-03-20
            cy   conviction         2020-04-20
            dee  conviction         2020-03-12
        """,
        "By the day of the conviction: Ann's counts on 20 March and not on the day of her offence.  Bob's counts though the offence came before the "
        "start, which recidivism/conviction leaves out.  Cy's offence lies inside the month and his conviction does not.  Dee's counts.",
        [(19, "mark"), (19, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/bjs_conviction": Spec(
        """
            ann  arrest      2020-03-06
            ann  conviction  2020-03-20
            bob  arrest      2020-03-06
            cy   conviction  2020-03-01
            dee  conviction  2020-03-13
        """,
        "Ann's conviction is dated by its own day: the reports would date it by her arrest, 14 days earlier.  Bob was arrested and not convicted.  "
        "Cy's conviction is on the day of the start.  Dee died the day before hers.",
        [(19, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "recidivism/juvenile_petition": Spec(
        """
            ann  petition            2020-03-03
            ann  sustained_petition  2020-03-20
            bob  petition            2020-03-03
            cy   conviction          2020-03-05
            cy   sustained_petition  2020-03-10
            dee  sustained_petition  2020-03-12
        """,
        "Ann's petition counts once it is sustained.  Bob's never was.  Cy was convicted as an adult first.  Dee's is on the day she died, "
        "and counts.",
        [(19, "mark"), (29, "horizon"), (4, "mark"), (11, "mark")],
    ),
    "recidivism/jail_booking_stitched": Spec(
        {
            "event": """
                ann  jail_booking  2020-03-02
                ann  jail_booking  2020-03-10
                bob  jail_booking  2020-03-05
                bob  jail_booking  2020-03-08
                cy   jail_booking  2020-03-03
                dee  jail_booking  2020-03-05
            """,
            "spell": """
                ann  custody  2020-01-01  2020-03-01
                ann  custody  2020-03-02  2020-03-04
                bob  custody  2020-02-01  2020-03-05
                bob  custody  2020-03-05  2020-03-07
                cy   custody  2020-02-01  2020-03-01
                dee  custody  2020-03-04  -
            """,
        },
        "Ann was let out on 1 March and booked on the next day: a transfer.  Her booking of 10 March comes six days after that stay ended, and "
        "counts.  Bob's of 5 March is on the day on which one stay ends and the next begins, and that of 8 March a day after it ended: he was "
        "never out.  Cy's comes two days after his release, and counts.  So does Dee's, which one file dates a day after the stay in another.",
        [(9, "mark"), (29, "horizon"), (2, "mark"), (4, "mark")],
    ),
    "recidivism/stepping_up_rebooking": Spec(
        {
            "event": """
                ann  jail_booking  2020-03-09
                ann  jail_booking  2020-03-10
                bob  arrest        2020-03-05
                cy   jail_booking  2020-03-12
                dee  jail_booking  2020-03-13
            """,
            "spell": """
                ann  custody  2020-02-01  2020-03-01
                cy   custody  2020-02-20  2020-03-11
            """,
        },
        "Ann's first booking counts; that of the next day would be one with it.  Bob's arrest is no booking.  Cy was in jail until the day before "
        "his booking, which is a transfer.  Dee's was written down after her death.",
        [(8, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "recidivism/bscc_return_to_custody": Spec(
        """
            ann  custody  2020-02-01  2020-03-01
            ann  prison   2020-03-15  2020-09-01
            bob  custody  2020-02-20  2020-03-10
            cy   custody  2020-03-01  2020-03-03
            cy   custody  2020-03-08  2020-03-08
            dee  inpatient  2020-03-05  2020-03-09
        """,
        "Ann's stay in prison begins on 15 March.  Bob's began before the start: nothing brought him back.  Cy's first stay begins on the day of the "
        "start; the next counts, though he was in and out on one day.  Dee's stay in hospital is no custody.",
        [(14, "mark"), (29, "horizon"), (7, "mark"), (11, "death")],
    ),
    "recidivism/bjs_return_to_prison": Spec(
        """
            ann  technical_violation  2020-03-05
            ann  prison_return        2020-03-10
            bob  prison_return        2020-03-01
            cy   jail_booking         2020-03-10
            cy   prison_return        2020-03-30
            dee  prison_return        2020-03-12
        """,
        "Ann was returned for a violation alone, and counts.  Bob's return is on the day of the start.  Cy's is on the last day, his jail "
        "before it no "
        "prison.  Dee's is on the day she died, and counts.",
        [(9, "mark"), (29, "horizon"), (29, "mark"), (11, "mark")],
    ),
    "recidivism/prison_new_sentence": Spec(
        """
            ann  prison_return        2020-03-10
            bob  prison_return        2020-03-08
            bob  prison_return        2020-03-20
            bob  prison_new_sentence  2020-03-20
            cy   prison_new_sentence  2020-03-31
            dee  conviction           2020-03-05
        """,
        "Ann was returned for a violation alone, which recidivism/bjs_return_to_prison counts and this does not.  Bob's second return was for a new "
        "sentence.  Cy's is a day too late.  Dee was convicted, and died free.",
        [(29, "horizon"), (19, "mark"), (29, "horizon"), (11, "death")],
    ),
    "recidivism/revocation": Spec(
        """
            ann  technical_violation     2020-03-03
            ann  revocation              2020-03-09
            bob  supervision_violation   2020-03-03
            cy   revocation              2020-03-20
            cy   revocation_new_offence  2020-03-20
            dee  revocation              2020-03-13
        """,
        "Ann's was revoked for a technical violation, and counts.  Bob's violation ended in no revocation.  Cy's was for a new offence, and "
        "counts as "
        "any other.  Dee died the day before hers.",
        [(8, "mark"), (29, "horizon"), (19, "mark"), (11, "death")],
    ),
    "recidivism/revocation_new_offence": Spec(
        """
            ann  technical_violation     2020-03-03
            ann  revocation              2020-03-09
            bob  revocation              2020-03-05
            bob  revocation_new_offence  2020-03-05
            cy   revocation_new_offence  2020-03-01
            dee  revocation_new_offence  2020-03-12
        """,
        "Ann's was revoked for a technical violation alone, which recidivism/revocation counts and this does not.  Bob's counts.  Cy's is "
        "on the day of "
        "the start.  Dee's is on the day she died, and counts.",
        [(29, "horizon"), (4, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/supervision_violation": Spec(
        """
            ann  supervision_violation  2020-03-03
            bob  arrest                 2020-03-03
            cy   supervision_violation  2020-02-28
            cy   revocation             2020-03-09
            dee  supervision_violation  2020-03-11
        """,
        "Ann's counts, technical or not.  Bob's arrest was not written down as a violation.  Cy's came before the start, and the revocation "
        "after it is "
        "no violation.  Dee's came the day before she died.",
        [(2, "mark"), (29, "horizon"), (29, "horizon"), (10, "mark")],
    ),
}
