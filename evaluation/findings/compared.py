"""A comparison as a researcher looks at it before any outcome is read: the balance table, a Table 1, who was left out, and their pictures.

Internal to the county: nothing here hides a small count, and nothing here is ever released.  What leaves goes through `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.balance_table import Balance, Kind, Line, Sides, Weighing, balance_of
from ..diagnostics.differences import WHOSE
from ..diagnostics.matched import kept_and_left
from ..methods import METHODS
from ..methods.matched.columns import columns_of
from ..methods.matched.described import whom
from ..methods.matched.imputing import completed
from ..phrases import counted
from ..terms import Cohort, Comparison, EstimandName, Matching, Problem, Question, Refused
from .compared_pictures import love, overlap
from .picture import InANotebook

if TYPE_CHECKING:
    import pandas as pd

    from ..terms import Array

MOST_VALUES = 12  # of a column by whose values likeness is shown: more are no subgroups
FIELDS = tuple(Sides.__dataclass_fields__)
INTERNAL = "For use inside the county only: small counts are not hidden here."


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Who is compared with whom for one question, before any outcome is read; refuses what cannot be compared, all reasons at once."""
    return METHODS[question.method].compare(cohort, question)


@dataclass(frozen=True, slots=True, eq=False)
class BalanceTable:
    """The balance of one comparison; internal to the county, never released."""

    balance: Balance
    way: str  # "matching"

    def frame(self) -> pd.DataFrame:
        """One row for each column and subgroup; measures end in `_before` and `_after` (`balance_table.Sides`)."""
        import pandas as pd

        rows = [
            {"subgroup": line.subgroup, "column": line.column, "kind": line.kind}
            | {f"{field}_{sample}": getattr(sides, field) for sample, sides in (("before", line.before), ("after", line.after)) for field in FIELDS}
            | {"pair_distance": line.pair_distance}
            for line in self.balance.lines
        ]
        return pd.DataFrame(rows)

    def sizes(self) -> pd.DataFrame:
        """People, effective size and the largest share of one person, by sample and arm."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"sample": sample, "arm": arm, "people": size.people, "effective": size.effective, "largest_share": size.largest_share}
                for (sample, arm), size in self.balance.sizes.items()
            ]
        )

    def plot(self, *, kinds: Sequence[Kind] = ("column",), subgroup: str = "") -> InANotebook:
        """The love plot: how far apart the arms were in each column, before (rings) and after (dots); of everybody or of one subgroup.

        Refuses a subgroup that the table does not hold.
        """
        lines = [line for line in self.balance.lines if line.subgroup == subgroup and line.kind in kinds]
        if not lines:
            held = sorted({line.subgroup for line in self.balance.lines if line.subgroup})
            right = f"It holds: {', '.join(map(repr, held))}." if held else "Name columns in compare.subgroups to have some."
            raise Refused(Problem("balance table", f"It holds no such lines of subgroup '{subgroup}'.", right))
        return love(lines, WHOSE[self.balance.estimand], subgroup)

    def _repr_html_(self) -> str:
        chosen = ("served", "compared", "difference", "variance_ratio", "largest_gap")
        frame = self.frame()
        if not frame["subgroup"].any():
            frame = frame.drop(columns="subgroup")
        names = [name for name in ("subgroup", "column") if name in frame]
        shown = [f"{field}_{sample}" for sample in ("before", "after") for field in chosen]
        caption = f"Balance before and after; differences in {WHOSE[self.balance.estimand]}. {INTERNAL}"
        return _html(caption, frame[[*names, *shown, "pair_distance"]]) + _html("How many people each arm is worth", self.sizes())


@dataclass(frozen=True, slots=True, eq=False)
class TableOne:
    """Who was studied, in the form of a journal's first table; internal to the county, never released."""

    balance: Balance

    def frame(self) -> pd.DataFrame:
        """Texts: people, then means (standard deviations) or shares by arm, and the standardised difference, before and after."""
        import pandas as pd

        people = {"": "people", **{_head(sample, arm): f"{size.people:,}" for (sample, arm), size in self.balance.sizes.items()}}
        worth = {"": "effective size", **{_head(sample, arm): f"{size.effective:,.1f}" for (sample, arm), size in self.balance.sizes.items()}}
        rows = [people, worth, *(_described(line) for line in self.balance.lines if not line.subgroup and line.kind == "column")]
        order = ["", *(f"{column}, {sample}" for sample in ("before", "after") for column in ("served", "compared", "difference"))]
        return pd.DataFrame(rows, columns=order).fillna("")

    def _repr_html_(self) -> str:
        caption = f"Means (standard deviations), or shares; differences in {WHOSE[self.balance.estimand]}. {INTERNAL}"
        return _html(caption, self.frame())


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Those whom the effect is about and who are not in the comparison; internal to the county, never released."""

    people: int  # rows whom the effect is about
    left_out: int  # of them
    reasons: Mapping[str, int]
    kept: Mapping[str, float]  # by column, means
    gone: Mapping[str, float]
    apart: Mapping[str, float]  # of those kept less that of those left out, in standard deviations of all of them

    def frame(self) -> pd.DataFrame:
        """By column, the mean of those kept and of those left out, and how far apart they are; the farthest first."""
        import pandas as pd

        order = sorted(self.apart, key=lambda name: -abs(self.apart[name]))
        rows = [{"column": name, "kept": self.kept[name], "left_out": self.gone[name], "difference": self.apart[name]} for name in order]
        return pd.DataFrame(rows, columns=["column", "kept", "left_out", "difference"])

    def _repr_html_(self) -> str:
        why = "; ".join(f"{number:,}: {reason}" for reason, number in self.reasons.items())
        caption = f"{self.left_out:,} of {counted(self.people, 'person', 'people')} were left out{f' ({why})' if why else ''}. {INTERNAL}"
        return _html(caption, self.frame())


def balance_table(
    cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None, *, products: bool = False
) -> BalanceTable:
    """Every column of the history, codes and missing values told apart, before and after; with `products` squares and products too.

    `comparison` is what `compare` gave, or a prepared study holds; left out, it is made anew.  By the columns of
    `compare.subgroups`, each value a subgroup.  Of imputed histories the first is told.  No outcome is read.
    """
    there = _compared(cohort, question, comparison)
    return BalanceTable(
        balance_of(
            _columns(cohort, question), _weighing(cohort, there, question.estimand), with_products=products, subgroups=_subgroups(cohort, question)
        ),
        (question.compare or Matching()).by,
    )


def table_one(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None) -> TableOne:
    """Means and standard deviations, or shares, by arm, before and after, with the standardised difference; arguments as `balance_table`."""
    there = _compared(cohort, question, comparison)
    return TableOne(balance_of(_columns(cohort, question), _weighing(cohort, there, question.estimand)))


def left_out(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None) -> LeftOut:
    """Who was left out of those whom the effect is about, why, and how they differ from those kept; arguments as `balance_table`."""
    there, columns = _compared(cohort, question, comparison), _columns(cohort, question)
    about = whom(cohort, question.estimand)
    gone = about & ~there.kept
    told = next((one for one in there.diagnostics if one.name == "left_out"), None)
    reasons = {reason: count for reason, (count,) in told.behind.items()} if told else {}
    some = bool(gone.any())
    return LeftOut(
        int(about.sum()),
        int(gone.sum()),
        reasons,
        {name: float(column[about & there.kept].mean()) for name, column in columns.items()},
        {name: float(column[gone].mean()) for name, column in columns.items()} if some else {},
        kept_and_left(columns, about, there.kept) if some else {},
    )


def overlap_plot(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None) -> InANotebook:
    """The chances of being served, by arm, before and after; arguments as `balance_table`.  Refuses a way that rests on no score."""
    there = _compared(cohort, question, comparison)
    if there.score is None:
        found = "this way of comparing rests on no score of being served."
        raise Refused(Problem("overlap plot", found, remedy="Look at the balance table, or ask the same with a score."))
    told = ~np.isnan(there.score)
    return overlap(there.score[told], cohort.served[told], there.weights[told])


def _compared(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None) -> Comparison:
    """The comparison given, or made anew; refuses where there is none."""
    if isinstance(comparison, tuple):
        raise Refused(*comparison)
    return comparison if comparison is not None else compare(cohort, question)


def _columns(cohort: Cohort, question: Question) -> Mapping[str, Array]:
    plan, where = question.compare or Matching(), f"question '{question.outcome}' by {question.method}"
    history = completed(cohort, plan)[0].history if plan.missing == "impute" else cohort.history
    return columns_of(history, plan, where).every


def _weighing(cohort: Cohort, comparison: Comparison, estimand: EstimandName) -> Weighing:
    place, sets = None, None
    if comparison.places is not None:
        place, sets = comparison.places.row, comparison.places.set
    elif comparison.sets is not None:
        place = np.flatnonzero(comparison.sets >= 0)
        sets = comparison.sets[place]
    return Weighing(cohort.served, cohort.person, comparison.weights, estimand, place, sets)


def _subgroups(cohort: Cohort, question: Question) -> Mapping[str, Array]:
    """Who has each value of each column of `compare.subgroups`; refuses a column of many values."""
    groups: dict[str, Array] = {}
    for name in (question.compare or Matching()).subgroups:
        column = cohort.history[name]
        values = np.unique(column[~np.isnan(column)])
        if len(values) > MOST_VALUES:
            found = f"'{name}' has {len(values):,} different values."
            raise Refused(Problem("compare.subgroups", found, f"At most {MOST_VALUES} make subgroups.", "Name a column of few values."))
        groups |= {f"{name} = {value:g}": column == value for value in values}
        if np.isnan(column).any():
            groups[f"{name}: nothing on record"] = np.isnan(column)
    return groups


def _head(sample: str, arm: str) -> str:
    return f"{arm}, {sample}"


def _described(line: Line) -> dict[str, str]:
    """A column as Table 1 has it."""

    def one(value: float, deviation: float) -> str:
        return f"{100 * value:.1f} %" if line.two else f"{value:,.2f} ({deviation:,.2f})"

    cells = {"": line.column}
    for sample, sides in (("before", line.before), ("after", line.after)):
        cells[_head(sample, "served")] = one(sides.served, sides.served_deviation)
        cells[_head(sample, "compared")] = one(sides.compared, sides.compared_deviation)
        cells[f"difference, {sample}"] = f"{round(sides.difference, 2) + 0.0:+.2f}"
    return cells


def _html(caption: str, frame: pd.DataFrame) -> str:
    """A table with its caption, every text in it escaped."""
    from html import escape

    inside = frame.to_html(index=False, border=0, na_rep="–", float_format=lambda value: f"{round(value, 3) + 0.0:,.3f}", escape=True)
    return inside.replace(">", f"><caption>{escape(caption)}</caption>", 1)
