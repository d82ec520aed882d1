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

from ..terms import Answer, Correction, Estimate, Interval, Language
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

    @property
    def made(self) -> Claim:
        """Which of the two is made, if any is: that no difference matters goes before that there is one."""
        return "none that matters" if self.none_that_matters <= ALPHA else "difference"

    @property
    def p_value(self) -> float:
        """Of the claim that is made."""
        return self.none_that_matters if self.made == "none that matters" else self.difference


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a question's claim stands beside the others of its family, and how many they are."""

    many: int = 1  # questions in the family, this one among them
    stands: bool = True
    level: float = ALPHA  # that its claim is held to
    beside: Beside = ""  # "chance": it claims something alone, and nothing beside the others


ALONE = Standing()
EXPLORES = Standing(stands=False, beside="explores")  # a lead for another study: nothing is claimed from it


def standing(
    answers: Sequence[Answer], correction: Correction, calibrated: Mapping[str, Sequence[Interval]] = MappingProxyType({})
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
        for answer, claim in zip(family, claims, strict=True):
            found[answer.question.name] = _stands(claim, level_of(claims, correction, claim.made), len(family), correction)
    return found


def _stands(claim: Claims, level: float, many: int, correction: Correction) -> Standing:
    stands, alone = many == 1 or claim.p_value <= level, claim.p_value <= ALPHA  # alone, the ranges decide as they do for a headline
    beside: Beside = "" if many == 1 or not alone else "uncorrected" if correction == "none" else "corrected" if stands else "chance"
    return Standing(many, stands, level, beside)


def level_of(claims: Sequence[Claims], correction: Correction, made: Claim = "difference") -> float:
    """The p-value that each claim of one kind must come to, beside the others of one family.

    `holm`: no false claim of either kind in 95 of 100 studies, however the answers hang together (this module's own words say why).
    `false_discovery`: of the claims that there is a difference at most 5 of 100 are false on average, and so of the claims that none
    matters (Benjamini and Hochberg 1995), each kind by itself: together, many a true "none that matters" would let false differences
    pass.  Proved, direction and all (Benjamini and Yekutieli 2005), where answers are independent; where they hang together positively
    it holds in simulations, and is not proved for two sides.
    """
    if correction == "none" or len(claims) < 2:
        return ALPHA
    if correction == "false_discovery":
        from statsmodels.stats.multitest import multipletests  # a second of waiting, for those who declare it

        discovered = multipletests([one.p_value if one.made == made else 1.0 for one in claims], alpha=ALPHA, method="fdr_bh")[0]
        return ALPHA * max(1, int(discovered.sum())) / len(claims)
    differences, rejected = np.array([one.difference for one in claims]), 0
    while (now := int((differences <= _share(len(claims), rejected)).sum())) > rejected:
        rejected = now
    return _share(len(claims), rejected)


def _share(many: int, rejected: int) -> float:
    """What each of so many questions is tested at, once so many have rejected "no difference" and each of these gave half of its share back."""
    return ALPHA / (many - rejected / 2)


def claims_of(answer: Answer, calibrated: Sequence[Interval] = ()) -> Claims:
    """What could be claimed of one answer, and how surely, by every accepted range.

    A range is told at 95 % alone, so its p-value is by the distance to the end on that side, in the tail of the t distribution that
    the answer's own range and standard error imply: at 5 % the two agree to the letter.
    """
    estimate = answer.estimate
    if answer.refused or estimate is None:
        return Claims(1.0, 1.0)
    if held := target_of(answer):  # what is claimed is that a target was reached, or missed
        middle = (held.low + held.high) / 2
        return Claims(tail(Interval(held.low, held.high, ""), middle, 0.0), 1.0)
    ranges = (estimate.interval, *estimate.beside, *calibrated)
    if not isfinite(estimate.effect) or not all(one.given and isfinite(one.low) and isfinite(one.high) for one in ranges):
        return Claims(1.0, 1.0)
    df, smallest = degrees_of(estimate), abs(answer.question.worthwhile)
    difference = max(tail(one, estimate.effect, 0.0, df) for one in ranges)
    alike = max(tail(one, estimate.effect, end, df) if _inside(one, estimate.effect, end) else 1.0 for one in ranges for end in (-smallest, smallest))
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
