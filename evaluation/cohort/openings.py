"""The days on which a starting rule opens a clock, and the stretches of days on which it lets somebody be served or compared.

    openings     (person_id, day), and `score` where a list starts the clock: one row for each person and day
    stretches    (person_id, origin, start, stop): with the clock of service, the days on which a person may start; `origin` is
                 the day that a risk set counts from, and 0 where its people share the calendar
    active       (person_id, start, stop): the days before which a person has a line on record in the look-back
    free         (person_id, start, stop): the days on which a person is inside no spell of the kinds of `outside`

Days are whole numbers and every stretch is half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from ..records.days import FOREVER, day_of
from ..records.sql import Node, among, c, given, holds, later, least, literal, minus, over, select, table
from ..records.tape import LINES, islands, merged
from ..records.uses import RECORDED, kinds_of_event
from ..terms import CohortPlan, Cutoff, Starts

_WORDS = {  # what starts a clock, in the sentences of the ledger
    "event": ("a", "starting event"),
    "referral": ("a", "referral"),
    "enrolment": ("an", "enrolment"),
    "spell_end": ("the", "end of a stay"),
    "list": ("a", "date of the list"),
    "dates": ("a", "date of the calendar"),
}


def opening_word(starts: Starts) -> str:
    """What starts a clock by this rule, for a sentence: "referral"."""
    return _WORDS[starts.rule][1]


def an_opening(starts: Starts) -> str:
    """The same with its article: "a referral"."""
    return " ".join(_WORDS[starts.rule])


def openings(starts: Starts) -> exp.Select:
    """Every day on which the rule opens somebody's clock; several on one day are one."""
    match starts.rule:
        case "enrolment":
            days = select(person_id=c("person_id"), day=c("start")).distinct().from_(table("service"))
            return days.where(among(c("programme"), starts.enrolment))
        case "spell_end":
            ended = select(person_id=c("i.person_id"), day=c("i.stop")).from_(table(islands(starts.spell_end, "stay"), "i"))
            return ended.where(c("i.stop") < FOREVER)
        case "list":
            on = [exp.In(this=c("day"), expressions=[exp.convert(day_of(day)) for day in starts.on])] if starts.on else []
            scores = select(person_id=c("person_id"), day=c("day"), score=exp.Max(this=c("score"))).from_(table("score"))
            return scores.where(c("list").eq(literal(starts.list)), *on).group_by(c("person_id"), c("day"))
        case "dates":
            each = [select(person_id=c("person_id"), day=day).from_(table("person")) for day in map(day_of, sorted(set(starts.dates)))]
            return exp.select("person_id", "day").from_(table(_together(each), "d"))
        case _:
            days = exp.select("person_id", "day").distinct().from_(table("event"))
            return days.where(among(c("kind"), kinds_of_event(starts)))


def offered(cutoff: Cutoff, side: str) -> Node:
    """Whether a row of `opened` (score, place) lies on the side of the cut-off that was offered the programme."""
    if cutoff.capacity is not None:
        return exp.LTE(this=c("o.place"), expression=exp.convert(cutoff.capacity))
    at = exp.cast(exp.convert(cutoff.at), "DOUBLE")
    return exp.GTE(this=c("o.score"), expression=at) if side == "above" else exp.LTE(this=c("o.score"), expression=at)


def place_on_list(source: str, side: str) -> exp.Window:
    """The place of a score among everybody's on that day of the list; people with one score share the better place."""
    score = c(f"{source}.score")
    return over(exp.Rank(), [c(f"{source}.day")], [score.desc() if side == "above" else score])


def shares_calendar(plan: CohortPlan) -> bool:
    """With the clock of service: whether the people of a risk set share the calendar day, and not the days since an opening."""
    return bool(plan.starts.spell) or everybody(plan)


def everybody(plan: CohortPlan) -> bool:
    """With the clock of service: whether anybody may be served or compared on any day, as the enrolment itself is the rule."""
    return plan.served is not None and plan.served.enrolment in plan.starts.enrolment


