"""The answers to one question by every definition of its outcome, as a researcher holds them: a table, a picture, one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from ..methods.tables import Table
from ..outcomes.cards import sourced
from ..phrases import counted
from ..terms import Arm, Outcome, OutcomeUnit, Question, Study, unit_of
from .definitions import Definition, definitions

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..records import Records


SHORT = 60  # letters of a reason that a terminal shows


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
        frame = self.frame.assign(why_not=[_clause(why) for why in self.frame["why_not"]])
        more = {"same_as": len(self.different) < len(self.answered), "why_not": bool(self.unanswered)}
        return frame[[*kept, *(name for name, there in more.items() if there)]]

    @property
    def unanswered(self) -> tuple[Definition, ...]:
        """The definitions that gave none."""
        return tuple(one for one in self.definitions if not one.answered)

    @property
    def different(self) -> tuple[Definition, ...]:
        """Those answered without those that repeat another's answer: what there is of evidence."""
        return tuple(one for one in self.answered if not one.same_as)

    def repeats(self, one: Definition) -> tuple[str, ...]:
        """The definitions that give the answer of this one, reading the same of everybody."""
        return tuple(other.outcome.name for other in self.definitions if other.same_as == one.outcome.name)

    @property
    def in_others(self) -> tuple[Definition, ...]:
        """Official ones that are laid on a clock that is not of their universe."""
        return tuple(one for one in self.answered if one.adapted)

    @property
    def on_the_studys(self) -> tuple[Definition, ...]:
        """Those that no authority prescribes, name a clock of their own, and stand on the study's."""
        return tuple(one for one in self.answered if one.outcome.own and one.differs and one.clock == "the study's")

    @property
    def same_sign(self) -> int:
        """By how many different answers the effect points where the design's own does; where that gave no number, where most do."""
        towards = [one.towards for one in self.different]
        way = self.own.towards if self.own.answered else max((-1, 0, 1), key=lambda each: (towards.count(each), each))
        return towards.count(way)

    @property
    def note(self) -> str:
        """The multiverse in one sentence, and what it does not say."""
        return " ".join(filter(None, (str(self), _adapted(self.in_others), _elsewhere(self.on_the_studys), _none(self.unanswered))))

    def __str__(self) -> str:
        """How far the level and the effect run across the definitions, and by how many the effect points the same way."""
        told, apart = self.answered, self.different
        if not told:
            return f"None of {counted(len(self.definitions), 'definition')} gave a number."
        unit = unit_of(self.own.outcome, self.question.measure)
        levels = [arms_of(one)[1].mean for one in told]
        effects = [effect_of(one) for one in told]
        if len(apart) == 1:
            several = f", the same by {counted(len(told), 'definition')}" if len(told) > 1 else ""
            found = f"the level among those compared is {level(levels[0], unit)}, and the effect {size(effects[0], unit)}"
            return f"There is one answer{several}: {found}. Nothing is known of how much the definition matters."
        results = f" with {len(apart):,} different results" if len(apart) < len(told) else ""
        return (
            f"Across {counted(len(told), 'definition')}{results} the level among those compared runs from {level(min(levels), unit)} to "
            f"{level(max(levels), unit)}, and the effect from {size(min(effects), unit)} to {size(max(effects), unit)}; "
            f"the sign of the effect is the same in {self.same_sign:,} of {len(apart):,}."
        )

    def plot(self) -> InANotebook:
        """The effect by every definition with its 95 % limits, and beside it the level in both arms; the design's own is marked."""
        from .pictures import multiverse_plot

        return multiverse_plot(self)


COLUMNS = {
    **dict.fromkeys(("definition", "title"), "object"),
    "design": "bool",
    **dict.fromkeys(("kind", "clock", "same_as", "differs", "adapted", "instead", "verified"), "object"),
    **dict.fromkeys(("n_served", "n_compared", "events_served", "events_compared"), "Int64"),
    **dict.fromkeys(("served", "compared", "effect", "low", "high"), "float64"),
    "why_not": "object",
}


def multiverse(study: Study, records: Records, *, question: int | str | None = None, today: date | None = None) -> Multiverse:
    """A question of a study, its headline unless another is named, by every registered definition of its outcome.

    The rivals are the definitions of one family and unit that the question's method can answer about.  One whose own universe
    starts its clocks by the same kinds of event as the cohort gets clocks of its own; the others are laid on the study's clock, in what
    they differ (`differs`) is told, and those of an authority are called adapted.  Those that read the very same of everybody on
    the same clocks are one answer (`same_as`), counted once.  Whatever cannot be asked or answered keeps its row, with the reason.
    Internal: counts stand as they are.
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
        "same_as": one.same_as,
        "differs": "; ".join(one.differs),
        "adapted": "; ".join(one.adapted),
        "instead": " ".join(map(str, one.instead)),
        "verified": sourced(one.outcome),
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


def _elsewhere(those: Sequence[Definition]) -> str:
    if not those:
        return ""
    name, stand = ("names", "stands") if len(those) == 1 else ("name", "stand")
    return f"{counted(len(those), 'other definition')} {name} another clock and {stand} on the study's."


def _clause(why: str) -> str:
    """The first words of a reason, for a terminal."""
    return why if len(why) <= SHORT else why[:SHORT].rsplit(" ", 1)[0] + " ..."
