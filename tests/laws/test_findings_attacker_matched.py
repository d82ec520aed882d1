"""Laws of the door out for matched answers, by an attacker who reads the printed tables and words, and knows how people are matched.

He knows that with the clock of service nobody is served twice, that whoever fills two places is one person, that a share of
places is a number of them, and that who had the event by one horizon had it by a longer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from attacker import BOX, FEW, MARK, Puzzle
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluation.findings import Released, judge, release
from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES, FrameRuler
from evaluation.terms import (
    Answer,
    Arm,
    Cohort,
    Diagnostic,
    Estimand,
    Estimate,
    Exhibit,
    Finding,
    Horizon,
    Interval,
    LedgerLine,
    Matching,
    Provenance,
    Question,
    Refused,
    Weighed,
)

SMALLEST_ERROR = 0.1  # a guess at one person's amount that comes nearer gives it away
DUST = 1e-6


@dataclass(frozen=True)
class Case:
    lost: tuple[int, ...]  # by the rules of the ledger
    dropped: int  # served, and matched with nobody
    served: tuple[int, int]  # without and with the event
    compared: tuple[int, int]
    again: int  # places filled by somebody who fills another
    more: tuple[int, int]  # how many more have the event by the second horizon
    small: int  # sets that found fewer than were to be drawn
    later: tuple[int, int]  # of the people compared: served by the first horizon, and by the second besides


few_or_some = st.one_of(st.integers(0, 12), st.integers(0, 30))
arms = st.tuples(few_or_some.map(lambda n: n + 1), few_or_some)
cases = st.builds(
    Case,
    st.lists(few_or_some, min_size=1, max_size=2).map(tuple),
    few_or_some,
    arms,
    arms,
    few_or_some,
    st.tuples(few_or_some, few_or_some),
    few_or_some,
    st.tuples(few_or_some, few_or_some),
)


def findings(case: Case, horizons: int) -> list[Finding]:
    return [_finding(case, number) for number in range(horizons)]


def _finding(case: Case, number: int) -> Finding:
    n, c = sum(case.served), sum(case.compared)
    sets = n + case.dropped
    events = [_events(case, arm, number) for arm in (0, 1)]
    left = [sets + sum(case.lost[line + 1 :]) for line in range(len(case.lost))]
    served = Arm(n, events[0], events[0] / n, weighed=Weighed(n, n - events[0], 50.0))
    compared = Arm(c, events[1], events[1] / c, weighed=Weighed(c + case.again, c - events[1], 50.0))
    whom = "those served" if not case.dropped else f"the {n} of {sets} served who could be matched"
    effect = served.mean - compared.mean
    estimand = Estimand("effect_on_the_served", "a difference", whom, "served now rather than not yet")
    estimate = Estimate(estimand, effect, 0.1, Interval(effect - 0.1, effect + 0.1, "two-way"), 0.5, served, compared)
    question = Question("recidivism/arrest", Horizon(days=(182, 364)[number]), "matched", -0.05, estimand="effect_on_the_served")
    ledger = tuple(LedgerLine(f"rule {line}", lost, left[line]) for line, lost in enumerate(case.lost))
    conditions = _conditions(case, number)
    answer = Answer(question, OUTCOMES[question.outcome], ledger, Provenance("s", "r", "v"), "built", estimate, conditions, by="service")
    return judge(answer, None, title={"en": "Aid"}, languages=("en",))


def _events(case: Case, arm: int, number: int) -> int:
    without, having = (case.served, case.compared)[arm]
    return having + number * min(case.more[arm], without)


def _later(case: Case, number: int) -> int:
    return min(case.later[0] + number * case.later[1], sum(case.compared))


def _conditions(case: Case, number: int) -> tuple[Diagnostic, ...]:
    """The sentences hold the counts, as those of the method do."""
    n, c = sum(case.served), sum(case.compared)
    sets, later = n + case.dropped, _later(case, number)
    small = min(case.small, sets)
    share = small / sets
    return (
        Diagnostic("served_matched", f"{n} of {sets}", n / sets, 0.5, True, "", False, {"served": float(sets), "matched": float(n)}),
        Diagnostic(
            "small_pools", f"{small} of {sets}", share, 0.1, share <= 0.1, "", False, {"small": float(small)}, {"small": (small, sets - small)}
        ),
        Diagnostic("later_service", f"{later} of {c}", later / c, None, True, "", False, {}, {"compared": (later, c - later)}),
    )


def table(released: Released, number: int, ending: str) -> Exhibit:
    return next(one for one in released.of(number) if one.name.endswith(ending))


def puzzle(case: Case, released: Released, horizons: int) -> tuple[Puzzle, dict[str, int]]:
    """What was printed as equations, and the truth by the same names."""
    given, n, c = Puzzle(), sum(case.served), sum(case.compared)
    sets, small = n + case.dropped, min(case.small, n + case.dropped)
    truth = {"people 0": n, "places 0": n, "people 1": c, "places 1": c + case.again, "again": case.again, "dropped": case.dropped}
    truth |= {"small": small, "roomy": sets - small}
    last = len(case.lost) - 1
    for line, (_, lost, left) in enumerate(table(released, 0, ": flow").rows):
        given.print(f"lost {line}", lost)
        given.print(f"left {line}", left)
        truth |= {f"lost {line}": case.lost[line], f"left {line}": sets + sum(case.lost[line + 1 :])}
        if line:
            given.equations.append((f"left {line - 1}", (f"lost {line}", f"left {line}")))
    for name in ("again", "dropped", "small", "roomy"):
        given.unprinted(name)
    given.equations += [("places 0", ("people 0",)), (f"left {last}", ("places 0", "dropped")), (f"left {last}", ("small", "roomy"))]
    given.equations.append(("places 1", ("people 1", "again")))
    for number in range(horizons):
        _read_arms(given, table(released, number, ": arms"))
        for name, count in _told_of_shares(released, number):
            if name in ("dropped", "small", f"left {last}", "places 0") and given.values[name] is None:
                given.values[name] = count
        truth |= _read_horizon(given, case, released, number)
    if horizons == 2:
        for what, one in (("events", truth["events 1"] - truth["events 0"]), ("later", truth["later 1"] - truth["later 0"])):
            given.equations.append((f"{what} 1", (f"{what} 0", given.unprinted(f"{what} between"))))
            truth[f"{what} between"] = one
    return given, truth


def _read_arms(given: Puzzle, shown: Exhibit) -> None:
    for row in (0, 1):
        for name, cell in ((f"people {row}", shown.rows[row][1]), (f"places {row}", shown.rows[row][2])):
            if given.values.get(name) is None:  # what one question shows, another need not hide
                given.values.pop(name, None)
                given.print(name, cell)
    if len(shown.rows) > 2 and shown.rows[2][2] != MARK:
        given.values["dropped"] = int(shown.rows[2][2])  # type: ignore[call-overload]  # a count, by the line above


def _told_of_shares(released: Released, number: int) -> Iterator[tuple[str, int]]:
    """Counts that stand in released sentences, or in the paragraph on how far the finding can be believed."""
    outside, last = released.findings[number], len(table(released, 0, ": flow").rows) - 1
    said = {one.name: [int(count) for count in re.findall(r"\d+", one.sentence)] for one in outside.answer.diagnostics}
    whole = re.search(r"(?:All|(\d+) of the) (\d+) people served", outside.believed.get("en", ""))
    if whole:
        yield f"left {last}", int(whole[2])
        yield "dropped", int(whole[2]) - int(whole[1] or whole[2])
    if "served_matched" in said:
        yield "places 0", said["served_matched"][0]
        yield f"left {last}", said["served_matched"][1]
    if "small_pools" in said:
        yield "small", said["small_pools"][0]


def _read_horizon(given: Puzzle, case: Case, released: Released, number: int) -> dict[str, int]:
    """What one horizon tells: nobody was lost, so the share of the served is a number of them."""
    events, rest, later, others = (given.unprinted(f"{what} {number}") for what in ("events", "rest", "later", "others"))
    given.equations += [("people 0", (events, rest)), ("people 1", (later, others))]
    arms, outside = table(released, number, ": arms"), released.findings[number].answer
    people, share = given.values["people 0"], arms.rows[0][3]
    if share != MARK and people is not None:
        given.values[events] = round(float(share) * people)  # type: ignore[arg-type]  # a share, by the line above
    told = [one for one in outside.diagnostics if one.name == "later_service"]
    if told:
        given.values[later] = int(told[0].sentence.split()[0])
    true, n, c = _events(case, 0, number), sum(case.served), sum(case.compared)
    return {events: true, rest: n - true, later: _later(case, number), others: c - _later(case, number)}


@pytest.mark.parametrize("horizons", [1, 2])
@settings(max_examples=40, deadline=None)
@given(case=cases)
def test_an_attacker_never_learns_that_few_are_few(horizons: int, case: Case) -> None:
    released = release(findings(case, horizons))
    given_out, truth = puzzle(case, released, horizons)

    for name, count in truth.items():
        assert given_out.values[name] in (None, count), f"the attacker misreads {name}"
        if count in FEW:
            assert given_out.values[name] is None, f"{name} is shown"
            assert given_out.possible(name, range(11, BOX), truth), f"{name} is known to be few"


@settings(max_examples=40, deadline=None)
@given(case=cases)
def test_numbers_leave_only_with_every_count_behind_them(case: Case) -> None:
    released = release(findings(case, 1))

    outside, arms, effects = released.findings[0], table(released, 0, ": arms").rows, table(released, 0, ": effect").rows
    withheld = outside.answer.estimate is None
    assert withheld == ("cannot be shown" in str(outside)) == (effects == ((MARK,) * 6,)) == (MARK in [row[3] for row in arms[:2]])
    for row, (without, having) in enumerate((case.served, case.compared)):
        if arms[row][3] != MARK:
            assert not {without, having, without + having} & set(FEW)
            assert MARK not in arms[row]
    text = repr([(one.title, one.population, one.rows) for one in released.exhibits]) + repr(outside)
    for what in ("weighed=Weighed", "behind={'", "events="):
        assert what not in text.replace("events=None", "")


@settings(max_examples=40, deadline=None)
@given(case=cases)
def test_where_nobody_is_few_nothing_is_hidden(case: Case) -> None:
    def many(n: int) -> int:
        return n + 11 if n else 0

    (a, b), (c, d) = case.served, case.compared
    apart = {"again": many(case.again), "dropped": many(case.dropped), "small": 0, "later": (0, 0)}
    roomy = replace(case, lost=tuple(map(many, case.lost)), served=(many(a), many(b)), compared=(many(c), many(d)), **apart)  # type: ignore[arg-type]  # by name

    assert release(findings(roomy, 1)).log == ()


# ------------------------------------------------------------------------------------------------ with the method itself
@dataclass(frozen=True)
class Sets:
    """Risk sets as arrays: set by set a served person and the people drawn beside them."""

    cohort: Cohort
    values: np.ndarray


@st.composite
def risk_sets(draw: st.DrawFn, *, amounts: bool) -> Sets:
    """40 to 90 sets; a small pool, so that people fill several places; the outcome few have, or most, or one has most of."""
    sets, k = draw(st.integers(40, 90)), draw(st.integers(1, 3))
    pool = draw(st.sampled_from([14, 25, 60, 200]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    drawn = np.concatenate([rng.choice(pool, k, replace=False) for _ in range(sets)]) + sets
    served = np.tile(np.arange(k + 1) == 0, sets)
    person = np.empty(sets * (k + 1), dtype=int)
    person[served], person[~served] = np.arange(sets), drawn
    history = {"prior": rng.normal(size=len(person)) + 0.3 * served, "ever": (rng.random(len(person)) < 0.4).astype(float)}
    rare = draw(st.sampled_from([0.02, 0.1, 0.3, 0.95]))
    having = rng.random(sets + pool) < rare
    size = np.where(rng.random(sets + pool) < 0.05, draw(st.sampled_from([1, 40])), 1) * rng.integers(1, 20, sets + pool)
    whole = np.where(having, size, 0) if amounts else having
    ledger = (LedgerLine("eligible", 0, sets),)
    code = np.unique(person, return_inverse=True)[1]
    cohort = Cohort(
        "main", "person", "", np.arange(len(person)) + 1, code, served, history, ledger, "service", sets=np.repeat(np.arange(sets), k + 1), drawn=k,
        later_served="keep",
    )  # fmt: skip
    return Sets(cohort, whole[person].astype(float))


def answered(given: Sets, outcome: str) -> Answer:
    anybody = Matching(caliper=0)
    smallest = -0.05 if outcome.startswith("recidivism") else -5.0
    question = Question(outcome, Horizon(days=364), "matched", smallest, estimand="effect_on_the_served", compare=anybody)
    ruler = FrameRuler(OUTCOMES[outcome], question.horizon, given.values, np.full(len(given.values), 364))
    method = METHODS["matched"]
    try:
        comparison = method.compare(given.cohort, question)
        estimate = method.estimate(given.cohort, comparison, ruler, question)
    except Refused:
        assume(False)
    conditions = tuple(replace(one, holds=True) for one in (*comparison.diagnostics, *estimate.diagnostics))  # so that the door has to decide
    alone = replace(estimate, diagnostics=())
    return Answer(question, ruler.outcome, given.cohort.ledger, Provenance("s", "r", "v"), "built", alone, conditions, by="service")


def places(given: Sets, answer: Answer) -> np.ndarray:
    """(n,) the weight with which each row stands in the comparison."""
    return METHODS["matched"].compare(given.cohort, answer.question).weights


@settings(max_examples=40, deadline=None)
@given(risk_sets(amounts=False))
def test_no_share_leaves_that_rests_on_few_people_however_many_places_they_fill(sets: Sets) -> None:
    answer = answered(sets, "recidivism/arrest")
    weights = places(sets, answer)

    released = release([judge(answer, None, title={"en": "Aid"}, languages=("en",))])
    assume(released.findings[0].verdict != "not answered" or "cannot be shown" in str(released.findings[0]))
    arms = table(released, 0, ": arms").rows

    for row, there in enumerate((sets.cohort.served, ~sets.cohort.served)):
        for had in (0.0, 1.0):
            among = there & (weights > 0) & (sets.values == had)
            total = np.bincount(sets.cohort.person[among], weights=weights[among])
            if arms[row][3] != MARK and among.any():
                assert (total > 0).sum() not in FEW
                assert total.max() <= total.sum() / 3, "one person weighs as much as a third of them"


@settings(max_examples=40, deadline=None)
@given(risk_sets(amounts=True))
def test_no_average_leaves_from_which_one_person_can_be_guessed(sets: Sets) -> None:
    answer = answered(sets, "custody_days/recorded")
    weights = places(sets, answer)

    released = release([judge(answer, None, title={"en": "Aid"}, languages=("en",))])
    assume(released.findings[0].verdict != "not answered" or "cannot be shown" in str(released.findings[0]))

    rows, effect = table(released, 0, ": arms").rows, table(released, 0, ": effect").rows[0]
    for row, there in enumerate((sets.cohort.served, ~sets.cohort.served)):
        among = there & (weights > 0)
        amounts = np.bincount(sets.cohort.person[among], weights=(weights * sets.values)[among])
        second, largest = np.sort(np.append(amounts, 0.0))[-2:]
        if rows[row][3] != MARK and largest:
            total = float(str(rows[row][3])) * weights[among].sum()
            last_digit = 0.005 * total  # three significant digits are printed
            assert total - second >= largest * (1 + SMALLEST_ERROR) - last_digit - DUST
            assert (amounts > 0).sum() not in FEW
    assert (effect[1] == MARK) == (MARK in [row[3] for row in rows[:2]])
