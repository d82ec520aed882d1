"""The Cox regressions that R's survival 3.5-3 was asked for, asked of this project on the same tables: for the tests that hold to R.

`survival_cox.json` holds each call and what R gave; the tables are in `survival_data`.  Not here: exact ties, which this project
does not offer.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import survival_data

from evaluation.methods.survival.cox import Cox, fit
from evaluation.methods.survival.times import Times

HERE = Path(__file__).parent
R = json.loads((HERE / "survival_cox.json").read_text(encoding="utf-8"))
ENTRIES = R["entries"]
SEVEN = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
FIVE = ("fin", "age", "mar", "paro", "prio")
THREE = ("rx", "number", "size")
TEN = ("workprg", "priors", "tserved", "felon", "alcohol", "drugs", "black", "married", "educ", "age")


def regression(frame: pd.DataFrame, columns, stop, ended, entry=None, weights=None, **words) -> Cox:
    own = {name: None if part is None else np.asarray(part, dtype=float) for name, part in (("entry", entry), ("weights", weights))}
    return fit(frame[[*columns]].to_numpy(dtype=float), Times(np.asarray(stop), np.asarray(ended), **own), names=columns, **words)


def of_rossi(columns=SEVEN, **words) -> Cox:
    rossi = survival_data.rossi()
    if words.pop("within", False):
        words["strata"] = (2 * rossi.race + rossi.wexp).to_numpy()
    return regression(rossi, columns, rossi.week, rossi.arrest, **words)


def of_bladder(gap: bool = False, **words) -> Cox:
    frame = survival_data.bladder2()
    if gap:
        return regression(frame, THREE, frame.stop - frame.start, frame.event, strata=frame.enum.to_numpy())
    return regression(frame, THREE, frame.stop, frame.event, entry=frame.start, **words)


def of_mgus2(cause: int) -> Cox:
    frame = survival_data.mgus2()
    frame = frame[frame.mspike.notna() & frame.hgb.notna()].assign(sexM=lambda found: (found.sex == "M").astype(float))
    return regression(frame, ("age", "sexM", "mspike"), frame.etime, frame.estatus, cause=cause)


def of_recid(late: bool) -> Cox:
    frame = survival_data.recid()
    if late:
        return regression(frame, ("workprg", "priors", "felon", "black"), frame.age + frame.durat, frame.event, entry=frame.age)
    return regression(frame, TEN, frame.durat, frame.event)


def of_heart() -> Cox:
    frame = survival_data.heart()
    return regression(frame, ("age", "surgery", "transplant"), frame.stop, frame.event, entry=frame.start)


IPTW = np.array(R["iptw of rossi"])
FITS = {
    "cox_rossi_efron": lambda: of_rossi(),
    "cox_rossi_breslow": lambda: of_rossi(ties="breslow"),
    "cox_rossi_robust": lambda: of_rossi(),
    "cox_rossi_breslow_robust": lambda: of_rossi(ties="breslow"),
    "cox_rossi_cluster8": lambda: of_rossi(),
    "cox_rossi_strata": lambda: of_rossi(FIVE, within=True),
    "cox_rossi_strata_cluster": lambda: of_rossi(FIVE, within=True),
    "cox_rossi_iptw": lambda: of_rossi(("fin",), weights=IPTW),
    "cox_rossi_iptw_breslow": lambda: of_rossi(("fin",), weights=IPTW, ties="breslow"),
    "cox_recid": lambda: of_recid(late=False),
    "cox_recid_lefttrunc": lambda: of_recid(late=True),
    "cox_heart_tv": of_heart,
    "csc_mgus2_pcm": lambda: of_mgus2(1),
    "csc_mgus2_death": lambda: of_mgus2(2),
    "ag_bladder2": of_bladder,
    "pwp_tt_bladder2": lambda: of_bladder(strata=survival_data.bladder2().enum.to_numpy()),
    "pwp_gt_bladder2": lambda: of_bladder(gap=True),
}
CLUSTERS = {
    "cox_rossi_cluster8": lambda: np.arange(432) // 8,
    "cox_rossi_strata_cluster": lambda: np.arange(432) // 8,
    "cox_heart_tv": lambda: survival_data.heart().id.to_numpy(),
    "ag_bladder2": lambda: survival_data.bladder2().id.to_numpy(),
    "pwp_tt_bladder2": lambda: survival_data.bladder2().id.to_numpy(),
    "pwp_gt_bladder2": lambda: survival_data.bladder2().id.to_numpy(),
}
