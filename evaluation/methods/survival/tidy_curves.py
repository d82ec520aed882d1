"""Curves over the columns of a frame: survival, the incidence of ends that compete, areas, tests, quantiles, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ...terms import Problem, Refused
from . import at_risk, curve_errors, logrank, restricted
from . import gray as grays
from . import quantiles as reaching
from .columns import Timed, Told, Z, seen_until, shown_times, strata, timed
from .curves import Curve, curve, influence
from .footing import footing
from .times import Times
from .transforms import Scale, interval

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One curve, with the rows that it is of."""

    label: str
    times: Times
    labels: Array | None
    curve: Curve

    @property
    def last(self) -> float:
        """The last time at which anybody was seen."""
        return float(self.curve.time[-1])

    def error(self, cause: int | None) -> Array:
        """(m,) the standard error of survival (None), or of a cause's incidence, at each time.

        Greenwood's for survival of rows that weigh 1 and are different people; else the infinitesimal jackknife, by person.
        """
        if cause is None and self.labels is None and self.times.weights is None:
            return curve_errors.greenwood(self.curve)
        what: Literal["survival", "incidence"] = "survival" if cause is None else "incidence"
        if self.labels is None:
            return curve_errors.jackknife(self.curve, self.times, what, cause or 1)
        return curve_errors.clustered(self.curve, self.times, what, self.curve.time, self.labels, cause or 1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Curves(Told):
    """Survival and, where several ends compete, the incidence of each: one curve a group."""

    groups: tuple[Group, ...]
    causes: tuple[str, ...]
    timed: Timed
    by: str | None
    time: str
    scale: Scale

    def at(self, times: Sequence[float]) -> pd.DataFrame:
        """By group and time: people still followed, survival or the share with each end by then, with 95 % limits.

        Refuses a time beyond the last at which anybody of a group was seen.
        """
        seen_until({group.label: group.last for group in self.groups}, np.asarray(times, dtype=float))
        return pd.concat([self._at(group, np.asarray(times, dtype=float)) for group in self.groups], ignore_index=True)

    @property
    def frame(self) -> pd.DataFrame:
        """The same at every time at which something happened."""
        return pd.concat([self._at(group, group.curve.time[group.curve.events.sum(axis=0) > 0]) for group in self.groups], ignore_index=True)

    def time_free(self, tau: float) -> pd.DataFrame:
        """Mean time free of every end, up to tau, with 95 % limits; the difference below it, where there are two groups."""
        return self._areas(tau, "time_free", 1)

    def time_lost(self, tau: float, cause: str | None = None) -> pd.DataFrame:
        """Mean time lost to a cause, up to tau: the area under its incidence."""
        return self._areas(tau, "time_lost", self.timed.number(cause))

    def reached(self, shares: Sequence[float], cause: str | None = None) -> pd.DataFrame:
        """By when such shares have had the event; infinite where the curve never gets there."""
        number = None if len(self.causes) == 1 else self.timed.number(cause)
        found = []
        for group in self.groups:
            told = reaching.quantiles(group.curve, np.asarray(shares, dtype=float), group.error(number), cause=number)
            found.append(pd.DataFrame({"group": group.label, "share": told.share, "time": told.time, "low": told.low, "high": told.high}))
        return pd.concat(found, ignore_index=True)

    def test(self, cause: str | None = None, *, stratum: str | None = None, rho: float = 0.0) -> pd.DataFrame:
        """Whether the groups differ: the log-rank test or, where ends compete, Gray's of a cause's incidence; `rho` weighs early times more."""
        if self.by is None:
            raise Refused(Problem("a test", "there is one curve, and nothing to compare it with.", remedy="Name the column of the groups: by=..."))
        group = pd.factorize(self.timed.frame[self.by].astype(str), sort=True)[0]
        within = None if stratum is None else strata(self.timed.frame, stratum)
        times, labels = self.timed.times, self.timed.labels
        if len(self.causes) == 1:
            # a weight is no number of people: where rows are weighted, the spread of the test is that between rows
            apart = np.arange(len(times)) if labels is None and times.weights is not None else labels
            told, name = logrank.logrank(times, group, p=rho, strata=within, labels=apart), "log-rank"
        elif labels is not None:
            found = "rows hang together by person, and Gray's test takes each for somebody else."
            raise Refused(Problem("a test", found, remedy="Compare the incidences themselves, whose errors are by person: `at`, `time_lost`."))
        else:
            told, name = grays.gray(times, group, cause=self.timed.number(cause), rho=rho, strata=within), "Gray"
        return pd.DataFrame({"test": [name], "statistic": [told.statistic], "df": [told.df], "p": [told.p_value]})

    def plot(self, cause: str | None = None) -> InANotebook:
        """The curves with their bands, and who was at risk below them: survival or, where ends compete, the incidence of one or each."""
        from . import plots

        return plots.curves(self, None if cause is None else self.timed.number(cause))

    def plot_areas(self, tau: float, cause: str | None = None) -> InANotebook:
        """The area that a restricted mean is, a panel a group: free of every end or, of a cause, lost to it."""
        from . import plots

        return plots.areas(self, tau, None if cause is None else self.timed.number(cause))

    def shown(self) -> pd.DataFrame:
        """At a few times, the last of them the last at which every group is followed."""
        return self.at(shown_times(min(group.last for group in self.groups)))

    def _at(self, group: Group, times: Array) -> pd.DataFrame:
        counts = at_risk.counts_at(group.times, times, len(self.causes), group.labels)
        rows: dict[str, Any] = {"group": group.label, "time": times, "followed": counts.still, "censored": counts.censored}
        place = np.searchsorted(group.curve.time, times, side="right")
        for number, name in [(None, "survival")] if len(self.causes) == 1 else list(enumerate(self.causes, 1)):
            share = group.curve.survival_at(times) if number is None else group.curve.incidence_at(times, number)
            error = np.append(0.0, group.error(number))[place]
            low, high = interval(share, error, self.scale, worth=np.maximum(counts.at_risk, 1))
            prefix = "" if number is None else f"{name} "
            rows[f"{prefix}events"] = counts.events[(number or 1) - 1]
            rows |= {name: share, f"{prefix}std_error": error, f"{prefix}low": low, f"{prefix}high": high}
        return pd.DataFrame(rows)

    def _areas(self, tau: float, what: Literal["time_free", "time_lost"], cause: int) -> pd.DataFrame:
        if not (np.isfinite(tau) and tau > 0):
            raise Refused(Problem("tau", f"the area was asked up to {tau:g}.", "It is a time after 0."))
        means = [restricted.restricted(group.curve, group.times, tau, what, cause=cause, labels=group.labels) for group in self.groups]
        rows = [(group.label, mean.mean, mean.std_error) for group, mean in zip(self.groups, means, strict=True)]
        if len(means) == 2:
            told = restricted.difference(means[1], means[0])
            labels = self.timed.labels
            error = told.std_error if labels is None else self._error_of_difference(labels, tau, what, cause)
            rows.append((f"{self.groups[1].label} less {self.groups[0].label}", told.effect, error))
        frame = pd.DataFrame(rows, columns=["group", "mean", "std_error"])
        return frame.assign(low=frame["mean"] - Z * frame["std_error"], high=frame["mean"] + Z * frame["std_error"])

    def _error_of_difference(self, labels: Array, tau: float, what: Literal["time_free", "time_lost"], cause: int) -> float:
        """Where the same person, or cluster, may stand in both groups: what they have in common drops out."""
        sums = np.zeros(int(labels.max()) + 1)
        for (_, rows), group, sign in zip(self.timed.groups(self.by), self.groups, (-1, 1), strict=True):
            np.add.at(sums, labels[rows], sign * influence(group.curve, group.times, what, tau, cause)[:, 0])
        return float(np.sqrt((sums**2).sum()))


def curves(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    causes: Mapping[int, str] | None = None,
    by: str | None = None,
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    scale: Scale = "log-log",
) -> Curves:
    """Kaplan-Meier curves or, where `causes` names several ends by their codes, Aalen-Johansen's: every name is a column of the frame.

    `event` is 0 for rows without one.  `by` holds the groups, `entry` when a row came under observation (it is at risk after it),
    `weights` what it counts for, `person` whose it is where one has several rows, or which cluster's.  `scale` is the one on which
    95 % limits are made.  Refuses what `columns.timed` refuses, a group without an event, and a curve that falls to 0 before all have entered.
    """
    besides = [] if by is None else [by]
    read = timed(frame, time=time, event=event, causes=causes, entry=entry, weights=weights, person=person, besides=besides, groups=by)
    groups = []
    for label, rows in read.groups(by):
        times, labels = read.times.of(rows), None if read.labels is None else read.labels[rows]
        groups.append(Group(label, times, labels, curve(times, len(read.causes))))
    if idle := [group.label for group in groups if not group.curve.events.any()]:
        found = f"nothing happened to anybody in {len(idle)} of {len(groups)} groups."
        raise Refused(Problem(f"column '{by or event}'", found, "A curve needs an event.", "Follow people for longer, or join groups."))
    if problems := [problem for group in groups for problem in _emptied(group)]:
        raise Refused(*problems)
    return Curves(tuple(groups), read.causes, read, by, time, scale)


def _emptied(group: Group) -> Iterator[Problem]:
    """A curve that fell to 0 among the first few to enter, and stays there whatever becomes of those who enter later."""
    since = footing(group.curve, 1).emptied
    if since is not None:
        found = f"at {since:g} everybody of '{group.label}' who was there had an event, and others enter later: the curve would stay at 0."
        yield Problem("entry", found, remedy=f"Begin later than {since:g}: leave out rows that end by then, and let no entry lie before it.")
