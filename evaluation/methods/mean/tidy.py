"""What a programme costs and what it is worth, on the columns of a frame: one row a person, names are columns.

from evaluation import cost

cost.mean(frame, cost="dollars", served="programme", on=["age", "before"], estimator="gamma")
cost.worth(frame, cost="dollars", outcome="days_housed", served="programme", better="more").plot()
book = cost.book("unit_costs.csv", price_year=2024)
who = cost.ledger(frame, served="programme", units={"jail day": "jail_days"}, book=book)
cost.budget(who, caseload=[100, 150, 150])
cost.payments(terms, reached, cap=1_000_000)

Results are tables with `.frame`, `.plot()` and a line of what is to be known: see help(cost.worth), and `cost.censored_mean`,
`cost.benefit_cost` with `cost.benefit_of`, `cost.break_even`, `cost.prices`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ...outcomes.cost import brought, read
from ...outcomes.cost.book import VIEWS
from ...outcomes.cost.prices import shipped
from ...phrases import counted, listed, nearest
from ...terms import Finding, Outcome, Problem, Refused
from ..tables import Estimates, asked, columns_there
from . import benefit_cost as accounts
from . import budget as budgets
from . import economics, fieller
from . import payments as paying
from .break_even import break_even_price, caseload_to_close
from .from_frame import effect_on, endless, people_of
from .pairs import DRAWS, SEED, drawn, paired
from .results import BenefitCost, Budget, Ledger, Worthwhile
from .tidy_means import censored_mean, mean

if TYPE_CHECKING:
    from ...terms import Answer, Perspective, UnitCost

__all__ = [
    "benefit_cost",
    "benefit_of",
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

FEWEST_DRAWS = 100  # of which a 95 % range is told
AVERAGE = "At the average, the programme frees less money than this says, unless a pod, a ward or a post closes."


# ------------------------------------------------------------------------------------------------ prices
@asked()
def book(path: Path | str, *, name: str | None = None, price_year: int | None = None) -> tuple[UnitCost, ...]:
    """The lines of a unit-cost book, a CSV with the columns of the table `unit_cost`; in the dollars of `price_year`, left out in their own.

    `name` is that of the book, where the file holds several.  Refuses several without a name, charges, a missing price year and whatever
    would count a day twice.
    """
    lines = read(path)
    if name is not None or len({line.book for line in lines}) > 1:
        lines = _named(lines, name, Path(path).name)
    return lines if price_year is None else brought(lines, price_year)


def _named(lines: Sequence[UnitCost], name: str | None, where: str) -> tuple[UnitCost, ...]:
    """The lines of one book; two books are two answers to what the same service costs, and are never added."""
    held = sorted({line.book for line in lines})
    if name not in held:
        found = f"it holds {counted(len(held), 'book')}: {listed(held)}." if name is None else f"it holds no book '{name}'."
        right = "Lines of two books are never added." if name is None else f"Its books are {listed(held)}."
        raise Refused(Problem(where, found, right, f'Say name = "{held[0]}".' if name is None else nearest(name, held)))
    return tuple(line for line in lines if line.book == name)


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
    is called ("arrest avoided"), `at` what it may be worth.  Rows with one value of `cluster` are drawn together.  `weights` are taken as
    known.  Refuses clusters that are too few for an interval: fewer than two in an arm, or worth fewer than 4 degrees of freedom.
    """
    columns_there(frame, {"outcome": outcome, "events": cost, "served": served, "cluster": cluster, "weights": weights})
    problems = [*_one_of("better", better, ("more", "fewer")), *_whole("draws", draws, FEWEST_DRAWS)]
    problems += [problem for value in at or () for problem in _number("at", value, 0.0)]
    people = people_of(frame, served, cluster, weights, (cost, outcome), problems)
    of_cost, of_outcome = (effect_on(frame[name].to_numpy(dtype=float), people) for name in (cost, outcome))
    defined = _as_outcome(outcome, better)
    told = economics.worth(of_cost, of_outcome, defined, draws=draws, worths=at)
    called = _each(unit) or (f"each additional unit of {outcome}" if better == "more" else f"each unit of {outcome} avoided")
    again = drawn(of_cost, of_outcome, better, draws=draws, seed=SEED)
    return Worthwhile(
        told, of_cost.effect, of_cost.interval, again, called, f"{better} {outcome}", fieller.limits(paired(of_cost, of_outcome, better)).words
    )


