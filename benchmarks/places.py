"""How long effects by cohort and period, and two-way fixed effects, take on one core, and in how much memory; beside the peers on PyPI.

    python benchmarks/places.py                                                    # 10 thousand and 100 thousand units
    python benchmarks/places.py --sizes 1000000                                    # by hand, on a quiet machine
    python benchmarks/places.py --peers peers/bin/python                           # and the peers, each in a process of that interpreter
    python benchmarks/places.py --sketch group_time.py                             # and the sketch that the engine grew from

The peers are installed apart, since nothing here needs all of them:

    python -m venv peers && peers/bin/python -m pip install csdid==0.4.3 diff-diff==3.13.0 differences==0.3.0 pyfixest==0.60.0 linearmodels==7.1

Units are seen in ten periods; five cohorts and, two in five, units that never adopt; two covariates tell who adopts when.  Each line is a
process of its own, which first does the same for a few units, so that nothing is timed that is done once in a process's life; its peak is
of the whole process, with the data as the road needs them: this package and the sketch read an array of units by periods, the peers a
frame of a row for each unit and period, which is laid out before the clock starts.  All tell every cell and the mean of all from adoption
on, with its error.  A peer that takes longer than `--minutes` is given up.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np

TABLE = harness.ROOT / "docs" / "benchmarks_places.md"
SIZES = ("10000", "100000")
PERIODS, COHORTS = 10, (0, 3, 4, 5, 7, 9)  # of adoption, from 1 on; 0 never
FEW = 600
TASKS = {"group_time": "by cohort and period, doubly robust, two covariates", "two_way": "two-way fixed effects, by cluster of the unit"}
PEERS = ("csdid", "diff_diff", "differences", "pyfixest", "linearmodels")
HAS_NONE = {  # diff-diff has two-way fixed effects of adoption at one time only
    ("pyfixest", "group_time"),
    ("linearmodels", "group_time"),
    *((name, "two_way") for name in ("csdid", "diff_diff", "differences", "sketch")),
}
POINT, ERROR = 1e-4, 1e-3  # how far from ours, of ours, a peer's effect and its error may be, before they are in bold
HEAD = """# How long effects by cohort and period take

One core, ten periods, five cohorts and units that never adopt.  The units are invented by `benchmarks/places.py`, which writes this table.  Each
line is a process of its own, after the same for a few units; its peak is of the whole process.  Of each peer: seconds, peak, and what it says of
the effect and its error; in bold where the effect is not ours to four digits, or the error not to three.
"""

Array = np.ndarray[Any, Any]
Answer = tuple[float, float]


# ------------------------------------------------------------------------------------------------ the data
def invented(n: int, seed: int = 1) -> dict[str, Array]:
    """Values (n, 10), the period of adoption (0 never), and covariates that tell it and how units change."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    pull = np.column_stack([np.full(n, 0.9), *(0.05 * (j + 1) * X[:, 0] - 0.15 * X[:, 1] - 0.1 * j for j in range(5))])
    share = np.exp(pull)
    share /= share.sum(axis=1, keepdims=True)
    adopts = np.array(COHORTS)[(rng.random(n)[:, None] > share.cumsum(axis=1)).sum(axis=1).clip(0, 5)]
    period = np.arange(1, PERIODS + 1)
    value = (rng.normal(size=n) + 0.5 * X[:, 0])[:, None] + 0.1 * period + 0.05 * X[:, :1] * period + rng.normal(size=(n, PERIODS))
    under = (adopts[:, None] > 0) & (period >= adopts[:, None])
    value += np.where(under, 0.2 + 0.1 * (period - adopts[:, None]), 0)
    return {"value": value, "adopts": adopts, "X": X}


def frame(units: dict[str, Array]) -> Any:
    """A row for each unit and period."""
    import pandas as pd

    n = len(units["adopts"])
    told = pd.DataFrame({"id": np.repeat(np.arange(1, n + 1), PERIODS), "t": np.tile(np.arange(1, PERIODS + 1), n)})
    told["g"], told["y"] = np.repeat(units["adopts"], PERIODS), units["value"].ravel()
    told["x1"], told["x2"] = (np.repeat(column, PERIODS) for column in units["X"].T)
    told["on"] = ((told["g"] > 0) & (told["t"] >= told["g"])).astype(float)
    return told


