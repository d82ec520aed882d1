"""Lets a lab's own tidy frame enter the road: one row a person-start, time zero taken on trust.

cohort, ruler = cohort_from_frame(
    df, unit="id", treated="fin", history=["age", "prio"], by="lot",
    outcome=FrameOutcome("arrest", "mark", Horizon(days=364), better="fewer",
                         title={"en": "arrest after release"}, event={"en": "arrested"}),
)

With the day of each event, and what else ended a row, the outcome is a `FrameTimes` (`dated`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import pandas as pd

from ..outcomes.ruler import FrameRuler, window_days
from ..outcomes.times_ruler import TimesRuler, digest_of
from ..phrases import counted, listed, nearest
from ..terms import By, Cohort, Horizon, LedgerLine, Outcome, Problem, Refused
from .dated import FrameTimes

if TYPE_CHECKING:
    from ..terms import Array


_DECIDED = ("lot", "offer")


@dataclass(frozen=True, slots=True)
class FrameOutcome:
    """What the outcome column of a frame holds, since a column cannot say it itself.

    A mark is 1 for people with the event by the horizon and 0 for the rest; an amount is in `unit`.
    """

    column: str
    kind: Literal["mark", "amount"]
    horizon: Horizon
    better: Literal["fewer", "more"]
    title: Mapping[str, str]  # by language; a noun phrase: "arrest after release"
    event: Mapping[str, str]  # by language; completes "fewer people were ..." or "fewer ...": "arrested", "days in jail"
    unit: Literal["people", "days", "dollars"] = "people"
    why_better: str = ""

    def defined(self) -> Outcome:
        """The outcome as a definition: the analyst's own, not verified against any authority."""
        return Outcome(
            name=f"frame/{self.column}",
            kind=self.kind,
            title=self.title,
            event=self.event,
            better=self.better,
            why_better=self.why_better,
            table="event" if self.kind == "mark" else "cost" if self.unit == "dollars" else "spell",
            kinds=(self.column,),
            unit=self.unit,
            universe="the rows of the frame",
            authority="The analyst's own column; not an official definition",
            verified=False,
            not_counted="Whatever the frame does not say.",
            from_day=0,
        )

    def columns(self) -> dict[str, str]:
        """The columns that are read, by what each is for."""
        return {"outcome": self.column}

    def flags(self) -> list[str]:
        """The columns that hold 0 and 1."""
        return [self.column] if self.kind == "mark" else []

    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return [self.column] if self.kind == "amount" else []

    def declared(self) -> Iterator[Problem]:
        """What is wrong with the declaration itself."""
        for word, right in (("kind", ("mark", "amount")), ("unit", ("people", "days", "dollars"))):
            if (given := getattr(self, word)) not in right:
                yield Problem("outcome", f"{word} is {given!r}.", f"It is one of {listed(right)}.", nearest(given, right))
        if (self.kind == "mark") != (self.unit == "people"):
            yield Problem("outcome", f"it is declared as {self.kind} in {self.unit}.", "A mark counts people; an amount is in days or dollars.")
        if (self.horizon.days is None) == (self.horizon.months is None):
            yield Problem("outcome", "the horizon has neither days nor months, or both.", "It has one of them.")

    def problems(self, frame: pd.DataFrame, start: str | None) -> Iterator[Problem]:
        """Nothing more is asked of its values."""
        yield from ()

    def ruler(self, frame: pd.DataFrame, starts: Array | None) -> tuple[FrameRuler, dict[str, Array]]:
        """The ruler over the frame's rows, and all that it read; `starts` (n,) int are the days on which the clocks start."""
        values = frame[self.column].to_numpy().astype(float)
        window = window_days(self.horizon, starts, len(frame))
        return FrameRuler(self.defined(), self.horizon, values, window), {"values": values, "window": window}


@overload
def cohort_from_frame(
    frame: pd.DataFrame, *, unit: str, treated: str, history: Sequence[str], outcome: FrameOutcome, by: By, start: str | None = None,
    cluster: str | None = None, blocks: str | None = None, taken_up: str | None = None, unrecorded: Sequence[str] = (),
) -> tuple[Cohort, FrameRuler]: ...  # fmt: skip


