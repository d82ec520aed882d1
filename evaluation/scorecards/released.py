"""What of a scorecard may leave: no count of 1 to 10 people, shown or worked back from the others, and no number that one would give away.

All counts of a card are one system of sums: who reached a stage and who did not make up those who reached the stage before; people
with the same words recorded make up each group and the whole; a ratio gives away the reference group without those who are in both,
and so how many these are; months make up a curve's total.  What is hidden is chosen, and proved enough, by `findings.suppression`.  A
curve leaves whole or not at all, since its forecast is made of all its months, and only if it differs from no count that is shown, and
from no other curve, by few.  A sum or a mean leaves only where nobody's part of it can be guessed closely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ..findings.counts import CLOSEST
from ..findings.outside import shortened
from ..findings.policies import rules_of
from ..findings.suppression import System, exposed, hide
from ..terms import Policy, Problem, Refused
from .card import Scorecard
from .curves import Curve
from .gaps import Gap
from .measures import Measure
from .stages import STARTED

if TYPE_CHECKING:
    from ..terms import Array

HIDDEN = Problem("number", "it is hidden.", "It would tell of few people, or of one.")
REASON = Problem("number", "these records cannot tell it.")
MEASURES, GROUPS, BESIDE, SHARES, CURVES = "measures", "groups", "ratios", "disproportions", "curves"  # tables; three of a group's row
Sums = tuple[tuple[str, tuple[str, ...]], ...]
Behind = dict[tuple[str, int], tuple[str, ...]]  # by table and row: the counts that its numbers give away


@dataclass(frozen=True, slots=True)
class ReleasedCard:
    """A card whose numbers may leave: those that may not are taken out, and what was hidden is marked."""

    title: Mapping[str, str]
    programme: str
    county: str
    study: str  # digest
    records: str
    measures: tuple[Measure, ...]
    curves: tuple[Curve, ...]
    by: str
    reference: str
    gaps: tuple[Gap, ...]
    hidden: tuple[tuple[str, int], ...]  # (table, row)
    withheld: bool = False  # whole, because something released before is of the same people


def release_card(card: Scorecard, policy: Policy = "cms_11", *, withheld: bool = False) -> ReleasedCard:
    """The card as it may leave under a policy, in three digits.  Reasons why there is no number stay inside: they may count people.

    `withheld`: something of the same people has been released before, and the difference between the two could tell of few: no number leaves.
    """
    if withheld:
        return _nothing(card)
    rules = rules_of(policy)
    if rules.scoring or rules.rounding:
        found = f"Scorecards are released by cms_11 alone, and not by points or rounded as '{policy}' asks."
        raise Refused(Problem("release", found, remedy='Write policy = "cms_11", or leave the scorecard inside.'))
    smallest = rules.smallest
    counts, sums = _of_stages(card)
    behind: Behind = {}
    for row, one in enumerate(card.measures):
        names, more, ties = _of_measure(row, one)
        counts |= more
        sums += ties
        behind[MEASURES, row] = names
    for row, gap in enumerate(card.disparity.gaps):
        for part, names in _of_gap(card, gap).items():
            behind[part, row] = tuple(name for name in names if name in counts)
    counts, sums = _tied(card, counts, sums)
    cells: dict[str, frozenset[tuple[str, int, int]]] = {}
    for (table, row), names in behind.items():
        for name in names:
            cells[name] = cells.get(name, frozenset()) | {(table, row, 0)}
    system = System(counts, sums, cells, smallest)
    hidden = set(hide(system))
    lines, gone_curves = _curves(card, system, hidden)
    gone = [place for place, names in behind.items() if any(name in hidden for name in names) or not _safe(card, place)]
    told = tuple(_measure_told(one, (MEASURES, row) in gone) for row, one in enumerate(card.measures))
    gaps = tuple(_gap_told(card, row, gone) for row in range(len(card.disparity.gaps)))
    return ReleasedCard(
        card.study.title, card.study.programme, card.study.county, card.study.digest, card.records, told, lines, card.disparity.by,
        card.disparity.reference, gaps, (*gone, *gone_curves),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ counts
def _of_stages(card: Scorecard) -> tuple[dict[str, int], Sums]:
    """Who reached each stage, did not, or was lost from sight, in all and by what is recorded of them together."""
    found, words = card.disparity.staged, card.disparity.words
    together = sorted(set(words))
    which = np.array([together.index(each) for each in words])
    counts: dict[str, int] = {}
    sums: Sums = ()
    before: Array = np.ones(len(words), dtype=bool)
    for number, stage in enumerate(found.stages):
        parts = {"reached": stage.reached, "not": stage.seen & ~stage.reached, "seen": stage.seen, "lost": before & ~stage.seen}
        for what, those in parts.items():
            each = {k: int((those & (which == k)).sum()) for k in range(len(together))}
            own = {_name(number, what, _line(k)): n for k, n in each.items() if n}
            counts |= own
            counts[_name(number, what)] = int(those.sum())
            sums += ((_name(number, what), tuple(own)),) if own else ()
            for group, members in _members(together, card.disparity.reference).items():
                mine = tuple(_name(number, what, _line(k)) for k in members if each[k])
                counts[_name(number, what, group)] = sum(counts[name] for name in mine)
                sums += ((_name(number, what, group), mine),) if mine else ()
        for who in ("", *(_line(k) for k in range(len(together)))):
            sums += _whole(counts, _name(number, "seen", who), (_name(number, "reached", who), _name(number, "not", who)))
            if number:
                sums += _whole(counts, _name(number - 1, "reached", who), (_name(number, "seen", who), _name(number, "lost", who)))
        before = stage.reached
    return counts, sums


def _members(together: Sequence[tuple[str, ...]], reference: str) -> dict[str, tuple[int, ...]]:
    """Of which lines of words each group is made, and for each group the reference without those who are in it too."""
    groups = sorted({word for line in together for word in line})
    each = {group: tuple(k for k, line in enumerate(together) if group in line) for group in groups}
    apart = {
        _without(reference, group): tuple(k for k in each.get(reference, ()) if group not in together[k]) for group in groups if group != reference
    }
    return each | apart


def _without(reference: str, group: str) -> str:
    return f"{reference}\nnot {group}"  # a line end stands in no word of the records


def _line(k: int) -> str:
    return f"\n{k}"


def _whole(counts: Mapping[str, int], total: str, parts: Iterable[str]) -> Sums:
    there = tuple(part for part in parts if counts.get(part))
    return ((total, there),) if counts.get(total) and there else ()


def _name(stage: int, what: str, who: str = "") -> str:
    return f"stage {stage}: {what}{f' of {who}' if who else ''}"


def _of_measure(row: int, one: Measure) -> tuple[tuple[str, ...], dict[str, int], Sums]:
    """The counts behind one measure, and what ties them."""
    if one.refused:
        return (), {}, ()
    name = f"measure {row}"
    of, some, none = f"{name}: of", f"{name}: some", f"{name}: none"
    if one.share is not None and one.of is not None and one.number is not None:
        counts = {of: one.of, some: int(one.number), none: one.of - int(one.number)}
        return (of, some, none), counts, ((of, (some, none)),)
    if one.some is not None and one.of is not None:  # a mean or a sum
        counts = {of: one.of, some: one.some, none: one.of - one.some}
        return (of, some, none), counts, ((of, (some, none)),)
    return (of,), {of: int(one.number or 0)}, ()


def _of_gap(card: Scorecard, gap: Gap) -> dict[str, tuple[str, ...]]:
    """The counts behind a group's rate at a stage, behind what holds it against the reference, and behind its share of the shares."""
    number = next(place for place, stage in enumerate(card.disparity.staged.stages) if stage.name == gap.stage)

    def of(*whose: str) -> tuple[str, ...]:
        return tuple(_name(number, what, who) for who in whose for what in ("seen", "reached", "not"))

    parts = {GROUPS: of(gap.group)}
    if gap.ratio is not None or gap.difference is not None:
        parts[BESIDE] = of(gap.group, _without(card.disparity.reference, gap.group))
    if gap.disproportion is not None:
        parts[SHARES] = of(gap.group, "")
    return parts


