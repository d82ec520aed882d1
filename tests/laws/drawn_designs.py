"""Draws designs that are in order, and writes them down in any layout that means the same."""

from __future__ import annotations

import json
from dataclasses import is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from evaluation.methods import METHODS, Method
from evaluation.methods.matched.ways import WAYS
from evaluation.outcomes import OUTCOMES
from evaluation.records.contract import RESERVED
from evaluation.study.words import fields_of
from evaluation.terms import (
    Assigned,
    Caliper,
    Censored,
    CohortPlan,
    Compared,
    HistoryColumn,
    Horizon,
    Inference,
    Matching,
    Outcome,
    Question,
    ReleasePlan,
    Served,
    Starts,
    Study,
    TakeUp,
)

LOOKBACK, FIRST, LAST = 3650, date(1960, 1, 1), date(2030, 1, 1)
OF_PEOPLE = (
    "randomized",
    "matched",
    "survival",
)  # the words of methods for places, cut-offs and costs hang on a panel, a score or a book, and have tests of their own
RULES = ("event", "spell_end", "spell", "referral", "enrolment", "list", "dates")
label = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), min_size=1, max_size=20).filter(str.strip)
slug = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
labels = st.lists(label, min_size=1, max_size=3, unique=True).map(tuple)
groups = st.lists(st.sampled_from(["area", "sex", "language"]), max_size=2, unique=True).map(tuple)
horizons = st.integers(20, 3000).map(lambda days: Horizon(days=days)) | st.integers(1, 120).map(lambda months: Horizon(months=months))
quarters = st.integers(1, 40).map(lambda number: Horizon(months=3 * number))
takeups = st.builds(TakeUp, enrolment=label.map(lambda text: f"taken {text}"), within_days=st.integers(0, 400))


@st.composite
def starts(draw: st.DrawFn, rule: str, between: tuple[date, date]) -> Starts:
    which = draw(st.sampled_from(["first", "every"]))
    days = draw(st.lists(st.dates(*between), min_size=1, max_size=3, unique=True).map(sorted).map(tuple))
    if rule == "dates":
        return Starts(dates=days, which=which if len(days) == 1 else "every")
    if rule == "list":
        return Starts(list=draw(label), on=draw(st.sampled_from([(), days])), which=which)
    return Starts(**{rule: draw(labels), "which": which})


@st.composite
def assignments(draw: st.DrawFn, by: str) -> Assigned:
    blocks = draw(groups) if by == "lot" else ()
    return Assigned(
        by=by,  # type: ignore[arg-type]  # drawn
        offered=f"offered {draw(label)}",
        withheld=f"withheld {draw(label)}",
        days_before=draw(st.integers(0, 31)),
        blocks=blocks,
        taken_up=draw(st.none() | takeups),
    )


@st.composite
def plans(draw: st.DrawFn, by: str) -> CohortPlan:
    first = draw(st.dates(FIRST, LAST))
    between = (first, first + timedelta(draw(st.integers(0, 3000))))
    rule = draw(st.sampled_from([rule for rule in RULES if by == "service" or rule != "spell"]))
    everybody = draw(st.booleans()) and rule == "enrolment"  # with the clock of service: whoever enrols, from whatever day
    starting, served = draw(starts(rule, between)), Served(f"served {draw(label)}", draw(st.integers(0, 400)) if rule != "spell" else None)
    if by == "service" and everybody:
        starting, served = Starts(enrolment=(served.enrolment,), which=starting.which), Served(served.enrolment)
    outside = draw(st.just(()) | labels.map(lambda kinds: tuple(f"outside {kind}" for kind in kinds)))
    observed = draw(st.sampled_from(["coverage", "activity"]))
    if by == "service" and (everybody or rule == "dates") and observed == "coverage" and not outside:
        outside = ("custody",)  # or people who could not have come would be compared
    compared = Compared(draw=draw(st.integers(1, 100)), later_served=draw(st.sampled_from(["censor", "keep"])), seed=draw(st.integers(0, 9)))
    return CohortPlan(
        starts=starting,
        between=between,
        clock="service" if by == "service" else "eligibility",
        assigned=None if by == "service" else draw(assignments(by)),
        served=served if by == "service" else None,
        compared=compared if by == "service" else Compared(),
        unit=draw(st.sampled_from(["person", "child"])),
        ages=draw(st.none() | st.tuples(st.integers(0, 40), st.integers(40, 130))),
        washout_days=0 if by == "service" else draw(st.integers(0, LOOKBACK)),
        lookback_days=LOOKBACK,
        observed=observed,
        outside=outside,
        sources=draw(st.just(()) | labels),
        exact=() if by == "lot" else draw(groups),
        cluster=("family", *draw(groups)),
    )


