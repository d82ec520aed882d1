"""What one change would raise: named only where asking again with that change made does raise, and said in both languages."""

import re

import pytest
from contrasts_by_hand import CONTRASTS, TRIED, alike, challenged, check, contrast, lost, seen

from evaluation.grading import artefacts, grade, said
from evaluation.grading.grading import STANDARDS
from evaluation.grading.licence import licence
from evaluation.grading.raising import CHANGES, changed, raised_by
from evaluation.grading.texts import texts

GROUPS = ("standard", "rating", "why", "rule", "change")
KEYS = {text: key.partition(".")[2] for key, text in texts("en").items() if key.startswith("change.")}


def graded(answer, challenges=(), more=()):
    return grade(answer, challenges, (*answer.diagnostics, *(each for one in challenges for each in one.diagnostics), *more))


def part(found, beginning):
    return next(one for one in found.parts if one.standard.startswith(beginning))


def test_the_change_that_is_named_raises_when_the_study_is_asked_again_with_it():
    before, after = graded(CONTRASTS["10 matched, .15 apart, means compared"]), graded(CONTRASTS["11 the same, by regression"])

    assert KEYS[part(before, "What Works").raised_by] == "adjust"
    assert (part(before, "What Works").rating, part(after, "What Works").rating) == ("Does not meet standards", "Meets standards with reservations")
    assert KEYS[part(before, "Title IV-E").raised_by] == KEYS[part(before, "CrimeSolutions").raised_by] == "adjust"


def test_adjusting_is_never_named_where_the_groups_are_too_far_apart_for_it():
    found = graded(CONTRASTS["12 matched, .31 apart, by regression"])

    assert KEYS[part(found, "What Works").raised_by] == "closer"
    asked_again = graded(contrast("matched", "service", alike(age=0.05), estimator="regression"))
    assert part(asked_again, "What Works").rating == "Meets standards with reservations"


def test_following_more_people_raises_a_lot_that_lost_many():
    found = graded(CONTRASTS["2 lot, 30 % and 40 % lost, left alike"])

    assert KEYS[part(found, "What Works").raised_by] == "follow"
    of_whom_few = contrast("randomized", "lot", *CONTRASTS["2 lot, 30 % and 40 % lost, left alike"].diagnostics[:1], lost(1, 1))
    assert part(graded(of_whom_few), "What Works").rating == "Meets standards without reservations"


def test_the_licence_names_the_one_challenge_that_is_missing_and_otherwise_all_of_them():
    answer, hidden = CONTRASTS["9 matched within .04"], (seen("e_value"),)

    assert KEYS[graded(answer, TRIED[:1], hidden).raised_by] == "negative_controls"
    assert KEYS[graded(answer, TRIED[1:], hidden).raised_by] == "placebo"
    assert KEYS[graded(answer, TRIED).raised_by] == "hidden_bias"
    assert KEYS[graded(answer).raised_by] == "challenge"
    assert KEYS[graded(CONTRASTS["1 lot, 4 % and 5 % lost"]).raised_by] in ("negative_controls", "placebo")
    assert graded(CONTRASTS["1 lot, 4 % and 5 % lost"], TRIED).raised_by == ""  # at the top


def test_what_failed_is_named_where_it_alone_stands_in_the_way():
    answer, hidden = CONTRASTS["9 matched within .04"], (seen("e_value"),)

    assert KEYS[graded(answer, (*TRIED, challenged("rival_method", False)), hidden).raised_by] == "stand"
    assert KEYS[graded(answer, TRIED, (*hidden, check("losses", False))).raised_by] == "mend"
    assert KEYS[graded(CONTRASTS["19 those served, before and after"]).raised_by] == "compare"
    assert KEYS[part(graded(CONTRASTS["18 one county and its synthetic self"]), "CrimeSolutions").raised_by] == "more_places"


def test_two_things_in_the_way_leave_no_one_change():
    failing = (check("losses", False), check("propensity_overlap", False), seen("e_value"))

    found = graded(CONTRASTS["10 matched, .15 apart, means compared"], TRIED, failing)

    assert found.licence == "C" and KEYS.get(found.raised_by, "") in ("", "draw_lots")
    assert KEYS.get(graded(CONTRASTS["19 those served, before and after"], (), failing[:1]).raised_by) == "compare"


@pytest.mark.parametrize("which", CONTRASTS)
def test_no_change_before_the_one_named_raises_and_the_one_named_does(which):
    answer = CONTRASTS[which]
    a = artefacts(answer, (), answer.diagnostics)

    for rate in (licence, *(standard.rate for standard in STANDARDS)):
        named, now = raised_by(rate, a, changed(a)), rate(a).rank
        for change in CHANGES:
            raises = any(rate(other).rank > now for other in change.made(a))
            assert raises == (change.key == named) or not named or raises, (which, change.key)
            if change.key == named:
                assert raises
                break
            assert not raises


@pytest.mark.parametrize("which", CONTRASTS)
def test_a_change_is_named_of_nothing_that_is_at_the_top(which):
    for one in graded(CONTRASTS[which], TRIED).parts:
        if one.rating in ("Level 5 of 5", "Meets standards without reservations", "High", "Low risk", "Effective"):
            assert one.raised_by == "", one.standard


# ------------------------------------------------------------------------------------------------ words
def test_both_languages_have_the_same_keys_and_no_text_twice_in_a_group():
    assert texts("en").keys() == texts("es").keys()
    for language in ("en", "es"):
        for group in GROUPS:
            said_once = [text for key, text in texts(language).items() if key.startswith(f"{group}.")]
            assert len(said_once) == len(set(said_once)), (language, group)


def test_every_text_that_is_said_is_in_the_catalogue():
    """Over the contrasts and what may be tried of them, and their changes."""
    rules = {standard.key for standard in STANDARDS}
    given = {"why": set(), "rating": set()}
    for answer in CONTRASTS.values():
        for challenges in ((), TRIED, (challenged("placebo_start", False),)):
            conditions = (*answer.diagnostics, *(each for one in challenges for each in one.diagnostics))
            a = artefacts(answer, challenges, conditions)
            for other in (a, *(one for _, one in changed(a))):
                for rate in (licence, *(standard.rate for standard in STANDARDS)):
                    found = rate(other)
                    given["why"].add(found.why)
                    given["rating"].add(found.rating)

    assert {key.partition(".")[2] for key in texts("en") if key.startswith("rule.")} == rules
    assert {key.partition(".")[2] for key in texts("en") if key.startswith("standard.")} == rules
    assert {key.partition(".")[2] for key in texts("en") if key.startswith("change.")} == {change.key for change in CHANGES}
    for group, keys in given.items():
        known = {key.partition(".")[2] for key in texts("en") if key.startswith(f"{group}.")}
        assert {key for key in keys if not re.fullmatch(r"\d+/21|[ABCDX]", key)} <= known, group


def test_a_text_is_said_in_spanish_and_a_count_as_it_is():
    found = graded(CONTRASTS["9 matched within .04"])

    for one in found.parts:
        for group, text in (
            ("standard", one.standard),
            ("why", one.why),
            ("rule", one.rule),
            *([("change", one.raised_by)] if one.raised_by else []),
        ):
            assert said(group, text, "en") == text
            assert said(group, text, "es") != text or text == "What Works Clearinghouse"
    assert said("rating", "12/21", "es") == "12/21" and said("rating", "High", "es") == "Alta"