def _tied(card: Scorecard, counts: dict[str, int], sums: Sums) -> tuple[dict[str, int], Sums]:
    """The same counts of measures and of stages as one, and the difference of those that count nearly the same people."""
    stages = [stage.name for stage in card.disparity.staged.stages]
    counts = dict(counts)
    for row, one in enumerate(card.measures):
        if one.refused or one.name not in stages:
            continue
        at = stages.index(one.name)
        same = {"of": _name(at, "reached")} if one.quadrant == "how much" else {"of": _name(at, "seen"), "some": _name(at, "reached")}
        for what, name in same.items():
            mine = f"measure {row}: {what}"
            if mine in counts and counts[mine] == counts.get(name):
                sums += ((mine, (name,)),)
    served = sorted({f"measure {row}: of" for row, one in enumerate(card.measures) if not one.refused and f"measure {row}: of" in counts})
    pairs = list(combinations(served, 2))
    for (row, one), (other_row, other) in combinations(enumerate(card.measures), 2):
        if _family(one.name) == _family(other.name):  # the one may hold whoever the other holds
            pairs += [(f"measure {row}: {what}", f"measure {other_row}: {what}") for what in ("some", "none")]
    for pair in pairs:
        if pair[0] in counts and pair[1] in counts:
            small, large = sorted(pair, key=lambda name: counts[name])
            if counts[small] and counts[small] != counts[large]:
                name = f"{large}, less {small}"
                counts[name] = counts[large] - counts[small]
                sums += ((large, (small, name)),)
    return counts, sums