# ------------------------------------------------------------------------------------------------ the roads
def ours(units: dict[str, Array], task: str) -> Answer:
    """By this project."""
    from evaluation.methods.did import two_way
    from evaluation.methods.did.aggregates import aggregate
    from evaluation.methods.did.group_time import group_time
    from evaluation.terms import NEVER

    adopted = np.where(units["adopts"] == 0, NEVER, units["adopts"] - 1)
    if task == "two_way":
        fitted = two_way.fit(units["value"], adopted)
        return fitted.effect, fitted.std_error
    cells = group_time(units["value"], adopted, covariates=units["X"], adjust="doubly_robust", compared="never_treated")
    told = aggregate(cells, "simple")
    return told.overall, float(np.sqrt((told.overall_influence**2).sum()))


def csdid(told: Any, task: str) -> Answer:
    """By csdid, the port of R's did."""
    from csdid.att_gt import ATTgt

    del task
    words = {"yname": "y", "tname": "t", "idname": "id", "gname": "g", "control_group": "nevertreated", "xformla": "y~x1+x2"}
    fit = ATTgt(data=told, **words).fit(est_method="dr", bstrap=False)
    found = fit.aggte("simple", bstrap=False).atte
    return float(found["overall_att"]), float(np.ravel(found["overall_se"])[0])


def diff_diff(told: Any, task: str) -> Answer:
    """By diff-diff."""
    from diff_diff import CallawaySantAnna

    del task
    fit = CallawaySantAnna(estimation_method="dr", cband=False).fit(told, "y", "id", "t", "g", covariates=["x1", "x2"])
    return float(fit.overall_att), float(fit.overall_se)


def differences(told: Any, task: str) -> Answer:
    """By differences."""
    from differences import ATTgt

    del task
    fit = ATTgt(told, cohort_column="g")
    fit.fit("y ~ x1 + x2", est_method="dr", control_group="never_treated", progress_bar=False)
    found = fit.aggregate("simple")
    return float(found.iloc[0, 0]), float(found.iloc[0, 1])


def pyfixest(told: Any, task: str) -> Answer:
    """By pyfixest; effects of units last, since its small-sample factor hangs on their order."""
    import pyfixest as pf

    del task
    fit = pf.feols("y ~ on | t + id", told, vcov={"CRV1": "id"})
    return float(fit.coef().iloc[0]), float(fit.se().iloc[0])


def linearmodels(told: Any, task: str) -> Answer:
    """By linearmodels, told not to count the effects of units that clusters hold whole."""
    from linearmodels.panel import PanelOLS

    del task
    model = PanelOLS(told["y"], told[["on"]], entity_effects=True, time_effects=True, check_rank=False)
    fit = model.fit(cov_type="clustered", cluster_entity=True, auto_df=False, count_effects=False, group_debias=True)
    return float(fit.params.iloc[0]), float(fit.std_errors.iloc[0])


def sketched(path: str) -> Callable[[Any, str], Answer]:
    """By the sketch in a file of its own."""
    spec = importlib.util.spec_from_file_location("sketch", path)
    assert spec is not None and spec.loader is not None
    sketch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sketch)

    def road(units: dict[str, Array], task: str) -> Answer:
        del task
        X = np.column_stack([np.ones(len(units["X"])), units["X"]])
        keys, effect, _, parts = sketch.cs_dr_never(units["value"], units["adopts"], X, list(range(1, PERIODS + 1)))
        return tuple(map(float, sketch.aggte(keys, effect, parts, units["adopts"])["simple"]))  # type: ignore[return-value]  # two numbers

    return road


ROADS: dict[str, Callable[[Any, str], Answer]] = {
    "ours": ours,
    "csdid": csdid,
    "diff_diff": diff_diff,
    "differences": differences,
    "pyfixest": pyfixest,
    "linearmodels": linearmodels,
}


def laid_out(who: str, n: int) -> Any:
    """The units as a road reads them."""
    units = invented(n)
    if who in ("ours", "sketch"):
        return units
    told = frame(units)
    if who in ("differences", "linearmodels"):
        told["g"] = told["g"].where(told["g"] > 0)
        return told.set_index(["id", "t"])
    return told.astype({"g": float}) if who == "csdid" else told


