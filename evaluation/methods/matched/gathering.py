"""Who could be compared, before anybody is chosen: the history as columns, the score, and the distances that a design asks for.

People are set aside in this order: those without a score; those whose score has nobody of the other arm near it (`discard`,
`trim`); those whom nobody of the other arm agrees with on what is exact, and in risk sets those whose served person is gone.  Ways
that weigh set the last of these aside first as well, since strata are columns of their score.  Calipers and distances are measured
over whoever is left before the last, as R's MatchIt does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...terms import Cohort, Matching, Question, Refused
from ..columns import MOST_CODES, coded, columns_of, independent, standardised
from .asking import unusable
from .distances import deviation, space
from .pool import Limit, Pool
from .propensity import Score, estimated
from .refusals import agreed, nobody_agrees, nobody_left, nothing_varies, too_few_for_the_ratio, too_many_strata
from .ways import WAYS, Way, needs_score

if TYPE_CHECKING:
    from ...terms import Array

SEED = 1_936  # of the order in which equal gaps are taken; in the order of rows, the same few people would be taken again and again
ONE_SIDED = "they hold a value that only one arm holds"
BEYOND = "their score lies beyond every score of the other arm"
ITS_SET = "the person they were drawn for is set aside"
WHEN = "when the set opened"  # a column of ways that take all risk sets together: the place of each in time, by which sets are numbered


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Everything that a way of comparing is given, and what the diagnostics tell of it."""

    pool: Pool
    columns: Mapping[str, Array]  # (n,) each, in the order of the cohort: everything that people should be alike in
    score: Score | None
    set_aside: Mapping[str, Array]  # by reason, which completes "set aside because": (n,) bool, each row for the first that applies
    left_out: tuple[str, ...] = ()  # where no score is estimated: columns that tell nobody apart, since they never vary or repeat others


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """What tells who is near whom, and who may be compared: as in `Pool`."""

    line: Array | None = None
    space: Array | None = None
    calipers: tuple[Limit, ...] = ()
    unlike: tuple[Array, ...] = ()


@dataclass(slots=True, eq=False)
class _Left:
    """Who is left as people are set aside, and why the others were."""

    there: Array  # (n,) bool
    why: dict[str, Array] = field(default_factory=dict)

    def aside(self, reason: str, whom: Array) -> None:
        whom = whom & self.there
        if whom.any():
            self.why[reason] = self.why[reason] | whom if reason in self.why else whom
            self.there = self.there & ~whom


def gather(cohort: Cohort, question: Question, plan: Matching, where: str) -> Gathered:
    """The pool of those who could be compared, in a drawn order, and whoever was set aside.

    A history with values imputed is complete when it comes here.  For ways that take risk sets or strata together, the time of a
    set and the strata become columns that are balanced with the others: to weigh people by what drifts over the years would else
    weigh the years.  For them the score is estimated anew among those left by `discard` and `trim` (Crump and others
    2009).  Refuses, naming columns with counts, what cannot be done; `where` names the question.
    """
    way = WAYS[plan.by]
    problems = [*unusable(cohort, plan, way, where)]
    if problems:
        raise Refused(*problems)
    columns, left = columns_of(cohort.history, plan, where), _Left(np.ones(len(cohort), dtype=bool))
    focal = ~cohort.served if question.estimand == "effect_on_the_compared" else cohort.served
    groups = _groups(cohort, plan)
    on = columns.only(plan.on)
    alone = agreed(cohort, plan)
    if way.weighs:
        _leave_the_alone(left, cohort, groups, focal, way, alone)
        on |= _strata(cohort, plan, left.there, where)
    if way.pooled and cohort.sets is not None:
        on |= {WHEN: cohort.sets.astype(float)}
    usual = columns.usual | {"stratum: 1"}
    score = _scored(cohort, plan, way, on, usual, left, where) if needs_score(way, plan) else None
    measured = left.there.copy()
    _leave_the_alone(left, cohort, groups, focal, way, alone)
    if not (left.there & focal).any() or not (left.there & ~focal).any():
        agree = alone in left.why and bool(plan.exact or cohort.strata is not None)
        raise Refused(nobody_agrees(cohort, plan, measured, where) if agree else nobody_left(cohort, left.why, left.there, where))
    idle = () if score or (way.near and plan.distance == "column") else _idle(on, measured, plan, way, usual, where)
    rows = drawn_order(len(cohort))
    rows = rows[left.there[rows]]
    near = _nearness(cohort, plan, on, score, measured, rows) if way.near else _Near()
    pool = Pool(
        where=where,
        rows=rows,
        served=cohort.served[rows],
        focal=focal[rows],
        person=cohort.person[rows],
        groups=coded(groups[rows])[0],
        in_sets=cohort.sets is not None,
        columns=Taken(on, rows),
        linear=score.linear[rows] if score else None,
        line=near.line,
        space=near.space,
        calipers=near.calipers,
        unlike=near.unlike,
    )
    if "ratio" in way.words and (problem := too_few_for_the_ratio(pool, plan, way)):
        raise Refused(problem)
    return Gathered(pool, columns.every, score, left.why, idle)


