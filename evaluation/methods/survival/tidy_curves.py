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
from .columns import Timed, Told, Z, by_whom, known, seen_until, shown_times, strata, timed
from .curves import Curve, curve, fleming_harrington, influence
from .footing import footing
from .times import Times
from .transforms import Scale, interval

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

Ties = Literal["at once", "one by one"]
By = Literal["jackknife", "aalen"]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One curve, with the rows that it is of."""

    label: str
    times: Times
    labels: Array | None
    curve: Curve
    errors: By = "jackknife"

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
        if cause is not None and self.errors == "aalen":
            return curve_errors.aalen(self.curve, cause)
        if self.labels is None:
            return curve_errors.jackknife(self.curve, self.times, what, cause or 1)
        return curve_errors.clustered(self.curve, self.times, what, self.curve.time, self.labels, cause or 1)

    def hazard_error(self, cause: int) -> Array:
        """(m,) the standard error of a cause's cumulative hazard: Aalen's of different people, else as `error`."""
        if self.labels is not None:
            return curve_errors.clustered(self.curve, self.times, "hazard", self.curve.time, self.labels, cause)
        if self.times.weights is not None:
            return curve_errors.jackknife(self.curve, self.times, "hazard", cause)
        return curve_errors.nelson_aalen(self.curve, cause)


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
        """By group and time: survival or the share with each end by then, with 95 % limits, and how many people that is.

        `followed_after` are those still followed beyond the time, events and `censored` those up to it: they add up to all who have entered.
        Refuses a time beyond the last at which anybody of a group was seen.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        seen_until({group.label: group.last for group in self.groups}, asked)
        return pd.concat([self._at(group, asked) for group in self.groups], ignore_index=True)

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
        asked = np.atleast_1d(np.asarray(shares, dtype=float))
        if not asked.size or not ((asked > 0) & (asked < 1)).all():
            raise Refused(Problem("shares", "a share is not between 0 and 1, or there is none.", "A half is .5."))
        found = []
        for group in self.groups:
            told = reaching.quantiles(group.curve, asked, group.error(number), cause=number)
            found.append(pd.DataFrame({"group": group.label, "share": told.share, "time": told.time, "low": told.low, "high": told.high}))
        return pd.concat(found, ignore_index=True)

    def hazard(self, cause: str | None = None, *, ties: Ties = "at once") -> pd.DataFrame:
        """The cumulative hazard of a cause, or of the event, at every time of one, with 95 % limits on the log scale.

        Nelson's (1972) and Aalen's (1978): of several events of a time each counts among all who were at risk; its points are lifelines'
        where there is one kind of end.  With `ties` "one by one" those before it have gone (Fleming and Harrington 1984), which tells only of
        one kind of end and has the same error to that order.
        """
        number = self.timed.number(cause)
        known("ties", ties, Ties)
        if ties == "one by one" and len(self.causes) > 1:
            found = f"there are {len(self.causes)} causes, and which of those tied comes first would be guessed."
            raise Refused(Problem("ties", found, remedy="Take 'at once'."))
        return pd.concat([self._hazard(group, number, ties) for group in self.groups], ignore_index=True)

    def test(self, cause: str | None = None, *, stratum: str | None = None, rho: float = 0.0) -> pd.DataFrame:
        """Whether the groups differ: the log-rank test or, where ends compete, Gray's of a cause's incidence; `rho` weighs early times more."""
        if self.by is None:
            raise Refused(Problem("a test", "there is one curve, and nothing to compare it with.", remedy="Name the column of the groups: by=..."))
        group = pd.factorize(self.timed.frame[self.by].astype(str), sort=True)[0]
        within = None if stratum is None else strata(self.timed.frame, stratum)[1]
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

    @property
    def note(self) -> str:
        """Whose errors they are, and whether those are few; nothing where rows are different people."""
        if self.timed.labels is None:
            return ""
        many = [len(np.unique(group.labels)) for group in self.groups if group.labels is not None]
        return by_whom(str(self.timed.person), min(many), len(many) > 1)

    def _hazard(self, group: Group, cause: int, ties: Ties) -> pd.DataFrame:
        there = group.curve.events[cause - 1] > 0
        if ties == "one by one":
            points = fleming_harrington(group.curve, group.times)
        elif len(self.causes) > 1:
            points = group.curve.hazard[cause - 1]
        else:
            from . import lifelines_adapter  # takes a second to import

            told = lifelines_adapter.nelson_aalen(group.times)
            points = told.value[np.searchsorted(told.time, group.curve.time, side="right") - 1]
        hazard, error = points[there], group.hazard_error(cause)[there]
        reach = np.exp(Z * error / hazard)
        rows = {"group": group.label, "time": group.curve.time[there], "at_risk": group.curve.rows[there], "hazard": hazard}
        return pd.DataFrame(rows | {"std_error": error, "low": hazard / reach, "high": hazard * reach})

    def _at(self, group: Group, times: Array) -> pd.DataFrame:
        counts = at_risk.counts_at(group.times, times, len(self.causes), group.labels)
        rows: dict[str, Any] = {"group": group.label, "time": times}
        people: dict[str, Any] = {"followed_after": counts.still, "censored": counts.censored}
        place = np.searchsorted(group.curve.time, times, side="right")
        for number, name in [(None, "survival")] if len(self.causes) == 1 else list(enumerate(self.causes, 1)):
            share = group.curve.survival_at(times) if number is None else group.curve.incidence_at(times, number)
            error = np.append(0.0, group.error(number))[place]
            low, high = interval(share, error, self.scale, worth=np.maximum(counts.at_risk, 1))
            prefix = "" if number is None else f"{name} "
            rows |= {name: share, f"{prefix}low": low, f"{prefix}high": high, f"{prefix}std_error": error}
            people[f"{prefix}events"] = counts.events[(number or 1) - 1]
        return pd.DataFrame(rows | people)

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
    landmark: float | None = None,
    errors: By = "jackknife",
    scale: Scale = "log-log",
) -> Curves:
    """Kaplan-Meier curves or, where `causes` names several ends by their codes, Aalen-Johansen's: every name is a column of the frame.

    `event` is 0 for rows without one.  `by` holds the groups, `entry` when a row came under observation (it is at risk after it),
    `weights` what it counts for, `person` whose it is where one has several rows, or which cluster's.  With a `landmark` curves are of those
    who go on beyond it, from it on: where the first to enter were few, it begins where enough are there.  `scale` is the one on which 95 %
    limits are made; `errors` of incidence "aalen" are those of R's cmprsk::cuminc, for different people who weigh 1.  Refuses what
    `columns.timed` refuses, a group without an event, and a curve that falls to 0 before all have entered.
    """
    known("scale", scale, Scale)
    known("errors", errors, By)
    besides = [] if by is None else [by]
    read = timed(frame, time=time, event=event, causes=causes, entry=entry, weights=weights, person=person, besides=besides, groups=by)
    if errors == "aalen" and (person or weights):
        found = "Aalen's errors were asked of rows that are weighted, or hang together."
        raise Refused(Problem("errors", found, "They take each row for somebody else who counts once.", "Take 'jackknife'."))
    read = read if landmark is None else read.beyond(landmark)
    groups = []
    for label, rows in read.groups(by):
        times, labels = read.times.of(rows), None if read.labels is None else read.labels[rows]
        groups.append(Group(label, times, labels, curve(times, len(read.causes)), errors))
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
        yield Problem("entry", found, remedy=f"Begin at {since:g} or later: landmark=...")