@st.composite
def columns(draw: st.DrawFn, name: str) -> HistoryColumn:
    table = draw(st.sampled_from(["event", "spell"]))
    reduce = draw(st.sampled_from(["count", "any", "sum", "last", "days_since"] if table == "event" else ["days"]))
    return HistoryColumn(name, table, draw(labels), reduce, draw(st.integers(1, LOOKBACK)))


@st.composite
def comparisons(draw: st.DrawFn, plan: CohortPlan, on: st.SearchStrategy[tuple[str, ...]], history: tuple[str, ...]) -> Matching:
    """A way of comparing with some of its own words."""
    by = draw(st.sampled_from([by for by, way in WAYS.items() if way.in_risk_sets or plan.by != "service"]))
    named = draw(on)
    column = st.sampled_from(named or history) if history else st.nothing()
    words: dict[str, Any] = {
        "ratio": st.integers(1, plan.compared.draw),
        "caliper": st.floats(0, 5),
        "calipers": st.dictionaries(column, st.builds(Caliper, st.floats(0.1, 99), st.sampled_from(["raw", "sd", "pooled_sd"])), max_size=1),
        "order": st.sampled_from(["closest", "random"]),
        "discard": st.sampled_from(["none", "both"]),
        "bins": st.dictionaries(column, st.integers(1, 9), max_size=2),
        "one_to_one": st.booleans(),
        "subclasses": st.integers(2, 9),
        "tolerance": st.floats(0, 1),
        "moments": st.integers(1, 2),
        "trim": st.floats(0, 0.4),
    }
    return Matching(by=by, on=named, **{word: draw(drawn) for word, drawn in words.items() if word in WAYS[by].reads})


@st.composite
def questions(draw: st.DrawFn, cohort: str, plan: CohortPlan, history: tuple[HistoryColumn, ...], outcome: str, role: str) -> Question:
    asked, names = OUTCOMES[outcome], tuple(column.name for column in history)
    able = [METHODS[name] for name in OF_PEOPLE if plan.by in METHODS[name].assigned_by and asked.kind in METHODS[name].answers]
    method = draw(st.sampled_from(able))
    chosen = method.chooses and plan.by != "lot"
    on = st.lists(st.sampled_from(names), unique=True) if names else st.just([])
    compare = draw(st.none() | comparisons(plan, on.map(tuple), names)) if chosen else None
    way = WAYS[(compare or Matching()).by]
    allowed = way if chosen else method
    adjusts = (way.estimators & method.estimators) if chosen else {"difference", *(["regression"] if method.ends and names else [])}
    estimator = draw(st.sampled_from(sorted(adjusts)))
    estimands = ["average_effect"] if plan.by == "lot" else sorted(allowed.estimands)
    timed = draw(timings(method, plan, asked, names, estimator)) if method.ends else {}
    return Question(
        outcome=outcome,
        horizon=draw(quarters if asked.table == "quarter" else horizons),
        method=method.name,
        worthwhile=_towards(asked, str(timed.get("measure", "risk"))) * draw(st.floats(0.1, 1.9)),
        cohort=cohort,
        estimand="effect_on_the_served" if plan.by == "service" else draw(st.sampled_from(estimands)),
        compare=compare,
        estimator=estimator,
        role=role,  # type: ignore[arg-type]  # drawn
        # the others hang on words beside them, and have tests of their own
        inference=Inference(draw(st.sampled_from(sorted({"robust", "cluster"} if method.name != "randomized" else method.inference)))),
        **timed,
    )


