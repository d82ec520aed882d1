"""What benchmarks share: a process for each line, its time and its peak, and which peers an interpreter has."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GIGA = 1e9
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

Told = dict[str, float]


def peak() -> float:
    """GB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform == "linux" else 1) / GIGA


def seen(script: str, words: list[str], interpreter: str, minutes: float, *, ours: bool, one_thread: bool) -> Told | str:
    """What a process of its own has seen, which is its last line, or in words why there is nothing to see."""
    environment = os.environ | (ONE_THREAD if one_thread else {}) | ({"PYTHONPATH": str(ROOT)} if ours else {})
    asked = [interpreter, script, "--one", *words]
    try:
        run = subprocess.run(asked, capture_output=True, text=True, timeout=60 * minutes, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return f"more than {minutes:g} minutes"
    lines = run.stdout.strip().splitlines()
    if run.returncode or not lines:
        print(run.stderr.strip()[-2000:], file=sys.stderr)
        return f"failed: {(run.stderr.strip().splitlines() or ['no output'])[-1][:60]}"
    told: Told = json.loads(lines[-1])
    return told


def here(interpreter: str, peers: tuple[str, ...]) -> tuple[str, ...]:
    """The peers that an interpreter has."""
    ask = "import importlib.util as u, sys; print(*[name for name in sys.argv[1:] if u.find_spec(name)])"
    return tuple(subprocess.run([interpreter, "-c", ask, *peers], capture_output=True, text=True, check=True).stdout.split())


def told_of_peers(interpreter: str, peers: tuple[str, ...]) -> None:
    """Says, beside the table, which peers are not there."""
    if not interpreter:
        print("No peers: see --peers for how to install them.", file=sys.stderr)
    elif missing := sorted(set(peers) - set(here(interpreter, peers))):
        print(f"{interpreter} has no {' and no '.join(missing)}: skipped.", file=sys.stderr)


def machine() -> str:
    """What a benchmark ran on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