def _each(unit: str) -> str:
    """What one unit is called, after "for": "arrest avoided" is each of them."""
    return unit if not unit or unit.split()[0].lower() in ("each", "every", "one", "a", "an") else f"each {unit}"


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
    them before, and bring the book to one year's dollars with `book(path, price_year=...)`.  Services of the book that `units` does not
    name, the programme's own among them, are left out of every sum, and the line under the table says which.  Refuses clusters as
    `worth` does.
    """
    lines = tuple(book)
    problems = [*_one_of("perspective", perspective, tuple(VIEWS)), *_unlike(units, lines)]
    columns = tuple(units.values())
    columns_there(frame, {"served": served, "cluster": cluster, "weights": weights}, {"events": columns})
    for name in dict.fromkeys(columns):
        if below := int((frame[name] < 0).sum()):
            problems.append(Problem(f"column '{name}'", f"{counted(below, 'row')} with units below 0."))
    people = people_of(frame, served, cluster, weights, columns, problems)
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
    left_out = [service for service in dict.fromkeys(line.service for line in lines) if service not in units]
    without = f" Left out, since `units` does not name them: {listed(left_out)}." if left_out else ""
    return Ledger(pd.DataFrame(rows), f"Dollars of {lines[0].price_year} a person, served less compared.{without} {AVERAGE}")


def _unlike(units: Mapping[str, str], lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Why units and lines do not make a ledger: services that the book does not have, dollars of two years, two books."""
    known = sorted({line.service for line in lines})
    for name in units:
        if name not in known:
            yield Problem("units", f"the book has no service '{name}'.", f"It has {listed(known)}.", nearest(name, known))
    if not units:
        yield Problem("units", "they name no service.", f"The book has {listed(known)}.")
    if len(years := sorted({line.price_year for line in lines})) > 1:
        found = f"the book holds dollars of {listed(map(str, years))}."
        yield Problem("book", found, "Dollars of two years are not added.", "Bring it to one: book(path, price_year=...).")
    if len(books := sorted({line.book for line in lines})) > 1:
        yield Problem("book", f"they are lines of {listed(books)}.", "Lines of two books are never added.", "Keep one: book(path, name=...).")


def ledger_of(answer: Answer | Finding) -> Ledger:
    """The ledger of an answer of a study, or of a finding.  Refuses one without.  It holds small numbers that may not leave."""
    answer = answer.answer if isinstance(answer, Finding) else answer
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
    later = f" A year later counts {told.discount:.3g} less." if told.discount else ""
    years = np.array([one.by_year for one in told.ledger])
    return Ledger(pd.DataFrame(rows), f"Dollars of {told.price_year} a person, served less compared.{later} {AVERAGE}", years)


