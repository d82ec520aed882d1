"""What may end a clock before its horizon: the event itself, ends that rule it out, and ways of being lost, which only hide it.

Nothing lies between: an end that a design declares as neither is refused, for whichever it was taken to be would change the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.wording import people
from ...phrases import listed
from ...terms import Problem, Refused

if TYPE_CHECKING:
    from ...terms import Array, Marks, Outcome, Question

DEATH = "death"
MARK = "mark"
WAYS_LOST = {"moved_away": "moved", "served_later": "served", "records_end": "records end"}  # the words of a design, and of `Marks.why`
LOST = tuple(WAYS_LOST.values())
IN_WORDS = {"moved": "moved away", "served": "served later", "records end": "records end"}


@dataclass(frozen=True, slots=True)
class Endings:
    """The ends that one question tells apart."""

    causes: tuple[str, ...]  # the mark, as cause 1, and the ends that rule it out, as causes 2, 3, ...
    hide: frozenset[str]  # of `Marks.why`: what only hides what came later

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that end a clock besides the mark; a death is read of every clock."""
        return tuple(cause for cause in self.causes[1:] if cause != DEATH)


def endings(outcome: Outcome, question: Question) -> Endings:
    """Which ends compete with the event, and which only hide it, as the question says or else the outcome's definition.

    Refuses an end that is the event itself, and a death that is to be no more than a loss from sight.
    """
    competing = tuple(dict.fromkeys(question.competing or outcome.competing))
    said = question.censored.reasons
    problems = []
    if both := [kind for kind in competing if kind in outcome.kinds]:
        found = f"{listed(both)} would end a clock and is the event that the outcome counts."
        problems.append(Problem(f"{where(question)}: competing", found, remedy="Leave it out."))
    if unknown := [str(reason) for reason in said if reason not in WAYS_LOST]:
        found = f"{listed(unknown)} would be taken for a loss from sight."
        if DEATH in unknown:
            found = (
                "deaths would be taken for losses from sight, as if those who died could still have the event: 1 less Kaplan-Meier, too high a risk."
            )
        right = f"What only hides what came later is one of {listed(WAYS_LOST)}."
        problems.append(Problem(f"{where(question)}: censored", found, right, "Say under 'competing' what rules the event out."))
    if problems:
        raise Refused(*problems)
    return Endings((MARK, *competing), frozenset(WAYS_LOST[reason] for reason in said or WAYS_LOST))


def coded(marks: Marks, row: Array, ends: Endings, question: Question) -> Array:
    """(m,) int: what ended the clocks `row` (m,): 0 the horizon or a loss, 1 the mark, 2, 3, ... the ends that rule it out.

    Refuses, with counts, a clock that ended in a way that the question declares as neither.
    """
    why, kind = marks.why[row], marks.cause[row]
    ended_by = np.where(why == "competing", kind, why)
    cause = np.zeros(len(row), dtype=np.int64)
    for code, name in enumerate(ends.causes, start=1):
        cause[ended_by == name] = code
    problems = list(_undeclared(why, ended_by, cause, ends, question))
    if problems:
        raise Refused(*problems)
    return cause


def _undeclared(why: Array, ended_by: Array, cause: Array, ends: Endings, question: Question) -> Iterator[Problem]:
    """What ended clocks and is neither: one problem for deaths and other events, one for ways of being lost."""
    lost = np.isin(why, LOST)
    neither = ~lost & (why != "horizon") & (cause == 0)
    if neither.any():
        named = _counted(ended_by[neither])
        what = "a death is no loss from sight: to censor it gives 1 less Kaplan-Meier, too high a risk" if (why[neither] == DEATH).any() else ""
        found = f"clocks end with {named}, which the question declares neither as competing nor as censored{': ' + what if what else ''}."
        yield Problem(f"{where(question)}: competing", found, remedy="Name under 'competing' every end after which the event cannot happen.")
    left = lost & ~np.isin(why, sorted(ends.hide))
    if left.any():
        named = _counted(np.array([IN_WORDS[reason] for reason in why[left]]))
        hides = listed(sorted(IN_WORDS[reason] for reason in ends.hide))
        found = f"clocks end with {named}, and the question says that only {hides} hides what came later."
        remedy = "Name the other ways under censored.reasons too, or leave 'reasons' out: then every way of being lost is one."
        yield Problem(f"{where(question)}: censored", found, remedy=remedy)


def _counted(words: Array) -> str:
    """`death (312 clocks) and moved away (1 to 10 clocks)`."""
    names, counts = np.unique(words, return_counts=True)
    return listed([f"{name} ({people(int(count))} clock{'' if count == 1 else 's'})" for name, count in zip(names, counts, strict=True)])


def where(question: Question) -> str:
    """The question, for messages."""
    return f"question '{question.outcome}' by {question.method}"