class Taken(Mapping[str, "Array"]):
    """Columns (n,) at some rows; each is taken when it is read, for most ways read none."""

    def __init__(self, columns: Mapping[str, Array], rows: Array):
        self._columns, self._rows = columns, rows
        self._read: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._read:
            self._read[name] = self._columns[name][self._rows]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _idle(on: Mapping[str, Array], measured: Array, plan: Matching, way: Way, usual: Collection[str], where: str) -> tuple[str, ...]:
    """Columns (n,) that never vary among rows `measured` (n,) bool, or that add nothing to others; refuses a history in which none varies."""
    names = [name for name in on if name not in usual] or list(on)
    Z = standardised([on[name] if measured.all() else on[name][measured] for name in names])
    kept = {name for name, z in zip(names, Z, strict=True) if z.any()}
    if not kept:
        raise Refused(nothing_varies(where, names, Z.shape[1]))
    if way.weighs or (way.near and plan.distance in ("mahalanobis", "robust_mahalanobis")):
        kept = {names[j] for j in independent(Z)}
    return tuple(name for name in names if name not in kept)


def drawn_order(n: int) -> Array:
    """(n,) the order in which rows of equal gaps are taken."""
    return np.random.default_rng(SEED).permutation(n)


def _groups(cohort: Cohort, plan: Matching) -> Array:
    """(n,) int, 0..G-1: who may be compared with whom, by set or stratum and the columns of `exact`; no record is a value of its own."""
    own = cohort.sets if cohort.sets is not None else cohort.strata
    groups = np.zeros(len(cohort), dtype=np.int64) if own is None else own.astype(np.int64)
    return _refined(groups, cohort, plan)


def _refined(groups: Array, cohort: Cohort, plan: Matching) -> Array:
    for name in plan.exact:
        code, values = coded(cohort.history[name])
        groups = coded(groups * len(values) + code)[0]
    return groups


def _strata(cohort: Cohort, plan: Matching, there: Array, where: str) -> dict[str, Array]:
    """A column of 0 and 1 for each stratum of those left: what is exact is balanced, where nobody is set beside anybody."""
    strata = np.zeros(len(cohort), dtype=np.int64)
    if cohort.strata is not None:
        strata = cohort.strata.astype(np.int64)
    strata = _refined(strata, cohort, plan)
    found = np.unique(strata[there])
    if len(found) > MOST_CODES:
        raise Refused(too_many_strata(cohort, plan, len(found), where))
    return {f"stratum: {number}": (strata == each).astype(float) for number, each in enumerate(found, start=1)} if len(found) > 1 else {}


def _leave_the_alone(left: _Left, cohort: Cohort, groups: Array, focal: Array, way: Way, alone: str) -> None:
    """Sets aside groups without both arms.  In risk sets a group is that of its served row; ways that pool sets keep it by itself."""
    many = int(groups.max()) + 1
    of_focal, of_others = (np.bincount(groups[left.there & arm], minlength=many) > 0 for arm in (focal, ~focal))
    if cohort.sets is not None:
        with_served = np.bincount(cohort.sets[left.there & cohort.served], minlength=int(cohort.sets.max()) + 1) > 0
        left.aside(ITS_SET, ~with_served[cohort.sets])
        left.aside(alone, ~of_focal[groups])
        if not way.near:
            return
    left.aside(alone, ~(of_focal & of_others)[groups])


