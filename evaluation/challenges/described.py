"""How often something happened, by definition, with nobody compared: rates of a roll of people, and never an effect.

    by_definition(records, "return_to_homelessness/hud_spm2_adapted", between=(date(2019, 10, 1), date(2020, 9, 30)), horizon=Horizon(months=24))

Each definition stands in its own universe where it has one as data; variants change what a reader may ask about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from ..cohort.roll import Roll, roll
from ..methods.inference import LEVEL
from ..methods.tables import Table
from ..outcomes import OUTCOMES, EngineRuler
from ..outcomes.binding import PLACEHOLDER, bound, waits_for_a_programme
from ..outcomes.cards import sourced
from ..outcomes.rivals import rivals, unlike
from ..outcomes.universe import differences, part
from ..phrases import counted, nearest
from ..pipeline import unwatched
from ..terms import CohortPlan, Horizon, Kind, Outcome, Problem, Question, Refused, Starts, Study

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook
    from ..records import Records
    from ..terms import Array

VARIED = ("outcome", "horizon", "starts", "which", "between", "ages")  # what a variant may change
KINDS: tuple[Kind, ...] = ("mark", "state", "amount", "rate")
BY = "Wilson, of as many independent people as the starts are worth (Korn and Graubard 1998)"
ROLL = "roll_of_definitions"  # the name of the engine's tables, made anew for each definition


@dataclass(frozen=True, slots=True)
class Rate:
    """What one definition shows of its own roll of people."""

    name: str  # the definition's, or the variant's
    outcome: str
    horizon: Horizon
    own: bool  # the definition that was asked about
    differs: tuple[str, ...]  # in what the clock differs from that which the definition names
    adapted: tuple[str, ...]  # the same, of an official definition
    sourced: str  # "text read", "from memory", "own definition"
    people: int = 0  # starts that were seen to the end or to the event; those lost from sight are not among them
    lost: int = 0  # starts that were lost from sight before either
    events: int | None = None  # of a mark or a state: starts with it
    share: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None  # of an amount: per start; of a rate: per `per` days
    refused: tuple[Problem, ...] = ()  # why there is no number


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Described(Table):
    """Rates by definition, with no comparison: how far the definition makes the number."""

    asked: Outcome
    rates: tuple[Rate, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a definition or variant: people, events, share and its 95 % limits; the reason where there is no number."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.rates]).astype(COLUMNS)

    def shown(self) -> pd.DataFrame:
        """What a terminal has room for."""
        kept = ["definition", "people", "events", "share", "low", "high"]
        held = {"mean": any(one.mean is not None for one in self.rates), "why_not": any(one.refused for one in self.rates)}
        return self.frame[[*kept, *(name for name, there in held.items() if there)]]

    @property
    def note(self) -> str:
        """The table in one sentence, and what it does not say."""
        return f"{self} Limits: {BY}. No comparison: a rate, and no effect of anything."

    def __str__(self) -> str:
        """How far the rate runs across the definitions."""
        shares = [one.share for one in self.rates if one.share is not None]
        without = sum(bool(one.refused) for one in self.rates)
        none = f" {counted(without, 'definition')} gave no number." if without else ""
        if not shares:
            first = next((str(one.refused[0]) for one in self.rates if one.refused), "")
            return " ".join(filter(None, (f"None of {counted(len(self.rates), 'definition')} gave a share.", first)))
        return f"Across {counted(len(shares), 'definition')} the share runs from {100 * min(shares):.1f} % to {100 * max(shares):.1f} %.{none}"

    def plot(self) -> InANotebook:
        """The shares with their limits, sorted; the definition that was asked about is a diamond."""
        from .pictures import described_plot

        return described_plot(self)


COLUMNS = {
    **dict.fromkeys(("definition", "outcome", "horizon"), "object"),
    "asked": "bool",
    **dict.fromkeys(("differs", "adapted", "verified"), "object"),
    **dict.fromkeys(("people", "events", "lost"), "Int64"),
    **dict.fromkeys(("share", "low", "high", "mean"), "float64"),
    "why_not": "object",
}


def by_definition(
    records: Records,
    outcome: str,
    *,
    between: tuple[date, date],
    horizon: Horizon,
    starts: Starts | None = None,
    ages: tuple[int, int] | None = None,
    programme: str = "",
    variants: Mapping[str, Mapping[str, object]] | None = None,
) -> Described:
    """The share of people with an outcome, or its mean, by every definition of its family, and by `variants` of the one asked about.

    Clocks start inside `between` (first and last day, inclusive), by `starts` or, left out, in each definition's own
    universe; a definition without one as data starts as the one asked about does.  A variant is a name and what is changed:
    `{"last exit": {"which": "last"}, "a year": {"horizon": Horizon(months=12)}}`, of outcome, horizon, starts, which, between and
    ages.  People lost from sight before the horizon and before the event are no part of a share, and are counted apart; those who
    died are.  Internal: counts stand as they are.  Refuses an outcome or a word that is none, and where nothing says what starts
    a clock; a definition that the records cannot serve keeps its row, with the reason.
    """
    first = _of_the_programme(_named(outcome, "outcome"), programme)
    asked = _Asked(first, between, horizon, starts, ages, programme=programme)
    every = {first.name: asked}
    every |= {other.name: replace(asked, outcome=bound(other, programme)) for other in rivals(first, KINDS)}
    others = {name: replace(asked, outcome=bound(OUTCOMES[name], programme)) for name in unlike(first, KINDS)}
    _known(variants or {})
    for name, words in (variants or {}).items():
        every[name] = _varied(asked, words)
    if not first.opens and starts is None:
        right = "Its definition has no universe as data."
        raise Refused(Problem("starts", f"nothing says what starts a clock of '{first.name}'.", right, 'Say starts = Starts(event=("...",)).'))
    rates = [_rate(records, name, one, first) for name, one in every.items()]
    return Described(first, (*rates, *(_unasked(name, others[name], first, why) for name, why in unlike(first, KINDS).items())))


def _of_the_programme(outcome: Outcome, programme: str) -> Outcome:
    """A definition bound to a programme; refuses one that waits for a programme where none is named."""
    if waits_for_a_programme(outcome) and not programme:
        found = f"'{outcome.name}' reads {' or '.join(repr(kind) for kind in outcome.kinds if PLACEHOLDER in kind)}, and no programme is named."
        raise Refused(Problem("programme", found, "It is the name of an enrolment of the records.", 'Say programme = "...".'))
    return bound(outcome, programme)


def _unasked(name: str, asked: _Asked, first: Outcome, why: str) -> Rate:
    """The row of a definition of the family that is not asked for."""
    return replace(_bare(name, asked, first), refused=(Problem(f"outcome '{name}'", f"Not asked: {why}."),))


def _bare(name: str, asked: _Asked, first: Outcome) -> Rate:
    """A row without a number."""
    outcome, plan = asked.outcome, asked.plan(first)
    differs = differences(outcome, plan, asked.horizon)
    more = tuple(filter(None, (part(outcome, plan),)))
    adapted = () if outcome.own else differs
    return Rate(name, outcome.name, asked.horizon, name == first.name, (*differs, *more), adapted, sourced(outcome))


def measured(records: Records, people: Roll, outcome: Outcome, horizon: Horizon) -> tuple[Array, Array]:
    """What each start of a roll shows of an outcome by the horizon, and whether it was seen: (n,) float, (n,) bool.

    Of a mark or a state it is 1 or 0; of an amount what adds up, of starts seen to the end.  A death is seen: whoever died had
    the event, or did not.  Refuses an outcome that is priced by a book.
    """
    if outcome.made == "book":
        found = "it is priced by a unit-cost book, which a question names in `money`."
        raise Refused(Problem(f"outcome '{outcome.name}'", found, "A study answers it.", "Ask by a study."))
    ruler = EngineRuler(records.engine, people.table, outcome)
    if outcome.kind == "mark":
        marks = ruler.marks(horizon)
        had = marks.why == "mark"
        return had.astype(float), had | marks.whole | (marks.why == "death")
    if outcome.kind == "state":
        states = ruler.state(horizon)
        return states.inside.astype(float), states.seen
    if outcome.kind == "amount":
        amounts = ruler.amount(outcome.from_day, horizon)
        return amounts.amount, amounts.seen_days >= amounts.window_days
    rates = ruler.rate(horizon)
    return rates.numerator.astype(float), np.ones(len(people), dtype=bool)


def share_limits(value: Array, person: Array) -> tuple[float, float]:
    """95 % limits of a share of (n,) zeros and ones: Wilson's, of as many independent people as they are worth (Korn and Graubard 1998).

    Starts of one person hang together: the variance of the share is that of sums over people, and n is divided by how much
    larger it is than of independent starts, and never multiplied.
    """
    n, share = len(value), float(value.mean())
    apart = share * (1 - share) / n
    sums = np.bincount(person, value - share)
    effect = max(1.0, float((sums**2).sum()) / n**2 / apart) if apart > 0 else 1.0
    low, high = proportion_confint(share * n / effect, n / effect, alpha=1 - LEVEL, method="wilson")
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rate that is asked for."""

    outcome: Outcome
    between: tuple[date, date]
    horizon: Horizon
    starts: Starts | None
    ages: tuple[int, int] | None
    which: str = ""
    programme: str = ""

    def plan(self, first: Outcome) -> CohortPlan:
        """Whose clocks start, and when: as asked, or as the definition's own universe says, or that of the one asked about first."""
        opens = self.outcome.opens or first.opens
        starts = self.starts
        if starts is None:
            assert opens is not None, "one of the two says what opens a clock"
            enrolled = (self.programme,) if opens.enrolment and not (opens.event or opens.spell_end) else ()
            ends = opens.spell_end if not opens.event else ()
            starts = Starts(event=opens.event, spell_end=ends, enrolment=enrolled, which=opens.which or "first")
        if self.which:
            starts = replace(starts, which=self.which)  # type: ignore[arg-type]  # held to its words by the caller
        ages = self.ages or (opens.ages if opens and self.starts is None else None)
        return CohortPlan(self.between, "eligibility", starts, ages=ages)


