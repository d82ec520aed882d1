"""Child welfare: reports and what came of them, removals, foster care, placements, discharges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.care import EXITS, OPEN
from synthetic.children import childhood
from synthetic.lives import Lives
from synthetic.money import each, in_arrears
from synthetic.placements import HOMES
from synthetic.rates import children as rates
from synthetic.recording import Lines, Log, Source, System, View
from synthetic.rows import BEYOND, NEVER_DAY

SOURCE = "child_welfare"
DISCHARGES = EXITS[:OPEN]
DAYS = (rates.KIN_DAY, rates.FOSTER_DAY, rates.GROUP_DAY)  # the price of a day, for each of HOMES
AGENCY = "human_services"


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    known = childhood(lives)
    reports, care, placed, ran = known.reports, known.care, known.placements, known.runaways
    yield Log("event", SOURCE, reports.who, reports.day, {"kind": "report"}, reports.entry)
    true = reports.where(reports.substantiated)
    _, once = np.unique(true.who * BEYOND + true.concluded, return_index=True)  # investigations that end on one day are one finding
    true = true.where(once)
    yield Log("event", SOURCE, true.who, true.concluded, {"kind": "substantiated"}, true.entry)
    yield Log("event", SOURCE, care.who, care.day, {"kind": "removal"}, care.entry)
    yield Log("spell", SOURCE, care.who, care.day, {"kind": "foster_care"}, care.entry, {"stop": np.minimum(care.stop, view.moved[care.who])})
    over = care.where(care.exit < OPEN)
    kinds = tuple(f"discharge:{name}" for name in DISCHARGES)
    yield Log("event", SOURCE, over.who, over.stop, {}, over.left, codes={"kind": (over.exit, kinds)})
    tried = care.where(care.trial < NEVER_DAY)
    yield Log("event", SOURCE, tried.who, tried.trial, {"kind": "trial_home_visit"}, tried.left)
    stop = np.minimum(placed.stop, view.moved[placed.who])
    homes = tuple(f"placement:{home}" for home in HOMES)
    yield Log("spell", SOURCE, placed.who, placed.day, {}, placed.entry, {"stop": stop}, {"kind": (placed.home, homes)})
    moves = placed.where(placed.moved)
    yield Log("event", SOURCE, moves.who, moves.day, {"kind": "placement_move"}, moves.entry)
    yield Log("event", SOURCE, ran.who, ran.day, {"kind": "runaway"}, ran.entry)


def _lines(lives: Lives) -> Iterator[Lines]:
    known = childhood(lives)
    investigated = known.reports.where(~known.reports.seen)  # what only a programme's own eyes bring changes no cost
    yield Lines("investigation", AGENCY, investigated.who, investigated.day, each(investigated.who, rates.INVESTIGATION))
    for place, (home, price) in enumerate(zip(HOMES, DAYS, strict=True)):
        placed = known.placements.where(known.placements.home == place)
        yield Lines(f"{home}_day", AGENCY, *in_arrears(placed.who, placed.day, placed.stop, price, until=lives.until))


CHILDREN = System(
    "children",
    (Source(SOURCE, lag=30),),
    frozenset(
        {"report", "substantiated", "removal", "placement_move", "runaway", "trial_home_visit", "foster_care"}
        | {f"discharge:{name}" for name in DISCHARGES}
        | {f"placement:{home}" for home in HOMES}
    ),
    _logs,
    _lines,
)
