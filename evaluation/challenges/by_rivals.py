"""The answers to one question by every definition of its outcome, as a researcher holds them: a table, a picture, one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from ..methods.tables import Table
from ..phrases import counted
from ..terms import Arm, Outcome, OutcomeUnit, Question, Study, unit_of
from .definitions import Definition, definitions

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..records import Records


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Multiverse(Table):
    """One question by every definition of its outcome; the design's own among them."""

    study: Study
    question: Question
    definitions: tuple[Definition, ...]

    @property
    def answered(self) -> tuple[Definition, ...]:
        """The definitions that gave a number, the smallest effect first, so that a picture can show them so."""
        return tuple(sorted((one for one in self.definitions if one.answered), key=lambda one: (effect_of(one), one.outcome.name)))

    @property
    def own(self) -> Definition:
        """The definition that the design asks by."""
        return next(one for one in self.definitions if one.own)

    @property
    def frame(self) -> pd.DataFrame:
        """One row a definition: those that gave a number sorted by their effect, then those that gave none, with the reason."""
        import pandas as pd

        rest = [one for one in self.definitions if not one.answered]
        return pd.DataFrame([_row(one) for one in (*self.answered, *rest)]).astype(COLUMNS)

    def shown(self) -> pd.DataFrame:
        """What a terminal has room for."""
        kept = ["definition", "design", "served", "compared", "effect", "low", "high"]
        return self.frame[[*kept, *(["why_not"] if self.unanswered else [])]]

    @property
    def unanswered(self) -> tuple[Definition, ...]:
        """The definitions that gave none."""
        return tuple(one for one in self.definitions if not one.answered)

    @property
    def in_others(self) -> tuple[Definition, ...]:
        """Those that are laid on a clock that is not of their official universe."""
        return tuple(one for one in self.answered if one.adapted)

    @property
    def same_sign(self) -> int:
        """By how many definitions the effect points where the design's own does; where that gave no number, where most do."""
        towards = [one.towards for one in self.answered]
        way = self.own.towards if self.own.answered else max((-1, 0, 1), key=lambda each: (towards.count(each), each))
        return towards.count(way)

    @property
    def note(self) -> str:
        """The multiverse in one sentence, and what it does not say."""
        return " ".join(filter(None, (str(self), _adapted(self.in_others), _none(self.unanswered))))

    def __str__(self) -> str:
        """How far the level and the effect run across the definitions, and by how many the effect points the same way."""
        told = self.answered
        if not told:
            return f"None of {counted(len(self.definitions), 'definition')} gave a number."
        unit = unit_of(self.own.outcome, self.question.measure)
        levels = [arms_of(one)[1].mean for one in told]
        effects = [effect_of(one) for one in told]
        return (
            f"Across {counted(len(told), 'definition')} the level among those compared runs from {level(min(levels), unit)} to "
            f"{level(max(levels), unit)}, and the effect from {size(min(effects), unit)} to {size(max(effects), unit)}; "
            f"the sign of the effect is the same in {self.same_sign:,} of {len(told):,}."
        )

    def plot(self) -> InANotebook:
        """The effect by every definition with its 95 % limits, and beside it the level in both arms; the design's own is marked."""
        from .pictures import multiverse_plot

        return multiverse_plot(self)


COLUMNS = {
    **dict.fromkeys(("definition", "title"), "object"),
    "design": "bool",
    **dict.fromkeys(("kind", "clock", "adapted", "verified"), "object"),
    **dict.fromkeys(("n_served", "n_compared", "events_served", "events_compared"), "Int64"),
    **dict.fromkeys(("served", "compared", "effect", "low", "high"), "float64"),
    "why_not": "object",
}


def multiverse(study: Study, records: Records, *, question: int | str | None = None, today: date | None = None) -> Multiverse:
    """A question of a study, its headline unless another is named, by every registered definition of its outcome.

    The rivals are the definitions of one family and unit that the question's method can answer about.  One whose official universe
    starts its clocks by the same kinds of event as the cohort gets clocks of its own; the others are laid on the study's clock and
    called adapted.  Whatever cannot be asked or answered keeps its row, with the reason.  Internal: counts stand as they are.
    Refuses a question that is not there, and a study that these records cannot serve.
    """
    asks, found = definitions(study, records, question=question, today=today)
    return Multiverse(study, asks, found)


def effect_of(one: Definition) -> float:
    """The effect of a definition that gave one."""
    assert one.answer is not None and one.answer.estimate is not None
    return one.answer.estimate.effect


def limits_of(one: Definition) -> tuple[float, float] | None:
    """Its 95 % limits; None where none can be trusted."""
    assert one.answer is not None and one.answer.estimate is not None
    interval = one.answer.estimate.interval
    return (interval.low, interval.high) if interval.given else None


def arms_of(one: Definition) -> tuple[Arm, Arm]:
    """Its two arms, the served first."""
    assert one.answer is not None and one.answer.estimate is not None
    return one.answer.estimate.served, one.answer.estimate.compared


def level(value: float, unit: OutcomeUnit) -> str:
    """A level as it is said: 23.1 %, 12.4 days, $1,204."""
    return f"{100 * value:.1f} %" if unit == "people" else f"${value:,.0f}" if unit == "dollars" else f"{value:,.3g} {unit}"


def size(value: float, unit: OutcomeUnit) -> str:
    """A difference of levels as it is said, with its sign: -4.2 points."""
    return f"{100 * value:+.1f} points" if unit == "people" else f"{value:+,.0f} dollars" if unit == "dollars" else f"{value:+,.3g} {unit}"


def title_of(outcome: Outcome) -> str:
    """What a definition is called in a picture: what comes after the stroke."""
    return outcome.name.partition("/")[2]


def _row(one: Definition) -> dict[str, object]:
    row: dict[str, object] = {
        "definition": one.outcome.name,
        "title": one.outcome.title["en"],
        "design": one.own,
        "kind": one.outcome.kind,
        "clock": one.clock,
        "adapted": "; ".join(one.adapted),
        "verified": "read" if one.outcome.verified else "from memory",
        "why_not": one.why_not,
    }
    row |= dict.fromkeys(name for name in COLUMNS if name not in row)
    if not one.answered:
        return row
    served, compared = arms_of(one)
    row |= {"n_served": served.people, "n_compared": compared.people, "events_served": served.events, "events_compared": compared.events}
    row |= {"served": served.mean, "compared": compared.mean, "effect": effect_of(one)}
    limits = limits_of(one)
    return row | ({"low": limits[0], "high": limits[1]} if limits and all(map(isfinite, limits)) else {})


def _adapted(those: Sequence[Definition]) -> str:
    if not those:
        return ""
    return f"{counted(len(those), 'definition')} {'is' if len(those) == 1 else 'are'} adapted: laid on a clock that is not of the official universe."


def _none(those: Sequence[Definition]) -> str:
    return f"{counted(len(those), 'definition')} gave no number; the table says why." if those else ""
