"""What is taken from lifelines against R, so that a release that answers otherwise is caught; and what is never taken from it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
from survival_data import bladder2, recid, rossi

from evaluation.methods.survival import lifelines_adapter
from evaluation.methods.survival.times import Times

HERE = Path(__file__).parent
R = json.loads((HERE / "survival_lifelines.json").read_text(encoding="utf-8"))["entries"]
CLOSED = 1e-10  # sums in another order


def of(frame: pd.DataFrame, stop: str, event: str) -> Times:
    return Times(frame[stop].to_numpy(), frame[event].to_numpy())


def at(points: lifelines_adapter.Points, times) -> np.ndarray:
    return points.value[np.searchsorted(points.time, times, "right") - 1]


def test_kaplan_meier_is_survfits_with_and_without_late_entry() -> None:
    men, theirs = recid(), R["km_recid"]["value"]
    told = [f"workprg={arm}" for arm in (0, 1)]
    for arm, name in enumerate(told):
        there = [place for place, strata in enumerate(theirs["strata"]) if strata == name]
        curve = lifelines_adapter.kaplan_meier(of(men[men.workprg == arm], "durat", "event"))
        np.testing.assert_allclose(at(curve, np.array(theirs["time"])[there]), np.array(theirs["surv"])[there], rtol=CLOSED)

    late = Times((men.age + men.durat).to_numpy(), men.event.to_numpy(), men.age.to_numpy())
    theirs = R["km_lefttrunc_recid"]["value"]
    np.testing.assert_allclose(at(lifelines_adapter.kaplan_meier(late), theirs["time"]), theirs["surv"], rtol=CLOSED)


def test_nelson_aalen_is_survfits_and_not_the_smoothed_one_that_is_the_default() -> None:
    curve = lifelines_adapter.nelson_aalen(of(rossi(), "week", "arrest"))
    theirs, smoothed = R["na_rossi"]["value"], R["fh2_rossi"]["value"]

    np.testing.assert_allclose(at(curve, theirs["time"]), theirs["cumhaz"], rtol=CLOSED)
    assert (abs(at(curve, smoothed["time"]) - smoothed["cumhaz"]) > 1e-5).all()


def test_its_sandwich_with_late_entry_is_still_wrong_which_is_why_it_is_not_taken() -> None:
    """Were it mended in a release, this would fail, and the reason for an engine of our own would be one less."""
    from lifelines import CoxPHFitter

    frame = bladder2()[["rx", "number", "size", "start", "stop", "event", "id"]]
    fitted = CoxPHFitter().fit(frame, "stop", "event", entry_col="start", cluster_col="id")

    right = 0.265560811898887  # coxph(Surv(start, stop, event) ~ rx + number + size, cluster = id)
    assert abs(fitted.standard_errors_["rx"] / right - 1) > 0.1


def test_lifelines_is_imported_in_one_place() -> None:
    root = HERE.parents[1]
    found = set()
    for path in [*(root / "evaluation").rglob("*.py"), *(root / "synthetic").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""]
            if isinstance(node, ast.Import | ast.ImportFrom) and any(name.split(".")[0] == "lifelines" for name in names):
                found.add(path.relative_to(root).as_posix())

    assert found == {"evaluation/methods/survival/lifelines_adapter.py"}
