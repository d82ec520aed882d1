"""What stands beside a difference in cost: who pays, what the programme itself costs, what pays for it, and what one more unit costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from ...outcomes.cost.book import VIEWS
from ...outcomes.cost.discount import DAYS_A_YEAR, year_starts
from ...terms import Closure, Economics, Interval, LedgerShare, Outcome, UnitCost, Worth
from . import acceptability, fieller
from .break_even import break_even_price, caseload_to_close
from .pairs import DRAWS, Effect, drawn, paired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...terms import Array, Money, Question

BASES = ("average", "short_run_marginal", "long_run_marginal")
_ENOUGH_DRAWS = 100  # pairs kept for the picture
_DIGITS = 12  # to which shares of a cost are the same

EffectOf = Callable[["Array"], Effect]


def economics(
    cost: Effect,
    effect_of: EffectOf,
    ruler: Any,
    question: Question,
    *,
    inner: tuple[int, ...] = (),
    beside: Effect | None = None,
    sensitivity: Mapping[str, float] | None = None,
    top_share: tuple[float, float] | None = None,
) -> Economics:
    """Everything in dollars that stands beside the effect `cost`.

    `effect_of` tells the effect on one (n, 1) column in the order of the cohort, on the same rows and linear in the column, so that what
    departments spend adds up.  `ruler` is that of the cost: with `lines` of a book there is a ledger, without it none.  `inner` are the
    days since a start at which a clock is cut, where anybody was lost: what departments spend is then read by the same parts as the
    amount, columns are (n, K), and the parts of those who left count like the whole.  `beside` is the effect on the outcome that the
    question prices, in its own unit and as it was measured, on the same rows.
    """
    money: Money | None = getattr(ruler, "money", None)
    if money is None:
        raise TypeError("economics needs a ruler that knows its money")
    lines: tuple[UnitCost, ...] = ruler.lines
    shares: tuple[LedgerShare, ...] = ()
    closures: tuple[Closure, ...] = ()
    told, own, pays = dict(sensitivity or {}), _Own(None, None, 0.0, 0.0), None
    if lines:
        book = _Book(ruler, question, effect_of, inner)
        shares = _ledger(book, money)
        told |= _ranges(book)
        own = _programme(book, money)
        pays = _break_even(book, own)
        closures = _closures(ruler, question, effect_of, inner)
    return Economics(
        price_year=money.price_year,
        basis=money.basis,
        perspective=money.perspective,
        discount=money.discount,
        ledger=shares,
        programme=own.price,
        whole_price=own.whole,
        break_even=pays,
        worth=worth(cost, beside, ruler.beside.outcome) if beside is not None else None,
        sensitivity=told,
        top_share=top_share,
        book=money.book,
        closures=closures,
        citations=tuple(dict.fromkeys(line.citation for line in lines if line.citation)),
    )


def worth(
    cost: Effect, outcome: Effect, defined: Outcome, *, draws: int = DRAWS, worths: Sequence[float] | None = None,
) -> Worth:  # fmt: skip
    """What one more unit of an outcome costs, from two effects on the same people.

    A ratio is told where the outcome got better beyond doubt (its 95 % interval leaves out 0) and money was spent on it; otherwise net
    benefit and the chance that the programme is worth its cost, which need no ratio, stand alone.
    """
    pair = paired(cost, outcome, defined.better)
    again = drawn(cost, outcome, defined.better, draws=draws)
    by_fieller = fieller.limits(pair)
    doubtful = not outcome.interval.excludes(0.0) or by_fieller.shape != "between"
    why = "no_effect" if doubtful else "worse" if pair.gain < 0 else "cheaper" if pair.cost <= 0 else ""
    nothing = Interval(-np.inf, np.inf, fieller.FIELLER)
    asked = tuple(worths) if worths is not None else acceptability.grid(pair, again, None if why else by_fieller.high)
    return Worth(
        outcome=defined.name,
        better=defined.better,
        effect=outcome.effect,
        effect_interval=outcome.interval,
        ratio=None if why else pair.cost / pair.gain,
        limits=nothing if why else by_fieller.interval,
        bootstrap=nothing if why else acceptability.percentiles(again),
        quadrants=acceptability.quadrants(again),
        acceptability=acceptability.curve(again, asked),
        net_benefit=tuple((float(one), *acceptability.net_benefit(pair, one)) for one in asked),
        plane=acceptability.spread(again, _ENOUGH_DRAWS),
        why=why,
        enough=acceptability.enough(again),
        unit=defined.unit,
        event=defined.event,
        arms=(outcome.served, outcome.compared),
    )


class _Book:
    """Lines of a book with the units that each clock accrued of each; `counted` lines make the amount that the question asks about.

    What payers and bases share of one service are multiples of one effect, which is estimated once.
    """

    def __init__(self, ruler: Any, question: Question, effect_of: EffectOf, inner: tuple[int, ...]) -> None:
        self.lines: tuple[UnitCost, ...] = ruler.lines
        self.counted: tuple[bool, ...] = ruler.counted
        self.own = frozenset(ruler.programme)
        self._units: Array = ruler.by_part(question.horizon, inner)
        self._years = _Years(ruler, question, inner)
        self._place = {service: place for place, service in enumerate(ruler.services)}
        self._effect_of = effect_of
        self._known: dict[tuple[tuple[str, float], ...], Effect] = {}

    def effect(self, places: Sequence[int], at: str = "cost") -> Effect:
        """The effect on the dollars of some lines, by their cost or one end of its range."""
        whole, shares = self._shares(places, at)
        if not whole > 0:
            return self._effect_of(np.zeros((len(self._units), self._units.shape[2])))
        key = tuple(sorted((service, round(share, _DIGITS)) for service, share in shares.items()))
        if key not in self._known:
            self._known[key] = self._effect_of(self._column(self._units, shares))
        return times(self._known[key], whole)

    def by_year(self, places: Sequence[int]) -> tuple[float, ...]:
        """The same effect by year since a start, not discounted."""
        whole, shares = self._shares(places, "cost")
        if not whole > 0 or self._years.many == 1:  # nothing of the first year is discounted
            return (*([0.0] * (self._years.many - 1) if not whole > 0 else []), self.effect(places).effect)
        return tuple(whole * self._effect_of(self._column(units, shares)).effect for units in self._years.units())

    def _shares(self, places: Sequence[int], at: str) -> tuple[float, dict[str, float]]:
        """What a unit of each service costs together, and how that falls on the services."""
        costs = {place: float(getattr(self.lines[place], at)) for place in places}
        whole = sum(costs.values())
        shares: dict[str, float] = {}
        for place, cost in costs.items() if whole > 0 else ():
            shares[self.lines[place].service] = shares.get(self.lines[place].service, 0.0) + cost / whole
        return whole, shares

    def _column(self, units: Array, shares: Mapping[str, float]) -> Array:
        """(n, K) of so much of each service."""
        return np.asarray(sum(share * units[:, self._place[service], :] for service, share in shares.items()))

    def places(self, told: Callable[[int, UnitCost], bool]) -> list[int]:
        """Which lines a condition holds of."""
        return [place for place, line in enumerate(self.lines) if told(place, line)]


class _Years:
    """The units of each year since a start, not discounted, in the parts in which the amount was read."""

    def __init__(self, ruler: Any, question: Question, inner: tuple[int, ...]) -> None:
        horizon = question.horizon
        self.many = ceil((horizon.months or 0) / 12) if horizon.days is None else 1 + int((horizon.days - 1) / DAYS_A_YEAR)
        self._ruler, self._horizon, self._inner = ruler, horizon, inner
        self._whole: Array | None = None

    def units(self) -> Iterator[Array]:
        """(n, services, K) for each year; where nobody was lost K is 1, else a part is of the year in which it begins."""
        if self._whole is None:
            edges = self._inner or tuple(year_starts(year) for year in range(1, self.many))
            self._whole = self._ruler.by_part(self._horizon, edges, discounted=False)
        if not self._inner:
            yield from (self._whole[:, :, [year]] for year in range(self.many))
            return
        of = np.array([int((first + 1) / DAYS_A_YEAR) for first in (0, *self._inner)])  # a month may begin a day before its year
        yield from (np.where(of == year, self._whole, 0.0) for year in range(self.many))


def times(effect: Effect, dollars: float) -> Effect:
    """The effect on so many times its column."""
    one = effect.interval
    return replace(
        effect,
        served=replace(effect.served, mean=effect.served.mean * dollars),
        compared=replace(effect.compared, mean=effect.compared.mean * dollars),
        effect=effect.effect * dollars,
        std_error=effect.std_error * dollars,
        interval=Interval(one.low * dollars, one.high * dollars, one.by),
        influence=effect.influence * dollars,
    )


def _ledger(book: _Book, money: Money) -> tuple[LedgerShare, ...]:
    """What changed by department, payer and basis, the programme's own apart; nothing on a basis on which a part of it has no price.

    On the basis that the question asks for all stands that the amount holds.
    """
    seen = VIEWS[money.perspective]
    found = []
    for department, payer, own in sorted({(line.department, line.payer, line.service in book.own) for line in book.lines}):
        whose = (department, payer, own)
        places = book.places(lambda _, line, whose=whose: (line.department, line.payer, line.service in book.own) == whose)  # type: ignore[misc]  # a default binds the loop's own
        services = {book.lines[place].service for place in places}
        for basis in BASES:
            on = [place for place in places if book.lines[place].basis == basis]
            priced = {book.lines[place].service for place in on}
            if not on or (priced != services and basis != money.basis):
                continue
            effect = book.effect(on)
            arms = (effect.served, effect.compared)
            of_both = (effect.served.mean, effect.compared.mean, effect.effect, effect.interval)
            found.append(LedgerShare(department, payer, basis, *of_both, programme=own, counted=payer in seen, arms=arms, by_year=book.by_year(on)))
    return tuple(found)


def _ranges(book: _Book) -> dict[str, float]:
    """The difference with every unit cost at one end of its range."""
    counted = book.places(lambda place, _: book.counted[place])
    moves = any(line.low != line.cost or line.high != line.cost for line in (book.lines[place] for place in counted))
    return {f"unit costs at their {end}": book.effect(counted, end).effect for end in ("low", "high")} if moves else {}


@dataclass(frozen=True, slots=True)
class _Own:
    """What the programme itself costs per person of the arm served, and how much of the difference in cost that is.

    Of those compared some may be served too: then the difference in its cost is less than the price.
    """

    price: float | None  # by the lines that the amount counts; where none is counted, on average; None: no line of the book
    whole: float | None  # whoever pays
    difference: float  # in its cost, by the same lines as the price
    part: float  # of that, what the difference in cost holds


def _programme(book: _Book, money: Money) -> _Own:
    """The programme's own price, by the lines of the purse that is asked about, and by all."""
    own = book.places(lambda _, line: line.service in book.own)
    inside = [place for place in own if book.counted[place]]
    every = [place for place in own if book.lines[place].basis == (money.basis if inside else "average")]
    if not every:
        return _Own(None, None, 0.0, 0.0)
    mine, whole = book.effect(inside or every), book.effect(every)
    return _Own(mine.served.mean, whole.served.mean, mine.effect, mine.effect if inside else 0.0)


