"""A small county in which a programme was offered to those released, more often to those with more arrests before: who is compared matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

import evaluation as ev
from evaluation.challenges.asked import Asked
from evaluation.challenges.running import of_prepared
from evaluation.pipeline import answer, prepare
from evaluation.records import Records, connect
from evaluation.terms import Assigned, CohortPlan, HistoryColumn, Horizon, Matching, Question, Starts, Study

START = date(2020, 3, 1)
Chance = Callable[
    [np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]], np.ndarray[Any, Any]
]  # of prior arrests, stays, and who is offered it
PRIOR = HistoryColumn("prior_arrests", "event", ("arrest",), "count", 365)
STAYS = HistoryColumn("prior_bookings", "event", ("jail_booking",), "count", 365)


def records(risk: Chance, *, n: int = 600, seed: int = 1, by_prior: float = 0.8, moved: Chance | None = None, **more: pd.DataFrame) -> Records:
    """n people released on one day; the chance of an offer grows with the arrests of the year before, and that of an arrest after is `risk`.

    `moved` is the chance of leaving the county within two months, before anything happens.
    """
    rng = np.random.default_rng(seed)
    prior, stays = rng.poisson(1.0, n), rng.poisson(0.7, n)
    offered = rng.random(n) < 1 / (1 + np.exp(1.0 - by_prior * prior))
    arrested = rng.random(n) < risk(prior, stays, offered)
    gone = np.zeros(n, dtype=bool) if moved is None else rng.random(n) < moved(prior, stays, offered)
    events: list[tuple[str, str, date]] = []
    for number in range(n):
        person = f"p{number:04d}"
        events += [(person, "release", START), (person, "offer:aid" if offered[number] else "no_offer:aid", START)]
        events += [(person, "arrest", START - timedelta(days=30 + 20 * each)) for each in range(prior[number])]
        events += [(person, "jail_booking", START - timedelta(days=45 + 20 * each)) for each in range(stays[number])]
        events += [(person, "arrest", START + timedelta(days=90 + number % 180))] if arrested[number] else []
    rows = pd.DataFrame(events, columns=["person_id", "kind", "day"]).assign(source="jail", value=None)
    covered = pd.DataFrame([{"source": "jail", "first": date(2018, 1, 1), "last": date(2022, 12, 31), "lag_days": 0, "grain": "day"}])
    moves = [START + timedelta(days=20 + number % 40) if gone[number] else None for number in range(n)]
    people = pd.DataFrame({"person_id": [f"p{number:04d}" for number in range(n)], "moved": moves})
    return connect({"person": people, "event": rows, "coverage": covered} | more)


def study(**words: object) -> Study:
    """Those offered against those not, matched one to one, by arrests within 364 days."""
    plan = CohortPlan(
        (date(2020, 1, 1), date(2020, 12, 31)),
        "eligibility",
        Starts(("release",)),
        lookback_days=365,
        assigned=Assigned("offer", "offer:aid", "no_offer:aid"),
    )
    question = Question(
        "recidivism/arrest", Horizon(days=364), "matched", -0.05, estimand="effect_on_the_served", compare=Matching(by="inverse_probability")
    )
    made = Study({"en": "Aid"}, "small", "aid", {"main": plan}, (question,), history=(PRIOR, STAYS))
    return ev.but(made, outcome="recidivism/arrest", **words)


def asked(found: Records, **words: object) -> Asked:
    """The headline, answered, with everything it was made of."""
    prepared = prepare(study(**words), found, today=date(2026, 1, 1))
    asks = of_prepared(prepared, answer(prepared)[0], today=date(2026, 1, 1))
    assert asks is not None, answer(prepared)[0]
    return asks
