"""What counts in housing and kinds and days cannot say: new enrolments, HUD's rule for transfers, first times, nights, exits by destination.

The rules are those that HUD's specifications of its System Performance Measures give, as open software quotes and builds them for fiscal
year 2026; destinations are HUD's own codes (HMIS Data Standards), which an event of an exit carries as its `value`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from ..records.sql import Node, Value, among, c, case, later, literal, over, select, table
from ..terms import Outcome
from .clock import joined, placed

ENROLLED = "_enrolled"  # a stay of `shelter` inside one of `shelter_enrolled` is no enrolment of its own: bed nights, or a home moved into
SHELTERED = ("shelter", "shelter_enrolled", "safe_haven", "transitional_housing")
HOMES = ("permanent_housing", "permanent_housing_enrolled")
TRANSFER = 14  # days after an exit from permanent housing in which another entry into it is a transfer
BEFORE = 730  # days in which an earlier enrolment makes an entry no first time
TO_A_PLACE = (101, 118, 204, 205, 215, 225, 302, 312, 313, 314, 327, 332)  # beside homes: what Measure 7a.1 counts as a success
NOBODYS_DOING = (206, 215, 225, 24)  # destinations that Measure 7b leaves out: hospital, foster care, long-term care, death


def enrolments(outcome: Outcome) -> exp.Select:
    """Enrolments of these kinds, each by its first day; a stay that begins within an enrolment of its kind is that enrolment.

    One of no days that ended on its day in a permanent home is left out, as it would be a return from itself.
    """
    return _not_from_itself(_every_enrolment(outcome))


def without_transfers(outcome: Outcome) -> exp.Select:
    """Enrolments, but for those in permanent housing from the day after an earlier one began up to 14 days after it ended.

    Those on one day are one.  What came before the start of a clock counts as an earlier one too.  One of no days that ended on its
    day in a permanent home is left out, as it would be a return from itself.
    """
    homes = [place for place, kind in enumerate(outcome.kinds) if kind in HOMES]
    every, columns = _every_enrolment(outcome), ("person_id", "day", "place", "stop")
    at_home = exp.In(this=c("place"), expressions=[exp.convert(place) for place in homes])
    others = exp.select(*columns).from_(table(every, "e")).where(exp.not_(at_home))
    apart = exp.select(*columns).from_(table(_reached(every, at_home), "e"))
    apart = apart.where(exp.or_(_unknown(c("reach")), later(c("reach"), TRANSFER) < c("day")))
    return _not_from_itself(others.union(apart, distinct=False))


def episodes(outcome: Outcome) -> exp.Select:
    """The first enrolments of episodes: enrolments of these kinds so few days apart as the definition says are one episode."""
    return joined(enrolments(outcome), outcome.gap, len(outcome.kinds))


def first_times(outcome: Outcome) -> exp.Select:
    """Enrolments on a day before which nothing in a shelter, safe haven, transitional or permanent housing was open for 730 days.

    Enrolments of one day are not before each other.
    """
    stays = select(person_id=c("person_id"), day=c("start"), place=0, stop=c("stop"))
    stays = stays.from_(table("spell")).where(among(c("kind"), (*SHELTERED, *HOMES)))
    first = exp.select("person_id", "day").from_(table(_reached(stays), "e"))
    first = first.where(exp.or_(_unknown(c("reach")), c("reach") < later(c("day"), -BEFORE)))
    made = select(person_id=c("e.person_id"), day=c("e.day"), place=c("e.place"), stop=c("e.stop")).from_(table(_every_enrolment(outcome), "e"))
    return made.join(table(first, "f"), on=exp.and_(c("f.person_id").eq(c("e.person_id")), c("f.day").eq(c("e.day"))))


def nights(outcome: Outcome) -> exp.Select:
    """Nights in spells of these kinds, but for those in transitional housing, unless that is one of them, or in a home moved into.

    A stretch a row, none of which overlap; the day of an exit is no night.
    """
    housed = [kind for kind in ("transitional_housing", "permanent_housing") if kind not in outcome.kinds]
    edges = [_edge(outcome.kinds, day, step, 0) for day, step in (("start", 1), ("stop", -1))]
    edges += [_edge(housed, day, 0, step) for day, step in (("start", 1), ("stop", -1))]
    together = edges[0].union(edges[1].union(edges[2].union(edges[3], distinct=False), distinct=False), distinct=False)
    by_day = select(person_id=c("person_id"), day=c("day"), inside=exp.Sum(this=c("inside")), housed=exp.Sum(this=c("housed")))
    by_day = by_day.from_(table(together, "e")).group_by(c("person_id"), c("day"))
    mine, order = [c("person_id")], [c("day")]
    running = {name: over(exp.Sum(this=c(name)), mine, order, rows=("CURRENT ROW", None)) for name in ("inside", "housed")}
    stretches = select(person_id=c("person_id"), day=c("day"), stop=over(exp.Lead(this=c("day")), mine, order), **running)
    made = select(person_id=c("person_id"), day=c("day"), place=0, stop=c("stop")).from_(table(stretches.from_(table(by_day, "e")), "e"))
    return made.where(c("inside") > 0, c("housed").eq(0))


def exits_to_a_place(outcome: Outcome) -> exp.Select:
    """Exits to a permanent home or, by HUD's code, to any other place that Measure 7a.1 counts as a success."""
    home = among(c("kind"), [kind for kind in outcome.kinds if kind.endswith(":permanent")])
    return _exits(outcome, exp.or_(home, _coded(c("value"), TO_A_PLACE)))


