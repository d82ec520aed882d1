"""Mean costs on the columns of a frame: differences of arithmetic means by any estimator of the method `mean`, and means of costs cut short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ...cohort import FrameOutcome, cohort_from_frame
from ...phrases import counted, listed, nearest
from ...terms import Censored, Comparison, Estimand, Horizon, Inference, Problem, Question, Refused
from ..standing import Rows
from ..tables import Estimates, asked, columns_there
from .estimation import estimate
from .from_frame import people_of
from .means import Mean, Standing, standing_for
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
    taken as known.  Costs are complete: for those cut short see `censored_mean`.
    """
    columns_there(frame, {"outcome": cost, "served": served, "cluster": cluster, "weights": weights}, {"history": on})
    for word, given, known in (("estimator", estimator, ESTIMATORS), ("inference", inference, WAYS)):
        if given not in known:
            raise Refused(Problem(word, f"there is no '{given}'.", f"It is one of {listed(known)}.", nearest(given, known)))
    if inference == "cluster" and cluster is None:
        raise Refused(Problem("cluster", "no column says which rows share luck.", "inference = 'cluster' needs one.", "Say cluster = a column."))
    people = people_of(frame, served, cluster, weights)
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
    return Estimates(pd.DataFrame(rows, columns=columns), f"{counted(len(frame), 'row')}; {estimator}; 95 % limits by {told.interval.by}.")


@asked()
def censored_mean(
    frame: pd.DataFrame, *, costs: str | Sequence[str], followed: str, complete: str, horizon: float, edges: Sequence[float] = (),
    on: Sequence[str] = (), served: str | None = None,
) -> Estimates:  # fmt: skip
    """Mean cost up to `horizon` where some were lost sight of before it, beside what is had by looking away from that.

    `costs` is the column of all that a row came to by the horizon, or one column a period, in order, whose ends are `edges` (the last is
    the horizon).  `followed` tells how long each row was seen and `complete` whether it ended by itself then (a death): those with 0 whose
    time is short of the horizon were lost.  Of those followed each stands for those lost (Bang and Tsiatis 2000), by Kaplan and Meier or,
    with columns `on`, by how likely people like them were to be followed.  Assumes that who is lost, given those columns, has nothing to
    do with costs to come.  With `served` each arm has its own weights, and the difference is told.
    """
    periods = [costs] if isinstance(costs, str) else list(costs)
    columns_there(frame, {"followed": followed, "complete": complete, "served": served}, {"events": periods, "history": on})
    until = np.array(edges or [horizon], dtype=float)
    problems = []
    if len(until) != len(periods) or (np.diff(until) <= 0).any() or until[-1] != horizon:
        found = f"{counted(len(periods), 'column')} of costs and {counted(len(until), 'end')} of periods do not fit."
        problems.append(Problem("edges", found, "Each column has the end of its period; ends rise, and the last is the horizon."))
    if not frame[complete].isin([0, 1]).all():
        problems.append(Problem(f"column '{complete}'", f"{counted(int((~frame[complete].isin([0, 1])).sum()), 'row')} hold neither 0 nor 1."))
    if problems:
        raise Refused(*problems)
    if served is None:
        return Estimates(pd.DataFrame(_rows(frame, periods, followed, complete, until, on, "")), _NOTE)
    people = people_of(frame, served, None, None)
    rows = []
    for there, name in ((people.served, "served: "), (~people.served, "compared: ")):
        rows.append(_rows(frame[there], periods, followed, complete, until, on, name))
    apart = []
    for one, other in zip(*rows, strict=True):
        error = (one["std_error"] ** 2 + other["std_error"] ** 2) ** 0.5
        apart.append(_row(str(one["what"]).replace("served: ", "difference: "), one["value"] - other["value"], error))
    return Estimates(pd.DataFrame([*rows[0], *rows[1], *apart]), _NOTE)


_NOTE = "95 % limits by what each row adds to the error, normal. Those seen to the end alone, and all as far as seen, are biased where any are lost."
_Z = 1.959963984540054


def _rows(
    frame: pd.DataFrame, periods: Sequence[str], followed: str, complete: str, until: Array, on: Sequence[str], name: str
) -> list[dict[str, object]]:
    """The means of one arm: weighted by period, weighted at the end, those seen to the end, and all as far as they were seen."""
    parts = frame[list(periods)].to_numpy(dtype=float)
    day = np.minimum(frame[followed].to_numpy(dtype=float), until[-1])
    lost = (day < until[-1]) & (frame[complete].to_numpy() == 0)
    n = len(frame)
    reading = Reading(parts.sum(axis=1), parts, np.tile(until, (n, 1)), day, np.where(lost, "records end", "horizon"), lost)
    standing = _standing(frame, reading, until, on)
    found = [_row(f"{name}weighted, by period", *_told(standing.mean(parts)))] if len(periods) > 1 else []
    found.append(_row(f"{name}weighted, by those seen to the end", *_told(standing.total(reading.y))))
    for said, there in (("those seen to the end alone", ~lost), ("all as far as seen", np.ones(n, dtype=bool))):
        y = reading.y[there]
        found.append(_row(f"{name}{said}", float(y.mean()), float(y.std(ddof=1)) / len(y) ** 0.5))
    return found


def _standing(frame: pd.DataFrame, reading: Reading, until: Array, on: Sequence[str]) -> Standing:
    n = np.arange(len(frame))
    history = {name: frame[name].to_numpy(dtype=float) for name in on}
    rows = Rows(n, np.ones(len(n), dtype=bool), n, None, n, np.ones(len(n)), None, history)
    question = Question("cost", Horizon(days=int(until[-1])), "mean", 0.0, censored=Censored(adjust="ipcw" if on else "nothing"))
    return standing_for(reading, rows, question)


def _told(found: Mean) -> tuple[float, float]:
    return found.mean, float((found.influence @ found.influence) ** 0.5)


def _row(what: str, value: float, error: float) -> dict[str, object]:
    return {"what": what, "value": value, "std_error": error, "low": value - _Z * error, "high": value + _Z * error}