def _rate(records: Records, name: str, asked: _Asked, first: Outcome) -> Rate:
    """One row of the table."""
    outcome, plan, rate = asked.outcome, asked.plan(first), _bare(name, asked, first)
    study = Study({"en": ""}, "", asked.programme, {ROLL: plan}, ())
    try:
        if problems := unwatched(Question(outcome.name, asked.horizon, "monitor", 0.0, cohort=ROLL), study, records):
            raise Refused(*problems)
        people = roll(ROLL, plan, records, asked.horizon)
        value, seen = measured(records, people, outcome, asked.horizon)
    except Refused as refused:
        return replace(rate, refused=refused.problems)
    rate = replace(rate, people=int(seen.sum()), lost=int((~seen).sum()))
    if not seen.any():
        return replace(rate, refused=(Problem(f"outcome '{outcome.name}'", "nobody was seen to the horizon."),))
    if outcome.kind in ("mark", "state"):
        low, high = share_limits(value[seen], people.person[seen])
        return replace(rate, events=int(value[seen].sum()), share=float(value[seen].mean()), low=low, high=high)
    if outcome.kind == "amount":
        return replace(rate, mean=float(value[seen].mean()))
    exposure = EngineRuler(records.engine, people.table, outcome).rate(asked.horizon).exposure.sum()
    return replace(rate, mean=float(value.sum() / exposure * outcome.per)) if exposure else rate


