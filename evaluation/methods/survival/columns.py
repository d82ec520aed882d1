"""Reads the columns of a frame that say when and how each row ended, whatever is wrong with them told at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ...phrases import counted, listed, nearest
from ...terms import Problem, Refused
from ..inference import LEVEL
from .footing import given
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Z = float(ndtri((1 + LEVEL) / 2))
FEW = 40  # people or clusters: with fewer an error by them may be too small, whatever was done for it (Cameron and Miller 2015)
MOST_GROUPS = 10  # curves that a reader can tell apart
SHOWN = 6  # times of a table that stands for a whole curve
TAKEN = ("group", "time", "survival", "followed_after", "censored")  # columns of every table
CENSORED = 0  # the code of a row that was lost from sight, or seen to its end, without an event


class Told(ABC):
    """A result that a terminal and a notebook show as a table of a few lines."""

    __slots__ = ()

    @abstractmethod
    def shown(self) -> pd.DataFrame:
        """The table."""

    @property
    def note(self) -> str:
        """A line under the table; empty where nothing is to be said."""
        return ""

    def __repr__(self) -> str:
        return "\n".join([self.shown().round(4).to_string(index=False, na_rep=""), *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        return "\n".join([self.shown().round(4).to_html(index=False, na_rep=""), *(f"<p>{escape(line)}</p>" for line in filter(None, [self.note]))])


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """The rows of a frame as times, with what each ended in by name, and who hangs together."""

    times: Times
    causes: tuple[str, ...]  # by number, 1 first
    labels: Array | None  # (n,) int: whose the rows are, or which cluster's; None: each row is somebody else
    frame: pd.DataFrame
    person: str | None = None  # the column that says so

    @property
    def label(self) -> Array:
        """(n,) int: the labels, each row somebody else where none were given."""
        return np.arange(len(self.times)) if self.labels is None else self.labels

    def beyond(self, landmark: float) -> Timed:
        """The rows that go on beyond a landmark, at risk from it on; refuses one beyond which nobody is."""
        times, rows = given(self.times, landmark)
        return replace(self, times=times, labels=None if self.labels is None else self.labels[rows], frame=self.frame.iloc[rows])

    def number(self, cause: str | None) -> int:
        """The number of a cause by its name; of the only one where none is named."""
        if cause is None and len(self.causes) == 1:
            return 1
        if cause not in self.causes:
            found = "no cause was named, and there are several." if cause is None else f"'{cause}' is none of the causes."
            raise Refused(Problem("cause", found, f"They are {listed(map(repr, self.causes))}."))
        return self.causes.index(cause) + 1

    def groups(self, by: str | None) -> Iterator[tuple[str, Array]]:
        """The label and the places of each group's rows, in order; everybody where none are asked for."""
        if by is None:
            yield "everybody", np.arange(len(self.times))
            return
        for value in sorted(self.frame[by].unique().tolist()):
            yield str(value), np.flatnonzero(self.frame[by].to_numpy() == value)


def timed(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    causes: Mapping[int, str] | None = None,
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    besides: Sequence[str] = (),
    groups: str | None = None,
) -> Timed:
    """The columns `time` (when a row ended), `event` (how: 0 censored, 1 the event, or a code of `causes`) and what stands beside them.

    `entry` is when a row came under observation, `weights` what it counts for, `person` whose it is or which cluster's.  `besides` are
    columns that must be there without gaps, `groups` the one of them that parts the rows, into ten at most.  Every code of `event`
    must be 0 or declared.  Nothing is guessed or dropped.
    """
    roles = {"time": time, "event": event, "entry": entry, "weights": weights, "person": person}
    named = {role: name for role, name in roles.items() if name is not None}
    declared = {1: event} if causes is None else dict(causes) if isinstance(causes, Mapping) else {}
    problems = [*present(frame, named, besides), *_codes(causes, declared)]
    if not problems:
        problems = [*_whole(frame, [*named.values(), *besides]), *_numbers(frame, [name for role, name in named.items() if role != "person"])]
    if not problems:
        problems = [*_undeclared(frame[event], event, declared), *_groups(frame, groups)]
    if problems:
        raise Refused(*problems)
    code = {value: number for number, value in enumerate(declared, 1)}
    cause = np.array([code.get(int(value), 0) for value in frame[event].to_numpy()], dtype=np.int64)
    numbers = {role: frame[name].to_numpy() for role, name in named.items() if role in ("time", "entry", "weights")}
    times = checked(Times(numbers["time"], cause, numbers.get("entry"), numbers.get("weights")), f"columns '{time}' and '{event}'")
    labels = None if person is None else pd.factorize(frame[person])[0]
    return Timed(times, tuple(declared.values()), labels, frame, person)


