"""Enrolments as stays: with their project's type, their end and destination, their move-in, and whether people came from the street.

What is dated after the last day covered is not known yet: a stay that began then is left out, and one that ended then is still open.
An enrolment whose project, client or dates do not fit is left out and counted; none is mended.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ..engine import Engine
from ..sql import Node, c, case, count, given, greatest, known, select, table
from .codes import ASKED, HEAD, KINDS, LITERAL, PERMANENT, TRUE_BIRTHS
from .reading import Period, unfit

STAYS = "hmis_stays"  # person_id, enrolment_id, type, project, project_id, entry, exit, destination, move_in, street, ...
CLIENTS, ENROLMENTS, EXITS, PROJECTS = ("hmis_client", "hmis_enrollment", "hmis_exit", "hmis_project")
VERDICTS = {  # why an enrolment is left out, in the order in which it is judged
    "client differs": "of a client of whom Client.csv has rows that differ",
    "no client": "of a client that is not in Client.csv, or was deleted",
    "project differs": "in a project of which Project.csv has rows that differ",
    "no project": "in a project that is not in Project.csv, or was deleted",
    "no type": "in a project without a type that HUD's list has",
    "ahead": "begin after the last day covered",
    "exit unfit": "have an exit that cannot be used: no day that can be read, or two that differ",
    "ends first": "end before they begin",
    "before birth": "begin before the client's birth",
    "over before": "end before the first day covered",
}


def make(engine: Engine, period: Period) -> dict[str, int]:
    """Fills `hmis_stays`; how many enrolments were left out, by the words of `VERDICTS`."""
    engine.create("hmis_joined", _joined(period))
    engine.create("hmis_judged", exp.select("*", exp.alias_(_verdict(period), "verdict")).from_(table("hmis_joined")))
    counts = engine.fetch(select(verdict=c("verdict"), n=count()).from_(table("hmis_judged")).group_by(c("verdict"))).to_pylist()
    found = {row["verdict"]: int(row["n"]) for row in counts}
    engine.create("hmis_sound", exp.select("*").from_(table("hmis_judged")).where(exp.Is(this=c("verdict"), expression=exp.null())))
    engine.create(STAYS, _moved_in(period))
    return {verdict: found[verdict] for verdict in VERDICTS if verdict in found}


def among(node: Node, numbers: Sequence[int]) -> exp.In:
    """Whether a code is one of these."""
    return exp.In(this=node, expressions=[exp.convert(number) for number in numbers])


def hundreds(code: Node) -> exp.IntDiv:
    """The hundreds of a living situation or destination, which say its band."""
    return exp.IntDiv(this=code, expression=exp.convert(100))


def _joined(period: Period) -> exp.Select:
    """Every enrolment beside its client, its project and its exit; an exit after the last day covered has not come yet."""
    seen = exp.LTE(this=c("x.exit"), expression=exp.convert(period.last))
    columns = {name: c(f"e.{name}") for name in ("enrolment_id", "person_id", "project_id", "entry", "household", "role", "situation", "disabled")}
    columns |= {name: c(f"e.{name}") for name in ("short_stay", "street_before", "street_since")}
    query = select(
        **columns,
        own_move_in=c("e.move_in"),
        client=c("c.person_id"),
        birth=case((among(c("c.birth_quality"), TRUE_BIRTHS), c("c.birth"))),
        project_there=c("p.project_id"),
        project=given(c("p.project"), c("p.project_id")),
        type=c("p.type"),
        raw_exit=c("x.exit"),
        exit=case((seen, c("x.exit"))),
        destination=case((seen.copy(), c("x.destination"))),
    ).from_(table(ENROLMENTS, "e"))
    for name, alias, key in ((CLIENTS, "c", "person_id"), (PROJECTS, "p", "project_id"), (EXITS, "x", "enrolment_id")):
        query = query.join(table(name, alias), on=c(f"{alias}.{key}").eq(c(f"e.{key}")), join_type="left")
    return query


def _verdict(period: Period) -> exp.Case:
    def missing(name: str) -> Node:
        return exp.Is(this=c(name), expression=exp.null())

    def spoilt(name: str, key: str) -> Node:
        return exp.In(this=c(key), query=select(id=c("id")).from_(table(unfit(name))).subquery())

    return case(
        (spoilt(CLIENTS, "person_id"), "client differs"),
        (missing("client"), "no client"),
        (spoilt(PROJECTS, "project_id"), "project differs"),
        (missing("project_there"), "no project"),
        (exp.not_(given(among(c("type"), sorted(KINDS)), False)), "no type"),
        (exp.GT(this=c("entry"), expression=exp.convert(period.last)), "ahead"),
        (spoilt(EXITS, "enrolment_id"), "exit unfit"),
        (exp.LT(this=c("raw_exit"), expression=c("entry")), "ends first"),
        (exp.LT(this=c("entry"), expression=c("birth")), "before birth"),
        (exp.LT(this=c("exit"), expression=exp.convert(period.first)), "over before"),
    )


def _moved_in(period: Period) -> exp.Select:
    """Stays with `move_in` and `literal`.

    In permanent housing a household moves in when its head does (HUD, HMIS Standard Reporting Terminology Glossary; from memory): who
    joins it later has moved in on the day of entry, and who left before has not.  A day of one's own comes first, where it fits.  Only a
    head who is enrolled in the same project at the same time counts: an id of a household may be given again years later.
    """
    head = select(enrolment_id=c("w.enrolment_id"), move_in=exp.Min(this=c("h.own_move_in"))).from_(table("hmis_sound", "w"))
    same = exp.and_(c("h.household").eq(c("w.household")), c("h.project_id").eq(c("w.project_id")))
    head = head.join(table("hmis_sound", "h"), on=exp.and_(same, c("h.role").eq(exp.convert(HEAD))))
    head = head.where(_fits(c("h.own_move_in"), "h", period), _before_end("w.entry", "h.exit"), _before_end("h.entry", "w.exit"))
    head = head.group_by(c("w.enrolment_id"))
    from_head = greatest(c("s.entry"), c("m.move_in"))
    shared = exp.and_(known(c("m.move_in")), _fits(from_head, "s", period))
    moved = case((_fits(c("s.own_move_in"), "s", period), c("s.own_move_in")), (shared, from_head.copy()))
    told = ("person_id", "enrolment_id", "type", "project", "project_id", "entry", "exit", "raw_exit", "destination", "household", "role")
    names = (*told, "situation", "disabled", "own_move_in", "street_since", "birth")
    query = select(
        **{name: c(f"s.{name}") for name in names},
        move_in=case((among(c("s.type"), PERMANENT), moved)),
        literal=_literally_homeless(),
    ).from_(table("hmis_sound", "s"))
    return query.join(table(head, "m"), on=c("m.enrolment_id").eq(c("s.enrolment_id")), join_type="left")


def _before_end(entry: str, end: str) -> Node:
    """Whether one enrolment begins before another ends; an open one has no end."""
    return given(exp.LT(this=c(entry), expression=c(end)), True)


def _fits(day: Node, stay: str, period: Period) -> exp.Condition:
    """Whether a day of moving in lies in the stay, and in what is covered."""
    begun = exp.GTE(this=day.copy(), expression=c(f"{stay}.entry"))
    stayed = given(exp.LTE(this=day.copy(), expression=c(f"{stay}.exit")), True)
    return exp.and_(known(day.copy()), begun, stayed, exp.LTE(this=day.copy(), expression=exp.convert(period.last)))


def _literally_homeless() -> Node:
    """HUD's rule at entry: by the project; or by the situation before, which may lead back to the street through a short stay."""
    housed = exp.Between(this=hundreds(c("s.situation")), low=exp.convert(2), high=exp.convert(4))
    back = exp.and_(c("s.short_stay").eq(exp.convert(1)), c("s.street_before").eq(exp.convert(1)), housed)
    before = exp.or_(given(hundreds(c("s.situation")).eq(exp.convert(1)), False), given(back, False))
    return exp.or_(among(c("s.type"), LITERAL), exp.and_(among(c("s.type"), ASKED), before))
