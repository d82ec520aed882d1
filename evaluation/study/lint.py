"""Holds the parts of a study against each other and against the tables of outcomes and methods, and tells all that does not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from ..methods import METHODS
from ..phrases import listed, nearest
from ..terms import Assigned, CohortPlan, Compared, Inference, Language, Question, Starts, Study
from .arms import ASSIGNED
from .clocks import COMPARED, LATER, WHICH
from .cohorts import UNITS, cohort
from .columns import history
from .controls import negative_controls
from .leaves import leaves
from .panels import concurrent
from .questions import questions
from .several import several
from .slip import Slip
from .strategies import telling
from .words import printable

# what this version builds, of what the vocabulary can say
BUILT: Mapping[tuple[type, str], Collection[str]] = {
    (Starts, "which"): WHICH,
    (CohortPlan, "unit"): UNITS,
    (Assigned, "by"): ASSIGNED,
    (Compared, "rule"): COMPARED,
    (Compared, "later_served"): LATER,
    (Question, "estimand"): {estimand for method in METHODS.values() for estimand in method.estimands},
    (Inference, "by"): {by for method in METHODS.values() for by in method.inference},
}


def misfits(study: Study) -> Iterator[Slip]:
    """Every mistake of a study whose words all have the right type."""
    yield from leaves(study)
    yield from _title(study)
    for name, plan in study.cohorts.items():
        yield from cohort(plan, ("cohort", name), study.programme)
    yield from history(study)
    yield from concurrent(study)
    yield from negative_controls(study)
    yield from telling(study)
    yield from _residents(study)
    yield from questions(study)
    yield from several(study)


def _residents(study: Study) -> Iterator[Slip]:
    if study.release.policy == "calhhs" and study.release.residents is None:
        found = "The policy calhhs gives points for how small a county is, and nothing says how many people live there."
        yield Slip(("release", "policy"), found, remedy="Declare it, residents = 489000, as the census counts them.", on=(("release", "residents"),))


def _title(study: Study) -> Iterator[Slip]:
    known = get_args(Language)
    for language in study.title:
        if language not in known:
            found = f"'{printable(language)}' is not a language of this version."
            yield Slip(("title", language), found, nearest(language, known), f"Its languages are {listed(known)}.")
    for language in study.release.languages:
        if language not in study.title:
            found = f"The title is not given in '{language}', a language of [release]."
            remedy = f"Give it, title = {{ {language} = \"...\" }}, or take '{language}' out of [release]."
            yield Slip(("title",), found, remedy=remedy, on=(("release", "languages"),))
