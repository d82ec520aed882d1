"""Data and numbers of R against which means of amounts are held."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "mean_costs.json").read_text())["values"]


@cache
def columns(name: str) -> dict[str, np.ndarray]:
    """The columns of `mean_<name>.csv.gz`."""
    with gzip.open(HERE / f"mean_{name}.csv.gz", "rt") as lines:
        head = next(lines).strip().split(",")
        rows = np.loadtxt(lines, delimiter=",")
    return dict(zip(head, rows.T, strict=True))
