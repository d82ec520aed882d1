"""Sets out what stands beside a difference in cost as tables that name every count they give away, and says what one more unit costs.

A department's part of the money is as telling as the few people who cost it anything, and what is left of the whole when the other
parts are taken off it is that part: so what the total holds leaves with every count behind any of its rows, or not at all.  The same
holds of a ratio: it leaves with both of the effects that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from babel.numbers import format_currency, format_percent

from ..terms import Answer, Arm, Economics, Exhibit, Language, LedgerShare, Worth
from .counts import ARMS, CLOSEST, FEWEST_WORTH, Cells, Sums, behind_effect, names_of, question_of
from .writing import LOCALES, catalogue, fill, in_language

LEDGER, PRICES, WORTH, CURVE, PLANE, CLOSURES, SOURCES = (
    *("who pays", "prices", "worth of a unit", "acceptability", "plane of gain and cost"),
    *("closures", "sources of unit costs"),
)
BASES = ("average", "short_run_marginal", "long_run_marginal")
TOTAL, OWN, OTHERS = "total", "programme", "services"
PRICE, BREAK_EVEN, TOP = "price of the programme", "price at which it pays for itself", "part of the dearest hundredth"
A_UNIT = ("dollars a unit", "low", "high", "low by resamples", "high by resamples", "enough")
# What a unit costs leaves to the cent: over a difference in cost of three digits it tells the gain no closer than to three digits.
IN_CENTS = frozenset({(WORTH, column) for column in A_UNIT})
ENOUGH = 0.8  # of the resamples, that `Worth.enough` speaks of


def cost_tables(answer: Answer, population: str) -> tuple[Exhibit, ...]:
    """Every table of what stands beside a difference in cost; none where an answer has nothing of it."""
    told = answer.estimate.economics if answer.estimate else None
    if told is None:
        return ()
    tables = [_ledger(answer, told, population), _prices(answer, told, population), _closures(answer, told, population)]
    if told.worth:
        tables += [_worth(answer, told.worth, population), _curve(answer, told.worth, population), _plane(answer, told.worth, population)]
    tables.append(_sources(answer, told, population))
    return tuple(table for table in tables if table.rows)


def behind_worth(answer: Answer) -> tuple[str, ...]:
    """What a ratio gives away: both effects that it is made of; empty where there is none."""
    worth = worth_of(answer)
    return (*behind_effect(answer), *_Behind(answer).of("worth", worth.arms)) if worth else ()


def worth_of(answer: Answer) -> Worth | None:
    """What one more unit of an outcome costs, where an answer tells of it."""
    told = answer.estimate.economics if answer.estimate else None
    return told.worth if told else None


def say_worth(worth: Worth | None, language: Language) -> str:
    """What one more unit of the outcome costs, as a part of a sentence; empty where no ratio stands."""
    if worth is None or worth.ratio is None or not worth.limits.given:
        return ""
    words, locale = catalogue(language)["costs"], LOCALES[language]
    numbers = {"n": worth.ratio, "low": worth.limits.low, "high": worth.limits.high}
    slots = {slot: in_dollars(number, language) for slot, number in numbers.items()}
    unit = unit_said(worth, language)
    said = fill(words["ratio"], unit=unit, **slots)
    if worth.enough is None:
        return said
    return fill(words["enough"], ratio=said, share=format_percent(ENOUGH, locale=locale), enough=in_dollars(worth.enough, language))


def unit_said(worth: Worth, language: Language) -> str:
    """One unit better, in words: "each additional day (days in permanent housing)"."""
    return unit_of_outcome(worth.unit, worth.better, worth.event or {"en": worth.outcome}, language)


def unit_of_outcome(unit: str, better: str, event: Mapping[str, str], language: Language) -> str:
    """One unit better of an outcome, in words."""
    return fill(catalogue(language)["costs"]["unit"][unit][better], event=in_language(language, event))


def in_dollars(number: float, language: Language) -> str:
    """Dollars to the cent, and whole ones from a thousand on."""
    shape = "¤#,##0" if abs(number) >= 1_000 else "¤#,##0.00"
    return format_currency(number, "USD", format=shape, locale=LOCALES[language], currency_digits=False).replace("-", "−")


class _Behind:
    """The counts behind columns of money, collected as tables name them."""

    def __init__(self, answer: Answer) -> None:
        self.question, self.people = question_of(answer), {arm: names_of(answer)[f"{arm}.people"] for arm in ARMS}
        self.counts: dict[str, int] = {}
        self.sums: Sums = ()

    def of(self, what: str, arms: tuple[Arm, Arm] | None) -> tuple[str, ...]:
        """The names behind a number made of both arms; each arm's counts are collected on the way."""
        if arms is None:
            return (f"{self.question}: {what}.nobody_knows_who",)
        return tuple(name for label, arm in zip(ARMS, arms, strict=True) for name in self._arm(what, label, arm))

    def group(self, by: Mapping[str, LedgerShare]) -> tuple[str, ...]:
        """The names behind one row of the ledger: whoever used any of it, on the basis on which most of it has a price."""
        most = max(by.values(), key=lambda share: sum((arm.some or 0) for arm in share.arms or ()))
        whose = OWN if most.programme else OTHERS
        return self.of(f"spent.{most.department}.{most.payer}.{whose}", most.arms)

    def _arm(self, what: str, label: str, arm: Arm) -> Iterator[str]:
        own = f"{self.question}: {what}.{label}"
        having = arm.some if arm.events is None else arm.events
        if having is not None:
            rest = arm.weighed.rest if arm.weighed else arm.people - having
            self.counts |= {f"{own}.some": having, f"{own}.rest": rest}
            yield from (f"{own}.some", f"{own}.rest")
            if not arm.weighed:
                self.counts[f"{own}.people"] = arm.people
                self.sums += ((f"{own}.people", (f"{own}.some", f"{own}.rest")),)
        if arm.events is None and having and (arm.closest is None or arm.closest < CLOSEST):
            yield f"{own}.largest_amount"
        if arm.weighed is not None and not arm.weighed.worth >= FEWEST_WORTH and having:
            yield f"{own}.weight_of_few"


