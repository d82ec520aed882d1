"""Answers of a matched comparison made by hand: 400 people served, the day each was served, and people like them not yet served."""

from __future__ import annotations

from datetime import date

from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Assigned,
    By,
    CohortPlan,
    Compared,
    Diagnostic,
    Estimand,
    Estimate,
    Horizon,
    Interval,
    LedgerLine,
    Matching,
    Provenance,
    Question,
    Role,
    Served,
    Starts,
    Weighed,
)

PROVENANCE = Provenance(study="5d" * 32, records="a7" * 32, version="0.1.0+0123456789ab")
SERVED = Arm(380, 90, 0.24, weighed=Weighed(380, 280, 90.0))
COMPARED = Arm(340, 110, 0.33, weighed=Weighed(380, 220, 70.0))  # 40 of the 380 places are filled by somebody who fills another
AMOUNTS = (
    Arm(380, None, 21.4, some=90, closest=3.0, weighed=Weighed(380, 290, 90.0)),
    Arm(340, None, 24.1, some=110, closest=3.0, weighed=Weighed(380, 240, 80.0)),
)
ALIKE = (200, 180, 190, 150)  # people of each arm, served first: with a column's commonest value, and others
HISTORY = {"prior_arrests": (0.31, 0.04), "shelter_nights": (-0.12, -0.02)}


def conditions(
    *,
    matched: tuple[int, int] = (400, 380),
    small: tuple[int, int] = (0, 400),
    later: tuple[int, int] | None = (60, 280),
    history: dict[str, tuple[float, float]] | None = None,
    alike: tuple[int, int, int, int] = ALIKE,
    worst: float | None = None,
) -> tuple[Diagnostic, ...]:
    """What was looked at, under the names that the method gives it; `matched` is how many were served, and how many of them matched."""
    apart = HISTORY if history is None else history
    before, after = ({name: pair[which] for name, pair in apart.items()} for which in (0, 1))
    largest = max(map(abs, after.values()), default=0.0) if worst is None else worst
    served, found = matched
    behind = dict.fromkeys(apart, alike)
    made = [
        Diagnostic("served_matched", "Found.", found / served, 0.5, True, "ours", False, {"served": float(served), "matched": float(found)}),
        Diagnostic("small_pools", "Pools.", small[0] / sum(small), 0.1, small[0] <= 0.1 * sum(small), "ours", False, {}, {"small": small}),
        Diagnostic("reuse_of_people", "Fill.", 300.0, 20.0, True, "Kish 1965", detail={"most used": 4.0}),
        Diagnostic("balance_before_matching", "Before.", 0.31, None, True, "before", False, before, behind),
        Diagnostic("balance_after_matching", "After.", largest, 0.25, largest <= 0.25, "WWC", True, after, behind),
        Diagnostic("closely_alike", "Closely.", largest, 0.1, largest <= 0.1, "Austin 2009", False),
        Diagnostic("losses", "Lost.", 0.7, 0.1, True, "ours", detail={"compared, lost": 0.2}, behind={"compared, lost": (60, 280)}),
    ]
    if later:
        share = later[0] / sum(later)
        made.append(Diagnostic("later_service", "Later.", share, None, True, "Li, Propert and Rosenbaum 2001", False, {}, {"compared": later}))
    return tuple(made)


def matched_answer(
    outcome: str = "recidivism/arrest",
    *,
    by: By = "service",
    days: int = 364,
    arms: tuple[Arm, Arm] = (SERVED, COMPARED),
    low: float = -0.15,
    high: float = -0.03,
    worthwhile: float = -0.05,
    lost: tuple[int, ...] = (0, 30),
    not_compared: int | None = None,
    diagnostics: tuple[Diagnostic, ...] | None = None,
    role: Role = "headline",
    cohort: str = "main",
    population: str = "the 380 of 400 served who could be matched",
    compare: Matching | None = None,
) -> Answer:
    """The answer to one question; the ledger's last line counts those served, or with an offer everybody who might be compared."""
    rows = [arm.weighed.rows for arm in arms if arm.weighed]
    left_out = not_compared if not_compared is not None else 20
    left = (rows[0] if by == "service" else sum(rows)) + left_out
    ledger = tuple(LedgerLine(f"rule {line}", lost[line], left + sum(lost[line + 1 :])) for line in range(len(lost)))
    plans = "served now rather than not yet" if by == "service" else "offered, against not offered"
    estimate = Estimate(
        Estimand("effect_on_the_served", f"difference in risk by {days} days", population, plans),
        effect=(low + high) / 2,
        std_error=(high - low) / 4,
        interval=Interval(low, high, "two-way cluster-robust by set and person"),
        p_value=0.01,
        served=arms[0],
        compared=arms[1],
    )
    question = Question(outcome, Horizon(days=days), "matched", worthwhile, cohort, "effect_on_the_served", compare, role)
    told = conditions() if diagnostics is None else diagnostics
    return Answer(question, OUTCOMES[outcome], ledger, PROVENANCE, "built", estimate, told, by=by)


def plan(by: By = "service", **more: object) -> CohortPlan:
    """The cohort that such an answer is of."""
    years = (date(2019, 1, 1), date(2020, 12, 31))
    if by == "offer":
        return CohortPlan(years, "eligibility", Starts(("release",)), assigned=Assigned("offer", "offer:aid", "no_offer:aid"), exact=("area",))
    starts = more.pop("starts", Starts(spell=("supervision",)))
    served = Served("aid", within_days=None if isinstance(starts, Starts) and starts.rule == "spell" else 30)
    return CohortPlan(years, "service", starts, served=served, compared=Compared(draw=50), exact=("sex", "area"), **more)  # type: ignore[arg-type]  # a test's own words
