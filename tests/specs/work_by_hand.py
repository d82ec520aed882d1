"""The outcomes of work and benefits by hand.

By the quarter, the first of March lies in the quarter of the start, which is left out: 12 months read those that begin in April, July and
October 2020 and in January 2021.
"""

from __future__ import annotations

from outcome_specs import Spec

from evaluation.terms import Horizon

YEAR, HALF, TWO_MONTHS = Horizon(months=12), Horizon(months=6), Horizon(days=60)
SAME = "  The days are those of the other version: which way is better alone differs."
_CASH = """
    ann  benefits:calworks  2020-02-01  2020-04-01
    bob  benefits:calfresh  2020-03-01  2020-04-01
    cy   benefits:calworks  2020-03-10  2020-03-20
    cy   benefits:calworks  2020-03-15  2020-04-01
    dee  benefits:calworks  2020-03-01  2020-04-01
"""
_CASH_SAYS = "All 30 days are Ann's.  Food aid is another kind.  Cy's stretches overlap: 10 to 30 March.  Dee's count to the day she died."
_FOOD = _CASH.replace("calworks", "swapped").replace("calfresh", "calworks").replace("swapped", "calfresh")
_GENERAL = _CASH.replace("calworks", "general_assistance")
_MONTHS = """
    ann  benefits:calworks  2020-01-01  2020-06-01
    bob  benefits:calworks  2020-01-01  2020-03-01
    bob  benefits:calworks  2020-09-01  -
    cy   benefits:calworks  2020-03-10  2020-03-20
    cy   benefits:calworks  2020-04-30  2020-05-01
    cy   benefits:calworks  2020-04-10  2020-04-20
    dee  benefits:calworks  2020-01-01  -
"""
_MONTHS_SAYS = (
    "March, April and May are Ann's: June begins as her aid has ended.  Bob's aid ended before March, and his second comes after the six months.  "
    "Cy's are March and April, which one day of aid would make, and two stretches make once.  Dee died in March."
)
_DOLLARS = """
    ann  benefits  2020-01-01  900
    ann  benefits  2020-04-01  300.10
    ann  benefits  2021-01-01  0.20
    bob  wages     2020-04-01  5000
    cy   benefits  2020-07-01  100
    cy   benefits  2020-07-01  -20
    cy   benefits  2021-04-01  77
    dee  benefits  2020-04-01  300
"""
_DOLLARS_SAYS = (
    "Ann's 900 fall into the quarter of the start.  Wages are no benefits.  Cy's two lines of a quarter add up, and the last comes a quarter too "
    "late.  What was paid in Dee's name after the quarter of her death is not counted."
)

