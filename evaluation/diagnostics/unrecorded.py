"""How much of the history nobody recorded: in what a person's value is not known, nobody can be made alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic
from .likeness import distinct
from .wording import tellable

if TYPE_CHECKING:
    from ..terms import Array

# With a column missing by chance for a share s of people, s of the bias that the column brings is left where no other column tells of it
# (.06, .10, .20 and .40 of it at s = .05, .1, .2 and .4), and two thirds of that beside a column that goes with it at .6; a column that
# says where, or imputation without outcomes, are much the same (1,500 people, entropy balancing, 80 or 40 runs each, by hand).
MOST_UNRECORDED = 0.05


def unrecorded_history(history: Mapping[str, Array], weights: Array, person: Array) -> Diagnostic:
    """The largest share of one column's values that nobody recorded, by weight, among the people in the comparison.

    `history` (n,) each, NaN where nothing is on record and before anything stands in for it; `weights` (n,) 0 for whoever is left
    out; `person` (n,) int.  Not required: whether a column matters is no question of how much of it is missing.
    """
    kept = weights > 0
    missing = {name: np.isnan(column) & kept for name, column in history.items()}
    missing = {name: there for name, there in missing.items() if there.any()}
    share = {name: float(weights[there].sum() / weights.sum()) for name, there in missing.items()}
    behind = {name: (distinct(person, there), distinct(person, kept & ~there)) for name, there in missing.items()}
    worst = max(share, key=lambda name: share[name], default="")
    value = share.get(worst, 0.0)
    holds = value <= MOST_UNRECORDED
    return Diagnostic(
        name="unrecorded_history",
        sentence=_told(worst, value, behind[worst], holds=holds) if worst else "All of the history is on record for everybody in the comparison.",
        value=value,
        limit=MOST_UNRECORDED,
        holds=holds,
        source="a rule of this project; simulated: of the bias that a column brings, about the share is left for which nobody recorded it",
        required=False,
        detail=share,
        behind=behind,
    )


def _told(name: str, value: float, counts: tuple[int, int], *, holds: bool) -> str:
    much = f"{100 * value:.0f} %" if tellable(*counts) else "some"
    sentence = f"Nobody recorded '{name}' for {much} of the people in the comparison; of no column is more missing."
    if holds:
        return sentence
    left = "that share" if tellable(*counts) else "such a share"
    return f"{sentence} In what it hides they are no more alike than before: about {left} of the bias that it brings is left in the answer."
