"""Nothing comes of nothing: in every world, a programme without effect leaves no trace in anybody's life but its own rows and price."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.counties import all_lives
from evaluation.terms import Assigned, CohortPlan, Cutoff, Horizon, Outcome, Question, Starts, Study
from synthetic import WORLDS, World
from synthetic.lists import LIST, ByRank
from synthetic.lives import Lives
from synthetic.programmes import PROGRAMMES
from synthetic.rows import NEVER_DAY
from synthetic.systems import SYSTEMS
from synthetic.world import SEEN_BY

PEOPLE, SEED = 300, 6
Tables = dict[str, pd.DataFrame]
KINDS = frozenset({"arrest", "emergency_visit", "removal", "placement_move"})  # of which every programme moves one
KIND = {"event": "kind", "spell": "kind", "quarter": "measure", "score": "list", "cost": "service"}  # by table: what a row is a row of

EVERY = {
    **WORLDS,
    **{f"referred, {name}": WORLDS["referred"].of(name) for name in PROGRAMMES},
    **{f"surveillance, {name}": WORLDS["surveillance"].of(name) for name in PROGRAMMES},
}
in_every_world = pytest.mark.parametrize("name", EVERY)


@cache
def lived(name: str) -> tuple[World, tuple[Lives, Lives], tuple[Tables, Tables]]:
    """A world whose programme does nothing, the same people's two lives in it, and all that is true of either."""
    world = EVERY[name].but(effect="none")
    people = world.people(PEOPLE, SEED)
    served, compared = (world.live(people, plan) for plan in world.contrast)
    return world, (served, compared), (world.truth(served), world.truth(compared))


def by_person(lives: Lives, world: World, *, but: str = "") -> np.ndarray[Any, Any]:
    """What each person costs, in cents, with or without one service."""
    cents = np.zeros(len(lives.people), dtype=np.int64)
    for lines in world.costs(lives):
        if lines.service != but:
            np.add.at(cents, lines.who, lines.cents)
    return cents


def not_its_own(table: str, frame: pd.DataFrame, world: World, enrolled: set[str]) -> pd.DataFrame:
    """The rows of a table without those that are there because of the programme itself: enrolments, what they cost, and who knows of them."""
    if table == "service":
        return frame[frame["programme"] != world.programme.name]
    if table == "cost":
        return frame[frame["service"] != world.programme.name]
    if table == "crosswalk":  # whoever enrols is known to the programme and, as it is paid for, to finance
        return frame[~(frame["source"].isin({world.programme.source, "finance"}) & frame["person_id"].isin(enrolled))]
    return frame


def ids(lives: Lives) -> list[str]:
    """Everybody's id, in the order of their numbers."""
    return [f"P{number:07d}" for number in lives.people.persons.luck.numbers]


def rows(table: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """The rows of a table, each as often as it stands there."""
    return Counter(table.astype(str).itertuples(index=False, name=None))


# ------------------------------------------------------------------------------------------------ row for row
@in_every_world
def test_two_lives_differ_row_for_row_in_nothing_but_the_programme_and_what_its_eyes_add(name: str) -> None:
    world, (served, _), tables = lived(name)
    enrolled = {person for person, day in zip(ids(served), served.enrolled, strict=True) if day < NEVER_DAY}
    assert len(enrolled) > PEOPLE / 20
    assert set(tables[0]) == set(tables[1])  # no table comes or goes with it
    for table in tables[0]:
        one, other = (not_its_own(table, side[table], world, enrolled) for side in tables)
        if world.watched and table == "crosswalk":  # whoever is watched may become known to the police, or to child welfare
            assert not rows(other) - rows(one)
            continue
        if table in KIND:
            one, other = (frame[~frame[KIND[table]].isin(world.watched)] for frame in (one, other))
        pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True), check_exact=True)


@in_every_world
def test_the_kinds_that_differ_are_exactly_those_that_the_world_says_the_programme_watches(name: str) -> None:
    """They are only ever added to, of those enrolled, from the day of enrolment on."""
    world, (served, compared), tables = lived(name)
    differ = set()
    for table in ("event", "spell", "quarter", "score"):
        one, other = (rows(side[table]) if table in side else Counter() for side in tables)
        differ |= {row[list(tables[0][table]).index(KIND[table])] for row in (one - other) + (other - one)}
    assert differ == world.watched

    enrolled = dict(zip(ids(served), served.enrolled.tolist(), strict=True))
    watched = [side["event"][side["event"]["kind"].isin(world.watched)] for side in tables]
    days = [Counter(zip(side["person_id"], side["day"].to_numpy().astype("datetime64[D]").astype(int), strict=True)) for side in watched]
    assert not days[1] - days[0]
    assert all(day >= enrolled[person] for person, day in days[0] - days[1])
    assert bool(days[0] - days[1]) == bool(world.watched)
    # nobody pays for a citation, nor for the investigation of a report, that only the programme's eyes bring
    assert np.array_equal(by_person(served, world, but=world.programme.name), by_person(compared, world, but=world.programme.name))


@in_every_world
def test_cost_differs_by_the_price_to_the_cent_for_each_person_enrolled(name: str) -> None:
    world, (served, compared), _ = lived(name)
    price = round(100 * world.programme.price.value)
    owed = np.where(served.enrolled < NEVER_DAY, price, 0) - np.where(compared.enrolled < NEVER_DAY, price, 0)
    differs = by_person(served, world) - by_person(compared, world)

    assert np.array_equal(differs, owed) and owed.any()
    own = [lines for lines in world.costs(served) if lines.service == world.programme.name]
    paid = [(who, day, cents) for lines in own for who, day, cents in zip(lines.who.tolist(), lines.day.tolist(), lines.cents.tolist(), strict=True)]
    assert paid == [(who, served.enrolled[who], price) for who in np.flatnonzero(served.enrolled < NEVER_DAY)]
    assert {lines.payer for lines in own} == {world.programme.payer}


