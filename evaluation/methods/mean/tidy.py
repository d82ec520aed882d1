"""What a programme costs and what it is worth, on the columns of a frame: one row a person, names are columns.

from evaluation import cost

cost.mean(frame, cost="dollars", served="programme", on=["age", "before"], estimator="gamma")
cost.worth(frame, cost="dollars", outcome="days_housed", served="programme", better="more").plot()
book = cost.book("unit_costs.csv")
who = cost.ledger(frame, served="programme", units={"jail day": "jail_days"}, book=book)
cost.budget(who, caseload=[100, 150, 150])
cost.payments(terms, reached, cap=1_000_000)

Results are tables with `.frame`, `.plot()` and a line of what is to be known: see help(cost.worth), and `cost.censored_mean`,
`cost.benefit_cost`, `cost.break_even`, `cost.prices`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ...outcomes.cost import brought, read
from ...outcomes.cost.book import VIEWS
from ...outcomes.cost.prices import shipped
from ...phrases import listed, nearest
from ...terms import Outcome, Problem, Refused
from ..tables import Estimates, asked, columns_there
from . import benefit_cost as accounts
from . import budget as budgets
from . import economics, fieller
from . import payments as paying
from .break_even import break_even_price, caseload_to_close
from .from_frame import effect_on, people_of
from .pairs import DRAWS, SEED, drawn, paired
from .results import BenefitCost, Budget, Ledger, Worthwhile
from .tidy_means import censored_mean, mean

if TYPE_CHECKING:
    from ...terms import Answer, Perspective, UnitCost

__all__ = [
    "benefit_cost",
    "book",
    "break_even",
    "budget",
    "censored_mean",
    "ledger",
    "ledger_of",
    "mean",
    "payments",
    "prices",
    "worth",
]  # functions alone: classes would fill their help

AVERAGE = "At the average, the programme frees less money than this says, unless a pod, a ward or a post closes."


# ------------------------------------------------------------------------------------------------ prices
def book(path: Path | str, *, price_year: int | None = None) -> tuple[UnitCost, ...]:
    """The lines of a unit-cost book, a CSV with the columns of the table `unit_cost`; in the dollars of `price_year`, left out in their own.

    Refuses charges, a missing price year and whatever would count a day twice.
    """
    lines = read(path)
    return lines if price_year is None else brought(lines, price_year)


def prices() -> Estimates:
    """The price index that ships, by year, with where it was read: what dollars of one year are worth in those of another."""
    index = shipped()
    rows = pd.DataFrame([{"year": year, "index": value} for year, value in sorted(index.years.items())])
    return Estimates(rows, index.source)


# ------------------------------------------------------------------------------------------------ what a unit costs
@asked()
def worth(
    frame: pd.DataFrame, *, cost: str, outcome: str, served: str, better: Literal["more", "fewer"], cluster: str | None = None,
    weights: str | None = None, unit: str = "", at: Sequence[float] | None = None, draws: int = DRAWS,
) -> Worthwhile:  # fmt: skip
    """What one more unit of `outcome` costs, with Fieller's range and that of people drawn again, net benefit and the acceptability curve.

    `better` says which way of the outcome is better: "more" prices each additional unit, "fewer" each one avoided.  No ratio is told
    where the 95 % range of the outcome's difference holds none, where it got worse, or where no more was spent.  `unit` is what one unit
    is called, `at` what it may be worth.  Rows with one value of `cluster` are drawn together.  `weights` are taken as known.
    """
    _one_of("better", better, ("more", "fewer"))
    columns_there(frame, {"outcome": outcome, "events": cost, "served": served, "cluster": cluster, "weights": weights})
    people = people_of(frame, served, cluster, weights)
    of_cost, of_outcome = (effect_on(frame[name].to_numpy(dtype=float), people) for name in (cost, outcome))
    defined = _as_outcome(outcome, better)
    told = economics.worth(of_cost, of_outcome, defined, draws=draws, worths=at)
    called = unit or (f"each additional unit of {outcome}" if better == "more" else f"each unit of {outcome} avoided")
    again = drawn(of_cost, of_outcome, better, draws=draws, seed=SEED)
    return Worthwhile(told, of_cost.effect, again, called, fieller.limits(paired(of_cost, of_outcome, better)).words)


def _as_outcome(column: str, better: Literal["more", "fewer"]) -> Outcome:
    """A column as an outcome, of which only its name and direction are read."""
    words: dict[str, Any] = {"why_better": "", "universe": "the rows of the frame", "authority": "The analyst's own column", "not_counted": ""}
    said = {"en": column}
    return Outcome(column, "amount", said, said, better, table="spell", kinds=(column,), unit="days", verified=False, **words)


# ------------------------------------------------------------------------------------------------ who pays
@asked()
def ledger(
    frame: pd.DataFrame, *, served: str, units: Mapping[str, str], book: Sequence[UnitCost], perspective: Perspective = "government",
    cluster: str | None = None, weights: str | None = None,
) -> Ledger:  # fmt: skip
    """Who pays more and who less, per person: `units` names the column that holds how many units of each service of `book` a person used.

    All payers are told; those that `perspective` does not hold do not count in the total.  Units are priced as they stand: discount
    them before, and bring the book to one year's dollars with `book(path, price_year=...)`.
    """
    lines = tuple(book)
    _one_of("perspective", perspective, tuple(VIEWS))
    known = sorted({line.service for line in lines})
    if strange := [name for name in units if name not in known]:
        raise Refused(*(Problem("units", f"the book has no service '{name}'.", f"It has {listed(known)}.", nearest(name, known)) for name in strange))
    if len(years := sorted({line.price_year for line in lines})) > 1:
        found = f"the book holds dollars of {listed(map(str, years))}."
        raise Refused(Problem("book", found, "Dollars of two years are not added.", "Bring it to one: book(path, price_year=...)."))
    columns_there(frame, {"served": served, "cluster": cluster, "weights": weights}, {"events": tuple(units.values())})
    people = people_of(frame, served, cluster, weights)
    rows = []
    for department, payer, basis in sorted({(line.department, line.payer, line.basis) for line in lines if line.service in units}):
        inside = [line for line in lines if (line.department, line.payer, line.basis) == (department, payer, basis) and line.service in units]
        dollars = sum((line.cost * frame[units[line.service]].to_numpy(dtype=float) for line in inside), start=np.zeros(len(frame)))
        found_ = effect_on(dollars, people)
        rows.append(
            {
                **{"department": department, "payer": payer, "basis": basis, "served": found_.served.mean, "compared": found_.compared.mean},
                **{"effect": found_.effect, "low": found_.interval.low, "high": found_.interval.high, "counted": payer in VIEWS[perspective]},
            }
        )
    return Ledger(pd.DataFrame(rows), f"Dollars a person, served less compared. {AVERAGE}")


def ledger_of(answer: Answer) -> Ledger:
    """The ledger of an answer of a study.  Refuses an answer without one.  It holds small numbers that may not leave."""
    told = answer.estimate.economics if answer.estimate else None
    if told is None or not told.ledger:
        raise Refused(Problem("answer", "it has no ledger.", "A question on cost by the method 'mean', with money and a book, has one."))
    rows = [
        {
            **{"department": one.department, "payer": one.payer, "basis": one.basis, "served": one.served, "compared": one.compared},
            **{"effect": one.effect, "low": one.interval.low, "high": one.interval.high, "counted": one.counted, "programme": one.programme},
        }
        for one in told.ledger
    ]
    return Ledger(pd.DataFrame(rows), f"Dollars of {told.price_year} a person, served less compared. {AVERAGE}")


@asked()
def budget(who: Ledger, *, caseload: Sequence[float], spread: Sequence[float] = (1.0,)) -> Budget:
    """What each budget changes by in each year, if `caseload` people start in year 1, 2, ...

    `who` is a ledger of dollars per person; `spread` says how they fall on the years since a start, and adds to 1: (0.7, 0.3).
    Assumes that people to come are like those compared.
    """
    shares, people = np.array(spread, dtype=float), np.array(caseload, dtype=float)
    problems = []
    if not (len(shares) and np.isfinite(shares).all() and (shares >= 0).all() and abs(shares.sum() - 1) < 1e-9):
        problems.append(Problem("spread", f"it adds to {shares.sum():g}, or holds a part below 0.", "Its parts add to 1."))
    if not (len(people) and np.isfinite(people).all() and (people >= 0).all()):
        problems.append(Problem("caseload", "it is empty, or holds a number below 0.", "It is how many people start in each year."))
    if problems:
        raise Refused(*problems)
    rows = who.frame.reset_index(drop=True)
    dollars = budgets.impact(rows["effect"].to_numpy(dtype=float)[:, None] * shares, people)
    told = [
        {"department": row["department"], "payer": row["payer"], "basis": row["basis"], "year": year + 1, "dollars": dollars[place, year]}
        for place, (_, row) in enumerate(rows.iterrows())
        for year in range(len(people))
    ]
    return Budget(pd.DataFrame(told), tuple(float(one) for one in people))


def break_even(*, saved: float, price: float, step: float = 0.0, freed: float = 0.0) -> Estimates:
    """The price per person at which a programme pays for itself, beside its own; and from how many people served a year on a unit closes.

    `saved` are dollars that one person served spares elsewhere.  `step` is how many units fewer a year close a pod, a ward or a post, and
    `freed` how many fewer one person served uses; left out, nothing is said of it.
    """
    rows = [{"what": "price at which it pays for itself", "value": break_even_price(price - saved, price)}]
    rows += [{"what": "its own price", "value": price}, {"what": "left a person", "value": saved - price}]
    if step:
        rows.append({"what": "people served a year until one closes", "value": caseload_to_close(step, freed)})
    frame = pd.DataFrame(rows)
    return Estimates(frame.assign(value=frame["value"].astype(float)), "No number: it saves nothing that could pay for it, or frees nothing.")


# ------------------------------------------------------------------------------------------------ benefits and payments
@asked()
def benefit_cost(
    benefits: pd.DataFrame, *, price: float, low: float | None = None, high: float | None = None, instead: float = 0.0,
    draws: int = accounts.DRAWS, seed: int = accounts.SEED,
) -> BenefitCost:  # fmt: skip
    """Benefits less costs per person in the form of WSIPP, with the chance that benefits exceed costs.

    `benefits` has a row for each change and each of those who gain by it: what, to (taxpayers, participants, others or indirect), units
    (the change per person; fewer is a minus), std_error, value (dollars that one unit more is worth to them), low and high.  `price` is the
    programme's own per person, with its range, and `instead` what those compared cost.  The seed makes the chance the same each time.
    """
    numbers = ("units", "std_error", "value", "low", "high")
    columns_there(benefits, {"what": "what", "to": "to"}, {"events": numbers})
    ends = (price if low is None else low, price if high is None else high)
    problems = [
        Problem("to", f"there is no '{whom}'.", f"It is one of {listed(accounts.WHOSE)}.", nearest(str(whom), accounts.WHOSE))
        for whom in dict.fromkeys(benefits["to"])
        if whom not in accounts.WHOSE
    ]
    if wrong := int((~((benefits["low"] <= benefits["value"]) & (benefits["value"] <= benefits["high"]))).sum()):
        problems.append(Problem("column 'value'", f"{wrong:,} of {len(benefits):,} values lie outside their own range."))
    if not ends[0] <= price <= ends[1]:
        problems.append(Problem("price", f"{price:,g} lies outside {ends[0]:,g} to {ends[1]:,g}."))
    if (benefits["std_error"] < 0).any():
        problems.append(Problem("column 'std_error'", "it holds an error below 0."))
    if problems:
        raise Refused(*problems)
    rows = [accounts.Benefit(str(row["what"]), str(row["to"]), *(float(row[name]) for name in numbers)) for _, row in benefits.iterrows()]
    return BenefitCost(accounts.account(rows, accounts.Price(price, *ends, instead), draws=draws, seed=seed), draws, seed)


@asked()
def payments(terms: pd.DataFrame, reached: Mapping[str, float], *, cap: float = np.inf) -> Estimates:
    """What is paid for outcomes, term by term: units reached, those paid for, the rate, what a cap took off, and what is paid up to there.

    `terms` has a row a term: outcome, rate, and where they matter over, up_to (units below and from which on this term pays nothing) and
    cap.  `reached` tells the units of each outcome.  The column `payment` adds to what is due.
    """
    columns_there(terms, {"outcome": None, "name": "outcome"}, {"events": ["rate", *(name for name in ("over", "up_to", "cap") if name in terms)]})
    missing = [name for name in dict.fromkeys(terms["outcome"]) if name not in reached]
    bad = int((terms["rate"] < 0).sum()) + sum(int((terms[name] < 0).sum()) for name in ("over", "cap") if name in terms)
    problems = [Problem("reached", f"nothing says how many units of '{name}' were reached.", f"It tells {listed(reached)}.") for name in missing]
    if bad:
        problems.append(Problem("terms", f"{bad} rates, marks or caps are below 0."))
    if problems:
        raise Refused(*problems)
    made = [
        paying.Term(
            str(row["outcome"]),
            float(row["rate"]),
            *(float(row.get(name, usual)) for name, usual in (("over", 0.0), ("up_to", np.inf), ("cap", np.inf))),
        )
        for _, row in terms.iterrows()
    ]
    told = paying.schedule(made, {name: float(units) for name, units in reached.items()}, cap)
    rows = pd.DataFrame([{name: getattr(row, name) for name in paying.Payment.__slots__} for row in told])
    numbers = [name for name in rows.columns if name != "outcome"]
    rows[numbers] = rows[numbers].astype(float)
    return Estimates(rows, f"Due: ${sum(row.payment for row in told):,.2f}.")


def _one_of(word: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise Refused(Problem(word, f"there is no '{given}'.", f"It is one of {listed(known)}.", nearest(given, known)))
