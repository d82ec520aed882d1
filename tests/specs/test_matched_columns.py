"""The history as columns: codes spread out, values missing by the declared rule, standardised, and none made up of others."""

import numpy as np
import pytest

from evaluation.methods.columns import MOST_CODES, columns_of, complete, expanded, gram, independent, linear, standardised
from evaluation.methods.matched.distances import deviation, space
from evaluation.terms import Matching, Refused

SAME = 1e-12  # the same sums in another order
RACE = np.array([2.0, 1, 2, np.nan, 3, 2])
AGE = np.array([20.0, np.nan, 40, 60, np.nan, 40])


def test_each_code_of_a_category_is_a_column_of_its_own_and_no_record_is_one_more():
    columns = columns_of({"race": RACE, "age": AGE}, Matching(categories=("race",)), "here")

    assert list(columns.every) == ["race: 1", "race: 2", "race: 3", "race: nothing on record", "age", "age: nothing on record"]
    assert sum(columns.every[name] for name in columns.of["race"]).tolist() == [1] * 6
    assert columns.every["race: 2"].tolist() == [1, 0, 1, 0, 0, 1]
    assert columns.every["race: nothing on record"].tolist() == [0, 0, 0, 1, 0, 0]
    assert columns.usual == {"race: 2"}


def test_a_number_that_nobody_recorded_stands_at_the_mean_beside_a_column_that_says_where():
    columns = columns_of({"age": AGE}, Matching(), "here").every

    assert columns["age"].tolist() == [20, 40, 40, 60, 40, 40]
    assert columns["age: nothing on record"].tolist() == [0, 1, 0, 0, 1, 0]


def test_a_complete_column_is_not_copied():
    whole = np.arange(3.0)

    assert complete({"x": whole})["x"] is whole


@pytest.mark.parametrize(
    ("on", "names"), [(("age",), ["age", "age: nothing on record"]), ((), ["race", "race: nothing on record", "age", "age: nothing on record"])]
)
def test_people_are_to_be_alike_in_the_columns_that_are_named(on, names):
    assert list(expanded({"race": RACE, "age": AGE}, Matching(on=on))) == names


def test_codes_are_written_as_people_write_them():
    names = list(expanded({"tract": np.array([6_077_000_100.0, 0.5, -1])}, Matching(categories=("tract",))))

    assert names == ["tract: -1", "tract: 0.5", "tract: 6077000100"]


def test_where_missing_values_are_refused_each_column_is_named_with_how_many():
    with pytest.raises(Refused) as caught:
        columns_of({"race": RACE, "age": AGE, "whole": np.ones(6)}, Matching(missing="refuse"), "question 'x'")

    assert [problem.found for problem in caught.value.problems] == [
        "nothing is on record in 'race' for 1 of 6 rows (16.7 %).",
        "nothing is on record in 'age' for 2 of 6 rows (33.3 %).",
    ]
    assert {problem.where for problem in caught.value.problems} == {"question 'x': compare.missing"}


@pytest.mark.parametrize("codes", [MOST_CODES, MOST_CODES + 1])
def test_a_category_of_too_many_codes_is_refused(codes):
    plan = Matching(categories=("person",))
    if codes == MOST_CODES:
        assert len(expanded({"person": np.arange(float(codes))}, plan)) == codes
        return
    with pytest.raises(Refused, match=f"'person' holds {codes} different codes"):
        expanded({"person": np.arange(float(codes))}, plan)


def test_standardised_columns_have_mean_0_and_deviation_1_and_a_constant_one_is_0():
    x = np.random.default_rng(0).gamma(1.0, 1_000.0, 500)
    Z = standardised([x, np.full(500, 0.1), 1e6 + x / 1e3])

    assert Z.mean(axis=1) == pytest.approx(0, abs=1e-10) and Z.std(axis=1)[[0, 2]] == pytest.approx(1)
    assert not Z[1].any() and Z[2] == pytest.approx(Z[0], abs=1e-6)


