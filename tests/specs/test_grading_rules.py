"""Each rule by itself: the boundary of attrition, effect sizes, equivalence, lasting effects, tiers, what is tried, and what it is called."""

from dataclasses import replace
from math import inf, sqrt

import pytest
from contrasts_by_hand import CONTRASTS, TRIED, WORSE, alike, challenged, check, contrast, drawn, lost, seen, unmade, with_limits
from report_bundle import study as design
from scipy.optimize import brentq
from scipy.stats import norm

from evaluation.diagnostics.attrition import CAUTIOUS_BOUNDARY
from evaluation.grading import Contrast, artefacts, grade, tier
from evaluation.grading.attrition import allowed, attrition_of, boundary, is_low
from evaluation.grading.equivalence import baseline, cox_index, equivalence, hedges_g
from evaluation.terms import Challenge, Diagnostic, HistoryColumn

# of the published rows, percentage points: the formula below has two constants fitted to each column, and the rows are rounded to .1
NEAR = {"cautious": 0.075, "optimistic": 0.085}
FITTED = {"cautious": (0.4085, 0.3538), "optimistic": (0.2496, 0.2037)}
FROM = 8  # per cent overall: below, the formula's boundary lies beyond what twice the overall attrition allows
PUBLISHED = 5e-8  # half of the last digit that R's baselinr 0.2 prints
HIDDEN = (seen("e_value"),)


def graded(answer, challenges=(), more=(), **named):
    return grade(answer, challenges, (*answer.diagnostics, *(each for one in challenges for each in one.diagnostics), *more), **named)


def part(found, beginning):
    return next(one for one in found.parts if one.standard.startswith(beginning))


# ------------------------------------------------------------------------------------------------ attrition
def test_the_cautious_boundary_is_the_one_that_the_condition_of_attrition_is_held_to():
    assert tuple(limit for _, limit in boundary("cautious")) == CAUTIOUS_BOUNDARY
    assert [overall for overall, _ in boundary("cautious")] == list(range(58))
    assert len(boundary("optimistic")) == 66


@pytest.mark.parametrize(
    ("assumption", "rows"),
    [
        ("cautious", {0: 5.7, 10: 6.3, 20: 5.4, 30: 4.1, 40: 2.6, 50: 1.0, 57: 0.0}),
        ("optimistic", {0: 10.0, 10: 10.9, 20: 10.0, 30: 8.2, 40: 6.0, 50: 3.7, 60: 1.4, 65: 0.3}),
    ],
)
def test_the_shipped_table_has_the_published_rows(assumption, rows):
    assert {overall: allowed(overall, assumption) for overall in rows} == rows


@pytest.mark.parametrize("assumption", ["cautious", "optimistic"])
def test_the_published_rows_are_where_the_expected_bias_is_a_twentieth_of_a_deviation(assumption):
    at, ac = FITTED[assumption]

    def bias(apart, overall):
        served, compared = overall + apart / 2, overall - apart / 2
        return sum(sign * a * norm.pdf(norm.ppf(1 - p)) / (1 - p) for sign, a, p in ((1, at, served), (-1, ac, compared))) - 0.05

    off = {}
    for overall, published in boundary(assumption):
        share = overall / 100
        if overall >= FROM and bias(0.0, share) <= 0:
            off[overall] = abs(100 * brentq(bias, 0.0, min(2 * share, 2 * (1 - share)) - 1e-9, args=(share,)) - published)

    assert len(off) >= 49 and max(off.values()) <= NEAR[assumption]


def test_between_rows_the_boundary_is_a_straight_line_and_beyond_the_table_nothing_is_allowed():
    assert allowed(10.5) == pytest.approx((allowed(10) + allowed(11)) / 2)
    assert allowed(57.1) is None and allowed(65.1, "optimistic") is None and allowed(-1.0) is None
    assert is_low((10.0, 6.3)) and not is_low((10.0, 6.4)) and is_low((10.0, 6.4), "optimistic") and not is_low((58.0, 0.0))


def test_who_was_served_later_is_not_lost_and_who_moved_is():
    shares = {"served, lost": 0.10, "served, moved": 0.10, "compared, lost": 0.30, "compared, moved": 0.05, "compared, served": 0.25}
    counts = {"served, lost": (30, 270), "compared, lost": (30, 70)}
    losses = Diagnostic("losses", "Lost.", 0.7, 0.1, True, "ours", detail=shares, behind=counts)

    overall, apart = attrition_of([losses])

    assert apart == pytest.approx(5.0) and overall == pytest.approx((300 * 10 + 100 * 5) / 400)


def test_attrition_that_nobody_tells_is_unknown_and_never_low():
    assert attrition_of([Diagnostic("attrition", "Nobody was lost.", 0.0, 5.0, True, "WWC")]) is None
    assert part(graded(CONTRASTS["6 lot, losses unknown, left alike"]), "ROBINS-I: missing").rating == "No information"


