"""How long Cox regressions and curves take on one core, and in how much memory; beside the peers on PyPI, on the same people.

    python benchmarks/times_to_events.py                                           # 10 thousand and 100 thousand rows
    python benchmarks/times_to_events.py --sizes 1000000                           # by hand, on a quiet machine
    python benchmarks/times_to_events.py --peers peers/bin/python                  # and the peers, each in a process of that interpreter

The peers are installed apart, since nothing here needs all of them:

    python -m venv peers && peers/bin/python -m pip install lifelines==0.30.3 statsmodels==0.15.0 scikit-survival==0.28.0 survival==2.0.0

People have ten covariates; times are whole days of three years, so that there are many ties; a little over a third have the event, and
in curves of two causes some have another end first.  Clusters are families of three.  Each line is a process of its own, which first does
the same for a few people, so that nothing is timed that is done once in a process's life; its peak is of the whole process.  `checked` is
a number that peers who do the same thing rightly have too: the first covariate's slope or its standard error, the curve at two years or its.
A peer that takes longer than `--minutes` is given up.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np

TABLE = harness.ROOT / "docs" / "benchmarks_survival.md"
SIZES = ("10000", "100000")
COVARIATES, YEARS = 10, 3
LAST, TWO_YEARS = 365 * YEARS, 730
TASKS = {
    "cox": "Cox, ten covariates, Efron",
    "cluster": "the same, cluster-robust",
    "entry": "the same with delayed entry, cluster-robust",
    "km": "Kaplan-Meier with its error",
    "aj": "Aalen-Johansen with its error",
}
PEERS = ("lifelines", "statsmodels", "sksurv", "survival")
HEAD = """# How long Cox regressions and curves take

