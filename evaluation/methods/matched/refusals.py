"""Why nobody, or too few, could be compared: one sentence each, with the column or the reason and counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted, listed
from ...terms import Cohort, Matching, Problem
from .columns import MOST_CODES

if TYPE_CHECKING:
    from ...terms import Array
    from .pool import Pool
    from .ways import Way


def nobody_agrees(cohort: Cohort, plan: Matching, there: Array, where: str) -> Problem:
    """Not one stratum with people of both arms."""
    served, others = int((there & cohort.served).sum()), int((there & ~cohort.served).sum())
    found = f"none of the {served:,} served agrees with any of the {others:,} others on {_exact(cohort, plan)}: no stratum holds both."
    return Problem(f"{where}: compare.exact", found, remedy="Leave a column out of what is exact, or declare coarser values.")


def nobody_left(cohort: Cohort, why: Mapping[str, Array], there: Array, where: str) -> Problem:
    """An arm of which everybody was set aside."""
    arm, whom = ("served", cohort.served) if not (there & cohort.served).any() else ("compared", ~cohort.served)
    reasons = [f"{int((aside & whom).sum()):,} because {reason}" for reason, aside in why.items() if (aside & whom).any()]
    found = f"nobody {arm} is left of {int(whom.sum()):,}: {'; '.join(reasons)}."
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


def _exact(cohort: Cohort, plan: Matching) -> str:
    """The columns in which people agree, in words."""
    own = ["the cohort's own strata"] if cohort.strata is not None else []
    return listed([*own, *(f"'{name}'" for name in plan.exact)])