@overload
def cohort_from_frame(
    frame: pd.DataFrame, *, unit: str, treated: str, history: Sequence[str], outcome: FrameTimes, by: By, start: str | None = None,
    cluster: str | None = None, blocks: str | None = None, taken_up: str | None = None, unrecorded: Sequence[str] = (),
) -> tuple[Cohort, TimesRuler]: ...  # fmt: skip


def cohort_from_frame(
    frame: pd.DataFrame,
    *,
    unit: str,
    treated: str,
    history: Sequence[str],
    outcome: FrameOutcome | FrameTimes,
    by: By,
    start: str | None = None,
    cluster: str | None = None,
    blocks: str | None = None,
    taken_up: str | None = None,
    unrecorded: Sequence[str] = (),
) -> tuple[Cohort, FrameRuler | TimesRuler]:
    """A cohort and the ruler of its outcome, from a frame with one row for each person-start; every name is a column.

    `unit` holds the person's id, `treated` 1 (or True) for people assigned to the programme and 0 for the rest, `start` the
    date on which each clock starts (None: not in the frame), and `by` says who decided: a lot, or somebody who offered.  A score
    and risk sets need records, from which time zero is built.
    Nothing is guessed: codes other than 0 and 1, missing values and text in a column of numbers are refused, all at once.
    In the columns of the history that `unrecorded` names, blanks stay: `missing` of a question's `compare` says what becomes of them.
    """
    roles = {"unit": unit, "treated": treated, **outcome.columns()}
    roles |= {role: name for role, name in {"start": start, "cluster": cluster, "blocks": blocks, "taken_up": taken_up}.items() if name is not None}
    flags = [treated, *([] if taken_up is None else [taken_up]), *outcome.flags()]
    problems = [*_decided(by), *_columns(frame, roles, history)]
    if not problems:
        problems += [*_of_values(frame, roles, history, unrecorded, outcome), *_not_flags(frame, flags), *_unrecorded(frame, history, unrecorded, by)]
        problems += [*_dates(frame, start), *_rows(frame, unit, start), *_declared(outcome), *outcome.problems(frame, start)]
    if problems:
        raise Refused(*problems)

    n, people = len(frame), _dense(frame[unit])
    flags_of = {name: frame[name].to_numpy().astype(float) == 1 for name in flags}
    clusters = _dense(frame[cluster]) if cluster else people if len(np.unique(people)) < n else None
    cohort = Cohort(
        name="frame",
        unit="person",
        table="",
        start_id=np.arange(1, n + 1),
        person=people,
        served=flags_of[treated],
        history={name: frame[name].to_numpy().astype(float) for name in history},
        ledger=(LedgerLine("rows of the frame", 0, n),),
        by=by,
        clusters=clusters,
        blocks=_dense(frame[blocks]) if blocks else None,
        taken_up=flags_of[taken_up] if taken_up else None,
        time_zero="taken on trust",
    )
    days = None if start is None else (pd.to_datetime(frame[start]) - pd.Timestamp(0)).dt.days.to_numpy()
    ruler, read = outcome.ruler(frame, days)
    return cohort, replace(ruler, digest=_digest(cohort, read))


def _decided(by: str) -> Iterator[Problem]:
    if by not in _DECIDED:
        found = f"a frame holds nobody assigned by {by!r}."
        yield Problem("by", found, f"It is one of {listed(_DECIDED)}.", "Enrol from records for the others.")


def _columns(frame: pd.DataFrame, roles: Mapping[str, str], history: Sequence[str]) -> Iterator[Problem]:
    """Columns that are not there, or there twice, or asked to be two things."""
    names = [str(name) for name in frame.columns]
    asked = [*roles.items(), *(("history", name) for name in history)]
    for role, name in asked:
        if names.count(name) != 1:
            found = f"the frame has {'no' if name not in names else 'more than one'} column '{name}'."
            yield Problem(role, found, f"It has {listed(names)}.", nearest(name, names) if name not in names else "")
    for name in history:
        if name in (roles["treated"], roles["outcome"], roles.get("ended"), roles.get("taken_up")):
            yield Problem("history", f"'{name}' is not known before the start.", remedy="Leave it out of the history.")
    if len(set(history)) < len(history):
        yield Problem("history", "a column is named twice.", remedy="Name each column once.")
    if frame.empty:
        yield Problem("frame", "it has no rows.")


