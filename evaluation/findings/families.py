"""Several questions of one study: which claims stand once it is allowed for that they are several.

The headline is one, declared beforehand, and is never corrected.  Every other question that is not exploratory belongs to a family
(`Question.family`; those that name none are one), and a claim of it stands only beside the rest.  Three claims can be made of a
question: that there is a difference one way, one the other way, or none that matters (two one-sided tests at `worthwhile`,
Schuirmann 1987).  Each says that the effect lies in a region that holds the whole range, so that it is false only where the range
misses the effect: within one question the three share one error (Stefansson, Kim and Hsu 1988; Hsu and Berger 1999).

Beside other questions the two kinds of claim cannot be run through Holm's steps as if the smaller p-value were the question's own.
A question about which "no difference that matters" is rightly claimed has no effect all the same, and may still be called better:
its share of the error is not free for others.  So a question gives back half of its share, and only once "no difference" is
rejected; the other half stays for a wrong direction, or a difference that matters called none, of which each is one tail.

A claim is made of whichever kind passes at that level, "no difference that matters" before "a difference".

With k questions of which r reject "no difference", all are tested at a = .05 / (k - r / 2), and again until r stays.  No false claim of
the family is made in more than 5 % of studies, however the answers hang together: let z questions have no effect, and
a* = .05 / (z + (k - z) / 2).  With a chance of 95 % none of the z rejects at a*, and none of the others errs in the one tail of
a* / 2 in which it can (Bonferroni).  Then r <= k - z at every step, every step's level is at most a*, and no claim is false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri, stdtr, stdtrit

from ..terms import Answer, Challenge, Correction, Estimate, Interval, Language
from .beyond import target_of
from .writing import catalogue, fill, plural, whole

ALPHA = 0.05
Claim = Literal["difference", "none that matters"]
Beside = Literal["", "corrected", "chance", "uncorrected", "explores"]  # how a sentence says that a question is one of several


@dataclass(frozen=True, slots=True)
class Claims:
    """The p-values of what could be claimed of one question, by the widest of its accepted ranges; 1 where nothing could."""

    difference: float  # two-sided, of no difference
    none_that_matters: float  # twice the larger of two one-sided ones, of a difference as large as the smallest worth having

    def made(self, difference: float = ALPHA, none: float | None = None) -> Claim | None:
        """Which claim is made at these levels, if any: that no difference matters goes before that there is one.

        `none` is the level of the former, where it is not that of the latter.
        """
        if self.none_that_matters <= (difference if none is None else none):
            return "none that matters"
        return "difference" if self.difference <= difference else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A range that negative controls moved and widened: what lies further out is read about its own middle."""

    range: Interval
    df: float = inf  # of the t distribution in whose tail it is read

    @property
    def middle(self) -> float:
        """The effect as the controls correct it."""
        return (self.range.low + self.range.high) / 2


def calibrations(challenges: Sequence[Challenge]) -> tuple[Calibration, ...]:
    """The calibrated ranges among challenges.

    The range is of a mean and a spread that k controls tell, so that further out it is as wide as a t distribution of k - 2 degrees
    of freedom has it: the predictive one of k draws (k - 1), and one less for the flat prior of the spread (Gelman 2006).
    """
    return tuple(Calibration(one.calibrated, _controls(one) - 2) for one in challenges if one.calibrated)


def _controls(challenge: Challenge) -> float:
    """How many controls calibrated a range; without end where nobody says."""
    return next((each.detail["controls"] for each in challenge.diagnostics if "controls" in each.detail), inf)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a question's claim stands beside the others of its family, and how many they are."""

    many: int = 1  # questions in the family, this one among them
    stands: bool = True
    level: float = ALPHA  # that its claim is held to; of two kinds of claim the stricter
    beside: Beside = ""  # "chance": it claims something alone, and nothing beside the others
    claim: Claim | None = None  # which claim stands, at that level; None: none does, or it stands alone and its ranges decide


ALONE = Standing()
EXPLORES = Standing(stands=False, beside="explores")  # a lead for another study: nothing is claimed from it


def standing(
    answers: Sequence[Answer], correction: Correction, calibrated: Mapping[str, Sequence[Calibration]] = MappingProxyType({})
) -> Mapping[str, Standing]:
    """By the question's name; the headline stands alone, and what only explores claims nothing.

    `calibrated` are, by the question's name, further ranges that a claim must survive.  Every declared question counts, answered or
    not: how many they are was fixed before anything was seen.
    """
    found: dict[str, Standing] = {}
    families: dict[str, list[Answer]] = {}
    for answer in answers:
        role = answer.question.role
        if role == "secondary":
            families.setdefault(answer.question.family, []).append(answer)
        else:
            found[answer.question.name] = ALONE if role == "headline" else EXPLORES
    for family in families.values():
        claims = [claims_of(answer, calibrated.get(answer.question.name, ())) for answer in family]
        levels = level_of(claims, correction), level_of(claims, correction, "none that matters")
        for answer, claim in zip(family, claims, strict=True):
            found[answer.question.name] = _stands(claim, *levels, len(family), correction)
    return found


def _stands(claims: Claims, difference: float, none: float, many: int, correction: Correction) -> Standing:
    """What stands of one question at its family's levels."""
    if many == 1:
        return ALONE  # the ranges decide as they do for a headline
    claim, level = claims.made(difference, none), min(difference, none)
    beside: Beside = "" if claims.made() is None else "uncorrected" if correction == "none" else "corrected" if claim else "chance"
    return Standing(many, claim is not None, level, beside, claim)