@pytest.mark.parametrize("name", WORLDS)
def test_the_programme_does_something_where_it_is_not_told_to_do_nothing(name: str) -> None:
    """Were the two lives one, or both tables made of one of them, all of the above would hold."""
    world, (served, _), _ = lived(name)
    loud = world.but(effect="steady")
    one, other = (loud.truth(loud.live(served.people, plan), KINDS) for plan in world.contrast)

    assert any(rows(one[table]) != rows(other[table]) for table in ("event", "spell") if table in one)


# ------------------------------------------------------------------------------------------------ read by the ruler
def asked(name: str, world: World, outcomes: list[Outcome]) -> tuple[Study, tuple[Question, ...]]:
    """A study of a world's programme that asks about some outcomes of everybody whose clock starts."""
    programme, between = world.programme.name, (date(2019, 1, 1), date(2020, 12, 31))
    if name.startswith("cut_off"):
        plan = CohortPlan(between, "eligibility", Starts(list=LIST), assigned=Assigned("score", cutoff=Cutoff(capacity=60)))
    else:
        offer = Assigned("offer", *world.as_run.arms(programme))
        plan = CohortPlan(between, "eligibility", Starts((*world.as_run.arms(programme),)), assigned=offer)
    questions = tuple(Question(outcome=one.name, horizon=Horizon(days=364), method="matched", worthwhile=-0.05) for one in outcomes)
    return Study({"en": "A programme"}, world.county, programme, {"main": plan}, questions), questions


def present_and_future(world: World, tables: Tables) -> list[Outcome]:
    """An outcome for every kind of row that the county holds: first events, events that come again, days inside, where people are, costs."""
    mark, days, state, cost = (
        OUTCOMES[name] for name in ("recidivism/arrest", "custody_days/recorded", "housed/recorded", "cost_per_client/recorded")
    )
    arms = set(world.as_run.arms(world.programme.name))  # the programme's own offers: who is looked at, and no outcome
    events = sorted(set(tables["event"]["kind"]) - arms - world.watched)
    spells = sorted(set(tables["spell"]["kind"]))
    services = sorted(set(tables["cost"]["service"]) - {world.programme.name})
    return [
        *(replace(mark, name=f"first/{kind}", kinds=(kind,)) for kind in events),
        *(replace(mark, name=f"a_year/{kind}", kind="rate", kinds=(kind,), per=365) for kind in events if not kind.startswith("control:")),
        *(replace(days, name=f"days/{kind}", kinds=(kind,)) for kind in spells),
        *(replace(state, name=f"in/{kind}", kinds=(kind,)) for kind in spells),
        *(replace(cost, name=f"cost/{service}", kinds=(service,)) for service in services),
    ]


@pytest.mark.parametrize(("name", "kinds"), [("referred, access_teams", 80), ("surveillance, differential_response", 80), ("cut_off", 80)])
def test_the_truth_of_every_outcome_present_and_future_is_exactly_nothing(name: str, kinds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by the question's own ruler, of all that the county records; those that the programme watches are not 0."""
    world, _, tables = lived(name)
    if name == "cut_off":
        world = world.but(as_run=ByRank(60))
    quiet = present_and_future(world, tables[0])
    watched = [replace(OUTCOMES["recidivism/arrest"], name=f"watched/{kind}", kind="rate", kinds=(kind,), per=365) for kind in world.watched]
    for outcome in (*quiet, *watched):
        monkeypatch.setitem(OUTCOMES, outcome.name, outcome)
    study, questions = asked(name, world, [*quiet, *watched])

    found = {name: two.truth() for name, two in all_lives(study, questions, world, people=PEOPLE, seed=SEED).items()}

    told = {question.outcome: found[question.name] for question in questions}
    assert {outcome: truth for outcome, truth in told.items() if (truth.effect, truth.error) != (0.0, 0.0)}.keys() == {one.name for one in watched}
    assert all(truth.effect > 0 for outcome, truth in told.items() if outcome.startswith("watched/"))
    assert len(quiet) > kinds and sum(truth.compared > 0 for truth in told.values()) > len(quiet) / 3


# ------------------------------------------------------------------------------------------------ what a question does not read
@pytest.mark.parametrize("name", ["referred, access_teams", "surveillance", "surveillance, post_reunification", "county", "cut_off", "walk_in"])
def test_rows_that_are_read_are_the_same_whatever_else_is_left_out(name: str) -> None:
    """A question is answered from the systems that it reads alone: none may change what another records."""
    world, (served, _), (whole, _) = lived(name)
    systems = (*(world.systems or SEEN_BY[world.programme.intake]), *world.beside)
    assert len(systems) > 3
    for kind in (kind for system in systems for kind in SYSTEMS[system].kinds):
        told = world.truth(served, {kind})
        found = 0
        for table in KIND.keys() & told.keys():
            one, other = (frame[frame[KIND[table]] == kind].reset_index(drop=True) for frame in (told[table], whole[table]))
            pd.testing.assert_frame_equal(one, other[list(one)], check_exact=True)
            found += len(one)
        assert found or kind not in {word for table in KIND.keys() & whole.keys() for word in whole[table][KIND[table]]}
