"""A finding is put to challenges: what each asks, what it says where it cannot be made, and what it takes away."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.challenges.asked import could_not
from evaluation.challenges.drawings import frame, plot
from evaluation.challenges.outside import became, leaving
from evaluation.challenges.running import enough, of_prepared
from evaluation.challenges.table import CHALLENGES
from evaluation.diagnostics.challenged import PLACEBO_LEVEL, placebo_start, unreached
from evaluation.diagnostics.unseen import as_strong_as_recorded
from evaluation.findings import judge
from evaluation.pipeline import answer, prepare
from evaluation.records import Records, connect
from evaluation.rehearsal import NO_DAY, in_counties
from evaluation.report.challenges import challenged_section
from evaluation.report.language import words_of
from evaluation.study import load, parse
from evaluation.study.changing import but
from evaluation.terms import Challenge, Refused, Study, Tried
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "designs" / "bayview" / "navigation_offered.toml"
QUICK = ("placebo_start", "negative_population", "leave_one_site_out", "other_follow_up")


@pytest.fixture(scope="module")
def study() -> Study:
    return but(load(DESIGN), alone=True, role="headline")


@pytest.fixture(scope="module")
def county() -> Records:
    world = WORLDS["referred"]
    return connect(world.records(world.live(world.people(1_200, 1), world.as_run)))


@pytest.fixture(scope="module")
def tried(study: Study, county: Records) -> dict[str, Challenge]:
    return {one.name: one for one in ev.challenge(study, county, names=QUICK, today=NO_DAY)}


def test_a_sound_matched_design_holds(tried: dict[str, Challenge]) -> None:
    assert tuple(tried) == QUICK
    assert {became(one) for one in tried.values()} == {"held"}
    assert all(one.sentence.endswith(".") and one.diagnostics for one in tried.values())


def test_the_placebo_start_ends_before_any_column_of_the_history_begins(tried: dict[str, Challenge]) -> None:
    own, placebo = tried["placebo_start"].tried
    assert own.own and placebo.label == "from 1,094 to 730 days before the start"
    assert tried["placebo_start"].diagnostics[0].required


def test_each_area_is_left_out_in_turn(tried: dict[str, Challenge], county: Records, study: Study) -> None:
    labels = [one.label for one in tried["leave_one_site_out"].tried if not one.own]
    assert len(labels) == 5 and len(set(labels)) == 5
    own = tried["leave_one_site_out"].tried[0].effect
    assert all(one.effect != own for one in tried["leave_one_site_out"].tried if not one.own)


def test_a_longer_and_a_shorter_follow_up_and_the_last_starts_are_tried(tried: dict[str, Challenge]) -> None:
    labels = [one.label for one in tried["other_follow_up"].tried]
    assert labels == ["the study's own", "over 182 days", "over 546 days", "without the last 91 days of starts"]
    assert all(not one.why_not for one in tried["other_follow_up"].tried)


def test_records_that_reach_back_hardly_farther_than_the_history_leave_no_room_for_a_placebo(study: Study, county: Records) -> None:
    prepared = prepare(study, county, today=NO_DAY)
    asked = of_prepared(prepared, answer(prepared)[0])
    assert asked is not None
    none, some = (CHALLENGES["placebo_start"].run(replace(asked, reach=lambda _, days=days: days)) for days in (730 + 90, 730 + 91))
    assert became(none) == "not made" and not none.diagnostics and "reach 820 days back" in none.sentence
    assert some.tried[1].label == "from 821 to 730 days before the start"


def test_where_what_the_worker_saw_is_in_no_column_the_placebo_start_takes_the_answer_away() -> None:
    """The worker chose by arrests and convictions too: a design that knows of shelter alone compares other people."""
    blocks = DESIGN.read_text(encoding="utf-8").split("[[")
    hidden = parse("[[".join(each for each in blocks if not each.startswith("history") or "in_shelter" in each))
    alone = but(hidden, alone=True, role="headline")
    [(found, challenges)] = in_counties(alone, WORLDS["referred_without_effect"], range(1), people=2_000, seed=0, challenged=True)
    placebo = tuple(one for one in challenges if one.name == "placebo_start")
    assert became(placebo[0]) == "not held"
    said = {"title": alone.title, "languages": ("en",)}
    assert judge(found, placebo, **said).verdict == "not answered"
    assert judge(found, None, **said).verdict != "not answered"


def test_a_challenge_that_does_not_fit_says_why() -> None:
    walked = but(load(ROOT / "designs" / "bayview" / "navigation_walk_in.toml"), alone=True, role="headline")
    plan = walked.cohorts["main"]
    why = CHALLENGES["negative_population"].fits(walked.questions[0], plan)
    assert "names nobody" in why
    assert not CHALLENGES["placebo_start"].fits(walked.questions[0], plan)


def test_names_that_are_none_are_refused_all_at_once(study: Study, county: Records) -> None:
    with pytest.raises(Refused) as refused:
        ev.challenge(study, county, names=("placebo_strat", "placebo_start", "nothing"), today=NO_DAY)
    assert [problem.found for problem in refused.value.problems] == ["'placebo_strat' is no challenge.", "'nothing' is no challenge."]
    assert "placebo_start" in refused.value.problems[0].remedy


def test_a_placebo_fails_below_its_level_and_then_takes_the_answer_away() -> None:
    below, above = (placebo_start(p, days=(1_094, 730), more=True) for p in (PLACEBO_LEVEL * 0.99, PLACEBO_LEVEL))
    assert (below.holds, above.holds) == (False, True) and below.required
    assert "towards more of the outcome" in below.sentence and "no effect is found" in above.sentence


def test_those_never_reached_fail_in_either_way_to_come_out_and_only_above() -> None:
    assert unreached({"with the outcome": (-0.4, 0.01), "without it": (0.01, 0.01)}).holds
    assert not unreached({"with the outcome": (-0.4, 0.01), "without it": (0.02, 0.01)}).holds
    assert not unreached({"with the outcome": (0.02, 0.01), "without it": (-0.4, 0.01)}).holds


def test_what_leaves_holds_no_number_and_says_what_became_of_it(tried: dict[str, Challenge]) -> None:
    for one in tried.values():
        outside = leaving(one)
        assert not re.search(r"\d", outside.changed + outside.sentence)
        assert not outside.diagnostics and not outside.tried and outside.calibrated is None
        assert became(outside) == became(one) == became(leaving(outside))
    unmade = could_not("placebo_start", "the start", "the sources reach 12 days back.")
    assert leaving(unmade).sentence == "not made" and "12" not in str(leaving(unmade))


@pytest.mark.parametrize(("low", "became_of_it"), [(-0.2, "held"), (0.02, "nothing to judge")])
def test_what_judged_nothing_did_not_hold_and_is_not_said_to_have_held(low: float, became_of_it: str) -> None:
    told = as_strong_as_recorded(4.0, "arrests_2_years", clear=low < 0)
    one = Challenge("hidden_bias", "a cause that no record holds", told.sentence, (told,), (Tried("as it is", -0.1, low, 0.03),))

    assert became(one) == became(leaving(one)) == became_of_it
    for language, said in (("en", {"held": "held", "nothing to judge": "had nothing to judge"}), ("es", {"held": "se sostuvo"})):
        section = challenged_section([leaving(one)], words_of(language))  # type: ignore[arg-type]  # a language by its name
        assert section is not None and section.grid.rows[0][1].text == said.get(became_of_it, "no había nada que juzgar")


def test_a_picture_is_drawn_of_whatever_gave_a_number_and_refused_otherwise(tried: dict[str, Challenge]) -> None:
    drawn = plot(tried["other_follow_up"])
    assert len(drawn.axes[0].get_yticks()) == 4 and "over 546 days" in [each.get_text() for each in drawn.axes[0].get_yticklabels()]
    with pytest.raises(Refused):
        plot(could_not("placebo_start", "the start", "no room."))


def test_the_table_of_all_that_was_tried_keeps_what_gave_no_number_with_its_reason(tried: dict[str, Challenge]) -> None:
    made = Challenge("x", "a thing", "So.", (), (Tried("one", 0.1, 0.0, 0.2), Tried("two", nan, nan, nan, why_not="nobody.")))
    rows = frame([*tried.values(), made])
    assert len(rows) == sum(len(one.tried) for one in tried.values()) + 2
    assert rows.iloc[-1]["why_not"] == "nobody." and rows.iloc[-1][["effect", "low", "high"]].isna().all()


def test_a_verdict_stands_only_where_no_challenge_that_decides_was_left_out() -> None:
    deciding = [kind.name for kind in CHALLENGES.values() if kind.decides]
    assert enough(()) and enough((*deciding, "other_follow_up"))
    assert not any(enough([name for name in deciding if name != left_out]) for left_out in deciding)


def test_what_can_change_a_verdict_keeps_the_comparison_so_that_it_can_be_rehearsed() -> None:
    assert {kind.sort for kind in CHALLENGES.values() if kind.decides} == {"beside"}


def test_every_challenge_has_words_in_both_languages_and_a_place_in_the_docs() -> None:
    page = (ROOT / "docs" / "challenges.md").read_text(encoding="utf-8")
    english, spanish = words_of("en"), words_of("es")
    for kind in CHALLENGES.values():
        key = f"challenge.{kind.name}"
        assert english.knows(key) and spanish.knows(key) and english[key] != spanish[key], kind.name
        [line] = [line for line in page.splitlines() if line.startswith(f"| `{kind.name}` |")]
        assert line.rstrip("| ").endswith("it decides" if kind.decides else "it is told"), kind.name
        assert kind.asks.endswith("?")
