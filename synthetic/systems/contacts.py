"""Behavioural health: contacts."""

from __future__ import annotations

from collections.abc import Iterator

from synthetic.lives import Lives
from synthetic.money import each
from synthetic.rates import core as rates
from synthetic.recording import Lines, Log, Source, System, View


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    met = lives.contacts
    yield Log("event", "behavioural_health", met.who, met.day, {"kind": "health_contact"}, met.entry)


def _lines(lives: Lives) -> Iterator[Lines]:
    met = lives.contacts
    yield Lines("health_contact", "health", met.who, met.day, each(met.who, rates.CONTACT_PRICE))


CONTACTS = System("contacts", (Source("behavioural_health", lag=45),), frozenset({"health_contact"}), _logs, _lines)
