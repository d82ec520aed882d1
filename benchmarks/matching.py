"""How long a matched comparison takes, from a frame to an estimate, and in how much memory; beside the best peers on PyPI.

    python benchmarks/matching.py                                           # 5 thousand by 50 thousand, 20 thousand by 200 thousand
    python benchmarks/matching.py --sizes 100000x1000000                    # by hand, on a quiet machine
    python benchmarks/matching.py --peers peers/bin/python                  # and the peers, each in a process of that interpreter

The peers are installed apart, since nothing here needs them:

    python -m venv peers && peers/bin/python -m pip install statspai==1.40.2 pymatchit-causal==0.6.1

People have ten columns of history, skewed as records are, and a region of twenty of unequal size.  The nearest are found within the
region; weights balance it.  Each line is a process of its own, which first does the same for a few people, so that nothing is timed
that is done once in a machine's life; its peak is of the whole process, the frame included.  Peers that would need more memory than
there is free, by what they hold for each pair, are skipped, and so is what takes longer than `--minutes`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pandas as pd

TABLE = harness.ROOT / "docs" / "benchmarks_matching.md"
SIZES = ("5000x50000", "20000x200000")
COLUMNS = ("age", "arrests", "jail_days", "er_visits", "log_cost", "female", "mental_illness", "substance_use", "household", "months_homeless")
REGIONS = 20
LARGEST_REGION = 0.21  # of everybody, or a little less
WAYS = {
    "nearest": "nearest by the logit, within 0.2 sd",
    "mahalanobis": "nearest by Mahalanobis distance",
    "overlap": "overlap weights",
    "entropy": "entropy balancing",
}
PEERS = ("statspai", "pymatchit")
HEAD = """# How long a matched comparison takes

