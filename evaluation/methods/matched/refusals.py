"""Why nobody, or too few, could be compared: one sentence each, with the column or the reason and counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted, listed
from ...terms import Cohort, Matching, Problem
from ..columns import MOST_CODES
from .pool import Limit
from .ways import WAYS, Way

if TYPE_CHECKING:
    from ...terms import Array
    from .pool import Pool

NAMED = 3  # columns that a sentence names of those that do most


def arms(cohort: Cohort) -> tuple[str, str]:
    """Those served and the others, in words."""
    return ("offered the programme", "not offered it") if cohort.by == "offer" else ("served", "not yet served")


def told_apart(where: str, names: Collection[str], lost: Array, served: Array) -> Problem:
    """Columns that tell the arms apart without error, so that no score exists; `lost` (n,) bool, those whom nobody is like."""
    by = " and ".join(f"'{name}'" for name in tuple(names)[:NAMED])
    n_1, n_0 = int(served.sum()), int((~served).sum())
    who = f"{int((lost & served).sum()):,} of {n_1:,} served and {int((lost & ~served).sum()):,} of {n_0:,} others"
    found = f"the history tells the arms apart without error, most of all by {by}: nobody is like {who}."
    remedy = "Leave out of the history, or of 'on', what is part of being served, or choose people who could be compared."
    return Problem(f"{where}: compare", found, remedy=remedy)


def nothing_varies(where: str, names: Collection[str], many: int) -> Problem:
    """Columns that are the same for everybody: nobody is more like one person than like another."""
    columns = listed(f"'{name}'" for name in names)
    found = f"{columns} {'does' if len(names) == 1 else 'do'} not vary among the {many:,} who could be compared."
    return Problem(f"{where}: compare", found, remedy="Declare history that tells people apart.")


def nobody_agrees(cohort: Cohort, plan: Matching, there: Array, where: str) -> Problem:
    """Not one stratum with people of both arms."""
    served, others = int((there & cohort.served).sum()), int((there & ~cohort.served).sum())
    found = f"none of the {served:,} served agrees with any of the {others:,} others on {_exact(cohort, plan)}: no stratum holds both."
    return Problem(f"{where}: compare.exact", found, remedy="Leave a column out of what is exact, or declare coarser values.")


def nobody_left(cohort: Cohort, why: Mapping[str, Array], there: Array, where: str) -> Problem:
    """An arm of which everybody was set aside."""
    arm, whom = ("served", cohort.served) if not (there & cohort.served).any() else ("compared", ~cohort.served)
    found = f"nobody {arm} is left of {int(whom.sum()):,}: {'; '.join(_aside(whom, why))}."
    return Problem(f"{where}: compare", found, remedy="See how the arms overlap; set fewer people aside, or widen the pool.")


def too_few_for_the_ratio(pool: Pool, plan: Matching, way: Way) -> Problem | None:
    """Fewer people to compare with, where they are the most, than each person is to have."""
    others = np.bincount(pool.groups[~pool.focal]) if way.near else np.array([int((~pool.focal).sum())])
    wanted = plan.fewest or plan.ratio
    if wanted <= others.max():
        return None
    inside = " in any stratum or set" if way.near and pool.groups.max() > 0 else ""
    people = counted(wanted, "person", "people")
    found = f"each of {int(pool.focal.sum()):,} is to be compared with {people}, and{inside} there are {int(others.max()):,} at most."
    return Problem(f"{pool.where}: compare.ratio", found, remedy="Lower the ratio, or widen the pool.")


def too_many_strata(cohort: Cohort, plan: Matching, found: int, where: str) -> Problem:
    """More strata than a regression can tell apart."""
    text = f"{_exact(cohort, plan)} make {found:,} strata, and each would be a column of its own."
    return Problem(f"{where}: compare.exact", text, f'At most {MOST_CODES} with by = "{plan.by}".', "Declare coarser values, or match.")


def too_few(cohort: Cohort, pool: Pool, plan: Matching, kept: Array, why: Mapping[str, Array], *, least: int) -> Problem | None:
    """Fewer than `least` rows of an arm in a comparison, `kept` (n,) bool: how many of how many, and what left the others out.

    `why` are those set aside before anybody was chosen, (n,) bool by reason.
    """
    both = [(cohort.served, arms(cohort)[0]), (~cohort.served, arms(cohort)[1])]
    sought = both[0] if pool.served[pool.focal].all() else both[1]
    way = WAYS[plan.by]
    for arm, words in sorted(both, key=lambda one: one is not sought):  # of two, that for which the other was sought
        left, everybody = int((arm & kept).sum()), int(arm.sum())
        if left >= least:
            continue
        done = "could be weighted" if way.weighs else "could be matched" if words is sought[1] else "are left to compare with"
        reasons = [*_aside(arm, why), *(_alone(pool) if words is sought[1] else [])]
        found = f"only {left:,} of {everybody:,} of those {words} {done}" if left else f"none of the {everybody:,} {words} {done}"
        found = f"{found}: {'; '.join(reasons)}." if reasons else f"{found}."
        return Problem(f"{pool.where}: compare", found, f"An interval needs {least}.", _remedy(pool, plan))
    return None


def _remedy(pool: Pool, plan: Matching) -> str:
    if pool.calipers:
        return "Widen the calipers or the pool, or study more years."
    if plan.by in ("exact", "coarsened_exact"):
        return "Name fewer columns in 'on', make cells coarser, or widen the pool."
    return "Widen the pool, or study more years."


def _aside(arm: Array, why: Mapping[str, Array]) -> list[str]:
    """How many of an arm (n,) bool were set aside before anybody was chosen, and why."""
    return [f"{int((aside & arm).sum()):,} because {reason}" for reason, aside in why.items() if (aside & arm).any()]


def _alone(pool: Pool) -> list[str]:
    """How many of those for whom others were sought each caliper leaves with somebody, if it were the only one."""
    many = int(pool.focal.sum())
    named = [("the score" if limit.name == "score" else f"'{limit.name}'", within(pool, limit)) for limit in pool.calipers]
    return [f"the caliper of {name} alone leaves {left:,} of {many:,}" for name, left in named]


def within(pool: Pool, limit: Limit) -> int:
    """How many focal people have somebody of the other arm in their group within a caliper."""
    focal, other = np.flatnonzero(pool.focal), np.flatnonzero(~pool.focal)
    rank = np.unique(limit.values, return_inverse=True)[1]
    place = pool.groups.astype(np.int64) * (int(rank.max(initial=0)) + 1) + rank
    other = other[np.argsort(place[other], kind="stable")]
    at = np.searchsorted(place[other], place[focal])
    near = np.zeros(len(focal), dtype=bool)
    for there in (at - 1, at):  # the nearest below, and the nearest at or above
        some = (there >= 0) & (there < len(other))
        beside = other[there[some]]
        gap = np.abs(limit.values[beside] - limit.values[focal[some]])
        near[some] |= (pool.groups[beside] == pool.groups[focal[some]]) & (gap <= limit.within)
    return int(near.sum())


def agreed(cohort: Cohort, plan: Matching) -> str:
    """Why somebody is set aside whom nobody may be compared with: it completes "because"."""
    exact = f" agrees with them on {_exact(cohort, plan)}" if plan.exact or cohort.strata is not None else " is left"
    return f"nobody {'else of their set' if cohort.sets is not None else 'of the other arm'}{exact}"


def _exact(cohort: Cohort, plan: Matching) -> str:
    """The columns in which people agree, in words."""
    own = ["the cohort's own strata"] if cohort.strata is not None else []
    return listed([*own, *(f"'{name}'" for name in plan.exact)])