@st.composite
def timings(draw: st.DrawFn, method: Method, plan: CohortPlan, outcome: Outcome, history: tuple[str, ...], estimator: str) -> dict[str, Any]:
    """By which measure an event is asked about, in which time, and which endings compete or hide what came later."""
    measures = sorted(method.measures) if estimator == "difference" else ["risk", "time_free", "time_lost"]
    if outcome.kind != "mark":
        measures = ["risk"]  # an amount is told as it stands, and nothing rules it out
    ways = ["moved_away", "records_end", *(["served_later"] if plan.by == "service" else [])]
    reasons = draw(st.lists(st.sampled_from(ways), unique=True).map(tuple))
    on = draw(st.lists(st.sampled_from(history), unique=True).map(tuple)) if history else ()
    others = draw(st.lists(label.map(lambda kind: f"competing {kind}"), max_size=2, unique=True))
    return {
        "measure": draw(st.sampled_from(measures)),
        "time": draw(st.sampled_from(["calendar", "street"] if outcome.off_clock else ["calendar"])),
        "competing": draw(st.sampled_from([(), ("death", *others)])) if outcome.kind == "mark" else (),
        "censored": draw(st.sampled_from([Censored(reasons, "ipcw", on), Censored(reasons, "nothing")])),
    }


def _towards(outcome: Outcome, measure: str) -> float:
    """A difference worth having, signed towards better."""
    size = {"time_free": -10.0, "time_lost": 10.0, "number": 0.2}.get(
        measure, {"people": 0.05, "days": 10.0, "dollars": 500.0, "events": 0.2}[outcome.unit]
    )
    return size if outcome.better == "more" else -size


@st.composite
def studies(draw: st.DrawFn) -> Study:
    names = draw(st.just(["main"]) | st.lists(slug.filter(lambda name: name not in fields_of(CohortPlan)), min_size=2, max_size=2, unique=True))
    cohorts = {name: draw(plans(draw(st.sampled_from(["lot", "offer", "service"])))) for name in names}
    free = slug.filter(lambda name: name not in RESERVED)
    history = tuple(draw(columns(name)) for name in draw(st.lists(free, min_size=1, max_size=3, unique=True)))
    kinds = frozenset.intersection(*(METHODS[name].answers for name in ("randomized", "matched")))
    # numbers about places are for panels, and what is priced by a book needs the words of money, which have tests of their own
    answered = sorted(name for name, outcome in OUTCOMES.items() if outcome.kind in kinds and outcome.table != "area" and outcome.made != "book")
    outcomes = draw(st.lists(st.sampled_from(answered), min_size=1, max_size=3, unique=True))
    roles = ["headline", *(draw(st.sampled_from(["secondary", "exploratory"])) for _ in outcomes[1:])]
    asked = [draw(st.sampled_from(names)) for _ in outcomes]
    for name, outcome in zip(asked, outcomes, strict=True):
        if cohorts[name].by == "service" and OUTCOMES[outcome].kind != "mark":  # an amount cannot be followed until people are served
            cohorts[name] = replace(cohorts[name], compared=replace(cohorts[name].compared, later_served="keep"))
    started = {kind for plan in cohorts.values() for kind in (*plan.starts.enrolment, *plan.starts.spell_end)}  # by nothing of the programme's own
    questions_asked = tuple(
        draw(questions(name, cohorts[name], history, outcome, role)) for name, outcome, role in zip(asked, outcomes, roles, strict=True)
    )
    needed = any(cohorts[each.cohort].by != "lot" or each.estimator != "difference" or each.censored.on for each in questions_asked)
    return Study(
        title={language: draw(label) for language in ("en", "es")},
        county=draw(slug),
        programme=draw(slug.filter(lambda name: name not in started)),
        cohorts=cohorts,
        questions=questions_asked,
        source=draw(st.just("") | label),
        history=history if needed else draw(st.sampled_from([history, ()])),
        release=ReleasePlan(languages=draw(st.sampled_from([("en",), ("es", "en")]))),
    )


