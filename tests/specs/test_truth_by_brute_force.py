"""Every estimand from two lives, against people's lives walked day by day in plain Python: equal to 1e-12."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from slow_truth import (
    Life,
    Mortal,
    Row,
    Today,
    Walked,
    arrested,
    asked,
    booked,
    cents,
    cox,
    everybody,
    free,
    in_shelter,
    inside,
    lived,
    lost,
    mean,
    met,
    quantile,
    study_of,
    total,
    walk,
    walked_in,
)

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.counties import all_lives, lives_of, sample_truth
from evaluation.rehearsal.estimands import SampleTruth, TwoLives, near
from evaluation.rehearsal.scores import Truth
from evaluation.terms import Horizon, Refused
from synthetic import NEVER, WORLDS
from synthetic.world import CALENDAR

EXACT = 1e-12
SEED, DAYS = 3, 364
SHORT = Horizon(days=91)
PEOPLE = {"lottery": 150, "referred": 200, "walk_in": 600, "mortal": 150}  # of the 600 some 120 are served
STREET, CALENDAR_TIME = "recidivism/arrest_on_street_time", "recidivism/arrest_in_calendar_time"
ASKED = ("recidivism/arrest", "recidivism/jail_booking", "custody_days/recorded", "shelter_nights/recorded", "cost_per_client/recorded")
EDGES = (0, 14, 28, 56, 182)


@dataclass(frozen=True)
class Both:
    """A question's two lives as they are read, and as they were lived."""

    two: TwoLives
    served: list[tuple[Life, int]]  # each clock's life, and its day 0
    compared: list[tuple[Life, int]]

    def walked(self, today: Today, days: int) -> tuple[list[Walked], list[Walked]]:
        """Both lives of every clock up to a horizon."""
        first, second = ([walk(life, zero, days, today) for life, zero in side] for side in (self.served, self.compared))
        return first, second

    def added(self, today: Today, first: int, stop: int, from_day: int = 0) -> tuple[list[int], list[int]]:
        """What both lives of every clock add up to."""
        one, other = ([total(life, zero, first, stop, today, from_day) for life, zero in side] for side in (self.served, self.compared))
        return one, other


@cache
def read(name: str, as_run: bool, *outcomes: str) -> dict[str, Both]:
    """The lives of a world's people, under its contrast or under its own plan and never; lived, and read by the ruler of each outcome."""
    world, n, questions = Mortal() if name == "mortal" else WORLDS[name], PEOPLE[name], [asked(outcome, DAYS) for outcome in outcomes]
    plans = (world.as_run, NEVER) if as_run else world.contrast
    found = all_lives(study_of(name, *questions), questions, world, people=n, seed=SEED, plans=plans)
    people = world.people(n, SEED)
    served, compared = (everybody(world, world.live(people, plan)) for plan in plans)
    clocks = [(person, life.start) for person, life in enumerate(served)]
    if name == "walk_in":
        ends = [int(day) for day in people.supervised]
        clocks = [(person, served[person].enrolled) for person in walked_in(world, served, CALENDAR.opening, CALENDAR.closing, ends)]
    for two in found.values():  # the same clocks, none twice
        assert sorted(clocks) == sorted(zip(two.place.tolist(), two.day.tolist(), strict=True))
    told: dict[str, Both] = {}
    for question in questions:  # in the order in which they are read
        two = found[question.name]
        in_order = list(zip(two.place.tolist(), two.day.tolist(), strict=True))
        told[question.outcome] = Both(two, [(served[person], day) for person, day in in_order], [(compared[person], day) for person, day in in_order])
    return told


def both(name: str, outcome: str, as_run: bool = False) -> Both:
    """Those of one outcome; the lives are made once for all of them."""
    return read(name, as_run, *ASKED)[outcome]


def weights_of(name: str, whose: str) -> tuple[np.ndarray, list[Fraction]]:
    """Weights of those that a name means, as a method would be given them and as exact numbers."""
    one = both(name, "recidivism/arrest").two
    if whose == "overlap":
        chances = WORLDS[name].chance(WORLDS[name].people(PEOPLE[name], SEED))[one.place]
        return one.overlap, [Fraction(chance) * (1 - Fraction(chance)) for chance in chances.tolist()]
    given = {
        "everybody": one.everybody,
        "served": one.those_served,
        "unserved": one.those_unserved,
        "some kept": (np.arange(len(one)) % 3 != 0).astype(float),
        "any": 0.25 + np.arange(len(one)) % 5,
    }[whose]
    return given, [Fraction(weight) for weight in given.tolist()]


