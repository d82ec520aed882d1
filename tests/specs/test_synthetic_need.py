"""Who is served by need: people who walk in while they are free, and people whom a worker offers the programme.

The rules are gone through person by person from the rows of a life, never reading one that lies after the day of the decision.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.records import connect
from synthetic import NEVER, WORLDS
from synthetic.lives import Lives, People
from synthetic.need import SIGNS
from synthetic.plans import BY_WORKER, WALK_IN
from synthetic.programmes import PROGRAMMES
from synthetic.rates import core
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream

N, MANY = 2_000, 40_000
PROGRAMME = "reentry_navigation"
WALKED, CHOSEN = WORLDS["walk_in"], WORLDS["referred"]
EVERY = [WORLDS[name] for name in ("walk_in", "walk_in_without_effect", "referred", "referred_without_effect")]


def named(world: Any) -> str:
    return world.name


@pytest.fixture(scope="module")
def people() -> People:
    return WALKED.people(N, 11)


@pytest.fixture(scope="module")
def walked(people: People) -> Lives:
    return WALKED.live(people, WALK_IN)


@pytest.fixture(scope="module")
def never(people: People) -> Lives:
    return WALKED.live(people, NEVER)


@pytest.fixture(scope="module")
def many() -> Lives:
    return WALKED.live(WALKED.people(MANY, 5), WALK_IN)


def counted(records: dict[str, pd.DataFrame], day: pd.Series) -> pd.Series:
    """Need on record on each person's day, from the tables that an analyst reads."""
    event, spell = records["event"], records["spell"]
    back = pd.Timedelta(days=730)
    when = event["person_id"].map(day)
    recent = event[(event["day"] >= when - back) & (event["day"] < when)]
    stays = spell[spell["kind"] == "shelter"]
    when = stays["person_id"].map(day)
    nights = stays[(stays["start"] < when) & (stays["stop"].fillna(pd.Timestamp.max) > when - back) & (stays["stop"] > stays["start"])]
    counts = recent.groupby(["kind", "person_id"]).size()
    arrests, convictions = (counts[kind].reindex(day.index, fill_value=0) for kind in ("arrest", "conviction"))
    return 0.15 * arrests + 0.10 * convictions + 0.40 * day.index.isin(nights["person_id"])


# ------------------------------------------------------------------------------------------------ walking in
def test_whoever_walks_in_was_free_alive_and_under_supervision_up_to_that_day(walked: Lives) -> None:
    people, who = walked.people, np.flatnonzero(walked.enrolled < NEVER_DAY)
    since = walked.enrolled[who] - people.start[who]
    arrests = walked.arrests.where(walked.arrests.day > people.start[walked.arrests.who])

    assert since.min() == 0 and since.max() == 150
    assert (walked.enrolled[who] < people.until[who]).all()
    assert (arrests.day > np.where(walked.enrolled < NEVER_DAY, walked.enrolled, 0)[arrests.who]).all()
    assert 0.2 < len(who) / N < 0.3


def test_the_day_of_enrolment_is_decided_by_what_lies_before_it(walked: Lives, never: Lives) -> None:
    people = walked.people
    patience = -np.log1p(-people.persons.luck.uniforms(Stream.WALK_IN)[:, 0])
    for person in range(300):
        arrests = np.flatnonzero(never.arrests.who == person)
        stays = np.flatnonzero(never.stays.who == person)
        nights = {night for row in stays for night in range(never.stays.day[row], never.stays.stop[row])}
        enrolled, gathered = NEVER_DAY, 0.0
        for day in range(people.start[person], people.start[person] + 151):
            happened = [int(never.arrests.day[row]) for row in arrests if never.arrests.day[row] <= day]
            if any(arrest > people.start[person] for arrest in happened) or day >= people.until[person]:
                break
            recent = [arrest for arrest in happened if day - 730 <= arrest < day]
            guilty = {int(never.arrests.convicted[row]) for row in arrests} & set(range(day - 730, day))
            sheltered = bool(nights & set(range(day - 730, day)))
            gathered += 0.0014 * np.exp(0.15 * len(recent) + 0.10 * len(guilty) + 0.40 * sheltered)
            if gathered >= patience[person]:
                enrolled = day
                break

        assert walked.enrolled[person] == enrolled


