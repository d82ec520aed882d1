"""Mean costs on the columns of a frame: differences of arithmetic means by any estimator of the method `mean`, and means of costs cut short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ...cohort import FrameOutcome, cohort_from_frame
from ...phrases import counted, listed, nearest
from ...terms import Censored, Comparison, Estimand, Horizon, Inference, Problem, Question, Refused
from ..standing import Rows
from ..tables import Estimates, asked, columns_there
from .censored import Group, Ranged, group, lin, of_one, of_two
from .estimation import estimate
from .from_frame import endless, people_of
from .means import Standing, standing_for
from .reading import Reading

if TYPE_CHECKING:
    from ...terms import Array

EstimatorOfCosts = Literal["difference", "regression", "doubly_robust", "two_part", "gamma", "poisson"]
ESTIMATORS = ("difference", "regression", "doubly_robust", "two_part", "gamma", "poisson")
WAYS = ("robust", "cluster", "bootstrap")
_ROW = "number of the row"


@asked()
def mean(
    frame: pd.DataFrame, *, cost: str, served: str, on: Sequence[str] = (), estimator: EstimatorOfCosts = "difference",
    inference: Literal["robust", "cluster", "bootstrap"] = "robust", cluster: str | None = None, weights: str | None = None,
) -> Estimates:  # fmt: skip
    """The difference in mean cost, served less compared, in arithmetic means whatever the tail.

    `estimator` tells how columns `on` enter: not at all, by a regression in levels, doubly robust, or by a model of costs that is then
    averaged over everybody (two_part: a logit of having any and a gamma mean; gamma; poisson).  `weights` make the arms alike and are
    taken as known.  Costs are complete: for those cut short see `censored_mean`.  A cost below 0 is taken for a refund and its rows are
    counted under the table; a model of costs refuses it.  The conditions of the method that do not hold, for which a study would give no
    answer or a warning, stand there too.
    """
    columns_there(frame, {"outcome": cost, "served": served, "cluster": cluster, "weights": weights}, {"history": on})
    problems = [
        Problem(word, f"there is no '{given}'.", f"It is one of {listed(known)}.", nearest(given, known))
        for word, given, known in (("estimator", estimator, ESTIMATORS), ("inference", inference, WAYS))
        if given not in known
    ]
    if inference == "cluster" and cluster is None:
        problems.append(Problem("cluster", "no column says which rows share luck.", "inference = 'cluster' needs one.", "Say cluster = a column."))
    people = people_of(frame, served, cluster, weights, [cost, *on], problems)
    horizon = Horizon(months=12)  # in no number: the column holds what a row came to
    said = FrameOutcome(cost, "amount", horizon, better="fewer", title={"en": cost}, event={"en": cost}, unit="dollars")
    read = frame.assign(**{_ROW: np.arange(len(frame)), served: people.served.astype(int)})
    cohort, ruler = cohort_from_frame(read, unit=_ROW, treated=served, history=list(on), outcome=said, by="lot", cluster=cluster)
    w = np.ones(len(frame)) if people.weights is None else people.weights
    weighed = np.where(people.served, w / w[people.served].sum(), w / w[~people.served].sum()) * len(frame)
    whom = Estimand("average_effect", "difference in mean cost", "everybody in the frame", "served, against not served")
    comparison = Comparison(whom, np.ones(len(frame), dtype=bool), weighed, clusters=cohort.clusters)
    question = Question(said.defined().name, horizon, "mean", 0.0, estimator=estimator, inference=Inference(inference))
    told = estimate(cohort, comparison, ruler, question)
    rows = [
        {"what": "served", "value": told.served.mean},
        {"what": "compared", "value": told.compared.mean},
        {
            "what": "difference",
            "value": told.effect,
            "std_error": told.std_error,
            "low": told.interval.low,
            "high": told.interval.high,
            "p": told.p_value,
        },
    ]
    columns = ["what", "value", "std_error", "low", "high", "p"]
    below = int((frame[cost] < 0).sum())
    refunds = f" {counted(below, 'cost')} below 0, taken for refunds." if below else ""
    by = told.interval.by if cluster else told.interval.by.replace("cluster-robust by person", "robust to unequal spread")
    failed = [one.sentence for one in told.diagnostics if not one.holds and one.name != "detectable_effect"]  # no size is asked for here
    relied = f" Not to be relied on: {' '.join(failed)}" if failed else ""
    return Estimates(pd.DataFrame(rows, columns=columns), f"{counted(len(frame), 'row')}; {estimator}; 95 % limits by {by}.{refunds}{relied}")


@asked()
def censored_mean(
    frame: pd.DataFrame, *, costs: str | Sequence[str], followed: str, complete: str, horizon: float, edges: Sequence[float] = (),
    on: Sequence[str] = (), served: str | None = None, method: Literal["partitioned", "simple", "lin"] | None = None,
) -> Estimates:  # fmt: skip
    """Mean cost up to `horizon` where some were lost sight of before it, beside what is had by looking away from that.

    `costs` is the column of all that a row came to by the horizon, or one column a period, in order, whose ends are `edges` (the last is
    the horizon).  `followed` tells how long each row was seen and `complete` whether it ended by itself then (a death): those with 0 whose
    time is short of the horizon were lost.  Of those followed each stands for those lost (Bang and Tsiatis 2000), by Kaplan and Meier or,
    with columns `on`, by how likely people like them were to be followed.  Assumes that who is lost, given those columns, has nothing to
    do with costs to come.  With `served` each arm has its own weights, and the difference is told.

    `method`: "partitioned" reads costs by period, "simple" those of people seen to the end alone, left out both; "lin" (Lin and others
    1997) adds up means of periods among those watched when each began: it is too low where costs come at a death, or late in a period,
    and knows no columns `on`.  One row a person.  Limits of one mean count its skewness (Hall 1992), those of a difference are of t by
    the larger of two errors; none are told where fewer than ten people came to any amount, or where one mean rests on a few amounts.
    """
    periods = [costs] if isinstance(costs, str) else list(costs)
    columns_there(frame, {"served": served}, {"events": [*periods, followed, complete], "history": on})
    until = _ends(frame, periods, followed, complete, horizon, edges, on, method)
    told = partial(_rows, periods=periods, followed=followed, complete=complete, until=until, on=on, method=method)
    if served is None:
        alone = told(frame)
        return _table([_told(one.what, of_one(one.group) if one.group else one.value) for one in alone.rows], [alone.said])
    people = people_of(frame, served, None, None)
    arms = [told(frame[there], f"{name}: ") for there, name in ((people.served, "served"), (~people.served, "compared"))]
    rows = [_told(one.what, of_one(one.group) if one.group else one.value) for arm in arms for one in arm.rows]
    for one, other in zip(*(arm.rows for arm in arms), strict=True):
        apart = of_two(one.group, other.group) if one.group and other.group else one.value - other.value
        rows.append(_told(one.what.replace("served: ", "difference: "), apart))
    return _table(rows, [arm.said for arm in arms])


METHODS = ("partitioned", "simple", "lin")
BY_METHOD = {
    "partitioned": "weighted, by period",
    "simple": "weighted, by those seen to the end",
    "lin": "by those watched when a period began (Lin 1997)",
}
BIASED = "Those seen to the end alone, and all as far as seen, are biased where any are lost, and have no limits."
LIN = "Lin's is too low where costs come at a death, or where people are lost within a period."


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One mean: with what an interval asks of it, or bare."""

    what: str
    value: float
    group: Group | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Arm:
    """All means of an arm, and how many of it were lost."""

    rows: tuple[_Row, ...]
    said: str


