"""How uncertain a difference in mean amounts is: wider where a few large amounts in the smaller arm could not be seen.

Amounts are mostly small, a few very large.  A small arm that happens to hold none of the largest has too low a mean and, with it, too
small a spread, so that a t interval misses on that side; and no bootstrap draws again what was not drawn.  Each rehearsed with 600
(bootstraps) or 4,000 draws, three in ten without any amount, the effect a fifth of the mean; true values left out, of a nominal .05:

    served, compared        50, 50    200, 50    400, 50    50, 400    400, 100    1,600, 400
    lognormal, sigma 1.5
      t, own spreads         .042      .106       .138       .096       .108        .072
      bias-corrected (BCa)   .165      .162
      percentile-t           .130      .135
      symmetric percentile-t .023      .105
      wider of two (ours)    .042      .021       .016       .002       .030        .039
    lognormal, sigma 2
      t, own spreads         .040      .135       .195       .080       .122        .108
      wider of two (ours)    .040      .020       .008       .000       .017        .028
    Pareto, alpha 2.2
      t, own spreads         .044      .066       .081       .064       .062        .062
      wider of two (ours)    .044      .038       .033       .008       .036        .042

So the headline is a t interval by the larger of two errors: each arm's own spread, and the arms' spreads pooled, in which the larger
arm tells what amounts there can be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.arms import MOST_SKEW
from ...diagnostics.sums import effective_number
from ..clustering import one_way, skewness
from ..influence import Errors, Means, errors
from ..spread import Spread, contrast, ways, worth
from .drawn_again import drawn_again

if TYPE_CHECKING:
    from ...terms import Array, InferenceBy
    from .laid import Laid


def errors_of(laid: Laid, means: Means) -> Errors:
    """What each row adds to the errors of two means; within blocks of a lot, by how it differs from its own block and arm."""
    found = errors(laid.cohort, laid.comparison, laid.rows, means)
    blocks = laid.comparison.blocks
    if blocks is None or laid.comparison.learned is not None or found.sets is not None:
        return found
    return _within_blocks(found, blocks[laid.rows.row], laid.rows.served, laid.rows.together)


def spread_of(laid: Laid, means: Means, error: Errors) -> Spread:
    """The effect with its error and interval, in the way that the question asks for."""
    by, rows = laid.question.inference.by, laid.rows
    way: InferenceBy = "robust" if by == "bootstrap" else by
    how = ways(error, rows, way)
    measured = contrast(means.effect, error.influence, how, worth(rows, means, way), means.parameters)
    skewed = measured.std_error > 0 and abs(skewness(error.influence, how.labels[-1])) > MOST_SKEW
    wider = max(1.0, _pooled(laid, means)) if skewed else 1.0
    formula = how.formula if wider == 1 else f"{how.formula}, with the arms' spreads pooled"
    measured = replace(measured, std_error=measured.std_error * wider)
    # people drawn again tell how many errors wide an interval is, and not what a smaller arm could not see
    return drawn_again(measured, error, replace(how, formula=formula)) if by == "bootstrap" else Spread(measured, formula)


def _pooled(laid: Laid, means: Means) -> float:
    """By how much the error would grow, were the spread of amounts in both arms that of both taken together."""
    spreads, worths = [], []
    for influence, there in ((means.of_served, laid.rows.served), (means.of_compared, ~laid.rows.served)):
        spreads.append(one_way(0.0, np.where(there, influence, 0.0), laid.rows.together).std_error ** 2)
        worths.append(effective_number(means.stands[there], laid.rows.together[there]))
    v, n = np.array(spreads), np.array(worths)
    if not np.isfinite(v).all() or not v.sum() > 0:
        return 1.0
    pooled = float((n * n * v).sum() / n.sum()) * float((1 / n).sum())
    return float((pooled / v.sum()) ** 0.5)


def _within_blocks(error: Errors, blocks: Array, served: Array, together: Array) -> Errors:
    """The errors of an effect within blocks: by how rows differ from their block and arm, and by how the block's own effect differs.

    What a block adds to both means alike is no error of their difference (Imbens & Rubin 2015, ch. 9).  Of those who share luck, (k,) by
    `together`, what counts is how many there are.  A block in which an arm holds one alone has no spread of its own, and is left as it
    is: its error is then told too large.
    """
    cell, at = np.unique(2 * np.unique(blocks, return_inverse=True)[1] + served, return_inverse=True)
    rows = np.bincount(at)
    n = np.bincount(np.unique(np.stack([at, together]), axis=1)[0], minlength=len(rows))
    block = np.unique(cell // 2, return_inverse=True)[1][at]
    fewest = np.full(int(block.max()) + 1, len(at))
    np.minimum.at(fewest, block, n[at])
    several = fewest[block] > 1
    parts = []
    for own, there in ((error.of_served, served), (error.of_compared, ~served)):
        mean = np.bincount(at, weights=own) / rows
        within = (own - mean[at]) * np.sqrt(n[at] / np.maximum(n[at] - 1, 1))
        parts.append(np.where(several, within * there, own))
    whole = np.bincount(block, weights=error.influence) / np.bincount(block)
    parts[0] = np.where(several, parts[0] + whole[block], parts[0])
    return replace(error, of_served=parts[0], of_compared=parts[1])