def exits_before_a_home(outcome: Outcome) -> exp.Select:
    """Exits, but for those from permanent housing, rapid rehousing apart, by somebody who had moved in."""
    lines, kind = _exits(outcome), c("x.kind")
    made = exp.select("x.person_id", "x.day", "x.place").from_(table(lines, "x")).join(table(_left_home(), "h"), on=_same_day(), join_type="left")
    return made.where(exp.or_(_unknown(c("h.day")), exp.not_(_from_permanent_housing(kind))))


def exits_after_a_home(outcome: Outcome) -> exp.Select:
    """Exits by somebody who had moved in, but for those to destinations that Measure 7b leaves out."""
    elsewhere = exp.or_(_unknown(c("value")), exp.not_(_coded(c("value"), NOBODYS_DOING)))
    lines = _exits(outcome, elsewhere)
    return exp.select("x.person_id", "x.day", "x.place").from_(table(lines, "x")).join(table(_left_home(), "h"), on=_same_day())


def _every_enrolment(outcome: Outcome) -> exp.Select:
    """(person_id, day, place, stop): enrolments of these kinds.

    A stay in `shelter` or `permanent_housing` that begins within an enrolment of its kind is that enrolment; where the records hold no
    enrolments apart from stays, each stay is one.
    """
    kind = c("kind")
    families = {name: name.removesuffix(ENROLLED) for name in outcome.kinds}
    stays = select(
        person_id=c("person_id"),
        start=c("start"),
        stop=c("stop"),
        place=placed(kind, outcome.kinds),
        family=case(*((kind.eq(literal(name)), family) for name, family in families.items())),
        enrolled=case((among(kind, [name for name in families if name.endswith(ENROLLED)] or [""]), 1), otherwise=0),
    )
    stays = stays.from_(table("spell")).where(among(kind, outcome.kinds))
    # on one day the enrolment stands first, so that a stay that begins with it is inside it
    order = [c("start"), exp.Ordered(this=c("enrolled"), desc=True), c("stop")]
    reach = over(exp.Max(this=case((c("enrolled").eq(1), c("stop")))), [c("person_id"), c("family")], order, rows=("CURRENT ROW", None))
    seen = exp.select("person_id", "start", "stop", "place", "enrolled", exp.alias_(reach, "reach")).from_(table(stays, "s"))
    own = exp.or_(c("s.enrolled").eq(1), _unknown(c("s.reach")), c("s.reach") < c("s.start"))
    made = select(person_id=c("s.person_id"), day=c("s.start"), place=c("s.place"), stop=c("s.stop"))
    return made.from_(table(seen, "s")).where(own)