SPECS: dict[str, Spec] = {
    "employment/last_quarter": Spec(
        """
            ann  wages  2020-04-01  5000
            ann  wages  2021-01-01  0.01
            bob  wages  2020-10-01  9000
            cy   wages  2021-01-01  500
            cy   wages  2021-01-01  -500
            dee  wages  2021-01-01  300
        """,
        "A cent in the last quarter is enough for Ann.  Bob's wages are of the quarter before.  Cy's were taken back.  Dee had died.",
        ["wages", "none", "none", "died"],
        YEAR,
    ),
    "employment/wioa_second_quarter": Spec(
        """
            ann  wages     2020-07-01  1200
            bob  wages     2020-04-01  4000
            bob  wages     2020-10-01  4000
            cy   benefits  2020-07-01  900
            dee  wages     2020-01-01  7000
        """,
        "The second quarter after that of the start begins in July: Bob worked in the first and the third.  Benefits are no wages.",
        ["wages", "none", "none", "died"],
        HALF,
    ),
    "employment/wioa_fourth_quarter": Spec(
        """
            ann  wages  2021-01-01  1200
            bob  wages  2020-07-01  4000
            bob  wages  2021-04-01  4000
            cy   wages  2020-04-01  100
            cy   wages  2021-01-01  300
            dee  wages  2020-01-01  7000
        """,
        "The fourth quarter after that of the start begins in January 2021: Bob worked in the second and the fifth.",
        ["wages", "none", "wages", "died"],
        YEAR,
    ),
    "employment/half_time_2024": Spec(
        """
            ann  wages  2021-01-01  4160.00
            bob  wages  2021-01-01  2000.00
            bob  wages  2021-01-01  2160.01
            cy   wages  2020-10-01  20000
            dee  wages  2020-01-01  20000
        """,
        "Ann's wages do not exceed $4,160; Bob's two employers together do, by a cent.  Cy's are of the quarter before the last.",
        ["none", "wages", "none", "died"],
        YEAR,
    ),
    "quarters_employed/any_wages": Spec(
        """
            ann  wages  2020-01-01  5000
            ann  wages  2020-04-01  5000
            ann  wages  2020-07-01  5000
            ann  wages  2020-10-01  5000
            ann  wages  2021-01-01  5000
            ann  wages  2021-04-01  5000
            bob  wages  2020-07-01  10
            bob  wages  2020-07-01  90
            cy   wages  2020-07-01  0
            dee  wages  2020-04-01  800
        """,
        "Ann worked in all four; the quarters of the start and past the last are left out.  Bob's two lines are one quarter.  Nothing was "
        "paid to Cy.  "
        "Dee's last wages came after the quarter of her death.",
        [4, 1, 0, 0],
        YEAR,
    ),
    "quarters_employed/half_time_2024": Spec(
        """
            ann  wages  2020-04-01  4160.00
            ann  wages  2020-07-01  4160.01
            ann  wages  2020-10-01  9000
            bob  wages  2020-07-01  2100
            bob  wages  2020-07-01  2100
            cy   wages  2020-01-01  9000
            dee  wages  2020-04-01  9000
        """,
        "A quarter must hold more than $4,160: two of Ann's three do, and the two employers of Bob's together.",
        [2, 1, 0, 0],
        YEAR,
    ),
    "earnings/wages": Spec(
        """
            ann  wages     2020-01-01  5000
            ann  wages     2020-04-01  1000.10
            ann  wages     2021-01-01  2000.20
            bob  benefits  2020-04-01  900
            cy   wages     2020-07-01  100
            cy   wages     2020-07-01  -20
            cy   wages     2021-04-01  9999
            dee  wages     2020-01-01  7000
        """,
        "The quarter of the start is left out.  Whoever earned nothing counts with zero.  Cy's correction is taken off, and what came in "
        "April 2021 is a "
        "quarter too late.",
        [3000.30, 0, 80, 0],
        YEAR,
    ),
    "cash_aid_days/reliance": Spec(_CASH, _CASH_SAYS, [30, 0, 21, 12]),
    "cash_aid_days/take_up": Spec(_CASH, _CASH_SAYS + SAME, [30, 0, 21, 12]),
    "food_aid_days/reliance": Spec(_FOOD, _CASH_SAYS.replace("Food", "Cash"), [30, 0, 21, 12]),
    "food_aid_days/take_up": Spec(_FOOD, _CASH_SAYS.replace("Food", "Cash") + SAME, [30, 0, 21, 12]),
    "general_assistance_days/reliance": Spec(_GENERAL, _CASH_SAYS, [30, 0, 21, 12]),
    "general_assistance_days/take_up": Spec(_GENERAL, _CASH_SAYS + SAME, [30, 0, 21, 12]),
    **{
        f"{family}_months/{version}": Spec(
            _MONTHS.replace("calworks", kind), _MONTHS_SAYS + (SAME.replace("days", "months") if version == "take_up" else ""), [3, 0, 2, 1], HALF
        )
        for family, kind in (("cash_aid", "calworks"), ("food_aid", "calfresh"), ("general_assistance", "general_assistance"))
        for version in ("reliance", "take_up")
    },
    "benefit_dollars/reliance": Spec(_DOLLARS, _DOLLARS_SAYS, [300.30, 0, 80, 0], YEAR),
    "benefit_dollars/take_up": Spec(_DOLLARS, _DOLLARS_SAYS + SAME.replace("days", "dollars"), [300.30, 0, 80, 0], YEAR),
    "leaving_cash_aid/two_months": Spec(
        """
            ann  benefits:calworks  2020-01-01  2020-03-16
            bob  benefits:calworks  2020-01-01  2020-03-16
            bob  benefits:calworks  2020-05-16  -
            cy   benefits:calworks  2020-01-01  2020-03-16
            cy   benefits:calworks  2020-05-17  -
            dee  benefits:calworks  2020-01-01  2020-03-12
        """,
        "Aid stopped for three of them on 16 March.  Bob's began again 61 days later, so that he had not left; Cy's 62 days later.  Dee's "
        "ended as she died, which is no leaving.",
        [(15, "mark"), (29, "horizon"), (15, "mark"), (11, "death")],
    ),
    "return_to_cash_aid/any_break": Spec(
        """
            ann  benefits:calworks  2020-01-01  2020-03-01
            ann  benefits:calworks  2020-03-20  -
            bob  benefits:calworks  2020-01-01  2020-03-01
            bob  benefits:calworks  2020-04-01  -
            cy   benefits:calworks  2020-03-01  -
            dee  benefits:calfresh  2020-03-05  -
        """,
        "Ann was back on 20 March.  Bob's return comes after the last day.  Cy's aid begins on the day of the start.  Food aid is another kind.",
        [(19, "mark"), (29, "horizon"), (29, "horizon"), (11, "death")],
    ),
    "return_to_cash_aid/beyond_a_month": Spec(
        """
            ann  benefits:calworks  2020-01-01  2020-03-01
            ann  benefits:calworks  2020-04-01  -
            bob  benefits:calworks  2020-01-01  2020-03-01
            bob  benefits:calworks  2020-04-02  -
            cy   benefits:calworks  2020-03-10  -
            dee  benefits:calworks  2020-02-15  2020-03-01
            dee  benefits:calworks  2020-03-10  -
        """,
        "Ann was off aid for 31 days, which is no break; Bob for 32.  Cy had none before.  Dee's break was of nine days.",
        [(59, "horizon"), (32, "mark"), (9, "mark"), (11, "death")],
        TWO_MONTHS,
    ),
}