def level_of(claims: Sequence[Claims], correction: Correction, made: Claim = "difference") -> float:
    """The p-value that each claim of one kind must come to, beside the others of one family.

    `holm`: no false claim of either kind in 95 of 100 studies, however the answers hang together (this module's own words say why).
    `false_discovery`: of the claims that there is a difference at most 5 of 100 are false on average, and so of the claims that none
    matters (Benjamini and Hochberg 1995), each kind by itself: together, many a true "none that matters" would let false differences
    pass.  What is claimed to be none that matters counts as no difference: whether the others are does not hang on a question whose own
    claim is not made, so that the proof stays as it is.  Proved, direction and all (Benjamini and Yekutieli 2005), where answers are
    independent; where they hang together positively it holds in simulations, and is not proved for two sides.
    """
    if correction == "none" or len(claims) < 2:
        return ALPHA
    if correction == "false_discovery":
        from statsmodels.stats.multitest import multipletests  # a second of waiting, for those who declare it

        alike = level_of(claims, correction, "none that matters") if made == "difference" else 0.0
        p = [one.none_that_matters if made != "difference" else 1.0 if one.none_that_matters <= alike else one.difference for one in claims]
        return ALPHA * max(1, int(multipletests(p, alpha=ALPHA, method="fdr_bh")[0].sum())) / len(claims)
    differences, rejected = np.array([one.difference for one in claims]), 0
    while (now := int((differences <= _share(len(claims), rejected)).sum())) > rejected:
        rejected = now
    return _share(len(claims), rejected)


def _share(many: int, rejected: int) -> float:
    """What each of so many questions is tested at, once so many have rejected "no difference" and each of these gave half of its share back."""
    return ALPHA / (many - rejected / 2)


def claims_of(answer: Answer, calibrated: Sequence[Calibration] = ()) -> Claims:
    """What could be claimed of one answer, and how surely, by every accepted range.

    A range is told at 95 % alone, so its p-value is by the distance to the end on that side, in the tail of the t distribution that
    the answer's own range and standard error imply: at 5 % the two agree to the letter.  A calibrated range is moved, so that its
    distance is from its own middle, and it has no more degrees of freedom than the controls leave.  A difference that lies one way by
    one range and the other way by another is none that could be claimed.
    """
    estimate = answer.estimate
    if answer.refused or estimate is None:
        return Claims(1.0, 1.0)
    if held := target_of(answer):  # what is claimed is that a target was reached, or missed
        middle = (held.low + held.high) / 2
        return Claims(tail(Interval(held.low, held.high, ""), middle, 0.0), 1.0)
    df, smallest = degrees_of(estimate), abs(answer.question.worthwhile)
    ranges = [(one, estimate.effect, df) for one in (estimate.interval, *estimate.beside)]
    ranges += [(one.range, one.middle, min(df, one.df)) for one in calibrated]
    if not isfinite(estimate.effect) or not all(one.given and isfinite(one.low) and isfinite(one.high) for one, _, _ in ranges):
        return Claims(1.0, 1.0)
    one_way = len({_about(one, about) > 0 for one, about, _ in ranges}) == 1
    difference = max(tail(one, about, 0.0, freedom) for one, about, freedom in ranges) if one_way else 1.0
    alike = max(
        tail(one, about, end, freedom) if _inside(one, about, end) else 1.0 for one, about, freedom in ranges for end in (-smallest, smallest)
    )
    own = estimate.p_value if isfinite(estimate.p_value) else 1.0
    return Claims(max(difference, own) if difference <= ALPHA else difference, alike)


def _inside(one: Interval, effect: float, end: float) -> bool:
    """Whether a range lies about something nearer to none than an end is."""
    return (_about(one, effect) - end) * end < 0


def _about(one: Interval, effect: float) -> float:
    """What a range lies about: the effect, or its own middle where it was moved."""
    return effect if one.low <= effect <= one.high else (one.low + one.high) / 2


def tail(one: Interval, effect: float, value: float, df: float = inf) -> float:
    """The two-sided p-value of `value`, by a 95 % range: 0.05 where the range ends there."""
    about = _about(one, effect)
    reach = (about - one.low) if value < about else (one.high - about)
    if reach <= 0:
        return float(value == about)
    return float(2 * stdtr(df, -abs(about - value) / reach * stdtrit(df, 1 - ALPHA / 2)))


def degrees_of(estimate: Estimate) -> float:
    """The degrees of freedom that a range and its standard error imply: infinite where the range is no wider than a normal one."""
    if not (isfinite(estimate.std_error) and estimate.std_error > 0):
        return inf
    ratio = (estimate.interval.high - estimate.interval.low) / 2 / estimate.std_error
    if not ratio > ndtri(1 - ALPHA / 2) * 1.0005:
        return inf
    if ratio >= stdtrit(1.0, 1 - ALPHA / 2):
        return 1.0
    return float(brentq(lambda df: stdtrit(df, 1 - ALPHA / 2) - ratio, 1.0, 1e5))


def say_standing(one: Standing, language: Language) -> str:
    """A sentence on the questions beside this one; empty where it stands alone, or claims nothing anyway."""
    if not one.beside:
        return ""
    others = one.many - 1
    said = catalogue(language)["several"][one.beside]
    return fill(said if one.beside == "explores" else plural(said, others, language), n=whole(others, language, "corrected"))
