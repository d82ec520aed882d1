"""Whether the end of the records is as full as what lies before it: what is recorded late looks like what never happened."""

from __future__ import annotations

from scipy.special import bdtr

from ..terms import Diagnostic
from .wording import tellable

SPAN = 90  # days: the last of the records, and as many before them
LEAST_RECORDED = 0.8  # of what was recorded in as many days before: our own rule, wider than seasons and trends are in most counties
RAREST = 0.001  # a fall below the limit that luck makes more often than this is not told from none


def reporting_lag(before: int | None, last: int | None) -> Diagnostic:
    """Whether fewer events were recorded in the last 90 days that a source calls complete than in the 90 days before, beyond luck.

    `before` and `last` are how many of the outcome's events the records hold in each, of everybody on record and whatever arm; None where
    the answer reads none of the last days, or where the records do not reach so far back.  A source that is later than it says gives risks
    that are too low, more so of those who started last.  Not required: a fall can be real, and its cause is for people to say.

    The share of the events that lie in the last days is binomial, if they come one by one (a Poisson process); the test is exact and
    one-sided, of a rate at least `LEAST_RECORDED` times that before.
    """
    counts = (before, last) if before and last is not None else None
    ratio = counts[1] / counts[0] if counts else 1.0
    p = float(bdtr(counts[1], sum(counts), LEAST_RECORDED / (1 + LEAST_RECORDED))) if counts else 1.0
    holds = ratio >= LEAST_RECORDED or p >= RAREST
    return Diagnostic(
        name="reporting_lag",
        sentence=_said(counts, holds=holds),
        value=ratio,
        limit=LEAST_RECORDED,
        holds=holds,
        source="exact comparison of two Poisson counts (Przyborowski and Wilenski 1940); span and limits are rules of this project",
        required=False,
        behind={"events": counts} if counts else {},
    )


def _said(counts: tuple[int, int] | None, *, holds: bool) -> str:
    if counts is None:
        return f"The answer reads nothing of the last {SPAN} days of the records, or too little lies before these to tell whether they are complete."
    if holds:
        return f"In the last {SPAN} days of the records events are about as frequent as in the {SPAN} days before, as far as luck allows to tell."
    fewer = f"{100 * (1 - counts[1] / counts[0]):.0f} % fewer" if tellable(*counts) else "far fewer"
    return f"In the last {SPAN} days of the records there are {fewer} events than in the {SPAN} days before: the source may be later than it says."
