"""Twenty contrasts graded by hand from the rules as cited, two grades each, before the program graded them.

The rules, as they were read (or remembered):

M  Maryland scale as worded by the What Works Centre for Local Economic Growth: 1 a comparison of groups, or of before and after, without
   controls; 2 with control variables or matching; 3 before and after with a comparison group; 4 a quasi-random source (a cut-off, an
   instrument); 5 a lot.
W  What Works Clearinghouse 5.0: a lot with attrition inside the boundary meets without reservations; any other comparison needs
   baseline equivalence (.05, or .25 and adjusted) and then meets with reservations.  Cautious boundary: 4.5 % overall allows 6.0
   points, 35 % allows 3.5, 2 % allows 5.9, 2.5 % allows 5.9 and 0 % allows 5.7.
P  Title IV-E Clearinghouse 2.0, of a contrast, from memory: high a lot with low attrition; moderate equivalent; low otherwise; a side of
   one unit is a confound, so low; without a comparison group not eligible.
C  CrimeSolutions 2025, from memory but for class 5: effective from a strong lot, promising from a fair comparison, class 5 inconclusive.
R  ROBINS-I, overall, with our own rule for each check.
"""

import pytest
from contrasts_by_hand import CONTRASTS, TRIED

from evaluation.grading import grade

M, W, C = "Maryland Scientific Methods Scale", "What Works Clearinghouse", "CrimeSolutions, for this outcome"
P, R = "Title IV-E Prevention Services Clearinghouse: design and execution", "ROBINS-I, risk of bias overall"
WITHOUT, WITH, NOT = "Meets standards without reservations", "Meets standards with reservations", "Does not meet standards"
NOT_ELIGIBLE = "Not eligible for review"

# contrast, standard, rating given by hand, why
BY_HAND = (
    ("1 lot, 4 % and 5 % lost", M, "Level 5 of 5", "a lot"),
    ("1 lot, 4 % and 5 % lost", W, WITHOUT, "4.5 % overall and 1 point apart, of 6.0 allowed"),
    ("2 lot, 30 % and 40 % lost, left alike", W, WITH, "35 % overall allows 3.5 points and there are 10: high; equivalent within .05"),
    ("2 lot, 30 % and 40 % lost, left alike", P, "Moderate", "a high-attrition lot with baseline equivalence"),
    ("3 lot, 30 % and 40 % lost, .12 apart", W, NOT, "high attrition; .12 needs adjustment and means were compared"),
    ("3 lot, 30 % and 40 % lost, .12 apart", P, "Low", "a high-attrition lot without equivalence"),
    ("4 the same, adjusted", W, WITH, "high attrition; .12 is within .25 and adjusted for"),
    ("4 the same, adjusted", C, "Promising", "no strong lot, since many were lost; a fair comparison, favourable"),
    ("5 lot that did not fall as one, .31 apart", W, NOT, "randomisation is in doubt, so equivalence is asked for; .31 cannot be adjusted away"),
    ("5 lot that did not fall as one, .31 apart", C, "Inconclusive", "not a lot, and not equivalent: class 5"),
    ("6 lot, losses unknown, left alike", W, WITH, "attrition is not reported, so it cannot be called low; equivalent"),
    ("6 lot, losses unknown, left alike", M, "Level 5 of 5", "a lot, whatever is laid on it: survival by its design"),
    ("7 lot of two counties, one a side", W, NOT, "one county a side: the county is a confound"),
    ("7 lot of two counties, one a side", P, "Low", "one unit a side is a confound"),
    ("8 those who came because of a lot", M, "Level 4 of 5", "the lot is an instrument"),
    ("8 those who came because of a lot", W, WITHOUT, "3 % overall, none apart; unverified for compliers"),
    ("9 matched within .04", M, "Level 2 of 5", "a cross-section, by matching; nothing before and after"),
    ("9 matched within .04", W, WITH, "quasi-experiment, all within .05"),
    ("10 matched, .15 apart, means compared", W, NOT, ".15 needs adjustment for that covariate, and there is none"),
    ("10 matched, .15 apart, means compared", C, "Inconclusive", "not equivalent: class 5"),
    ("11 the same, by regression", W, WITH, ".15 is within .25 and adjusted for"),
    ("11 the same, by regression", P, "Moderate", "quasi-experiment, equivalent once adjusted"),
    ("12 matched, .31 apart, by regression", W, NOT, "beyond .25 no adjustment counts"),
    ("12 matched, .31 apart, by regression", P, "Low", "no equivalence"),
    ("13 matched, the outcome before looked at", M, "Level 3 of 5", "a comparison group, and the outcome before and after in both"),
    ("13 matched, the outcome before looked at", C, "Promising", "equivalent, all that was checked held, favourable"),
    ("14 two groups as they are", M, "Level 1 of 5", "a raw cross-section"),
    ("14 two groups as they are", R, "Critical risk", "nothing makes the two sides alike"),
    ("15 a cut-off, sound", M, "Level 4 of 5", "regression discontinuity"),
    ("15 a cut-off, sound", W, WITHOUT, "nobody heaps, the history does not jump, 2.5 % lost; unverified"),
    ("16 a cut-off that people heap at", W, NOT, "people heap at the cut-off: its integrity fails; unverified"),
    ("16 a cut-off that people heap at", C, "Inconclusive", "the design as carried out tells no cause"),
    ("17 roll-out over 20 counties", M, "Level 3 of 5", "difference-in-differences"),
    ("17 roll-out over 20 counties", W, NOT, "no lot, and equivalence before the start is not shown"),
    ("18 one county and its synthetic self", M, "Level 3 of 5", "before and after, beside a synthetic comparison"),
    ("18 one county and its synthetic self", P, "Low", "one county served: a confound"),
    ("19 those served, before and after", M, "Level 1 of 5", "before and after, no comparison group"),
    ("19 those served, before and after", P, NOT_ELIGIBLE, "a contrast needs a comparison group"),
    ("20 one county's own line", M, "Level 1 of 5", "before and after without a comparison; its own trend is no control"),
    ("20 one county's own line", W, NOT_ELIGIBLE, "no comparison group"),
)  # fmt: skip

