"""What stands beside a difference in cost: who pays, what the programme itself costs, what pays for it, and what one more unit costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...outcomes.cost.book import VIEWS
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
    beside: Effect | None = None,
    sensitivity: Mapping[str, float] | None = None,
    top_share: tuple[float, float] | None = None,
) -> Economics:
    """Everything in dollars that stands beside the effect `cost`.

    `effect_of` tells the effect on one (n,) column in the order of the cohort, on the same rows and linear in the column, so that what
    departments spend adds up.  `ruler` is that of the cost: with `lines` of a book there is a ledger, without it none.  `beside` is the
    effect on the outcome that the question prices, in its own unit and as it was measured, on the same rows.
    """
    money: Money | None = getattr(ruler, "money", None)
    if money is None:
        raise TypeError("economics needs a ruler that knows its money")
    lines: tuple[UnitCost, ...] = ruler.lines
    shares: tuple[LedgerShare, ...] = ()
    closures: tuple[Closure, ...] = ()
    told, own, own_effect = dict(sensitivity or {}), None, 0.0
    if lines:
        book = _Book(ruler, question, effect_of)
        shares = _ledger(book, money)
        told |= _ranges(book)
        own, own_effect = _programme(book)
        closures = _closures(ruler, question, effect_of)
    return Economics(
        price_year=money.price_year,
        basis=money.basis,
        perspective=money.perspective,
        discount=money.discount,
        ledger=shares,
        programme=own,
        break_even=break_even_price(cost.effect, own_effect) if own is not None else None,
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

    def __init__(self, ruler: Any, question: Question, effect_of: EffectOf) -> None:
        self.lines: tuple[UnitCost, ...] = ruler.lines
        self.counted: tuple[bool, ...] = ruler.counted
        self.own = frozenset(ruler.programme)
        self._units: Array = ruler.priced_units(question.horizon)
        self._effect_of = effect_of
        self._known: dict[tuple[tuple[str, float], ...], Effect] = {}

    def effect(self, places: Sequence[int], at: str = "cost") -> Effect:
        """The effect on the dollars of some lines, by their cost or one end of its range."""
        costs = {place: float(getattr(self.lines[place], at)) for place in places}
        whole = sum(costs.values())
        if not whole > 0:
            return self._effect_of(np.zeros(len(self._units)))
        shares: dict[str, float] = {}
        for place, cost in costs.items():
            shares[self.lines[place].service] = shares.get(self.lines[place].service, 0.0) + cost / whole
        key = tuple(sorted((service, round(share, _DIGITS)) for service, share in shares.items()))
        if key not in self._known:
            self._known[key] = self._effect_of(np.asarray(self._units[:, list(costs)] @ np.array(list(costs.values())) / whole))
        return times(self._known[key], whole)

    def places(self, told: Callable[[int, UnitCost], bool]) -> list[int]:
        """Which lines a condition holds of."""
        return [place for place, line in enumerate(self.lines) if told(place, line)]


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
            found.append(LedgerShare(department, payer, basis, *of_both, programme=own, counted=payer in seen, arms=arms))
    return tuple(found)


def _ranges(book: _Book) -> dict[str, float]:
    """The difference with every unit cost at one end of its range."""
    counted = book.places(lambda place, _: book.counted[place])
    moves = any(line.low != line.cost or line.high != line.cost for line in (book.lines[place] for place in counted))
    return {f"unit costs at their {end}": book.effect(counted, end).effect for end in ("low", "high")} if moves else {}


def _programme(book: _Book) -> tuple[float | None, float]:
    """The programme's own price per person of the arm served, and how much of the difference in cost it is.

    Where its lines are no part of the amount (a payer outside the perspective), the price is told on average and the part is 0.
    """
    inside = book.places(lambda place, line: line.service in book.own and book.counted[place])
    if inside:
        effect = book.effect(inside)
        return effect.served.mean, effect.effect
    priced = book.places(lambda _, line: line.service in book.own and line.basis == "average")
    return (book.effect(priced).served.mean if priced else None), 0.0


def _closures(ruler: Any, question: Question, effect_of: EffectOf) -> tuple[Closure, ...]:
    """From how many people served a year on a pod, a ward or a post closes, of each service whose units come in steps."""
    steps = {line.service: line for line in sorted(ruler.lines, key=lambda one: one.step) if line.step > 0}
    if not steps:
        return ()
    units = ruler.quantities(question.horizon, discounted=False)
    found = []
    for service in sorted(steps):
        line, effect = steps[service], effect_of(units[:, ruler.services.index(service)])
        freed, arms = -effect.effect, (effect.served, effect.compared)
        # what may well be none frees nobody's bed: a caseload is told where the units freed can be told from none
        people = caseload_to_close(line.step, freed) if effect.interval.excludes(0.0) else None
        found.append(Closure(line.department, service, line.step, freed, people, arms))
    return tuple(found)
