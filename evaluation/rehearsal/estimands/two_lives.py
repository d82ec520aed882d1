"""One question's ruler laid on two lives of the same people: whatever truth is asked for is read off both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ...methods.threshold.running import centred
from ...outcomes.ruler import window_days
from ...records.uses import competing_events
from ...terms import Assigned, Horizon, Outcome, Problem, Question, Refused
from ..scores import Truth
from . import hazard, means, panel, recurrent, risk, street
from .weights import even_match, overlap

if TYPE_CHECKING:
    from ...terms import Array


NEAR_CUTOFF = 5.0  # points of the score: farther from the cut-off nobody tells of those at it


class SampleTruth(Truth):
    """The truth about the very people who were looked at, and nobody else: it has no error, and differs from one county to the next.

    For intervals that are about the people studied.  `Truth` is about the population that they were drawn from.
    """


@dataclass(frozen=True, slots=True, eq=False)
class TwoLives:
    """The same clocks under two plans, with nothing hidden, and what a question's ruler reads off each; (n,) arrays, a row a clock.

    Every truth takes `weights`, which say whose effect it is (`everybody`, `those_served`, `those_unserved`, `overlap`, `weights_of`
    those kept by a comparison, `weights.near` a cut-off, or any others), and gives a `Truth` with the error that it has as a number about
    the population, by the spread between people or, where people of a county share luck, between counties; `of_these_people()` gives
    the same numbers as `SampleTruth`.
    """

    question: Question
    outcome: Outcome
    read: tuple[Callable[..., Any], Callable[..., Any]]  # the verbs of the two rulers, served and compared, as `part.remembered` gives them
    person_id: Array  # str
    place: Array  # int: whose clock it is, as a place among the people of the county
    day: Array  # int: the day 0 of each clock
    served: Array  # bool: offered the programme, or served by it, as the programme was run
    waited: tuple[Array, Array]  # int: days from the start to the first enrolment from then on, under each plan; past any life where there is none
    score: Array | None = None  # float: the score that divides those offered the programme from the others
    chance: Array | None = None  # float: the true chance of being served as the programme was run, where the world tells it
    away: Array | None = None  # float: points from the cut-off of the clock's own list and county, 0 and more on the side of the offer
    take_up_days: int | None = None  # within how many days an offer is taken up, where the design says
    luck: Array | None = None  # int: whose clocks share luck, by the seed of their county; None: each person's is their own
    sample: bool = False  # truths are about these very people

    def __len__(self) -> int:
        return len(self.day)

    # -------------------------------------------------------------------------------------------- whose
    @property
    def everybody(self) -> Array:
        """Weights of the average effect: SATE, or PATE on a reference draw."""
        return np.ones(len(self))

    @property
    def those_served(self) -> Array:
        """Weights of the effect on the served: SATT, or PATT on a reference draw."""
        return self.served.astype(float)

    @property
    def those_unserved(self) -> Array:
        """Weights of the effect on those who were not served."""
        return (~self.served).astype(float)

    @property
    def overlap(self) -> Array:
        """Weights e (1 - e) by the true chance of being served; refused in a world that does not tell it."""
        return overlap(self._chance("overlap"))

    @property
    def matchable(self) -> Array:
        """Weights min(e, 1 - e) by the true chance of being served, as pairs would weigh (Li and Greene 2013); refused likewise."""
        return even_match(self._chance("matchable"))

    @property
    def at_the_cutoff(self) -> Array:
        """Weights 1 - |away| / NEAR_CUTOFF of those within so many points of the cut-off: what they tell of those at it, bending aside.

        Both lives of everybody are known, so that nothing need be carried over from one side: the mean of the effect over both sides is off
        by what it bends within a few points, its slope cancels where as many stand on either side.
        """
        if self.away is None:
            said = "no score divides these people."
            raise Refused(Problem("at_the_cutoff", said, "Those at a cut-off have a score.", 'Declare assigned = { by = "score" }.'))
        return np.where(np.isnan(self.away), 0.0, np.maximum(0.0, 1 - np.abs(self.away) / NEAR_CUTOFF))

    @property
    def those_asked_about(self) -> Array:
        """Weights of the question's own effect."""
        whose = {
            "effect_on_the_served": "those_served",
            "effect_on_the_compared": "those_unserved",
            "effect_in_the_overlap": "overlap",
            "effect_on_the_matchable": "matchable",
            "effect_at_the_cutoff": "at_the_cutoff",
            "complier_effect_at_the_cutoff": "at_the_cutoff",
        }
        weights: Array = getattr(self, whose.get(self.question.estimand, "everybody"))
        return weights

    def _chance(self, weights: str) -> Array:
        if self.chance is None:
            said = "this world does not tell the true chance of being served."
            raise Refused(Problem(weights, said, f"The weights `{weights}` are made of it.", f"Give `weights.{weights}` the chances."))
        return self.chance

    def weights_of(self, person_id: Sequence[str] | Array, day: Array, weights: Array) -> Array:
        """Weights of rows that another cohort of the same people names by person and day: such as those kept by a comparison.

        Rows of one clock add up.  Refuses weight on a clock that is none of these.
        """
        clocks = {clock: row for row, clock in enumerate(zip(self.person_id.tolist(), self.day.tolist(), strict=True))}
        named = [(clocks.get((person, int(start))), float(weight)) for person, start, weight in zip(person_id, day, weights, strict=True) if weight]
        strange = sum(row is None for row, _ in named)
        if strange:
            raise Refused(Problem("weights", f"{strange:,} rows with weight start on no clock of these lives.", "Kept rows are among them."))
        return np.bincount([row for row, _ in named if row is not None], [weight for _, weight in named], len(self))

    def divided(self, assigned: Assigned | None) -> TwoLives:
        """The same lives of one county, with how far each is from the cut-off and within how many days an offer is taken up."""
        take_up = assigned.taken_up.within_days if assigned and assigned.taken_up else None
        both = self.score is not None and self.served.any() and not self.served.all()
        away = centred(self.score, self.served, self.day) if both and self.score is not None else None
        return replace(self, away=away, take_up_days=take_up)

    def of_these_people(self) -> TwoLives:
        """The same lives, whose truths are about these very people."""
        return replace(self, sample=True)

    # -------------------------------------------------------------------------------------------- truths
    def truth(self) -> Truth:
        """The question's own, of those whom it asks about."""
        whom = self.those_asked_about
        if self.question.estimand in ("complier_effect", "complier_effect_at_the_cutoff"):
            if self.take_up_days is None:
                said = "nothing says within how many days an offer is taken up."
                raise Refused(Problem("complier effect", said, "Compliers come because of it.", "Declare taken_up of the cohort."))
            return self.complier_effect(within_days=self.take_up_days, weights=whom)
        if self.outcome.kind == "mark":
            measures = {"risk": self.risk_difference, "time_free": self.free_time, "time_lost": self.lost_time, "number": self.number}
            return measures[self.question.measure](weights=whom)
        return self.rate(weights=whom) if self.outcome.kind == "rate" else self.mean_difference(weights=whom)

    def risk_difference(self, *, weights: Array | None = None, cause: str = "", by: Horizon | None = None) -> Truth:
        """Risk of the first mark (of a cause) by a horizon, served life less compared life."""
        return self._told(lambda whose: risk.risk(*self._marks(by), cause=cause, weights=whose), weights)

    def risk_ratio(self, *, weights: Array | None = None, cause: str = "", by: Horizon | None = None) -> Truth:
        """Risk over risk."""
        return self._told(lambda whose: risk.risk(*self._marks(by), by="ratio", cause=cause, weights=whose), weights)

    def odds_ratio(self, *, weights: Array | None = None, cause: str = "", by: Horizon | None = None) -> Truth:
        """Odds over odds, of marginal risks."""
        return self._told(lambda whose: risk.risk(*self._marks(by), by="odds ratio", cause=cause, weights=whose), weights)

    def free_time(self, *, weights: Array | None = None, cause: str = "", alive: bool = True, by: Horizon | None = None) -> Truth:
        """Restricted mean time free of marks, in days: RMST; see `risk.free_time`."""
        return self._told(lambda whose: risk.free_time(*self._marks(by), cause=cause, alive=alive, weights=whose), weights)

    def lost_time(self, *, weights: Array | None = None, cause: str = "", by: Horizon | None = None) -> Truth:
        """Restricted mean time lost to a cause, in days: RMTL."""
        return self._told(lambda whose: risk.lost_time(*self._marks(by), cause=cause, weights=whose), weights)

    def hazard_ratio(self, *, weights: Array | None = None, ties: hazard.Ties = "efron", cause: str = "", by: Horizon | None = None) -> Truth:
        """The marginal hazard ratio that the horizon defines; see `hazard.hazard_ratio`."""
        return self._told(lambda whose: hazard.hazard_ratio(*self._marks(by), ties=ties, cause=cause, weights=whose), weights)

    def number(self, *, weights: Array | None = None, cause: str = "", by: Horizon | None = None) -> Truth:
        """How many marks a person has by a horizon, death and what competes ending all."""
        days, (served, compared) = self.days(by), self._ended("every_mark", by)
        first, second = recurrent.counts(served, days, cause), recurrent.counts(compared, days, cause)
        return self._told(lambda whose: means.mean_difference(first, second, whose), weights)

    def rate(self, *, weights: Array | None = None, contrast: Literal["difference", "ratio"] = "difference", by: Horizon | None = None) -> Truth:
        """Marks for each day at risk, or for as many days as a rate's definition is per."""
        if self.outcome.kind == "rate":
            rates = self._each("rate", by)
            events, at_risk = [one.numerator.astype(float) for one in rates], [one.exposure for one in rates]
        else:
            days = self.days(by)
            events = [recurrent.counts(marks, days) for marks in self._each("every_mark", by)]
            at_risk = [one.days for one in self._each("at_risk", by)]
        counted, days_at_risk, per = (events[0], events[1]), (at_risk[0], at_risk[1]), self.outcome.per
        return self._told(lambda whose: recurrent.rate(counted, days_at_risk, by=contrast, per=per, weights=whose), weights)

    def mean_difference(self, *, weights: Array | None = None, by: Horizon | None = None) -> Truth:
        """Mean amount, or share in the state or with the mark, served life less compared life."""
        return self._told(lambda whose: means.mean_difference(*self.values(by), whose), weights)

    def ratio_of_means(self, *, weights: Array | None = None, by: Horizon | None = None) -> Truth:
        """Mean over mean."""
        return self._told(lambda whose: means.ratio_of_means(*self.values(by), whose), weights)

    def quantile_difference(self, share: float, *, weights: Array | None = None, by: Horizon | None = None) -> Truth:
        """Quantile less quantile, of the two lives' own distributions."""
        return self._told(lambda whose: means.quantile_difference(*self.values(by), share, whose), weights)

    def cost_per_avoided(self, events: TwoLives, *, weights: Array | None = None) -> Truth:
        """What one avoided event of another question costs, this one being about a cost; both of the same clocks."""
        if not (np.array_equal(self.place, events.place) and np.array_equal(self.day, events.day)):
            raise Refused(Problem("cost per avoided event", "the two questions follow other clocks.", "Ask both of one cohort, by one horizon."))
        return self._told(lambda whose: means.cost_per_avoided(self.values(), events.values(), whose), weights)

    def complier_effect(self, *, within_days: int, weights: Array | None = None) -> Truth:
        """The effect on those who enrol within so many days because they are offered the programme."""
        offered, withheld = ((waited <= within_days).astype(float) for waited in self.waited)
        return self._told(lambda whose: means.complier_effect(self.values(), (offered, withheld), whose), weights)

    def panels(self, edges: Sequence[int], *, weights: Array | None = None) -> panel.TwoPanels:
        """Amounts, or counts of marks, by period of each clock; a clock adopts in the period in which it first enrols.

        The first plan is the units' own adoption and the second is never: lives under `plans=(world.as_run, NEVER)`.
        """
        own, never = (read("by_period", tuple(edges)).amount for read in self.read)
        return panel.TwoPanels(own, never, np.searchsorted(edges, self.waited[0], side="right") - 1, weights, self.luck)

    # -------------------------------------------------------------------------------------------- readings
    def values(self, by: Horizon | None = None) -> tuple[Array, Array]:
        """(n,) float each: what the outcome comes to on the two lives, 1 or 0 for a mark or a state."""
        if self.outcome.kind == "mark":
            served, compared, days = self._marks(by)
            return risk.happened(served, days).astype(float), risk.happened(compared, days).astype(float)
        if self.outcome.kind == "state":
            states = self._each("state", by)
            return states[0].inside.astype(float), states[1].inside.astype(float)
        first = self._each("amount", by, self.outcome.from_day)
        return first[0].amount, first[1].amount

    def days(self, by: Horizon | None = None) -> Array:
        """(n,) how many days each clock runs up to a horizon; the question's own where none is named."""
        return window_days(by or self.question.horizon, self.day, len(self))

    def _marks(self, by: Horizon | None) -> tuple[Any, Any, Array]:
        return *self._ended("marks", by), self.days(by)

    def _ended(self, verb: Literal["marks", "every_mark"], by: Horizon | None) -> tuple[Any, Any]:
        """Marks of each life, which what competes with them ends; in street time those of as many days at risk."""
        competing = competing_events(self.question, self.outcome)
        on_the_street = self.question.time == "street"
        horizon = street.LIFE if on_the_street else by or self.question.horizon
        found = self._asked(verb, horizon, *([competing] if competing else []))
        if not on_the_street:
            return found
        off, days = self._asked("at_risk", horizon), self.days(by)
        counted = street.first_marks if verb == "marks" else street.every_mark
        return counted(found[0], off[0], days), counted(found[1], off[1], days)

    def _each(self, verb: str, by: Horizon | None, *first: Any) -> tuple[Any, Any]:
        return self._asked(verb, *first, by or self.question.horizon)

    def _asked(self, verb: str, *what: Any) -> tuple[Any, Any]:
        return self.read[0](verb, *what), self.read[1](verb, *what)

    def _told(self, of: Callable[[Array | None], Truth], weights: Array | None) -> Truth:
        """What is so of people of these weights, with the error that it has as a number about whom it is about."""
        truth = of(weights)
        if self.sample:
            return SampleTruth(**{field.name: getattr(truth, field.name) for field in fields(truth)} | {"error": 0.0})
        if self.luck is None or truth.error == 0:
            return truth
        return replace(truth, error=self._between(of, self.everybody if weights is None else weights, self.luck))

    def _between(self, of: Callable[[Array | None], Truth], weights: Array, luck: Array) -> float:
        """The error of a truth by leaving out, in turn, all people who share their luck (the jackknife); NaN where all share one."""
        seeds = np.unique(luck[weights > 0])
        left_out = [of(weights * (luck != seed)).effect for seed in seeds] if len(seeds) > 1 else []
        return float(np.sqrt((len(seeds) - 1) * np.var(left_out))) if left_out else float("nan")