One core, whole days, many ties.  The people are invented by `benchmarks/times_to_events.py`, which writes this table.  Each line is a process of
its own, after the same for a few people; its peak is of the whole process.  Of each peer: seconds, peak, and the number that is checked:
the standard error of the first slope, or of the curve at two years.  It is in bold where it is not ours to three digits.
"""

Array = np.ndarray[Any, Any]


# ------------------------------------------------------------------------------------------------ the data
def invented(n: int, seed: int = 1) -> dict[str, Array]:
    """Times in whole days, what ended them (1, or another cause 2, or 0), covariates, and families of three who share luck."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=(n, COVARIATES - 3)), rng.random((n, 3)) < 0.4]).astype(float)
    family = np.arange(n) // 3
    frailty = rng.gamma(4, 0.25, n // 3 + 1)[family]
    hazard = 0.0006 * frailty * np.exp(X @ np.linspace(-0.4, 0.4, COVARIATES))
    event = np.ceil(rng.exponential(1 / hazard))
    other = np.ceil(rng.exponential(1 / 0.0003, n))
    left = rng.integers(200, 2 * LAST, n)
    stop = np.minimum.reduce([event, other, left, np.full(n, float(LAST))])
    cause = np.where(event == stop, 1, np.where(other == stop, 2, 0))
    entry = np.floor(rng.random(n) * np.minimum(stop, 90))
    return {"X": X, "stop": stop.astype(np.int64), "cause": cause, "family": family, "entry": entry.astype(np.int64)}


# ------------------------------------------------------------------------------------------------ the roads
def ours(people: dict[str, Array], task: str) -> float:
    """The error that is checked, by this project."""
    from evaluation.methods.survival import cox, curve_errors, curves
    from evaluation.methods.survival.times import Times

    entry = people["entry"] if task == "entry" else None
    times = Times(people["stop"], people["cause"], entry)
    if task in ("cox", "cluster", "entry"):
        fit = cox.fit(people["X"], times, names=[f"x{number}" for number in range(COVARIATES)])
        return float(np.sqrt((fit.naive if task == "cox" else fit.variance(people["family"]))[0, 0]))
    if task == "km":
        times = Times(people["stop"], (people["cause"] == 1).astype(np.int64))
        curve = curves.curve(times)
        return at(curve.time, curve_errors.greenwood(curve))
    curve = curves.curve(times, causes=2)
    return at(curve.time, curve_errors.jackknife(curve, times, "incidence"))


def at(time: Array, error: Array) -> float:
    """A curve's error at two years."""
    return float(error[np.searchsorted(time, TWO_YEARS, side="right") - 1])


def lifelines(people: dict[str, Array], task: str) -> float:
    """The same by lifelines."""
    import pandas as pd
    from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter

    stop, cause = people["stop"], people["cause"]
    if task in ("cox", "cluster", "entry"):
        frame = pd.DataFrame(people["X"], columns=[f"x{number}" for number in range(COVARIATES)])
        frame["stop"], frame["event"], words = stop, cause == 1, {}
        if task != "cox":
            frame["family"], words = people["family"], {"cluster_col": "family"}
        if task == "entry":
            frame["entry"], words = people["entry"], words | {"entry_col": "entry"}
        return float(CoxPHFitter().fit(frame, "stop", "event", **words).standard_errors_.iloc[0])
    if task == "km":
        fit = KaplanMeierFitter().fit(stop, cause == 1)
        error = fit.survival_function_.iloc[:, 0].to_numpy() * np.sqrt(np.ravel(fit._cumulative_sq_))
        return at(fit.survival_function_.index.to_numpy(), error)
    fit = AalenJohansenFitter(seed=1).fit(stop, cause, event_of_interest=1)
    return at(fit.cumulative_density_.index.to_numpy(), np.sqrt(np.ravel(fit.variance_)))


def statsmodels(people: dict[str, Array], task: str) -> float:
    """The same by statsmodels."""
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

    stop, cause = people["stop"], people["cause"]
    if task in ("cox", "cluster", "entry"):
        entry = people["entry"].astype(float) if task == "entry" else None
        model = PHReg(stop.astype(float), people["X"], status=(cause == 1).astype(int), entry=entry, ties="efron")
        return float((model.fit() if task == "cox" else model.fit(groups=people["family"])).bse[0])
    if task == "km":
        fit = SurvfuncRight(stop, (cause == 1).astype(int))
        return at(fit.surv_times, fit.surv_prob_se)
    told = CumIncidenceRight(stop, cause)
    return at(told.times, told.cinc_se[0])


def sksurv(people: dict[str, Array], task: str) -> float:
    """The same by scikit-survival, whose Cox regression has no standard errors: its first slope is told instead."""
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
    from sksurv.util import Surv

    stop, cause = people["stop"], people["cause"]
    if task == "cox":
        return float(CoxPHSurvivalAnalysis(ties="efron").fit(people["X"], Surv.from_arrays(cause == 1, stop)).coef_[0])
    if task == "km":
        time, survival, limits = kaplan_meier_estimator(cause == 1, stop, conf_type="log-log")
        del survival
        return at(time, (limits[1] - limits[0]) / 2 / 1.959964)
    time, incidence, limits = cumulative_incidence_competing_risks(cause, stop, conf_type="log-log")
    del incidence
    return at(time, (limits[1, 0] - limits[1, 1]) / -2 / 1.959964)


def survival(people: dict[str, Array], task: str) -> float:
    """The same by the PyPI package survival, a port of R's."""
    import survival as rs

    stop, cause = people["stop"].astype(float), people["cause"]
    if task in ("cox", "cluster", "entry"):
        data = {f"x{number}": people["X"][:, number] for number in range(COVARIATES)}
        data |= {"stop": stop, "event": (cause == 1).astype(float), "entry": people["entry"].astype(float)}
        side = "Surv(entry, stop, event)" if task == "entry" else "Surv(stop, event)"
        words = {} if task == "cox" else {"cluster": people["family"]}
        fit = rs.coxph(f"{side} ~ " + " + ".join(f"x{number}" for number in range(COVARIATES)), data, ties="efron", **words)
        return float(np.sqrt(np.asarray(rs.vcov(fit), dtype=float).reshape(COVARIATES, COVARIATES)[0, 0]))
    if task == "km":
        fit = rs.survfit("Surv(stop, event) ~ 1", {"stop": stop, "event": (cause == 1).astype(float)})
        return at(np.asarray(fit.time), np.asarray(fit.std_err) * np.asarray(fit.surv))
    import pandas as pd

    words = ["censored", "event", "other"]
    fit = rs.survfit("Surv(stop, status) ~ 1", pd.DataFrame({"stop": stop, "status": pd.Categorical.from_codes(cause, words)}))
    return at(np.asarray(fit.time), np.asarray(fit.std_err)[:, 1])


ROADS: dict[str, Callable[[dict[str, Array], str], float]] = {
    "ours": ours,
    "lifelines": lifelines,
    "statsmodels": statsmodels,
    "sksurv": sksurv,
    "survival": survival,
}
HAS_NONE = {("sksurv", "cluster"), ("sksurv", "entry")}


def one(who: str, task: str, rows: int) -> None:
    """Runs one road in this process, and prints what was seen as one line of JSON."""
    road, people = ROADS[who], invented(rows)
    road(invented(600), task)
    began = time.perf_counter()
    checked = road(people, task)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak": harness.peak(), "checked": checked}))


# ------------------------------------------------------------------------------------------------ the table
def seen(who: str, task: str, rows: str, interpreter: str, minutes: float) -> harness.Told | str:
    """What a process of its own has seen, or in words why there is nothing to see."""
    if (who, task) in HAS_NONE:
        return "has none"
    return harness.seen(__file__, [who, task, rows], interpreter, minutes, ours=who == "ours", one_thread=True)


def lines(sizes: list[str], tasks: list[str], peers: str, minutes: float) -> Iterator[str]:
    """The rows of the table, as they are found; a peer that was given up is not asked again about more rows."""
    there = harness.here(peers, PEERS) if peers else ()
    given_up: set[tuple[str, str]] = set()
    yield "| rows | what | seconds | peak | checked | " + " | ".join(there) + " | best peer / ours |"
    yield "|---" * (6 + len(there)) + "|"
    for rows in sizes:
        for task in tasks:
            mine = seen("ours", task, rows, sys.executable, minutes)
            others = {name: "given up before" if (name, task) in given_up else seen(name, task, rows, peers, minutes) for name in there}
            given_up |= {(name, task) for name, told in others.items() if isinstance(told, str) and told.startswith("more than")}
            if isinstance(mine, str):
                yield f"| {int(rows):,} | {TASKS[task]} | {mine} |" + " |" * (3 + len(there))
                continue
            best = min((told["seconds"] for told in others.values() if isinstance(told, dict)), default=None)
            cells = [f"{int(rows):,}", TASKS[task], f"{mine['seconds']:.3f}", f"{mine['peak']:.2f} GB", f"{mine['checked']:.4g}"]
            cells += [_told(told, mine["checked"], slope=(name, task) == ("sksurv", "cox")) for name, told in others.items()]
            yield "| " + " | ".join([*cells, "" if best is None else f"{best / mine['seconds']:.1f}"]) + " |"


def _told(told: harness.Told | str, ours: float, *, slope: bool) -> str:
    """What a peer has seen; a number that is not ours in bold."""
    if isinstance(told, str):
        return told
    same = abs(told["checked"] - ours) <= 1e-3 * abs(ours)
    number = "no error" if slope else f"{told['checked']:.4g}" if same else f"**{told['checked']:.4g}**"
    return f"{told['seconds']:.2f} s, {told['peak']:.1f} GB, {number}"


def main() -> None:
    """Reads the command line, runs every line in a process of its own, and writes the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", nargs="+", default=list(SIZES), metavar="ROWS")
    asked.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    asked.add_argument("--peers", default="", metavar="PYTHON", help="an interpreter that has the peers; left out: they are not run")
    asked.add_argument("--minutes", type=float, default=5.0)
    asked.add_argument("--table", type=Path, default=TABLE)
    asked.add_argument("--one", nargs=3, help=argparse.SUPPRESS)  # of the one line that this process runs
    options = asked.parse_args()
    if options.one:
        who, task, rows = options.one
        one(who, task, int(rows))
        return
    harness.told_of_peers(options.peers, PEERS)
    written = []
    for line in lines(options.sizes, options.tasks, options.peers, options.minutes):
        print(line, flush=True)
        written.append(line)
    options.table.write_text(f"{HEAD}\nOne of {harness.machine()}.\n\n" + "\n".join(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