def stretches(plan: CohortPlan) -> exp.Select:
    """The days on which each person may be served or compared, before any other rule.

    With every opening a stretch ends, at the latest, on the day of the next: whoever is on day 20 since a release has then not been
    released again since, whether served that day or compared.
    """
    assert plan.served is not None, "the clock of service has somebody served"
    if everybody(plan):
        return select(person_id=c("person_id"), origin=0, start=-FOREVER, stop=FOREVER).from_(table("person"))
    if plan.starts.spell:
        inside = select(person_id=c("i.person_id"), origin=0, start=c("i.start"), stop=c("i.stop"))
        return inside.from_(table(islands(plan.starts.spell, "eligible"), "i"))
    within = plan.served.within_days or 0
    first, last = (day_of(when) for when in plan.between)
    met = holds(later(exp.convert(first), -within), c("o.day"), last + 1)
    days = exp.select("o.person_id").from_(table(openings(plan.starts), "o")).where(met)
    if plan.starts.which == "first":
        days = days.select(exp.alias_(exp.Min(this=c("o.day")), "origin")).group_by(c("o.person_id"))
        stop = later(c("d.origin"), within + 1)
    else:
        following = given(over(exp.Lead(this=c("o.day")), [c("o.person_id")], [c("o.day")]), FOREVER)
        days = days.select(exp.alias_(c("o.day"), "origin"), exp.alias_(following, "following"))
        stop = least(later(c("d.origin"), within + 1), c("d.following"))
    return select(person_id=c("d.person_id"), origin=c("d.origin"), start=c("d.origin"), stop=stop).from_(table(days, "d"))


def active(plan: CohortPlan) -> exp.Select:
    """The days inside the years studied before which, in the look-back, a person has at least one line on record.

    Lines of a table come in blocks no longer than the look-back, and all the days after those of one block hang together: so
    only the first and the last line of a block are needed, and few rows are left to merge.
    """
    back = plan.lookback_days
    first, last = (day_of(when) for when in plan.between)
    each: list[exp.Query] = []
    for name in RECORDED:
        if name == "spell":
            start, stop = later(c("start"), 1), later(c("stop"), back)
            near = [c("stop") > c("start"), c("start") < last, c("stop") > first - back]
            each.append(select(person_id=c("person_id"), start=start, stop=stop).from_(table(name)).where(*near))
            continue
        day = c(LINES[name].day)
        block = minus(day, exp.Mod(this=exp.paren(later(day, FOREVER)), expression=exp.convert(back)))
        lines = select(person_id=c("person_id"), start=later(exp.Min(this=day), 1), stop=later(exp.Max(this=day), back + 1))
        each.append(lines.from_(table(name)).where(holds(first - back, day, last)).group_by(c("person_id"), block))
    return exp.select("i.person_id", "i.start", "i.stop").from_(table(merged(_together(each), "active"), "i"))


def free(plan: CohortPlan) -> exp.Select:
    """The days outside every spell of the kinds of `outside`: the gaps between those spells that reach into the years studied.

    Everybody on record begins with a stay of no days that ended before all others, so that whoever has none is free throughout.
    """
    first, last = (day_of(when) for when in plan.between)
    stays = select(person_id=c("i.person_id"), start=c("i.start"), stop=c("i.stop")).from_(table(islands(plan.outside, "inside"), "i"))
    before = select(person_id=c("person_id"), start=-FOREVER, stop=-FOREVER).from_(table("person"))
    following = given(over(exp.Lead(this=c("e.start")), [c("e.person_id")], [c("e.start")]), FOREVER)
    gaps = select(person_id=c("e.person_id"), start=c("e.stop"), stop=following).from_(table(_together([before, stays]), "e"))
    return exp.select("g.person_id", "g.start", "g.stop").from_(table(gaps, "g")).where(c("g.stop") > first, c("g.start") <= last)


def _together(queries: Sequence[exp.Query]) -> exp.Query:
    """The rows of them all, as they stand."""
    return reduce(lambda one, other: one.union(other, distinct=False), queries)
