"""What must be true of a plan and the records before anybody is enrolled: every problem at once, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from sqlglot import exp

from ..phrases import SMALLEST_COUNT, listed, nearest
from ..records.contract import CONTRACT, RESERVED
from ..records.days import FOREVER, date_of, day_of, horizon_end
from ..records.engine import Engine
from ..records.frames import FRAMES
from ..records.sql import among, c, count, literal, select, table
from ..records.tape import REDUCERS
from ..records.uses import Use, listing, looked_at, looked_back_on, sources_of, sources_of_nothing_else, starting
from ..terms import CohortPlan, HistoryColumn, Horizon, Problem, Reducer, Refused, Starts
from . import panel_checks, panel_days
from .shape import shape
from .starts import Coverage

Line = dict[str, Any]  # a line of 'coverage'

_NOT_GROUPS = ("person_id", "birth", "death", "moved")  # an id or a date is no group, and two of them lie after the start
_WEEK = 7
_GRAINS = ("day", "week", "month")


def checked(
    name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, horizons: Sequence[Horizon], *, arms: bool = True
) -> Coverage:
    """The days on which a clock may start; refuses a plan that these records cannot serve."""
    coverage, problems = examined(name, plan, history, engine, horizons, arms=arms)
    if problems:
        raise Refused(*problems)
    return coverage


def examined(
    name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, horizons: Sequence[Horizon], *, arms: bool = True
) -> tuple[Coverage, tuple[Problem, ...]]:
    """The days on which a clock may start, and every reason why these records cannot serve the plan."""
    where = f"cohort '{name}'"
    lines = engine.fetch(exp.select("*").from_(table("coverage")).order_by(c("source"))).to_pylist()
    bounding = _bounding(plan, lines, engine)
    problems = [*shape(name, plan, history, where, arms=arms), *_sources(plan, [line["source"] for line in lines], where)]
    coverage = Coverage(0, 0)
    if bounding:
        coverage = Coverage(_reach(plan, history, bounding, engine), min(line["last"] - line["lag_days"] for line in bounding) + 1)
        if plan.clock == "calendar":
            problems += panel_checks.of_records(plan, (coverage.first, coverage.end), bounding, where)
            problems += panel_days.lost(plan, engine, where)
            problems += panel_checks.of_areas(plan, engine, where)
        else:
            problems += [
                *_years(plan, coverage, bounding, horizons, where),
                *_grains(bounding, horizons, where),
                *_outlasted(plan, horizons, where),
                *_mixed(plan, history, lines, bounding, engine, where),
            ]
    problems += [*_words(plan, history, engine, where), *_history(history), *_groups(plan, engine, where)]
    return coverage, tuple(problems)


def _bounding(plan: CohortPlan, lines: Sequence[Line], engine: Engine) -> list[Line]:
    """The coverage of the sources that bound what is seen: those that the plan names, else every one.

    Of these last, a source that holds only the arms, or only the list that starts the clocks, bounds nothing: a lottery's own
    list begins with its first draw and ends with its last, and who is not on it on the day of a start has no arm.
    """
    if plan.sources:
        return [line for line in lines if line["source"] in plan.sources]
    lists = sources_of_nothing_else(engine, list(listing(plan)))
    return [line for line in lines if line["source"] not in lists] or list(lines)


def _reach(plan: CohortPlan, history: Sequence[HistoryColumn], bounding: Sequence[Line], engine: Engine) -> int:
    """The first day on which every source is watched and those that are looked back on reach back `lookback_days`."""
    read = {source for use in looked_back_on(plan, history) for source in sources_of(engine, use)}
    behind = [line for line in bounding if line["source"] in read] or bounding  # a look-back of which nothing is read asks it of all
    return max(max(line["first"] for line in bounding), max(line["first"] for line in behind) + plan.lookback_days)


def _sources(plan: CohortPlan, known: Sequence[str], where: str) -> Iterator[Problem]:
    if not known:
        yield Problem("table 'coverage'", "it is empty.", "It says from when to when each source is complete.", "Give it a line for each source.")
        return
    for word in plan.sources:
        if word not in known:
            yield Problem(f"{where}: sources", f"'{word}' has no line in 'coverage'.", f"It has {listed(known)}.", nearest(word, known))


def _years(plan: CohortPlan, coverage: Coverage, bounding: Sequence[Line], horizons: Sequence[Horizon], where: str) -> Iterator[Problem]:
    first, last = (day_of(day) for day in plan.between)
    longest = max(horizons, key=lambda horizon: horizon_end(last, horizon), default=Horizon(days=0))
    begin = max(line["first"] for line in bounding)
    where, watched = f"{where}: between", f"The sources are complete together from {date_of(begin)} to {date_of(coverage.end - 1)}."
    if coverage.end <= begin:
        yield Problem(where, "there is no day on which every source is complete.", remedy="Name fewer sources, or mend 'coverage'.")
    elif last < begin or first >= coverage.end:
        yield Problem(where, f"{plan.between[0]} to {plan.between[1]} lies outside the records.", watched, "Choose years that they cover.")
    elif last < coverage.first:
        found, usable = f"no start can look back {plan.lookback_days} days.", latest_start(coverage.end, longest)
        if usable < coverage.first:
            remedy = "They are too short to look back and ahead so far: shorten lookback_days, or ask about a shorter horizon."
        else:
            remedy = f"Set between inside {date_of(coverage.first)} to {date_of(usable)}, or shorten lookback_days."
        yield Problem(where, found, watched, remedy)
    elif horizon_end(last, longest) > coverage.end:
        usable = latest_start(coverage.end, longest)
        remedy = f"Set between = [{plan.between[0]}, {date_of(usable)}], or ask about a shorter horizon."
        if usable < first:
            remedy = "No start in these years can be followed so far: ask about a shorter horizon."
        yield Problem(where, f"{longest} from the last start, {plan.between[1]}, run past the end of the records.", watched, remedy)


def _grains(bounding: Sequence[Line], horizons: Sequence[Horizon], where: str) -> Iterator[Problem]:
    """Horizons that end inside a week or a month whose records all carry its last day: some clocks would hold one more than others."""
    where, exact = f"{where}: horizon", "or name in 'sources' only those that date to the day."
    for line in bounding:
        for horizon in dict.fromkeys(horizons):
            days = horizon.days
            if days is None or line["grain"] == "day" or (line["grain"] == "week" and days % _WEEK == 0):
                continue
            found = f"the source '{line['source']}' dates its records to the {line['grain']}, and {horizon} end inside one."
            if line["grain"] == "week":
                near = sorted({max(days - days % _WEEK, _WEEK), days - days % _WEEK + _WEEK})
                yield Problem(where, found, "It is a whole number of weeks.", f"Ask about {' or '.join(map(str, near))} days, {exact}")
            else:
                yield Problem(where, found, "It is given in months.", f"Ask about months, {exact}")


def _mixed(
    plan: CohortPlan, history: Sequence[HistoryColumn], lines: Sequence[Line], bounding: Sequence[Line], engine: Engine, where: str
) -> Iterator[Problem]:
    """Clocks that start to the day beside sources that say only in which month, or the reverse: what came first would be guessed."""
    grain_of = {line["source"]: line["grain"] for line in lines}
    if len(set(grain_of.values())) == 1:
        return
    dating = [*starting(plan.starts), *(Use("the service", "service", (programme,)) for programme in _enrolments(plan))]
    started = {source for use in dating for source in sources_of(engine, use)}
    grains = sorted({"day"} if plan.starts.dates else {grain_of[source] for source in started if source in grain_of}, key=_GRAINS.index)
    behind = {source for use in looked_back_on(plan, history) for source in sources_of(engine, use)}
    inside = {source for use in looked_at(plan) for source in sources_of(engine, use)}
    for source, grain in grain_of.items():
        found = f"the source '{source}' dates its records to the {grain}:"
        if grains and source in {line["source"] for line in bounding} and _GRAINS.index(grain) > _GRAINS.index(grains[0]):
            right = f"what happened earlier in the {grain} of a start would count as after it."
            yield Problem(
                f"{where}: sources", f"clocks start to the {grains[0]}, and {found}", right, f"Name only sources that date to the {grains[0]}."
            )
        elif grains and source in behind and _GRAINS.index(grain) < _GRAINS.index(grains[-1]):
            right = f"what happened after a start in its {grains[-1]} would count as before it."
            yield Problem(f"{where}: history", f"clocks start to the {grains[-1]}, and {found}", right, "Leave its kinds out of the history.")
        elif grains and source in inside and grain not in grains:
            right = "who was inside on the day itself would be guessed."
            yield Problem(f"{where}: outside", f"clocks start to the {listed(grains)}, and {found}", right, "Leave its kinds out of 'outside'.")


def _outlasted(plan: CohortPlan, horizons: Sequence[Horizon], where: str) -> Iterator[Problem]:
    """Horizons that end before two strategies have parted."""
    within = plan.strategies.served.within_days if plan.strategies else 0
    for horizon in dict.fromkeys(horizons):
        if plan.strategies and horizon_end(0, horizon) <= within + 1:
            found = f"people have {within} days to enrol, and {horizon} are over before or as they are."
            yield Problem(f"{where}: horizon", found, remedy="Follow people for longer than the grace period.")


def latest_start(end: int, horizon: Horizon) -> int:
    """The last day from which a clock reaches the horizon before `end`."""
    day = end
    while horizon_end(day, horizon) > end:
        day -= 1
    return day


def _words(plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, where: str) -> Iterator[Problem]:
    """A problem for every kind, programme and list that no row of its table holds, with the nearest that enough rows hold to be named."""
    asked = [*_asked(plan, where), *((f"history '{column.name}'", column.table, word) for column in history for word in column.kind)]
    for name in ("event", "spell", "service", "score", "area"):
        column = CONTRACT[name].kind or ""
        words = dict.fromkeys(word for _, source, word in asked if source == name)
        if not words:
            continue
        rows_by_word = select(word=c(column)).from_(table(name)).group_by(c(column)).order_by(c(column))
        held = engine.fetch(rows_by_word.where(among(c(column), words)))["word"].to_pylist()
        held += panel_days.set_aside(words, engine) if name == "area" else []
        lacking = [(at, word) for at, source, word in asked if source == name and word not in held]
        told = rows_by_word if name == "area" else rows_by_word.having(count() >= SMALLEST_COUNT)  # rows about places are not people
        known = engine.fetch(told)["word"].to_pylist() if lacking else []
        for at, word in lacking:
            what = {"score": "list", "area": "measure of areas"}.get(name, name)
            yield Problem(at, f"the records hold no {what} '{word}'.", f"The table '{name}' holds {listed(known)}.", nearest(word, known))
        if name == "score" and not lacking:
            yield from _list_dates(plan.starts, engine, where)


def _asked(plan: CohortPlan, where: str) -> Iterator[tuple[str, str, str]]:
    """(where it stands, the table, the word) for every word of a plan that the records must hold."""
    for use in starting(plan.starts):
        yield from ((f"{where}: starts", use.table, word) for word in use.kinds)
    yield from ((f"{where}: outside", "spell", word) for word in plan.outside)
    for word in _enrolments(plan):
        yield f"{where}: {'strategies: ' if plan.strategies else ''}served", "service", word
    yield from _of_places(plan, where)
    if plan.assigned:
        for word in ("offered", "withheld"):
            if getattr(plan.assigned, word):
                yield f"{where}: assigned: {word}", "event", getattr(plan.assigned, word)
        if plan.assigned.taken_up:
            yield f"{where}: assigned: taken_up", "service", plan.assigned.taken_up.enrolment


def _of_places(plan: CohortPlan, where: str) -> Iterator[tuple[str, str, str]]:
    """The same of what says when units of a panel adopt, and which areas there are."""
    if plan.adopted:
        for word, name in (("enrolment", "service"), ("starts", "area"), ("stops", "area")):
            if getattr(plan.adopted, word):
                yield f"{where}: adopted: {word}", name, getattr(plan.adopted, word)
    if plan.areas and plan.areas not in FRAMES:
        yield f"{where}: areas", "area", plan.areas


def _enrolments(plan: CohortPlan) -> tuple[str, ...]:
    """The programme whose enrolments start a clock of somebody's own, or end a strategy."""
    by = plan.served or (plan.strategies and plan.strategies.served)
    return (by.enrolment,) if by and by.enrolment else ()


