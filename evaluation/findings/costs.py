"""Sets out what stands beside a difference in cost as tables that name every count they give away, and says what one more unit costs.

A department's part of the money is as telling as the few people who cost it anything, and what is left of the whole when the other
parts are taken off it is that part: so what the total holds leaves with every count behind any of its rows, or not at all.  The same
holds of a ratio: it leaves with both of the effects that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from babel.numbers import format_currency

from ..phrases import dollars_told
from ..terms import Answer, Arm, Economics, Exhibit, Horizon, Language, LedgerShare, Money, Worth
from .counts import ARMS, CLOSEST, FEWEST_WORTH, Cells, Sums, behind_effect, names_of, people_of, question_of
from .paths_of_numbers import together, told
from .writing import LOCALES, catalogue, fill, in_language

LEDGER, PRICES, WORTH, CURVE, PLANE, CLOSURES, SOURCES = (
    *("who pays", "prices", "worth of a unit", "acceptability", "plane of gain and cost"),
    *("closures", "sources of unit costs"),
)
BASES = ("average", "short_run_marginal", "long_run_marginal")
TOTAL, OWN, OTHERS = "total", "programme", "services"
PRICE, BREAK_EVEN, TOP = "price of the programme", "price at which it pays for itself", "part of the dearest hundredth"
WHOLE = "price of the programme, whoever pays"
A_UNIT = ("dollars a unit", "low", "high", "low by resamples", "high by resamples", "enough")  # each in three digits at most, as it is said
LOSSES = "losses"  # the condition whose value is the least chance of being followed: 1 where nobody was lost
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


def behind_another_purse(answer: Answer, before: Sequence[Answer]) -> tuple[str, ...]:
    """What an effect gives away beside those of the same people in another money: the parts that only one of the two holds.

    Of two purses the difference is what only one of them pays, and whoever reads the parts of it that are told reads the rest, so that
    every part stands behind it.  Of two bases it is made of all parts at once, of which the one that most people used stands behind it.
    """
    told, question = answer.estimate.economics if answer.estimate else None, answer.question
    behind, found = _Behind(answer), dict[str, None]()
    for other in before if told and told.ledger else ():
        beside = other.estimate.economics if other.estimate else None
        same = people_of(other) == people_of(answer) and _asked(other) == _asked(answer)
        if beside is None or not same or other.question.money == question.money:
            continue
        theirs, ours = {group[:3]: group[3] for group in _groups(beside.ledger)}, _groups(told.ledger) if told else {}
        apart = [by for group, by in ours.items() if group[3] != theirs.get(group[:3], False)]
        if not apart:
            apart = sorted((by for group, by in ours.items() if group[3]), key=_users)[-1:]
        found |= dict.fromkeys(name for by in apart for name in behind.group(by))
    return tuple(found)


def _asked(answer: Answer) -> tuple[str, Horizon]:
    return answer.question.outcome, answer.question.horizon


def _users(by: Mapping[str, LedgerShare]) -> int:
    """How many of the arm with fewer used any of a part."""
    return max(min((arm.some or 0) for arm in share.arms) if share.arms else 0 for share in by.values())


def worth_of(answer: Answer) -> Worth | None:
    """What one more unit of an outcome costs, where an answer tells of it."""
    told = answer.estimate.economics if answer.estimate else None
    return told.worth if told else None


@dataclass(frozen=True, slots=True)
class Counting:
    """Whose money a difference in cost is, and counted how: what tells two questions apart that ask for nothing else."""

    money: Money | None  # None: dollars as they stand
    own: bool | None  # whether the programme's own price is in it; None: not known, as of lines that the records hold
    worth: Worth | None  # what one more unit of an outcome costs
    lost: bool  # whether any were lost from sight, for whom those followed stand

    @classmethod
    def of(cls, answer: Answer) -> Counting | None:
        """Of an answer about mean amounts, or in a declared money; None of any other."""
        money, told = answer.question.money, answer.estimate.economics if answer.estimate else None
        if money is None and answer.question.method != "mean":
            return None
        ledger = told.ledger if told else ()
        own = any(share.programme and share.counted and money and share.basis == money.basis for share in ledger) if ledger else None
        among = (*answer.diagnostics, *(answer.estimate.diagnostics if answer.estimate else ()))
        return cls(money, own, worth_of(answer), any(one.name == LOSSES and one.value < 1 for one in among))


def say_counting(counting: Counting | None, language: Language) -> str:
    """Whose money it is, in the dollars of which year, counted how, and whether the programme itself is in it: in brackets, after a noun."""
    if counting is None or counting.money is None:
        return ""
    words, money = catalogue(language)["costs"], counting.money
    own = "" if counting.own is None else words["own"]["included" if counting.own else "left_out"]
    basis = words["basis"][money.basis if money.book else "recorded"]
    year = told(str(money.price_year), money.price_year, "question.money.price_year")
    return fill(words["counted"], purse=words["purse"][money.perspective], year=year, basis=basis, own=own)


def say_beside(counting: Counting | None, language: Language) -> str:
    """What follows the range: what one more unit costs, that an average is no money freed, and what is taken for granted of those lost."""
    if counting is None:
        return ""
    words, money = catalogue(language)["costs"], counting.money
    average = words["average"] if money and money.basis == "average" and money.book else ""
    return together("", (say_worth(counting.worth, language), average, words["lost"] if counting.lost else ""))


def verdict_said(counting: Counting | None, manner: str, verdict: str, language: Language) -> str:
    """The pattern of a verdict: of a difference in cost that costs are lower or higher, which is no word on how people fared."""
    words, key = catalogue(language), verdict.replace(" ", "_")
    of_costs = words["verdict_costs"].get(manner, {}) if counting and counting.money else {}
    pattern: str = of_costs.get(key) or words["verdict"][manner][key]
    return pattern


def say_worth(worth: Worth | None, language: Language) -> str:
    """What one more unit of the outcome costs, as a part of a sentence; empty where no ratio stands."""
    if worth is None or worth.ratio is None or not worth.limits.given:
        return ""
    words = catalogue(language)["costs"]
    numbers = {"n": ("ratio", worth.ratio), "low": ("limits.low", worth.limits.low), "high": ("limits.high", worth.limits.high)}
    slots = {slot: _traced_dollars(where, number, language) for slot, (where, number) in numbers.items()}
    unit = unit_said(worth, language)
    said = fill(words["ratio"], unit=unit, **slots)
    if worth.enough is None:
        return said
    share = told(f"{100 * ENOUGH:.0f}", ENOUGH, "words")
    return fill(words["enough"], ratio=said, share=share, enough=_traced_dollars("enough", worth.enough, language))


def _traced_dollars(where: str, number: float, language: Language) -> str:
    return told(in_dollars(number, language), number, f"estimate.economics.worth.{where}")


def unit_said(worth: Worth, language: Language) -> str:
    """One unit better, in words: "each additional day (days in permanent housing)"; never by the name of a definition."""
    if not worth.event:
        return str(catalogue(language)["costs"]["unit"]["unnamed"])
    return unit_of_outcome(worth.unit, worth.better, worth.event, language)


def unit_of_outcome(unit: str, better: str, event: Mapping[str, str], language: Language) -> str:
    """One unit better of an outcome, in words."""
    return fill(catalogue(language)["costs"]["unit"][unit][better], event=in_language(language, event))


def in_dollars(number: float, language: Language) -> str:
    """Dollars in the digits that a reader can use: see `phrases.dollars_told`."""
    told = dollars_told(number)
    shape = "¤#,##0" if abs(told) >= 10 or not told else "¤#,##0.00"
    return format_currency(told, "USD", format=shape, locale=LOCALES[language], currency_digits=False).replace("-", "−")


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
    add(WHOLE, None if told.whole_price == told.programme else told.whole_price, (*gives_away, *own))
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
        *(None if one is None else dollars_told(one) for one in (worth.ratio, low, high, *again, worth.enough)),
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