def close(found: Truth, effect: Fraction | float, served: Fraction | float, compared: Fraction | float) -> None:
    """A truth equals what was counted."""
    for told, counted in ((found.effect, effect), (found.served, served), (found.compared, compared)):
        assert told == pytest.approx(float(counted), abs=EXACT * max(1.0, abs(float(counted))))


WHOSE = [
    ("mortal", "everybody"),
    ("referred", "served"),
    ("referred", "unserved"),
    ("walk_in", "served"),
    ("lottery", "some kept"),
    ("mortal", "any"),
    ("referred", "overlap"),
]
of_whom = pytest.mark.parametrize(("name", "whose"), WHOSE)


@of_whom
@pytest.mark.parametrize(("outcome", "today"), [("recidivism/arrest", arrested), ("recidivism/jail_booking", booked)])
def test_risks_by_a_horizon_and_their_ratios(name: str, whose: str, outcome: str, today: Today) -> None:
    lives, (weights, exact) = both(name, outcome), weights_of(name, whose)
    for days in (DAYS, 91):
        first, second = (mean([int(one.first is not None) for one in side], exact) for side in lives.walked(today, days))
        by = Horizon(days=days)

        close(lives.two.risk_difference(weights=weights, by=by), first - second, first, second)
        close(lives.two.risk_ratio(weights=weights, by=by), first / second, first, second)
        close(lives.two.odds_ratio(weights=weights, by=by), first * (1 - second) / (second * (1 - first)), first, second)


@of_whom
def test_restricted_mean_times_free_and_lost(name: str, whose: str) -> None:
    lives, (weights, exact) = both(name, "recidivism/arrest"), weights_of(name, whose)
    sides = lives.walked(arrested, DAYS)
    for told, days_of in (
        (lives.two.free_time(weights=weights), lambda one: free(one, DAYS)),
        (lives.two.lost_time(weights=weights), lambda one: lost(one, DAYS)),
        (lives.two.free_time(weights=weights, alive=False), lambda one: DAYS - lost(one, DAYS)),
    ):
        first, second = (mean([days_of(one) for one in side], exact) for side in sides)
        close(told, first - second, first, second)
    deaths = sum(one.died is not None for side in sides for one in side)
    assert deaths > 20 or name != "mortal"