def _list_dates(starts: Starts, engine: Engine, where: str) -> Iterator[Problem]:
    """Dates of a list on which nobody stands on it."""
    by_day = select(day=c("day"), n=count()).from_(table("score")).where(c("list").eq(literal(starts.list))).group_by(c("day")).order_by(c("day"))
    held = {date_of(row["day"]): row["n"] for row in engine.fetch(by_day).to_pylist()} if starts.on else {}
    right = f"It has {listed(str(when) for when, n in held.items() if n >= SMALLEST_COUNT)}."
    for when in starts.on:
        if when not in held:
            yield Problem(f"{where}: starts: on", f"the list '{starts.list}' has no line on {when}.", right, "Name a date that it has.")


def _history(history: Sequence[HistoryColumn]) -> Iterator[Problem]:
    seen: set[str] = set(RESERVED)
    for column in history:
        where = f"history '{column.name}'"
        if column.name.lower() in seen:  # an engine does not tell two names apart by case
            yield Problem(where, "the name is taken.", remedy="Give each column of the history a name of its own.")
        seen.add(column.name.lower())
        if not 0 < column.days <= FOREVER:
            yield Problem(where, f"days = {column.days} looks back on no day.", "days is 1 or more.")
        if column.reduce not in REDUCERS[column.table]:
            right = [word for word in REDUCERS[column.table] if word in get_args(Reducer)]
            yield Problem(where, f"'{column.reduce}' does not apply to the table '{column.table}'.", f"What does: {listed(right)}.")


def _groups(plan: CohortPlan, engine: Engine, where: str) -> Iterator[Problem]:
    columns = engine.fetch(exp.select("*").from_(table("person")).limit(0)).column_names
    groups = [name for name in columns if name not in _NOT_GROUPS]
    blocks = plan.assigned.blocks if plan.assigned else ()
    for word, names, right in (("cluster", plan.cluster, ["family", *groups]), ("assigned: blocks", blocks, groups), ("exact", plan.exact, groups)):
        for name in names:
            if name not in right:
                found = f"'{name}' is no group of people in the records."
                yield Problem(f"{where}: {word}", found, f"There are {listed(right)}.", nearest(name, right))
