"""The planner's question: how many clients, followed how long, until the smallest effect worth having would be seen.

The programme of an invented county is made as strong as the smallest effect worth having, and the study is rehearsed there with
more and more people.  Where there is a closed form, it stands beside what was simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan, sqrt
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.special import log_ndtr, ndtr, ndtri

from ..methods.inference import LEVEL
from ..outcomes import DEFINED
from ..terms import Horizon, Problem, Question, Refused, Study
from .counties import COUNTIES, REFERENCE, World, lives_of
from .estimands import TwoLives
from .places import on_the_calendar
from .runs import rehearse
from .scores import Measured, Run

MONTH = 365.25 / 12
STRONGEST = 16.0  # the power to which a programme's ratios are raised at most: past it nothing is left to lower
CLOSE = 0.01  # of the effect worth having: how near the planted one comes to it
Z = float(ndtri((1 + LEVEL) / 2))
WHOM = {"effect_on_the_served": "those served", "effect_on_the_compared": "those not served"}
SURE = 6.0  # standard errors past which nothing is left unseen


class Dialled(World, Protocol):
    """A world whose programme can be made stronger or weaker."""

    def of(self, programme: str) -> Dialled:
        """The world with a programme."""

    def but(self, **dials: Any) -> Dialled:
        """The world with other dials; `strength` is the power to which each ratio of the programme is raised."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an effect was seen with so many people."""

    horizon: Horizon
    people: int  # in the county
    clients: float  # of them, those whom the estimand names: on average
    runs: int
    answered: int  # of them, those with an estimate
    simulated: Measured  # the share of runs that call it an effect in its own direction, at 5 %
    closed_form: float  # the same by formula; NaN where there is none


@dataclass(frozen=True, slots=True)
class Need:
    """What it takes with one horizon: clients until so many studies see the effect."""

    horizon: Horizon
    planted: float  # the effect in the county, in the outcome's unit: that worth having, as near as it comes
    strength: float  # the power to which the programme's ratios were raised
    clients: float  # NaN where every study saw it, or none more than by chance
    low: float  # a 95 % interval, by the Monte Carlo error of the runs
    high: float  # infinite where the runs cannot tell
    tried: tuple[float, float]  # the fewest and the most clients tried
    by_formula: float  # NaN where there is no closed form
    people: float  # as `clients`, people in the county
    months: float  # until it can be answered, from the first client on; NaN where nobody said how many come in a month


@dataclass(frozen=True, slots=True)
class Power:
    """How many clients, and how long, until the smallest effect worth having is seen."""

    world: str
    question: Question
    whom: str  # the clients counted
    target: float
    seen: tuple[Seen, ...]
    needs: tuple[Need, ...]

    def frame(self) -> pd.DataFrame:
        """One row a horizon and number of people."""
        columns = ("horizon", "people", "clients", "answered", "power", "mc_error", "closed_form")
        rows = []
        for one in self.seen:
            rows.append((str(one.horizon), one.people, one.clients, one.answered, one.simulated.value, one.simulated.error, one.closed_form))
        return pd.DataFrame(rows, columns=list(columns))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.question.outcome} by {self.question.method}, in the world '{self.world}'; clients are {self.whom}."
        for need in self.needs:
            yield f"Followed for {need.horizon}; planted effect {need.planted:.4g}, worth having {self.question.worthwhile:.4g}:"
            for one in (each for each in self.seen if each.horizon == need.horizon):
                formula = "" if np.isnan(one.closed_form) else f"; by formula {one.closed_form:.2f}"
                found = f"seen in {one.simulated.value:.2f} of studies ({one.simulated.error:.2g}){formula}"
                yield f"  {one.people:>7,} people, {one.clients:>7,.0f} clients: {found}"
            yield f"  {self._needed(need)}"

    def _needed(self, need: Need) -> str:
        formula = "" if np.isnan(need.by_formula) else f" By formula {need.by_formula:,.0f}."
        if np.isnan(need.clients):
            if isfinite(need.high):
                return f"Nearly every study saw it: {need.high:,.0f} clients or fewer are enough (a 95 % limit). Try fewer people.{formula}"
            return (
                f"It was seen little more often than by chance: {need.low:,.0f} clients or more are needed (a 95 % limit). Try more people.{formula}"
            )
        beyond = "" if need.tried[0] <= need.clients <= need.tried[1] else ", which lies beyond what was tried: try people nearer to it"
        clients = f"About {need.clients:,.0f} clients ({need.low:,.0f} to {_or_more(need.high)}) are needed"
        clients += f" to see it in {self.target:.0%} of studies{beyond}"
        return clients + ("." if np.isnan(need.months) else f": an answer after about {need.months:.0f} months.") + formula


def _or_more(number: float) -> str:
    return f"{number:,.0f}" if isfinite(number) else "any number"