def _ledger(answer: Answer, told: Economics, population: str) -> Exhibit:
    """By department and payer, the programme's own price apart: what changed per person, counted in three ways, and its total.

    Whose money does not count is in no total, and leaves with its own counts alone.
    """
    behind, groups = _Behind(answer), _groups(told.ledger)
    inside = [by for (*_, counted), by in groups.items() if counted]
    together = (*behind_effect(answer), *dict.fromkeys(name for by in inside for name in behind.group(by)))
    rows: list[tuple[object, ...]] = []
    cells: Cells = {}
    for (department, payer, own, counted), by in groups.items():
        names = together if counted else (*behind_effect(answer), *behind.group(by))
        cells |= {(len(rows), 4 + place): names for place, basis in enumerate(BASES) if basis in by}
        rows.append((department, payer, OWN if own else OTHERS, "yes" if counted else "no", *(_effect(by, basis) for basis in BASES)))
    if inside:
        totals = [_summed(inside, basis) for basis in BASES]
        cells |= {(len(rows), 4 + place): together for place, total in enumerate(totals) if total is not None}
        rows.append((TOTAL, None, None, "yes", *totals))
    return Exhibit(
        name=f"{question_of(answer)}: {LEDGER}",
        title="Who pays more and who less, per person, in dollars",
        population=population,
        columns=("department", "payer", "whose", "counted", *BASES),
        rows=tuple(rows),
        counts=behind.counts,
        sums=behind.sums,
        behind=cells,
    )


Group = tuple[str, str, bool, bool]


def _groups(ledger: Sequence[LedgerShare]) -> dict[Group, dict[str, LedgerShare]]:
    found: dict[Group, dict[str, LedgerShare]] = {}
    for share in ledger:
        found.setdefault((share.department, share.payer, share.programme, share.counted), {})[share.basis] = share
    return found


def _effect(by: Mapping[str, LedgerShare], basis: str) -> float | None:
    return by[basis].effect if basis in by else None


def _summed(groups: Sequence[Mapping[str, LedgerShare]], basis: str) -> float | None:
    """The total on one basis; None where some part of the money has no price on it."""
    parts = [_effect(by, basis) for by in groups]
    return sum(part for part in parts if part is not None) if None not in parts else None


def _prices(answer: Answer, told: Economics, population: str) -> Exhibit:
    """The programme's own price, the price at which it would pay for itself, and the difference told in other ways."""
    behind, gives_away = _Behind(answer), behind_effect(answer)
    groups = _groups(told.ledger)
    own = tuple(name for (_, _, of_programme, _), by in groups.items() if of_programme for name in behind.group(by))
    every = tuple(name for (*_, counted), by in groups.items() if counted for name in behind.group(by))
    rows: list[tuple[object, ...]] = []
    cells: Cells = {}

    def add(what: str, number: float | None, names: tuple[str, ...]) -> None:
        if number is not None and isfinite(number):
            cells[len(rows), 1] = tuple(dict.fromkeys(names))
            rows.append((what, number))

    add(PRICE, told.programme, (*gives_away, *own))
    add(BREAK_EVEN, told.break_even, (*gives_away, *own))
    for name, number in told.sensitivity.items():
        add(name, number, (*gives_away, *every))
    top = _top(answer, behind)
    for arm, share in zip(ARMS, told.top_share or (), strict=False):
        add(f"{TOP}, {arm}", share, (*gives_away, *top))
    return Exhibit(
        name=f"{question_of(answer)}: {PRICES}",
        title="Prices, and the difference told in other ways, in dollars per person; the part of the dearest hundredth as a share",
        population=population,
        columns=("what", "dollars"),
        rows=tuple(rows),
        counts=behind.counts,
        sums=behind.sums,
        behind=cells,
    )