# contrast: the licence as it stands, and once it was put to a placebo start and to negative controls, both of which it stood
LICENCES = {
    "1 lot, 4 % and 5 % lost": ("B", "A"),  # a lot, few lost: A once challenged
    "2 lot, 30 % and 40 % lost, left alike": ("B", "B"),  # many lost: never A
    "3 lot, 30 % and 40 % lost, .12 apart": ("B", "B"),
    "4 the same, adjusted": ("B", "B"),
    "5 lot that did not fall as one, .31 apart": ("X", "X"),  # the answer cannot do without that condition
    "6 lot, losses unknown, left alike": ("B", "B"),
    "7 lot of two counties, one a side": ("C", "C"),  # chance chose between two counties, each of which is unlike the other
    "8 those who came because of a lot": ("B", "B"),
    "9 matched within .04": ("C", "C"),  # how strong a hidden bias would have to be is not told
    "10 matched, .15 apart, means compared": ("C", "C"),
    "11 the same, by regression": ("C", "C"),
    "12 matched, .31 apart, by regression": ("C", "C"),
    "13 matched, the outcome before looked at": ("C", "C"),
    "14 two groups as they are": ("C", "C"),
    "15 a cut-off, sound": ("C", "B"),
    "16 a cut-off that people heap at": ("C", "C"),
    "17 roll-out over 20 counties": ("C", "C"),
    "18 one county and its synthetic self": ("C", "C"),
    "19 those served, before and after": ("D", "D"),
    "20 one county's own line": ("D", "D"),
}


def parts(which, challenges=()):
    answer = CONTRASTS[which]
    conditions = (*answer.diagnostics, *(each for one in challenges for each in one.diagnostics))
    return grade(answer, challenges, conditions)


def test_there_are_twenty_contrasts_with_two_grades_by_hand_each():
    assert len(CONTRASTS) == 20 and len(BY_HAND) == 40
    assert {which: [one[0] for one in BY_HAND].count(which) for which in CONTRASTS} == dict.fromkeys(CONTRASTS, 2)


@pytest.mark.parametrize(("which", "standard", "by_hand", "why"), BY_HAND)
def test_the_grade_is_the_one_given_by_hand(which, standard, by_hand, why):
    found = {part.standard: part.rating for part in parts(which).parts}

    assert found[standard] == by_hand, why


@pytest.mark.parametrize("which", CONTRASTS)
def test_the_licence_is_the_one_given_by_hand_before_and_after_challenges(which):
    assert (parts(which).licence, parts(which, TRIED).licence) == LICENCES[which]