def _ends(
    frame: pd.DataFrame, periods: Sequence[str], followed: str, complete: str, horizon: float, edges: Sequence[float], on: Sequence[str],
    method: str | None,
) -> Array:  # fmt: skip
    """The ends of the periods; refuses everything that is wrong with what was asked, at once."""
    problems = endless(frame, [*periods, followed, *on])
    until = np.array([horizon] if len(edges) == 0 else list(edges), dtype=float)
    if not (np.isfinite(horizon) and horizon > 0):
        problems.append(Problem("horizon", f"it is {horizon:g}.", "It is a time above 0, in the unit of the column of times."))
    elif not np.isfinite(until).all() or len(until) != len(periods) or (np.diff(until) <= 0).any() or until[0] <= 0 or until[-1] != horizon:
        found = f"{counted(len(periods), 'column')} of costs and {counted(len(until), 'end')} of periods do not fit."
        problems.append(Problem("edges", found, "Each column has the end of its period; ends rise from above 0, and the last is the horizon."))
    if below := int((frame[followed] < 0).sum()):
        problems.append(Problem(f"column '{followed}'", f"{counted(below, 'row')} with a time below 0."))
    for name in periods:
        if below := int((frame[name] < 0).sum()):
            problems.append(
                Problem(f"column '{name}'", f"{counted(below, 'row')} with a cost below 0.", "Take refunds off before.", "Write 0, or drop them.")
            )
    if not frame[complete].isin([0, 1]).all():
        problems.append(Problem(f"column '{complete}'", f"{counted(int((~frame[complete].isin([0, 1])).sum()), 'row')} hold neither 0 nor 1."))
    if method is not None and method not in METHODS:
        problems.append(Problem("method", f"there is no '{method}'.", f"It is one of {listed(METHODS)}.", nearest(method, METHODS)))
    if method in ("partitioned", "lin") and len(periods) < 2:
        problems.append(Problem("method", f"'{method}' reads costs by period, and there is one column.", remedy="Name a column for each period."))
    if method == "lin" and on:
        problems.append(Problem("method", "'lin' knows no columns `on`.", remedy='Leave them out, or say method = "partitioned".'))
    if problems:
        raise Refused(*problems)
    return until