def power(
    study: Study,
    world: Dialled,
    *,
    question: Question | None = None,
    horizons: Sequence[Horizon] = (),
    people: Sequence[int] = (500, 1_000, 2_000),
    target: float = 0.8,
    a_month: float | None = None,
    runs: int = 100,
    seed: int = 0,
    reference: int = 20_000,
    jobs: int | None = None,
    store: Path | None = None,
) -> Power:
    """How many clients, and how long, until the smallest effect worth having is seen in `target` of studies; for the headline by default.

    In the world the programme's effect is made as large as the question's `worthwhile`, in its own unit, for each horizon (by
    default the question's own), and the study is rehearsed with so many `people` in the county.  `clients` are those whom the
    estimand names.  The number needed comes from power = normal(c sqrt(n) - 1.96), with c fitted to all runs by maximum likelihood
    and its interval by the likelihood's profile.  With `a_month`, the clients who come in a month, also how many months an answer
    takes: until they have come, have been followed, and what happened to them is on record.

    Refuses an effect worth having that the programme cannot reach in this world, numbers of people or shares out of range, and a
    question of units that adopt on the calendar, of which the number of people is not what tells.
    """
    _in_order(people=people, target=target, a_month=a_month, runs=runs, jobs=jobs, horizons=horizons)
    asked = next((each for each in study.questions if each.role == "headline"), study.questions[0]) if question is None else question
    if on_the_calendar(study, asked):
        raise Refused(_of_places(asked))
    suited = world.of(study.programme)
    seen: list[Seen] = []
    needs: list[Need] = []
    for horizon in horizons or (asked.horizon,):
        one = replace(asked, horizon=horizon, role="headline")
        alone = replace(study, questions=(one,))
        strength, two = _as_strong(alone, one, suited, reference)
        share = _named(one, two) / reference
        planted = suited.but(strength=strength)
        here = []
        for many in people:
            done = rehearse(alone, planted, runs=runs, people=many, seed=seed, reference=reference, jobs=jobs, store=store).done
            clients = many * share
            answered = sum(run.answered for run in done)
            here.append(Seen(horizon, many, clients, runs, answered, _share_seen(done, one), closed_form(one, two, many / reference)))
        seen += here
        needs.append(_need(here, two.truth().effect, strength, share, target, _wait(one, planted), a_month))
    whom = WHOM.get(asked.estimand, "everybody in the study")
    return Power(suited.name, asked, whom, target, tuple(seen), tuple(needs))


def _of_places(question: Question) -> Problem:
    """Why the number of people says nothing of a panel, and what does."""
    found = "what can be seen of units on the calendar hangs on how many adopt and how steady they were, and not on how many people live there."
    remedy = "`betteroff rehearse` tells how often this design sees its effect in a world; an answer tells by its own past what it could see."
    return Problem(f"power of the question '{question.name}'", found, remedy=remedy)


def closed_form(question: Question, two: TwoLives, scale: float) -> float:
    """The power of a lot among `scale` times these people, by the normal formula for two shares or two means; NaN for other methods.

    Each arm has the spread that its plan gives everybody (Cohen 1988; Bloom 1995).  Blocks, and luck that people share, are left out.
    """
    if question.method != "randomized" or question.inference.by == "cluster":
        return nan
    arms = [one.astype(float) for one in _outcomes(question, two)]
    offered = float(two.served.mean())
    sizes = (scale * len(two) * offered, scale * len(two) * (1 - offered))
    error = sqrt(sum(float(arm.var()) / size for arm, size in zip(arms, sizes, strict=True)))
    return float(ndtr(abs(arms[0].mean() - arms[1].mean()) / error - Z))


# ------------------------------------------------------------------------------------------------ a strength
def _as_strong(study: Study, question: Question, world: Dialled, reference: int) -> tuple[float, TwoLives]:
    """How strong the programme must be for the effect worth having, and the lives that it then makes."""
    lived: dict[float, TwoLives] = {}
    counties = COUNTIES if getattr(world, "shared_luck", False) else 1

    def beyond(strength: float) -> float:
        two = lived[strength] = lives_of(study, question, world.but(strength=strength), people=reference, seed=REFERENCE, seeds=counties)
        off = two.truth().effect - question.worthwhile
        return 0.0 if abs(off) < CLOSE * abs(question.worthwhile) else off

    nearest, farthest = beyond(0.0), beyond(STRONGEST)
    if nearest * farthest > 0:
        reach = lived[STRONGEST].truth().effect
        found = f"the smallest effect worth having is {question.worthwhile:g}, and the programme at its strongest comes to {reach:.3g}."
        raise Refused(Problem(f"power in the world '{world.name}'", found, "An effect that can be reached can be seen.", "Look at 'worthwhile'."))
    strength = 0.0 if nearest == 0 else float(brentq(beyond, 0.0, STRONGEST, xtol=1e-3))
    if strength not in lived:
        beyond(strength)
    return strength, lived[strength]


