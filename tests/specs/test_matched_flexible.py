"""The flexible score: learnt from other people's rows, the same for the same seed, away from none and certain, and sorted by chance."""

import numpy as np
import pytest

from evaluation.methods.matched import flexible
from evaluation.methods.matched.flexible import FOLDS, NEAREST, _parts, estimated
from evaluation.terms import Refused


def bent(n: int = 3_000, seed: int = 0):
    """People served by the square of x: no straight line tells who."""
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n))
    logit = x * x - 1.5
    return {"x": x, "noise": noise}, rng.random(n) < 1 / (1 + np.exp(-logit)), logit


def test_trees_see_what_no_line_does():
    columns, served, logit = bent()
    score = estimated(columns, served, np.arange(3_000), "here")

    assert np.corrcoef(score.linear, logit)[0, 1] > 0.85
    assert (score.by, score.rests_on, score.coefficients) == ("flexible", ("x", "noise"), {})


def test_nobodys_score_rests_on_that_persons_own_arm(monkeypatch):
    columns, served, _ = bent(1_000)
    rising = np.argsort(columns["x"])  # rows are taken in this order, whatever order they come in
    columns, served = {name: column[rising] for name, column in columns.items()}, served[rising]
    part = _parts(np.arange(1_000), served, np.column_stack(list(columns.values())), "here")
    monkeypatch.setattr(flexible, "_parts", lambda *given: part)
    other = served.copy()
    other[7] = ~served[7]
    one, another = (estimated(columns, arm, np.arange(1_000), "here").linear for arm in (served, other))

    assert (one[part == part[7]] == another[part == part[7]]).all()
    assert (one[part != part[7]] != another[part != part[7]]).any()


def test_the_rows_of_one_person_are_in_one_part_and_each_part_has_its_share_of_those_served():
    rng = np.random.default_rng(0)
    person = rng.integers(0, 400, 2_000)
    served = rng.random(2_000) < 0.02
    part = _parts(person, served, rng.normal(size=(2_000, 2)), "here")

    assert all(len(np.unique(part[person == each])) == 1 for each in np.unique(person))
    ever = [len(np.unique(person[served & (part == fold)])) for fold in range(FOLDS)]
    assert max(ever) - min(ever) <= 1 and sum(ever) == len(np.unique(person[served]))


def test_a_column_that_tells_the_arms_apart_is_held_away_from_certainty_and_told():
    columns, served, _ = bent(1_000)
    score = estimated(columns | {"enrolled": served * 1.0}, served, np.arange(1_000), "here")

    assert np.abs(score.linear).max() <= np.log((1 - NEAREST) / NEAREST) + 1e-12
    assert score.clipped > 900


def test_only_those_asked_about_have_a_score():
    columns, served, _ = bent(1_000)
    among = np.arange(1_000) % 3 > 0
    score = estimated(columns, served, np.arange(1_000), "here", among=among)

    assert (np.isnan(score.linear) == ~among).all()


def test_an_arm_with_too_few_people_for_the_parts_is_refused_with_counts():
    columns, _, _ = bent(200)
    with pytest.raises(Refused, match="learnt from 5 parts of the people, and only 4 of 200 are served"):
        estimated(columns, np.arange(200) < 4, np.arange(200), "here")


@pytest.mark.parametrize("rows_each", [1, 3])
def test_another_order_of_rows_or_other_names_give_the_same_scores(rows_each):
    columns, served, _ = bent(900)
    person, turned = np.arange(900) // rows_each, np.random.default_rng(5).permutation(900)
    one = estimated(columns, served, person, "here").linear
    other = estimated({name: column[turned] for name, column in columns.items()}, served[turned], 1_000 - person[turned], "here").linear

    assert (one[turned] == other).all()