def _named(name: object, word: str) -> Outcome:
    if not isinstance(name, str) or name not in OUTCOMES:
        raise Refused(Problem(word, f"'{name}' is not an outcome of this version.", nearest(name, OUTCOMES), "See `betteroff outcomes`."))
    return OUTCOMES[name]


def _known(variants: Mapping[str, Mapping[str, object]]) -> None:
    """Refuses a variant that changes what none can."""
    strange = [(name, word) for name, words in variants.items() for word in words if word not in VARIED]
    if strange:
        right = f"It changes {', '.join(VARIED)}."
        raise Refused(*(Problem(f"variant '{name}'", f"there is no word '{word}'.", right, nearest(word, VARIED)) for name, word in strange))
    of_which = [(name, words["which"]) for name, words in variants.items() if words.get("which", "first") not in ("first", "last", "every")]
    if of_which:
        raise Refused(*(Problem(f"variant '{name}': which", f"it is '{which}'.", "It is first, last or every.") for name, which in of_which))


def _varied(asked: _Asked, words: Mapping[str, object]) -> _Asked:
    changed = dict(words)
    if "outcome" in changed:
        changed["outcome"] = bound(_named(changed["outcome"], "outcome"), asked.programme)
    return replace(asked, **changed)  # type: ignore[arg-type]  # its words alone, by the check before


def _row(one: Rate) -> dict[str, object]:
    return {
        "definition": one.name,
        "outcome": one.outcome,
        "horizon": str(one.horizon),
        "asked": one.own,
        "differs": "; ".join(one.differs),
        "adapted": "; ".join(one.adapted),
        "verified": one.sourced,
        "people": one.people if not one.refused else None,
        "events": one.events,
        "lost": one.lost if not one.refused else None,
        "share": one.share,
        "low": one.low,
        "high": one.high,
        "mean": one.mean,
        "why_not": " ".join(map(str, one.refused)),
    }