def _named(question: Question, two: TwoLives) -> int:
    """How many clocks the estimand names; where it weighs them, all."""
    arms = {"effect_on_the_served": two.served, "effect_on_the_compared": ~two.served}
    return int(arms[question.estimand].sum()) if question.estimand in arms else len(two)


def _outcomes(question: Question, two: TwoLives) -> Iterator[Any]:
    """Everybody's outcome on each of the two lives."""
    for read in two.read:
        if two.outcome.kind == "mark":
            yield read("marks", question.horizon).why == "mark"
        elif two.outcome.kind == "state":
            yield read("state", question.horizon).inside
        else:
            yield read("amount", two.outcome.from_day, question.horizon).amount


# ------------------------------------------------------------------------------------------------ a number
def _share_seen(done: Sequence[Run], question: Question) -> Measured:
    """The share of runs whose answer is an effect in its own direction; a run without an answer has seen none."""
    seen = [run.p_value < 1 - LEVEL and run.effect * question.worthwhile > 0 for run in done]
    share = float(np.mean(seen))
    return Measured(share, sqrt(share * (1 - share) / len(seen)))


def _need(here: Sequence[Seen], planted: float, strength: float, share: float, target: float, wait: float, a_month: float | None) -> Need:
    """The number of clients at which the fitted power is the target, with its interval."""
    runs = np.array([one.runs for one in here])
    saw = np.round(runs * [one.simulated.value for one in here])
    root = np.sqrt([one.clients for one in here])
    enough = Z + float(ndtri(target))

    def surprise(slope: float) -> float:
        reached = slope * root - Z
        return -float((saw * log_ndtr(reached) + (runs - saw) * log_ndtr(-reached)).sum())

    steepest = (Z + SURE) / float(root.min())  # past it every study of the smallest size sees the effect
    best = float(minimize_scalar(surprise, bounds=(0.0, steepest), method="bounded", options={"xatol": 1e-10}).x)

    def beyond(slope: float) -> float:
        return surprise(slope) - surprise(best) - Z**2 / 2

    flattest = float(brentq(beyond, 0.0, best)) if beyond(0.0) > 0 else 0.0
    upper = float(brentq(beyond, best, steepest)) if beyond(steepest) > 0 else inf
    low, high = (enough / upper) ** 2 if isfinite(upper) else 0.0, (enough / flattest) ** 2 if flattest else inf
    clients = (enough / best) ** 2 if flattest and isfinite(upper) else nan
    last = here[-1]
    formula = ((enough / (float(ndtri(last.closed_form)) + Z)) ** 2) * last.clients if 0 < last.closed_form < 1 else nan
    return Need(
        horizon=last.horizon,
        planted=planted,
        strength=strength,
        clients=clients,
        low=low,
        high=high,
        tried=(min(one.clients for one in here), max(one.clients for one in here)),
        by_formula=formula,
        people=clients / share,
        months=nan if a_month is None else clients / a_month + wait,
    )


def _wait(question: Question, world: Dialled) -> float:
    """Months from the last client's start until what happened within the horizon is on record, whatever its source."""
    people = world.people(2, 0)
    lag = int(world.records(world.live(people, world.as_run), set())["coverage"]["lag_days"].max())
    horizon = question.horizon
    days = (horizon.days or 0) + lag + DEFINED[question.outcome].lag_days
    return (horizon.months or 0) + days / MONTH


def _in_order(*, people: Sequence[int], target: float, a_month: float | None, runs: int, jobs: int | None, horizons: Sequence[Horizon]) -> None:
    """Refuses, all at once, numbers that say nothing about power."""
    days = [horizon.days for horizon in horizons if horizon.days is not None]
    wrong = {
        "people": (not people or min(people) < 1, f"{', '.join(map(str, people)) or 'nothing'} was given.", "Each is a number of people, 1 or more."),
        "days": (min(days, default=1) < 1, f"{', '.join(map(str, days))} was given.", "Each is a number of days, 1 or more."),
        "target": (not 0.05 < target < 1, f"{target:g} is no share of studies to plan for.", "It lies between 0.05 and 1, such as 0.8."),
        "a month": (a_month is not None and a_month <= 0, f"{a_month} clients a month never come to an answer.", "It is more than 0."),
        "runs": (runs < 2, f"{runs} is too few.", "It is 2 or more: 100 tell a power to within 8 points."),
        "jobs": (jobs == 0, "0 processes do nothing.", "It is 1 or more, or -1 for one a core."),
    }
    if problems := [Problem(f"power: {name}", found, right) for name, (bad, found, right) in wrong.items() if bad]:
        raise Refused(*problems)
