"""One run's county among several that are read at once: a part of every verb is what a ruler over that part alone would show."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from small_clocks import MONTH, clocks

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.rehearsal.part import PartRuler, remembered
from evaluation.terms import Horizon, Outcome

STARTS = {"ann": "2020-03-01 -", "bob": "2020-03-02 2020-03-20", "cy": "2020-03-01 -", "dee": "2020-03-05 -"}
TABLES = {
    "person": "person_id death moved\nann - -\nbob - -\ncy 2020-03-15 -\ndee - 2020-03-25",
    "event": "person_id kind day\nann arrest 2020-03-05\nbob arrest 2020-03-06\nbob arrest 2020-03-08\ndee arrest 2020-03-08\ndee arrest 2020-03-09"
    "\nann adoption 2020-03-04\ndee adoption 2020-03-08\ncy adoption 2020-03-20",
    "spell": "person_id kind start stop\nann custody 2020-03-05 2020-03-09\nbob custody 2020-03-08 -\ndee custody 2020-03-02 2020-04-20",
}
MARK = replace(OUTCOMES["recidivism/arrest"], off_clock=("custody",))
AMOUNT = OUTCOMES["custody_days/recorded"]
ASKED = [
    ("marks", (MONTH,), MARK),
    ("every_mark", (MONTH,), MARK),
    ("marks", (MONTH, ("adoption",)), MARK),
    ("every_mark", (MONTH, ("adoption",)), MARK),
    ("at_risk", (MONTH,), MARK),
    ("by_period", ((-7, 0, 7, 14),), MARK),
    ("amount", (0, MONTH), AMOUNT),
    ("by_period", ((-7, 0, 7, 14),), AMOUNT),
    ("state", (MONTH,), replace(AMOUNT, kind="state")),
    ("rate", (MONTH,), replace(MARK, kind="rate")),
]


def over(names: tuple[str, ...], outcome: Outcome) -> EngineRuler:
    return clocks(outcome, "person_id day own\n" + "\n".join(f"{name} {STARTS[name]}" for name in names), **TABLES)


@pytest.mark.parametrize("names", [("ann", "cy"), ("bob", "dee"), ("dee",), ("ann", "bob", "cy", "dee")], ids=" ".join)
@pytest.mark.parametrize(("verb", "asked", "outcome"), ASKED, ids=[f"{verb} of {outcome.kind}" for verb, _, outcome in ASKED])
def test_a_part_shows_what_a_ruler_over_it_alone_would(names: tuple[str, ...], verb: str, asked: tuple[object, ...], outcome: Outcome) -> None:
    places = np.array([list(STARTS).index(name) for name in names])
    part = PartRuler(outcome, places, remembered(over(tuple(STARTS), outcome)))

    shown, alone = getattr(part, verb)(*asked), getattr(over(names, outcome), verb)(*asked)

    assert type(shown) is type(alone)
    for each in fields(alone):
        np.testing.assert_array_equal(getattr(shown, each.name), getattr(alone, each.name), err_msg=each.name)


def test_a_part_runs_as_long_and_is_watched_from_when_the_whole_says() -> None:
    whole = over(tuple(STARTS), MARK)
    part = PartRuler(MARK, np.array([1, 3]), remembered(whole))

    assert part.window(Horizon(months=1)).tolist() == whole.window(Horizon(months=1))[[1, 3]].tolist() == [31, 31]
    assert part.entries() is None and part.dated


def test_what_several_parts_ask_is_read_once() -> None:
    whole = over(tuple(STARTS), MARK)
    read = remembered(whole)
    whole.engine.log.clear()

    for place in range(4):
        PartRuler(MARK, np.array([place]), read).marks(MONTH)

    assert len([text for text in whole.engine.log if "same_day" in text]) == 1
