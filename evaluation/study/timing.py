"""What is asked of an event in time: by which measure, in which time, and which endings rule the event out or only hide it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..methods import METHODS, Method
from ..phrases import listed
from ..records.toml import Path
from ..terms import By, Censored, Outcome, Question
from .slip import Slip, not_one_of
from .words import shown, whole

FREE = 'Leave it out, or use method = "survival".'
ADJUSTED = ("risk", "time_free", "time_lost")  # measures that a regression can adjust


def timing(question: Question, method: Method, outcome: Outcome | None, history: Collection[str], by: By | None, at: Path) -> Iterator[Slip]:
    """Every mistake in how a question asks about an event in time; `history` holds the names of its columns."""
    yield from _measure(question, method, outcome, at)
    yield from _time(question, method, outcome, at)
    yield from _endings(question, method, outcome, at)
    if method.ends:
        yield from _censored(question, history, by, at)
        yield from _adjusted(question, history, by, at)


def _measure(question: Question, method: Method, outcome: Outcome | None, at: Path) -> Iterator[Slip]:
    """A measure that the method has of events, of an estimator that can give it; nothing else has one."""
    here, on = (*at, "measure"), ((*at, "method"), (*at, "outcome"))
    if outcome and outcome.kind != "mark" and outcome.kind in method.answers:
        if question.measure != "risk":
            found = f"{shown(question.measure)} is a measure of events, and '{outcome.name}' is none: it is told as it stands."
            yield Slip(here, found, remedy="Leave it out.", on=on)
    elif question.measure not in method.measures:
        able = [each.name for each in METHODS.values() if question.measure in each.measures]
        found = f"'{method.name}' does not measure {shown(question.measure)}."
        only = next(iter(method.measures)) if len(method.measures) == 1 else ""
        remedy = f'Say so: measure = "{only}".' if question.measure == "risk" and only else "Leave it out."
        yield Slip(here, found, f"Methods that do: {listed(able)}." if able else "", remedy, on=on)
    elif method.ends and question.measure not in ADJUSTED and question.estimator != "difference":
        found = f"{shown(question.measure)} is measured without adjusting, and the estimator is {shown(question.estimator)}."
        right = f"It adjusts {whole(ADJUSTED)}."
        yield Slip(here, found, right, "Let 'compare' make people alike, and leave 'estimator' out.", on=((*at, "estimator"),))


def _time(question: Question, method: Method, outcome: Outcome | None, at: Path) -> Iterator[Slip]:
    """Street time, where the definition says which days nobody is at risk."""
    on = ((*at, "method"), (*at, "outcome"))
    if question.time not in method.times:
        yield Slip((*at, "time"), f"'{method.name}' counts every day, and time is {shown(question.time)}.", remedy=FREE, on=on)
    elif question.time == "street" and outcome and outcome.kind in method.answers and not outcome.off_clock:
        found = f"'{outcome.name}' takes no spell off the clock, so that days at risk are all days."
        yield Slip((*at, "time"), found, remedy="Leave 'time' out, or ask about an outcome that does.", on=on)


def _endings(question: Question, method: Method, outcome: Outcome | None, at: Path) -> Iterator[Slip]:
    """What competes is no ending of another kind, and death is among it."""
    here, on = (*at, "competing"), ((*at, "method"), (*at, "outcome"))
    if not method.ends:
        for word, unusual in (("competing", bool(question.competing)), ("censored", question.censored != Censored())):
            if unusual:
                found = f"'{word}' tells endings apart, and '{method.name}' goes by the outcome's definition."
                yield Slip((*at, word), found, remedy=FREE, on=((*at, "method"),))
        return
    if question.competing and "mark" not in method.answers:
        found = f"'competing' names what rules an event out, and '{method.name}' tells of amounts, which a death completes and nothing rules out."
        yield Slip(here, found, remedy="Leave it out.", on=((*at, "method"),))
        return
    if question.competing and "death" not in question.competing:
        found = "'competing' leaves out death, after which nothing can happen to anybody:"
        why = "to take those who died for people who left, as if it could still happen to them, gives more of it than there is."
        yield Slip(here, found, why, 'Name it too: competing = ["death", ...].', on=on)
    for number, kind in enumerate(question.competing):
        if outcome and kind in outcome.kinds:
            found = f"{shown(kind)} is what '{outcome.name}' counts, and cannot rule itself out."
            yield Slip((*here, number), found, remedy="Leave it out.", on=on)


def _censored(question: Question, history: Collection[str], by: By | None, at: Path) -> Iterator[Slip]:
    """Losses that can be, and columns that tell who leaves."""
    here, censored = (*at, "censored"), question.censored
    if "served_later" in censored.reasons and by is not None and by != "service":
        found = 'Nobody is lost by being served later but where clock = "service".'
        yield Slip((*here, "reasons"), found, remedy="Leave it out.", on=((*at, "cohort"),))
    if censored.on and censored.adjust == "nothing":
        found = "'on' names columns that tell who leaves, and adjust = \"nothing\" takes everybody to be as likely to."
        yield Slip((*here, "on"), found, remedy="Leave one of them out.", on=((*here, "adjust"),))
    for name in censored.on:
        if name not in history:
            yield not_one_of((*here, "on"), name, "a column of the history", history, ("history",))


def _adjusted(question: Question, history: Collection[str], by: By | None, at: Path) -> Iterator[Slip]:
    """A regression has something to adjust for; a lot leaves nobody to be chosen, and tells of everybody."""
    on = ((*at, "method"), (*at, "cohort"))
    if question.estimator != "difference" and not history:
        yield Slip((*at, "estimator"), f"{shown(question.estimator)} adjusts for the history, and there is none.", on=(("history",), *on))
    if by != "lot":
        return
    if question.compare:
        found = "'compare' chooses people who are alike, and here a lot has made the arms alike."
        yield Slip((*at, "compare"), found, remedy="Leave it out.", on=on)
    if question.estimand != "average_effect":
        found = f"A lot tells of everybody whom it covered, and the estimand is {shown(question.estimand)}."
        yield Slip((*at, "estimand"), found, remedy="Leave it out.", on=on)
    if question.estimator == "doubly_robust":
        found = '"doubly_robust" weighs by a chance of being served that is estimated, and here a lot set it.'
        yield Slip((*at, "estimator"), found, remedy='Use estimator = "regression", or leave it out.', on=on)
    if question.inference.by == "set":
        yield Slip((*at, "inference", "by"), "A lot sets nobody beside anybody.", remedy="Use robust or cluster.", on=on)


def measured(question: Question, outcome: Outcome) -> str:
    """What is measured, in words after "of": 'recidivism/arrest', days free of it."""
    words = {"time_free": "days free of ", "time_lost": "days lost to ", "number": "the number of "}
    return f"{words.get(question.measure, '')}'{outcome.name}'"
