"""A county of any size as Parquet files, in memory that grows little with it: some people at a time, in one process or several.

    FOLDER/README.md               what to read and what not
    FOLDER/records/*.parquet       the canonical tables
    FOLDER/records/dictionary.md   every table, column, kind and source of them
    FOLDER/records/manifest.json   how many rows they have, and the digest of what these say
    FOLDER/truth/*.parquet         sealed: hidden need, who was served and when, where the faults are
    FOLDER/truth/dictionary.md     sealed: what the programme does, the columns of the truth, and every rate
    FOLDER/truth/manifest.json     sealed: the seed and all else from which the county can be made again

An analyst may have all of `records`, and nothing of `truth`.

The same call gives the same bytes, whatever the chunk and however many processes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from joblib import effective_n_jobs
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from evaluation.terms import Problem, Refused
from synthetic.dictionary import Tally, dictionary, dictionary_of_truth
from synthetic.faults import PLANTED, Faults, laid
from synthetic.filled import Column, Filled, Words, ids
from synthetic.lives import Lives
from synthetic.manifest import manifest, manifest_of_truth, readme
from synthetic.offices import RESIDENTS
from synthetic.parquet import Table, content, of_frame
from synthetic.placing import taken, whole
from synthetic.plans import Plan
from synthetic.rows import NEVER_DAY
from synthetic.streams import SEEDS
from synthetic.world import World

CHUNK = 20_000  # people at a time
EACH_CORE = -1
AT_ONCE = 1_000_000  # people of a county that ranks them all, and so is made in one piece
PEOPLE = "people"  # the file of what is true of each person
COVERAGE, AREA, UNIT_COST = "coverage", "area", "unit_cost"
OF_THE_COUNTY = (COVERAGE, AREA, UNIT_COST)  # tables that are about nobody: written once, whatever the chunk


@dataclass(frozen=True, slots=True)
class County:
    """What was written: where, the rows and the digest of each file, and the digest of them all."""

    folder: Path
    people: int
    tables: Mapping[str, tuple[int, str]]  # by file, such as records/event: rows and digest
    tally: Tally  # rows by table, kind and source, before any fault
    planted: pd.DataFrame | None  # faults by table, source, fault, reason and column, with their number of rows; None: none were laid
    coverage: pa.Table  # what each source covers

    @property
    def content(self) -> str:
        """The digest of what all rows say, which depends neither on chunks nor on how Parquet is written."""
        return content(self.tables)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be made; it travels to other processes."""

    world: World
    plan: Plan
    seed: int
    faults: Faults | None


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    """Some people's tables."""

    many: int
    records: Mapping[str, Filled | pa.Table]
    truth: Mapping[str, pa.Table]
    tally: Tally
    planted: pd.DataFrame | None


def synthesize(
    world: World,
    people: int,
    folder: Path | str,
    seed: int = 0,
    *,
    chunk: int = CHUNK,
    jobs: int = 1,
    plan: Plan | None = None,
    faults: Faults | None = None,
    progress: Callable[[int], object] = lambda made: None,
) -> County:
    """Invents a county of so many people under a plan, `world.as_run` where none is named, and writes it to a new or empty folder.

    `chunk` people are in memory at a time, in each of `jobs` processes (-1: one for each core); neither changes a byte of what
    is written.  `progress` is told after each chunk how many people it had.  Refuses, before anybody is invented, fewer than
    one person, a seed outside 0 to 2**64 - 1, and a folder that holds anything; later, a disk that is full.  Nothing is then
    left half-written.

    A plan that ranks everybody (`Plan.whole`) makes its county in one piece, in one process, of at most a million people.
    """
    order = _Order(world, world.as_run if plan is None else plan, seed, faults)
    if problems := problems_with(order.plan, people, folder, seed, chunk=chunk, jobs=jobs):
        raise Refused(*problems)
    if order.plan.whole:
        chunk, jobs = people, 1
    with whole(folder) as fresh:
        made = _written(order, people, fresh, chunk=chunk, jobs=jobs, progress=progress)
        beside = {
            "README.md": readme(people),
            "records/dictionary.md": dictionary(made.tally, made.coverage, counted=faults is None),
            "records/manifest.json": manifest(people, made.tables),
            "truth/dictionary.md": dictionary_of_truth(world, made.tally),
            "truth/manifest.json": manifest_of_truth(world, order.plan, people, seed, made.tables, made.planted),
        }
        for name, text in beside.items():
            (fresh / name).write_text(text, encoding="utf-8", newline="\n")
    return replace(made, folder=Path(folder))