@asked()
def budget(who: Ledger | Answer | Finding, *, caseload: Sequence[float], spread: Sequence[float] | None = None) -> Budget:
    """What each budget changes by in each year, if `caseload` people start in year 1, 2, ...

    `who` is a finding on costs, its answer, or a ledger of dollars per person.  Of a study dollars fall on the years since a start as
    they were found to, and are not discounted: a budget is of the year in which it is spent.  Of a frame's ledger they stand as they
    were given, and `spread` says how they fall: parts that add to 1, (0.7, 0.3); left out, all in the first year.  Given, it is taken
    before what was found.  Assumes that people to come are like those compared.
    """
    who = who if isinstance(who, Ledger) else ledger_of(who)
    text = [problem for word, given in (("spread", spread or ()), ("caseload", caseload)) for one in given for problem in _number(word, one)]
    if text:
        raise Refused(*dict.fromkeys(text))
    shares, people = np.array([1.0] if spread is None else spread, dtype=float), np.array(caseload, dtype=float)
    problems = []
    if not (len(shares) and np.isfinite(shares).all() and (shares >= 0).all() and abs(shares.sum() - 1) < 1e-9):
        problems.append(Problem("spread", f"it adds to {shares.sum():g}, or holds a part below 0.", "Its parts add to 1."))
    if not (len(people) and np.isfinite(people).all() and (people >= 0).all()):
        problems.append(Problem("caseload", "it is empty, or holds a number below 0.", "It is how many people start in each year."))
    if problems:
        raise Refused(*problems)
    rows = who.frame.reset_index(drop=True)
    each = rows["effect"].to_numpy(dtype=float)[:, None] if who.by_year is None else who.by_year
    dollars = budgets.impact(each if spread is None else each.sum(axis=1, keepdims=True) * shares, people)
    told = [
        {name: row[name] for name in ("department", "payer", "basis", "counted", "programme") if name in row}
        | {"year": year + 1, "dollars": dollars[place, year]}
        for place, (_, row) in enumerate(rows.iterrows())
        for year in range(len(people))
    ]
    return Budget(pd.DataFrame(told), tuple(float(one) for one in people), who.by_year is not None)