def _top(answer: Answer, behind: _Behind) -> tuple[str, ...]:
    """The counts of the dearest hundredth of each arm, who are few in a small one."""
    estimate = answer.estimate
    arms = zip(ARMS, (estimate.served, estimate.compared), strict=True) if estimate else ()
    own = {f"{behind.question}: dearest.{label}": max(1, -(-arm.people // 100)) for label, arm in arms}
    behind.counts |= own
    return tuple(own)


def _closures(answer: Answer, told: Economics, population: str) -> Exhibit:
    """From how many people served a year on a pod, a ward or a post closes."""
    behind, gives_away = _Behind(answer), behind_effect(answer)
    rows: list[tuple[object, ...]] = []
    cells: Cells = {}
    for row, one in enumerate(told.closures):
        rows.append((one.department, one.service, one.units, one.freed, one.people))
        names = (*gives_away, *behind.of(f"freed.{one.department}.{one.service}", one.arms))
        cells |= {(row, column): names for column in (3, 4)}
    return Exhibit(
        name=f"{question_of(answer)}: {CLOSURES}",
        title="From how many people served a year on a pod, a ward or a post closes",
        population=population,
        columns=("department", "service", "units that close one", "units fewer a person", "people a year"),
        rows=tuple(rows),
        counts=behind.counts,
        sums=behind.sums,
        behind={place: names for place, names in cells.items() if rows[place[0]][place[1]] is not None},
    )


def _worth(answer: Answer, worth: Worth, population: str) -> Exhibit:
    """What one more unit costs, with its ranges; where there is no ratio, why."""
    low, high = (worth.limits.low, worth.limits.high) if worth.limits.given else (None, None)
    again = (worth.bootstrap.low, worth.bootstrap.high) if worth.bootstrap.given else (None, None)
    gain = worth.effect_interval
    row = (
        *(worth.outcome, worth.why or "ratio", worth.effect, *((gain.low, gain.high) if gain.given else (None, None))),
        *(None if one is None else round(one, 2) for one in (worth.ratio, low, high, *again, worth.enough)),
        *worth.quadrants.values(),
    )
    effect = ("difference in the outcome", "its low", "its high")
    return _table(answer, WORTH, "What one more unit of the outcome costs", population, ("outcome", "why", *effect, *A_UNIT, *worth.quadrants), [row])


def _curve(answer: Answer, worth: Worth, population: str) -> Exhibit:
    """By what a unit is worth: the chance that the programme is worth its cost, and net benefit per person with its range."""
    rows = [(value, chance, *benefit[1:]) for (value, chance), benefit in zip(worth.acceptability, worth.net_benefit, strict=True)]
    title = "By what one more unit is worth: the chance that the programme is worth its cost, and what is left of it per person"
    return _table(answer, CURVE, title, population, ("worth", "chance", "net benefit", "low", "high"), rows)


def _plane(answer: Answer, worth: Worth, population: str) -> Exhibit:
    """Some of the resampled pairs, for the picture."""
    return _table(answer, PLANE, "What resampled people got better by, and at what cost", population, ("gain", "cost"), list(worth.plane))


def _table(answer: Answer, name: str, title: str, population: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Exhibit:
    """A table that leaves with both effects or not at all."""
    behind, worth = _Behind(answer), worth_of(answer)
    gives_away = (*behind_effect(answer), *behind.of("worth", worth.arms if worth else None))
    shown = {
        (row, column) for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell is not None and columns[column] != "outcome"
    }
    return Exhibit(
        name=f"{question_of(answer)}: {name}",
        title=title,
        population=population,
        columns=columns,
        rows=tuple(rows),
        counts=behind.counts,
        sums=behind.sums,
        behind=dict.fromkeys(sorted(shown), gives_away),
    )


def _sources(answer: Answer, told: Economics, population: str) -> Exhibit:
    """Where the unit costs were read."""
    return Exhibit(
        name=f"{question_of(answer)}: {SOURCES}",
        title="Where the unit costs were read",
        population=population,
        columns=("source",),
        rows=tuple((citation,) for citation in told.citations),
        counts={},
    )
