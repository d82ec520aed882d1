"""A tiny county in three files, and what becomes of it when it is handed over."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlglot import exp

from evaluation.records import Records, connect
from evaluation.records.contract import CONTRACT
from evaluation.terms import Refused

SECRET = "Zaragoza"  # stands in every damaged row: no message may hold it
PERSON = "person_id,birth\n007,1980-01-01\nNone,1990-01-01\nNA,\nnull,\n"
EVENT = "person_id,kind,day,value,source\n007,arrest,2020-01-01,3,jail\nNone,arrest,2020-01-02,,jail\n"
COVERAGE = "source,first,last,lag_days,grain\njail,2015-01-01,2023-12-31,90,day\n"
FILES = {"person": PERSON, "event": EVENT, "coverage": COVERAGE}


def folder(at: Path, **files: str | bytes) -> Path:
    for name, content in {**FILES, **files}.items():
        (at / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return at


def frames() -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(StringIO(text), dtype=str, keep_default_na=False) for name, text in FILES.items()}


def held(records: Records) -> dict[str, list[dict[str, Any]]]:
    return {name: records.engine.fetch(exp.select("*").from_(exp.to_table(name, quoted=True))).to_pylist() for name in CONTRACT}


def refused(place: Any) -> str:
    with pytest.raises(Refused) as caught:
        connect(place)
    text = str(caught.value)
    assert SECRET not in text
    assert SECRET not in "".join(str(argument) for argument in caught.value.args)
    return text