From a frame in memory to an estimate with its diagnostics: ten columns of history, the same region of twenty.  The people are invented
by `benchmarks/matching.py`, which writes this table; for each of those served, what being served did is -300.  Each line is a process of
its own, after the same for a few people; its peak is of the whole process.  A peer gives its estimate without our diagnostics.
"""


# ------------------------------------------------------------------------------------------------ the data
def invented(served: int, others: int, seed: int = 1) -> pd.DataFrame:
    """People as records hold them; who is served hangs on their history, and being served lowers the outcome by 300."""
    rng = np.random.default_rng(seed)
    n = served + others
    frame = pd.DataFrame(
        {
            "age": rng.gamma(8, 4.5, n).round(1).clip(14, 90),
            "arrests": rng.poisson(rng.gamma(0.6, 2.5, n)),
            "jail_days": np.where(rng.random(n) < 0.6, 0, rng.lognormal(2.5, 1.2, n)).round().clip(0, 365),
            "er_visits": rng.poisson(rng.gamma(0.5, 2.0, n)),
            "log_cost": np.log1p(np.where(rng.random(n) < 0.25, 0, rng.lognormal(7.5, 1.4, n)).round(2)),
            "female": rng.random(n) < 0.38,
            "mental_illness": rng.random(n) < 0.22,
            "substance_use": rng.random(n) < 0.35,
            "household": rng.integers(1, 7, n),
            "months_homeless": np.minimum(rng.geometric(0.25, n) - 1, 36),
        }
    ).astype(float)
    share = 1 / np.arange(1, REGIONS + 1) ** 0.7
    frame["region"] = rng.choice(REGIONS, n, p=share / share.sum()).astype(float)
    need = 0.24 * np.log1p(frame.arrests) + 0.1 * np.log1p(frame.jail_days) + 0.25 * np.log1p(frame.er_visits) + 0.06 * frame.log_cost
    need += 0.7 * frame.mental_illness + 0.5 * frame.substance_use + 0.03 * frame.months_homeless - 0.3 * frame.female - 0.02 * (frame.age - 36)
    need += rng.normal(0, 0.3, REGIONS)[frame.region.astype(int)]
    key = (need + rng.gumbel(size=n)).to_numpy()
    frame["served"] = 0
    frame.loc[np.argpartition(-key, served)[:served], "served"] = 1
    frame["cost"] = 1000 * need + rng.normal(0, 900, n) - 300 * frame.served
    frame["id"] = np.arange(n)
    return frame


# ------------------------------------------------------------------------------------------------ the roads
def ours(frame: pd.DataFrame, way: str) -> tuple[float, int]:
    """From the frame to the estimate: its effect, and how many of the served are in it."""
    import evaluation as ev
    from evaluation.methods import METHODS

    words: dict[str, dict[str, Any]] = {
        "nearest": {"caliper": 0.2},
        "mahalanobis": {"distance": "mahalanobis", "caliper": 0.0},
        "overlap": {"by": "overlap"},
        "entropy": {"by": "entropy_balancing"},
    }
    year = ev.Horizon(days=365)
    outcome = ev.FrameOutcome("cost", "amount", year, "fewer", {"en": "cost"}, {"en": "dollars"}, unit="dollars")
    history = [*COLUMNS, "region"]
    cohort, ruler = ev.cohort_from_frame(frame, unit="id", treated="served", history=history, outcome=outcome, by="offer")
    estimand = "effect_in_the_overlap" if way == "overlap" else "effect_on_the_served"
    plan = ev.Matching(on=COLUMNS, exact=("region",), **words[way])
    question = ev.Question("frame/cost", year, "matched", -100.0, estimand=estimand, compare=plan)
    matched = METHODS["matched"]
    comparison = matched.compare(cohort, question)
    estimate = matched.estimate(cohort, comparison, ruler, question)
    return estimate.effect, int((comparison.kept & cohort.served).sum())


def statspai(frame: pd.DataFrame, way: str) -> tuple[float, int]:
    """The same by StatsPAI; its caliper on the score's standard deviation, and each person once."""
    from statspai.matching import match, weightit

    if way in ("overlap", "entropy"):
        told = pd.get_dummies(frame, columns=["region"], dtype=float, drop_first=True)
        covariates = [*COLUMNS, *(name for name in told if name.startswith("region_"))]
        method, estimand = ("glm", "ATO") if way == "overlap" else ("ebal", "ATT")
        weights = np.asarray(weightit(told, "served", covariates, method=method, estimand=estimand).weights)
        return weighted(frame, weights), int((weights > 0)[frame.served == 1].sum())
    words: dict[str, Any] = {"distance": "propensity", "caliper": 0.2, "caliper_scale": "sd"} if way == "nearest" else {"distance": "mahalanobis"}
    found = match(frame, "cost", "served", list(COLUMNS), method="nearest", replace=False, exact="region", **words)
    return float(found.estimate), -1


def pymatchit(frame: pd.DataFrame, way: str) -> tuple[float, int]:
    """The same by pymatchit-causal, the port of R's MatchIt; it has no weights of these kinds."""
    from pymatchit import MatchIt

    words: dict[str, Any] = {"distance": "glm", "link": "linear.logit", "caliper": 0.2} if way == "nearest" else {"distance": "mahalanobis"}
    match = MatchIt(frame, method="nearest", exact="region", **words)
    match.fit("served ~ " + " + ".join(COLUMNS))
    weights = np.asarray(match.weights, dtype=float)
    return weighted(frame, weights), int((weights > 0)[frame.served == 1].sum())


def weighted(frame: pd.DataFrame, weights: np.ndarray[Any, Any]) -> float:
    """The difference of weighted means."""
    served = frame.served.to_numpy() == 1
    means = [np.average(frame.cost.to_numpy()[arm], weights=weights[arm]) for arm in (served, ~served)]
    return float(means[0] - means[1])


ROADS: dict[str, Callable[[pd.DataFrame, str], tuple[float, int]]] = {"ours": ours, "statspai": statspai, "pymatchit": pymatchit}