def problems_with(plan: Plan | None, people: int, folder: Path | str, seed: int, *, chunk: int, jobs: int) -> tuple[Problem, ...]:
    """What is wrong with an order, all of it at once; without a plan, what is wrong whatever the plan."""
    too_many = () if plan is None or not plan.whole or people <= AT_ONCE else (_too_many(people),)
    return (*_wrong(people, seed, chunk, jobs), *too_many, *taken(Path(folder)))


def _wrong(people: int, seed: int, chunk: int, jobs: int) -> Iterator[Problem]:
    if people < 1:
        yield Problem("an invented county", f"{people:,} people were asked for.", "It has 1 person or more.")
    if not 0 <= seed < SEEDS:
        yield Problem("an invented county", f"the seed is {seed}.", "A seed is a whole number from 0 to 2**64 - 1.")
    if chunk < 1:
        yield Problem("an invented county", f"{chunk:,} people at a time were asked for.", "They are 1 or more.")
    if jobs < 1 and jobs != EACH_CORE:
        yield Problem("an invented county", f"{jobs} processes were asked for.", "They are 1 or more; -1 is one for each core.")


def _too_many(people: int) -> Problem:
    found = f"{people:,} people were asked for, and in this world all are ranked at once."
    return Problem("an invented county", found, f"Such a county is made in one piece, of at most {AT_ONCE:,} people.")


# ------------------------------------------------------------------------------------------------ some people at a time
def _written(order: _Order, people: int, fresh: Path, *, chunk: int, jobs: int, progress: Callable[[int], object]) -> County:
    """Every chunk into the files, in the order of people's numbers."""
    (fresh / "records").mkdir()
    (fresh / "truth").mkdir(mode=0o700)  # for its owner only
    files: dict[str, Table] = {}
    tally: Counter[tuple[str, str, str]] = Counter()
    planted: list[pd.DataFrame] = []
    of_the_county: dict[str, pa.Table] = {}
    with ExitStack() as stack:

        def add(name: str, rows: pa.Table) -> None:
            if name not in files:
                files[name] = stack.enter_context(Table(fresh / f"{name}.parquet", rows.schema))
            files[name].add(rows)

        for made in _chunks(order, people, chunk, jobs):
            for name, rows in made.truth.items():
                before = files.get(f"records/{name}")
                add(f"truth/{name}" if name == PEOPLE else f"truth/faults_{name}", _further(rows, before.rows if before else 0))
            for name, held in made.records.items():
                rows = held.arrow() if isinstance(held, Filled) else held
                if name not in OF_THE_COUNTY:
                    add(f"records/{name}", rows)
                elif name == AREA and name in of_the_county:
                    of_the_county[name] = _with_more(of_the_county[name], rows)
                else:
                    of_the_county[name] = rows
            tally.update({kind: 0 if kind[0] == AREA and tally[kind] else rows for kind, rows in made.tally.items()})
            planted += [] if made.planted is None else [made.planted]
            progress(made.many)
        for name, rows in of_the_county.items():
            add(f"records/{name}", rows)
    counted = pd.concat(planted).groupby(PLANTED, sort=True)["rows"].sum().reset_index() if planted else None
    tables = {name: (table.rows, table.digest) for name, table in sorted(files.items())}
    return County(fresh, people, tables, tally, counted, of_the_county[COVERAGE])