# ------------------------------------------------------------------------------------------------ equivalence
def test_effect_sizes_are_those_that_baselinr_prints_for_its_worked_example():
    assert hedges_g((6 - 5) / 1.0, 3, 3) == pytest.approx(0.8, abs=PUBLISHED)
    assert cox_index(2 / 3, 1 / 3) == pytest.approx(0.8401784, abs=PUBLISHED)


def test_the_cox_index_has_the_sign_of_the_difference_and_no_end_where_one_share_is_none_or_all():
    assert cox_index(0.3, 0.3) == 0 and cox_index(0.2, 0.3) == -cox_index(0.3, 0.2) < 0
    assert cox_index(0.1, 0.0) == inf and cox_index(0.9, 1.0) == -inf and cox_index(0.0, 0.0) == 0


@pytest.mark.parametrize("reduce", ["any", "count"])
def test_a_share_gets_the_cox_index_and_a_count_hedges_g(reduce):
    counts = (285, 15, 276, 24)  # .05 against .08, of a rare thing: .14 of the served's deviation, and more by the odds
    apart = (0.05 - 0.08) / sqrt(0.05 * 0.95)
    told = Diagnostic("balance_after_matching", "After.", 0.1, 0.25, True, "WWC", True, {"jail": apart}, {"jail": counts})
    column = HistoryColumn("jail", "spell", ("jail",), reduce, 365)

    sizes = baseline([told], [column])

    expected = abs(cox_index(0.05, 0.08)) if reduce == "any" else abs(hedges_g(apart, 300, 300))
    assert sizes == {"jail": pytest.approx(expected)}
    assert (sizes["jail"] > 0.25) == (reduce == "any")


@pytest.mark.parametrize(
    ("size", "adjusted_for", "expected"),
    [
        (0.05, (), "met"),
        (0.0501, (), "unadjusted"),
        (0.0501, ("age",), "met"),
        (0.0501, ("priors",), "unadjusted"),  # another covariate is adjusted for
        (0.25, ("age",), "met"),
        (0.2501, ("age",), "apart"),
        (inf, ("age",), "apart"),
        (float("nan"), ("age",), "apart"),
    ],
)
def test_equivalence_has_its_limits_inside(size, adjusted_for, expected):
    assert equivalence({"age": size, "priors": 0.0}, frozenset(adjusted_for)) == expected
    assert equivalence(None, frozenset(adjusted_for)) == "unknown"


# ------------------------------------------------------------------------------------------------ lasting effects and tiers
@pytest.mark.parametrize(
    ("programme", "rating"), [(None, "Promising practice"), (7, "Promising practice"), (6, "Supported practice"), (0, "Supported practice")]
)
def test_an_effect_lasts_from_the_end_of_the_programme_and_not_from_its_start(programme, rating):
    found = graded(CONTRASTS["9 matched within .04"], treatment_months=programme)  # read at 12 months

    alone = part(found, "Title IV-E Prevention Services Clearinghouse: what")
    assert alone.rating == rating and not alone.verified
    assert ("Record when the programme ends" in alone.raised_by) == (rating == "Promising practice")


def test_a_harmful_contrast_supports_nothing():
    found = graded(with_limits("9 matched within .04", WORSE), treatment_months=0)

    alone = part(found, "Title IV-E Prevention Services Clearinghouse: what")
    assert alone.rating == "Does not currently meet criteria" and "harm" in alone.why and not alone.raised_by
    assert part(found, "CrimeSolutions").rating == "Negative effects"


GOOD = Contrast("sonoma", "moderate", "favourable", 12.0)


@pytest.mark.parametrize(
    ("contrasts", "expected"),
    [
        ((), "not_met"),
        ((GOOD,), "supported"),
        ((GOOD, GOOD), "supported"),  # one sample twice is one sample
        ((GOOD, replace(GOOD, sample="butte", beyond_end=None)), "well_supported"),
        ((replace(GOOD, beyond_end=11.9), replace(GOOD, sample="butte", beyond_end=6.0)), "supported"),
        ((replace(GOOD, beyond_end=5.9),), "promising"),
        ((replace(GOOD, beyond_end=None), replace(GOOD, sample="butte", beyond_end=None)), "promising"),
        ((GOOD, replace(GOOD, sample="butte", execution="low")), "supported"),
        ((GOOD, replace(GOOD, sample="butte", usual_care=False)), "supported"),
        ((replace(GOOD, usual_care=False),), "promising"),
        ((GOOD, replace(GOOD, sample="butte", direction="unfavourable")), "not_met"),
        ((GOOD, replace(GOOD, sample="butte", direction="unfavourable", execution="low")), "supported"),
        ((replace(GOOD, direction="none"),), "not_met"),
    ],
)
def test_tiers_ask_for_samples_that_differ_and_effects_that_last(contrasts, expected):
    assert tier(contrasts) == expected == tier(contrasts[::-1])


