"""The programme's own eyes: citations of those enrolled that nobody else would have recorded.

Nothing happens more often, and nobody is taken in for them: more of what happens is seen.  Of children it is reports that are seen
more often, and child welfare records them itself: the process "report:seen".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.lives import Lives
from synthetic.rates import core
from synthetic.rates import served as rates
from synthetic.recording import Log, System, View
from synthetic.rows import BEYOND, NEVER_DAY, Rows
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

CHILDREN = ("reunified", "in_care", "reported", "disposed")  # intakes whom a programme reports, and does not cite


def cited_by_the_programme(lives: Lives) -> Rows:
    """Days on which those enrolled are cited because of the programme alone: from the day after enrolment on, never in jail."""
    luck = lives.people.persons.luck
    enrolled = np.where(lives.enrolled < NEVER_DAY, lives.enrolled, 0)
    now = enrolled.astype(float) + 1
    end = np.where(lives.enrolled < NEVER_DAY, np.minimum(enrolled + int(core.ENROLLED.value), lives.until), 0)
    rows: list[Rows] = []
    event = 0
    while (at_risk := np.flatnonzero(now < end)).size:
        uniform = luck.of(at_risk, Stream.SEEN_MORE, 2, event=event)
        now[at_risk] += exponential(uniform[:, 0]) / rates.SEEN_MORE.value
        happened = now[at_risk] < end[at_risk]
        who = at_risk[happened]
        rows.append(Rows(who, np.floor(now[who]).astype(np.int64), entry=uniform[happened, 1]))
        now[who] = np.floor(now[who]) + 1  # at most one a day
        event += 1
    seen = Rows.gathered(rows)
    arrested = np.isin(seen.who * BEYOND + seen.day, lives.arrests.who * BEYOND + lives.arrests.day)
    return seen.where(~arrested & ~lives.jail.holds(seen.who, seen.day))


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    if lives.people.persons.intake.name not in CHILDREN:
        seen = cited_by_the_programme(lives)
        yield Log("event", "police", seen.who, seen.day, {"kind": "arrest"}, seen.entry)


SURVEILLANCE = System("surveillance", (), frozenset({"arrest"}), _logs)  # it writes into the records of the police
