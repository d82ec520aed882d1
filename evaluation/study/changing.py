"""The same study with one thing changed: the only way in which a challenge, a placebo or a what-if is asked.

    but(study, outcome="recidivism/conviction")                    # of its headline
    but(study, question=1, horizon={"months": 12}, alone=True)     # of its second question, the others left out
    but(study, cohort="main", **{"starts.which": "last"})          # of its cohort, and so of all that is asked of it

What comes out is read and checked as a design file that says the same would be, and has a digest of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..phrases import listed, nearest
from ..records.toml import Document
from ..terms import CohortPlan, Problem, Question, Refused, Study
from .lint import misfits
from .seal import digest
from .shape import normal, shaped, written
from .slip import place
from .words import fields_of, meant, printable, whole


def but(
    study: Study, *, question: int | str | None = None, cohort: str | None = None, called: str = "", alone: bool = False, **words: object
) -> Study:
    """The study with the words of one question, or of one cohort, changed; everything else stays as it was declared.

    `question` is its place among the study's questions (0 is the first) or its name; left out, it is the headline.  With `cohort`
    and no `question` the words are a cohort's.  A word may reach into a table (`starts.which`), takes what a design file
    would hold or the type that it is read into, and None takes it out.  `called` renames the cohort that is changed, so that
    its tables in the engine stand beside those of the study's own.  `alone` leaves the other questions out and makes this one
    the headline; of a cohort, those that are asked of other cohorts.

    Refuses, all at once, words that are none (with the nearest right one), questions and cohorts that are not there, and
    whatever a design file would be refused for.
    """
    values = written(study)
    if cohort is not None and question is None:
        _of_cohort(values, cohort, called, alone, words)
    else:
        asked = words if cohort is None else {"cohort": cohort, **words}
        _of_question(values, _number(study, question), called, alone, asked)
    return replace(_checked(values), sealed=study.sealed)


def asked(study: Study, question: int | str | None = None) -> Question:
    """A question of a study by its place or its name; its headline where neither is given.  Refuses one that is not there."""
    return study.questions[_number(study, question)]


def _of_question(values: dict[str, Any], number: int, called: str, alone: bool, words: Mapping[str, object]) -> None:
    """Changes one question in the plain values of a study."""
    _known(words, Question, "a question")
    if called:
        raise Refused(Problem("but: called", "a cohort alone has a name of its own.", "A question is named after what it asks.", "Leave it out."))
    changed = _changed(values["question"][number], words)
    if alone:
        values["question"] = [{**changed, "role": "headline"}]
        values["cohort"] = {name: plan for name, plan in values["cohort"].items() if name == changed.get("cohort", "main")} or values["cohort"]
    else:
        values["question"] = [changed if place_of == number else other for place_of, other in enumerate(values["question"])]


def _of_cohort(values: dict[str, Any], cohort: str, called: str, alone: bool, words: Mapping[str, object]) -> None:
    """Changes one cohort in the plain values of a study."""
    plans = values["cohort"]
    if cohort not in plans:
        raise Refused(Problem("but: cohort", f"the study has no cohort '{printable(cohort)}'.", f"It has {listed(plans)}.", nearest(cohort, plans)))
    _known(words, CohortPlan, "a cohort")
    name = called or cohort
    if name != cohort and name in plans:
        raise Refused(Problem("but: called", f"the study has a cohort '{printable(name)}' already.", remedy="Give another name."))
    values["cohort"] = {
        (name if each == cohort else each): (_changed(plan, words) if each == cohort else plan)
        for each, plan in plans.items()
        if each == cohort or not alone
    }
    asked = [{**each, "cohort": name} if each["cohort"] == cohort else each for each in values["question"]]
    values["question"] = [each for each in asked if each["cohort"] in values["cohort"]]
    if alone and values["question"] and all(each.get("role") != "headline" for each in values["question"]):
        values["question"][0] = {**values["question"][0], "role": "headline"}


def _number(study: Study, question: int | str | None) -> int:
    """The place of a question among those of a study."""
    names = [each.name for each in study.questions]
    if question is None:
        return next((number for number, each in enumerate(study.questions) if each.role == "headline"), 0)
    if isinstance(question, str) and question in names:
        return names.index(question)
    if isinstance(question, int) and not isinstance(question, bool) and 0 <= question < len(names):
        return question
    if isinstance(question, str):
        raise Refused(Problem("but: question", f"the study asks no '{printable(question)}'.", f"It asks {listed(names)}.", nearest(question, names)))
    found = f"there is no question {printable(str(question))}."
    raise Refused(Problem("but: question", found, f"The study asks {len(names):,}, from 0 to {len(names) - 1:,}."))


def _known(words: Mapping[str, object], kind: type, what: str) -> None:
    """Refuses words that a table does not have; what lies inside a table is judged where the whole study is read."""
    right = fields_of(kind)
    strange = [word for word in words if word.partition(".")[0] not in right]
    if strange:
        said = f"The words of {what} are {whole(right)}."
        problems = (Problem("but", f"'{printable(word)}' is not a word of {what}.", meant(word.partition(".")[0], right), said) for word in strange)
        raise Refused(*problems)
    if not words:
        raise Refused(Problem("but", f"nothing is changed of {what}.", f"The words of {what} are {whole(right)}."))


def _changed(table: Mapping[str, Any], words: Mapping[str, object]) -> dict[str, Any]:
    """A table with some of its words changed; `a.b` is the word b of the table a."""
    changed = dict(table)
    for word, value in words.items():
        head, inner, rest = word.partition(".")
        if inner:
            there = changed.get(head)
            changed[head] = _changed(there if isinstance(there, Mapping) else {}, {rest: value})
        elif value is None:
            changed.pop(word, None)
        else:
            changed[word] = written(value)
    return changed


def _checked(values: Mapping[str, Any]) -> Study:
    """The study that plain values declare; refuses what a design file that holds them would be refused for."""
    design = shaped(normal(Document(values, {})).values)
    slips = [*design.slips, *(slip for slip in misfits(design.declared) if design.can_judge(slip))]
    if slips:
        raise Refused(*(Problem(f"but: {place(slip.at)}", slip.found, slip.right, slip.remedy) for slip in slips))
    return replace(design.declared, digest=digest(design.declared))
