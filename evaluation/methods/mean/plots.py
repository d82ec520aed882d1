"""The pictures of economic evaluation: the plane with the acceptability curve, who pays, budgets by year, and benefits less costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from ...drawing import ACCENT, INK, InANotebook
from ..pictures import COLOURS, MARKS, key, no_effect, sheet, style, under, whole_ticks

if TYPE_CHECKING:
    from matplotlib.axis import Axis

    from .results import BenefitCost, Budget, Ledger, Worthwhile

NAMED = {"average": "average", "short_run_marginal": "at once", "long_run_marginal": "in the long run"}
NOT_COUNTED = 0.35  # how strongly money is drawn that does not count


def in_dollars(axis: Axis) -> None:
    """Ticks that are read as money: "$1,200", and cents where they are close together."""
    axis.set_major_formatter(FuncFormatter(_tick))


def _tick(value: float, _: object) -> str:
    cents = 0 if float(value).is_integer() or abs(value) >= 10 else 2
    return f"{'−' if value < 0 else ''}${abs(value):,.{cents}f}"


def worth(told: Worthwhile) -> InANotebook:
    """Resampled pairs of gain and cost above, and below the chance of being worth it by what a unit is worth."""
    pairs, curve = told.draws, told.curve
    with style():
        figure, (plane, chances) = sheet(6.4, 2)
        plane.plot(pairs[:500, 1], pairs[:500, 0], ls="none", marker="o", ms=3, alpha=0.4, mew=0, color=ACCENT)
        no_effect(plane)
        no_effect(plane, upright=True)
        plane.set_ylabel("dollars a person")
        in_dollars(plane.yaxis)
        shares = "; ".join(f"{name}: {share:.0%}" for name, share in told.told.quadrants.items())
        under(plane, f"{told.gain}, per person", f"Resamples {shares}.")
        chances.plot(curve["worth"], curve["chance"], color=ACCENT, lw=2)
        chances.set_ylim(0, 1)
        chances.set_ylabel("chance")
        in_dollars(chances.xaxis)
        under(chances, f"dollars that {told.unit} is worth", "The share of resamples in which what was gained is worth more than it cost.")
        figure.alt = f"Resampled gains and costs, and the chance of being worth its cost. {told.sentence} {shares}."
    return figure


def ledger(told: Ledger) -> InANotebook:
    """A bar for each department and payer on each basis; to the left of 0 less is spent."""
    rows = told.shown().iloc[:-1]
    bases = [name for name in NAMED if name in rows.columns]
    names = [f"{row['department']}, {row['payer']}" for _, row in rows.iterrows()][::-1]
    with style():
        figure, (axes,) = sheet(1.3 + 0.3 * len(names) * len(bases))
        height = 0.8 / len(bases)
        for place, basis in enumerate(bases):
            at = np.arange(len(names)) - height * (place - (len(bases) - 1) / 2)
            bars = axes.barh(at, rows[basis].iloc[::-1], height=0.9 * height, color=COLOURS[place], label=NAMED[basis])
            for bar, counted in zip(bars, rows["counted"].iloc[::-1], strict=True):
                bar.set_alpha(1.0 if counted else NOT_COUNTED)
        in_dollars(axes.xaxis)
        axes.set_yticks(range(len(names)), names)
        no_effect(axes, upright=True)
        pale = "" if rows["counted"].all() else " Pale: it does not count."
        under(axes, "dollars a person, served less compared", f"Ways of counting one change, never added.{pale}")
        key(axes)
        figure.alt = f"Dollars a person by department and payer, {', '.join(NAMED[basis] for basis in bases)}.{pale}"
    return figure


def budget(told: Budget) -> InANotebook:
    """All budgets whose money counts together, by year, a line a basis."""
    whole = told.total().dropna(axis="columns")
    with style():
        figure, (axes,) = sheet(3.2)
        for place, basis in enumerate(name for name in NAMED if name in whole.columns):
            axes.plot(whole.index, whole[basis], marker=MARKS[place], color=COLOURS[place], label=NAMED[basis])
        no_effect(axes)
        whole_ticks(axes, whole.index.to_numpy())
        axes.set_ylabel("dollars a year")
        in_dollars(axes.yaxis)
        under(axes, "year", told.note)
        key(axes)
        figure.alt = f"Dollars by year of all whose money counts, {', '.join(NAMED[name] for name in NAMED if name in whole.columns)}."
    return figure


def benefit_cost(told: BenefitCost) -> InANotebook:
    """How often each size of benefits less costs was drawn."""
    net = told.account.drawn_benefits - told.account.drawn_costs
    with style():
        figure, (axes,) = sheet(3.0)
        axes.hist(net, bins=60, color=ACCENT, alpha=0.75)
        axes.axvline(0, color=INK, lw=1)
        in_dollars(axes.xaxis)
        axes.set_ylabel("draws")
        under(axes, "benefits less costs, dollars a person", told.note)
        figure.alt = f"Benefits less costs as drawn; above 0 in {told.account.chance:.0%} of {told.draws:,} draws."
    return figure
