"""Whether the units that adopt were already moving apart from the others, and whether what they are parallel in is amounts or shares."""

from __future__ import annotations

from ..terms import Diagnostic

SLOPE_SIZE = 0.04  # of the test for a drift in a straight line before adoption
JOINT_SIZE = 0.01  # of the test of all periods before: together 5 %, so that one sound roll-out in twenty is refused
FEWEST_BEFORE = 2  # periods before the one that the effect is told from: with fewer there is no path to look at
APART = 0.5  # of the effect worth having: effects by amounts and by shares that lie farther apart do not support one claim; our own rule
MATERIAL = 0.1  # of the effect worth having, over the horizon: our own rule; a drift below it changes no answer
PATH_SOURCE = (
    "a drift before adoption that goes on after it (Roth 2022; Freyaldenhoven, Hansen and Shapiro 2019); refused by our own rule: "
    "slope at 4 %, all periods at 1 %, and at least a tenth of the effect worth having"
)
LEVELS_SOURCE = (
    "parallel in amounts is not parallel in shares where levels differ (Roth and Sant'Anna 2023); told apart by our own rule where it comes to "
    "half of the effect worth having, or where one range leaves out none and the other does not"
)


def path_before_adoption(
    slope_p: float, drift: float, worthwhile: float, *, periods: int, effect: float, joint_p: float | None = None, largest: float = 0.0
) -> Diagnostic:
    """Whether those that adopt, or are served, moved apart from the others before they did, so that the effect may be that drift going on.

    `slope_p` is the p-value of a straight line through the `periods` before, `drift` what the line comes to where the effect is told,
    `joint_p` that of the joint test of all of them (None where they are too many for the clusters) and `largest` the difference of the
    period that is farthest from the reference.  Required: where a drift of at least MATERIAL of the effect worth having shows, the
    effect answers for two things at once.
    """
    together = joint_p is not None and joint_p < JOINT_SIZE
    weighs = max(abs(drift), abs(largest) if together else 0.0) >= MATERIAL * abs(worthwhile)
    holds = not ((slope_p < SLOPE_SIZE or together) and weighs)
    tests = f"a straight line: {_as_p(slope_p)}" + ("" if joint_p is None else f"; all periods together: {_as_p(joint_p)}")
    found = f"In the {periods} periods before no drift apart from those compared shows that would matter ({tests})."
    if not holds:
        found = (
            f"In the {periods} periods before, the groups were already moving apart ({tests}): going on like that would be told as "
            f"{_size(drift)} with no programme at all, beside an effect of {_size(effect)}."
        )
    return Diagnostic(
        name="path_before_adoption",
        sentence=found,
        value=slope_p,
        limit=SLOPE_SIZE,
        holds=holds,
        source=PATH_SOURCE,
        detail={"drift": drift} | ({} if joint_p is None else {"joint": joint_p, "largest": largest}),
    )


def nothing_before(periods: int) -> Diagnostic:
    """That the periods before adoption are too few to show a path, so that it could not be looked at.  Not required."""
    return Diagnostic(
        name="path_before_adoption",
        sentence=f"Whether paths ran alike before adoption could not be looked at: with {periods + 1} {'periods' if periods else 'period'} before "
        "it nothing shows.",
        value=float(periods),
        limit=float(FEWEST_BEFORE),
        holds=False,
        source=PATH_SOURCE,
        required=False,
    )


def levels_apart(effect: float, by_shares: float, worthwhile: float, *, served: float, compared: float, turns: bool = False) -> Diagnostic:
    """Whether it matters to the effect if everybody, without the programme, would have changed by the same share and not the same amount.

    `effect` is told by amounts, `by_shares` by shares; `served` and `compared` are the means before adoption of those that adopt and of
    those compared, all in the outcome's unit.  The two differ where the groups start from different levels and the level of those compared
    moves, and no path before adoption that stands still tells which is right.  `turns`: one of their ranges leaves out none and the
    other does not.  Not required: where they differ by MATERIAL of the effect worth having, the interval by shares stands beside, and what
    is claimed must hold by both; it fails where that alone may change a claim: where they differ by APART of it, or the range turns.
    """
    apart = abs(by_shares - effect)
    holds = apart < APART * abs(worthwhile) and not turns
    both = f"{_size(by_shares)}, and not {_size(effect)}"
    return Diagnostic(
        name="levels_apart",
        sentence="Whether all would have changed by the same amount or by the same share makes no difference to the effect that would matter"
        f": {_size(effect)} by amounts, {_size(by_shares)} by shares."
        if holds
        else f"Before adoption those that adopt stood at {_level(served)} and those compared at {_level(compared)}, whose level moved since: had all "
        f"changed by the same share instead of the same amount, the effect would be {both}. No record tells which: a claim must hold by both.",
        value=apart,
        limit=APART * abs(worthwhile),
        holds=holds,
        source=LEVELS_SOURCE,
        required=False,
        detail={"by amounts": effect, "by shares": by_shares, "served before": served, "compared before": compared},
    )


def _level(value: float) -> str:
    """A level of three figures."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _as_p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < .001"


def _size(value: float) -> str:
    """A size of two figures that matter."""
    return f"{float(f'{value:.2g}'):+,.10g}"
