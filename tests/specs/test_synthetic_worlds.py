"""What each world says of itself, and that it is so: why people are served, who moves away, who shares luck, what is seen."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.records import connect
from evaluation.study import load
from evaluation.terms import Refused
from synthetic import NEVER, WORLDS, World
from synthetic.moves import Moves
from synthetic.need import SIGNS
from synthetic.rates import served as rates
from synthetic.rows import NEVER_DAY
from synthetic.systems import SYSTEMS
from synthetic.systems.surveillance import cited_by_the_programme
from synthetic.world import SEEN_BY
from synthetic.worlds import named

ROOT = Path(__file__).parents[2]
HORIZON = 364
TABLES = ("event", "spell", "quarter", "cost")


def whole(world: World, plan: Any, people: Any) -> dict[str, pd.DataFrame]:
    """All that happens to people under a plan but the programme's own records, in one order."""
    made = world.truth(world.live(people, plan))
    mine = {*world.as_run.arms(world.programme.name), world.programme.name}
    kept = {name: made[name] for name in TABLES if name in made}
    for name, column in (("event", "kind"), ("cost", "service")):
        kept[name] = kept[name][~kept[name][column].isin(mine)]
    return {name: frame.sort_values(list(frame), ignore_index=True) for name, frame in kept.items()}


# ------------------------------------------------------------------------------------------------ the table
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_says_all_that_a_reader_needs(world: World) -> None:
    assert WORLDS[world.name] is world and world.name.replace("_", " ").split()[0] in world.title
    assert world.trap.endswith(".") and world.size >= 100
    assert world.passes or world.refuses or world.misleads
    assert not world.passes & (world.refuses | world.misleads)
    assert world.why.startswith(world.reason) and ("changes nothing" in world.why) == (world.effect == "none")


def test_worlds_are_found_by_name_and_in_words() -> None:
    assert named("moves by hidden need") is named("moves_by_hidden_need") is WORLDS["moves_by_hidden_need"]
    assert len({world.title for world in WORLDS.values()}) == len(WORLDS)
    with pytest.raises(Refused, match=r"no world is called 'refered'.*Did you mean 'referred'\?"):
        named("refered")


def test_a_world_serves_the_people_of_any_programme() -> None:
    world = WORLDS["referred"].of("post_reunification", county="san_joaquin")
    people = world.people(200, 1)

    assert people.persons.intake.name == "reunified" and world.county == "san_joaquin"
    assert {"removal", "offer:post_reunification"} <= set(world.records(world.live(people, world.as_run))["event"]["kind"])
    assert WORLDS["referred"].of("reentry_navigation") == WORLDS["referred"]


def test_an_unknown_programme_dial_or_effect_is_refused_with_the_nearest() -> None:
    world = WORLDS["referred"]

    with pytest.raises(Refused, match="Did you mean 'family_finding'"):
        world.of("family_findings")
    with pytest.raises(Refused, match=r"no dial is called 'efect'.*Did you mean 'effect'.*\n.*no effect is called 'fadin'.*Did you mean 'fading'"):
        world.but(efect="none", effect="fadin")
    assert world.but(effect="none").effect == "none"


def test_every_intake_has_signs_that_its_systems_record() -> None:
    assert set(SIGNS) == set(SEEN_BY)
    for intake, signs in SIGNS.items():
        kinds = frozenset().union(*(SYSTEMS[name].kinds for name in SEEN_BY[intake]))
        assert {sign.kind for sign in signs} <= kinds
        assert not {"shelter", "housing"} <= set(SEEN_BY[intake])


