"""Which units come under a programme when, who is watched before and after, and whether several estimators agree about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..phrases import listed
from ..terms import NEVER, Diagnostic
from .wording import people as hidden

if TYPE_CHECKING:
    from ..terms import Array

MOST_DRIFT = 0.05  # of unit-periods: the boundary at which the What Works Clearinghouse calls differential loss high, at its cautious end
AGREE_SOURCE = "our own rule: estimators that differ by more than the effect do not support one number"
MOST_FORBIDDEN = 0.05  # of the weight of two-way fixed effects, on comparisons with units already treated or below 0: our own rule


def cells_of_adoption(
    adopted: Array,
    labels: Sequence[str],
    *,
    from_start: int,
    too_early: int,
    unused: int,
    units: str,
    people: bool,
    alone: bool = False,
    short: int = 0,
) -> Diagnostic:
    """How many units adopt in each period, and how many are compared or left out; shown, not judged.

    `adopted` (n,) int is each kept unit's period of adoption, NEVER where it is compared only; `labels` name the periods;
    `from_start` units were under the programme from the first period on, `too_early` adopt with too few periods before,
    `unused` are kept out because nobody is left to compare them with, `short` adopt too late to be followed to the end of the horizon.
    `units` is what units are called; counts of 10 or fewer are hidden where they are `people`.  `alone` says that nobody is
    compared, so that `unused` are those that never adopt.
    """

    def said(number: int) -> str:
        return hidden(number) if people else f"{number:,}"

    periods, counts = np.unique(adopted[adopted < NEVER], return_counts=True)
    each = {labels[int(period)]: int(count) for period, count in zip(periods, counts, strict=True)}
    compared = int((adopted == NEVER).sum())
    sentence = f"{said(int(counts.sum()))} {units} adopt, by period {listed(f'{name}: {said(count)}' for name, count in each.items())}"
    nobody = "; nobody is compared." if alone else "; until they adopt they stand for one another."
    sentence += f"; {said(compared)} {'is' if compared == 1 and not people else 'are'} compared only." if compared else nobody
    if short:
        sentence += f" {said(short)} of those that adopt do so too late to be followed to the end of the horizon: they count as long as they are."
    left = [
        f"{said(number)} {why}"
        for number, why in (
            (from_start, "under the programme from the first period on"),
            (too_early, "that adopt with too few periods before"),
            (unused, "that never adopt" if alone else "that nobody is left to compare with"),
        )
        if number
    ]
    if left:
        sentence += f" Left out: {listed(left)}."
    return Diagnostic(
        name="cells_of_adoption",
        sentence=sentence,
        value=float(counts.min()) if len(counts) else 0.0,
        limit=None,
        holds=True,
        source="units by period of adoption, shown beside every effect by group and time",
        required=False,
        detail={name: float(count) for name, count in each.items()},
        behind={name: (count,) for name, count in {**each, "compared only": compared}.items()} if people else {},
    )


def composition(watched: Array, adopted: Array, *, units: str, people: bool, set_aside: int = 0) -> Diagnostic:
    """Whether units come and go otherwise where the programme begins: the change in the share watched, adopters' less the others'.

    `watched` (n, T) bool, `adopted` (n,) int as in `cells_of_adoption`.  Before and after are those of each unit's own adoption; units
    compared only have the mean of the adopters' days.  Not required: who is missing is shown, and units that are seen
    in part are read in the periods in which they are seen, or `set_aside`, so many of them, where two by two is told.
    """
    adopts = adopted < NEVER
    after = np.arange(watched.shape[1]) >= adopted[:, None]
    share_after = after[adopts].mean(axis=0)
    seen = watched.astype(float)
    own = [float(seen[adopts][mask[adopts]].mean()) if mask[adopts].any() else 1.0 for mask in (~after, after)]
    rest = [_average(seen[~adopts].mean(axis=0), w) if (~adopts).any() else 1.0 for w in (1 - share_after, share_after)]
    drift = (own[1] - own[0]) - (rest[1] - rest[0]) if (~adopts).any() else own[1] - own[0]
    whole = int(watched.all(axis=1).sum())
    gaps = len(watched) - whole
    told = hidden(gaps) if people else f"{gaps:,}"
    holds = abs(drift) <= MOST_DRIFT
    sentence = f"All {units} are watched in every period."
    if gaps:
        sentence = (
            f"{told} of {len(watched):,} {units} are not watched in every period; from before to after the share watched changes by "
            f"{100 * (own[1] - own[0]):.1f} points where the programme begins and by {100 * (rest[1] - rest[0]):.1f} elsewhere."
        )
    if set_aside:
        aside = hidden(set_aside) if people else f"{set_aside:,}"
        sentence += f" {aside} are set aside, since two by two is of units watched in every period that it is told from."
    return Diagnostic(
        name="composition",
        sentence=sentence,
        value=drift,
        limit=MOST_DRIFT,
        holds=holds,
        source="What Works Clearinghouse, Standards Handbook 4.1: differential loss beyond 5 points is high where it may matter",
        required=False,
        detail={"adopters before": own[0], "adopters after": own[1], "compared before": rest[0], "compared after": rest[1]},
        behind={"watched": (whole, gaps)} if people else {},
    )


def _average(shares: Array, w: Array) -> float:
    """The mean of shares (T,) by weights (T,); 1 where nothing weighs."""
    return float((shares * w).sum() / w.sum()) if w.sum() > 0 else 1.0


def estimators_agree(effect: float, others: Mapping[str, float]) -> Diagnostic:
    """Whether other estimators of the same question come to the same: none of another sign, none farther off than the effect is large.

    `others` by name; none where there are more units and periods than others are told of.  Not required: estimators that rest on
    different assumptions are shown side by side, and none is chosen.
    """
    if not others:
        return _alone()
    farthest = max(others, key=lambda name: abs(others[name] - effect))
    off = abs(others[farthest] - effect)
    turned = [name for name, value in others.items() if value * effect < 0]
    holds = off <= abs(effect) and not turned
    found = "differ by less than the effect itself, and in no sign."
    if not holds:
        found = f"differ: {farthest} is farther off than the effect is large" if off > abs(effect) else "differ"
        found += f", and {listed(turned)} {'has' if len(turned) == 1 else 'have'} the other sign." if turned else "."
    return Diagnostic(
        name="estimators_agree",
        sentence=f"{len(others) + 1} estimators of the same change, side by side, {found}",
        value=off,
        limit=abs(effect),
        holds=holds,
        source=AGREE_SOURCE,
        required=False,
        detail=dict(others),
    )


def _alone() -> Diagnostic:
    """That no other estimator stands beside; shown, not judged."""
    return Diagnostic(
        name="estimators_agree",
        sentence="No other estimator of the same change stands beside: with so many units and periods they would cost more than the answer.",
        value=0.0,
        limit=None,
        holds=True,
        source=AGREE_SOURCE,
        required=False,
    )


def two_way_weights(negative: float, forbidden: float | None) -> Diagnostic:
    """How far two-way fixed effects are from a mean of effects: weights below 0, and comparisons with units already under the programme.

    `negative` is the share of all weight, whatever its sign, that lies below 0 (de Chaisemartin and D'Haultfoeuille 2020), `forbidden` that
    of comparisons with units under the programme (Goodman-Bacon 2021); None on a panel with gaps.  Not required.
    """
    holds = negative <= MOST_FORBIDDEN and (forbidden or 0.0) <= MOST_FORBIDDEN
    sentence = f"{100 * abs(negative):.0f} % of the weight of two-way fixed effects counts effects with the wrong sign"
    if forbidden is not None:
        sentence += f", and {100 * forbidden:.0f} % lies on comparisons with units already under the programme"
    return Diagnostic(
        name="two_way_weights",
        sentence=f"{sentence}{'.' if holds else ': where effects grow or fade it answers another question; ask for group_time.'}",
        value=max(negative, forbidden or 0.0),
        limit=MOST_FORBIDDEN,
        holds=holds,
        source="Goodman-Bacon 2021; de Chaisemartin and D'Haultfoeuille 2020",
        required=False,
        detail={"below 0": negative} | ({} if forbidden is None else {"forbidden": forbidden}),
    )
