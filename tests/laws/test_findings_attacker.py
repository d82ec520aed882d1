"""Laws of the door out, by an independent attacker: he reads the printed tables and tries whole numbers, and must never learn that few are few.

He knows how the tables add up, that no count is negative, and that only what is not zero is hidden.  He searches a box of
whole numbers: what he finds possible is possible, so that the law can only be too strict.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.findings import Released, judge, release
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Arm, Estimand, Estimate, Exhibit, Finding, Horizon, Interval, LedgerLine, Provenance, Question

FEW = range(1, 11)
BOX = 200  # the largest number the attacker tries: above the largest total of a case, so that a large part can be balanced
MARK = "hidden"


@dataclass
class Puzzle:
    """What was printed: unknowns that are None, numbers that are known, and equations total = sum of parts, by name."""

    values: dict[str, int | None] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    equations: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def print(self, name: str, cell: object) -> str:
        """Note a printed cell; the same name printed twice must read the same."""
        known = None if cell == MARK else cell
        assert known is None or isinstance(known, int)
        assert self.values.setdefault(name, known) == known
        self.floors[name] = 1
        return name

    def unprinted(self, name: str) -> str:
        self.values[name], self.floors[name] = None, 0
        return name

    def possible(self, name: str, tries: range, near: dict[str, int]) -> bool:
        return any(_solvable({**self.values, name: value}, self.floors, self.equations, near) for value in tries)


def _solvable(values: dict[str, int | None], floors: dict[str, int], equations: list[tuple[str, tuple[str, ...]]], near: dict[str, int]) -> bool:
    """Whether the unknowns can be filled in, by working out what is forced and guessing the rest, first `near` a likely value."""
    values = dict(values)
    moved = True
    while moved:
        moved = False
        for total, parts in equations:
            unknown = [name for name in (total, *parts) if values[name] is None]
            if len(unknown) > 1:
                continue
            rest = sum(values[part] or 0 for part in parts)
            forced = rest if unknown == [total] else (values[total] or 0) - rest
            if unknown:
                if forced < floors[unknown[0]]:
                    return False
                values[unknown[0]], moved = forced, True
            elif values[total] != rest:
                return False
    open_sums = [[name for name in (*parts, total) if values[name] is None] for total, parts in equations]
    guess = min((names for names in open_sums if names), key=len, default=[""])[0]
    if not guess:
        return True
    whole = [(values[total], parts) for total, parts in equations if guess in parts]
    most = min([BOX, *(total - sum(values[part] or 0 for part in parts) for total, parts in whole if total is not None)])
    tries = sorted(range(floors[guess], most + 1), key=lambda value: abs(value - near[guess]))
    return any(_solvable({**values, guess: value}, floors, equations, near) for value in tries)


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
        answer = Answer(question, OUTCOMES[question.outcome], ledger, Provenance("s", "r", "v"), "built", estimate, by="lot")
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


@settings(max_examples=60, deadline=None)
@given(case=cases)
def test_where_nobody_is_few_nothing_is_hidden(case: Case) -> None:
    def many(n: int) -> int:
        return n + 11 if n else 0

    (a, b), (c, d) = case.arms
    roomy = Case(tuple(map(many, case.lost)), ((many(a), many(b)), (many(c), many(d))), case.later, many(case.not_analysed))

    assert release(findings(roomy, 1)).log == ()