# ------------------------------------------------------------------------------------------------ truth without effect
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_without_effect_nothing_differs_but_the_programme_and_what_it_sees(world: World) -> None:
    world = world.but(effect="none")
    people = world.people(400, 6)
    served, compared = (whole(world, plan, people) for plan in world.contrast)
    for name, frame in served.items():
        other = compared[name]
        if name == "event":
            assert (len(frame[frame["kind"].isin(world.watched)]) > len(other[other["kind"].isin(world.watched)])) == bool(world.watched)
            frame, other = (one[~one["kind"].isin(world.watched)].reset_index(drop=True) for one in (frame, other))
        pd.testing.assert_frame_equal(frame, other)


@pytest.mark.parametrize("world", [one for one in WORLDS.values() if one.name not in ("lottery", "walk_in", "referred")], ids=lambda one: one.name)
def test_their_tables_are_canonical_and_nothing_is_set_aside(world: World) -> None:
    assert connect(world.records(world.live(world.people(300, 3), world.as_run))).quality.frame().empty


# ------------------------------------------------------------------------------------------------ moves
def watched_to_the_end(name: str) -> tuple[Any, Any, Any, Any]:
    """Who is offered the programme, who is arrested by the horizon, who is there to be seen at it, and need in tenths."""
    world = WORLDS[name].but(effect="none")
    people = world.people(30_000, 3)
    lives = world.live(people, world.as_run)
    assert world.moves is not None and lives.offered is not None
    after = lives.arrests.where(lives.arrests.day > people.start[lives.arrests.who])
    first = np.full(len(people), NEVER_DAY)
    np.minimum.at(first, after.who, after.day)
    need = np.round(people.need()[:, 0], 6)  # many people have the same
    return (
        lives.offered,
        first - people.start < HORIZON,
        world.moves.day(lives) - people.start >= HORIZON,
        np.digitize(need, np.unique(np.quantile(need, np.arange(0.1, 1, 0.1)))[1:]),  # groups without a gap, none of a few
    )


def difference(offered: Any, arrested: Any, weight: Any, tenth: Any) -> float:
    """The difference in risk between the arms, those offered standing for themselves: alike in need, tenth by tenth."""
    risk = [
        [np.average(arrested[arm & (tenth == part)], weights=weight[arm & (tenth == part)]) for part in np.unique(tenth)]
        for arm in (offered, ~offered)
    ]
    shares = [(offered & (tenth == part)).sum() / offered.sum() for part in np.unique(tenth)]
    return float(np.dot(shares, np.subtract(*risk)))


def test_moves_by_history_mislead_whoever_looks_at_those_who_stayed_and_weights_by_the_record_mend_it() -> None:
    offered, arrested, stayed, tenth = watched_to_the_end("moves_by_history")
    pooled = np.zeros_like(tenth)
    alike = [(offered & (tenth == part)).sum() / offered.sum() / ((~offered & (tenth == part)).sum() / (~offered).sum()) for part in np.unique(tenth)]
    weight = np.where(offered, 1.0, np.asarray(alike)[tenth])

    true = difference(offered, arrested, weight, pooled)
    assert abs(true) < 0.015  # the programme does nothing; what is left is luck, and need within tenths
    assert difference(offered, arrested, weight * stayed, pooled) > true + 0.02
    # within tenths of need, those who stayed are like those who left
    assert difference(offered, arrested, stayed.astype(float), tenth) == pytest.approx(difference(offered, arrested, weight, tenth), abs=0.012)
    assert stayed[offered].mean() == pytest.approx(stayed[~offered].mean(), abs=0.03)  # as many in each arm: losses alone give no warning


def test_where_the_record_makes_people_move_nobody_is_sure_to_be_gone_at_the_horizon() -> None:
    """Whoever has left must have others of the same record to be stood for by."""
    world = WORLDS["moves_by_history"]
    people = world.people(6_000, 11)
    lives = world.live(people, NEVER)
    assert world.moves is not None
    stayed, need = world.moves.day(lives) - people.start >= HORIZON, people.need()[:, 0]
    neediest = need >= np.quantile(need, 0.95)

    assert need.max() > 4
    assert stayed[neediest].mean() > 0.25 and stayed[~neediest].mean() > 0.75