def test_served_or_not_the_life_is_the_same_up_to_the_end_of_the_day_of_enrolment(walked: Lives, never: Lives) -> None:
    for what in ("arrests", "stays", "contacts"):
        served, not_served = getattr(walked, what), getattr(never, what)
        before = [rows.where(rows.day <= walked.enrolled[rows.who]) for rows in (served, not_served)]

        assert len(before[0].who) < len(served.who)
        assert all(np.array_equal(getattr(before[0], name), getattr(before[1], name)) for name in ("who", "day", "entry"))
    assert (walked.enrolled == WORLDS["walk_in_without_effect"].live(walked.people, WALK_IN).enrolled).all()


def test_the_programme_lowers_what_follows_for_those_served_alone(many: Lives) -> None:
    unserved = WALKED.live(many.people, NEVER)
    served = many.enrolled < NEVER_DAY
    arrests = [np.bincount(lives.arrests.who, minlength=MANY) for lives in (many, unserved)]

    assert np.array_equal(arrests[0][~served], arrests[1][~served])
    assert arrests[0][served].sum() < 0.9 * arrests[1][served].sum()


def test_as_many_of_those_under_supervision_walk_in_on_a_day_as_need_on_record_says(many: Lives) -> None:
    """Need is counted from the tables, so that an analyst sees all that brought people in."""
    truth = WALKED.truth(WALKED.live(many.people, NEVER), {"arrest", "conviction", "shelter", "supervision"})
    everybody = truth["person"]["person_id"]
    stop = truth["spell"][truth["spell"]["kind"] == "supervision"].set_index("person_id")["stop"].reindex(everybody)
    for since in (0, 60, 140):
        day = many.people.start + since
        dates = pd.Series(day.astype("datetime64[D]"), index=everybody)
        there = ((dates < stop) & (many.enrolled >= day)).to_numpy()
        chance = (1 - np.exp(-0.0014 * np.exp(counted(truth, dates)))).to_numpy()
        for part in (there & (chance < 0.0018), there & (chance >= 0.0018)):
            assert (many.enrolled == day)[part].sum() == pytest.approx(chance[part].sum(), abs=4 * chance[part].sum() ** 0.5)
    assert (stop.to_numpy() > many.enrolled.astype("datetime64[D]"))[many.enrolled < NEVER_DAY].all()


def test_supervision_is_on_record_from_the_release_to_the_first_arrest_or_151_days(walked: Lives) -> None:
    records = WALKED.truth(walked)
    spell = records["spell"][records["spell"]["kind"] == "supervision"].set_index("person_id")
    arrest = records["event"][records["event"]["kind"] == "arrest"]
    later = arrest[arrest["day"] > arrest["person_id"].map(spell["start"])].groupby("person_id")["day"].min()
    longest = spell["start"] + pd.Timedelta(days=151)
    end = longest.where(~(later.reindex(spell.index) < longest), later.reindex(spell.index))
    alive = records["person"].set_index("person_id")["death"].reindex(spell.index).isna()
    service = records["service"].set_index("person_id")["start"]

    assert spell.index.is_unique and len(spell) == N
    assert (spell["stop"][alive] == end[alive]).all()
    assert ((service >= spell["start"].reindex(service.index)) & (service < spell["stop"].reindex(service.index))).all()


# ------------------------------------------------------------------------------------------------ chosen by a worker
def test_a_worker_offers_by_need_on_record_at_the_release() -> None:
    people = CHOSEN.people(MANY, 5)
    lives = CHOSEN.live(people, NEVER)
    truth = CHOSEN.truth(lives)
    release = pd.Series(people.start.astype("datetime64[D]"), index=truth["person"]["person_id"])
    odds = 0.25 / 0.75 * np.exp(counted(truth, release).to_numpy())
    chance = odds / (1 + odds)
    offered = CHOSEN.live(people, BY_WORKER).offered
    assert offered is not None

    for part in (chance < 0.29, (chance >= 0.29) & (chance < 0.36), chance >= 0.36):
        error = (chance[part] * (1 - chance[part])).sum() ** 0.5 / part.sum()
        assert offered[part].mean() == pytest.approx(chance[part].mean(), abs=4 * error)


