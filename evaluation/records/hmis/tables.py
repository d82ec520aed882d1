"""The canonical tables of an export, as queries over its stays.

spell    where people slept (shelter), lived (permanent_housing, from the day they moved in), or were enrolled
event    exits by band, entries, contacts, referrals, reported income
service  every enrolment, under its kind of project and, where asked, under a name of the county's own
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from sqlglot import exp

from ..engine import Engine
from ..sql import Node, c, case, count, given, greatest, known, later, least, literal, over, select, table
from .codes import (
    BAND_OF,
    BED_NIGHT,
    DECEASED,
    EMERGENCY,
    KINDS,
    MEASURED,
    NIGHT_BY_NIGHT,
    PERMANENT,
    RACES,
    RAPID,
    REFERRALS,
    ROLES,
    SEXES,
    TRUE_BIRTHS,
)
from .reading import Period
from .stays import CLIENTS, STAYS, among, hundreds
from .versions import Year

Tables = dict[str, exp.Query]
OPEN = 10**6  # later than any day: an end that has not come


def canonical(period: Period, source: str, programmes: Mapping[str, tuple[str, ...]]) -> Tables:
    """A query for each canonical table, its days as whole numbers; rows that are the same stand once."""
    return {
        "person": _person(period.year),
        "family": _family(),
        "crosswalk": _crosswalk(source),
        "spell": _sourced(_spells(period), source),
        "event": _sourced(_events(period), source),
        "service": _sourced(_services(programmes), source),
        "coverage": _coverage(period, source),
    }


def nights(engine: Engine, period: Period) -> None:
    """Makes `hmis_nights`: bed nights of night-by-night shelters inside their enrolment, runs of nights as one stay."""
    night = select(person_id=c("s.person_id"), day=c("v.day")).distinct().from_(table("hmis_services", "v"))
    night = night.join(table(STAYS, "s"), on=c("s.enrolment_id").eq(c("v.enrolment_id")))
    night = night.where(
        c("v.record_type").eq(exp.convert(BED_NIGHT)),
        c("s.type").eq(exp.convert(NIGHT_BY_NIGHT)),
        exp.GTE(this=c("v.day"), expression=c("s.entry")),
        given(exp.LT(this=c("v.day"), expression=c("s.exit")), True),
        exp.LTE(this=c("v.day"), expression=exp.convert(period.last)),
    )
    place = over(exp.RowNumber(), [c("person_id")], [c("day")])
    run = select(person_id=c("person_id"), day=c("day"), run=exp.Sub(this=c("day"), expression=place)).from_(table(night, "n"))
    stay = select(person_id=c("person_id"), start=exp.Min(this=c("day")), stop=later(exp.Max(this=c("day")), 1)).from_(table(run, "r"))
    engine.create("hmis_nights", stay.group_by(c("person_id"), c("run")))


# ------------------------------------------------------------------------------------------------ people
def _person(year: Year) -> exp.Select:
    last = select(person_id=c("person_id"), entry=exp.Max(this=c("entry"))).from_(table(STAYS)).group_by(c("person_id"))
    died = select(person_id=c("person_id"), day=exp.Min(this=c("exit"))).from_(table(STAYS))
    died = died.where(c("destination").eq(exp.convert(DECEASED))).group_by(c("person_id"))
    alive = exp.GT(this=c("l.entry"), expression=c("d.day"))  # somebody who enters a project later has not died
    races = [case((c(f"p.{word}").eq(exp.convert(1)), word)) for word in sorted(RACES.values())]
    race = exp.Nullif(this=exp.Anonymous(this="CONCAT_WS", expressions=[literal(";"), *races]), expression=literal(""))
    query = select(
        person_id=c("p.person_id"),
        birth=case((among(c("p.birth_quality"), TRUE_BIRTHS), c("p.birth"))),
        death=case((exp.not_(given(alive, False)), c("d.day"))),
        sex=_sex(year),
        race_ethnicity=race,
    ).from_(table(CLIENTS, "p"))
    for rows, alias in ((last, "l"), (died, "d")):
        query = query.join(table(rows, alias), on=c(f"{alias}.person_id").eq(c("p.person_id")), join_type="left")
    return query


def _sex(year: Year) -> Node:
    """Sex as FY2026 records it; of FY2024, which records genders, the one that is given, or another where several are."""
    if year == 2026:
        return case(*((c("p.sex").eq(exp.convert(code)), word) for code, word in SEXES.items()))
    yes = {name: given(c(f"p.{name}").eq(exp.convert(1)), False) for name in ("woman", "man")}
    others = ("nonbinary", "culturallyspecific", "transgender", "questioning", "differentidentity")
    other = exp.or_(*(given(c(f"p.{name}").eq(exp.convert(1)), False) for name in others))
    both = exp.and_(yes["woman"], yes["man"])
    return case((exp.or_(other, both), "another_gender"), (yes["woman"].copy(), "woman"), (yes["man"].copy(), "man"))


def _family() -> exp.Select:
    """Households of two people or more; somebody who stands in one twice has the role of the first enrolment."""
    place = over(exp.RowNumber(), [c("household"), c("person_id")], [c("entry"), c("enrolment_id")])
    role = case(*((c("role").eq(exp.convert(code)), word) for code, word in ROLES.items()))
    member = select(family_id=c("household"), person_id=c("person_id"), role=role, place=place).from_(table(STAYS)).where(known(c("household")))
    once = exp.select("family_id", "person_id", "role", exp.alias_(over(count(), [c("family_id")]), "members"))
    once = once.from_(table(member, "m")).where(c("place").eq(exp.convert(1)))
    return exp.select("family_id", "person_id", "role").from_(table(once, "o")).where(exp.GT(this=c("members"), expression=exp.convert(1)))


def _crosswalk(source: str) -> exp.Select:
    return select(source=literal(source), source_id=c("person_id"), person_id=c("person_id"), score=exp.cast(exp.null(), "DOUBLE")).from_(
        table(CLIENTS)
    )


def _coverage(period: Period, source: str) -> exp.Select:
    return select(source=literal(source), first=period.first, last=period.last, lag_days=0, grain=literal("day"))


# ------------------------------------------------------------------------------------------------ stays
def _spells(period: Period) -> exp.Query:
    """Stays of which a day is covered: one that was over when the export begins is told by its exit alone."""
    every = reduce(lambda one, other: exp.union(one, other, distinct=False), _spell_queries())
    reaches = exp.or_(
        exp.GTE(this=c("start"), expression=exp.convert(period.first)),
        given(exp.GT(this=c("stop"), expression=exp.convert(period.first)), True),
    )
    return exp.select("*").from_(table(every, "stays")).where(reaches)


def _spell_queries() -> Iterator[exp.Select]:
    yield _stay("shelter", (0,))
    yield select(person_id=c("person_id"), kind=literal("shelter"), start=c("start"), stop=c("stop")).from_(table("hmis_nights"))
    yield _stay("shelter_enrolled", EMERGENCY)
    for kind in sorted(set(KINDS.values()) - {"shelter", "permanent_housing", "rapid_rehousing"}):
        yield _stay(kind, tuple(code for code, word in KINDS.items() if word == kind))
    yield _stay("permanent_housing_enrolled", PERMANENT)
    yield _stay("rapid_rehousing_enrolled", RAPID)
    yield _stay("permanent_housing", PERMANENT, start=c("move_in")).where(known(c("move_in")))
    waiting = exp.and_(c("literal"), exp.GT(this=given(c("move_in"), OPEN), expression=c("entry")))
    stop = exp.Nullif(this=least(given(c("move_in"), OPEN), given(c("exit"), OPEN)), expression=exp.convert(OPEN))
    yield _stay("awaiting_move_in", PERMANENT, stop=stop).where(waiting)
    outside = exp.and_(c("literal"), exp.LT(this=c("street_since"), expression=c("entry")))
    since = greatest(c("street_since"), given(c("birth"), c("street_since")))
    yield _stay("homeless_before_entry", MEASURED, start=since, stop=c("entry")).where(outside)


def _stay(kind: str, types: tuple[int, ...], start: Node | None = None, stop: Node | None = None) -> exp.Select:
    days = {"start": start or c("entry"), "stop": stop or c("exit")}
    return select(person_id=c("person_id"), kind=literal(kind), **days).from_(table(STAYS)).where(among(c("type"), types))


def _services(programmes: Mapping[str, tuple[str, ...]]) -> exp.Query:
    """Every enrolment under its kind of project, and once more under each name that the county gave to its project."""
    kind = case(*((c("type").eq(exp.convert(code)), word) for code, word in KINDS.items()))
    rows = {"person_id": c("person_id"), "programme": kind, "start": c("entry"), "stop": c("exit"), "site": c("project")}
    parts = [select(**rows).from_(table(STAYS))]
    for name, projects in programmes.items():
        mine = exp.In(this=c("project_id"), expressions=[literal(project) for project in projects])
        parts.append(select(**{**rows, "programme": literal(name)}).from_(table(STAYS)).where(mine))
    return reduce(lambda one, other: exp.union(one, other, distinct=False), parts)


# ------------------------------------------------------------------------------------------------ what happens on a day
def _events(period: Period) -> exp.Query:
    return reduce(lambda one, other: exp.union(one, other, distinct=False), _event_queries(period))


def _event_queries(period: Period) -> Iterator[exp.Select]:
    left = known(c("exit"))
    yield _happens(_worded("hmis_exit:", band(c("destination"))), "exit", c("destination")).where(left, among(c("type"), MEASURED))
    kind = case(*((c("type").eq(exp.convert(code)), f"exit_from:{word}:") for code, word in KINDS.items()))
    yield _happens(_worded(kind, band(c("destination"))), "exit", c("destination")).where(left.copy())
    covered = exp.GTE(this=c("entry"), expression=exp.convert(period.first))
    yield _happens(_worded("entry_from:", band(c("situation"))), "entry", c("situation")).where(known(c("situation")), covered)
    yield _happens(literal("literally_homeless"), "entry", c("situation")).where(c("literal"), covered.copy())
    yield _happens(literal("disabling_condition"), "entry", exp.null()).where(c("disabled").eq(exp.convert(1)), covered.copy())
    contact = case(*((c("s.type").eq(exp.convert(code)), f"contact:{word}") for code, word in KINDS.items()))
    yield _of_enrolment("hmis_currentlivingsituation", contact, c("t.situation"), period)
    referral = case(*((c("t.event").eq(exp.convert(code)), f"referral:{word}") for code, word in REFERRALS.items()))
    yield _of_enrolment("hmis_event", referral, c("t.event"), period).where(among(c("t.event"), tuple(REFERRALS)))
    for name, column in (("monthly_income", "income"), ("monthly_earnings", "earned")):
        yield _of_enrolment("hmis_incomebenefits", literal(name), c(f"t.{column}"), period).where(known(c(f"t.{column}")))


def band(code: Node) -> Node:
    """The band of a living situation or destination, in our words; deceased stands for itself."""
    bands = [(hundreds(code.copy()).eq(exp.convert(number)), literal(word)) for number, word in BAND_OF.items()]
    return case((code.copy().eq(exp.convert(DECEASED)), literal("deceased")), *bands, otherwise=literal("unknown"))


def _worded(before: Node | str, band: Node) -> exp.DPipe:
    return exp.DPipe(this=literal(before) if isinstance(before, str) else before, expression=band)


def _happens(kind: Node, day: str, value: Node) -> exp.Select:
    return select(person_id=c("person_id"), kind=kind, day=c(day), value=exp.cast(value, "BIGINT")).from_(table(STAYS))


def _of_enrolment(name: str, kind: Node, value: Node, period: Period) -> exp.Select:
    """Rows of another file, by the enrolment that they belong to; those outside what is covered are not known yet, or no longer."""
    query = select(person_id=c("s.person_id"), kind=kind, day=c("t.day"), value=exp.cast(value, "BIGINT")).from_(table(name, "t"))
    query = query.join(table(STAYS, "s"), on=c("s.enrolment_id").eq(c("t.enrolment_id")))
    return query.where(exp.Between(this=c("t.day"), low=exp.convert(period.first), high=exp.convert(period.last)))


def _sourced(rows: exp.Query, source: str) -> exp.Select:
    return exp.select("*", exp.alias_(literal(source), "source")).distinct().from_(table(rows, "rows"))