def test_whoever_moves_from_an_arm_moves_by_the_record_alone_not_by_who_took_the_offer_up() -> None:
    """Or else those who stay of the offered would be more, or less, of those enrolled, whom the programme helps."""
    world = WORLDS["moves_by_history"]
    people = world.people(20_000, 4)
    lives = world.live(people, world.as_run)
    assert world.moves is not None and lives.offered is not None
    stayed, enrolled = world.moves.day(lives) - people.start >= HORIZON, lives.enrolled < NEVER_DAY
    one, other = stayed[lives.offered & enrolled], stayed[lives.offered & ~enrolled]

    assert one.mean() == pytest.approx(other.mean(), abs=4 * (0.16 / len(other) + 0.16 / len(one)) ** 0.5)


def test_moves_by_hidden_need_mislead_whatever_is_made_of_the_record() -> None:
    offered, arrested, stayed, tenth = watched_to_the_end("moves_by_hidden_need")

    assert difference(offered, arrested, stayed.astype(float), tenth) > difference(offered, arrested, np.ones(len(tenth)), tenth) + 0.05
    assert stayed[offered].mean() > stayed[~offered].mean() + 0.2


def test_moves_that_depend_on_nothing_are_the_county_s_own_and_nobody_moves_in_a_true_life() -> None:
    world = WORLDS["referred"]
    people = world.people(2_000, 1)
    lives = world.live(people, world.as_run)

    assert np.array_equal(Moves(world.moves_a_year).day(lives), people.moved)
    for name in ("moves_by_history", "moves_by_hidden_need"):
        there = WORLDS[name]
        lives = there.live(there.people(300, 1), there.as_run)
        assert there.truth(lives)["person"]["moved"].isna().all()
        assert there.records(lives)["person"]["moved"].notna().sum() > 60


# ------------------------------------------------------------------------------------------------ families, eyes, exits
def test_families_are_offered_the_programme_whole_and_share_luck() -> None:
    world = WORLDS["families"]
    people = world.people(8_000, 2)
    lives = world.live(people, NEVER)
    offered = world.as_run.offers(people)
    arrests = np.bincount(lives.arrests.where(lives.arrests.day > people.start[lives.arrests.who]).who, minlength=len(people))
    arrested = (arrests > 0).reshape(-1, 4)
    members = world.truth(world.live(world.people(40, 2), NEVER))["family"].groupby("family_id").size()
    assert offered is not None

    assert (offered.reshape(-1, 4) == offered.reshape(-1, 4)[:, :1]).all()
    assert (members == 4).all()
    within = np.corrcoef(arrested[:, 0], arrested[:, 1])[0, 1]
    assert within > 0.2 > abs(np.corrcoef(arrested[:-1, 0], arrested[1:, 1])[0, 1]) + 0.1


def test_a_family_is_the_same_wherever_a_county_is_cut() -> None:
    world = WORLDS["families"]
    at_once, cut = world.people(20, 2), world.people(7, 2, first=6)
    lives = [world.live(people, world.as_run) for people in (at_once, cut)]

    assert np.array_equal(at_once.persons.family[6:13], cut.persons.family)
    assert np.array_equal(lives[0].enrolled[6:13], lives[1].enrolled)
    mine = lives[0].arrests.where((lives[0].arrests.who >= 6) & (lives[0].arrests.who < 13))
    assert np.array_equal(mine.day, lives[1].arrests.day)


def test_the_programme_s_eyes_see_more_of_those_enrolled_and_nothing_of_the_others() -> None:
    world = WORLDS["surveillance"].but(effect="none")
    people = world.people(6_000, 2)
    lives = world.live(people, world.as_run)
    seen = cited_by_the_programme(lives)
    since = seen.day - lives.enrolled[seen.who]
    enrolled = lives.enrolled < NEVER_DAY

    assert (since >= 1).all() and (since < 180).all()
    assert not lives.jail.holds(seen.who, seen.day).any()
    assert len(seen.who) == pytest.approx(180 * rates.SEEN_MORE.value * enrolled.sum() * 0.92, rel=0.1)  # some days are spent in jail, or after death
    assert world.watched == {"arrest"} and world.of("post_reunification").watched == {"report"} and not WORLDS["referred"].watched