def _scored(cohort: Cohort, plan: Matching, way: Way, on: Mapping[str, Array], usual: frozenset[str], left: _Left, where: str) -> Score:
    """The score, and aside whoever has none, or one with nobody of the other arm near it."""
    if plan.score == "flexible":
        from . import flexible  # scikit-learn takes a second to open, and few designs ask for it

        score = flexible.estimated(on, cohort.served, cohort.person, where, among=left.there)
    else:
        score = estimated(on, cohort.served, where, usual=usual, among=left.there)
        left.aside(ONE_SIDED, np.isnan(score.linear))
    before = int(left.there.sum())
    left.aside(BEYOND, _beyond(score.linear, cohort.served, left.there, plan))
    if plan.trim > 0:
        chance = expit(score.linear)
        reason = f"their chance of being served is below {plan.trim:g} or above {1 - plan.trim:g}"
        left.aside(reason, (chance < plan.trim) | (chance > 1 - plan.trim))
    for arm in (cohort.served, ~cohort.served):
        if not (left.there & arm).any():
            raise Refused(nobody_left(cohort, left.why, left.there, where))
    if not way.weighs or plan.score == "flexible" or left.there.sum() == before:
        return score
    score = estimated(on, cohort.served, where, usual=usual, among=left.there)
    left.aside(ONE_SIDED, np.isnan(score.linear))
    return score


def _beyond(linear: Array, served: Array, there: Array, plan: Matching) -> Array:
    """(n,) bool: whose score lies beyond every score of the other arm, of the arms that the design discards from."""
    beyond = np.zeros(len(linear), dtype=bool)
    for arm, words in ((served, ("served", "both")), (~served, ("compared", "both"))):
        if plan.discard in words:
            others = linear[there & ~arm]
            beyond |= arm & ((linear < others.min()) | (linear > others.max()))
    return beyond


def _nearness(cohort: Cohort, plan: Matching, on: Mapping[str, Array], score: Score | None, measured: Array, rows: Array) -> _Near:
    """The distance, the calipers, and what must differ, of the rows of the pool; measured over rows `measured` (n,) bool."""
    served = cohort.served[measured]
    calipers, linear = [], score.linear if score else None
    line: Array | None = None
    name, scale = "score", linear
    if plan.distance == "column":
        name, scale = plan.column, cohort.history[plan.column]
        line = scale
    elif plan.distance in ("logit", "probability"):
        assert linear is not None, "a distance by the score has one"
        line = scale = linear if plan.distance == "logit" else expit(linear)
    if plan.caliper > 0 and scale is not None:
        calipers.append(Limit(name, scale[rows], plan.caliper * deviation(scale[measured], served, plan.unit)))
    for name, caliper in plan.calipers.items():
        values = cohort.history[name]
        known = measured & ~np.isnan(values)
        within = caliper.within * deviation(values[known], cohort.served[known], caliper.unit)
        calipers.append(Limit(name, _apart(values, within)[rows], within))
    unlike = tuple(coded(cohort.history[name])[0][rows].astype(float) for name in plan.unlike)
    if line is not None:
        return _Near(line[rows], None, tuple(calipers), unlike)
    whole = bool(measured.all())
    places = space([column if whole else column[measured] for column in on.values()], served, plan.distance)
    at = rows if whole else np.cumsum(measured)[rows] - 1
    return _Near(None, places[at], tuple(calipers), unlike)


def _apart(values: Array, within: float) -> Array:
    """Values with no record beyond the caliper of every other: it is like itself alone."""
    missing = np.isnan(values)
    if not missing.any() or missing.all():
        return np.where(missing, 0.0, values)
    return np.where(missing, np.nanmax(values) + 2 * within + 1, values)
