"""The childhoods of invented people as child welfare knows them: reports, stays in foster care, placements, running away."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from synthetic.care import Care
from synthetic.care import lived as care_of
from synthetic.lives import Lives
from synthetic.placements import Placements, placements, runaways
from synthetic.reports import Reports, before_end, children_of, made, on_removal, once, seen
from synthetic.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Childhood:
    """What child welfare knows of everybody; people who were grown when the records began have no rows."""

    reports: Reports
    care: Care
    placements: Placements
    runaways: Rows


_LIVED: WeakKeyDictionary[Lives, Childhood] = WeakKeyDictionary()  # as long as the lives themselves: their rows and costs are asked for one by one


def childhood(lives: Lives) -> Childhood:
    """The childhoods in these lives; the same object as long as the lives are kept."""
    if lives not in _LIVED:
        _LIVED[lives] = _childhood(lives)
    return _LIVED[lives]


def _childhood(lives: Lives) -> Childhood:
    """Nobody is reported while in care; a removal that no report announced has one of its own, on the day."""
    children = children_of(lives)
    reports = made(children)
    care = care_of(children, reports)
    unannounced = care.where(care.unannounced)
    reports = Reports.gathered([reports, seen(children)])
    at_home = reports.where(~care.holds(reports.who, reports.day))
    known = Reports.gathered([at_home, on_removal(unannounced.who, unannounced.day, unannounced.entry)])
    return Childhood(before_end(once(known), children), care, placements(children, care), runaways(children, care))
