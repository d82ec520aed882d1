"""Named ways of making the lines of a definition, where kinds and days cannot say which lines count.

A builder is given the definition with its kinds in the order of their places, `{programme}` and "every kind" filled in, and gives back a
query of the records with the columns

    person_id
    day        the day that a line is dated by
    place      which of `outcome.kinds` it is of, from 0
    stop       the first day that is no longer part of it: where days are added up, where a state is read, where `gap` joins stays
    value      whole: where values are added up

It says what happened to somebody, whatever clock it will lie on: nothing in it depends on a start.  `waits`, `gap`, `from_day`, deaths and
horizons are laid on afterwards, as on every other line.  What it reads beside the definition's own kinds stands in
`records.uses.MADE_FROM`, so that agreements, coverage and maturity know of it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from ..terms import Outcome
from .making_children import CHILDREN_MAKING, CHILDREN_RULES
from .making_delivery import DELIVERY_MAKING, DELIVERY_RULES
from .making_housing import HOUSING_MAKING, HOUSING_RULES

Builder = Callable[[Outcome], exp.Select]

MAKING: dict[str, Builder] = {**CHILDREN_MAKING, **HOUSING_MAKING, **DELIVERY_MAKING}
RULES: dict[str, tuple[object, ...]] = {**CHILDREN_RULES, **HOUSING_RULES, **DELIVERY_RULES}
"""By the name of a way of making lines: the numbers and words that stand in it, which a definition's digest holds too."""
