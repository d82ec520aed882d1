"""What a grade is computed from: the artefacts of one answer, each as one fact, so that any of them can be tried otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from ..terms import Answer, Challenge, Diagnostic, Estimate, Horizon, Study, Verdict, better_of
from .attrition import attrition_of
from .designs import Design, design_of
from .equivalence import Equivalence, adjusted, baseline, equivalence
from .protocol import items_told

Direction = Literal["favourable", "unfavourable", "none", "too small to matter"]

DIRECTIONS: Mapping[Verdict, Direction] = {"better": "favourable", "worse": "unfavourable", "no difference that matters": "too small to matter"}
DAYS_OF_A_MONTH = 365.25 / 12
OUTCOME_BEFORE = ("path_before_start", "placebo_window", "path_before_adoption")  # the outcome looked at before the start, on both sides
PLACEBOS = (*OUTCOME_BEFORE, "placebo_in_time", "placebo_start", "enrolment_dip")  # an effect looked for where there can be none
HIDDEN = ("hidden_bias", "e_value", "e_value_of_hazards", "omitted_variable", "honest_bounds")  # how strong a hidden bias would have to be
CONTROLS = "negative_controls"
PUT_TO = ("placebo_start", CONTROLS)  # the challenges that every comparison can be asked to stand
# no signs of a bias: how small an effect could be seen; stricter limits of what equivalence judges column by column; a model beside the
# answer; whether others than those studied would have the same effect; how much something that nobody saw would have to do
ASIDE = frozenset(
    {
        *("detectable_effect", "detectable_by_the_past", "detectable_at_the_cutoff", "drift_missed", "target_reached"),
        *("closely_alike", "products_after_matching"),
        *("proportional_hazards", "events_per_parameter", "cost_family", "transported"),
        *("tipping_point", "as_strong_as_recorded"),
    }
)


@dataclass(frozen=True, slots=True)
class Artefacts:
    """One answer as the rules read it."""

    answered: bool  # there is an estimate
    design: Design
    checks: dict[str, bool]  # each condition that is judged, by name: whether it holds
    required: frozenset[str]  # those that did not hold and that the answer cannot do without
    reported: frozenset[str]  # whatever was looked at, judged or only shown: conditions, and challenges that could be made
    tried: Mapping[str, bool]  # each challenge that judged something, by name: whether the answer held
    sharp: bool  # a look for an effect where there can be none could have seen one worth having
    put: Mapping[str, tuple[str, ...]]  # of each of them, the conditions it put the answer to, which stand among `checks` too
    baseline: Mapping[str, float] | None  # by covariate, how far apart in effect sizes; None: nobody looked
    adjusted: frozenset[str]  # the covariates that the analysis adjusts for
    attrition: tuple[float, float] | None  # overall and between the arms, per cent; None: unknown
    single_unit: bool  # one side is a single place or cluster, so that it cannot be told from the programme
    direction: Direction
    months: float  # how long after the start the outcome is read
    beyond_end: float | None  # how long after the programme ended for a person, in months; None: when it ended is on no record
    trusted: bool  # the start of each clock was taken on trust
    adapted: bool  # the outcome's definition is laid on clocks that are not its own
    defined: bool  # its definition was read in the authority's own text, or is the project's own
    as_offered: bool  # people are compared as they were offered, whatever they did since
    role: Literal["headline", "secondary", "exploratory"]
    declared: bool  # by a design with a digest, and not from a frame
    locked: bool  # the design was fixed before outcomes were read
    told: frozenset[str]  # the items of the TARGET statement that are told

    @property
    def alike(self) -> Equivalence:
        """Baseline equivalence."""
        return equivalence(self.baseline, self.adjusted)

    @property
    def failing(self) -> tuple[str, ...]:
        """Conditions that are signs of a bias and do not hold, and challenges that the answer did not stand."""
        return (*self.conditions_failing, *self.challenges_failing)

    @property
    def conditions_failing(self) -> tuple[str, ...]:
        """Conditions that are signs of a bias and do not hold."""
        return tuple(name for name, holds in self.checks.items() if not holds and (name not in ASIDE or name in self.required))

    @property
    def challenges_failing(self) -> tuple[str, ...]:
        """Challenges that the answer did not stand."""
        return tuple(name for name, holds in self.tried.items() if not holds)

    @property
    def forbidden(self) -> bool:
        """Whether a condition fails that the answer cannot do without."""
        return any(not self.checks.get(name, True) for name in self.required)

    def held(self, names: Sequence[str]) -> bool | None:
        """Whether all conditions and challenges of these names hold; None where there is none of them."""
        found = [every[name] for name in names for every in (self.checks, self.tried) if name in every]
        return all(found) if found else None


def artefacts(
    answer: Answer,
    challenges: Sequence[Challenge] = (),
    conditions: Sequence[Diagnostic] = (),
    *,
    study: Study | None = None,
    treatment_months: float | None = None,
    verdict: Verdict | None = None,
    locked: bool = False,
) -> Artefacts:
    """The artefacts of an answer, of the challenges that it was put to, and of all conditions that it rests on.

    `verdict` is what is claimed of it beside the other questions of its study; None: whatever its ranges make.
    """
    judged = tuple(filter(_judged, conditions))
    looked_at = {one.name for one in conditions if one.sentence}
    made = {one.name: all(each.holds for each in one.diagnostics if _speaks(each)) for one in challenges if puts_to_a_test(one)}
    shown = tuple(one.name for one in challenges if _made(one))
    sizes = baseline(conditions, study.history if study else ())
    months = months_of(answer.question.horizon)
    before = any(name in looked_at for name in OUTCOME_BEFORE)
    return Artefacts(
        answered=_answered(answer),
        design=design_of(answer, alike=sizes is not None, before=before),
        checks={name: all(one.holds for one in judged if one.name == name) for name in dict.fromkeys(one.name for one in judged)},
        required=frozenset(one.name for one in judged if one.required and not one.holds),
        reported=frozenset({*looked_at, *shown}),
        tried=made,
        sharp=any(_sharp(one, abs(answer.question.worthwhile)) for one in challenges),
        put={one.name: tuple(each.name for each in one.diagnostics) for one in challenges if one.name in made},
        baseline=sizes,
        adjusted=adjusted(answer.question, sizes or ()),
        attrition=attrition_of(conditions),
        single_unit=_alone(answer, conditions),
        direction=DIRECTIONS.get(verdict, "none") if verdict else _direction(answer, tuple(challenges)) if answer.estimate else "none",
        months=months,
        beyond_end=None if treatment_months is None else months - treatment_months,
        trusted=answer.time_zero == "taken on trust",
        adapted=bool(answer.adapted),
        defined=answer.outcome.verified or answer.outcome.own,
        as_offered=answer.by in ("lot", "offer", "score") and answer.question.estimand not in ("complier_effect", "complier_effect_at_the_cutoff"),
        role=answer.question.role,
        declared=study is not None,
        locked=locked,
        told=items_told(answer, shown, looked_at, study),
    )


def months_of(horizon: Horizon) -> float:
    """A horizon in months of the mean length."""
    return float(horizon.months) if horizon.months is not None else (horizon.days or 0) / DAYS_OF_A_MONTH


def _answered(answer: Answer) -> bool:
    """Whether there is a number, with ranges that are ranges."""
    estimate = answer.estimate
    if answer.refused or estimate is None or not isfinite(estimate.effect):
        return False
    given = tuple(one for one in (estimate.interval, *estimate.beside) if one.given)
    return all(isfinite(one.low) and isfinite(one.high) and one.low <= one.high for one in given)


def _judged(one: Diagnostic) -> bool:
    """Whether a condition is held to anything: one without a limit is only shown, unless the answer cannot do without it."""
    return one.limit is not None or one.required


def _speaks(one: Diagnostic) -> bool:
    """Whether a condition is held to something that a bias could fail."""
    return _judged(one) and one.name not in ASIDE


def puts_to_a_test(challenge: Challenge) -> bool:
    """Whether a challenge put the answer to a test: one that could not be asked, or that only shows numbers, can fail nobody."""
    return any(map(_speaks, challenge.diagnostics))


def _sharp(challenge: Challenge, smallest: float) -> bool:
    """Whether a challenge could have seen an effect worth having: its controls calibrate a range, or its placebo's whole range lies within."""
    if challenge.name not in (*PLACEBOS, "placebo_date"):
        return challenge.calibrated is not None
    lines = [one for one in challenge.tried if not one.own and isfinite(one.effect)]
    return bool(lines) and all(-smallest < one.low and one.high < smallest for one in lines)


