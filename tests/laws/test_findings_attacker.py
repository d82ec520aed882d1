"""Laws of the door out, by an independent attacker: he reads the printed tables and tries whole numbers, and must never learn that few are few.

He knows how the tables add up, that no count is negative, and that only what is not zero is hidden.  He searches a box of
whole numbers: what he finds possible is possible, so that the law can only be too strict.  He knows the formulas of every other
number too, and works them backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from attacker import BOX, FEW, MARK, Puzzle
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from evaluation.diagnostics import lot_looks_like_a_lot
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
    Provenance,
    Question,
)

DOUBTFUL = 0.02  # a p value below comes of redrawn lots, and no formula leads back
HALF_OF_THE_LAST = 0.005 + 1e-9  # two decimals are printed
SMALLEST_ERROR = 0.1  # a guess at one person's amount that comes nearer gives it away
DUST = 1e-6


@dataclass(frozen=True)
class Case:
    lost: tuple[int, ...]
    arms: tuple[tuple[int, int], tuple[int, int]]  # without and with the event, served and compared
    later: tuple[int, int]  # how many more have the event by the second horizon
    not_analysed: int


few_or_some = st.one_of(st.integers(0, 12), st.integers(0, 20))
cases = st.builds(
    Case,
    st.lists(few_or_some, min_size=1, max_size=3).map(tuple),
    st.tuples(*[st.tuples(few_or_some.map(lambda n: n + 1), few_or_some)] * 2),
    st.tuples(few_or_some, few_or_some),
    st.sampled_from([0, 0, 0, 3, 14]),
)


def findings(case: Case, horizons: int) -> list[Finding]:
    made = []
    for number in range(horizons):
        events = [with_it + number * min(more, without) for (without, with_it), more in zip(case.arms, case.later, strict=True)]
        people = [sum(arm) for arm in case.arms]
        left = [sum(people) + case.not_analysed + sum(case.lost[line + 1 :]) for line in range(len(case.lost))]
        ledger = tuple(LedgerLine(f"rule {line}", lost, left[line]) for line, lost in enumerate(case.lost))
        served, compared = (Arm(n, e, e / n) for n, e in zip(people, events, strict=True))
        estimand, effect = Estimand("average_effect", "a difference", "everybody", "offered, against not"), served.mean - compared.mean
        estimate = Estimate(estimand, effect, 0.1, Interval(effect - 0.1, effect + 0.1, "HC2"), 0.5, served, compared)
        question = Question("recidivism/arrest", Horizon(days=(182, 364)[number]), "randomized", -0.05)
        conditions = (
            Diagnostic("detectable_effect", "0.28 would be seen", 0.28, 0.05, False, "", required=False),
            Diagnostic("lot_looks_like_a_lot", "alike", 0.43, 0.001, True, "", detail={"prior": 0.1}, behind={"prior": (500, 500, 500, 500)}),
        )
        answer = Answer(question, OUTCOMES[question.outcome], ledger, Provenance("s", "r", "v"), "built", estimate, conditions, by="lot")
        made.append(judge(answer, None, title={"en": "Aid"}, languages=("en",)))
    return made


def puzzle(case: Case, released: Released, horizons: int) -> tuple[Puzzle, dict[str, int]]:
    """The printed tables as equations, and the truth by the same names."""
    given, truth = Puzzle(), {}
    flow = next(one for one in released.exhibits if one.name.endswith(": flow"))
    for line, (_, lost, left) in enumerate(flow.rows):
        given.print(f"lost {line}", lost)
        given.print(f"left {line}", left)
        truth |= {f"lost {line}": case.lost[line], f"left {line}": sum(map(sum, case.arms)) + case.not_analysed + sum(case.lost[line + 1 :])}
        if line:
            given.equations.append((f"left {line - 1}", (f"lost {line}", f"left {line}")))
    for number in range(horizons):
        arms = next(one for one in released.of(number) if one.name.endswith(": arms"))
        for row, (without, with_it) in enumerate(case.arms):
            _read_arm(given, truth, arms, number, row)
            more = number * min(case.later[row], without)
            truth |= {f"people {row}": without + with_it, f"events {row} {number}": with_it + more, f"others {row} {number}": without - more}
            if number:
                given.equations.append((f"events {row} 1", (f"events {row} 0", given.unprinted(f"between {row}"))))
                truth[f"between {row}"] = more
    if case.not_analysed:
        given.print("not analysed", arms.rows[2][1])
    apart = ("not analysed",) if case.not_analysed else ()
    truth |= {"not analysed": case.not_analysed}
    given.equations.append((f"left {len(case.lost) - 1}", ("people 0", "people 1", *apart)))
    return given, truth


def _read_arm(given: Puzzle, truth: dict[str, int], arms: Exhibit, number: int, row: int) -> None:
    _, people, events, others, share = arms.rows[row]
    given.print(f"people {row}", people)
    given.print(f"events {row} {number}", events)
    given.print(f"others {row} {number}", others)
    given.equations.append((f"people {row}", (f"events {row} {number}", f"others {row} {number}")))
    assert share == MARK or MARK not in (people, events, others)


@pytest.mark.parametrize("horizons", [1, 2])
@settings(max_examples=60, deadline=None)
@given(case=cases)
def test_an_attacker_never_learns_that_few_are_few(horizons: int, case: Case) -> None:
    if horizons == 2 and case.not_analysed:  # then each question has arms of its own, and shares names with nobody
        case = Case(case.lost, case.arms, case.later, 0)
    given_out, truth = puzzle(case, release(findings(case, horizons)), horizons)

    for name, count in truth.items():
        if count in FEW and name in given_out.values:
            assert given_out.values[name] is None, f"{name} is shown"
            assert given_out.possible(name, range(11, BOX), truth), f"{name} is known to be few"


@settings(max_examples=60, deadline=None)
@given(case=cases)
def test_numbers_leave_only_with_every_count_behind_them(case: Case) -> None:
    released = release(findings(case, 2))

    for number, outside in enumerate(released.findings):
        rows = next(one for one in released.of(number) if one.name.endswith(": arms")).rows
        effects = next(one for one in released.of(number) if one.name.endswith(": effect")).rows
        hidden = any(cell == MARK for row in rows[:2] for cell in row[1:4])  # the third, of those not followed, is behind no effect
        assert hidden == (outside.answer.estimate is None) == ("cannot be shown" in str(outside)) == (effects[0][1] == MARK)
        assert outside.answer.ledger == ()
        power, alike = (row[1] for row in next(one for one in released.of(number) if one.name.endswith(": diagnostics")).rows)
        people_hidden = any(row[1] == MARK for row in rows[:2])
        assert (power == MARK) == hidden and (alike == MARK) == people_hidden
        assert (next(one for one in released.of(number) if one.name.endswith(": balance")).rows[0][2] == MARK) == people_hidden
        assert bool(outside.answer.diagnostics) != hidden


@settings(max_examples=60, deadline=None)
@given(case=cases)
def test_where_nobody_is_few_nothing_is_hidden(case: Case) -> None:
    def many(n: int) -> int:
        return n + 11 if n else 0

    (a, b), (c, d) = case.arms
    roomy = Case(tuple(map(many, case.lost)), ((many(a), many(b)), (many(c), many(d))), case.later, many(case.not_analysed))

    assert release(findings(roomy, 1)).log == ()


def released_of(answer: Answer) -> dict[str, Exhibit]:
    released = release([judge(answer, None, title={"en": "Aid"}, languages=("en",))])
    return {one.name.rpartition(": ")[2]: one for one in released.exhibits}


@settings(max_examples=60, deadline=None)
@given(st.tuples(st.integers(12, 140), st.integers(12, 140)), st.tuples(st.integers(0, 30), st.integers(0, 30)), st.booleans(), st.booleans())
def test_what_came_before_the_start_never_tells_that_few_have_it(
    people: tuple[int, int], having: tuple[int, int], most: bool, answered: bool
) -> None:
    yes = [min(n, some) for n, some in zip(people, having, strict=True)]
    yes = [n - some for n, some in zip(people, yes, strict=True)] if most else yes
    served = np.arange(sum(people)) < people[0]
    column = np.concatenate([np.arange(n) < some for n, some in zip(people, yes, strict=True)]).astype(float)
    alike = lot_looks_like_a_lot({"prior": column}, served, np.zeros(len(served), dtype=int), None)
    arms = [Arm(n, n // 2, 0.5) for n in people]
    estimate = Estimate(Estimand("average_effect", "", "", ""), 0.1, 0.1, Interval(-0.1, 0.3, "HC2"), 0.5, *arms) if answered else None
    question = Question("recidivism/arrest", Horizon(days=364), "randomized", -0.05)
    ledger = (LedgerLine("all", 0, sum(people)),)
    answer = Answer(question, OUTCOMES[question.outcome], ledger, Provenance("s", "r", "v"), "built", estimate, (alike,), by="lot")

    tables = released_of(answer)

    possible = _fitting(people, tables["balance"].rows[0][2], tables["diagnostics"].rows[0][1])
    for cell, true in zip(range(4), (yes[0], people[0] - yes[0], yes[1], people[1] - yes[1]), strict=True):
        if true in FEW and people[cell // 2] not in FEW:
            assert (possible[cell] > 10).any(), "known to be few"


def _fitting(people: tuple[int, int], printed: object, p: object) -> np.ndarray:
    """All two-by-two tables, by column, of which the printed difference and p value could have been worked out."""
    n1, n0 = people
    a, b = (cell.ravel() for cell in np.meshgrid(np.arange(n1 + 1), np.arange(n0 + 1), indexing="ij"))
    share, n = (a + b) / (n1 + n0), n1 + n0
    spread = share * (1 - share) * n / (n - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        d = np.where(spread > 0, (a / n1 - b / n0) / spread**0.5, 0.0)
    fits = np.ones(len(a), dtype=bool)
    if printed != MARK:
        fits &= np.abs(d - printed) <= HALF_OF_THE_LAST
    if p != MARK and isinstance(p, float) and p > DOUBTFUL:
        fits &= np.abs(chi2.sf(d**2 * n1 * n0 / n, 1) - p) <= HALF_OF_THE_LAST
    return np.stack([a, n1 - a, b, n0 - b])[:, fits]


amounts = st.tuples(st.integers(0, 25), st.integers(1, 364), st.integers(0, 364)).map(lambda made: [made[1]] * made[0] + [made[2]] * (made[2] > 0))


@settings(max_examples=60, deadline=None)
@given(st.tuples(amounts, amounts), st.integers(27, 60))
def test_averages_tell_neither_that_few_have_any_nor_how_much_one_person_has(having: tuple[list[int], list[int]], n: int) -> None:
    y = [np.array(some + [0] * (n - len(some)), dtype=float) for some in having]
    cohort = Cohort("main", "person", "", np.arange(2 * n) + 1, np.arange(2 * n), np.arange(2 * n) < n, {}, (LedgerLine("all", 0, 2 * n),), "lot")
    question = Question("custody_days/recorded", Horizon(days=364), "randomized", -5.0)
    ruler = FrameRuler(OUTCOMES[question.outcome], question.horizon, np.concatenate(y), np.full(2 * n, 364))
    method = METHODS["randomized"]
    if not any(np.ptp(arm) for arm in y):
        return  # an interval would have no width: refused
    estimate = method.estimate(cohort, method.compare(cohort, question), ruler, question)
    answer = Answer(question, ruler.outcome, cohort.ledger, Provenance("s", "r", "v"), "built", estimate, estimate.diagnostics, by="lot")

    tables = released_of(answer)

    mean, error = [row[2] for row in tables["arms"].rows[:2]], tables["effect"].rows[0][4]
    for number, (arm, shown) in enumerate(zip(y, mean, strict=True)):
        second, largest = np.sort(arm)[-2:]
        if shown != MARK:
            assert (arm > 0).sum() not in FEW and (arm == 0).sum() not in FEW
            assert not largest or shown * n - second >= largest * (1 + SMALLEST_ERROR) - DUST
        if error != MARK and largest:
            assert MARK not in mean, f"the mean of arm {number} is the other's and the effect"
            squares = n * (n - 1) * error**2 + n * (mean[0] ** 2 + mean[1] ** 2)
            assert max(squares - second**2, 0.0) ** 0.5 >= largest * (1 + SMALLEST_ERROR) - DUST