def test_products_are_those_of_matrices_whatever_the_number_of_rows():
    for n in (1, 2, 3, 127, 128, 129, 1_000):
        Z = np.random.default_rng(n).normal(size=(5, n))
        assert gram(Z) == pytest.approx(Z @ Z.T, abs=SAME * n)


def test_columns_repeat_others_whatever_their_units_and_their_order():
    rng = np.random.default_rng(0)
    x, y, code = *rng.normal(size=(2, 90)), np.arange(90) % 3

    assert independent(standardised([x, 1e6 * x + 3, np.full(90, 0.1), y, x + 1e-3 * y])) == [0, 3]
    assert independent(standardised([*(code == each for each in range(3)), x - y, x, y])) == [0, 1, 3, 4]


def test_equal_rows_have_equal_predictions_and_places_to_the_last_bit():
    rng = np.random.default_rng(0)
    some = rng.normal(size=(7, 101))
    twice = np.concatenate([some, some[:, ::-1]], axis=1)
    served = rng.random(202) < 0.5
    eta = linear(twice, rng.normal(size=8))
    assert (eta[:101] == eta[101:][::-1]).all()
    for distance in ("mahalanobis", "robust_mahalanobis", "scaled_euclidean"):
        places = space(list(twice), served, distance)
        assert (places[:101] == places[101:][::-1]).all()


# ------------------------------------------------------------------------------------------------ distances
def gaps(columns, served, distance):
    places = space([np.asarray(column, dtype=float) for column in columns], served, distance)
    return np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(3, 60))
    return [x[0], np.exp(x[1]), (x[2] + x[0] > 0) * 1.0], rng.random(60) < 0.4


@pytest.mark.parametrize("distance", ["mahalanobis", "robust_mahalanobis", "scaled_euclidean"])
def test_units_do_not_matter_nor_does_a_column_that_never_varies(distance, drawn):
    columns, served = drawn
    first = gaps(columns, served, distance)

    assert gaps([1e3 * columns[0] - 7, columns[1], columns[2]], served, distance) == pytest.approx(first, rel=1e-9)
    assert gaps([*columns, np.ones(60)], served, distance) == pytest.approx(first, rel=1e-9)


def test_ranks_take_no_notice_of_how_far_an_outlier_lies(drawn):
    columns, served = drawn
    stretched = [columns[0], np.exp(columns[1]), columns[2]]

    assert gaps(stretched, served, "robust_mahalanobis") == pytest.approx(gaps(columns, served, "robust_mahalanobis"), rel=1e-9)
    assert gaps(stretched, served, "mahalanobis") != pytest.approx(gaps(columns, served, "mahalanobis"), rel=1e-2)


@pytest.mark.parametrize(("distance", "changes"), [("mahalanobis", False), ("scaled_euclidean", True)])
def test_a_column_that_is_there_twice_counts_once_where_correlations_are_taken_into_account(distance, changes, drawn):
    columns, served = drawn
    once, twice = gaps(columns, served, distance), gaps([*columns, 2 * columns[0]], served, distance)

    assert (np.abs(once - twice).max() > 0.1) == changes


def test_scaled_gaps_by_hand():
    served = np.array([True, True, False, False])
    # variance within the arms: (2 * 1 + 2 * 4) / 2 of the numbers, and 1/4 of the column of 0 and 1
    found = gaps([[1, 3, 2, 6], [0, 1, 0, 1]], served, "scaled_euclidean")

    assert found[0, 3] == pytest.approx((5**2 / 5 + 1 / 0.25) ** 0.5)


def test_what_a_caliper_is_measured_in_by_hand():
    values, served = np.array([1.0, 3, 2, 6]), np.array([True, True, False, False])

    assert deviation(values, served, "raw") == 1
    assert deviation(values, served, "sd") == pytest.approx((14 / 3) ** 0.5)
    assert deviation(values, served, "pooled_sd") == pytest.approx(((2 + 8) / 2) ** 0.5)


def test_ranks_by_hand():
    found = gaps([[10, 30, 20, 600]], np.array([True, True, False, False]), "robust_mahalanobis")

    assert found[0] == pytest.approx(np.array([0, 2, 1, 3]) / np.std([1, 2, 3, 4], ddof=1))