def _made(challenge: Challenge) -> bool:
    """Whether a challenge could be made: it has a condition, judged or shown, or a number that is not the study's own."""
    return bool(challenge.diagnostics) or any(isfinite(one.effect) and not one.own for one in challenge.tried)


def _alone(answer: Answer, conditions: Sequence[Diagnostic]) -> bool:
    """Whether either side is one place, or one cluster of those that the lot or the programme came to."""
    arms = (answer.estimate.served, answer.estimate.compared) if answer.estimate else ()
    of_clusters = next((one.detail for one in conditions if one.name == "few_treated_clusters"), {})
    return any(arm.areas == 1 for arm in arms) or any(of_clusters.get(side) == 1 for side in ("reached", "compared"))


def _direction(answer: Answer, challenges: Sequence[Challenge]) -> Direction:
    """Which way the whole range lies, by every accepted formula and every range that negative controls calibrated."""
    assert answer.estimate is not None
    estimate: Estimate = answer.estimate
    every = (estimate.interval, *estimate.beside, *(one.calibrated for one in challenges if one.calibrated))
    smallest = abs(answer.question.worthwhile)
    if all(-smallest < one.low and one.high < smallest for one in every):
        return "too small to matter"
    fewer, more = all(one.high < 0 for one in every), all(one.low > 0 for one in every)
    if not fewer and not more:
        return "none"
    return "favourable" if fewer == (better_of(answer.outcome, answer.question.measure) == "fewer") else "unfavourable"
