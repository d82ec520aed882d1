"""A definition told in words: the card that the command line prints and the reference page is made of."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import counted
from ..records.contract import CONTRACT
from ..records.uses import MADE_FROM, STITCHED
from ..terms import Opening, Outcome
from .child_welfare import CHILDREN
from .delivery import DELIVERY
from .health import HEALTH
from .housing import HOUSING
from .making import MAKING
from .money import MONEY
from .places import PLACES
from .recidivism import JUSTICE
from .registry import OUTCOMES
from .rivals import family
from .work import WORK

FIELDS: dict[str, tuple[Outcome, ...]] = {
    "Justice": JUSTICE,
    "Housing": HOUSING,
    "Child welfare": CHILDREN,
    "Work and benefits": WORK,
    "Health": HEALTH,
    "Cost": MONEY,
    "Reach and delivery": DELIVERY,
    "Places": PLACES,
}
_ADDED = {
    ("event", ""): "the values of the lines, added up",
    ("cost", ""): "dollars, added up",
    ("spell", ""): "days, each once where stays overlap",
    ("service", ""): "days enrolled, each once where enrolments overlap",
    ("quarter", ""): "dollars, added up",
}
_REDUCED = {"sum": "amounts, added up", "count": "how many", "days": "days, each once where stays overlap"}


def families() -> dict[str, tuple[Outcome, ...]]:
    """The definitions of each family, in the order of the registry."""
    every: dict[str, list[Outcome]] = {}
    for outcome in OUTCOMES.values():
        every.setdefault(family(outcome), []).append(outcome)
    return {name: tuple(versions) for name, versions in every.items()}


def sourced(outcome: Outcome) -> str:
    """Whether the authority's text was read: two or three words."""
    if outcome.verified:
        return "text read"
    return "own definition" if outcome.own else "from memory"


def card(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """(heading, words), in the order in which a reader asks; headings that do not apply are left out."""
    yield "Better", f"{outcome.better}. {outcome.why_better}"
    yield "Counted", f"{outcome.universe}; {_when(outcome)}."
    if outcome.opens and (words := opening(outcome.opens)):
        other = "stands on another clock than its own" if outcome.own else "is adapted"
        yield "Its own clock", f"{words}. On any other clock the definition {other}."
    yield "Read from", f"{reads(outcome)}{_beside(outcome)}."
    if manner := _manner(outcome):
        yield "How", manner
    if outcome.kind == "mark":
        yield "Ends a clock too", ", ".join(_ticked(kind) if kind != "death" else "death" for kind in outcome.competing) + "."
    if outcome.off_clock:
        inside = " or ".join(map(_ticked, outcome.off_clock))
        yield "In street time", f"without the days inside {inside}; a mark on one of them happens at the day at risk reached by then."
    if outcome.table != "area":
        yield "Matured", f"{_matured(outcome)}."
    yield "On whose authority", f"{outcome.authority} ({_read(outcome)})."
    yield "Not counted", outcome.not_counted
    others = [other.name for other in families().get(family(outcome), ()) if other.name != outcome.name]
    if others:
        yield "Rivals", ", ".join(map(_ticked, others)) + "."
    else:
        yield "Rivals", "none: no other definition of this family stands in the registry."


def _matured(outcome: Outcome) -> str:
    """When the last start of a cohort has matured."""
    until = "the last quarter read of the last start" if outcome.table == "quarter" else "the horizon of the last start"
    more = f", and {counted(outcome.lag_days, 'day')} more in which what happened reaches the records" if outcome.lag_days else ""
    return f"once {until} and what its sources' own `lag_days` leave out have passed{more}"


def reads(outcome: Outcome) -> str:
    """The table and the kinds: "table `event`, `kind` is `arrest`"."""
    kind = CONTRACT[outcome.table].kind
    which = f"`{kind}` is " + " or ".join(map(_ticked, outcome.kinds)) if outcome.kinds else f"every `{kind}`"
    return f"table `{outcome.table}`, {which}"


def opening(opens: Opening) -> str:
    """The universe that is held as data, in words; empty where it names nothing."""
    by = [f"an event {' or '.join(map(_ticked, opens.event))}"] if opens.event else []
    by += [f"the end of a stay in {' or '.join(map(_ticked, opens.spell_end))}"] if opens.spell_end else []
    by += ["the first day of an enrolment in the programme"] if opens.enrolment else []
    long = [counted(many, "month") for many in opens.months] + [counted(many, "day") for many in opens.days]
    which = f"the {opens.which} of a person's" if opens.which in ("first", "last") else "every one" if opens.which else ""
    parts = [
        f"opened by {' or '.join(by)}" if by else "",
        which,
        f"at ages {opens.ages[0]} to {opens.ages[1]}" if opens.ages else "",
        f"followed for {' or '.join(long)}" if long else "",
        f"of {opens.people}, which a cohort cannot show" if opens.people else "",
        *(f"{'' if kind == '' else f'of {_ticked(kind)}: '}{asked}, which a cohort cannot show" for kind, asked in opens.besides.items()),
    ]
    return "; ".join(part for part in parts if part)


def _when(outcome: Outcome) -> str:
    """Which days of a clock count."""
    if outcome.kind == "state":
        return "in the last quarter of the horizon alone" if outcome.table == "quarter" else "on the last day of the horizon alone"
    if outcome.table == "area":
        return "in each period of a panel of areas"
    if outcome.table == "quarter":
        return "in the whole calendar quarters after that of the start"
    waits = "".join(f", those of kind `{kind}` from day {day}" for kind, day in outcome.waits.items())
    return f"from day {outcome.from_day} of each person's clock, the start being day 0{waits}"


def _manner(outcome: Outcome) -> str:
    """What is added up, joined, or made."""
    parts = []
    if outcome.kind == "amount" and outcome.table != "area":
        parts.append(f"{_REDUCED.get(outcome.reduce) or _ADDED[outcome.table, outcome.reduce]}.")
    if (outcome.table == "quarter" and outcome.kind != "amount") or outcome.above:
        parts.append(f"A quarter counts if it holds {f'more than ${outcome.above / 100:,.0f}' if outcome.above else 'any amount above zero'}.")
    if outcome.gap:
        parts.append(f"Stays {counted(outcome.gap, 'day')} apart or nearer are one, and what falls into one is no new mark.")
    if outcome.kind == "rate" and outcome.table != "area":
        inside = f" inside {' or '.join(map(_ticked, outcome.exposure))}" if outcome.exposure else " at risk"
        parts.append(f"Told for every {counted(outcome.per, 'day')}{inside}.")
    if outcome.made in MAKING:
        parts.append(" ".join((MAKING[outcome.made].__doc__ or "").split("\n\n")[0].split()))
    return "  ".join(parts)


def _beside(outcome: Outcome) -> str:
    """What the definition reads beside its own kinds."""
    others = [(name, kinds) for name, kinds in MADE_FROM.get(outcome.made, ()) if kinds]
    others += [("spell", STITCHED)] if outcome.gap and outcome.table == "event" else []
    words = [f"table `{name}`, " + " or ".join(_ticked(_filled(kind, outcome)) for kind in kinds) for name, kinds in others]
    return "".join(f"; beside it {each}" for each in words)


def _filled(kind: str, outcome: Outcome) -> str:
    return kind.replace("{kind}", outcome.kinds[0]) if len(outcome.kinds) == 1 else kind


def _read(outcome: Outcome) -> str:
    return "read in its own text" if outcome.verified else "there is no official text" if outcome.own else "no official text was read"


def _ticked(word: str) -> str:
    return f"`{word}`"