def _family(name: str) -> str:
    return name.partition("/")[0]


def _curves(card: Scorecard, system: System, hidden: set[str]) -> tuple[tuple[Curve, ...], list[tuple[str, int]]]:
    """The curves that leave, each whole: no month of few, no hidden count the rest of its sum, and nothing shown that it differs from by few."""
    told: list[Curve] = []
    gone: list[tuple[str, int]] = []
    shown: list[Curve] = []
    for row, one in enumerate(card.curves):
        months = _months(row, one)
        few = any(0 < count < system.smallest for count in months.values())
        more = replace(system, counts={**system.counts, **months}, sums=(*system.sums, *_of_whole(card, row, one, months)))
        more = replace(more, cells={**more.cells, **{name: frozenset({(CURVES, row, 0)}) for name in months}})
        near = _near_a_count(card, one, system, hidden) or any(_near_a_curve(one, other, system.smallest) for other in shown)
        if few or near or not months or exposed(more, hidden):
            told.append(_curve_hidden(one, bool(months)))
            gone += [(CURVES, row)] if months else []
        else:
            system = more
            shown.append(one)
            told.append(replace(one, refused=(REASON,) if one.refused else ()))
    return tuple(told), gone


def _curve_hidden(one: Curve, hidden: bool) -> Curve:
    return replace(one, months=(), value=np.empty(0), of=np.empty(0), ahead=(), fan=None, refused=(HIDDEN if hidden else REASON,))


def _near_a_count(card: Scorecard, one: Curve, system: System, hidden: set[str]) -> bool:
    """Whether the sum of a curve's months differs by few from a count that is shown: parts of months, or people who came again."""
    sums = {what: int(number.sum()) for what, number in _by_month(one).items()}
    for place, measure in enumerate(card.measures):
        for what, total in sums.items():
            name = f"measure {place}: {what}"
            related = what == "of" or _family(measure.name) == _family(one.name)
            if related and name in system.counts and name not in hidden and 0 < abs(total - system.counts[name]) < system.smallest:
                return True
    return False


def _near_a_curve(one: Curve, other: Curve, smallest: int) -> bool:
    """Whether two curves of the same people differ by few in any month: who is lost from sight, or what only one definition counts."""
    if STARTED in (one.name, other.name):
        return False  # clocks that started and enrolments that began are not of the same people
    mine, theirs = _by_month(one), _by_month(other)
    same = [what for what in mine if what in theirs and (what == "of" or _family(one.name) == _family(other.name))]
    return any(bool(((apart > 0) & (apart < smallest)).any()) for what in same for apart in (np.abs(mine[what] - theirs[what]),))


def _by_month(one: Curve) -> dict[str, Array]:
    """How many people each month of a curve is of and, of a share, how many have it and how many do not."""
    if one.unit == "count":
        return {"of": np.rint(one.value)}
    some = np.rint(np.nan_to_num(one.value) * one.of)
    return {"of": np.rint(one.of), "some": some, "none": np.rint(one.of) - some}


