"""A comparison as a researcher looks at it before any outcome is read: the balance table, a Table 1, who was left out, and their pictures.

Internal to the county: nothing here hides a small count, and nothing here is ever released.  What leaves goes through `disclosure`.
It stands in the room of findings beside `collection` and `picture`, the other things that a researcher holds and looks at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.balance_table import Balance, Kind, Line, Sides, Weighing, balance_of
from ..diagnostics.differences import whose
from ..diagnostics.matched import kept_and_left
from ..diagnostics.wording import called_by, those
from ..methods import METHODS
from ..methods.columns import columns_of
from ..methods.matched.asking import MOST_VALUES
from ..methods.matched.described import whom
from ..methods.matched.ways import WAYS
from ..methods.standing import histories
from ..phrases import counted
from ..study.questions import sound
from ..terms import Cohort, CompareBy, Comparison, EstimandName, Matching, Problem, Question, Refused

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..terms import Array

WIDE = 120  # letters of a line in a terminal
FIELDS = tuple(Sides.__dataclass_fields__)
SAMPLES = "`before`: everybody who could be compared; `after`: those compared, as weighted."
HEADS = (
    "`served` and `compared`: means, or shares of 0 and 1; `difference`: of the means, in {unit}; `variance_ratio`: of the two arms, none for 0 "
    "and 1; `largest_gap`: between the arms' cumulative distributions; `pair_distance`: the mean distance of two people of one set after "
    "matching, in the same standard deviations, none where nobody is set beside anybody."
)
SIZES = "`people`: different people; `effective`: how many of equal weight they are worth; `largest_share`: of the arm's weight, in one of them."
OF_SEVERAL = (
    "Values were imputed {n:,} times: all columns are of the first completed history, but `least`, `mean` and `most`, which are of the "
    "difference after over all of them."
)
INTERNAL = "For use inside the county only: small counts are not hidden here."


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Who is compared with whom for one question, before any outcome is read; refuses what cannot be compared, all reasons at once."""
    asked = sound(question)
    return METHODS[asked.method].compare(cohort, asked)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BalanceTable:
    """The balance of one comparison; internal to the county, never released."""

    balance: Balance
    way: CompareBy  # "matching"
    called: str = "served"  # what the first arm is called
    imputed: tuple[Balance, ...] = ()  # one within each completed history, where values were imputed; `balance` is the first of them

    def frame(self) -> pd.DataFrame:
        """One row for each column and subgroup; measures end in `_before` and `_after` (`balance_table.Sides`).

        A column in which nobody of a subgroup differs has no row there.  Of imputed histories the first is told, and beside it
        `difference_after_least`, `_mean` and `_most`: the least, mean and most of it over all of them.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {"subgroup": line.subgroup, "column": line.column, "kind": line.kind}
                | {
                    f"{field}_{sample}": getattr(sides, field)
                    for sample, sides in (("before", line.before), ("after", line.after))
                    for field in FIELDS
                }
                | {f"difference_after_{what}": value for what, value in self._over_all(line).items()}
                | {"pair_distance": line.pair_distance}
                for line in self.balance.lines
            ]
        )

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
        from .compared_pictures import Drawn, love

        lines = [line for line in self.balance.lines if line.subgroup == subgroup and line.kind in kinds]
        held = tuple(dict.fromkeys(line.subgroup for line in self.balance.lines if line.subgroup))
        if not lines:
            right = f"It holds: {', '.join(map(repr, held))}." if held else "Name columns in compare.subgroups to have some."
            raise Refused(Problem("balance table", f"It holds no such lines of subgroup '{subgroup}'.", right))
        return love(lines, Drawn(self._unit, those(self.called), WAYS[self.way].title, subgroup, held))

    def _over_all(self, line: Line) -> dict[str, float]:
        """The difference after, over all completed histories; nothing where none was imputed."""
        if not self.imputed:
            return {}
        there = [each.after.difference for one in self.imputed for each in one.lines if (each.subgroup, each.column) == (line.subgroup, line.column)]
        return {"least": min(there, key=abs), "mean": float(np.mean(there)), "most": max(there, key=abs)}

    @property
    def _unit(self) -> str:
        return whose(self.balance.estimand, self.called)

    def _shown(self) -> tuple[str, pd.DataFrame]:
        """What stands above the table, and its most telling columns."""
        chosen = ("served", "compared", "difference", "variance_ratio", "largest_gap")
        frame = self.frame()
        if not frame["subgroup"].any():
            frame = frame.drop(columns="subgroup")
        names = [name for name in ("subgroup", "column") if name in frame]
        over = [f"difference_after_{what}" for what in ("least", "mean", "most")] if self.imputed else []
        several = f" {OF_SEVERAL.format(n=len(self.imputed))}" if self.imputed else ""
        caption = f"Balance before and after: compared with {WAYS[self.way].title}. {SAMPLES} {HEADS.format(unit=self._unit)}{several} {INTERNAL}"
        return caption, frame[[*names, *(f"{field}_{sample}" for sample in ("before", "after") for field in chosen), *over, "pair_distance"]]

    def __repr__(self) -> str:
        return f"{_text(*self._shown())}\n\n{_text(f'How many people each arm is worth. {SIZES}', self.sizes())}"

    def _repr_html_(self) -> str:
        return _html(*self._shown()) + _html(f"How many people each arm is worth. {SIZES}", self.sizes())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TableOne:
    """Who was studied, in the form of a journal's first table; internal to the county, never released."""

    balance: Balance
    called: str = "served"  # what the first arm is called

    def frame(self) -> pd.DataFrame:
        """Texts: people, then means (standard deviations) or shares by arm, and the standardised difference, before and after."""
        import pandas as pd

        people = {"": "people", **{_head(sample, arm): f"{size.people:,}" for (sample, arm), size in self.balance.sizes.items()}}
        worth = {"": "effective size", **{_head(sample, arm): f"{size.effective:,.1f}" for (sample, arm), size in self.balance.sizes.items()}}
        rows = [people, worth, *(_described(line) for line in self.balance.lines if not line.subgroup and line.kind == "column")]
        order = ["", *(f"{column}, {sample}" for sample in ("before", "after") for column in ("served", "compared", "difference"))]
        return pd.DataFrame(rows, columns=order).fillna("")

    @property
    def _caption(self) -> str:
        return f"Means (standard deviations), or shares; differences in {whose(self.balance.estimand, self.called)}. {SAMPLES} {INTERNAL}"

    def __repr__(self) -> str:
        return _text(self._caption, self.frame())

    def _repr_html_(self) -> str:
        return _html(self._caption, self.frame())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

    @property
    def _caption(self) -> str:
        why = "; ".join(f"{number:,}: {reason}" for reason, number in self.reasons.items())
        heads = (
            "`kept` and `left_out`: means; `difference`: of the two, in standard deviations of all whom the effect is about. "
            if self.left_out
            else ""
        )
        number = f"{self.left_out:,} of {counted(self.people, 'person', 'people')} whom the effect is about were left out"
        return f"{number}{f' ({why})' if why else ''}. {heads}{INTERNAL}"

    def __repr__(self) -> str:
        return _text(self._caption, self.frame())

    def _repr_html_(self) -> str:
        return _html(self._caption, self.frame())


