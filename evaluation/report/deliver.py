"""Runs studies on a county's records and puts what they found in place: one folder a study, internal and release apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Findings, Released, exhibits, release
from ..outcomes import OUTCOMES
from ..records import permitted
from ..road import evaluate
from ..terms import Problem, Refused, Study
from ..version import version
from . import page, tables
from .place import placed, settle, written
from .view import Badge

if TYPE_CHECKING:
    from ..records import Records

KEY = "made_from.json"  # what an output was made from, and its place on the page that lists all


@dataclass(frozen=True, slots=True)
class Job:
    """One study to run: the name of its folder, and the records it is run on."""

    name: str
    study: Study
    records: Records
    invented: bool = False  # the county was made by a computer, and the pages say so


@dataclass(frozen=True, slots=True)
class Delivered:
    """One study's place on the page that lists all, and whether it was run anew."""

    card: page.Card
    ran: bool


def deliver_all(jobs: Sequence[Job], out: Path) -> Iterator[Delivered]:
    """Each study as its folder stands in `out`; when the last one does, the page that lists them all.

    A study is not run again when its folder was made from the same study, records and version.  Refuses, before anything is
    run, two studies of one name, and studies that the sources' agreements do not permit today.
    """
    twice = [name for name, times in Counter(job.name for job in jobs).items() if times > 1]
    if twice:
        right = "Each study has a folder of its own, named after its file."
        raise Refused(*(Problem(name, "two designs have this file name.", right, "Rename one of the files.") for name in twice))
    _all_permitted(jobs)
    cards = []
    for job in jobs:
        delivered = deliver(job, out)
        cards.append(delivered.card)
        yield delivered
    written(out / "index.html", page.index(cards, version=version(), language="en"))


def deliver(job: Job, out: Path) -> Delivered:
    """One study's folder: made anew, whole, or left as it is when it was made from the same three digests."""
    folder = out / job.name
    key = {"study": job.study.digest, "records": job.records.manifest.digest, "version": version(), "invented": job.invented}
    if settle(folder) and (card := _card_of(folder, key)):
        return Delivered(card, ran=False)
    first = len(job.records.engine.log)
    findings = evaluate(job.study, job.records)
    released = release(findings, job.study.release.policy)
    languages = job.study.release.languages
    card = page.card(released, job.study, href=f"{job.name}/release/{languages[0]}.html", language="en", invented=job.invented)
    with placed(folder) as output:
        _tables(output.release, released)
        for language in languages:
            _write(output.release / f"{language}.html", page.page(released, job.study, language=language, invented=job.invented))
        _tables(output.internal, _unmasked(findings))
        _inside(output.internal, released, job.records, job.records.engine.log[first:])
        _write(output.internal / KEY, json.dumps({"key": key, "card": asdict(card)}, indent=1, ensure_ascii=False) + "\n")
    return Delivered(card, ran=True)


def _all_permitted(jobs: Sequence[Job]) -> None:
    """Refuses at once all that no agreement permits; an output that stands from a better day is no permission."""
    problems: list[Problem] = []
    for job in jobs:
        try:
            permitted(job.records, job.study, outcomes=OUTCOMES, today=date.today())
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)


def _unmasked(findings: Findings) -> Released:
    """Findings and every table behind them with nothing hidden, in the form in which tables are written: for internal use only."""
    tables_of = [exhibits(finding.answer) for finding in findings]
    each = {table.name: table for own in tables_of for table in own}
    return Released(findings, tuple(each.values()), (), tuple(tuple(table.name for table in own) for own in tables_of))


def _tables(folder: Path, bundle: Released) -> None:
    """Findings and numbers for the next program."""
    _write(folder / "findings.json", tables.findings_json(bundle))
    _write(folder / "findings.csv", tables.findings_csv(bundle))
    _write(folder / "numbers.csv", tables.numbers_csv(bundle))


def _inside(folder: Path, released: Released, records: Records, sql: Sequence[str]) -> None:
    """What only the county sees beside its numbers: what was hidden and why, what the records were, and the SQL that was run."""
    _write(folder / "hidden.txt", "".join(f"{hidden}\n" for hidden in released.log) or "Nothing was hidden.\n")
    _write(folder / "quality.txt", f"{records.quality}\n")
    _write(folder / "queries.sql", ";\n\n".join(sql) + ";\n")
    records.manifest.write(folder / "manifest.json")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _card_of(folder: Path, key: Mapping[str, Any]) -> page.Card | None:
    """The card of an output that was made from `key`; None when it was made from something else."""
    try:
        held = json.loads((folder / "internal" / KEY).read_text(encoding="utf-8"))
        card = held["card"]
        return page.Card(**{**card, "verdict": Badge(**card["verdict"])}) if held["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
