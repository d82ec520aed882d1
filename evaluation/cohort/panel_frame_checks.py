"""What is wrong with a frame that is to be a panel: every problem at once, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from ..phrases import counted, listed, nearest
from ..terms import NEVER, AfterStop, Calendar, Problem, Refused
from .frame_periods import Cut, keeps_apart, of_numbers

if TYPE_CHECKING:
    from ..terms import Array
    from .panel_frame import FramePanelOutcome

OF_UNITS = ("adopted", "left", "weight", "cluster")  # columns of which a unit holds one value
_NUMBERS = ("outcome", "treated", "weight", "population")


def refuse_words(outcome: object, covariates: object) -> None:
    """Refuses a name where there is to be more than that: what an outcome is, and a list of columns."""
    problems = []
    if isinstance(outcome, str):
        remedy = f'Say FramePanelOutcome("{outcome}", better=..., title={{"en": ...}}, event={{"en": ...}}).'
        problems.append(Problem("outcome", f"'{outcome}' is a name alone.", "A column cannot say what is better, nor how it is called.", remedy))
    if isinstance(covariates, str):
        problems.append(Problem("covariates", f"'{covariates}' is one text.", "They are a list of columns.", f'Say covariates = ["{covariates}"].'))
    if problems:
        raise Refused(*problems)


def of_words(outcome: FramePanelOutcome, each: Calendar | int, said: Mapping[str, str], after_stop: str, gaps: str, units: str) -> Iterator[Problem]:
    """What is wrong with what was declared, whatever the frame holds."""
    closed = {"after_stop": (after_stop, get_args(AfterStop)), "gaps": (gaps, ("refuse", "keep")), "units": (units, ("area", "person"))}
    closed |= {"outcome: better": (outcome.better, ("fewer", "more")), "outcome: unit": (outcome.unit, ("people", "days", "dollars"))}
    for where, (given, right) in closed.items():
        if given not in right:
            yield Problem(where, f"{given!r} was given.", f"It is one of {listed(right)}.", nearest(given, right))
    if each not in get_args(Calendar) and (not isinstance(each, int) or isinstance(each, bool) or each < 1):
        yield Problem("each", f"{each!r} was given.", "It is a month, a quarter, a year, or 1 or more days.", nearest(each, get_args(Calendar)))
    if "adopted" in said and "treated" in said:
        yield Problem("adopted", "both `adopted` and `treated` were given.", "One of them says when a unit is under the programme.")
    if "left" in said and not ("adopted" in said or "treated" in said):
        yield Problem("left", "nothing says when a unit comes under the programme that it leaves.", remedy="Give `adopted`, or leave `left` out.")
    if "left" in said and "treated" in said:
        yield Problem("left", "`treated` says already when a unit leaves the programme.", remedy="Leave `left` out.")
    for word, phrases in (("title", outcome.title), ("event", outcome.event)):
        if not isinstance(phrases, Mapping) or not phrases.get("en"):
            yield Problem("outcome", f"{word} has no words in English.", remedy=f'Give {word} = {{"en": "..."}}.')


def of_columns(frame: pd.DataFrame, said: Mapping[str, str], covariates: Sequence[str]) -> Iterator[Problem]:
    """Columns that are not there, or there twice, or asked to be two things."""
    names = [str(name) for name in frame.columns]
    for role, name in (*said.items(), *(("covariates", name) for name in covariates)):
        if names.count(name) != 1:
            found = f"the frame has {'no' if name not in names else 'more than one'} column '{name}'."
            yield Problem(role, found, f"It has {listed(names)}.", nearest(name, names) if name not in names else "")
    for name in covariates:
        if name in (said["outcome"], said.get("treated"), said.get("adopted"), said.get("left")):
            yield Problem("covariates", f"'{name}' is not known before the first period.", remedy="Leave it out of the covariates.")
    if len(set(covariates)) < len(covariates):
        yield Problem("covariates", "a column is named twice.", remedy="Name each column once.")
    if frame.empty:
        yield Problem("frame", "it has no rows.")


def of_values(frame: pd.DataFrame, said: Mapping[str, str], covariates: Sequence[str], gaps: str) -> Iterator[Problem]:
    """Blanks where there may be none, and what is no number where there is to be one."""
    complete = [said[role] for role in ("unit", "period", "treated", "weight", "cluster") if role in said]
    complete += [*covariates, *([said["outcome"]] if gaps == "refuse" else [])]
    for name in dict.fromkeys(complete):
        if missing := int(frame[name].isna().sum()):
            found = f"{counted(missing, 'value')} of {len(frame):,} missing."
            remedy = "Fill them in or drop the rows, and say so." + (' gaps = "keep" leaves them unwatched.' if name == said["outcome"] else "")
            yield Problem(f"column '{name}'", found, remedy=remedy)
    yield from _not_numbers(frame, dict.fromkeys([*(said[role] for role in _NUMBERS if role in said), *covariates]))
    if not frame[said["period"]].isna().any():
        yield from of_numbers(frame[said["period"]], "year")
        yield from _of_days(frame, said)
    if "treated" in said and pd.api.types.is_numeric_dtype(frame[said["treated"]]) and not frame[said["treated"]].dropna().isin([0, 1]).all():
        remedy = "Say which value means yes, or name the first period under the programme as `adopted`."
        yield Problem(f"column '{said['treated']}'", "it does not hold only 0 and 1.", remedy=remedy)
    for role in ("weight", "population"):
        if role in said and pd.api.types.is_numeric_dtype(frame[said[role]]) and (low := int((frame[said[role]] <= 0).sum())):
            found = f"{counted(low, 'row')} of {len(frame):,} hold{'s' if low == 1 else ''} 0 or less."
            yield Problem(f"column '{said[role]}'", found, f"A {role} is above 0.")


def _not_numbers(frame: pd.DataFrame, names: Mapping[str, None]) -> Iterator[Problem]:
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            yield Problem(f"column '{name}'", f"it holds {frame[name].dtype}, not numbers.", remedy="Turn it into numbers.")
        elif np.isinf(frame[name].to_numpy(dtype=float, na_value=np.nan)).any():
            yield Problem(f"column '{name}'", "it holds an infinite number.", remedy="Mend those values.")


def _of_days(frame: pd.DataFrame, said: Mapping[str, str]) -> Iterator[Problem]:
    """A period of adoption that is told in another way than the periods are."""
    dated = pd.api.types.is_datetime64_any_dtype(frame[said["period"]])
    for role in ("adopted", "left"):
        if role not in said or frame[said[role]].isna().all():
            continue
        right = "dates" if dated else "numbers"
        if not (pd.api.types.is_datetime64_any_dtype if dated else pd.api.types.is_numeric_dtype)(frame[said[role]]):
            found = f"it holds {frame[said[role]].dtype}, and periods are {right}."
            yield Problem(f"column '{said[role]}'", found, remedy=f"Tell it in {right} too.")
        elif not dated:
            number = frame[said[role]].to_numpy(dtype=float, na_value=np.nan)
            if parts := int((number[np.isfinite(number)] % 1 != 0).sum()):
                found = f"{counted(parts, 'row')} of {len(number):,} hold{'s' if parts == 1 else ''} part of a period."
                yield Problem(
                    f"column '{said[role]}'", found, "A unit adopts, or leaves, in a period of the frame.", "Round them, and say which way."
                )


def of_shape(unit: Array, cut: Cut, column: pd.Series, n: int, gaps: str) -> Iterator[Problem]:
    """Unit-periods that stand twice, or not at all; of dates with the length that would keep them apart, where another was said."""
    many = cut.many
    cell = unit * many + cut.place
    fits = keeps_apart(column) if cut.dated else None
    other = f'Dates lie a {fits} apart or more: say each = "{fits}".' if fits not in (None, cut.each) else ""
    held = len(np.unique(cell))
    if twice := len(cell) - held:
        found = f"{counted(twice, 'row')} repeat{'s' if twice == 1 else ''} a unit and period{f' (a {cut.each} each)' if other else ''}."
        yield Problem("frame", found, "A row is one unit in one period.", other)
    elif (missing := n * many - held) and gaps == "refuse":
        short = int((np.bincount(unit, minlength=n) < many).sum())
        found = f"{counted(missing, 'unit-period')} of {n * many:,} {'is' if missing == 1 else 'are'} not there, in {short:,} of {n:,} units."
        yield Problem("frame", found, "Every unit has a row for every period.", other or 'Complete it, or say gaps = "keep".')


def of_units(unit: Array, columns: pd.DataFrame) -> Iterator[Problem]:
    """Columns that are to be the same in every row of a unit, and are not."""
    for name in columns.columns:
        codes = pd.factorize(columns[name], use_na_sentinel=False)[0]
        pairs = len(np.unique(unit.astype(np.int64) * (int(codes.max(initial=0)) + 1) + codes))
        if pairs > len(np.unique(unit)):
            many = len(np.unique(unit))
            found = f"it changes within units: {counted(pairs, 'value')} in {many:,} units."
            yield Problem(f"column '{name}'", found, "A unit has one.", "Give every row of a unit the value from before the first period.")


def of_adoption(came: Array, went: Array, again: Array, seen: Array, after_stop: str) -> Iterator[Problem]:
    """Units that leave undeclared or, `again` (n,) bool, come back, and panels in which nobody was seen before adopting."""
    leavers, n, back = int((went < NEVER).sum()), len(came), int(again.sum())
    if back and after_stop != "drop":
        found = f"{back:,} of {n:,} units {'comes' if back == 1 else 'come'} under the programme again after leaving it."
        yield Problem("treated", found, "A unit is under the programme once.", 'Say after_stop = "drop", which leaves out all after the first time.')
    elif leavers and after_stop == "refuse":
        found = f"{leavers:,} of {n:,} units {'leaves' if leavers == 1 else 'leave'} the programme again."
        right = "What comes after is neither under the programme nor as if it had never been."
        yield Problem("after_stop", found, right, 'Say after_stop = "drop" or "own_effect".')
    if odd := int(np.sum((went <= came) & (went < NEVER))):
        yield Problem("left", f"{odd:,} of {n:,} units leave no later than they adopt.", "A unit is under the programme for a period or more.")
    adopts = np.asarray(came < NEVER)
    before = np.asarray((seen & (np.arange(seen.shape[1]) < came[:, None])).any(axis=1))
    if adopts.any() and not before[adopts].any():
        found = f"no unit that adopts, of {int(adopts.sum()):,}, was seen in a period before it did."
        yield Problem("adopted", found, "What changed is told from before to after.", "Give the frame earlier periods.")