@asked()
def break_even(*, saved: float, price: float, step: float = 0.0, freed: float = 0.0) -> Estimates:
    """The price per person at which a programme pays for itself, beside its own; and from how many people served a year on a unit closes.

    `saved` are dollars that one person served spares elsewhere.  `step` is how many units fewer a year close a pod, a ward or a post, and
    `freed` how many fewer one person served uses; left out, nothing is said of it.
    """
    problems = [*_number("saved", saved), *_number("price", price, 0.0), *_number("step", step, 0.0), *_number("freed", freed)]
    if problems:
        raise Refused(*problems)
    rows = [{"what": "price at which it pays for itself", "value": break_even_price(price - saved, price)}]
    rows += [{"what": "its own price", "value": price}, {"what": "saved beyond its price, a person", "value": saved - price}]
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
    programme's own per person, with its range, and `instead` what those compared cost.  The seed makes the chance the same each time,
    and each change and each value is drawn of its own, so that another row changes no draw of those there were.  `benefit_of` makes a
    row of a finding.
    """
    numbers = ("units", "std_error", "value", "low", "high")
    columns_there(benefits, {"what": "what", "to": "to"}, {"events": numbers})
    problems = [*endless(benefits, numbers), *_whole("draws", draws, FEWEST_DRAWS), *_whole("seed", seed, 0)]
    told = {"price": price, "low": price if low is None else low, "high": price if high is None else high, "instead": instead}
    given = {"price": price, "low": low, "high": high, "instead": instead}
    unsaid = [problem for word, value in given.items() if value is not None for problem in _number(word, value, 0.0)]
    ends = (told["low"], told["high"])
    problems += [*unsaid] + [
        Problem("to", f"there is no '{whom}'.", f"It is one of {listed(accounts.WHOSE)}.", nearest(str(whom), accounts.WHOSE))
        for whom in dict.fromkeys(benefits["to"])
        if whom not in accounts.WHOSE
    ]
    if wrong := int((~((benefits["low"] <= benefits["value"]) & (benefits["value"] <= benefits["high"]))).sum()):
        problems.append(Problem("column 'value'", f"{wrong:,} of {len(benefits):,} values lie outside their own range."))
    if not unsaid and not ends[0] <= price <= ends[1]:
        problems.append(Problem("price", f"{price:,g} lies outside {ends[0]:,g} to {ends[1]:,g}."))
    if (benefits["std_error"] < 0).any():
        problems.append(Problem("column 'std_error'", "it holds an error below 0."))
    if problems:
        raise Refused(*problems)
    rows = [accounts.Benefit(str(row["what"]), str(row["to"]), *(float(row[name]) for name in numbers)) for _, row in benefits.iterrows()]
    return BenefitCost(accounts.account(rows, accounts.Price(price, *ends, instead), draws=draws, seed=seed), draws, seed)


@asked()
def benefit_of(
    answer: Answer | Finding, *, to: str, value: float, low: float | None = None, high: float | None = None, what: str = ""
) -> pd.DataFrame:  # fmt: skip
    """A row of benefits from what a study found: its effect with its error, at `value` dollars for one unit more, for `benefit_cost`.

    Rows are put together with `pd.concat`.  `what` is the outcome's name where left out: rows of one `what` are drawn as one change.
    Refuses an answer without an effect, or one whose required conditions do not hold.  It holds small numbers that may not leave.
    """
    answer = answer.answer if isinstance(answer, Finding) else answer
    told = answer.estimate
    if told is None:
        raise Refused(Problem("answer", "it has no effect.", remedy="See its problems."))
    if failed := [one.name for one in told.diagnostics if one.required and not one.holds]:
        raise Refused(Problem("answer", f"it is not answered: {listed(failed)} do not hold.", "What cannot be told of people is worth no dollars."))
    ends = {"value": value, "low": value if low is None else low, "high": value if high is None else high}
    problems = [problem for word, number in ends.items() for problem in _number(word, number)]
    problems += _one_of("to", to, accounts.WHOSE)
    if problems:
        raise Refused(*problems)
    return pd.DataFrame([{"what": what or answer.outcome.name, "to": to, "units": told.effect, "std_error": told.std_error, **ends}])


@asked()
def payments(terms: pd.DataFrame, reached: Mapping[str, float], *, cap: float = np.inf) -> Estimates:
    """What is paid for outcomes, term by term: units reached, those paid for, the rate, what a cap took off, and what is paid up to there.

    `terms` has a row a term: outcome, rate, and where they matter over, up_to (units below and from which on this term pays nothing) and
    cap; a blank up_to or cap is none.  `reached` tells the units of each outcome.  The column `payment` adds to what is due.
    """
    open_ended = [name for name in ("up_to", "cap") if name in terms and terms[name].dtype.kind in "iuf"]
    terms = terms.assign(**{name: terms[name].fillna(np.inf) for name in open_ended})
    columns_there(terms, {"outcome": None, "name": "outcome"}, {"events": ["rate", *(name for name in ("over", "up_to", "cap") if name in terms)]})
    problems = [*_wrong_terms(terms, reached), *_number("cap", cap, 0.0, np.inf)]
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


def _wrong_terms(terms: pd.DataFrame, reached: Mapping[str, float]) -> Iterator[Problem]:
    """What is wrong with the terms of a contract, and with what was reached."""
    for name in dict.fromkeys(terms["outcome"]):
        if name not in reached:
            yield Problem("reached", f"nothing says how many units of '{name}' were reached.", f"It tells {listed(map(str, reached))}.")
        else:
            yield from _number(f"reached '{name}'", reached[name], 0.0)
    yield from endless(terms, [name for name in ("rate", "over") if name in terms])
    if bad := int((terms["rate"] < 0).sum()) + sum(int((terms[name] < 0).sum()) for name in ("over", "cap") if name in terms):
        yield Problem("terms", f"{bad} rates, marks or caps are below 0.")
    if "up_to" in terms:
        over = terms.get("over", 0.0)
        if empty := int((terms["up_to"] <= over).sum()):
            yield Problem("terms", f"{counted(empty, 'term')} end before they begin: up_to is no more than over.", "Such a term pays nothing.")


def _one_of(word: str, given: str, known: Sequence[str]) -> Iterator[Problem]:
    if given not in known:
        yield Problem(word, f"there is no '{given}'.", f"It is one of {listed(known)}.", nearest(given, known))


def _number(word: str, value: object, least: float = -np.inf, most: float = np.finfo(float).max) -> Iterator[Problem]:
    """Why something is no number that can be reckoned with."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        yield Problem(word, f"it is {type(value).__name__}, and no number.")
    elif not least <= value <= most:
        yield Problem(word, f"it is {value:,g}.", "It is a finite number." if least == -np.inf else f"It is a finite number, {least:g} or above.")


def _whole(word: str, value: object, least: int) -> Iterator[Problem]:
    if not isinstance(value, (int, np.integer)) or value < least:
        yield Problem(word, f"it is {value}.", f"It is a whole number, {least} or above.")
