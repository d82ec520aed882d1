"""How long people had been homeless, by HUD's System Performance Measure 1a as it stands: a number about a county, and no effect of anything.

length_of_time_homeless(records, between=(date(2019, 10, 1), date(2020, 9, 30)))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..methods.tables import Table
from ..outcomes import length_of_time
from ..phrases import counted
from ..terms import Problem, Refused

if TYPE_CHECKING:
    import pandas as pd

    from ..records import Records
    from ..terms import Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TimeHomeless(Table):
    """How many nights each person homeless in a year had been so by the last of them."""

    between: tuple[date, date]
    transitional: bool
    person: Array  # (n,) text
    nights: Array  # (n,) int

    @property
    def frame(self) -> pd.DataFrame:
        """One row a person: person_id, nights.  A row of a person never leaves the county."""
        import pandas as pd

        return pd.DataFrame({"person_id": self.person, "nights": self.nights})

    def shown(self) -> pd.DataFrame:
        """HUD's numbers: how many people, the mean and the median of their nights."""
        import pandas as pd

        return pd.DataFrame([{"people": len(self.nights), "mean": self.mean, "median": self.median}])

    @property
    def mean(self) -> float:
        """Nights a person, on average; NaN where nobody was homeless."""
        return float(self.nights.mean()) if len(self.nights) else float("nan")

    @property
    def median(self) -> float:
        """The middle person's nights; NaN where nobody was homeless."""
        return float(np.median(self.nights)) if len(self.nights) else float("nan")

    @property
    def note(self) -> str:
        """What it is, and what it is not."""
        kinds = "shelter, safe haven and transitional housing" if self.transitional else "shelter and safe haven"
        first, last = self.between
        return (
            f"{counted(len(self.nights), 'person', 'people')} in {kinds} from {first} to {last}: nights up to each one's last, walked back "
            "as HUD's Measure 1a does. It describes a county, and is no effect of anything."
        )


def length_of_time_homeless(records: Records, *, between: tuple[date, date], transitional: bool = False) -> TimeHomeless:
    """HUD's Measure 1a of the days `between`, both inclusive, with or without transitional housing (rows 2 and 1 of table 1a).

    Internal: counts stand as they are.  Refuses days in the wrong order.
    Source: HUD System Performance Measures, fiscal year 2026, as open software quotes them; no official text was read.
    """
    first, last = between
    if first > last:
        raise Refused(Problem("between", f"its first day, {first}, comes after its last, {last}.", "Both days are inclusive.", "Turn them round."))
    rows = length_of_time.length_of_time_homeless(records.engine, first, last, transitional=transitional)
    return TimeHomeless(between, transitional, np.asarray(rows["person_id"].to_pylist()), rows["nights"].to_numpy())
