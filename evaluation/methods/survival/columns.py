"""Reads the columns of a frame that say when and how each row ended, whatever is wrong with them told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ...phrases import counted, listed, nearest
from ...terms import Problem, Refused
from ..inference import LEVEL
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Z = float(ndtri((1 + LEVEL) / 2))
MOST_GROUPS = 10  # curves that a reader can tell apart
SHOWN = 6  # times of a table that stands for a whole curve
TAKEN = ("group", "time", "followed", "censored")  # columns of every table
CENSORED = 0  # the code of a row that was lost from sight, or seen to its end, without an event


class Told:
    """A result that a terminal and a notebook show as a table of a few lines."""

    __slots__ = ()

    def shown(self) -> pd.DataFrame:
        """The table."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return str(self.shown().round(4).to_string(index=False))

    def _repr_html_(self) -> str:
        return str(self.shown().round(4).to_html(index=False))


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """The rows of a frame as times, with what each ended in by name, and who hangs together."""

    times: Times
    causes: tuple[str, ...]  # by number, 1 first
    labels: Array | None  # (n,) int: whose the rows are, or which cluster's; None: each row is somebody else
    frame: pd.DataFrame

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
    declared = {1: event} if causes is None else dict(causes)
    problems = [*_there(frame, named, besides), *_codes(declared)]
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
    return Timed(times, tuple(declared.values()), labels, frame)


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


def strata(frame: pd.DataFrame, name: str) -> Array:
    """(n,) int: the stratum of each row by a column without gaps."""
    problems = [*_there(frame, {}, [name])] or [*_whole(frame, [name])]
    if problems:
        raise Refused(*problems)
    return np.asarray(pd.factorize(frame[name], sort=True)[0])


def matrix(frame: pd.DataFrame, covariates: Sequence[str]) -> Array:
    """(n, p) the covariates as numbers; refuses those that are not, or have gaps."""
    if not covariates:
        raise Refused(Problem("covariates", "none was named.", "A regression has one or more."))
    problems = [*_there(frame, {}, covariates)] or [*_whole(frame, covariates), *_numbers(frame, covariates)]
    if problems:
        raise Refused(*problems)
    return frame[list(covariates)].to_numpy(dtype=float)


def _there(frame: pd.DataFrame, named: Mapping[str, str], besides: Sequence[str]) -> Iterator[Problem]:
    names = [str(name) for name in frame.columns]
    for role, name in (*named.items(), *(("columns", name) for name in besides)):
        if names.count(name) != 1:
            found = f"the frame has {'no' if name not in names else 'more than one'} column '{name}'."
            yield Problem(role, found, f"It has {listed(names)}.", nearest(name, names) if name not in names else "")
    if frame.empty:
        yield Problem("frame", "it has no rows.")


def _codes(declared: Mapping[int, str]) -> Iterator[Problem]:
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
            yield Problem(
                f"column '{name}'", f"it holds {frame[name].dtype}, not numbers.", remedy="Turn it into numbers, categories into columns of 0 and 1."
            )


def _groups(frame: pd.DataFrame, name: str | None) -> Iterator[Problem]:
    many = 0 if name is None else int(frame[name].nunique())
    if many > MOST_GROUPS:
        found = f"it holds {many:,} groups, and {MOST_GROUPS} curves can be told apart."
        yield Problem(f"column '{name}'", found, remedy="Join groups, or cut a number into ranges.")


def _undeclared(column: pd.Series[Any], name: str, declared: Mapping[int, str]) -> Iterator[Problem]:
    """Codes that nobody said the meaning of: taken for censored, they would make the event look likelier than it is."""
    strange = ~column.isin([CENSORED, *declared])
    if strange.any():
        kinds = counted(int(column[strange].nunique()), "code")
        found = f"{counted(int(strange.sum()), 'row')} end in {kinds} that nothing was said about."
        right = f"Codes are 0 for those without an event, and {listed([str(code) for code in declared])}."
        yield Problem(
            f"column '{name}'",
            found,
            right,
            "Name the others in `causes`, as ends that compete, or make them 0 where they only hide what came later.",
        )