@pytest.mark.parametrize("cause", ["arrest", "health_contact"])
def test_causes_that_compete_with_each_other_and_with_death(cause: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an arrest and a contact on one day the arrest is first, by the alphabet."""
    either = replace(OUTCOMES["recidivism/arrest"], name="arrest_or_contact", kinds=("health_contact", "arrest"))
    monkeypatch.setitem(OUTCOMES, either.name, either)
    lives, (weights, exact) = read.__wrapped__("mortal", False, either.name)[either.name], weights_of("mortal", "any")
    mine: list[list[Walked]] = []
    for side in (lives.served, lives.compared):
        mine.append([])
        for life, zero in side:
            one = walk(life, zero, DAYS, lambda life, day: arrested(life, day) + met(life, day))
            its = "" if one.first is None else "arrest" if arrested(life, zero + one.first) else "health_contact"
            mine[-1].append(one if its == cause else Walked(None, one.first, one.last))
    risks = [mean([int(one.first is not None) for one in side], exact) for side in mine]
    times = [mean([lost(one, DAYS) for one in side], exact) for side in mine]
    rows = rows_of(mine[0], mine[1], exact)

    close(lives.two.risk_difference(cause=cause, weights=weights), risks[0] - risks[1], *risks)
    close(lives.two.lost_time(cause=cause, weights=weights), times[0] - times[1], *times)
    close(lives.two.hazard_ratio(cause=cause, weights=weights), cox(rows, "efron"), *(mean_rate(rows, arm) for arm in (1, 0)))
    assert sum(one.died is not None for side in mine for one in side) > 50  # other ends come first


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(("name", "whose"), [WHOSE[0], WHOSE[3], WHOSE[5]])
def test_the_hazard_ratio_that_a_horizon_defines(name: str, whose: str, ties: str) -> None:
    lives, (weights, exact) = both(name, "recidivism/arrest"), weights_of(name, whose)
    for days in (DAYS, 91):
        first, second = lives.walked(arrested, days)
        rows = rows_of(first, second, exact)

        found = lives.two.hazard_ratio(weights=weights, ties=ties, by=Horizon(days=days))  # type: ignore[arg-type]  # a word of Ties

        close(found, cox(rows, ties), *(mean_rate(rows, arm) for arm in (1, 0)))


def rows_of(served: list[Walked], compared: list[Walked], weights: list[Fraction]) -> list[Row]:
    """Both lives of everybody with weight, as rows of a Cox model."""
    arms = ((1, served), (0, compared))
    return [Row(arm, one.last, one.first is not None, float(w)) for arm, side in arms for one, w in zip(side, weights, strict=True) if w]


def mean_rate(rows: list[Row], arm: int) -> float:
    """Events for each day at risk."""
    mine = [row for row in rows if row.served == arm]
    return sum(row.weight for row in mine if row.event) / sum(row.weight * (row.last + 1) for row in mine)


@of_whom
@pytest.mark.parametrize("off", [None, inside], ids=["calendar time", "street time"])
def test_events_that_come_again_by_number_and_by_rate(name: str, whose: str, off: Today | None, monkeypatch: pytest.MonkeyPatch) -> None:
    called = STREET if off else CALENDAR_TIME
    outcome = replace(OUTCOMES["recidivism/arrest"], name=called, off_clock=("custody",) if off else (), per=100)
    monkeypatch.setitem(OUTCOMES, called, outcome)
    lives, (weights, exact) = read(name, False, called)[called], weights_of(name, whose)
    counts = [mean(side, exact) for side in lives.added(arrested, 0, DAYS, from_day=1)]
    days = [mean([lived(life, zero, DAYS, off) for life, zero in side], exact) for side in (lives.served, lives.compared)]
    first, second = (100 * count / at_risk for count, at_risk in zip(counts, days, strict=True))

    close(lives.two.number(weights=weights), counts[0] - counts[1], *counts)
    close(lives.two.rate(weights=weights), first - second, first, second)
    close(lives.two.rate(weights=weights, contrast="ratio"), first / second, first, second)


@of_whom
@pytest.mark.parametrize(
    ("outcome", "today", "unit"),
    [("custody_days/recorded", inside, 1), ("shelter_nights/recorded", in_shelter, 1), ("cost_per_client/recorded", cents, 100)],
)
def test_mean_amounts_and_quantiles(name: str, whose: str, outcome: str, today: Today, unit: int) -> None:
    lives, (weights, exact) = both(name, outcome), weights_of(name, whose)
    sides = lives.added(today, 0, DAYS)
    first, second = (mean(side, exact) / unit for side in sides)

    close(lives.two.mean_difference(weights=weights), first - second, first, second)
    if second:
        close(lives.two.ratio_of_means(weights=weights), first / second, first, second)
    for share in (Fraction(1, 2), Fraction(9, 10), Fraction(1)):
        high, low = (Fraction(quantile(side, exact, share), unit) for side in sides)
        close(lives.two.quantile_difference(float(share), weights=weights), high - low, high, low)


@of_whom
def test_cost_per_avoided_event_is_a_ratio_of_means(name: str, whose: str) -> None:
    costs, arrests, (weights, exact) = both(name, "cost_per_client/recorded"), both(name, "recidivism/arrest"), weights_of(name, whose)
    first, second = (mean(side, exact) / 100 for side in costs.added(cents, 0, DAYS))
    served, compared = (mean([int(one.first is not None) for one in side], exact) for side in arrests.walked(arrested, DAYS))

    found = costs.two.cost_per_avoided(arrests.two, weights=weights)

    close(found, (first - second) / (compared - served), first - second, compared - served)


@pytest.mark.parametrize("name", ["lottery", "referred", "walk_in"])
def test_effects_by_cohort_and_period_under_own_adoption_and_under_never(name: str) -> None:
    """Counts of arrests by period; who enrols later than day 182, or never, adopts in none."""
    lives = both(name, "recidivism/arrest", as_run=True)
    own, never = (
        [[total(life, zero, low, high, arrested, from_day=1) for low, high in pairwise(EDGES)] for life, zero in side]
        for side in (lives.served, lives.compared)
    )
    waits = [life.enrolled - zero for life, zero in lives.served]
    cohort = [next((g for g in range(4) if EDGES[g] <= wait < EDGES[g + 1]), None) for wait in waits]
    adopters = [unit for unit, g in enumerate(cohort) if g is not None]
    difference = {(unit, t): own[unit][t] - never[unit][t] for unit in adopters for t in range(4)}

    def over(cells: list[tuple[int, int]]) -> float:
        return float(Fraction(sum(difference[cell] for cell in cells), len(cells)))

    panels = lives.two.panels(EDGES)
    for (g, t), found in panels.group_time().items():
        assert found.effect == pytest.approx(over([(unit, t) for unit in adopters if cohort[unit] == g]), abs=EXACT)
    under = [(unit, t) for unit, t in difference if t >= (cohort[unit] or 0)]
    assert panels.simple().effect == pytest.approx(over(under), abs=EXACT)
    by_time = {e: over([(u, t) for u, t in difference if t - (cohort[u] or 0) == e]) for e in {t - (cohort[u] or 0) for u, t in difference}}
    by_group = {g: over([(u, t) for u, t in under if cohort[u] == g]) for g in {cohort[u] for u in adopters}}
    by_calendar = {t: over([(u, s) for u, s in under if s == t]) for t in range(4) if any(s == t for _, s in under)}
    sizes = [cohort.count(g) for g in by_group]
    for aggregated, parts, overall in (
        (panels.dynamic(), by_time, np.mean([by_time[e] for e in by_time if e >= 0])),
        (panels.by_group(), by_group, np.average(list(by_group.values()), weights=sizes)),
        (panels.by_calendar(), by_calendar, np.mean(list(by_calendar.values()))),
    ):
        assert {part: truth.effect for part, truth in aggregated.parts.items()} == pytest.approx(parts, abs=EXACT)
        assert aggregated.overall.effect == pytest.approx(overall, abs=EXACT)
    assert name == "walk_in" or len(by_group) > 1


def test_at_a_cut_off_the_windows_shrink_and_the_compliers_are_those_whom_the_offer_brings() -> None:
    """The score is the age in months at the release: the lottery's people near their 33rd birthday."""
    lives = both("lottery", "cost_per_client/recorded")
    people = WORLDS["lottery"].people(PEOPLE["lottery"], SEED)
    score = ((people.start - people.persons.birth) // 30)[lives.two.place]
    first, second = lives.added(cents, 0, DAYS)
    took = [int(life.enrolled - zero <= 30) for life, zero in lives.served]
    for within in (60, 24, 12):
        inside = [person for person in range(len(first)) if abs(int(score[person]) - 400) <= within]
        moved = [Fraction(first[person] - second[person], 100) for person in inside]
        weights = near(score, 400, within)

        found = lives.two.mean_difference(weights=weights)
        assert (found.people, found.effect) == (len(inside), pytest.approx(float(sum(moved) / len(moved)), rel=EXACT))
        found = lives.two.complier_effect(within_days=30, weights=weights)
        assert found.effect == pytest.approx(float(sum(moved) / sum(took[person] for person in inside)), rel=EXACT)
        assert found.people > sum(took[person] for person in inside) > 0


def test_compliers_are_those_who_enrol_where_the_offer_moves_nobody_else() -> None:
    lives = both("lottery", "recidivism/arrest")
    first, second = lives.walked(arrested, DAYS)
    compliers = [person for person, (life, zero) in enumerate(lives.served) if life.enrolled < zero + DAYS]
    one, other = (Fraction(sum(side[person].first is not None for person in compliers), len(compliers)) for side in (first, second))

    close(lives.two.complier_effect(within_days=DAYS), one - other, one, other)


def test_the_truth_of_a_sample_is_that_of_the_people_in_it_and_of_a_reference_draw_another() -> None:
    question = replace(asked("recidivism/arrest"), estimand="effect_on_the_served")
    study, world = study_of("referred", question), WORLDS["referred"]
    lives = both("referred", "recidivism/arrest")
    first, second = lives.walked(arrested, DAYS)
    exact = weights_of("referred", "served")[1]
    counted = mean([int(a.first is not None) - int(b.first is not None) for a, b in zip(first, second, strict=True)], exact)

    found = sample_truth(study, question, world, people=PEOPLE["referred"], seed=SEED)
    population = lives_of(study, question, world, people=PEOPLE["referred"]).truth()

    assert isinstance(found, SampleTruth) and not isinstance(population, SampleTruth)
    assert (found.effect, found.error, found.people) == (pytest.approx(float(counted), abs=EXACT), 0.0, sum(exact))
    assert population.error > 0 and population.effect != found.effect


def test_a_question_asks_for_its_own_truth_whatever_its_kind() -> None:
    """A state, and a rate, read by the same two lives."""
    state = replace(OUTCOMES["housed/recorded"], name="in_jail", kinds=("custody",))
    rate = replace(OUTCOMES["recidivism/arrest"], name="arrests_a_year", kind="rate", off_clock=(), per=365)
    for outcome, slow in ((state, inside_on_the_last_day), (rate, arrests_a_year)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(OUTCOMES, outcome.name, outcome)
            lives = read.__wrapped__("lottery", False, outcome.name)[outcome.name]
            first, second = (slow(side) for side in (lives.served, lives.compared))

            close(lives.two.truth(), first - second, first, second)


def inside_on_the_last_day(side: list[tuple[Life, int]]) -> Fraction:
    last = DAYS - 1
    return Fraction(sum(inside(life, zero + last) for life, zero in side if zero + last <= life.death), len(side))


def arrests_a_year(side: list[tuple[Life, int]]) -> Fraction:
    return Fraction(365 * sum(total(life, zero, 0, DAYS, arrested, 1) for life, zero in side), sum(lived(life, zero, DAYS) for life, zero in side))


WITHOUT = ["lottery_without_effect", "referred_without_effect", "walk_in_without_effect"]


@pytest.mark.parametrize("name", WITHOUT)
def test_without_effect_the_truth_is_exactly_nothing_and_for_cost_the_price_to_the_cent(name: str) -> None:
    """Of every registered outcome of which the county holds anything; of the others the ruler says that there is nothing to read, or no book."""
    world, answered = WORLDS[name], []
    people = world.people(400, SEED)
    price = round(100 * world.programme.price.value)
    year = Horizon(months=12)  # whole quarters
    questions = [replace(asked(each), horizon=year) if outcome.table == "quarter" else asked(each) for each, outcome in OUTCOMES.items()]
    for two in all_lives(study_of(name, *questions), questions, world, people=len(people), seed=SEED).values():
        outcome = two.outcome
        try:
            found = two.truth()
        except Refused as refused:
            assert "holds no row" in str(refused) or outcome.made == "book", outcome.name
            continue
        answered.append(outcome.name)
        if outcome.table != "cost":
            assert (found.effect, found.error) == (0.0, 0.0), outcome.name
            assert found.served == found.compared
            continue
        lives = world.live(people, world.contrast[0])
        enrolled = sum(0 <= int(lives.enrolled[person]) - day < DAYS for person, day in zip(two.place, two.day.tolist(), strict=True))
        served, compared = (np.round(100 * side).astype(int) for side in two.values())
        assert int((served - compared).sum()) == price * enrolled > 0
        assert set((served - compared).tolist()) <= {0, price}
    assert {"recidivism/arrest", "recidivism/jail_booking", "custody_days/recorded", "shelter_nights/recorded", "cost_per_client/recorded"} <= set(
        answered
    )


@pytest.mark.parametrize("name", WITHOUT)
def test_without_effect_every_ratio_is_exactly_one_and_has_no_error(name: str) -> None:
    question = asked("recidivism/arrest")
    two = lives_of(study_of(name, question), question, WORLDS[name], people=400, seed=SEED)
    ratios: list[Callable[[], Truth]] = [two.risk_ratio, two.odds_ratio, two.hazard_ratio, lambda: two.rate(contrast="ratio")]
    ratios.append(lambda: two.hazard_ratio(ties="breslow"))
    nothing: list[Callable[[], Truth]] = [two.free_time, two.lost_time, two.number, two.rate, lambda: two.quantile_difference(0.5)]

    assert [(found.effect, found.error) for found in (ask() for ask in ratios)] == [(1.0, 0.0)] * 5
    assert [(found.effect, found.error) for found in (ask() for ask in nothing)] == [(0.0, 0.0)] * 5
