"""Random findings from a seed: of every method, unit, manner and verdict, with conditions and challenges that hold or do not.

`random_finding(seed, number)` is the same finding wherever and whenever it is made, whatever other findings are made beside it.  Its
answer is drawn and then judged by the rule that judges every answer: no verdict, licence or sentence is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from evaluation.findings import judge
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Challenge,
    Diagnostic,
    Economics,
    Estimand,
    Estimate,
    Finding,
    Horizon,
    Interval,
    LedgerLine,
    Matching,
    Measure,
    Money,
    Other,
    Problem,
    Provenance,
    Question,
    Target,
    Weighed,
    Worth,
    unit_of,
)

TITLES = (
    {"en": "Financial aid on release", "es": "Ayuda económica al salir"},
    {"en": "Navigation to housing", "es": "Acompañamiento hacia la vivienda"},
    {"en": "Mobile crisis team", "es": "Equipo móvil de crisis"},
    {"en": "Pretrial text reminders", "es": "Recordatorios por mensaje antes del juicio"},
    {"en": "Enhanced care management", "es": "Gestión intensiva de la atención"},
)
PEOPLE = ("recidivism/arrest", "return_to_homelessness/hud_spm2_adapted", "exit_to_permanent_housing/recorded", "emergency_visits/recorded")
STATES = ("housed/recorded", "employment/last_quarter", "retained/open_on_last_day")
DAYS = ("custody_days/recorded", "shelter_nights/recorded", "assisted_housing_days/recorded", "inpatient_days/recorded")
DOLLARS = ("earnings/wages", "benefit_dollars/reliance", "cost_per_client/recorded")
COUNTS = ("emergency_visits/number", "quarters_employed/any_wages", "contacts/recorded")
RATES, BARE = ("homicides/ucr", "foster_entry_rate/ccwip"), ("black_men_in_prison/recorded",)
PRICED = ("cost_per_client/priced",)
OF_PEOPLE = (*PEOPLE, *STATES, *DAYS, *DOLLARS, *COUNTS)
# about what an effect of each unit may be; of a rate, events a person
SCALES = {"people": 0.2, "events": 0.6, "days": 40.0, "dollars": 3000.0, "rate": 4e-5, "count": 3.0}
WORTHWHILE = (0.05, 0.2, 0.5)  # of that scale
AIMS = (*("better", "worse", "nothing that matters", "cannot tell") * 3, "refused", "failed")
PERIODS = ("month", "quarter", "year", "91 days")
WAYS = ("matching", "optimal", "full", "exact", "inverse_probability", "entropy_balancing")
FLAGS = ("detectable_effect", "reporting_lag", "estimators_agree", "closely_alike", "worst_case_bounds", "honest_bounds")
DECIDING = ("sparse_events", "arms_large_enough", "path_before_adoption", "competing_ends")
REFUSALS = (
    Problem("question", "The records end before the last person was followed to the end.", "Ask a shorter horizon."),
    Problem("question", "Nobody can be compared on 3 of the days.", "", "Widen the caliper."),
)


@dataclass(frozen=True)
class Shape:
    """One way in which a question can be asked: what a method needs for it, and of which outcomes."""

    method: str
    by: str
    estimand: str
    outcomes: tuple[str, ...]
    estimator: str = "difference"
    measures: tuple[Measure, ...] = ("risk",)
    more: dict[str, Any] = field(default_factory=dict)


SERVED, EVERYBODY = "effect_on_the_served", "average_effect"
WHOSE = (SERVED, "effect_on_the_compared", EVERYBODY, "effect_in_the_overlap", "effect_on_the_matchable")
TIMES: tuple[Measure, ...] = ("risk", "time_free", "time_lost", "number")
SHAPES: tuple[Shape, ...] = (
    Shape("randomized", "lot", EVERYBODY, OF_PEOPLE),
    Shape("randomized", "lot", SERVED, OF_PEOPLE),
    *(Shape("matched", by, whose, OF_PEOPLE) for by in ("offer", "service") for whose in WHOSE),
    *(Shape("survival", by, SERVED, PEOPLE, measures=TIMES) for by in ("offer", "service")),
    Shape("survival", "lot", EVERYBODY, PEOPLE, measures=TIMES),
    Shape("survival", "strategy", EVERYBODY, PEOPLE, measures=("risk", "time_free", "time_lost")),
    *(Shape("did", by, SERVED, OF_PEOPLE) for by in ("offer", "service")),
    *(Shape("did", "adoption", SERVED, (*PEOPLE, *DAYS, *DOLLARS), how, ("number",)) for how in ("group_time", "two_way")),
    *(Shape("did", "adoption", SERVED, (*RATES, *BARE), how) for how in ("group_time", "imputation")),
    Shape("did", "adoption", SERVED, (*PEOPLE, *DAYS), "before_after", ("number",)),
    Shape("did", "adoption", SERVED, (*RATES, *BARE), "before_after"),
    *(
        Shape("series", "adoption", SERVED, (*RATES, *BARE, *DAYS), how)
        for how in ("interrupted", "comparative_interrupted", "synthetic_control", "synthetic_did")
    ),
    Shape("threshold", "score", "effect_at_the_cutoff", (*PEOPLE, *STATES, *DAYS, *DOLLARS), "local_linear"),
    Shape("threshold", "score", "complier_effect_at_the_cutoff", (*PEOPLE, *STATES, *DAYS), "two_stage"),
    Shape("threshold", "lot", "complier_effect", (*PEOPLE, *STATES, *DAYS), "two_stage"),
    *(Shape("mean", by, SERVED, (*DOLLARS, *PRICED)) for by in ("offer", "service")),
    Shape("mean", "lot", EVERYBODY, (*DOLLARS, *PRICED)),
    *(Shape("monitor", "adoption", "change", (*RATES, *BARE), how) for how in ("trend", "target", "disparity")),
)


def random_findings(many: int, seed: int = 9) -> Iterator[Finding]:
    """So many findings, each shape of question in turn."""
    return (random_finding(seed, number) for number in range(many))


def random_finding(seed: int, number: int) -> Finding:
    """One finding in both languages; `number` also chooses its shape, so that so many in a row as there are shapes hold each once."""
    draw = Random(f"{seed}/{number}")
    answer = random_answer(draw, SHAPES[number % len(SHAPES)])
    return judge(answer, _challenges(draw), title=draw.choice(TITLES), languages=("en", "es"), again=draw.random() < 0.2)


def random_answer(draw: Random, shape: Shape) -> Answer:
    """An answer of a shape, aimed at one of the verdicts; the judge has the last word."""
    outcome = OUTCOMES[draw.choice(shape.outcomes)]
    aim = draw.choice(AIMS)
    question = _question(draw, shape, outcome.name)
    unit = unit_of(outcome, question.measure)
    worthwhile = question.worthwhile / question.so_many
    towards = -1.0 if worthwhile < 0 else 1.0
    numbers = _numbers(draw, aim, SCALES[unit], abs(worthwhile), towards)
    conditions = _conditions(draw, aim, question, shape)
    estimate = None if aim == "refused" else _estimate(draw, shape, question, numbers)
    return Answer(
        question,
        outcome,
        (LedgerLine("everybody who starts", draw.randint(0, 90), draw.randint(300, 5000)),),
        Provenance(f"{draw.getrandbits(256):064x}", f"{draw.getrandbits(256):064x}", "0.1.0+0123456789ab"),
        draw.choice(("built", "built", "taken on trust")),
        estimate,
        conditions,
        (draw.choice(REFUSALS),) if aim == "refused" else (),
        shape.by,  # type: ignore[arg-type]  # one of By
        "area" if outcome.table == "area" else "person",
    )


def _question(draw: Random, shape: Shape, outcome: str) -> Question:
    measure: Measure = draw.choice(shape.measures) if OUTCOMES[outcome].kind == "mark" else "risk"
    area = OUTCOMES[outcome].table == "area"
    per = 100_000 if OUTCOMES[outcome].kind == "rate" and area else 1
    unit = unit_of(OUTCOMES[outcome], measure)
    sign = 1 if (OUTCOMES[outcome].better == "more") != (measure == "time_free") else -1
    worthwhile = sign * SCALES[unit] * draw.choice(WORTHWHILE) * per
    horizon = Horizon(months=draw.choice((12, 24, 60))) if shape.by == "adoption" else Horizon(days=draw.choice((90, 182, 364, 365, 730)))
    more: dict[str, Any] = {"estimand": shape.estimand, "estimator": shape.estimator, "measure": measure, "per": per}
    if shape.method == "matched":
        more["compare"] = Matching(by=draw.choice(WAYS), ratio=draw.choice((1, 3)))  # type: ignore[arg-type]  # one of CompareBy
    if outcome in PRICED:
        more["money"] = Money(2024, book="bayview_2024", basis=draw.choice(("average", "long_run_marginal")))
    if shape.estimator == "target":
        more["target"] = Target(draw.choice((-0.1, -0.035, 0.05)), date(2019, 1, 1))
    return Question(outcome, horizon, shape.method, worthwhile, **more)


def _numbers(draw: Random, aim: str, scale: float, worthwhile: float, towards: float) -> tuple[float, float, float]:
    """An effect with its range, of a person: the range lies where the aim would have it."""
    half = scale * draw.uniform(0.05, 0.8)
    effect = scale * draw.uniform(-1, 1)
    if aim in ("better", "worse"):
        effect = (towards if aim == "better" else -towards) * half * draw.uniform(1.01, 3)
    elif aim == "nothing that matters":
        half = worthwhile * draw.uniform(0.05, 0.6)
        effect = (worthwhile - half) * draw.uniform(-0.99, 0.99)
    elif aim == "cannot tell":
        half = max(half, 1.05 * worthwhile)
        effect = half * draw.uniform(-0.95, 0.95)
    return effect, effect - half, effect + half


def _estimate(draw: Random, shape: Shape, question: Question, numbers: tuple[float, float, float]) -> Estimate:
    effect, low, high = (one * question.so_many for one in numbers)
    inner = [Interval(low + (effect - low) * draw.uniform(-0.3, 0.3), high, "another formula")] if draw.random() < 0.25 else []
    none = draw.random() < 0.04
    grace = "enrolled within 30 days, against never" if shape.by == "strategy" else "served, against not"
    arm = Arm(draw.randint(200, 4000), None, 0.0, weighed=Weighed(500, 300, 200.0), areas=draw.choice((1, 5)) if shape.by == "adoption" else None)
    others = [Other("place 4", effect, None)] if shape.estimator == "disparity" else []
    if shape.by == "adoption" and shape.estimator not in ("disparity", "trend", "target") and draw.random() < 0.3:
        others.append(Other("another", effect * draw.uniform(0.2, 1.8), Interval(low * 1.1 - abs(effect) / 2, high * 1.1 + abs(effect) / 2, "x")))
    return Estimate(
        Estimand(shape.estimand, "a difference", "everybody whom it is about", grace),
        effect,
        (high - low) / 4,
        Interval(float("-inf"), float("inf"), "too little to go by") if none else Interval(low, high, "robust"),
        0.5,
        arm,
        arm,
        tuple(inner),
        others=tuple(others),
        periods=draw.choice(PERIODS) if shape.by == "adoption" else "",
        economics=_economics(draw) if question.money else None,
        diagnostics=(_target(draw, question),) if question.target else (),
    )


def _target(draw: Random, question: Question) -> Diagnostic:
    """What became of a target, in the unit of the question: its gap, with a range on whichever side."""
    level, gap, half = 6e-5 * question.so_many, draw.uniform(-2e-5, 2e-5) * question.so_many, draw.uniform(0, 1e-5) * question.so_many
    fewer = question.target is not None and question.target.each_year < 0
    reached = 1.0 if (gap + half < 0 if fewer else gap - half > 0) else -1.0 if (gap - half > 0 if fewer else gap + half < 0) else 0.0
    detail = {"reached": reached, "gap, low": gap - half, "gap, high": gap + half, "target": level}
    return Diagnostic("target_reached", "Held.", gap, 0.0, reached == 1.0, "the design", False, detail)


def _economics(draw: Random) -> Economics:
    ratio = draw.choice((None, draw.uniform(20, 40_000)))
    limits = Interval((ratio or 0) * 0.6, (ratio or 0) * 1.9, "Fieller 1954")
    days, gain, enough = OUTCOMES["custody_days/recorded"], Interval(1, 7, "x"), draw.choice((None, 90.0))
    worth = Worth(days.name, days.better, 4.0, gain, ratio, limits, limits, {}, (), (), enough=enough, unit=days.unit, event=days.event)
    return Economics(2024, "average", "county", 0.03, worth=worth)


def _conditions(draw: Random, aim: str, question: Question, shape: Shape) -> tuple[Diagnostic, ...]:
    """What was looked at: a deciding one that fails where that is the aim, and flags of which some fail."""
    made = [Diagnostic(name, "Looked at.", 0.3, 0.2, draw.random() < 0.8, "somebody", False) for name in draw.sample(FLAGS, draw.randint(0, 3))]
    made.append(Diagnostic(draw.choice(DECIDING), "Looked at.", 0.3, 0.2, aim != "failed", "somebody"))
    if shape.by == "lot" and draw.random() < 0.8:
        lost = draw.uniform(1, 12)
        detail = {"overall, per cent": lost, "served, per cent": lost - 0.5, "compared, per cent": lost + 0.5}
        made.append(Diagnostic("attrition", "Lost.", 1.0, 6.0, True, "WWC 5.0", True, detail))
    if shape.by in ("offer", "service") and draw.random() < 0.6:
        apart = {"prior_arrests": draw.uniform(-0.2, 0.2), "shelter_nights": draw.uniform(-0.2, 0.2)}
        made.append(Diagnostic("balance_after_matching", "After.", 0.1, 0.25, True, "WWC", True, apart))
        kept, n = sorted((draw.randint(300, 900), draw.randint(300, 900)))
        made.append(Diagnostic("served_matched", "Found.", 0.9, 0.5, True, "ours", False, {"served": float(n), "matched": float(kept)}))
    if shape.by in ("offer", "service") and draw.random() < 0.3:
        sign = draw.choice((-1.0, 1.0))
        made.append(Diagnostic("placebo_window", "Before.", 0.01, 0.05, False, "ours", False, {"before the history": sign}))
    return tuple(made)


def _challenges(draw: Random) -> tuple[Challenge, ...]:
    """None at all, one that holds, or two of which one may fail."""
    held = Challenge("placebo_start", "the first day, a year earlier", "It held.", (Diagnostic("placebo_start", "", 0.4, 0.05, True, "ours"),))
    failed = Diagnostic("negative_controls", "Something was found.", 0.01, 0.05, False, "ours", False)
    more = Challenge("negative_controls", "the outcome", "It did not hold.", (failed,))
    return draw.choice(((), (held,), (held,), (held, more)))
