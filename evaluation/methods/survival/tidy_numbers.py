"""How often an event has happened to a person by a time, over the columns of a frame with one row a stretch at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from . import ghosh_lin, mean_number, stretches
from .columns import Told, Z, by_whom, seen_until, shown_times, timed
from .times import Times, checked

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """One curve of a mean number, with the stretches that it is of."""

    label: str
    laid: stretches.Stretches
    mean: ghosh_lin.MeanNumber
    error: Array  # (m,) by person
    person: Array  # (n,) whose each row of `laid` is, as the frame has it

    @property
    def last(self) -> float:
        """The last time at which anybody was at risk."""
        return float(self.laid.stop.max())

    def at(self, times: Array) -> pd.DataFrame:
        """By time: people at risk, the mean number by then, and limits on the log scale, so that none lies below 0.

        Where nothing has happened yet the upper limit is that of a Poisson count of 0 among those at risk.
        """
        number = self.mean.at(times)
        error = np.append(0.0, self.error)[np.searchsorted(self.mean.time, times, side="right")]
        order = np.argsort(times, kind="stable")
        there = np.empty(len(times), dtype=np.int64)
        there[order] = np.round(self.laid.at_risk(times[order], np.ones(self.laid.n))).astype(np.int64)
        reach = np.exp(Z * np.divide(error, number, out=np.zeros(len(times)), where=number > 0))
        high = np.where(number > 0, number * reach, -np.log(0.025) / np.maximum(there, 1))
        rows = {"group": self.label, "time": times, "number": number, "low": number / reach, "high": high, "std_error": error, "at_risk": there}
        return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Numbers(Told):
    """How often an event has happened to a person by a time, where it comes again: one curve a group."""

    groups: tuple[Counted, ...]
    event: str
    time: str
    by: str | None
    ends: str | None
    person: str

    @property
    def frame(self) -> pd.DataFrame:
        """By group, at every time of an event: how many people are at risk, the mean number by then, with 95 % limits."""
        return pd.concat([group.at(group.mean.time) for group in self.groups], ignore_index=True)

    def at(self, times: Sequence[float]) -> pd.DataFrame:
        """The same by each of a few times; refuses one beyond the last at which anybody of a group was at risk."""
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        seen_until({group.label: group.last for group in self.groups}, asked)
        return pd.concat([group.at(asked) for group in self.groups], ignore_index=True)

    def test(self) -> pd.DataFrame:
        """Whether the event comes as often in both groups, over all of the time (Lawless and Nadeau 1995); the spread is that between people.

        Where `ends` were named it compares how often it comes among those whom no end has met: how often in all is told by `at`.
        """
        if len(self.groups) != 2:
            found = f"there {'is one group' if len(self.groups) == 1 else f'are {len(self.groups)} groups'}, and the test is of two."
            raise Refused(Problem("a test", found, remedy="Name a column of two groups: by=..."))
        laid, first = _joined(*(group.laid for group in self.groups)), self.groups[0].laid.n
        people = pd.factorize(np.concatenate([group.person for group in self.groups]))[0]
        told = mean_number.same_number(laid, np.arange(laid.n) >= first, np.ones(laid.n), cluster=people)
        return pd.DataFrame({"test": ["pseudo-score"], "statistic": [told.statistic], "df": [1], "p": [told.p_value]})

    def plot(self) -> InANotebook:
        """The curves, with their bands."""
        from . import plots

        return plots.numbers(self)

    def shown(self) -> pd.DataFrame:
        """At a few times, the last of them the last at which every group is followed."""
        return self.at(shown_times(min(group.last for group in self.groups)))

    @property
    def note(self) -> str:
        """Whose errors they are, and whether those are few."""
        return by_whom(self.person, min(group.laid.n for group in self.groups), len(self.groups) > 1)


def mean_numbers(frame: pd.DataFrame, *, person: str, start: str, stop: str, event: str, ends: str | None = None, by: str | None = None) -> Numbers:
    """The mean number of events a person has had, where they come again: one row a stretch at risk, (start, stop].

    `event` is 1 where the stretch ends with an event.  `ends` is 1 where it ends with what rules all later events out, such as a death:
    the mean is then Ghosh and Lin's (2000), and otherwise the mean cumulative function (Nelson 2003), both with errors by person.
    Refuses what `columns.timed` refuses, stretches of one person that overlap or follow an end, and a group without an event, or of one person.
    """
    besides = [name for name in (by, ends) if name is not None]
    read = timed(frame, time=stop, event=event, entry=start, person=person, besides=besides, groups=by)
    if problems := list(_broken(frame, person, start, stop, ends)):
        raise Refused(*problems)
    groups = []
    for label, rows in read.groups(by):
        there = frame.iloc[rows]
        laid = stretches.by_hand(there[person].to_numpy(), there[start].to_numpy(), there[stop].to_numpy(), read.times.cause[rows])
        if not laid.marks.any():
            found = f"nothing happened to anybody in the group '{label}'." if by else "nothing happened to anybody."
            raise Refused(Problem(f"column '{event}'", found, "A curve needs an event.", "Follow people for longer, or join groups."))
        if laid.n < 2:
            found = f"all stretches of the group '{label}' are of one person." if by else "all stretches are of one person."
            raise Refused(Problem(f"column '{person}'", found, "An error needs people who vary, and is told well from about 40.", "Join groups."))
        last = None if ends is None else _last_of_each(there, person, start, stop, ends)
        found_mean = ghosh_lin.mean_number(laid, np.ones(laid.n), last)
        parts = ghosh_lin.influence(found_mean, laid, np.ones(laid.n), found_mean.time, last)
        groups.append(Counted(label, laid, found_mean, np.sqrt((parts**2).sum(axis=0)), np.unique(there[person].to_numpy())))
    return Numbers(tuple(groups), event, stop, by, ends, person)


def _joined(one: stretches.Stretches, other: stretches.Stretches) -> stretches.Stretches:
    """The rows of one, and after them those of another."""
    row, n = np.concatenate([one.row, one.n + other.row]), one.n + other.n
    entry, stop = np.concatenate([one.entry, other.entry]), np.concatenate([one.stop, other.stop])
    marks, before = np.concatenate([one.marks, other.marks]), np.concatenate([one.before, other.before])
    return stretches.Stretches(row, entry, stop, marks, before, n)


def _broken(frame: pd.DataFrame, person: str, start: str, stop: str, ends: str | None) -> Iterator[Problem]:
    """Stretches that cannot follow each other."""
    rows = frame.sort_values([person, start, stop], kind="stable")
    again = rows[person].eq(rows[person].shift())
    if over := int((again & (rows[start] < rows[stop].shift())).sum()):
        found = f"{counted(over, 'stretch', 'stretches')} of {len(rows):,} begin before the one before of the same person has ended."
        yield Problem(f"columns '{start}' and '{stop}'", found, "Nobody is at risk twice at one time.", "Mend the records.")
    if ends is None:
        return
    if strange := int((~rows[ends].isin([0, 1])).sum()):
        yield Problem(
            f"column '{ends}'",
            f"{counted(strange, 'row')} of {len(rows):,} hold{'s' if strange == 1 else ''} neither 0 nor 1.",
            remedy="1 is an end of all events.",
        )
    elif after := int((again & rows[ends].shift(fill_value=0).astype(bool)).sum()):
        found = f"{counted(after, 'stretch', 'stretches')} of {len(rows):,} come after the end of the same person."
        yield Problem(f"column '{ends}'", found, "Nothing comes after an end.", "Say 1 on a person's last stretch alone.")


def _last_of_each(rows: pd.DataFrame, person: str, start: str, stop: str, ends: str) -> Times:
    """When each person came under observation and was last seen, and whether that was the end of all events; in the order of their ids."""
    last = rows.groupby(person, sort=True)
    return checked(Times(last[stop].max().to_numpy(), last[ends].max().to_numpy().astype(np.int64), last[start].min().to_numpy()), f"column '{ends}'")