def _rows(
    frame: pd.DataFrame, name: str = "", *, periods: Sequence[str], followed: str, complete: str, until: Array, on: Sequence[str], method: str | None
) -> _Arm:  # fmt: skip
    """The means of one arm by the method asked for, and beside them those seen to the end and all as far as they were seen."""
    parts = frame[list(periods)].to_numpy(dtype=float)
    day = np.minimum(frame[followed].to_numpy(dtype=float), until[-1])
    lost = (day < until[-1]) & (frame[complete].to_numpy() == 0)
    n = len(frame)
    reading = Reading(parts.sum(axis=1), parts, np.tile(until, (n, 1)), day, np.where(lost, "records end", "horizon"), lost)
    standing = _standing(frame, reading, until, on)
    asked = ([method] if method else ["partitioned", "simple"]) if len(periods) > 1 else ["simple"]
    found = []
    for way in asked:
        if way == "lin":
            mean = lin(parts, np.concatenate([[0.0], until[:-1] + 1]), day, lost, np.ones(n))
        else:
            mean = standing.mean(parts) if way == "partitioned" else standing.total(reading.y)
        found.append(_Row(f"{name}{BY_METHOD[way]}", mean.mean, group(mean, reading.y, lost, standing.at_the_end)))
    for said, there in (("those seen to the end alone", ~lost), ("all as far as seen", np.ones(n, dtype=bool))):
        found.append(_Row(f"{name}{said}", float(reading.y[there].mean())))
    return _Arm(tuple(found), f"{name}{counted(n, 'row')}, of which {counted(int(lost.sum()), 'was', 'were')} lost before the horizon.")


def _standing(frame: pd.DataFrame, reading: Reading, until: Array, on: Sequence[str]) -> Standing:
    n = np.arange(len(frame))
    history = {name: frame[name].to_numpy(dtype=float) for name in on}
    rows = Rows(n, np.ones(len(n), dtype=bool), n, None, n, np.ones(len(n)), None, history)
    question = Question("cost", Horizon(days=max(int(until[-1]), 1)), "mean", 0.0, censored=Censored(adjust="ipcw" if on else "nothing"))
    return standing_for(reading, rows, question)


def _told(what: str, found: Ranged | float) -> tuple[dict[str, object], str]:
    """A row of the table, and why it has no limits."""
    if isinstance(found, float):
        return {"what": what, "value": found}, ""
    return {"what": what, "value": found.mean, "std_error": found.std_error, "low": found.low, "high": found.high}, found.why


def _table(rows: Sequence[tuple[dict[str, object], str]], said: Sequence[str]) -> Estimates:
    """The table with a line under it: how many were lost, how limits were made, and which rows have none and why."""
    without: dict[str, list[str]] = {}
    for row, why in rows:
        if why:
            without.setdefault(why, []).append(f"'{row['what']}'")
    none = [f"No limits for {listed(names)}: {why}." for why, names in without.items()]
    by = "95 % limits: of a mean by Hall's transformation (1992), of a difference by t with the larger of own and pooled spread."
    lin_told = [LIN] if any(BY_METHOD["lin"] in str(row["what"]) for row, _ in rows) else []
    frame = pd.DataFrame([row for row, _ in rows], columns=["what", "value", "std_error", "low", "high"])
    return Estimates(frame, " ".join([*said, by, *none, BIASED, *lin_told]))
