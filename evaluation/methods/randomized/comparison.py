"""Who is compared with whom when a lot decided: everybody the lot covered, block by block, before any outcome is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import arms_large_enough, lot_looks_like_a_lot, take_up
from ...diagnostics.arms import FEWEST_CLUSTERS, clusters_by_arm
from ...phrases import counted
from ...terms import Cohort, Comparison, Estimand, Problem, Question, Refused
from ..permutation import FEWEST_LOTS, possible_lots

if TYPE_CHECKING:
    from ...terms import Array

CHANCE_WHOLE = 0.001  # below, clusters that all lie in one arm were drawn whole, not left whole by luck; our own rule


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Everybody offered against everybody withheld, as the lot left them; blocks with one arm empty are set aside.

    Each arm's weights make its blocks as large as they are in both arms together.  Refuses an empty arm, an inference that
    contradicts how the lot was drawn, and lots too few for the inference asked.
    """
    blocks = cohort.blocks if cohort.blocks is not None else np.zeros(len(cohort), dtype=int)
    kept = both_arms(cohort.served, blocks, np.ones(len(cohort), dtype=bool))
    if not kept.any():
        raise Refused(*_empty(cohort))
    served, inside = cohort.served[kept], blocks[kept]
    clusters = _drawn_together(cohort, question, kept)
    groups = None if clusters is None else clusters[kept]
    problems = _contradictions(cohort, question, kept, groups)
    if problems:
        raise Refused(*problems)
    weights = np.zeros(len(cohort))
    weights[kept] = block_weights(served, inside)
    return Comparison(
        estimand=_estimand(question, population(blocks, kept)),
        kept=kept,
        weights=weights,
        clusters=clusters,
        blocks=cohort.blocks,
        diagnostics=(
            arms_large_enough(served),
            lot_looks_like_a_lot({name: column[kept] for name, column in cohort.history.items()}, served, inside, _whole_only(served, groups)),
            *([] if cohort.taken_up is None else [take_up(served, cohort.taken_up[kept])]),
        ),
    )


def both_arms(served: Array, blocks: Array, among: Array) -> Array:
    """Those of `among` whose block has some of `among` in both arms; (n,) bool."""
    code = np.unique(blocks, return_inverse=True)[1]
    there = [np.bincount(code, weights=among & arm) > 0 for arm in (served, ~served)]
    return among & (there[0] & there[1])[code]


def block_weights(served: Array, blocks: Array) -> Array:
    """Weights that give each block, in each arm, its share of both arms together; 1 on average in each arm."""
    code = np.unique(blocks, return_inverse=True)[1]
    n = np.bincount(code)
    weights = np.empty(len(served))
    for arm in (served, ~served):
        n_a = np.bincount(code[arm], minlength=len(n))
        weights[arm] = (n[code[arm]] / n.sum()) / (n_a[code[arm]] / n_a.sum())
    return weights


def population(blocks: Array, kept: Array) -> str:
    """Whom the effect is about: named anew when a block had to be set aside."""
    aside = len(np.unique(blocks)) - len(np.unique(blocks[kept]))
    if not aside:
        return "everybody whom the lot covered"
    return f"those among blocks where both arms exist ({aside} of {len(np.unique(blocks))} blocks set aside)"


def _estimand(question: Question, whom: str) -> Estimand:
    return Estimand(
        name="average_effect",
        contrast=f"difference in '{question.outcome}' by {question.horizon}",
        population=whom,
        plans="offered at the start, against not offered",
    )


def _empty(cohort: Cohort) -> list[Problem]:
    """Why nobody can be compared: an arm without people, or no block with both arms."""
    where = f"cohort '{cohort.name}'"
    arms = (("offered the programme", cohort.served), ("from whom it was withheld", ~cohort.served))
    empty = [
        Problem(where, f"nobody {arm} is left to compare.", remedy="See the attrition ledger for the rule that emptied the arm.")
        for arm, there in arms
        if not there.any()
    ]
    return empty or [Problem(where, "no block holds people of both arms.", remedy="Declare blocks within which the lot was drawn.")]


def _drawn_together(cohort: Cohort, question: Question, kept: Array) -> Array | None:
    """The clusters that inference must keep together: those the lot drew whole, or that the question asks for."""
    if cohort.clusters is None:
        return None
    asked = question.inference.by == "cluster"
    return cohort.clusters if asked or drawn_whole(cohort.served[kept], cohort.clusters[kept]) else None


def drawn_whole(served: Array, clusters: Array) -> bool:
    """Whether the lot drew clusters: none lies in both arms, and people drawn one by one would hardly have left them so."""
    code = np.unique(clusters, return_inverse=True)[1]
    n, n1 = np.bincount(code), np.bincount(code, weights=served)
    if ((n1 > 0) & (n1 < n)).any():
        return False
    p = served.mean()
    several = n[n > 1]
    return float(np.log(p**several + (1 - p) ** several).sum()) < np.log(CHANCE_WHOLE)


def _whole_only(served: Array, groups: Array | None) -> Array | None:
    """The clusters, where it was they that the lot drew."""
    return groups if groups is not None and drawn_whole(served, groups) else None


def _contradictions(cohort: Cohort, question: Question, kept: Array, groups: Array | None) -> list[Problem]:
    """What the inference asked for cannot be squared with, all at once."""
    where = f"question '{question.outcome}': inference"
    by, served = question.inference.by, cohort.served[kept]
    whole = _whole_only(served, groups)
    # only this method's own intervals hold with few clusters; another, that compares as the lot did, has none of the kind
    exact = "'exact'" if question.method == "randomized" else "method = \"randomized\" by 'exact'"
    blocks = np.zeros(len(served), dtype=int) if cohort.blocks is None else cohort.blocks[kept]
    problems = []
    if by == "cluster" and groups is None:
        problems.append(Problem(where, "by = 'cluster', and the cohort declares no cluster.", remedy="Declare cohort.cluster, or ask for 'robust'."))
    if by == "robust" and whole is not None:
        problems.append(
            Problem(
                where,
                f"by = 'robust' takes people one by one, and the lot drew {counted(len(np.unique(whole)), 'cluster')} whole.",
                remedy=f"Ask for 'cluster' or, with few clusters, {exact}.",
            )
        )
    if by == "cluster" and groups is not None and min(clusters_by_arm(served, groups)) < FEWEST_CLUSTERS:
        there, elsewhere = clusters_by_arm(served, groups)
        problems.append(
            Problem(
                where,
                f"by = 'cluster' with {counted(there, 'cluster')} on the served side and {elsewhere} on the other.",
                f"It needs {FEWEST_CLUSTERS} on each side.",
                f"Ask for {exact}.",
            )
        )
    if whole is not None and _in_two_blocks(whole, blocks):
        problems.append(Problem(where, "clusters that the lot drew whole lie in more than one block.", remedy="Declare blocks of whole clusters."))
    elif by == "exact" and whole is not None and possible_lots(served, blocks, whole) < FEWEST_LOTS:
        lots = possible_lots(served, blocks, whole)
        problems.append(
            Problem(
                where,
                f"the lot could have fallen in {counted(lots, 'way')} only.",
                f"A 95 % interval needs {FEWEST_LOTS}.",
                "No inference is possible; report the two arms side by side.",
            )
        )
    return problems


def _in_two_blocks(clusters: Array, blocks: Array) -> bool:
    """Whether any cluster has people in more than one block."""
    return len(np.unique(np.column_stack([clusters, blocks]), axis=0)) > len(np.unique(clusters))
