"""Laws of design files: layout means nothing, every declared value means something, and every wrong word is told with its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args, get_type_hints

import pytest
from drawn_designs import Writer, declared, label, slug, studies, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.records.toml import read
from evaluation.study import digest, leaves, parse
from evaluation.study.words import SET_BY_LOAD, plain
from evaluation.terms import NegativeControl, Refused, Study

# a design takes milliseconds, the whole file some fifteen seconds; a busy machine is no failure
BY_NAME = frozenset({"cohort", "title", "calipers", "bins", "quantiles", "cuts"})  # tables whose words are names
drawn = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


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
    assert digest(replace(study, negative_controls=(NegativeControl("control/burn"),))) != digest(study)


@drawn
@given(studies(), st.data(), st.randoms(use_true_random=False))
def test_a_word_that_is_none_is_refused_with_its_line_wherever_it_stands(study: Study, data: st.DataObject, rng: Any) -> None:
    values = declared(study)
    path = data.draw(st.sampled_from(sorted(_table_paths(values), key=str)))
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
    path = data.draw(st.sampled_from(sorted(_table_paths(values), key=str)))
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
    meant = re.search("Did you mean '(.+?)'", str(refused.value))
    assert meant and meant[1].startswith(right[:-2])  # `compare` is as near as `compared`, once both have lost their ends


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
        if isinstance(table, dict) and not BY_NAME.intersection(path[-1:]):
            yield path


def _leaf_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in (*SET_BY_LOAD, "negative_controls"):  # what a load sets; and see below
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
        case bool():
            return not value
        case float():
            return math.nextafter(value, math.inf)
        case int():
            return value + 1
        case date():
            return value + timedelta(1)
        case None:
            return 1
    return ("x",)
