"""The outcomes of health by hand; the first of them, emergency visits as marks, stands with the outcomes that came first."""

from __future__ import annotations

from outcome_specs import Spec

SPECS: dict[str, Spec] = {
    "emergency_visits/number": Spec(
        """
            ann  emergency_visit  2020-03-01
            ann  emergency_visit  2020-03-02
            ann  emergency_visit  2020-03-20
            bob  emergency_visit  2020-02-29
            cy   emergency_visit  2020-03-30
            cy   emergency_visit  2020-03-31
            dee  emergency_visit  2020-03-12
            dee  emergency_visit  2020-03-13
        """,
        "The day of the start counts, and so does the day of a death.  Bob's came before; Cy's second after the last day; Dee's second "
        "after her death.",
        [3, 0, 1, 1],
    ),
    "first_emergency_visit/three_days_apart": Spec(
        """
            ann  emergency_visit  2020-02-28
            ann  emergency_visit  2020-03-02
            ann  emergency_visit  2020-03-06
            bob  emergency_visit  2020-03-02
            cy   emergency_visit  2020-03-01
            cy   emergency_visit  2020-03-04
            dee  emergency_visit  2020-03-10
        """,
        "Ann's visit of 2 March comes three days after one before the start, and belongs to it; that of 6 March is four days later.  Cy's "
        "second belongs "
        "to one on the day of the start, which is not counted either.",
        [(5, "mark"), (1, "mark"), (29, "horizon"), (9, "mark")],
    ),
    "inpatient_admissions/recorded": Spec(
        """
            ann  inpatient  2020-03-05  2020-03-07
            bob  inpatient  2020-02-20  2020-03-10
            cy   inpatient  2020-03-05  2020-03-05
            dee  inpatient  2020-03-12  -
        """,
        "Bob's stay began before.  Cy was in and out on one day, which is an admission.  Dee died on the day she was admitted.",
        [(4, "mark"), (29, "horizon"), (4, "mark"), (11, "mark")],
    ),
    "inpatient_admissions/transfers_stitched": Spec(
        """
            ann  inpatient  2020-02-20  2020-03-05
            ann  inpatient  2020-03-06  2020-03-10
            bob  inpatient  2020-02-20  2020-03-05
            bob  inpatient  2020-03-07  2020-03-10
            cy   inpatient  2020-03-05  2020-03-07
            cy   inpatient  2020-03-07  2020-03-12
            dee  custody    2020-03-05  -
        """,
        "Ann's second stay begins a day after her first, and is a transfer; Bob's begins two days after.  Cy's two are one, which began "
        "within the days.",
        [(29, "horizon"), (6, "mark"), (4, "mark"), (11, "death")],
    ),
    "inpatient_readmission/thirty_days": Spec(
        """
            ann  inpatient  2020-02-20  2020-03-01
            ann  inpatient  2020-03-02  2020-03-10
            bob  inpatient  2020-02-20  2020-03-01
            bob  inpatient  2020-03-03  2020-03-10
            cy   inpatient  2020-02-20  2020-03-01
            cy   inpatient  2020-03-30  -
            dee  inpatient  2020-02-20  2020-03-01
            dee  inpatient  2020-03-13  -
        """,
        "All were discharged on 1 March.  Ann's next stay begins a day later, which is a transfer; Bob's two days later.  Cy's is on the last day.",
        [(29, "horizon"), (2, "mark"), (29, "mark"), (11, "death")],
    ),
    "inpatient_days/recorded": Spec(
        """
            ann  inpatient  2020-02-28  2020-03-04
            bob  custody    2020-03-05  2020-03-09
            cy   inpatient  2020-03-29  -
            dee  inpatient  2020-03-10  -
        """,
        "Ann: 1 to 3 March.  Jail is no hospital.  Cy: 29 and 30 March.  Dee: 10 to 12 March, the day she died among them.",
        [3, 0, 2, 3],
    ),
    "treatment_contact/recorded": Spec(
        """
            ann  health_contact   2020-03-01
            ann  health_contact   2020-03-03
            bob  emergency_visit  2020-03-05
            cy   health_contact   2020-03-31
            dee  health_contact   2020-03-12
        """,
        "Ann's contact on the day of her release may have come before it; the next one counts.  An emergency room is no treatment.  Cy's is "
        "a day late.",
        [(2, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
}
