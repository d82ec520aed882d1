"""Alarms about the two arms: people who were chosen at their worst, watched more closely, lost by who they are, or linked less often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

# ------------------------------------------------------------------------------------------------ regression to the mean
DECIDES = 0.05 / 3  # p-value: three tests decide, and all of them together cost a sound study about one claim in twenty
MATERIAL = 0.1  # of the effect worth having: our own rule, as of the dip before enrolment; less changes no answer
LEAST_DROP = 0.2  # standard deviations of the outcome: the smallest drop by itself that must be seen, at 1,000 an arm: a small effect (Cohen 1988)
MEAN_SOURCE = (
    "regression to the mean: Galton 1886, Davis 1976; that it decides at .05/3, and that less than a tenth of the effect worth having "
    "changes no answer, are our own rules"
)


def regression_to_the_mean(
    expected: float, p_value: float, worthwhile: float, *, unit: OutcomeUnit, seen: float, change: bool, whose: str, limits: tuple[float, float]
) -> Diagnostic:
    """Whether the contrast would show a difference with no programme at all, because of how the people were just before their start.

    `expected` is that difference, told from their own past and not from what became of them, `limits` its 95 % range; `seen` is what the
    study found; `p_value` is of none expected.  `change` says that the study tells a change from before to after.  Required: where it
    fails, the contrast cannot tell the programme from people going back to where they usually are; where it holds, it says that none is
    expected that would matter only if the whole range is that small.
    """
    matters = MATERIAL * abs(worthwhile)
    holds = p_value >= DECIDES or abs(expected) < matters
    what = "change" if change else "difference"
    if max(map(abs, limits)) < matters:
        sentence = f"With no programme at all, what {whose} went through before the start lets no {what} be expected that would matter."
    elif p_value >= DECIDES:
        sentence = f"What {whose} went through before the start lets no more {what} be expected with no programme at all than luck explains."
    else:
        sentence = (
            f"With no programme at all, what {whose} went through before the start lets a small {what} be expected, by our best guess less than "
            "a tenth of the effect worth having."
        )
    if not holds:
        (size,) = sizes(abs(expected), unit=unit)
        way = "fall" if expected < 0 else "rise"
        past = "going back to where they were earlier" if change else "as people with the same past went on a while before"
        (found,) = sizes(abs(seen), unit=unit) if isfinite(seen) else ("",)
        beside = f"; the study found a {'fall' if seen < 0 else 'rise'} of {found}" if found else ""
        sentence = (
            f"With no programme at all this comparison would be expected to show a {way} of {size}, {past}{beside}: it cannot tell the programme "
            f"from {whose} having been chosen at their worst, or at their best. "
            "Compare with people who stood as high just before, by a column of the history that holds the last months."
        )
    return Diagnostic(
        name="regression_to_the_mean",
        sentence=sentence,
        value=p_value,
        limit=DECIDES,
        holds=holds,
        source=MEAN_SOURCE,
        detail={"expected without any programme": expected, "seen": seen} if isfinite(seen) else {"expected without any programme": expected},
    )


# ------------------------------------------------------------------------------------------------ surveillance
SEEN_MORE = 0.05  # the chance that watching alike is taken for watching more, whatever number of kinds is looked at
LEAST_SEEN_MORE = 0.25  # times more of a kind that needs an observer: the smallest that must be seen, at 500 an arm; our own choice
WATCH_SOURCE = "detection bias: Petersilia and Turner 1993; Sackett 1979; ratio of rate ratios; level and pairs of kinds are our own rules"


@dataclass(frozen=True, slots=True)
class Watched:
    """How much more a kind that needs an observer rose among the served than one that does not."""

    prone: str  # in words: "arrests"
    free: str
    more: float  # ratio of rate ratios, served over compared
    p_value: float  # one-sided, of no more
    prone_ratio: float  # served over compared
    free_ratio: float


def surveillance(told: Sequence[Watched]) -> Diagnostic:
    """Whether what somebody must see to record rose among the served, beside like things that are recorded whoever looks.

    The smallest p-value is held to SEEN_MORE over how many pairs were looked at (Bonferroni).  Not required: it says in which way an
    answer is wrong, and not by how much.
    """
    first = min(told, key=lambda one: (one.p_value, one.prone))
    limit = SEEN_MORE / len(told)
    holds = first.p_value >= limit
    pair = f"{first.prone} beside {first.free}"
    return Diagnostic(
        name="surveillance",
        sentence=f"What somebody must see to record rose no more among the served than what is recorded whoever looks, but for luck ({pair})."
        if holds
        else f"Among the served there were {first.more:.2f} times as many {first.prone} beside as many {first.free} as among the compared: somebody "
        "who works with them sees, and records, what is not seen of others. Ask about what is recorded whoever looks.",
        value=first.p_value,
        limit=limit,
        holds=holds,
        source=WATCH_SOURCE,
        required=False,
        detail={f"{one.prone} beside {one.free}, served over compared": one.more for one in told},
    )


# ------------------------------------------------------------------------------------------------ informative moves
LEAVING = 0.05  # the chance that leaving alike is taken for leaving by who people are
LEAST_LEAVING = 2.0  # times as likely to leave for each SD of risk in one arm alone, at 1,000 an arm of whom a tenth leave; our own choice
MOVES_SOURCE = "dependent censoring: Robins and Finkelstein 2000; arm by risk in a proportional hazard; the level is our own rule"


def informative_moves(p_value: float, ratio: float, shift: float, *, unit: OutcomeUnit, lost: tuple[int, int]) -> Diagnostic:
    """Whether who leaves before the horizon depends on risk in one arm otherwise than in the other, so that those left are other people.

    `ratio` is by how much one standard deviation of risk multiplies the hazard of leaving among the served, over the same among the
    compared; `shift` is by how much the answer moves where leavers are left out, as far as the risk on record tells; `lost` are how many
    left in all, and how many did not.  Not required: what is on record can be weighed for, and a method that does is right.
    """
    holds = p_value >= LEAVING
    (size,) = sizes(abs(shift), unit=unit)
    way = "down" if shift < 0 else "up"
    return Diagnostic(
        name="informative_moves",
        sentence="Who was lost from sight before the horizon depended on risk no more unlike in the two arms than luck explains."
        if holds
        else "Who was lost from sight before the horizon depended on their risk in one arm otherwise than in the other "
        f"({ratio:.2f} times as much for each standard deviation of risk): those left are other people. Left unweighed, that moves the answer "
        f"{way} by {size}, as far as the record tells risk. Weigh those followed by their chance of being so (`censored`).",
        value=p_value,
        limit=LEAVING,
        holds=holds,
        source=MOVES_SOURCE,
        required=False,
        detail={"ratio of hazard ratios": ratio, "shift": shift},
        behind={"lost": lost},
    )


# ------------------------------------------------------------------------------------------------ linkage
UNLIKE = 0.05  # the chance that linkage alike in both arms is taken for unlike, whatever number of sources is looked at
LEAST_APART = 0.05  # the smallest difference of shares that must be seen, at 1,000 an arm: beyond it differential loss is high (WWC 4.1)
NEARLY_ALL = 0.9  # of the people compared: a source that knows fewer is one that not everybody should be in; our own rule
FEWEST_UNLINKED = 10  # people in both arms together: fewer tell nothing that matters to an answer
LINK_SOURCE = "linkage error by group: Bohensky and others 2010; Harron and others 2017; levels and limits are our own rules"


def linkage_by_arm(apart: Mapping[str, float], p_values: Mapping[str, float], unlinked: Mapping[str, tuple[int, int]], everybody: int) -> Diagnostic:
    """Whether the share of people linked to a source that nearly everybody is in, or that holds the outcome, differs between the arms.

    By source that FEWEST_UNLINKED people or more are missing from: `apart` the share of the served less that of the compared,
    `p_values` of none, `unlinked` how many people of both arms are not linked and are; `everybody` counts the sources that were
    looked at.  The smallest p-value is held to UNLIKE over how many sources were tested (Bonferroni).  Not required.
    """
    limit = UNLIKE / max(len(apart), 1)
    worst = min(apart, key=lambda name: (p_values[name], name), default="")
    p_value = p_values.get(worst, 1.0)
    holds = p_value >= limit
    sentence = (
        "To no source that nearly everybody is in, or that holds the outcome, are the arms linked more unlike than luck explains "
        f"({everybody} looked at)."
    )
    if not holds:
        sentence = (
            f"{'Fewer' if apart[worst] < 0 else 'More'} of the served than of the compared are linked to the source '{worst}', by "
            f"{100 * abs(apart[worst]):.1f} points: what it records is missing of one arm more than of the other. Look at how each arm's "
            "identifiers were collected."
        )
    return Diagnostic(
        name="linkage_by_arm",
        sentence=sentence,
        value=p_value,
        limit=limit,
        holds=holds,
        source=LINK_SOURCE,
        required=False,
        detail=dict(apart),
        behind=dict(unlinked),
    )