def known(word: str, given: str, values: object) -> None:
    """Refuses a word's value that is none of those of a `Literal`, or of several."""
    allowed = [value for part in get_args(values) for value in get_args(part) or (part,)]
    if given not in allowed:
        raise Refused(Problem(word, f"'{given}' is none of its values.", f"They are {listed(map(repr, allowed))}.", nearest(str(given), allowed)))


def seen_until(last: Mapping[str, float], times: Array) -> None:
    """Refuses times that are none, or at which nobody of a group was followed any more.

    `last` says by group when somebody was seen for the last time.
    """
    if not times.size or not np.isfinite(times).all() or (times < 0).any():
        found = "no time was asked about." if not times.size else "a time that was asked about is missing, or before 0."
        raise Refused(Problem("times", found, "Times are numbers from 0 on."))
    short = {label: end for label, end in last.items() if times.max() > end}
    if short:
        label, end = min(short.items(), key=lambda one: one[1])
        whom = "nobody" if len(last) == 1 else f"nobody of '{label}'"
        found = f"{np.max(times):g} was asked about, and {whom} was followed for longer than {end:g}."
        raise Refused(Problem("times", found, "Nothing is known of what comes after that.", f"Ask by {end:g}, or earlier."))


def shown_times(last: float) -> list[float]:
    """A few times on the way to the last one, that one included."""
    return [*(float(f"{time:.3g}") for time in np.linspace(0, last, SHOWN + 1)[1:-1]), last]


def by_whom(person: str, fewest: int, groups: bool) -> str:
    """Under a curve: whose its errors are, and whether there are few of them in some group."""
    said = f"Errors: by '{person}', {fewest:,} of them{' in the smallest group' if groups else ''}, normal limits."
    return f"{said} Fewer than about {FEW} are few: take limits for rough." if fewest < FEW else said


def strata(frame: pd.DataFrame, name: str) -> tuple[dict[object, int], Array]:
    """The numbers of the strata by value of a column without gaps, rising; and (n,) int, that of each row."""
    problems = [*present(frame, {}, [name])] or [*_whole(frame, [name])]
    if problems:
        raise Refused(*problems)
    codes, values = pd.factorize(frame[name], sort=True)
    return {value: number for number, value in enumerate(values.tolist())}, np.asarray(codes)


def code(frame: pd.DataFrame, name: str, numbers: Mapping[object, int]) -> Array:
    """(k,) int: the number of each row's value of a column; refuses values that have none."""
    problems = [*present(frame, {}, [name])] or [*_whole(frame, [name])]
    unknown = 0 if problems else int((~frame[name].isin(list(numbers))).sum())
    if unknown:
        problems = [Problem(f"column '{name}'", f"{counted(unknown, 'row')} of {len(frame):,} hold a stratum that the regression has not seen.")]
    if problems:
        raise Refused(*problems)
    return np.array([numbers[value] for value in frame[name].tolist()], dtype=np.int64)


def between(frame: pd.DataFrame, low: str, high: str) -> tuple[Array, Array]:
    """(n,) each: when an event had not come yet, and by when it had; infinite where it has not come.  Refuses gaps and what is no number."""
    problems = [*present(frame, {"time": low, "until": high}, ())] or [*_whole(frame, [low, high]), *_numbers(frame, [low, high])]
    if problems:
        raise Refused(*problems)
    return frame[low].to_numpy(dtype=float), frame[high].to_numpy(dtype=float)