def _with_more(area: pa.Table, further: pa.Table) -> pa.Table:
    """What is said about places, with the people of another chunk counted too."""
    counts = pc.equal(area["measure"], RESIDENTS)
    value = pc.if_else(counts, pc.add(area["value"], further["value"]), area["value"])
    return area.set_column(area.column_names.index("value"), "value", value)


def _further(rows: pa.Table, first: int) -> pa.Table:
    """Faults of a chunk with the numbers that their rows have in the whole table, of which so many rows come first."""
    for place, column in enumerate(rows.column_names):
        if column in ("row", "twin"):
            numbers = rows[column].to_numpy()
            rows = rows.set_column(place, column, pa.array(np.where(numbers < 0, numbers, numbers + first)))
    return rows


def _chunks(order: _Order, people: int, chunk: int, jobs: int) -> Iterator[_Chunk]:
    """All chunks in order; with several processes, a few are under way at a time."""
    spans = [(first, min(chunk, people - first)) for first in range(0, people, chunk)]
    jobs = effective_n_jobs(jobs)
    if jobs == 1 or len(spans) == 1:
        yield from (_made(order, *span) for span in spans)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        waiting = deque(pool.submit(_made, order, *span) for span in spans[: jobs + 1])
        try:
            for span in [*spans[jobs + 1 :], *[None] * len(waiting)]:
                made = waiting.popleft().result()
                if span is not None:
                    waiting.append(pool.submit(_made, order, *span))
                yield made
        except TerminatedWorkerError:
            remedy = "Run it with fewer people at a time (--chunk), or in one process (--jobs 1)."
            raise Refused(Problem("an invented county", "the system ended a process that was making it.", "", remedy)) from None
        finally:
            pool.shutdown(wait=True, kill_workers=True)


def _made(order: _Order, first: int, many: int) -> _Chunk:
    """The tables of people number first to first + many - 1."""
    lives = order.world.live(order.world.people(many, order.seed, first=first), order.plan)
    records = order.world.filled(lives)
    truth = {PEOPLE: _people(lives)}
    tally = {kind: rows for table in records.values() for kind, rows in table.tally().items()}
    if order.faults is None:
        return _Chunk(many, records, truth, tally, None)
    faulty = laid({name: table.frame() for name, table in records.items()}, order.faults, order.seed)
    for name, hits in faulty.hits.groupby("table", sort=True):
        truth[str(name)] = _hits(hits)
    return _Chunk(many, {name: of_frame(name, frame) for name, frame in faulty.tables.items()}, truth, tally, faulty.planted)


# ------------------------------------------------------------------------------------------------ what is true
def _people(lives: Lives) -> pa.Table:
    """What no analyst sees of each person: need and frailty, and the day their clock starts; and who was offered and enrolled, and when."""
    people, persons = lives.people, lives.people.persons
    everybody = Column("word", np.arange(len(persons)), Words(ids("P", persons.luck.numbers)))
    offered = pa.nulls(len(persons), pa.bool_()) if lives.offered is None else pa.array(lives.offered)
    return pa.table(
        {
            "person_id": everybody.arrow(pa.string()),
            "start": Column("day", people.start).arrow(pa.date32()),
            "need": pa.array(persons.need),
            "frailty": pa.array(persons.frailty),
            "offered": offered,
            "enrolled": Column("day", lives.enrolled, missing=lives.enrolled >= NEVER_DAY).arrow(pa.date32()),
        }
    )


def _hits(hits: pd.DataFrame) -> pa.Table:
    """The faults of one table, in the order of its rows."""
    ordered = hits.sort_values(["row", "fault", "column"], kind="stable")
    numbers = {name: pa.array(ordered[name].to_numpy(np.int64)) for name in ("row", "twin")}
    words = {name: pa.array(ordered[name].astype(str), pa.string()) for name in ("fault", "reason", "column")}
    return pa.table({"row": numbers["row"], **words, "twin": numbers["twin"]})