def _of_values(
    frame: pd.DataFrame, roles: Mapping[str, str], history: Sequence[str], unrecorded: Sequence[str], outcome: FrameOutcome | FrameTimes
) -> Iterator[Problem]:
    """Blanks where there may be none, and what is no number where there is to be one."""
    yield from _missing(frame, [name for name in (*roles.values(), *history) if name not in unrecorded])
    yield from _not_numbers(frame, [*history, *outcome.numbers()])


def _missing(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        missing = int(frame[name].isna().sum())
        if missing:
            found = f"{counted(missing, 'value')} of {len(frame):,} missing."
            remedy = "Say what they stand for: fill them in, or drop the rows and say so; of the history, name the column in `unrecorded`."
            yield Problem(f"column '{name}'", found, remedy=remedy)


def _unrecorded(frame: pd.DataFrame, history: Sequence[str], unrecorded: Sequence[str], by: By) -> Iterator[Problem]:
    """Columns that may be blank are columns of the history, hold something, and are read by a method that has a rule for blanks."""
    for name in unrecorded:
        if name not in history:
            yield Problem("unrecorded", f"'{name}' is no column of the history.", f"The history has {listed(history)}.", nearest(name, history))
        elif frame[name].isna().all():
            yield Problem(f"column '{name}'", "it is blank for everybody.", remedy="Leave it out of the history.")
    if unrecorded and by == "lot":
        yield Problem("unrecorded", "blanks are for matched comparison, and a lot decided here.", remedy="Fill them in, and say so.")


def _not_numbers(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[Problem]:
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            remedy = "Turn it into columns of 0 and 1, or into codes (pandas: factorize) that `categories` of a question's compare names."
            yield Problem(f"column '{name}'", f"it holds {frame[name].dtype}, not numbers.", remedy=remedy)
        elif np.isinf(frame[name].to_numpy(dtype=float, na_value=np.nan)).any():
            yield Problem(f"column '{name}'", "it holds an infinite number.", remedy="Mend those values.")


def _not_flags(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[Problem]:
    for name in names:
        values = frame[name].dropna()
        if not values.isin([0, 1]).all():  # True is 1; the text "1" is not
            found = f"it holds {counted(values.nunique(), 'different value')}, not only 0 and 1."
            yield Problem(f"column '{name}'", found, remedy="Say which value means yes: frame[name] == that value.")
        elif name == names[0] and values.nunique() < 2:
            yield Problem(f"column '{name}'", "everybody is in one arm.", "A comparison needs people in both arms.")


def _dates(frame: pd.DataFrame, start: str | None) -> Iterator[Problem]:
    if start is not None and not pd.api.types.is_datetime64_any_dtype(frame[start]):
        remedy = "Turn it into dates with their format: pd.to_datetime(frame[name], format=...)."
        yield Problem(f"column '{start}'", f"it holds {frame[start].dtype}, not dates.", remedy=remedy)


def _rows(frame: pd.DataFrame, unit: str, start: str | None) -> Iterator[Problem]:
    """Without a start, a person has one row; with one, a row for each day on which a clock starts."""
    repeated = int(frame.duplicated([unit] if start is None else [unit, start]).sum())
    if repeated:
        found = f"{counted(repeated, 'row')} repeat{'s' if repeated == 1 else ''} a person{'' if start is None else ' and start'}."
        yield Problem(f"column '{unit}'", found, "A row is one person-start.", "Drop the repeats" + (", or name `start`." if start is None else "."))


def _declared(outcome: FrameOutcome | FrameTimes) -> Iterator[Problem]:
    if outcome.better not in (right := ("fewer", "more")):
        yield Problem("outcome", f"better is {outcome.better!r}.", f"It is one of {listed(right)}.", nearest(outcome.better, right))
    yield from outcome.declared()
    for word, phrases in (("title", outcome.title), ("event", outcome.event)):
        if not isinstance(phrases, Mapping) or not phrases.get("en"):
            yield Problem("outcome", f"{word} has no words in English.", remedy=f'Give {word} = {{"en": "..."}}.')


def _digest(cohort: Cohort, outcome: Mapping[str, Array]) -> str:
    """Of all that was read from the frame."""
    read = {"served": cohort.served, "clusters": cohort.clusters, "blocks": cohort.blocks, "taken_up": cohort.taken_up}
    return digest_of(read | {**outcome, **{f"history {name}": column for name, column in cohort.history.items()}})


def _dense(column: pd.Series) -> Array:
    """Labels as 0, 1, 2, ... in the order of their first appearance."""
    return pd.factorize(column)[0]
