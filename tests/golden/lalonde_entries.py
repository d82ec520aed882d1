"""All that R chose on its table lalonde, and told of it: the entries of `matched_entries.json`, read for the tests that hold to them.

`lalonde.csv` holds the National Supported Work data of Dehejia and Wahba (1999), in the order in which MatchIt has them.  Not here:
sampling weights, a score estimated anew after discarding, and generalised full matching, which this project does not offer.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
R = json.loads((HERE / "matched_entries.json").read_text(encoding="utf-8"))
ENTRIES = R["matched"] | R["weighted"]
SCORES = json.loads((HERE / "matched_lalonde.json").read_text(encoding="utf-8"))
N = 614
SERVED = np.arange(N) < 185
RACES = ("black", "hispan", "white")
NAMES = {
    "served": "effect_on_the_served",
    "compared": "effect_on_the_compared",
    "average": "average_effect",
    "overlap": "effect_in_the_overlap",
    "matchable": "effect_on_the_matchable",
}


def lalonde() -> pd.DataFrame:
    """The table, its three races as columns of 0 and 1."""
    frame = pd.read_csv(HERE / "lalonde.csv")
    for race in RACES:
        frame[f"race{race}"] = (frame.race == race).astype(float)
    assert (frame.treat.to_numpy() == SERVED).all()
    return frame


def columns(*names: str) -> dict[str, np.ndarray]:
    """Some columns of the table."""
    frame = lalonde()
    return {name: frame[name].to_numpy(dtype=float) for name in names}


def weights(name: str) -> np.ndarray:
    """(614,) what R gave each person; 0 for whoever is left out."""
    told = R["matched" if name in R["matched"] else "weighted"][name]["weights"]
    return np.array(told["each"] if "each" in told else np.array(told["kinds"])[told["which"]], dtype=float)


def estimand(name: str) -> str:
    """Whose effect it is, by our name."""
    return NAMES[ENTRIES[name]["estimand"]]


def sets(name: str) -> np.ndarray | None:
    """(614,) R's sets, 0 for whoever is in none; None where it gave none."""
    told = ENTRIES[name].get("sets")
    return None if told is None else np.array(told)