def balance_table(
    cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None, *, products: bool = False
) -> BalanceTable:
    """Every column of the history, codes and missing values told apart, before and after; with `products` squares and products too.

    `comparison` is what `compare` gave, or a prepared study holds; left out, it is made anew.  By the columns of
    `compare.subgroups`, each value a subgroup.  Of imputed histories the first is told, and how far the others are from it.  No
    outcome is read.
    """
    question = sound(question)
    there, groups, plan = _compared(cohort, question, comparison), _subgroups(cohort, question), question.compare or Matching()
    made = tuple(
        balance_of(_columns(one, question, each), _weighing(one, each, question.estimand), with_products=products, subgroups=groups)
        for one, each in histories(cohort, there)
    )
    return BalanceTable(made[0], plan.by, called_by(cohort.by), made if len(made) > 1 else ())


def table_one(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None) -> TableOne:
    """Means and standard deviations, or shares, by arm, before and after, with the standardised difference; arguments as `balance_table`."""
    question = sound(question)
    there = _compared(cohort, question, comparison)
    return TableOne(balance_of(_columns(cohort, question, there), _weighing(cohort, there, question.estimand)), called_by(cohort.by))


def left_out(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None = None) -> LeftOut:
    """Who was left out of those whom the effect is about, why, and how they differ from those kept; arguments as `balance_table`."""
    question = sound(question)
    there = _compared(cohort, question, comparison)
    columns = _columns(cohort, question, there)
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
    question = sound(question)
    there = _compared(cohort, question, comparison)
    if there.score is None:
        found = "this way of comparing rests on no score of being served."
        raise Refused(Problem("overlap plot", found, remedy="Look at the balance table, or ask the same with a score."))
    from .compared_pictures import overlap

    told = ~np.isnan(there.score)
    return overlap(there.score[told], cohort.served[told], there.weights[told], called_by(cohort.by))


def _compared(cohort: Cohort, question: Question, comparison: Comparison | tuple[Problem, ...] | None) -> Comparison:
    """The comparison given, or made anew; refuses where there is none."""
    if isinstance(comparison, tuple):
        raise Refused(*comparison)
    return comparison if comparison is not None else compare(cohort, question)


def _columns(cohort: Cohort, question: Question, comparison: Comparison) -> Mapping[str, Array]:
    plan, where = question.compare or Matching(), f"question '{question.outcome}' by {question.method}"
    return columns_of(histories(cohort, comparison)[0][0].history, plan, where).every


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
        if len(values) > MOST_VALUES:  # of a comparison that was made for another question
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


def _text(caption: str, frame: pd.DataFrame) -> str:
    """A table below its caption, for a terminal."""
    from textwrap import fill

    shown = (
        frame.to_string(index=False, na_rep="–", float_format=lambda value: f"{round(value, 3) + 0.0:,.3f}", line_width=WIDE) if len(frame) else ""
    )
    return f"{fill(caption.replace('`', ''), WIDE)}\n\n{shown}".rstrip()
