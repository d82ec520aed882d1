"""Laws of design files: layout means nothing, every declared value means something, and every wrong word is told with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.outcomes import OUTCOMES
from evaluation.records.toml import read
from evaluation.study import digest, leaves, parse
from evaluation.study.words import fields_of, plain
from evaluation.terms import (
    Assigned,
    CohortPlan,
    HistoryColumn,
    Horizon,
    Inference,
    Question,
    Refused,
    ReleasePlan,
    Starts,
    Study,
    TakeUp,
)

LOOKBACK = 3650
# a design takes milliseconds, the whole file some fifteen seconds; a busy machine is no failure
drawn = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

# ------------------------------------------------------------------------------------------------ designs that are in order
label = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), min_size=1, max_size=20).filter(str.strip)
slug = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
labels = st.lists(label, min_size=1, max_size=3, unique=True).map(tuple)
horizons = st.integers(20, 3000).map(lambda days: Horizon(days=days)) | st.integers(1, 120).map(lambda months: Horizon(months=months))
takeups = st.builds(TakeUp, enrolment=label, within_days=st.integers(0, 400))


@st.composite
def plans(draw: st.DrawFn) -> CohortPlan:
    first = draw(st.dates(date(1960, 1, 1), date(2030, 1, 1)))
    offered, withheld = draw(st.lists(label, min_size=2, max_size=2, unique=True))
    people = st.lists(st.sampled_from(["area", "sex", "language"]), max_size=2, unique=True).map(tuple)
    assigned = Assigned("lot", offered, withheld, draw(st.integers(0, 30)), draw(people), draw(st.none() | takeups))
    return CohortPlan(
        starts=Starts(draw(labels), draw(st.sampled_from(["first", "every"]))),
        between=(first, first + timedelta(draw(st.integers(0, 3000)))),
        clock="eligibility",
        assigned=assigned,
        unit=draw(st.sampled_from(["person", "child"])),
        ages=draw(st.none() | st.tuples(st.integers(0, 40), st.integers(40, 130))),
        washout_days=draw(st.integers(0, LOOKBACK)),
        lookback_days=LOOKBACK,
        sources=draw(st.just(()) | labels),
        cluster=("family", *draw(people)),
    )


@st.composite
def columns(draw: st.DrawFn, name: str) -> HistoryColumn:
    table = draw(st.sampled_from(["event", "spell"]))
    reduce = draw(st.sampled_from(["count", "any", "sum", "last", "days_since"] if table == "event" else ["days"]))
    return HistoryColumn(name, table, draw(labels), reduce, draw(st.integers(1, LOOKBACK)))


@st.composite
def questions(draw: st.DrawFn, cohort: str, outcome: str, role: str) -> Question:
    towards = {"people": 0.05, "days": 10.0, "dollars": 500.0}[OUTCOMES[outcome].unit] * (-1 if OUTCOMES[outcome].better == "fewer" else 1)
    worthwhile = towards * draw(st.floats(0.1, 1.9))
    inference = draw(st.sampled_from([Inference(), Inference("cluster"), Inference("exact")]))
    return Question(outcome, draw(horizons), "randomized", worthwhile, cohort, role=role, inference=inference)  # type: ignore[arg-type]  # drawn


@st.composite
def studies(draw: st.DrawFn) -> Study:
    names = draw(st.just(["main"]) | st.lists(slug.filter(lambda name: name not in fields_of(CohortPlan)), min_size=2, max_size=2, unique=True))
    outcomes = draw(st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=3, unique=True))
    roles = ["headline", *(draw(st.sampled_from(["secondary", "exploratory"])) for _ in outcomes[1:])]
    return Study(
        title={language: draw(label) for language in ("en", "es")},
        county=draw(slug),
        programme=draw(slug),
        cohorts={name: draw(plans()) for name in names},
        questions=tuple(draw(questions(draw(st.sampled_from(names)), *each)) for each in zip(outcomes, roles, strict=True)),
        source=draw(st.just("") | label),
        history=tuple(draw(columns(name)) for name in draw(st.lists(slug, max_size=3, unique=True))),
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
        values = dict(values)
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


# ------------------------------------------------------------------------------------------------ the laws
@drawn
@given(studies(), st.randoms(use_true_random=False))
def test_a_study_that_is_written_is_read_back_the_same_in_any_layout(study: Study, rng: Any) -> None:
    read_back = parse(written(study, rng))

    assert replace(read_back, digest="") == study
    assert read_back.digest == digest(study)


@drawn
@given(studies())
def test_every_declared_value_moves_the_digest(study: Study) -> None:
    unmoved = [path for path in _leaf_paths(study) if digest(_changed(study, path)) == digest(study)]

    assert not unmoved


@drawn
@given(studies(), st.data(), st.randoms(use_true_random=False))
def test_a_word_that_is_none_is_refused_with_its_line_wherever_it_stands(study: Study, data: st.DataObject, rng: Any) -> None:
    values = declared(study)
    path = data.draw(st.sampled_from(sorted((path for path in _table_paths(values) if path not in (("cohort",), ("title",))), key=str)))
    word = data.draw(slug.map(lambda text: f"zz_{text}_zz"))
    table = values
    for step in path:
        table = table[step]
    table[word] = data.draw(st.sampled_from([1, "text", [1, 2], {"deep": {"er": 1}}, date(2020, 1, 1)]))
    text = Writer(rng, list(study.cohorts) == ["main"]).text(values)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if word in each)

    with pytest.raises(Refused) as refused:
        parse(text, "designs/x.toml")

    assert [problem.where for problem in refused.value.problems] == [f"designs/x.toml:{line}"]
    assert f"'{word}'" in str(refused.value)


@drawn
@given(studies(), st.data(), st.randoms(use_true_random=False))
def test_a_misspelt_word_comes_back_with_the_nearest_right_one(study: Study, data: st.DataObject, rng: Any) -> None:
    values = declared(study)
    path = data.draw(st.sampled_from(sorted((path for path in _table_paths(values) if path not in (("cohort",), ("title",))), key=str)))
    table = values
    for step in path:
        table = table[step]
    right = data.draw(st.sampled_from(sorted(word for word in table if len(word) > 3)) if any(len(word) > 3 for word in table) else st.none())
    if right is None:
        return
    wrong = right[:-2] + right[-1] + right[-2] + "q"
    table[wrong] = table.pop(right)
    text = Writer(rng, lone_cohort=False).text(values)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if wrong in each)

    with pytest.raises(Refused) as refused:
        parse(text, "designs/x.toml")

    assert f"designs/x.toml:{line}: '{wrong}' is not a word of" in str(refused.value)
    assert f"Did you mean '{right}'?" in str(refused.value)


junk = st.recursive(
    st.integers(-(2**70), 2**70) | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.times() | label | st.just("") | st.just("main"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(slug | st.sampled_from(["days", "event", "by", "en"]), inner, max_size=3),
    max_leaves=5,
)


@drawn
@given(studies(), st.data())
def test_whatever_a_word_holds_a_design_is_read_or_refused_in_printable_lines(study: Study, data: st.DataObject) -> None:
    values = declared(study)
    for _ in range(data.draw(st.integers(1, 3))):
        steps = [*_inner_paths(values)]
        *outer, last = data.draw(st.sampled_from(steps))
        table = values
        for step in outer:
            table = table[step]
        table[last] = data.draw(junk)  # type: ignore[call-overload]  # a table or a list

    try:
        parse("\n".join(f"{key} = {_inline(value)}" for key, value in values.items()))
    except Refused as refused:
        assert refused.problems
        assert all(str(problem).isprintable() and problem.where.startswith("design:") for problem in refused.problems)


@drawn
@given(studies(), st.randoms(use_true_random=False))
def test_every_word_is_found_on_a_line_that_holds_it(study: Study, rng: Any) -> None:
    text = written(study, rng)
    document, lines = read(text, "design"), text.split("\n")

    for path in _inner_paths(document.values):
        assert path in document.lines
        if isinstance(path[-1], str):
            assert path[-1] in lines[document.lines[path] - 1]


def test_every_whole_number_of_the_vocabulary_has_a_range() -> None:
    tables = [Study]
    bare = []
    for table in tables:
        for name, kind in get_type_hints(table).items():
            kinds = [plain(kind), *get_args(plain(kind))]
            tables += [each for each in kinds if is_dataclass(each) and each not in tables]  # type: ignore[misc]  # classes
            if int in kinds and (table, name) not in leaves.RANGES:
                bare.append((table.__name__, name))

    assert not bare


# ------------------------------------------------------------------------------------------------ walking
def _inline(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def _inner_paths(values: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    parts = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in parts:
        yield (*path, key)
        yield from _inner_paths(value, (*path, key))


def _table_paths(values: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    for path in _inner_paths(values):
        table = values
        for step in path:
            table = table[step]
        if isinstance(table, dict):
            yield path


def _leaf_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "digest":
                yield from _leaf_paths(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, dict | tuple) and value:
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaf_paths(part, (*path, key))
    else:
        yield path


def _changed(value: Any, path: tuple[Any, ...]) -> Any:
    """The value with another at a path."""
    if not path:
        return _other(value)
    step, *rest = path
    if is_dataclass(value):
        return replace(value, **{step: _changed(getattr(value, step), tuple(rest))})  # type: ignore[type-var]  # an instance
    if isinstance(value, dict):
        return value | {step: _changed(value[step], tuple(rest))}
    return (*value[:step], _changed(value[step], tuple(rest)), *value[step + 1 :])


def _other(value: Any) -> Any:
    match value:
        case str():
            return value + "x"
        case float():
            return value * 1.0000000001
        case int():
            return value + 1
        case date():
            return value + timedelta(1)
        case None:
            return 1
    return ("x",)