def one(who: str, task: str, n: int, sketch: str) -> None:
    """Runs one road in this process, and prints what was seen as one line of JSON."""
    road = sketched(sketch) if who == "sketch" else ROADS[who]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        road(laid_out(who, FEW), task)
        units = laid_out(who, n)
        began = time.perf_counter()
        effect, error = road(units, task)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak": harness.peak(), "effect": effect, "error": error}))


# ------------------------------------------------------------------------------------------------ the table
def lines(sizes: list[str], tasks: list[str], peers: str, sketch: str, minutes: float) -> Iterator[str]:
    """The rows of the table, as they are found; a peer that was given up is not asked again about more units."""
    there = (*(harness.here(peers, PEERS) if peers else ()), *(("sketch",) if sketch else ()))
    given_up: set[tuple[str, str]] = set()
    yield "| units | what | seconds | peak | effect (error) | " + " | ".join(there) + " | best peer / ours |"
    yield "|---" * (6 + len(there)) + "|"
    for size in sizes:
        for task in tasks:
            mine = seen("ours", task, size, sys.executable, "", minutes)
            others: dict[str, harness.Told | str] = {}
            for name in there:
                given = "given up before" if (name, task) in given_up else "has none" if (name, task) in HAS_NONE else ""
                others[name] = given or seen(name, task, size, sys.executable if name == "sketch" else peers, sketch, minutes)
            given_up |= {(name, task) for name, told in others.items() if isinstance(told, str) and told.startswith("more than")}
            if isinstance(mine, str):
                yield f"| {int(size):,} | {TASKS[task]} | {mine} |" + " |" * (3 + len(there))
                continue
            best = min((told["seconds"] for name, told in others.items() if isinstance(told, dict) and name != "sketch"), default=None)
            cells = [f"{int(size):,}", TASKS[task], f"{mine['seconds']:.3f}", f"{mine['peak']:.2f} GB", f"{mine['effect']:.5f} ({mine['error']:.5f})"]
            cells += [_told(told, mine) for told in others.values()]
            yield "| " + " | ".join([*cells, "" if best is None else f"{best / mine['seconds']:.1f}"]) + " |"


def seen(who: str, task: str, size: str, interpreter: str, sketch: str, minutes: float) -> harness.Told | str:
    """What one road has seen in a process of its own."""
    return harness.seen(__file__, [who, task, size, sketch], interpreter, minutes, ours=who == "ours", one_thread=True)


def _told(told: harness.Told | str, ours: harness.Told) -> str:
    """What a peer has seen; a number that is not ours in bold."""
    if isinstance(told, str):
        return told
    same = {name: abs(told[name] - ours[name]) <= near * abs(ours[name]) for name, near in (("effect", POINT), ("error", ERROR))}
    numbers = [f"{told[name]:.5f}" if same[name] else f"**{told[name]:.5f}**" for name in ("effect", "error")]
    return f"{told['seconds']:.2f} s, {told['peak']:.1f} GB, {numbers[0]} ({numbers[1]})"


def main() -> None:
    """Reads the command line, runs every line in a process of its own, and writes the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", nargs="+", default=list(SIZES), metavar="UNITS")
    asked.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    asked.add_argument("--peers", default="", metavar="PYTHON", help="an interpreter that has the peers; left out: they are not run")
    asked.add_argument("--sketch", default="", metavar="FILE", help="the sketch, to be run beside; left out: it is not")
    asked.add_argument("--minutes", type=float, default=3.0)
    asked.add_argument("--table", type=Path, default=TABLE)
    asked.add_argument("--one", nargs=4, help=argparse.SUPPRESS)  # of the one line that this process runs
    options = asked.parse_args()
    if options.one:
        who, task, size, sketch = options.one
        one(who, task, int(size), sketch)
        return
    harness.told_of_peers(options.peers, PEERS)
    written = []
    for line in lines(options.sizes, options.tasks, options.peers, options.sketch, options.minutes):
        print(line, flush=True)
        written.append(line)
    options.table.write_text(f"{HEAD}\nOne of {harness.machine()}.\n\n" + "\n".join(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
