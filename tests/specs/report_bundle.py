"""Released findings made by hand, for the tests of the report: an experiment of 432 men, and what may be wrong with it."""

from __future__ import annotations

from datetime import date

from evaluation.findings import Released, judge, release
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Assigned,
    By,
    CohortPlan,
    Diagnostic,
    Estimand,
    Estimate,
    Horizon,
    Interval,
    LedgerLine,
    Problem,
    Provenance,
    Question,
    Role,
    Starts,
    Study,
)

TITLE = {"en": "Financial aid on release", "es": "Ayuda económica al salir"}
PROVENANCE = Provenance(study="5d" * 32, records="a7" * 32, version="0.1.0+0123456789ab")
HOSTILE = {
    "markup": '<b onmouseover="alert(1)">bold</b><script>alert(1)</script>',
    "attribute": "\"' onload='alert(1)' x=\"",
    "template": "{{ 7 * 7 }}{% raw %}{page.title}%s",
    "formula": '=HYPERLINK("evil";"click")',
    "mathtext": r"$\frac{1}{0}$ costs $5",
    "entity": "&lt;script&gt; &amp; &#x3C;b&#x3E;",
    "bidi": "Jail \u202egninnel\u202c\u2066x\u2069\u200f end",
    "control": "one\x00two\x1bthree\nfour\u2028five",
    "comment": "--><!-- ]]> </style></svg></title>",
}


def answer(
    outcome: str = "recidivism/arrest",
    *,
    role: Role = "headline",
    arms: tuple[Arm, Arm] = (Arm(216, 48, 48 / 216), Arm(216, 66, 66 / 216)),
    effect: float = -18 / 216,
    low: float = -0.1655,
    high: float = -0.0012,
    worthwhile: float = -0.05,
    by: By = "lot",
    history: dict[str, float] | None = None,
    rule: str = "assigned: exactly one arm on record",
    formula: str = "HC2, Welch-Satterthwaite",
    not_followed: int = 0,
) -> Answer:
    """The answer to one question about the experiment."""
    alike = Diagnostic(
        "lot_looks_like_a_lot",
        "As alike as a lot makes them.",
        0.83,
        0.001,
        True,
        "Hansen and Bowers 2008",
        detail=history or {"prior_convictions": -0.1123},
        behind=dict.fromkeys(history or ("prior_convictions",), (150, 66, 142, 74)),
    )
    enough = Diagnostic("detectable_effect", "The smallest effect that could be seen.", 0.12, 0.05, False, "Bloom 1995", required=False)
    estimate = Estimate(
        Estimand("average_effect", "difference in risk by 364 days", "everybody whom the lot covered", "offered at the start, against not offered"),
        effect,
        0.0418,
        Interval(low, high, formula),
        0.047,
        *arms,
        beside=(Interval(low + 0.001, high - 0.0005, "Newcombe 1998"),),
    )
    left = arms[0].people + arms[1].people + not_followed
    ledger = (LedgerLine("an event starts the clock", 0, left + 20), LedgerLine(rule, 20, left))
    question = Question(outcome, Horizon(days=364), "randomized", worthwhile, role=role)
    return Answer(question, OUTCOMES[outcome], ledger, PROVENANCE, "built", estimate, (alike, enough), by=by)


def unanswered(reason: str = "Nobody was assigned to one arm.") -> Answer:
    """The answer to a question that could not be answered."""
    whole = answer()
    return Answer(whole.question, whole.outcome, (), PROVENANCE, "built", refused=(Problem("cohort main", reason),), by="lot")


def few() -> Answer:
    """The answer where too few people had the event to show a number."""
    return answer(arms=(Arm(216, 6, 6 / 216), Arm(216, 30, 30 / 216)), effect=-24 / 216, low=-0.16, high=-0.05)


def second() -> Answer:
    """The answer to a further question about the same men."""
    arms = (Arm(216, None, 21.4, some=80, closest=2.5), Arm(216, None, 24.1, some=91, closest=2.1))
    return answer("custody_days/recorded", role="secondary", arms=arms, effect=-2.7, low=-9.3125, high=3.9, worthwhile=-5.0)


def released(*answers: Answer, title: dict[str, str] | None = None) -> Released:
    """What may leave of these answers."""
    return release([judge(one, None, title=title or TITLE, languages=("en", "es")) for one in answers])


def study(
    *answers: Answer, title: dict[str, str] | None = None, county: str = "san_joaquin", source: str = "Rossi, Berk and Lenihan (1980)"
) -> Study:
    """The study that asks these questions."""
    plan = CohortPlan((date(1972, 1, 3), date(1972, 1, 3)), "eligibility", Starts(("release",)), assigned=Assigned("lot", "lot:aid", "lot:no_aid"))
    questions = tuple(one.question for one in answers)
    return Study(title or TITLE, county, "financial_aid", {"main": plan}, questions, source=source, digest=PROVENANCE.study)
