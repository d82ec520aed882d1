"""The door out for panels: an attacker reads who is behind each period of a path, the arms and the ledger, and never learns that few are few."""

from __future__ import annotations

from itertools import pairwise

from attacker import BOX, FEW, MARK, Puzzle
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.findings import Released, judge, release
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Diagnostic,
    Estimand,
    Estimate,
    Finding,
    Horizon,
    Interval,
    LedgerLine,
    Other,
    PathPoint,
    Provenance,
    Question,
    Unit,
)

QUESTION = Question(
    "emergency_visits/recorded", Horizon(days=364), "did", -0.05, measure="number", estimator="group_time", estimand="effect_on_the_served"
)
few_or_some = st.one_of(st.integers(0, 12), st.integers(0, 30))


def finding(units: tuple[int, ...], lost: int, compared: int, *, unit: Unit = "person", areas: bool = False) -> Finding:
    """A panel whose adopters are watched for fewer and fewer periods: `units` of them behind each."""
    served = max(units, default=0)
    arms = [Arm(n, None, 0.3, some=max(0, n - 12), closest=0.5) for n in (served, compared)]
    lines: tuple[LedgerLine, ...] = (LedgerLine("people on record", 0, served + compared + lost), LedgerLine("alive", lost, served + compared))
    if areas:
        arms = [Arm(n, None, 0.3, areas=number) for n, number in ((served, 3), (compared, 4))]
        frame = "areas of the frame 'people', which has no nort"
        lines = (*lines, LedgerLine("areas of the frame or with a day of adoption", 0, 8), LedgerLine(frame, 1, 7))
    path = tuple(PathPoint(at, -0.1, -0.2, 0.0, -0.3, 0.1, n) for at, n in enumerate(units))
    estimate = Estimate(
        Estimand("effect_on_the_served", "difference in change", "the people that adopted", "under it, against not"),
        -0.1,
        0.03,
        Interval(-0.16, -0.04, "jackknife"),
        0.01,
        *arms,
        path=path,
        others=(Other("imputation", -0.12, Interval(-0.2, -0.04, "jackknife")),),
        periods="quarter",
    )
    cells = Diagnostic(
        "cells_of_adoption", "4 people adopt.", 4.0, None, True, "", required=False, behind={"first": (units[0] - units[-1],)} if not areas else {}
    )
    answer = Answer(
        QUESTION, OUTCOMES[QUESTION.outcome], lines, Provenance("s", "r", "v"), "built", estimate, (cells,), by="adoption", unit=unit
    )  # fmt: skip
    return judge(answer, None, title={"en": "Services"}, languages=("en",))


def table(released: Released, kind: str) -> tuple[tuple[object, ...], ...]:
    return next(one.rows for one in released.exhibits if one.name.endswith(f": {kind}"))


@settings(max_examples=40, deadline=None)
@given(units=st.lists(few_or_some.map(lambda n: n + 1), min_size=2, max_size=3), lost=few_or_some, compared=few_or_some.map(lambda n: n + 1))
def test_an_attacker_never_learns_that_few_stand_behind_a_period_or_between_two(units: list[int], lost: int, compared: int) -> None:
    units = sorted(units, reverse=True)
    released = release([finding(tuple(units), lost, compared)])
    given_out, truth = Puzzle(), {"served": units[0], "compared": compared}
    for name, row in zip(("served", "compared"), table(released, "arms"), strict=False):
        given_out.print(name, row[1])
    path = table(released, "path of the effect")
    shown = dict(zip(range(len(units)), (row[-1] for row in path), strict=False)) if len(path) == len(units) else {}
    for at, cell in shown.items():
        given_out.print(f"units {at}", cell)
        truth[f"units {at}"] = units[at]
        given_out.equations.append(("served", (f"units {at}", given_out.unprinted(f"not at {at}"))))
        truth[f"not at {at}"] = units[0] - units[at]
    for one, other in pairwise(shown):
        given_out.equations.append((f"units {one}", (f"units {other}", given_out.unprinted(f"between {one}"))))
        truth[f"between {one}"] = units[one] - units[other]

    for name, count in truth.items():
        if count in FEW and name in given_out.values:
            assert given_out.values[name] is None, f"{name} is shown"
            assert given_out.possible(name, range(11, BOX), truth), f"{name} is known to be few"


@settings(max_examples=40, deadline=None)
@given(units=st.lists(few_or_some.map(lambda n: n + 1), min_size=2, max_size=3), lost=few_or_some, compared=few_or_some.map(lambda n: n + 1))
def test_the_path_and_the_other_estimators_leave_with_the_effect_or_not_at_all(units: list[int], lost: int, compared: int) -> None:
    released = release([finding(tuple(sorted(units, reverse=True)), lost, compared)])
    (outside,) = released.findings
    effects = [row[1] for kind in ("path of the effect", "other estimators") for row in table(released, kind)]

    if outside.answer.estimate is None:
        assert {MARK} >= set(effects)
        assert "cannot be shown" in outside.sentences["en"]
    else:
        assert -0.12 in effects and "adopt" not in str(outside.answer.diagnostics)


@settings(max_examples=40, deadline=None)
@given(served=few_or_some, compared=few_or_some, lost=few_or_some)
def test_of_areas_places_are_counted_freely_and_the_people_behind_them_are_not(served: int, compared: int, lost: int) -> None:
    released = release([finding((served + 1,), lost, compared + 1, unit="area", areas=True)])
    flow, arms = table(released, "flow"), table(released, "arms")

    assert flow[-1] == ("areas of the frame 'people', which has no nort", 1, 7) and [row[1] for row in arms[:2]] == [3, 4]
    shown = [cell for row in flow[:-2] for cell in row[1:]] + [row[2] for row in arms[:2]]
    assert not [cell for cell in shown if cell in FEW]
    if lost in FEW:
        assert flow[0][2] == MARK or flow[1][2] == MARK
    few = served + 1 in FEW or compared + 1 in FEW
    assert not few or released.findings[0].answer.estimate is None