def _break_even(book: _Book, own: _Own) -> float | None:
    """The price, told as the programme's own is, at which it would cost as much as it saves; None where it saves nothing.

    What is saved and what the programme costs are told by one estimator, whichever told the headline.
    """
    if own.price is None or not own.difference > 0:
        return None
    spent = book.effect(book.places(lambda place, _: book.counted[place])).effect
    saved = break_even_price(spent, own.part)
    return None if saved is None else saved * own.price / own.difference


def _closures(ruler: Any, question: Question, effect_of: EffectOf, inner: tuple[int, ...]) -> tuple[Closure, ...]:
    """From how many people served a year on a pod, a ward or a post closes, of each service whose units come in steps."""
    steps = {line.service: line for line in sorted(ruler.lines, key=lambda one: one.step) if line.step > 0}
    if not steps:
        return ()
    units = ruler.by_part(question.horizon, inner, discounted=False)
    found = []
    for service in sorted(steps):
        line, effect = steps[service], effect_of(units[:, ruler.services.index(service), :])
        freed, arms = -effect.effect, (effect.served, effect.compared)
        # what may well be none frees nobody's bed: a caseload is told where the units freed can be told from none
        people = caseload_to_close(line.step, freed) if effect.interval.excludes(0.0) else None
        found.append(Closure(line.department, service, line.step, freed, people, arms))
    return tuple(found)
