"""Whose clock started when, as digests: by them two studies, or two releases, are known to count the same people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..pipeline import Prepared
from ..records.sql import c, table
from ..terms import Cohort

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array


def starts_of(records: Records, names: Sequence[str]) -> Array:
    """Digests of the person-starts in these tables of the engine, as studies keep them: (n,) sorted 64-bit numbers."""
    from sqlglot import exp

    rows = (exp.select("person_id", "day").from_(table(name)) for name in names)
    return union({str(place): _digests(records, query) for place, query in enumerate(rows)})


def starts_by_cohort(prepared: Prepared) -> dict[str, Array]:
    """Digests of each cohort's person-starts: (n,) sorted 64-bit numbers, the same for the same person and day."""
    cohorts = {name: cohort for name, cohort in prepared.cohorts.items() if isinstance(cohort, Cohort)}
    return {name: _digests(prepared.records, _person_starts(cohort)) for name, cohort in cohorts.items()}


def _digests(records: Records, rows: Any) -> Array:
    import pandas as pd  # only for its hash: the engine's own may change with its version

    return np.sort(pd.util.hash_pandas_object(records.engine.fetch(rows).to_pandas(), index=False).to_numpy())


def _person_starts(cohort: Cohort) -> Any:
    """Whose clock starts and when; of risk sets only the served, for whoever is drawn beside them belongs to no study."""
    from sqlglot import exp

    rows = exp.select("person_id", "day").from_(table(cohort.table)).order_by(c("start_id"))
    return rows if cohort.sets is None else rows.where(c("served").eq(1))


def overlapping(starts: Mapping[str, Array], earlier: Sequence[Mapping[str, Array]] = ()) -> tuple[tuple[str, str], ...]:
    """Pairs of one study's cohorts that share person-starts, and of a cohort and one of another name that was released before."""
    names = sorted(starts)
    pairs = {(one, other): starts[other] for place, one in enumerate(names) for other in names[place + 1 :]}
    found = [pair for pair, others in pairs.items() if np.isin(starts[pair[0]], others).any()]
    for released in earlier:
        found += [(one, other) for one in names for other in sorted(released) if one != other and np.isin(starts[one], released[other]).any()]
    return tuple(dict.fromkeys(found))


def union(starts: Mapping[str, Array]) -> Array:
    """Every digest of several cohorts, once: (n,), sorted."""
    return np.unique(np.concatenate([np.empty(0, np.uint64), *starts.values()]))