def _months(row: int, one: Curve) -> dict[str, int]:
    """The counts of a curve by month: of a share, those with it and those without."""
    found: dict[str, int] = {}
    for month, value, of in zip(one.months, one.value, one.of, strict=True):
        if one.unit == "count":
            found[f"curve {row}: {month}"] = round(value)
        elif of:
            some = round(value * of)
            found |= {f"curve {row}: {month}, some": some, f"curve {row}: {month}, none": round(of) - some}
    return found


def _of_whole(card: Scorecard, row: int, one: Curve, months: Mapping[str, int]) -> Sums:
    """What ties the months of a curve to a count of the card that is as large, and may well be the same people."""
    for what in ("some", "none", ""):
        mine = tuple(name for name in months if not what or name.endswith(f", {what}"))
        total = sum(months[name] for name in mine)
        for place, measure in enumerate(card.measures):
            named = one.name in ("started", measure.name) and not measure.refused
            have = {"some": measure.number, "none": (measure.of or 0) - (measure.number or 0), "": measure.number}[what]
            if named and mine and have == total and (what or one.unit == "count"):
                return ((f"measure {place}: {what or 'of'}", tuple(name for name in mine if months[name])),)
    return ()


# ------------------------------------------------------------------------------------------------ what is told
def _safe(card: Scorecard, place: tuple[str, int]) -> bool:
    """Whether nobody's part of a sum or a mean can be guessed closely by whoever has the next largest."""
    if place[0] != MEASURES:
        return True
    one = card.measures[place[1]]
    return one.some is None or (one.closest is not None and one.closest >= CLOSEST)


def _measure_told(one: Measure, gone: bool) -> Measure:
    bare = replace(one, number=None, of=None, share=None, low=None, high=None, mean=None, some=None, closest=None, on_target=None)
    if one.refused:
        return replace(bare, refused=(REASON,))
    if gone:
        return replace(bare, refused=(HIDDEN,))
    rounded = {name: shortened(value) for name in ("share", "low", "high", "mean") if (value := getattr(one, name)) is not None}
    number = one.number if one.some is None else shortened(one.number) if one.number is not None else None
    return replace(one, number=number, some=None, closest=None, **rounded)  # type: ignore[arg-type]  # numbers, by name


def _gap_told(card: Scorecard, row: int, gone: list[tuple[str, int]]) -> Gap:
    """A group's row as it may leave; too few to tell and hidden look the same from outside."""
    gap = card.disparity.gaps[row]
    if (GROUPS, row) in gone or not gap.told:
        return Gap(gap.stage, gap.group, 0, 0, told=False)
    some_hidden = any((GROUPS, at) in gone for at, other in enumerate(card.disparity.gaps) if other.stage == gap.stage)
    left_out: tuple[str, ...] = ("ratio", "ratio_limits", "difference", "difference_limits") if (BESIDE, row) in gone else ()
    if some_hidden or (SHARES, row) in gone:  # a share of the whole beside the other shares would tell what the hidden ones add up to
        left_out += ("disproportion",)
    gap = replace(gap, **dict.fromkeys(left_out))  # type: ignore[arg-type]  # None, by name
    pairs = {
        name: (shortened(value[0]), shortened(value[1]))
        for name in ("ratio_limits", "difference_limits")
        if (value := getattr(gap, name)) is not None
    }
    single = {name: shortened(value) for name in ("rate", "ratio", "difference", "disproportion") if (value := getattr(gap, name)) is not None}
    return replace(gap, **single, **pairs)  # type: ignore[arg-type]  # numbers, by name


def _nothing(card: Scorecard) -> ReleasedCard:
    """A card of which no number leaves."""
    measures = tuple(_measure_told(one, gone=True) for one in card.measures)
    lines = tuple(_curve_hidden(one, bool(one.months)) for one in card.curves)
    gaps = tuple(Gap(gap.stage, gap.group, 0, 0, told=False) for gap in card.disparity.gaps)
    counted = ((MEASURES, len(measures)), (GROUPS, len(gaps)), (CURVES, len(lines)))
    gone = tuple((name, row) for name, rows in counted for row in range(rows))
    study = card.study
    return ReleasedCard(
        study.title, study.programme, study.county, study.digest, card.records, measures, lines, card.disparity.by, card.disparity.reference, gaps,
        gone, withheld=True,
    )  # fmt: skip