def test_of_children_served_more_reports_are_seen_and_no_more_removals() -> None:
    world = WORLDS["surveillance"].of("differential_response").but(effect="none")
    people = world.people(1_500, 2)
    kinds = [whole(world, plan, people)["event"]["kind"].value_counts() for plan in world.contrast]

    assert kinds[0]["report"] > 1.02 * kinds[1]["report"]
    assert kinds[0]["removal"] == kinds[1]["removal"] and kinds[0]["substantiated"] == kinds[1]["substantiated"]


def test_where_other_exits_compete_many_come_of_age_or_die_within_two_years() -> None:
    def gone(world: World) -> float:
        people = world.people(2_000, 4)
        of_age = people.persons.birth + int(18 * 365.25) + 1
        ends = np.where(of_age > people.start, np.minimum(of_age, people.until), people.until)
        return float((ends < people.start + 730).mean())

    for programme in ("family_finding", "post_reunification", "reentry_navigation"):
        there, elsewhere = (gone(WORLDS[name].of(programme)) for name in ("competing_exits", "referred"))
        assert there > max(0.1, 1.5 * elsewhere)


def test_whoever_takes_competing_exits_for_people_lost_finds_more_permanency_than_there_is() -> None:
    """One less Kaplan-Meier, every other exit taken for a loss, against the share that truly found a family within two years."""

    def excess(world: World) -> float:
        people = world.people(3_000, 4)
        truth = world.truth(world.live(people, NEVER))
        event = truth["event"][truth["event"]["kind"].str.startswith("discharge:")]
        start = pd.Series(people.start.astype("datetime64[D]").astype("datetime64[s]"), index=truth["person"]["person_id"])
        event = event.assign(since=(event["day"] - event["person_id"].map(start)).dt.days)
        first = event[event["since"] > 0].sort_values("since").drop_duplicates("person_id").set_index("person_id").reindex(start.index)
        since = first["since"].fillna(10_000).to_numpy()
        found = first["kind"].isin([f"discharge:{exit}" for exit in ("reunification", "relative", "guardianship", "adoption")]).to_numpy()
        days = np.unique(since[found & (since <= 730)])
        still = np.prod([1 - (found & (since == day)).sum() / (since >= day).sum() for day in days])
        return float(1 - still - (found & (since <= 730)).mean())

    assert excess(WORLDS["competing_exits"]) > 0.04 > 2 * excess(WORLDS["referred"].of("family_finding"))


# ------------------------------------------------------------------------------------------------ which world for which design
@pytest.mark.parametrize(
    ("design", "suited"),
    [
        ("reentry_navigation", {"lottery", "lottery_without_effect"}),
        ("navigation_by_family", {"lottery", "lottery_without_effect", "families"}),
        ("navigation_walk_in", {"walk_in", "walk_in_without_effect"}),
        (
            "aftercare_offered",
            {"referred", "referred_without_effect", "moves_by_history", "moves_by_hidden_need", "competing_exits", "surveillance"},
        ),
        (
            "navigation_offered",
            {
                "referred",
                "referred_without_effect",
                "moves_by_history",
                "moves_by_hidden_need",
                "competing_exits",
                "surveillance",
            },
        ),
    ],
)
def test_a_design_is_suited_by_the_worlds_that_make_the_arms_it_reads(design: str, suited: set[str]) -> None:
    study = load(ROOT / "designs" / "bayview" / f"{design}.toml")

    assert {world.name for world in WORLDS.values() if world.suits(study)} == suited
