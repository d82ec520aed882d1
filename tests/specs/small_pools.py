"""Small pools in which rules bite: few different values, so that gaps tie and calipers are met exactly, and people with rows in both arms."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from evaluation.methods.matched.pool import Limit, Pool


def pool_of(served, values, *, groups=None, person=None, calipers=(), unlike=(), columns=None, focal=None, in_sets=False, flat=True) -> Pool:
    """A pool whose gaps are those of `values`: numbers, or the same numbers as places in a space of one dimension."""
    served = np.asarray(served, dtype=bool)
    rows, values = np.arange(len(served)), np.asarray(values, dtype=float)
    return Pool(
        where="here",
        rows=rows,
        served=served,
        focal=served if focal is None else focal,
        person=rows if person is None else np.asarray(person),
        groups=np.zeros(len(rows), dtype=np.int64) if groups is None else np.unique(groups, return_inverse=True)[1],
        in_sets=in_sets,
        columns=columns or {},
        linear=values,
        line=values if flat else None,
        space=None if flat else values[:, None],
        calipers=calipers,
        unlike=unlike,
    )


def drawn(seed: int, served: int, compared: int, apart: float, **rules) -> Pool:
    """A larger pool whose served lie so far above the compared, with values to two decimals, so that some tie."""
    random = np.random.default_rng(seed)
    who = random.permutation(np.arange(served + compared) < served)
    return pool_of(who, np.round(random.normal(size=len(who)) + apart * who, 2), **rules)


@st.composite
def pools(draw, most: int = 9):
    """Pools of at most so many rows."""
    n = draw(st.integers(2, most))

    def column(values, kind=float):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=kind)

    served, values = column(st.booleans(), bool), column(st.integers(0, 6)) * draw(st.sampled_from([1.0, 0.5]))
    calipers: tuple[Limit, ...] = ()
    if draw(st.booleans()):
        calipers += (Limit("score", draw(st.sampled_from([1.0, -2.0])) * values, draw(st.sampled_from([0.5, 1.0, 2.0, 3.0]))),)
    if draw(st.integers(0, 3)) == 0:
        calipers += (Limit("age", column(st.integers(0, 3)), 1.0),)
    return pool_of(
        served,
        values,
        groups=column(st.integers(0, 1), int) if draw(st.booleans()) else None,
        person=column(st.integers(0, 5), int) if draw(st.integers(0, 3)) == 0 else None,
        calipers=calipers,
        unlike=(column(st.booleans()),) if draw(st.integers(0, 5)) == 0 else (),
        focal=~served if draw(st.booleans()) else None,
        flat=draw(st.booleans()),
    )


def edges_of(pool: Pool) -> list[tuple[int, int, float]]:
    """Every allowed pair with its gap, by the definition of a pool."""
    focal, other = (part.ravel() for part in np.meshgrid(np.flatnonzero(pool.focal), np.flatnonzero(~pool.focal), indexing="ij"))
    fits = pool.allowed(focal, other)
    gap = pool.gap(focal[fits], other[fits])
    return list(zip(focal[fits].tolist(), other[fits].tolist(), gap.tolist(), strict=True))
