"""Would this study, in these records, find an effect of known size?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..outcomes import DEFINED
from ..outcomes.binding import unsealed
from ..pipeline import prepare
from ..terms import Problem, Question, Refused, Study
from ..version import version
from .asking import Asking
from .results import Proof

if TYPE_CHECKING:
    from ..records import Records

POINTS = (0.0, 5.0, 10.0)  # of a hundred people; of an outcome told in units, so many times the smallest difference worth having:
TIMES = (0.0, 1.0, 2.0)


def prove(study: Study, records: Records, *, runs: int = 200, effects: Sequence[float] | None = None, today: date | None = None) -> Proof:
    """Plants effects of known size in the records of those not served, and says how well the study finds them there.

    runs     studies that are redrawn: those of the draws 0, 1, ..., the same whenever it is called
    effects  sizes to plant, without a sign, for they lie in the direction of better: points of a hundred people, or days, dollars,
             events.  None: 0, 5 and 10 points, or nothing, once and twice the smallest difference worth having

    Each question is answered by its own method and comparison; records are never written to.  Refuses a study that is sealed, and
    one of which no question can be proved.  Signal injection, or plasmode simulation (Franklin, Schneeweiss, Polinski and Rassen
    2014), as OHDSI's synthetic positive controls are made (Schuemie and others 2018).  It assumes that nothing hidden decided who
    was served, for whoever is taken for served is drawn by what is on record: what it proves is the machinery, and not that.
    """
    unsealed(study)
    _in_order(runs, effects)
    prepared = prepare(study, records, today=today)
    with _bar() as progress:
        bar = progress.add_task("proving", total=runs * len(study.questions))
        asked = (Asking(prepared, each, sizes_of(each, effects), runs, lambda: progress.advance(bar)) for each in study.questions)
        found = tuple(one.proved() for one in asked)
    if all(one.why_not for one in found):
        raise Refused(*dict.fromkeys(problem for one in found for problem in one.why_not))
    title = study.title.get("en", next(iter(study.title.values()), study.programme))
    return Proof(study.digest, records.manifest.digest, version(), title, runs, found)


def sizes_of(question: Question, effects: Sequence[float] | None) -> tuple[float, ...]:
    """The sizes that are planted for a question, signed in the direction of better, in the outcome's unit (shares for people)."""
    share = DEFINED[question.outcome].kind in ("mark", "state") and question.method != "did"
    sign = -1.0 if question.worthwhile < 0 else 1.0
    if effects is None:
        return tuple(sign * one / 100 + 0.0 for one in POINTS) if share else tuple(one * question.worthwhile + 0.0 for one in TIMES)
    return tuple(sign * one / (100 if share else 1) + 0.0 for one in effects)


def _in_order(runs: int, effects: Sequence[float] | None) -> None:
    """Refuses, all at once, numbers that nothing can be proved with."""
    wrong = []
    if runs < 2:
        wrong.append(Problem("prove: runs", f"{runs} is too few.", "It is 2 or more: a spread needs two."))
    if effects is not None and (not effects or any(not isfinite(one) or one < 0 for one in effects)):
        wrong.append(Problem("prove: effects", "a size is missing, below 0 or no number.", "Sizes lie in the direction of better, and have no sign."))
    if wrong:
        raise Refused(*wrong)


def _bar() -> Progress:
    """Counts the studies redrawn, on the terminal; silent where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("studies"), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
