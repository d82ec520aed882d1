"""Which counts are hidden beside a small one, and the proof that it cannot be worked back: tables small enough to do by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evaluation.findings.suppression import System, exposed, hide


def square(counts: Mapping[str, int]) -> System:
    """A table of two rows and two columns with its totals, each cell shown once."""
    sums = tuple((total, parts) for total, parts in (
        ("row 1", ("a", "b")), ("row 2", ("c", "d")), ("column 1", ("a", "c")), ("column 2", ("b", "d")),
        ("all", ("row 1", "row 2")), ("all", ("column 1", "column 2")),
    ))  # fmt: skip
    return System(counts, sums, {name: frozenset({("table", 0, place)}) for place, name in enumerate(counts)}, 11)


SQUARE = {"a": 3, "b": 40, "c": 50, "d": 60, "row 1": 43, "row 2": 110, "column 1": 53, "column 2": 100, "all": 153}


def test_hiding_only_the_small_cell_of_a_table_hides_nothing() -> None:
    assert exposed(square(SQUARE), ["a"]) == ("a",)
    assert exposed(square(SQUARE), ["a", "b"]) == ("a",)  # b = column 2 - d
    assert exposed(square(SQUARE), ["a", "b", "c", "d"]) == ()


def test_the_choice_passes_the_proof_and_spares_what_it_can() -> None:
    hidden = hide(square(SQUARE))

    assert exposed(square(SQUARE), hidden) == ()
    for name, why in hidden.items():
        assert why == "small" or exposed(square(SQUARE), [other for other in hidden if other != name])


def test_a_small_count_that_is_known_not_to_be_none_is_exposed() -> None:
    # 5 + 20 = 25 and 20 + 6 = 26: whoever knows 25 and 26 knows that the third is one more than the first, so not none
    counts = {"first": 5, "shared": 20, "third": 6, "left": 25, "right": 26}
    cells = {name: frozenset({("table", 0, place)}) for place, name in enumerate(counts)}
    system = System(counts, (("left", ("first", "shared")), ("right", ("shared", "third"))), cells, 11)

    assert exposed(system, ["first", "shared", "third"]) == ("third",)


def cube(seed: int, shape: tuple[int, ...]) -> System:
    """A table of several dimensions with every total, full of small counts."""
    counts = np.random.default_rng(seed).negative_binomial(1, 1 / 46, size=shape) + 1
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    sums = []
    for axis, many in enumerate(counts.shape):
        for rest in np.ndindex(*counts.shape[:axis], *counts.shape[axis + 1 :]):
            parts = [str((*rest[:axis], place, *rest[axis:])) for place in range(many)]
            sums.append((parts[-1], tuple(parts[:-1])))
    named = {str(tuple(place)): int(counts[place]) for place in np.ndindex(*counts.shape)}
    return System(named, tuple(sums), {name: frozenset({("table", 0, place)}) for place, name in enumerate(named)}, 11)


def test_a_table_of_a_hundred_cells_is_hidden_and_proved_and_most_of_it_stays() -> None:
    system = cube(1, (6, 4, 2))
    hidden = hide(system)

    assert exposed(system, hidden) == ()
    assert len(system.counts) == 105 and len(hidden) < 40
    assert exposed(system, [name for name, why in hidden.items() if why == "small"]) != ()
