"""A scorecard of Results-Based Accountability from a study and its records: quadrants, curves to turn, and gaps between groups.

It describes.  Nobody is compared with anybody like them, so that no line of it says what a programme did: for that there is `evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..cohort.starts import Tables
from ..methods.tables import Table
from ..outcomes import OUTCOMES
from ..phrases import counted, nearest
from ..terms import Horizon, Problem, Refused, Study
from .curves import Curve, curves
from .gaps import Disparity, by_group, too_few
from .measures import WAIT, WELL, Measure, measures, served_name
from .stages import DELIVERY, staged, words_of_people

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..records import Records

NO_COMPARISON = "No comparison: what is counted here says nothing of why."


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scorecard(Table):
    """The measures of one study's programme, their curves, and the rates of groups at each stage."""

    study: Study
    records: str  # digest
    measures: tuple[Measure, ...]
    curves: tuple[Curve, ...]
    disparity: Disparity
    starts: tuple[str, ...] = ()  # tables of the engine: whose clocks start and when, of everybody and of those served

    @property
    def frame(self) -> pd.DataFrame:
        """One row a measure, by quadrant."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.measures]).astype({"of": "Int64"})

    @property
    def by_month(self) -> pd.DataFrame:
        """One row a curve and month: what was seen, and the forecast if nothing changes."""
        import pandas as pd

        held = [one.frame.astype({"value": "float64"}) for one in self.curves if len(one.months)]
        return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=["curve", "month", "value"])

    def shown(self) -> pd.DataFrame:
        """What a terminal has room for."""
        return self.frame[["quadrant", "measure", "number", "of", "share", "mean", "better", "target", "on_target"]]

    @property
    def note(self) -> str:
        """The card in one sentence, and what it does not say."""
        return " ".join(filter(None, (str(self), too_few(self.disparity), NO_COMPARISON)))

    def __str__(self) -> str:
        """How many measures there are, and how many cannot be told."""
        without = [one for one in self.measures if one.refused]
        on = [one for one in self.measures if one.on_target is not None]
        told = f"{counted(len(self.measures) - len(without), 'measure')} told, {len(without):,} not in these records"
        target = f"; {sum(bool(one.on_target) for one in on):,} of {counted(len(on), 'target')} met" if on else ""
        fans = sum(one.fan is not None for one in self.curves)
        return f"{told}{target}; {counted(fans, 'curve')} with a baseline."

    def plot(self) -> InANotebook:
        """Every curve with its baseline and fan."""
        from .pictures import curves_plot

        return curves_plot(self.curves)


def scorecard(
    study: Study,
    records: Records,
    *,
    owners: Mapping[str, str] | None = None,
    targets: Mapping[str, float] | None = None,
    by: str = "race_ethnicity",
    reference: str = "",
    horizon: Horizon | None = None,
) -> Scorecard:
    """The scorecard of a study's programme: of its headline's cohort, by the headline's horizon unless another is given.

    `owners` and `targets` are by the names of measures, which are outcomes of the registry; a target is of a share (0 to 1) or a
    mean.  `by` is the column of `person` by which groups are told, and `reference` the group that the others are held against.
    What the records cannot tell keeps its row, with the reason.  Internal: counts stand as they are.  Refuses names that are no
    measure, and a cohort that the records cannot serve.
    """
    headline = next((question for question in study.questions if question.role == "headline"), study.questions[0])
    found = staged(study, records, cohort=headline.cohort, horizon=horizon or headline.horizon, stages=DELIVERY)
    rows = measures(study, records, found)
    _known({**(owners or {}), **(targets or {})}, rows)
    _shares(targets or {})
    told = tuple(_owned(one, (owners or {}).get(one.name, ""), (targets or {}).get(one.name)) for one in rows)
    gaps = by_group(found, words_of_people(records, found.people, by), by=by, reference=reference)
    lines = curves(study, records, found.plan)
    served = Tables.of(served_name(found.people)).start
    starts = (found.people.table, *(each for each in (served,) if any(one.of for one in told if one.quadrant == "better off" or one.name in WELL)))
    return Scorecard(study, records.manifest.digest, told, lines, gaps, starts)


def _known(words: Mapping[str, object], rows: tuple[Measure, ...]) -> None:
    names = list(dict.fromkeys(one.name for one in rows))
    strange = [word for word in words if word not in names]
    if strange:
        right = f"There is {', '.join(names)}."
        raise Refused(*(Problem("scorecard", f"'{word}' is no measure of this card.", nearest(word, names), right) for word in strange))


def _shares(targets: Mapping[str, float]) -> None:
    """Refuses a target of a share that is none, such as 30 where 0.30 is meant."""
    shares = {name for name in targets if name in OUTCOMES and name != WAIT and OUTCOMES[name].kind in ("mark", "state")}
    wrong = [name for name, target in targets.items() if name in shares and not 0 <= target <= 1]
    if wrong:
        right = "The target of a share lies between 0 and 1."
        meant = {name: f"Did you mean {targets[name] / 100:.2f}?" if 1 < targets[name] <= 100 else "" for name in wrong}
        raise Refused(*(Problem("scorecard", f"the target of '{name}' is {targets[name]:g}.", right, meant[name]) for name in wrong))


def _owned(one: Measure, owner: str, target: float | None) -> Measure:
    """A measure with its owner and, of a share or a mean, its target."""
    value = one.share if one.share is not None else one.mean
    if target is None or one.quadrant == "how much":
        return replace(one, owner=owner)
    met = None if value is None else (value <= target if one.better == "fewer" else value >= target)
    return replace(one, owner=owner, target=target, on_target=met)


def _row(one: Measure) -> dict[str, object]:
    return {
        "quadrant": one.quadrant,
        "measure": one.name,
        "title": one.title["en"],
        "number": one.number,
        "of": one.of,
        "share": one.share,
        "low": one.low,
        "high": one.high,
        "mean": one.mean,
        "better": one.better,
        "lag_days": one.lag_days,
        "owner": one.owner,
        "target": one.target,
        "on_target": "" if one.on_target is None else "yes" if one.on_target else "no",
        "why_not": " ".join(map(str, one.refused)),
    }
