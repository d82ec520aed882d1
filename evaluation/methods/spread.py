"""How uncertain the effect of a comparison is, from what each row adds to its error: the words `robust`, `cluster`, `set` and `person`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.sums import effective_number
from ..terms import InferenceBy, Interval
from .clustering import one_way, two_way
from .inference import Contrast

if TYPE_CHECKING:
    from ..terms import Array
    from .influence import Errors, Means
    from .standing import Rows

FEWEST_SETS = 20  # with fewer strata an error by stratum is told too small (Cameron & Miller 2015: few is less than 20 to 50)


@dataclass(frozen=True, slots=True)
class Spread:
    """An effect with its error, and the formula of its interval: t, or limits of their own."""

    contrast: Contrast
    formula: str
    limits: tuple[float, float, float] | None = None  # the ends of the interval, and the p-value of no effect by the same formula

    @property
    def interval(self) -> Interval:
        """The 95 % interval."""
        return self.contrast.interval(self.formula) if self.limits is None else Interval(*self.limits[:2], self.formula)

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect."""
        return self.contrast.p_value if self.limits is None else self.limits[2]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """In which ways rows hang together, in words that name the formula; (k,) labels in the order of the errors."""

    labels: tuple[Array, ...]  # one or two
    formula: str


def ways(errors: Errors, rows: Rows, by: InferenceBy) -> Ways:
    """Who hangs together: by set and by who shares luck or, where nobody is set beside anybody, by who shares luck alone.

    Sets that hold several of both arms and are worth fewer than FEWEST_SETS of equal weight are strata, of which there would be no
    more among more people: what people of a stratum share is then no error that they have in common.
    """
    named = "person" if same(errors.together, errors.person) else "cluster"
    if by == "set":
        assert errors.sets is not None, "by = 'set' is asked of ways that set people beside each other"
        return Ways((errors.sets,), "cluster-robust by set")
    if by == "person":
        return Ways((errors.person,), "cluster-robust by person")
    if errors.sets is None or few_strata(rows):
        return Ways((errors.together,), f"cluster-robust by {named}")
    return Ways((errors.sets, errors.together), f"two-way cluster-robust by set and {named}")


def few_strata(rows: Rows) -> bool:
    """Whether sets are few strata, and not many pairs or people with those beside them."""
    if rows.sets is None:
        return False
    several = min(int(rows.served.sum()), int((~rows.served).sum())) > len(np.unique(rows.sets))
    return several and _sets_worth(rows) < FEWEST_SETS


def contrast(effect: float, influence: Array, ways: Ways, worth: float, parameters: int) -> Contrast:
    """An effect with its cluster-robust error; `influence` (k,)."""
    if len(ways.labels) == 1:
        return one_way(effect, influence, ways.labels[0], worth=worth, parameters=parameters)
    return two_way(effect, influence, ways.labels[0], ways.labels[1], worth=worth, parameters=parameters)


def worth(rows: Rows, means: Means, by: InferenceBy) -> float:
    """How many of equal weight those who hang together are worth, in the arm where they are worth fewer (Kish 1965).

    Where they hang together by set too, no more than the sets are worth.
    """
    labels = {"set": rows.sets, "person": rows.person}.get(by, rows.together)
    assert labels is not None
    found = min(effective_number(means.stands[there], labels[there]) for there in (rows.served, ~rows.served))
    return found if by in ("set", "person") or rows.sets is None or few_strata(rows) else min(found, _sets_worth(rows))


def _sets_worth(rows: Rows) -> float:
    """How many sets of equal weight the sets are worth, in the arm where they are worth fewer; as chosen, whoever is lost."""
    assert rows.sets is not None
    found = min(effective_number(rows.weights[there], rows.sets[there]) for there in (rows.served, ~rows.served))
    return round(found, 9)  # sets of equal weight are as many as there are, and not fewer by rounding


def same(one: Array, other: Array) -> bool:
    """Whether two labels cut the rows alike."""
    first, second = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (one, other))
    pairs = len(np.unique(first * (int(second.max()) + 1) + second))
    return pairs == int(first.max()) + 1 == int(second.max()) + 1
