"""The comparisons that two-way fixed effects are made of, held against R's bacondecomp."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from did_data import castle, divorce, mpdta
from pytest import approx

from evaluation.methods.did import decomposition, two_way
from evaluation.terms import NEVER

R = json.loads((Path(__file__).parent / "did_decomposition.json").read_text())
PANELS = {"mpdta": mpdta, "castle": castle, "divorce": divorce}
KINDS = {
    "Earlier vs Later Treated": "earlier with later",
    "Later vs Earlier Treated": "later with earlier",
    "Later vs Always Treated": "later with always",
    "Treated vs Untreated": "with never",
}
NEVER_IN_R = 99999
POINT = 1e-9  # relative


@pytest.mark.parametrize("name", PANELS)
def test_every_comparison_is_that_of_bacondecomp(name: str) -> None:
    table, told = PANELS[name](), R[name]["bacon"]
    found = decomposition.two_by_twos(table.value, table.adopted)

    def period(year: int) -> int:
        return NEVER if year == NEVER_IN_R else max(year - int(table.period[0]), 0)

    theirs = {
        (period(g), period(h)): (KINDS[kind], effect, weight)
        for g, h, kind, effect, weight in zip(*(told[key] for key in ("treated", "untreated", "type", "estimate", "weight")), strict=True)
    }
    ours = {(g, h): (k, e, w) for g, h, k, e, w in zip(found.treated, found.compared, found.kind, found.effect, found.weight, strict=True)}
    assert set(ours) == set(theirs)
    for pair, (kind, effect, weight) in theirs.items():
        assert ours[pair][0] == kind
        assert ours[pair][1:] == approx((effect, weight), rel=POINT, abs=1e-14)


@pytest.mark.parametrize("name", PANELS)
def test_their_sums_by_kind_are_those_of_bacondecomp_and_make_the_estimate(name: str) -> None:
    table, told = PANELS[name](), R[name]["bacon_sum"]
    found = decomposition.two_by_twos(table.value, table.adopted)
    by_kind = found.by_kind()

    assert {KINDS[kind] for kind in told["type"]} == set(by_kind)
    for kind, weight, product in zip(told["type"], told["w"], told["we"], strict=True):
        share, effect = by_kind[KINDS[kind]]  # type: ignore[index]  # one of the kinds
        assert (share, share * effect) == approx((weight, product), rel=POINT)
    assert found.estimate == approx(two_way.fit(table.value, table.adopted).effect, rel=POINT)
