"""How results are shown that a researcher asks of a frame: as a table of a few lines, with a line under it that says how errors were made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial, wraps
from html import escape
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from ..phrases import listed, nearest
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

P = ParamSpec("P")
T = TypeVar("T")
DECIMALS = 4
NUMBERS = frozenset(
    {"outcome", "score", "taken_up", "came", "instruments", "exogenous", "history", "events", "exposure", "beside", "period"}
)  # roles of columns that hold numbers


class Table(ABC):
    """A result that a terminal and a notebook show as a table."""

    __slots__ = ()

    @property
    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """All of it, tidy: one row for each number that is told."""

    def shown(self) -> pd.DataFrame:
        """The rows that stand for it."""
        return self.frame

    @property
    def note(self) -> str:
        """A line under the table; empty where nothing is to be said."""
        return ""

    def __repr__(self) -> str:
        shown = self.shown()
        return "\n".join([shown.round(_digits(shown)).to_string(index=False, na_rep="", formatters=_small(shown)), *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        shown = self.shown()
        table = shown.round(_digits(shown)).to_html(index=False, na_rep="", formatters=_small(shown))
        return "\n".join([table, *(f"<p>{escape(line)}</p>" for line in filter(None, [self.note]))])


def _digits(frame: pd.DataFrame) -> dict[str, int]:
    """Decimals of each column of numbers: four or, where they are all small and no p-values, so many that three digits are seen."""
    found = {}
    for name, column in frame.select_dtypes("float").items():
        size = np.abs(column[np.isfinite(column)]).max()
        small = size > 0 and not str(name).startswith("p")
        found[str(name)] = max(DECIMALS, 2 - int(np.floor(np.log10(size)))) if small else DECIMALS
    return found


def _small(frame: pd.DataFrame) -> Any:
    """How columns of small numbers are written, which would else be cut off at six decimals."""
    return {name: partial(_written, digits) for name, digits in _digits(frame).items() if digits > DECIMALS}


def _written(digits: int, value: float) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimates(Table):
    """Effects by name, with their errors, limits and p-values."""

    rows: pd.DataFrame
    said: str  # how errors were made, and what else is to be known

    @property
    def frame(self) -> pd.DataFrame:
        """One row an effect."""
        return self.rows

    @property
    def note(self) -> str:
        """How errors were made."""
        return self.said


def asked(of: Callable[..., object] | None = None, but: Sequence[str] = ()) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Refuses a word that a function does not know, with the nearest that it does; it hands on to `of` those of its words `but` these."""

    def wrapped(function: Callable[P, T]) -> Callable[P, T]:
        every = [word for one in (function, of) if one is not None for word in signature(one).parameters.values()]
        known = [word.name for word in every if word.kind is word.KEYWORD_ONLY and word.name not in but]

        @wraps(function)
        def told(*given: P.args, **words: P.kwargs) -> T:
            if strange := [word for word in words if word not in known and word != "frame"]:
                right = f"`{function.__name__}` knows {', '.join(known)}."
                raise Refused(*(Problem(word, f"there is no word '{word}'.", right, nearest(word, known)) for word in strange))
            return function(*given, **words)

        return told

    return wrapped


def columns_there(frame: pd.DataFrame, said: dict[str, str | None], many: dict[str, Sequence[str]] | None = None) -> None:
    """Refuses columns that are not in the frame, or hold something other than complete numbers; `said` by role, and `many` likewise."""
    names = [str(name) for name in frame.columns]
    for role, several in (many or {}).items():
        if isinstance(several, str):
            raise Refused(Problem(role, f"'{several}' is one text.", "They are a list of columns.", f'Say {role} = ["{several}"].'))
    asked = [(role, name) for role, name in said.items() if name is not None]
    asked += [(role, name) for role, several in (many or {}).items() for name in several]
    problems = []
    for role, name in asked:
        if names.count(name) != 1:
            found = f"the frame has {'no' if name not in names else 'more than one'} column '{name}'."
            problems.append(Problem(role, found, f"It has {listed(names)}.", nearest(name, names) if name not in names else ""))
        elif role in NUMBERS and frame[name].dtype.kind not in ("iufbM" if role == "period" else "iufb"):
            problems.append(Problem(f"column '{name}'", f"it holds {frame[name].dtype}, not numbers.", remedy="Turn it into numbers."))
        elif missing := int(frame[name].isna().sum()):
            problems.append(
                Problem(f"column '{name}'", f"{missing:,} of {len(frame):,} values are missing.", remedy="Fill them in or drop the rows.")
            )
    if not problems and frame.empty:
        problems.append(Problem("frame", "it has no rows."))
    if problems:
        raise Refused(*problems)
