"""Twenty contrasts as Answers, made by hand from what a report of each would say; graded by hand in test_grading_by_hand.py."""

from __future__ import annotations

from dataclasses import replace

from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    By,
    Challenge,
    Diagnostic,
    Estimand,
    EstimandName,
    Estimate,
    EstimatorName,
    Horizon,
    Interval,
    LedgerLine,
    Provenance,
    Question,
    Tried,
)

PROVENANCE = Provenance(study="5d" * 32, records="a7" * 32, version="0.1.0+0123456789ab")
LIKE = (200, 100, 200, 100)  # of each arm, served first: with a column's commonest value, and with another
BETTER, WORSE, UNCLEAR, NOTHING = (-0.15, -0.03), (0.03, 0.15), (-0.10, 0.06), (-0.02, 0.02)


def contrast(
    method: str,
    by: By,
    *diagnostics: Diagnostic,
    estimator: EstimatorName = "difference",
    estimand: EstimandName = "average_effect",
    limits: tuple[float, float] = BETTER,
    months: int = 12,
    areas: tuple[int, int] | None = None,
    worthwhile: float = -0.05,
) -> Answer:
    """A contrast of 300 people a side, or of `areas`; a share of people rearrested, of which fewer is better."""
    low, high = limits
    arms = [Arm(300, None if areas else 90, 0.3, areas=areas[side] if areas else None) for side in (0, 1)]
    estimate = Estimate(
        Estimand(estimand, f"difference in risk by {months} months", "those studied", "offered, against not offered"),
        (low + high) / 2,
        (high - low) / 4,
        Interval(low, high, "by hand"),
        0.01,
        *arms,
    )
    question = Question("recidivism/arrest", Horizon(months=months), method, worthwhile, estimand=estimand, estimator=estimator)
    ledger = (LedgerLine("an event starts the clock", 0, 600),)
    return Answer(question, OUTCOMES["recidivism/arrest"], ledger, PROVENANCE, "built", estimate, diagnostics, by=by)


def drawn(holds: bool = True, **apart: float) -> Diagnostic:
    """The lot looks like a lot, or does not; differences by covariate."""
    behind = dict.fromkeys(apart, LIKE)
    return Diagnostic("lot_looks_like_a_lot", "Alike.", 0.5 if holds else 0.0001, 0.001, holds, "Hansen and Bowers 2008", True, apart, behind)


def lost(served: float, compared: float) -> Diagnostic:
    """Attrition of two arms of one size, in per cent; its limit is that of the cautious boundary, judged elsewhere."""
    detail = {"overall, per cent": (served + compared) / 2, "served, per cent": served, "compared, per cent": compared}
    return Diagnostic("attrition", "Lost.", abs(served - compared), None, True, "WWC", True, detail)


def alike(**apart: float) -> Diagnostic:
    """Differences after matching, by covariate, as they are told to a reader of a study that did not refuse itself."""
    largest = max(map(abs, apart.values()))
    behind = dict.fromkeys(apart, LIKE)
    return Diagnostic("balance_after_matching", "After.", largest, None, True, "WWC", True, apart, behind)


def check(name: str, holds: bool = True, *, required: bool = False) -> Diagnostic:
    """A condition that was judged."""
    return Diagnostic(name, "Seen.", 0.0, 1.0, holds, "by hand", required)


def seen(name: str) -> Diagnostic:
    """Something that was looked at and is only shown."""
    return Diagnostic(name, "Seen.", 1.0, None, True, "by hand", False)


def challenged(name: str, holds: bool = True) -> Challenge:
    """A challenge that was made, and held or did not; its range lies within what is worth having."""
    return Challenge(name, name, "Made.", (check(name, holds),), (Tried(name, 0.0, -0.03, 0.03),))


def unmade(name: str) -> Challenge:
    """A challenge that could not be made."""
    nothing = float("nan")
    return Challenge(name, name, "Could not be asked.", (), (Tried(name, nothing, nothing, nothing, why_not="none on record"),))


TRIED = (challenged("placebo_start"), challenged("negative_controls"))
CUT = (check("density_at_the_cutoff"), check("history_at_the_cutoff"))

CONTRASTS: dict[str, Answer] = {
    "1 lot, 4 % and 5 % lost": contrast("randomized", "lot", drawn(age=0.02), lost(4, 5)),
    "2 lot, 30 % and 40 % lost, left alike": contrast("randomized", "lot", drawn(age=0.03), lost(30, 40)),
    "3 lot, 30 % and 40 % lost, .12 apart": contrast("randomized", "lot", drawn(age=0.12), lost(30, 40)),
    "4 the same, adjusted": contrast("mean", "lot", drawn(age=0.12), lost(30, 40), estimator="regression"),
    "5 lot that did not fall as one, .31 apart": contrast("randomized", "lot", drawn(False, age=0.31), lost(2, 2)),
    "6 lot, losses unknown, left alike": contrast("survival", "lot", drawn(age=0.01)),
    "7 lot of two counties, one a side": contrast("did", "lot", lost(0, 0), areas=(1, 1)),
    "8 those who came because of a lot": contrast("threshold", "lot", drawn(age=0.01), lost(3, 3), estimand="complier_effect"),
    "9 matched within .04": contrast("matched", "service", alike(age=0.04, priors=-0.03)),
    "10 matched, .15 apart, means compared": contrast("matched", "service", alike(age=0.15, priors=-0.03)),
    "11 the same, by regression": contrast("matched", "service", alike(age=0.15, priors=-0.03), estimator="doubly_robust"),
    "12 matched, .31 apart, by regression": contrast("matched", "service", alike(age=0.31), estimator="regression"),
    "13 matched, the outcome before looked at": contrast("survival", "service", alike(age=0.01), check("placebo_window")),
    "14 two groups as they are": contrast("mean", "offer"),
    "15 a cut-off, sound": contrast("threshold", "score", *CUT, lost(2, 3), estimator="local_linear", estimand="effect_at_the_cutoff"),
    "16 a cut-off that people heap at": contrast(
        "threshold", "score", check("density_at_the_cutoff", False), check("history_at_the_cutoff"), lost(2, 3), estimator="local_linear"
    ),
    "17 roll-out over 20 counties": contrast("did", "adoption", check("path_before_adoption"), estimator="group_time", areas=(9, 11)),
    "18 one county and its synthetic self": contrast(
        "series", "adoption", check("fit_before"), check("placebo_in_time"), estimator="synthetic_control", areas=(1, 40)
    ),
    "19 those served, before and after": contrast("did", "service", estimator="before_after", estimand="change"),
    "20 one county's own line": contrast("series", "adoption", estimator="interrupted", areas=(1, 0)),
}


def with_limits(which: str, limits: tuple[float, float]) -> Answer:
    """The contrast of that name with another range."""
    answer = CONTRASTS[which]
    assert answer.estimate is not None
    return replace(answer, estimate=replace(answer.estimate, interval=Interval(*limits, "by hand")))
