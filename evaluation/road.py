"""The whole road on one screen: from a study and a county's records, or a lab's own frame, to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from .findings import Findings, judge, several_ways
from .findings.families import calibrations, standing
from .findings.settling import Pace
from .methods import METHODS
from .outcomes import FramePanelRuler
from .pipeline import Prepared, answer, answer_one, compare, prepare
from .study.questions import misasked, problems, sound
from .terms import Answer, Challenge, Cohort, Finding, Panel, Problem, Provenance, Question, Refused, Study
from .version import version

if TYPE_CHECKING:
    from .outcomes import FrameRuler, TimesRuler
    from .records import Records

OF_PEOPLE = ("linkage_by_arm", "informative_moves")  # challenges about who is compared and found on record, whatever is asked of them


def evaluate(study: Study, records: Records, *, today: date | None = None, challenged: bool = False) -> Findings:
    """The findings of a study on a county's records, headline first.

    Outcomes are read only where the conditions of the comparison hold.  Until challenges have run, every verdict that
    claims something is provisional: with `challenged` the headline is put to every challenge that fits it, other questions to those
    that decide, and the verdicts are of what is left standing.  Refuses a study that the sources' agreements do not permit on the day
    `today`.
    """
    prepared = prepare(study, records, today=today)
    if not challenged:
        return findings_of(prepared)
    from .challenges.running import challenge_all  # a run that challenges nothing should not wait for its library

    answers = answer(prepared)
    return findings_of(prepared, challenge_all(prepared, answers, today=today), answers=answers)


def findings_of(
    prepared: Prepared,
    challenges: Mapping[str, tuple[Challenge, ...]] = MappingProxyType({}),
    *,
    answers: Sequence[Answer] | None = None,
    locked: bool = False,
) -> Findings:
    """The findings of a study whose comparisons stand, headline first.

    `challenges` are those each question was put to, by its name; `answers` those of the study, where they are there already;
    `locked` says that the design was fixed before outcomes were read.
    """
    study = prepared.study
    ordered = sorted(answer(prepared) if answers is None else answers, key=lambda one: one.question.role != "headline")
    calibrated = {name: calibrations(tried) for name, tried in challenges.items()}
    headline, asked_first = ordered[0].question, challenges.get(ordered[0].question.name, ())
    alarms = tuple(one for one in asked_first if one.name in OF_PEOPLE)
    again, beside = several_ways([one.question for one in ordered]), standing(ordered, study.correction, calibrated)
    return Findings(
        tuple(
            judge(
                one,
                challenges.get(one.question.name),
                title=study.title,
                languages=study.release.languages,
                again=one.question in again,
                standing=beside[one.question.name],
                pace=Pace.of(study.cohorts[one.question.cohort], one.question.horizon, one.outcome),
                study=study,
                locked=locked,
                alarms=alarms if (one.question.cohort, one.question.compare) == (headline.cohort, headline.compare) else (),
            )
            for one in ordered
        )
    )


def ask(cohort: Cohort | Panel, ruler: FrameRuler | TimesRuler | FramePanelRuler, question: Question, *, title: str) -> Finding:
    """The finding to one question of a cohort that came from a frame (`cohort_from_frame`), or of a panel (`panel_from_frame`).

    Time zero, and when units adopted, are taken on trust.

    `str(finding)` is its sentence, `finding.answer.estimate` its numbers, `finding.plot()` its picture.  Refuses, all at once,
    what a design file would be refused for: a word or a number that is none, a method that does not fit, or a smallest difference
    worth having of the wrong sign.  Rows that were watched from a later day than their start on are refused to a method that would
    take them for watched all along.
    """
    slips = list(misasked(question, ruler.outcome, cohort.by, cohort.history, clustered=cohort.clusters is not None, unit=cohort.unit))
    if slips:
        raise Refused(*problems(slips))
    question = sound(question)
    if not isinstance(ruler, FramePanelRuler) and ruler.entries() is not None and not METHODS[question.method].ends:
        said = f"rows are watched only from some time after their start, and '{question.method}' would count them as if from the start on:"
        right = "whoever had the event before that time is in no row, so that the risk would come out too low."
        raise Refused(Problem(f"question '{question.outcome}'", said, right, 'Ask with method = "survival".'))
    provenance = Provenance("from a frame", ruler.digest, version())
    found = answer_one(question, ruler.outcome, cohort, compare(question, cohort), ruler, provenance)
    return judge(found, None, title={"en": title}, languages=("en",))