@pytest.mark.parametrize("plan", [BY_WORKER, NEVER], ids=lambda plan: type(plan).__name__)
def test_everybody_has_one_arm_on_record_on_the_day_of_the_release_whatever_plan_is_lived(plan: Any) -> None:
    people = CHOSEN.people(N, 4)
    event = CHOSEN.truth(CHOSEN.live(people, plan))["event"]
    arms = event[event["kind"].str.contains("offer:")].set_index("person_id")
    offered = CHOSEN.live(people, BY_WORKER).offered
    assert offered is not None

    assert arms.index.is_unique and len(arms) == N
    assert set(arms["kind"]) == {f"offer:{PROGRAMME}", f"no_offer:{PROGRAMME}"}
    assert np.array_equal((arms["kind"] == f"offer:{PROGRAMME}").sort_index().to_numpy(), offered)
    assert (arms["day"].sort_index() == people.start.astype("datetime64[D]")).all()


# ------------------------------------------------------------------------------------------------ other intakes
@pytest.mark.parametrize("since", [0, 60])
@pytest.mark.parametrize("intake", SIGNS)
def test_need_on_record_is_what_the_tables_show_of_its_signs_before_the_day(intake: str, since: int) -> None:
    programme = next(name for name, one in PROGRAMMES.items() if one.intake == intake)
    world = WORLDS["referred"].of(programme)
    people = world.people(400, 9)
    truth = world.truth(world.live(people, NEVER))
    everybody = truth["person"]["person_id"]
    dates = pd.Series((people.start + since).astype("datetime64[D]").astype("datetime64[ns]"), index=everybody)
    need, told = pd.Series(0.0, index=everybody), 0
    for sign in SIGNS[intake]:
        rows = truth[sign.table][truth[sign.table]["kind"] == sign.kind]
        first = rows["day" if sign.table == "event" else "start"]
        stop = rows["stop"].fillna(pd.Timestamp.max) if sign.table == "spell" else first + pd.Timedelta(days=1)
        when = rows["person_id"].map(dates)
        days = (np.minimum(stop, when) - np.maximum(first, when - pd.Timedelta(days=sign.look_back.value))).dt.days.clip(lower=0)
        inside = {"days": days, "count": (days > 0).astype(int), "any": (days > 0).astype(int)}[sign.how]
        by_person = inside.groupby(rows["person_id"]).sum().reindex(everybody, fill_value=0)
        need += sign.weight.value * (by_person.clip(upper=1) if sign.how == "any" else by_person)
        told += bool(by_person.any())

    assert told >= 2  # of its signs, most are there to be seen
    assert people.need(since + 1)[:, since] == pytest.approx(need.to_numpy())


# ------------------------------------------------------------------------------------------------ all of them
@pytest.mark.parametrize("plan", [WALK_IN, BY_WORKER], ids=lambda plan: type(plan).__name__)
def test_the_dial_of_hidden_frailty_is_off_and_can_be_turned(plan: Any) -> None:
    world = replace(WALKED, as_run=plan)
    people = world.people(MANY, 5)

    def frailty(dial: float) -> float:
        """How much frailer those who come or are offered are, among people with one arrest on record."""
        lives = world.live(people, replace(plan, by_frailty=dial))
        got = lives.enrolled < NEVER_DAY if lives.offered is None else lives.offered
        alike = np.bincount(people.past.who, minlength=MANY) == 1
        return float(people.persons.frailty[got & alike].mean() - people.persons.frailty[~got & alike].mean())

    # whoever walks in was not arrested first, and is a little less frail than those who were
    assert plan.by_frailty == 0 and -0.2 < frailty(0.0) < 0.05
    assert frailty(1.0) > frailty(0.0) + 0.3


@pytest.mark.parametrize("world", EVERY, ids=named)
def test_their_tables_are_canonical_and_nothing_is_set_aside(world: Any) -> None:
    assert connect(world.records(world.live(world.people(500, 3), world.as_run))).quality.frame().empty


def test_no_other_county_supervises() -> None:
    for name in ("lottery", "referred"):
        records = WORLDS[name].records(WORLDS[name].live(WORLDS[name].people(50, 1), NEVER))

        assert "supervision" not in set(records["spell"]["kind"]) and "probation" not in set(records["coverage"]["source"])


def test_the_rates_named_here_are_those_of_the_county() -> None:
    named = (core.WALKS_IN, core.OFFERED, core.SUPERVISED, core.LOOK_BACK, core.BY_ARREST, core.BY_CONVICTION, core.BY_SHELTER)

    assert [rate.value for rate in named] == [0.0014, 0.25, 151, 730, 0.15, 0.10, 0.40]
