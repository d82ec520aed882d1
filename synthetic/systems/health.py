"""Hospitals: emergency visits, and stays."""

from __future__ import annotations

from collections.abc import Iterator

from synthetic.health import visits
from synthetic.lives import Lives
from synthetic.money import each, in_arrears
from synthetic.rates import health as rates
from synthetic.recording import Lines, Log, Source, System, View


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    made = visits(lives)
    yield Log("event", "hospital", made.who, made.day, {"kind": "emergency_visit"}, made.entry)
    stays = made.where(made.admitted)
    yield Log("spell", "hospital", stays.who, stays.day, {"kind": "inpatient"}, stays.entry, {"stop": stays.stop})


def _lines(lives: Lives) -> Iterator[Lines]:
    made = visits(lives)
    stays = made.where(made.admitted)
    yield Lines("emergency_visit", "health", made.who, made.day, each(made.who, rates.EMERGENCY_PRICE))
    yield Lines("inpatient_day", "health", *in_arrears(stays.who, stays.day, stays.stop, rates.INPATIENT_DAY, until=lives.until))


HEALTH = System("health", (Source("hospital", lag=60),), frozenset({"emergency_visit", "inpatient"}), _logs, _lines)
