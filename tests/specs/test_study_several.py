"""Families and subgroups of a design: what is no family, and what nobody can be told apart by."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offered_county import study

from evaluation.study.several import several
from evaluation.terms import Horizon, Question, Role, Study


def asking(*others: tuple[Role, str], subgroups: tuple[str, ...] = (), headline: str = "") -> Study:
    made = study()
    first = replace(made.questions[0], family=headline)
    more = tuple(replace(first, horizon=Horizon(days=100 + n), role=role, family=family) for n, (role, family) in enumerate(others))
    questions: tuple[Question, ...] = (first, *more)
    return replace(made, questions=questions, subgroups=subgroups)


def test_two_families_of_two_and_some_that_name_none_are_right() -> None:
    others: tuple[tuple[Role, str], ...] = (("secondary", "a"), ("secondary", "a"), ("secondary", "b"), ("secondary", "b"), ("secondary", ""))
    assert not list(several(asking(*others, subgroups=("sex", "prior_arrests"))))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (asking(headline="a"), "belongs to no family"),
        (asking(("exploratory", "a")), "it claims nothing"),
        (asking(("secondary", "costs"), ("secondary", "harm"), ("secondary", "harm")), "one alone would be corrected for nothing"),
        (asking(subgroups=("sexx",)), "no column of the history and no group of people"),
        (asking(subgroups=("birth",)), "no column of the history and no group of people"),
        (asking(subgroups=("sex", "sex")), "named twice"),
        (asking(subgroups=("sex", "language", "area", "prior_arrests", "prior_bookings")), "told apart by 4 at most"),
    ],
)
def test_what_is_no_family_and_no_group_is_refused_in_one_sentence(made: Study, words: str) -> None:
    slips = list(several(made))
    assert len(slips) == 1 and words in f"{slips[0].found} {slips[0].right}"
