"""Linkage of the outcome's own source by arm, series of which there are too many to be told, rivals that repeat, and challenges that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import offered_county
import pandas as pd
import pytest
from offered_county import asked, records

from evaluation.challenges import linkage_by_arm, rival_method, running, series_breaks
from evaluation.challenges.asked import Asked
from evaluation.challenges.otherwise import Another
from evaluation.challenges.outside import became
from evaluation.challenges.table import CHALLENGES
from evaluation.diagnostics.alarms_of_sources import Step
from evaluation.records import connect
from evaluation.terms import Tried

PEOPLE = 1_500
RANDOM = np.random.default_rng(2).random(PEOPLE)


def linked_to_police(of_offered: float, of_others: float, *, by_line: bool = False) -> Asked:
    """Arrests are of the police, who know such shares of each arm; `by_line` nobody but those of whom they have an arrest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offered_county, "connect", dict)
        tables: dict[str, pd.DataFrame] = records(lambda prior, stays, offered: np.full(len(prior), 0.2), n=PEOPLE)  # type: ignore[assignment]  # not connected
    person, event, coverage = (tables[name] for name in ("person", "event", "coverage"))
    arrest = event["kind"] == "arrest"
    offered = person["person_id"].isin(event.loc[event["kind"] == "offer:aid", "person_id"])
    arrested = person["person_id"].isin(event.loc[arrest, "person_id"])
    known = person["person_id"][arrested if by_line else np.where(offered, of_offered, of_others) > RANDOM]
    links = pd.DataFrame({"source": "police", "source_id": [f"s{number}" for number in range(len(known))], "person_id": known})
    event["source"] = event["source"].mask(arrest, "police")
    covered = pd.concat([coverage, coverage.assign(source="police")], ignore_index=True)
    return asked(connect({"person": person, "event": event, "coverage": covered, "crosswalk": links}))


# ------------------------------------------------------------------------------------------------ linkage
def test_the_outcomes_own_source_is_looked_at_however_few_are_linked_to_it() -> None:
    unlike, alike = (linkage_by_arm.run(linked_to_police(0.75, of_others)) for of_others in (0.9, 0.75))

    assert not unlike.diagnostics[0].holds and "Fewer of the served" in unlike.sentence and "'police'" in unlike.sentence
    assert alike.diagnostics[0].holds and [one.label for one in alike.tried] == ["linked to 'police'"]


def test_a_source_that_links_nobody_but_those_it_has_lines_of_is_no_register() -> None:
    """There those offered are linked more often because they were arrested more often before."""
    found = linkage_by_arm.run(linked_to_police(0, 0, by_line=True))

    assert became(found) == "not made" and "without a line" in found.sentence


# ------------------------------------------------------------------------------------------------ series
@pytest.mark.parametrize(("many", "became_of_it"), [(49, "held"), (50, "not made"), (80, "not made")])
def test_of_more_series_than_luck_is_drawn_for_nothing_is_told(many: int, became_of_it: str) -> None:
    steps = [Step("police", f"kind {one}", "2020-10", 1.0, 0.5) for one in range(many)]

    found = series_breaks.judged(steps, [Tried("a series", 1.0, 0.9, 1.1)])

    assert became(found) == became_of_it
    assert became_of_it == "held" or (not found.diagnostics and f"of {many} series none could be told from luck" in found.sentence)


# ------------------------------------------------------------------------------------------------ rivals
@pytest.mark.parametrize(("apart", "repeats"), [(0.0, True), (0.0001, True), (0.002, False)])
def test_a_rival_with_the_same_printed_digits_is_no_witness(apart: float, repeats: bool) -> None:
    asks = asked(records(lambda prior, stays, offered: np.full(len(prior), 0.2), n=200))
    own = replace(asks.answer.estimate, effect=-0.0990)  # type: ignore[type-var]  # it has one
    asks = replace(asks, answer=replace(asks.answer, estimate=own))
    other = Another("another", replace(asks.answer, estimate=replace(own, effect=own.effect + apart)), None)

    assert rival_method._repeats(asks, other) == repeats


# ------------------------------------------------------------------------------------------------ what does not fit
def test_a_challenge_that_does_not_fit_is_left_out_unless_it_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asks = asked(records(lambda prior, stays, offered: np.full(len(prior), 0.2), n=200))
    kinds = {
        name: replace(CHALLENGES[name], fits=lambda question, plan: "it is asked of others.") for name in ("placebo_start", "regression_to_the_mean")
    }
    monkeypatch.setattr(running, "CHALLENGES", kinds | {"placebo_place": CHALLENGES["placebo_place"]})

    assert running.put(asks, deciding=True) == ()
    assert [one.name for one in running.put(asks, names=("placebo_start",), deciding=True)] == ["placebo_start"]
    assert asks.prepared is not None
    other = replace(asks.answer, question=replace(asks.question, role="secondary"))
    assert running.challenge_all(asks.prepared, [other]) == {asks.question.name: ()}
    named = running.challenge_all(asks.prepared, [other], names=("placebo_start", "placebo_place"))
    assert [one.name for one in named[asks.question.name]] == ["placebo_start"]
    assert running.challenge_all(asks.prepared, [other], names=("placebo_place",)) == {}