def _not_from_itself(lines: exp.Query) -> exp.Select:
    """These enrolments without those of no days on a day on which the person left for a permanent home."""
    home = select(person_id=c("person_id"), day=c("day")).distinct().from_(table("event")).where(c("kind").eq(literal("hmis_exit:permanent")))
    itself = exp.and_(c("h.person_id").eq(c("e.person_id")), c("h.day").eq(c("e.day")), c("h.day").eq(c("e.stop")))
    made = select(person_id=c("e.person_id"), day=c("e.day"), place=c("e.place"), stop=c("e.stop")).from_(table(lines, "e"))
    return made.join(table(home, "h"), on=itself, join_type="left").where(_unknown(c("h.day")))


def _reached(stays: exp.Select, *conditions: Node) -> exp.Select:
    """(person_id, day, place, stop, reach): a row a person and day of these stays; `reach` is the latest end of those begun on earlier days."""
    by_day = select(person_id=c("person_id"), day=c("day"), place=exp.Min(this=c("place")), stop=exp.Max(this=c("stop")))
    by_day = by_day.from_(table(stays, "e")).where(*conditions).group_by(c("person_id"), c("day"))
    reach = over(exp.Max(this=c("stop")), [c("person_id")], [c("day")], rows=("1", "PRECEDING"))
    return exp.select("person_id", "day", "place", "stop", exp.alias_(reach, "reach")).from_(table(by_day, "e"))


def _edge(kinds: Iterable[str], day: str, inside: int, housed: int) -> exp.Select:
    """The days on which spells of these kinds start or stop, and by how much that moves the two counts."""
    row = select(person_id=c("person_id"), day=c(day), inside=exp.convert(inside), housed=exp.convert(housed))
    return row.from_(table("spell")).where(among(c("kind"), kinds), c("stop") > c("start"))


def _exits(outcome: Outcome, *conditions: Node) -> exp.Select:
    """(person_id, day, place, kind): the events of these kinds that meet the conditions."""
    made = select(person_id=c("person_id"), day=c("day"), place=placed(c("kind"), outcome.kinds), kind=c("kind"))
    return made.from_(table("event")).where(among(c("kind"), outcome.kinds), *conditions)


def _left_home() -> exp.Select:
    """(person_id, day): when somebody left permanent housing that they had moved into."""
    return select(person_id=c("person_id"), day=c("stop")).distinct().from_(table("spell")).where(c("kind").eq(literal("permanent_housing")))


def _same_day() -> Node:
    return exp.and_(c("h.person_id").eq(c("x.person_id")), c("h.day").eq(c("x.day")))


def _from_permanent_housing(kind: Node) -> Node:
    return kind.eq(literal("exit_from:permanent_housing:permanent"))


def _coded(value: Node, codes: Iterable[int]) -> Node:
    return exp.In(this=value, expressions=[exp.Literal.number(code) for code in codes])


def _unknown(node: Value) -> Node:
    return exp.Is(this=exp.convert(node), expression=exp.null())


HOUSING_MAKING: dict[str, Callable[[Outcome], exp.Select]] = {
    "enrolments": enrolments,
    "episodes": episodes,
    "enrolments_without_transfers": without_transfers,
    "first_times_homeless": first_times,
    "nights_homeless": nights,
    "exits_to_a_place": exits_to_a_place,
    "exits_before_a_home": exits_before_a_home,
    "exits_after_a_home": exits_after_a_home,
}
HOUSING_RULES: dict[str, tuple[object, ...]] = {
    "enrolments": (ENROLLED,),
    "episodes": (ENROLLED,),
    "enrolments_without_transfers": (ENROLLED, *HOMES, TRANSFER),
    "first_times_homeless": (*SHELTERED, *HOMES, BEFORE),
    "exits_to_a_place": TO_A_PLACE,
    "exits_after_a_home": NOBODYS_DOING,
}
"""What each rule holds beside the definition's own fields: part of the definition's digest."""
