"""How fast invented counties are written, and in how much memory: people per second and peak, for a few sizes.

    python benchmarks/synthesize.py                                   # 100 thousand and 1 million people, two processes
    python benchmarks/synthesize.py --people 10_000_000               # by hand: nine minutes of processor time and 3 GB of disk

Each size is written in a process of its own, all tables and the truth, into a temporary folder that is removed again.
docs/synthesize.md holds what was seen.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GIGA = 2**30


def one(world: str, people: int, *, chunk: int | None, jobs: int, folder: Path) -> None:
    """Writes one county and prints a line about it."""
    from synthetic import WORLDS
    from synthetic.streaming import CHUNK, synthesize

    began = time.perf_counter()
    county = synthesize(WORLDS[world], people, folder / "county", chunk=CHUNK if chunk is None else chunk, jobs=jobs)
    seconds = time.perf_counter() - began
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    worked = sum(each.ru_utime + each.ru_stime for each in (mine, theirs))
    many = 0 if jobs == 1 else jobs  # the largest of the processes stands for each of them
    peak = 1024 * (mine.ru_maxrss + many * theirs.ru_maxrss) / GIGA
    rows = sum(rows for rows, _ in county.tables.values())
    held = sum(path.stat().st_size for path in county.folder.rglob("*") if path.is_file()) / GIGA
    cells = (f"{people:,}", f"{seconds:,.0f} s", f"{worked:,.0f} s", f"{people / seconds:,.0f}", f"{rows:,}", f"{held:.2f} GiB", f"{peak:.1f} GiB")
    print(f"| {' | '.join(cells)} | {county.content[:12]} |", flush=True)


def main() -> None:
    """Reads the command line; runs each size in a process of its own, so that each has a peak of its own."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, nargs="+", default=[100_000, 1_000_000])
    asked.add_argument("--world", default="county")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--chunk", type=int)
    asked.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # of the one county that this process writes
    options = asked.parse_args()
    if options.folder is not None:
        one(options.world, options.people[0], chunk=options.chunk, jobs=options.jobs, folder=options.folder)
        return
    print("| people | wall clock | processor time | people a second | rows | on disk | peak memory, all processes | digest |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for people in options.people:
        with tempfile.TemporaryDirectory() as folder:
            words = ["--people", str(people), "--world", options.world, "--jobs", str(options.jobs), "--folder", folder]
            words += [] if options.chunk is None else ["--chunk", str(options.chunk)]
            subprocess.run([sys.executable, __file__, *words], check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})


if __name__ == "__main__":
    main()
