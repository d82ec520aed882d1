"""A specification curve: one question by many defensible specifications, sorted by what they find, with the choices that each makes.

A specification is one choice for each factor: the way of comparing and the estimator, the caliper, how many are compared with each, which
columns of the history people are to be alike in.  All that differ from the study in one choice are asked, then those that differ in two,
up to MOST; of more, evenly many are taken, so that the same study always has the same curve.  Leaving a column out may leave groups that
are not alike: such a specification is drawn, named as such, and not counted among those that agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from math import isfinite

from ..diagnostics.asked_otherwise import specifications_agree
from ..methods.matched.ways import WAYS
from ..phrases import counted
from ..terms import Challenge, CohortPlan, HistoryColumn, Matching, Question, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .otherwise import Another, another, held, unread

NAME = "specifications"
CHANGED = "the way of comparing, its caliper and ratio, and the columns people are to be alike in"
MOST = 60  # specifications, the study's own not among them
BYS = ("matching", "full", "entropy_balancing", "inverse_probability", "subclasses")
CALIPERS, RATIOS = (0.1, 0.2, 0.5, 0.0), (1, 2, 3)
DIGITS = 12  # to which two answers are one
UNLIKE = "groups not alike"
REGRESSION = "and a regression"
OF_PAIRS = ("caliper", "ratio")  # factors that mean nothing where another way compares

Choices = Mapping[str, object]  # by factor, what is chosen


@dataclass(frozen=True, slots=True, eq=False)
class Specification:
    """One choice for each factor in which it differs from the study, and what it found."""

    choices: Choices  # by factor, in words
    found: Another
    alike: bool  # whether every condition on the people compared holds

    @property
    def effect(self) -> float:
        """What it found; NaN where it gave no number."""
        return self.found.line.effect


def specifications(asks: Asked) -> Challenge:
    """The curve, with the share that points the same way and the column that moves the answer most."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    found = curve(asks)
    told = _different([one for one in found if one.alike and isfinite(one.effect)])
    lines = (asks.own, *(_line(one) for one in sorted(found, key=lambda one: (not isfinite(one.effect), one.effect, one.found.label))))
    if not told:
        return could_not(NAME, CHANGED, "no other specification gave a number.", unit=asks.unit, expected=None)
    own = asks.own
    way = 1 if own.effect > 0 else -1
    same_way = sum(one.effect * way > 0 for one in told) / len(told)
    clear = own.low > 0 or own.high < 0
    as_clear = sum(_beyond(one.found.line, way) for one in told) / len(told) if clear else None
    moved = {
        str(one.choices["columns"]).removeprefix("without "): one.effect - own.effect
        for one in found
        if list(one.choices) == ["columns"] and isfinite(one.effect)
    }
    diagnostic = specifications_agree(same_way, as_clear, len(told), moved)
    effects = [one.effect for one in told]
    run = f"the effect runs from {size(min(effects), asks.unit)} to {size(max(effects), asks.unit)}, {size(own.effect, asks.unit)} by the study's own"
    gave = f"; {len(found) - len(told):,} more repeat one of these, leave the groups unlike or gave no number" if len(found) > len(told) else ""
    sentence = f"Over {counted(len(told), 'specification')} {run}; {100 * same_way:.0f} % point the same way{gave}."
    return Challenge(NAME, CHANGED, sentence, (diagnostic,), lines, None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why a question has no curve; empty where it has."""
    factors = factors_of(question, plan, (HistoryColumn("a", "event", (), "count", 1), HistoryColumn("b", "event", (), "count", 1)))
    return "" if factors else "what it is compared by leaves no other specification that tells the same effect."


def curve(asks: Asked) -> tuple[Specification, ...]:
    """Every specification that is asked, in the order in which they are made."""
    factors = factors_of(asks.question, asks.study.cohorts[asks.question.cohort], asks.study.history)
    ruler, found = held(asks.lay(asks.outcome, 0)), []
    for chosen in chosen_of(factors):
        words: dict[str, object] = {}
        for factor, name in chosen.items():
            words |= factors[factor][name]
        label = ", ".join(chosen.values())
        one = another(asks, ruler, label, "columns" in chosen, **words)
        found.append(Specification(chosen, one, one.alike and one.sound))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ which specifications
def factors_of(question: Question, plan: CohortPlan, history: tuple[HistoryColumn, ...]) -> dict[str, dict[str, dict[str, object]]]:
    """By factor and by name, the words that make each choice but the study's own."""
    if plan.by == "adoption":
        return _of_a_panel(question) if question.method == "did" else {}
    if plan.by not in ("offer", "service") or question.method not in ("matched", "survival", "mean"):
        return {}
    how = question.compare or Matching()
    factors = {"comparing": _comparing(question, how, plan), "columns": _columns(how, history)}
    if how.by == "matching":
        factors["caliper"] = {f"caliper {each:g}" if each else "no caliper": {"compare.caliper": each} for each in CALIPERS if each != how.caliper}
        factors["ratio"] = {f"{each:,} for each": {"compare.ratio": each} for each in RATIOS if each != how.ratio and not how.most}
    return {factor: choices for factor, choices in factors.items() if choices}


def _comparing(question: Question, how: Matching, plan: CohortPlan) -> dict[str, dict[str, object]]:
    """Other ways of comparing that tell the same effect, without the words that only the study's own way reads; and a regression."""
    ways: dict[str, dict[str, object]] = {}
    for by in BYS:
        way = WAYS[by]  # type: ignore[index]  # a name of the table
        if by == how.by or question.estimand not in way.estimands or (plan.served and not way.in_risk_sets):
            continue
        alone: dict[str, object] = {f"compare.{word}": None for word in sorted(WAYS[how.by].reads - way.reads)}
        ways[by.replace("_", " ")] = alone | {"compare.by": by, "inference": {"by": "robust"}}
    if question.method == "matched" and question.estimator == "difference" and "regression" in WAYS[how.by].estimators:
        ways[REGRESSION] = {"estimator": "regression"}
    return ways


def _columns(how: Matching, history: tuple[HistoryColumn, ...]) -> dict[str, dict[str, object]]:
    """Each column of the history left out in turn, and each group of them: those read from the same rows."""
    names = [one.name for one in history if not how.on or one.name in how.on]
    kinds: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in history:
        if one.name in names:
            kinds.setdefault((one.table, one.kind), []).append(one.name)
    groups = {f"without all of {' and '.join(kind)}": some for (_, kind), some in kinds.items() if 1 < len(some) < len(names)}
    left_out = {f"without {name}": [name] for name in names} | groups
    words = {label: {"compare.on": tuple(name for name in names if name not in some)} for label, some in left_out.items()}
    return {label: dict[str, object](each) for label, each in words.items() if len(names) > 1 and not set(left_out[label]) & set(how.exact)}


def _of_a_panel(question: Question) -> dict[str, dict[str, dict[str, object]]]:
    """Of a roll-out: the estimator, whom it is compared with, how far adoption is foreseen."""
    estimators = ("group_time", "imputation", "interaction_weighted")
    if question.estimator not in estimators:
        return {}
    pools = ("never_treated", "not_yet_treated")
    return {
        "estimator": {each.replace("_", " "): {"estimator": each} for each in estimators if each != question.estimator},
        "compared": {each.replace("_", " "): {"compared": each} for each in pools if each != question.compared},
        "anticipation": {f"anticipation {each}": {"anticipation": each} for each in (0, 1) if each != question.anticipation},
    }


def chosen_of(factors: Mapping[str, Mapping[str, object]], most: int = MOST) -> list[dict[str, str]]:
    """Which choices are made together: those of one factor each, then of two, up to `most`; of more, evenly many of those of two."""
    single = [{factor: name} for factor, choices in factors.items() for name in choices]
    double = [
        {first: one, second: other}
        for first, second in combinations(factors, 2)
        for one, other in product(factors[first], factors[second])
        if not (first == "comparing" and one != REGRESSION and second in OF_PAIRS)
    ]
    room = max(most - len(single), 0)
    if len(double) > room:
        double = [double[(2 * place + 1) * len(double) // (2 * room)] for place in range(room)]
    return [*single[:most], *double]


def _different(found: list[Specification]) -> list[Specification]:
    """The specifications without those that repeat the numbers of one before: a caliper that binds nobody makes no new answer."""
    first: dict[tuple[float, float], Specification] = {}
    for one in found:
        first.setdefault((round(one.effect, DIGITS), round(one.found.line.low, DIGITS)), one)
    return list(first.values())


def _line(one: Specification) -> Tried:
    line = one.found.line
    return line if one.alike or not isfinite(line.effect) else Tried(f"{line.label} ({UNLIKE})", line.effect, line.low, line.high)


def _beyond(line: Tried, way: int) -> bool:
    return line.low > 0 if way > 0 else line.high < 0