# ------------------------------------------------------------------------------------------------ licence
def test_a_comparison_without_a_lot_is_credible_only_with_everything_tried_and_held():
    answer = CONTRASTS["9 matched within .04"]

    assert graded(answer, TRIED, HIDDEN).licence == "B"
    assert graded(answer, TRIED[:1], HIDDEN).licence == graded(answer, TRIED[1:], HIDDEN).licence == graded(answer, TRIED).licence == "C"
    assert graded(answer, (*TRIED, challenged("rival_method", False)), HIDDEN).licence == "C"
    assert graded(answer, TRIED, (*HIDDEN, check("propensity_overlap", False))).licence == "C"
    assert graded(answer, TRIED, (*HIDDEN, check("propensity_overlap", False, required=True))).licence == "X"


def test_a_challenge_that_could_not_be_made_is_none():
    answer = CONTRASTS["1 lot, 4 % and 5 % lost"]

    assert graded(answer, (unmade("negative_controls"),)).licence == "B"
    assert graded(answer, (unmade("negative_controls"), challenged("placebo_start"))).licence == "A"


def test_a_condition_of_the_answer_that_fails_is_not_forgotten_for_a_challenges_of_the_same_name():
    answer = CONTRASTS["9 matched within .04"]

    assert graded(answer, TRIED, (*HIDDEN, check("losses", False), check("losses"))).licence == "C"
    assert graded(answer, TRIED, (*HIDDEN, check("losses", False, required=True), check("losses"))).licence == "X"


def test_power_is_no_sign_of_bias_and_costs_no_licence():
    few = check("detectable_effect", False)

    assert graded(CONTRASTS["1 lot, 4 % and 5 % lost"], TRIED, (few,)).licence == "A"


def test_what_is_only_shown_costs_no_licence_in_a_challenge_either():
    worst = replace(seen("worst_case_bounds"), holds=False)  # of a programme without effect the worst case always lies on both sides
    answer = CONTRASTS["1 lot, 4 % and 5 % lost"]

    assert graded(answer, TRIED, (worst,)).licence == "A"
    assert graded(answer, (*TRIED, Challenge("losses", "who was lost", "Made.", (worst,)))).licence == "A"


def test_what_an_answer_that_is_not_told_would_support_is_nothing():
    found = graded(CONTRASTS["9 matched within .04"], (), (check("losses", False, required=True),))

    assert found.licence == "X" and part(found, "Title IV-E Prevention Services Clearinghouse: what").rating == "Does not currently meet criteria"
    assert part(found, "CrimeSolutions").rating == "Inconclusive"


def test_an_answer_without_a_number_says_nothing_and_is_not_rated():
    found = graded(replace(CONTRASTS["1 lot, 4 % and 5 % lost"], estimate=None))

    assert found.licence == "X" and {one.rating for one in found.parts} == {"Not rated"}


# ------------------------------------------------------------------------------------------------ TARGET, and rules from memory
def test_a_design_tells_more_items_than_an_answer_alone_and_none_tells_all():
    answer = CONTRASTS["9 matched within .04"]
    told = [int(part(graded(answer, study=of), "TARGET").rating.partition("/")[0]) for of in (None, design(answer))]

    assert 0 < told[0] < told[1] < 21
    assert part(graded(CONTRASTS["1 lot, 4 % and 5 % lost"]), "TARGET").rating == "Does not apply"


def test_rules_from_memory_are_called_so():
    found = graded(CONTRASTS["9 matched within .04"])
    read = {one.standard for one in found.parts if one.verified}

    assert read == {"Maryland Scientific Methods Scale", "What Works Clearinghouse"}
    for which in ("8 those who came because of a lot", "15 a cut-off, sound", "7 lot of two counties, one a side"):
        assert not part(graded(CONTRASTS[which]), "What Works").verified


def test_who_looked_for_a_bias_and_found_it_is_told():
    close = contrast("matched", "service", alike(age=0.01))

    assert part(graded(close), "ROBINS-I: measurement").rating == "Moderate risk"
    assert part(graded(close, more=(check("surveillance", False),)), "ROBINS-I: measurement").rating == "Serious risk"
    assert part(graded(close, (challenged("placebo_start", False),)), "ROBINS-I: confounding").rating == "Serious risk"
    assert part(graded(close, TRIED, HIDDEN), "ROBINS-I: confounding").rating == "Moderate risk"
    assert part(graded(contrast("randomized", "lot", drawn(age=0.3), lost(1, 1))), "ROBINS-I: confounding").rating == "Low risk"


def test_the_contrast_of_an_answer_is_read_off_its_artefacts():
    a = artefacts(CONTRASTS["17 roll-out over 20 counties"], (), CONTRASTS["17 roll-out over 20 counties"].diagnostics, treatment_months=3)

    assert (a.design, a.direction, a.months, a.beyond_end, a.single_unit) == ("panel", "favourable", 12.0, 9.0, False)