def matrix(frame: pd.DataFrame, covariates: Sequence[str]) -> Array:
    """(n, p) the covariates as numbers; refuses those that are not, or have gaps."""
    if isinstance(covariates, str) or len(set(covariates)) < len(covariates):
        found = f"'{covariates}' is a text." if isinstance(covariates, str) else "one is named twice."
        raise Refused(Problem("covariates", found, "They are a list of names, each once."))
    if not covariates:
        raise Refused(Problem("covariates", "none was named.", "A regression has one or more."))
    problems = [*present(frame, {}, covariates)] or [*_whole(frame, covariates), *_numbers(frame, covariates)]
    if problems:
        raise Refused(*problems)
    return frame[list(covariates)].to_numpy(dtype=float)


def present(frame: object, named: Mapping[str, str], besides: Sequence[str]) -> Iterator[Problem]:
    """What is wrong where columns by their role, or beside, are not there once each; and a frame without rows."""
    if not isinstance(frame, pd.DataFrame):
        yield Problem("frame", f"it is a {type(frame).__name__}, and no pandas DataFrame.", remedy="Make one of it: pd.DataFrame(...).")
        return
    names = [str(name) for name in frame.columns]
    for role, name in (*named.items(), *(("columns", name) for name in besides)):
        if names.count(name) != 1:
            found = f"the frame has {'no' if name not in names else 'more than one'} column '{name}'."
            yield Problem(role, found, f"It has {listed(names)}.", nearest(name, names) if name not in names else "")
    if frame.empty:
        yield Problem("frame", "it has no rows.")


def _codes(causes: object, declared: Mapping[int, str]) -> Iterator[Problem]:
    if causes is not None and not isinstance(causes, Mapping):
        yield Problem("causes", "they are no table of codes.", "Each code of the column has a name: {1: 'return', 2: 'death'}.")
        return
    if not declared or CENSORED in declared:
        yield Problem("causes", "0 is the code of those without an event, and one other code at least is needed.", remedy="Declare the others alone.")
    names = list(declared.values())
    if wrong := [name for name in dict.fromkeys(names) if names.count(name) > 1 or name in TAKEN]:
        yield Problem(
            "causes", f"{listed(map(repr, wrong))}: a name of two ends, or of a column of the tables.", remedy="Give each end a name of its own."
        )


def _whole(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        if missing := int(frame[name].isna().sum()):
            found = f"{counted(missing, 'value')} of {len(frame):,} missing."
            yield Problem(f"column '{name}'", found, remedy="Fill them in, or drop those rows, and say so.")


def _numbers(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        if not pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_complex_dtype(frame[name]):
            held = "text" if frame[name].dtype.kind not in "cmMV" else str(frame[name].dtype)
            yield Problem(f"column '{name}'", f"it holds {held}, not numbers.", remedy="Turn it into numbers, categories into columns of 0 and 1.")


def _groups(frame: pd.DataFrame, name: str | None) -> Iterator[Problem]:
    many = 0 if name is None else int(frame[name].nunique())
    if many > MOST_GROUPS:
        found = f"it holds {many:,} groups, and {MOST_GROUPS} curves can be told apart."
        yield Problem(f"column '{name}'", found, remedy="Join groups, or cut a number into ranges.")


def _undeclared(column: pd.Series[Any], name: str, declared: Mapping[int, str]) -> Iterator[Problem]:
    """Codes that nobody said the meaning of: taken for censored, they would make the event look likelier than it is."""
    strange = ~column.isin([CENSORED, *declared])
    if strange.any():
        codes = [f"{code:g}" for code in sorted(column[strange].unique().tolist())]
        which = listed(codes) if len(codes) <= MOST_GROUPS else counted(len(codes), "code")
        found = f"{counted(int(strange.sum()), 'row')} end in {which}, of which nothing was said."
        right = f"Codes are 0 for those without an event, and {listed([str(code) for code in declared])}."
        yield Problem(
            f"column '{name}'",
            found,
            right,
            "Name the others in `causes`, as ends that compete, or make them 0 where they only hide what came later.",
        )