# ------------------------------------------------------------------------------------------------ and ways of writing them
def declared(value: Any) -> Any:
    """A study as the values that a file holds."""
    if is_dataclass(value):
        held = {word: getattr(value, field.name) for word, field in fields_of(type(value)).items()}  # type: ignore[arg-type]  # an instance
        return {word: declared(part) for word, part in held.items() if part is not None}
    if isinstance(value, dict):
        return {word: declared(part) for word, part in value.items()}
    return [declared(part) for part in value] if isinstance(value, tuple) else value


class Writer:
    """Writes values as TOML, choosing by a random number generator among the ways there are."""

    def __init__(self, rng: Any, lone_cohort: bool):
        self.rng, self.lone_cohort, self.lines = rng, lone_cohort, list[str]()

    def text(self, values: dict[str, Any]) -> str:
        if "cohort" in values:
            values = {**values, "cohort": {name: self.started(plan) for name, plan in values["cohort"].items()}}
        if self.lone_cohort and self.rng.random() < 0.7:
            values["cohort"] = values["cohort"]["main"]
        self.table((), values)
        return "\n".join(self.lines) + "\n"

    def table(self, path: tuple[str, ...], values: dict[str, Any]) -> None:
        later = [key for key, value in values.items() if self.is_table(value) and (path in ((), ("cohort",)) or self.rng.random() < 0.5)]
        for key in self.shuffled([key for key in values if key not in later]):
            self.noise()
            self.lines += f"{self.key(key)} {self.blank()}= {self.value(values[key])}{self.blank()}{self.comment()}".split("\n")
        for key in self.shuffled(later):
            for one in values[key] if isinstance(values[key], list) else [values[key]]:
                name = ".".join(map(self.key, (*path, key)))
                self.noise()
                self.lines.append(f"[[{name}]]{self.comment()}" if isinstance(values[key], list) else f"[{self.blank()}{name}]")
                self.table((*path, key), one)

    def started(self, plan: dict[str, Any]) -> dict[str, Any]:
        return {word: self.starts(part) if word == "starts" else part for word, part in plan.items()}

    def starts(self, values: Any) -> Any:
        """A start as a table, or for short where it says nothing but one name by one rule."""
        told = [word for word, value in values.items() if value not in ("", [], "first")]
        if set(values) != set(fields_of(Starts)) or len(told) > 1 or self.rng.random() < 0.5:
            return values
        name = values[told[0]][0] if isinstance(values[told[0]], list) else values[told[0]]
        return f"{told[0]}:{name}" if values[told[0]] in (name, [name]) and isinstance(name, str) else values

    @staticmethod
    def is_table(value: Any) -> bool:
        return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))

    def value(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{self.key(key)} = {self.value(value[key])}" for key in self.shuffled(list(value))) + " }"
        if isinstance(value, list):
            if len(value) == 1 and isinstance(value[0], str) and value[0] not in ("en", "es") and self.rng.random() < 0.3:
                return self.value(value[0])
            gap = self.rng.choice(["", " ", "\n  ", " # why\n"])
            return "[" + gap + f",{gap}".join(map(self.value, value)) + gap + "]"
        if isinstance(value, str):
            literal = "'" not in value and self.rng.random() < 0.3
            return f"'{value}'" if literal else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        if isinstance(value, bool):
            return str(value).lower()
        return value.isoformat() if isinstance(value, date) else repr(value)

    def key(self, key: str) -> str:
        return self.rng.choice([key, f'"{key}"', f"'{key}'"]) if self.rng.random() < 0.2 else key

    def shuffled(self, keys: list[str]) -> list[str]:
        return self.rng.sample(keys, len(keys))

    def noise(self) -> None:
        self.lines += self.rng.choice([[], [], [""], ["# [not] = a table"]])

    def blank(self) -> str:
        return self.rng.choice(["", " ", "\t"])

    def comment(self) -> str:
        return self.rng.choice(["", "", "  # said [[twice]] = {"])


def written(study: Study, rng: Any) -> str:
    return Writer(rng, list(study.cohorts) == ["main"]).text(declared(study))
