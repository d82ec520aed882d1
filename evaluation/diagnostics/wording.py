"""How counts of people and sizes of effects are written in a diagnostic's sentence, which may stand on a page that leaves the county."""

from __future__ import annotations

from math import ceil, floor, isclose, log10

from ..terms import By, OutcomeUnit

HIDDEN = range(1, 11)  # CMS cell size policy (ResDAC 2024): no count of 1 to 10, nor anything that gives one away
BASES = (100, 1_000, 10_000, 100_000)  # "of every so many people": the first that makes every size one person or more


def people(count: int) -> str:
    """The count in words that give no small one away."""
    return "1 to 10" if count in HIDDEN else f"{count:,}"


def part(count: int, whole: int) -> str:
    """`312 of 448` in words that give away neither a small count nor a small rest."""
    if whole - count not in HIDDEN or whole in HIDDEN:
        return f"{people(count)} of {people(whole)}"
    return f"some of {whole:,}" if count in HIDDEN else f"all but 1 to 10 of {whole:,}"


def tellable(*counts: int) -> bool:
    """Whether numbers worked out from these counts give away no small one."""
    return not any(count in HIDDEN for count in counts)


def sizes(*values: float, unit: OutcomeUnit, per: int = 1) -> tuple[str, ...]:
    """Sizes of effects as a reader says them, all on one base: 12 of every 100 people, 9.5 days, $400, 30 times for every 100 people.

    Of numbers about places a rate is told for every `per` people, and a count as it stands: what it counts is the outcome's to say.
    """
    if unit in ("rate", "count"):
        every = f" for every {per:,} people" if per != 1 else ""
        return tuple(f"{number(value * per)}{every}" for value in values)
    if unit in ("days", "dollars"):
        return tuple(f"${number(value)}" if unit == "dollars" else days(number(value)) for value in values)
    base = next((base for base in BASES if all(value * base >= 1 for value in values)), BASES[-1])
    return tuple(f"{_times(number(value * base), unit)} every {base:,} people" for value in values)


def _times(said: str, unit: OutcomeUnit) -> str:
    """`12 of` people, `30 times for`, `once for`."""
    return f"{said} of" if unit == "people" else "once for" if said == "1" else f"{said} times for"


def number(value: float) -> str:
    """A size of two decimals at most as it stands; any other rounded up, so that what is too large never reads as small enough.

    Whole from ten on, to a tenth below.
    """
    if isclose(value, round(value, 2)):
        return f"{round(value, 2):,.10g}"
    return f"{ceil(value):,}" if value > 10 else f"{ceil(10 * value) / 10:g}"


def days(said: str) -> str:
    """`1 day`, `9.5 days`."""
    return f"{said} day{'' if said == '1' else 's'}"


# ------------------------------------------------------------------------------------------------ who is spoken of, and what was done
TO_ENROL = "under the plan to enrol"  # a clone, which is nobody who was served


def called_by(by: By) -> str:
    """What a cohort's first arm is called where `by` decided who is in it: an offer is not yet a service, nor is a plan."""
    return "offered the programme" if by in ("offer", "score") else TO_ENROL if by == "strategy" else "served"


def other(called: str) -> str:
    """What the second arm is called, beside a first that is `called` so."""
    return "under the plan not to" if called == TO_ENROL else "compared"


def those(called: str) -> str:
    """`the served`, `those offered the programme`."""
    return "the served" if called == "served" else f"those {called}"


def matching(*, weighed: bool) -> str:
    """What was done to make the arms alike."""
    return "weighting" if weighed else "matching"


# ------------------------------------------------------------------------------------------------ differences before the start
def gap(value: float, deviation: float, unit: OutcomeUnit) -> str:
    """A difference of means as a reader says it: `12 more events for every 100 people`, `$400 less on average`.

    To a power of ten that is no finer than a hundredth of the standard deviation, so that the words tell no more than a standardised
    difference of two decimals does.
    """
    step = _step(deviation or abs(value))
    whole = _whole(value, step, unit)
    return f"{whole}{_of(step, unit, one=whole.startswith('1 '))}" if whole else f"a little {'more' if value > 0 else 'less'} of the outcome"


def gaps_between(low: float, high: float, deviation: float, unit: OutcomeUnit) -> str:
    """Both ends of a range of differences of means, written as `gap` writes them: `from 2 fewer to 3 more events for every 100 people`."""
    step = _step(deviation or max(abs(low), abs(high)))
    ends = [_whole(end, step, unit) or "none" for end in (low, high)]
    return f"from {ends[0]} to {ends[1]}{_of(step, unit, one=ends[1].startswith('1 '))}"


def _step(size: float) -> float:
    return float(10.0 ** ceil(log10(size / 100))) if size > 0 else 1.0


def _whole(value: float, step: float, unit: OutcomeUnit) -> str:
    """So many whole steps, and which way; empty where it is less than half of one."""
    size, less = floor(abs(value) / step + 0.5) * step, "less" if unit == "dollars" else "fewer"
    if not size:
        return ""
    number = f"${size:,.10g}" if unit == "dollars" else f"{size * (_base(step) if unit == 'people' else 1):,.10g}"
    return f"{number} {'more' if value > 0 else less}"


def _of(step: float, unit: OutcomeUnit, *, one: bool) -> str:
    """What is counted, and for how many."""
    if unit == "people":
        return f" event{'' if one else 's'} for every {_base(step):,} people"
    return f" day{'' if one else 's'} on average" if unit == "days" else " on average"


def _base(step: float) -> int:
    return max(100, round(1 / step))
