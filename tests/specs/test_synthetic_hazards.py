"""Waiting times from hazards that are constant by pieces, checked by hand."""

import numpy as np
import pytest

from synthetic.hazards import ALWAYS, Clock, Steps, day_of_next
from synthetic.streams import category, exponential

EXACT = 1e-12  # only rounding of sums of a few terms


def waiting(unit: float, *, now: float = 0.0, rate: float = 0.1, clocks: tuple[tuple[int, Steps], ...] = ()) -> float:
    set_on = tuple(Clock(np.array([day]), steps) for day, steps in clocks)
    return float(day_of_next(np.array([unit]), now=np.array([now]), rate=np.array([rate]), clocks=set_on)[0])


def test_a_constant_hazard_is_reached_after_its_inverse() -> None:
    assert waiting(1.0, now=5.0) == pytest.approx(15.0, abs=EXACT)


def test_each_piece_gathers_at_its_own_rate() -> None:
    # 0.2 a day for ten days gathers 2; the third unit takes ten days at 0.1
    assert waiting(3.0, clocks=((0, Steps((0, 10), (2.0, 1.0))),)) == pytest.approx(20.0, abs=EXACT)


def test_a_clock_set_in_the_future_does_not_count_until_it_is_set() -> None:
    # 0.1 a day up to day 4 gathers 0.4; the other 0.6 takes twelve days at half the rate
    assert waiting(1.0, clocks=((4, Steps((0,), (0.5,))),)) == pytest.approx(16.0, abs=EXACT)


def test_two_clocks_multiply() -> None:
    # 0.1 up to day 2, 0.2 up to day 6, 0.1 after it: 0.2 + 0.8, reached as day 6 begins
    clocks = ((2, Steps((0,), (2.0,))), (0, Steps((6,), (0.5,))))

    assert waiting(1.0, clocks=clocks) == pytest.approx(6.0, abs=EXACT)
    assert waiting(1.5, clocks=clocks) == pytest.approx(11.0, abs=EXACT)


def test_pieces_before_now_gather_nothing() -> None:
    assert waiting(1.0, now=50.0, clocks=((0, Steps((0, 10), (9.0, 1.0))),)) == pytest.approx(60.0, abs=EXACT)


def test_a_factor_is_one_before_its_clock_is_set() -> None:
    steps = Steps((0, 30), (0.5, 0.8))

    assert steps.at(np.array([-1, 0, 29, 30, 400])).tolist() == [1.0, 0.5, 0.5, 0.8, 0.8]
    assert ALWAYS.at(np.array([-1, 0, 5])).tolist() == [1.0, 1.0, 1.0]


def test_the_gathered_hazard_of_the_waiting_time_is_the_unit_asked_for() -> None:
    """Against a slow sum in steps of a thousandth of a day."""
    steps = Steps((0, 3, 7), (1.5, 0.2, 1.0))
    reached = waiting(1.2, rate=0.2, clocks=((1, steps),))
    middle = np.arange(0, reached, 0.001) + 0.0005

    gathered = float(np.sum(0.2 * steps.at(middle - 1)) * 0.001)

    assert gathered == pytest.approx(1.2, abs=0.0005)


def test_quantiles_that_are_known_by_heart() -> None:
    assert exponential(np.array([1 - np.exp(-1)]))[0] == pytest.approx(1.0, abs=EXACT)
    assert category(np.array([0.0001, 0.29, 0.31, 0.9999]), (0.3, 0.5, 0.2)).tolist() == [0, 0, 1, 2]
