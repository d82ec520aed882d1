"""Answers about money made by hand, for the tests of what is said of them: invented people, a small book and the real arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from report_bundle import PROVENANCE

from evaluation.methods.mean.economics import economics
from evaluation.methods.mean.from_frame import effect_on, people_of
from evaluation.methods.mean.pairs import Effect
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Arm, Estimand, Estimate, Horizon, LedgerLine, Money, Question, UnitCost

MONEY = Money(2024, book="bayview_2024")
YEAR = Horizon(months=12)
BASES = ("average", "short_run_marginal", "long_run_marginal")


def line(service: str, department: str, payer: str, basis: str, cost: float, *, kind: str = "custody", step: float = 0.0) -> UnitCost:
    """A line of an invented book; what is not asked about is the same in each."""
    table = "service" if kind == "aid" else "spell"
    return UnitCost(
        "bayview_2024", service, table, kind, "day", department, payer, "general", basis, 2024, cost, 0.8 * cost, 1.2 * cost, 0.7, step, "Book"
    )


BOOK = (
    *(line("aid day", "housing", "county", basis, 40.0, kind="aid") for basis in BASES),
    *(line("jail day", "sheriff", "county", basis, cost, step=3650.0) for basis, cost in zip(BASES, (150.0, 30.0, 90.0), strict=True)),
    *(line("hospital day", "health", "managed_care", basis, 2000.0, kind="inpatient") for basis in BASES),
)


@dataclass(frozen=True)
class Priced:
    """A priced ruler of days that are given, with the verbs that economics asks."""

    units: dict[str, np.ndarray]
    lines: tuple[UnitCost, ...] = BOOK
    money: Money = MONEY
    beside: object = None
    programme: tuple[str, ...] = ("aid day",)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(sorted(self.units))

    @property
    def counted(self) -> tuple[bool, ...]:
        return tuple(one.basis == self.money.basis and one.payer != "managed_care" for one in self.lines)

    def by_part(self, horizon: Horizon, inner: tuple[int, ...], *, discounted: bool = True) -> np.ndarray:
        return np.column_stack([self.units[service] for service in self.services])[:, :, None]

    @property
    def dollars(self) -> np.ndarray:
        return sum(self.units[one.service] * one.cost for one, counted in zip(self.lines, self.counted, strict=True) if counted)


def people(n: int = 600, *, gain: float = 60.0, hospital: float = 0.3, seed: int = 3) -> pd.DataFrame:
    """Invented people of two arms of one size: days of aid, in jail and in hospital, and days housed."""
    rng = np.random.default_rng(seed)
    z = np.arange(n) % 2
    return pd.DataFrame(
        {
            "served": z,
            "aid": np.where(z == 1, rng.integers(60, 180, n), 0).astype(float),
            "jail": rng.poisson(np.where(z == 1, 9, 14)) * (rng.random(n) < 0.7),
            "hospital": rng.poisson(3, n) * (rng.random(n) < hospital),
            "housed": np.clip(rng.normal(120 + gain * z, 70), 0, 365).round() * (rng.random(n) < 0.85),
        }
    ).astype(float)


def priced(frame: pd.DataFrame, outcome: str = "custody_days/recorded") -> Priced:
    """The ruler of a frame, with the outcome beside it."""
    units = {"aid day": frame["aid"].to_numpy(), "jail day": frame["jail"].to_numpy(), "hospital day": frame["hospital"].to_numpy()}
    beside = SimpleNamespace(outcome=replace(OUTCOMES[outcome], better="more", event={"en": "days housed", "es": "días con vivienda"}))
    return Priced(units, beside=beside)


def answer(frame: pd.DataFrame | None = None, *, few: bool = False, dominant: bool = False) -> Answer:
    """The answer on costs: `few` people of each arm were in hospital, or one of them alone cost most of what it did."""
    given = people(hospital=0.015 if few else 0.3) if frame is None else frame
    if dominant:
        given.loc[0, "hospital"] = 5000.0
    ruler, arms = priced(given), people_of(given, "served", None, None)

    def effect_of(column: np.ndarray) -> Effect:
        column = np.asarray(column, dtype=float).reshape(len(given), -1).sum(axis=1)
        found = effect_on(column, arms)
        return replace(found, served=_judged(found.served, column, arms.served), compared=_judged(found.compared, column, ~arms.served))

    cost = effect_of(ruler.dollars)
    question = Question("cost_per_client/priced", YEAR, "mean", -200.0, per="custody_days/recorded", money=MONEY)
    told = economics(cost, effect_of, ruler, question, beside=effect_of(given["housed"].to_numpy()), sensitivity={}, top_share=(0.05, 0.08))
    estimand = Estimand(
        "average_effect", "difference in mean amount over 12 months", "everybody whom the lot covered", "offered, against not offered"
    )
    estimate = Estimate(estimand, cost.effect, cost.std_error, cost.interval, 0.0, cost.served, cost.compared, economics=told)
    ledger = (LedgerLine("an event starts the clock", 0, len(given)),)
    return Answer(question, OUTCOMES["cost_per_client/priced"], ledger, PROVENANCE, "built", estimate, (), by="lot")


def _judged(arm: Arm, column: np.ndarray, there: np.ndarray) -> Arm:
    """An arm with how near its largest amount can be guessed."""
    size = np.sort(np.append(np.abs(column[there]), [0.0, 0.0]))
    return replace(arm, closest=float("inf") if size[-1] == 0 else float((size.sum() - size[-1] - size[-2]) / size[-1]))