def one(who: str, way: str, served: int, others: int) -> None:
    """Runs one road in this process, and prints what was seen as one line of JSON."""
    road, small, frame = ROADS[who], invented(400, 4000), invented(served, others)
    road(small, way)
    began, busy = time.perf_counter(), time.process_time()
    effect, kept = road(frame, way)
    seconds, cores = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps({"seconds": seconds, "cores": cores, "peak": harness.peak(), "effect": effect, "kept": kept}))


# ------------------------------------------------------------------------------------------------ the table
def seen(who: str, way: str, size: str, interpreter: str, minutes: float) -> harness.Told | str:
    """What a process of its own has seen, or in words why there is nothing to see."""
    served, others = map(int, size.split("x"))
    needed = memory_of(who, way, served, others)
    if needed > free_memory():
        return f"skipped: about {needed:.0f} GB"
    return harness.seen(__file__, [who, way, str(served), str(others)], interpreter, minutes, ours=who == "ours", one_thread=False)


def memory_of(who: str, way: str, served: int, others: int) -> float:
    """GB that a peer holds for each pair: statspai two matrices of floats, pymatchit two within each region."""
    if way in ("overlap", "entropy") or who == "ours":
        return 0.0
    within = LARGEST_REGION**2 if who == "pymatchit" else 1.0
    return 2.3 * 8 * served * others * within / harness.GIGA


def free_memory() -> float:
    """GB that a process could be given; without a way to ask, all that it wants."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / harness.GIGA
    except (ValueError, OSError):
        return float("inf")


def lines(sizes: list[str], ways: list[str], peers: str, minutes: float) -> Iterator[str]:
    """The rows of the table, as they are found."""
    there = harness.here(peers, PEERS) if peers else ()
    yield (
        "| served x others | way | seconds | of all cores | peak | effect | "
        + " | ".join(f"{name}: seconds, peak" for name in there)
        + " | best peer / ours |"
    )
    yield "|---" * (7 + len(there)) + "|"
    for size in sizes:
        for way in ways:
            mine = seen("ours", way, size, sys.executable, minutes)
            others = [
                seen(name, way, size, peers, minutes) if name != "pymatchit" or way in ("nearest", "mahalanobis") else "has none" for name in there
            ]
            told = [f"{one['seconds']:.2f} s, {one['peak']:.1f} GB" if isinstance(one, dict) else one for one in others]
            best = min((one["seconds"] for one in others if isinstance(one, dict)), default=None)
            served, rest = map(int, size.split("x"))
            if isinstance(mine, str):
                yield f"| {served:,} x {rest:,} | {WAYS[way]} | {mine} |" + " |" * (4 + len(there))
                continue
            cells = [
                f"{served:,} x {rest:,}",
                WAYS[way],
                f"{mine['seconds']:.2f}",
                f"{mine['cores']:.2f}",
                f"{mine['peak']:.2f} GB",
                f"{mine['effect']:.0f}",
            ]
            yield "| " + " | ".join([*cells, *told, "" if best is None else f"{best / mine['seconds']:.1f}"]) + " |"


def main() -> None:
    """Reads the command line, runs every line in a process of its own, and writes the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", nargs="+", default=list(SIZES), metavar="SERVEDxOTHERS")
    asked.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    asked.add_argument("--peers", default="", metavar="PYTHON", help="an interpreter that has the peers; left out: they are not run")
    asked.add_argument("--minutes", type=float, default=20.0)
    asked.add_argument("--table", type=Path, default=TABLE)
    asked.add_argument("--one", nargs=4, help=argparse.SUPPRESS)  # of the one line that this process runs
    options = asked.parse_args()
    if options.one:
        who, way, served, others = options.one
        one(who, way, int(served), int(others))
        return
    harness.told_of_peers(options.peers, PEERS)
    written = []
    for line in lines(options.sizes, options.ways, options.peers, options.minutes):
        print(line, flush=True)
        written.append(line)
    options.table.write_text(f"{HEAD}\n{harness.machine()}.\n\n" + "\n".join(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
