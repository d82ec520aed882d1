"""Runs studies and puts what they found in place: `studies/<name>/` stays in the county, `release/` is what may be sent.

    OUT/studies/<name>/internal    every number, what was hidden and why, what the records were, the SQL that was run
    OUT/studies/<name>/release     that study's pages and tables
    OUT/release                    all of them together, under the page that lists them: this folder, and no other, may leave

Each study's folder, and the folder that may leave, is put in place at one stroke.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from ..cohort import unmet as cohort_unmet
from ..findings import Findings, Released, exhibits, release, withhold
from ..findings.disclosure import Words
from ..findings.rivals import ReleasedRivals, release_rivals
from ..findings.scoring import Studied
from ..outcomes.binding import outcomes_of
from ..pipeline import Prepared, prepare, unwatched
from ..records import permitted
from ..records.manifest import read_manifest
from ..records.sql import c, table
from ..report import page, tables
from ..report.place import is_whole, placed, settle, whole
from ..report.rivals import definitions_csv
from ..report.view import Badge
from ..road import findings_of
from ..study.seal import Amendment
from ..terms import Challenge, Cohort, Exhibit, Language, Problem, Refused, Study
from ..version import version
from . import challenging

if TYPE_CHECKING:
    from ..challenges import Multiverse
    from ..records import Records
    from ..terms import Array

MADE_FROM = "made_from.json"  # what a study's folder was made from, and its places on the pages that list all
DEFINITIONS = "definitions.csv"  # a question by every definition of its outcome, where it was asked for
STARTS = "starts.npy"  # digests of the person-starts whose numbers a study's folder released, to tell overlaps by


@dataclass(frozen=True, slots=True)
class Job:
    """One study to run: the name of its folder, and the records it is run on."""

    name: str
    study: Study
    records: Records
    invented: bool = False  # the county was made by a computer, and the pages say so
    amendments: tuple[Amendment, ...] | None = None  # why the locked design was changed, oldest first; None: it is not locked
    rivals: bool = False  # its headline is asked again by every definition of the outcome
    challenged: bool = False  # its answers are put to their challenges, and the verdicts are of what is left standing
    only: tuple[str, ...] = ()  # of those, these alone; a verdict stays provisional where one that decides is left out


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one job: its finding as it may leave, and what a person inside should know."""

    name: str
    card: page.Card
    ran: bool  # False: the folder was made from the same study, records and version, and was left as it is
    changed: tuple[str, ...] = ()  # in the records, since the folder's last run
    inside: tuple[str, ...] = ()  # each finding's whole sentence, with nothing withheld
    challenges: tuple[Challenge, ...] = ()  # that its answers were put to, numbers and all


def deliver_all(jobs: Sequence[Job], out: Path, *, tell: Callable[[str], None] | None = None) -> Iterator[Delivered]:
    """Each study once its folder stands in `out`; when the last one does, the folder that may leave is put together.

    A study is not run again when its folder was made from the same study, records and version, and put to the same challenges or
    more: what was challenged stays so until one of the three changes.  `tell` is told each challenge before it is run.  A study that shares people
    with one that stands released there keeps its numbers inside: the difference between the two could give few people away.
    Refuses, before anything is run, two studies of one name, and studies that `unmet` has something to say of.
    """
    _distinct(jobs)
    problems = [problem for job in jobs for problem in unmet(job.study, job.records)]
    problems += [problem for job in jobs if job.challenged for problem in challenging.unmet(job.study, job.records, job.only)]
    if problems:
        raise Refused(*problems)
    current = {job.name for job in jobs if settle(_folder(out, job.name)) and _serves(_made_from(_folder(out, job.name)), job)}
    stale = {job.name for job in jobs} - current
    beside = [_released_starts(folder) for folder in (*_standing(out), *_scorecards(out)) if folder.name not in stale or folder.parent == out]
    for job in jobs:
        if job.name in current:
            yield Delivered(job.name, _card(_made_from(_folder(out, job.name)), "en"), ran=False)
        else:
            delivered = _deliver(job, out, beside, tell)
            beside.append(_released_starts(_folder(out, job.name)))
            yield delivered
    _gather(out)


def beside_others(out: Path, folder: Path, study: Study, starts: Array) -> bool:
    """Whether something else that stands released in `out` counts any of these person-starts, or is of the same study.

    A scorecard that is to stand in `folder` keeps its numbers inside then, as a study does.
    """
    studies = _standing(out)
    released = {each: _released_starts(each) for each in (*studies, *_scorecards(out)) if each != folder}
    if any(len(released[each]) and _made_from(each)["key"]["study"] == study.digest for each in studies):
        return True
    return any(np.isin(starts, other).any() for other in released.values())


def starts_of(records: Records, names: Sequence[str]) -> Array:
    """Digests of the person-starts in these tables of the engine, as studies keep them: (n,) sorted 64-bit numbers."""
    from sqlglot import exp

    rows = (exp.select("person_id", "day").from_(table(name)) for name in names)
    return _union({str(place): _digests(records, query) for place, query in enumerate(rows)})


def _scorecards(out: Path) -> list[Path]:
    """The folders of the scorecards that stand whole in `out`."""
    return sorted(path.parents[1] for path in out.glob(f"*/internal/{STARTS}") if is_whole(path.parents[1]))


def _deliver(job: Job, out: Path, beside: Sequence[Array], tell: Callable[[str], None] | None) -> Delivered:
    """Runs one study and puts its folder in place; its numbers stay inside where its people are among those `beside`."""
    folder = _folder(out, job.name)
    changed = _changed(job, folder)
    first = len(job.records.engine.log)
    prepared = prepare(job.study, job.records)
    put = challenging.put_to(prepared, job.only, tell) if job.challenged else None
    findings = put.findings if put else findings_of(prepared)
    starts = _starts(prepared)
    shared = any(np.isin(each, other).any() for each in starts.values() for other in beside)
    overlapping = _overlapping(findings, starts)
    groups, by_group = _groups(prepared, findings)
    policy, words = job.study.release.policy, Words(overlapping=overlapping, studied=Studied.of(job.study), beside=() if shared else groups)
    released = withhold(findings, "overlap", policy) if shared else release(findings, policy, **words)
    found = _rivals(job) if job.rivals else None
    rivals = release_rivals(found, findings, policy, withheld=shared, **words) if found else None
    languages = job.study.release.languages
    cards = {language: _place_of(job, released, language) for language in dict.fromkeys((*languages, "en"))}
    with placed(folder) as output:
        _tables(output.release, released)
        for language in languages:
            _write(output.release / f"{language}.html", _page(job, released, language, rivals))
        if found and rivals:
            _write(output.release / DEFINITIONS, definitions_csv(rivals, findings[0].answer.provenance))
            _write(output.internal / DEFINITIONS, found.frame.to_csv(index=False, lineterminator="\n"))
        _tables(output.internal, _unmasked(findings))
        if by_group:
            _write(output.internal / "groups.txt", by_group)
        if put:
            challenging.write(output.internal, put.challenges)
        _inside(output.internal, released, job.records, job.records.engine.log[first:])
        np.save(output.internal / STARTS, np.empty(0, np.uint64) if shared else _union(starts))
        made_from = {"key": _key(job), "cards": {language: asdict(card) for language, card in cards.items()}}
        _write(output.internal / MADE_FROM, json.dumps(made_from, indent=1, ensure_ascii=False) + "\n")
    told = tuple(one for each in put.challenges.values() for one in each) if put else ()
    return Delivered(job.name, cards["en"], ran=True, changed=changed, inside=tuple(map(str, findings)), challenges=told)


def _gather(out: Path) -> None:
    """Puts together the one folder that may leave: every study that stands in `out`, under the page that lists them."""
    standing = _standing(out)
    spoken = {language for folder in standing for language in _made_from(folder)["cards"]}
    languages: list[Language] = [language for language in get_args(Language) if language in spoken]
    with whole(out / "release") as fresh:
        for folder in standing:
            shutil.copytree(folder / "release", fresh / folder.name)
        for language in languages:
            cards = [_card(_made_from(folder), language) for folder in standing]
            _write(fresh / ("index.html" if language == "en" else f"index.{language}.html"), page.index(cards, version=version(), language=language))


def _page(job: Job, released: Released, language: Language, rivals: ReleasedRivals | None) -> str:
    return page.page(released, job.study, language=language, invented=job.invented, amendments=job.amendments, rivals=rivals)


def _place_of(job: Job, released: Released, language: Language) -> page.Card:
    languages = job.study.release.languages
    read = language if language in languages else languages[0]
    return page.card(released, job.study, href=f"{job.name}/{read}.html", language=language, invented=job.invented)


def _groups(prepared: Prepared, findings: Findings) -> tuple[tuple[Exhibit, ...], str]:
    """The headline by the groups that the study names, as tables for the door and as lines that stay; none where it names none."""
    headline = findings[0].answer
    if not prepared.study.subgroups or headline.estimate is None or findings[0].verdict == "not answered":
        return (), ""
    from ..challenges.running import of_prepared  # only a study that names groups waits for them
    from ..challenges.subgroups import say_subgroups, subgroups
    from ..findings.group_tables import group_tables

    asked = of_prepared(prepared, headline)
    found = subgroups(asked) if asked else ()
    return group_tables(found, headline), "".join(f"{say_subgroups(one)}\n" for one in found)


def _rivals(job: Job) -> Multiverse:
    """The headline by every definition of its outcome."""
    from ..challenges import multiverse  # only whoever asks for it waits for its drawing room

    return multiverse(job.study, job.records)


def _distinct(jobs: Sequence[Job]) -> None:
    twice = [name for name, times in Counter(job.name for job in jobs).items() if times > 1]
    if twice:
        right = "Each study has a folder of its own, named after its file."
        raise Refused(*(Problem(name, "two designs have this file name.", right, "Rename one of the files.") for name in twice))


def unmet(study: Study, records: Records) -> tuple[Problem, ...]:
    """What these records cannot tell this study, and what no agreement permits it today; an output that stands is no permission."""
    try:
        permitted(records, study, outcomes=outcomes_of(study), today=date.today())
        forbidden: tuple[Problem, ...] = ()
    except Refused as refused:
        forbidden = refused.problems
    unseen = dict.fromkeys(problem for question in study.questions for problem in unwatched(question, study, records))
    return (*forbidden, *cohort_unmet(study, records), *unseen)


def _starts(prepared: Prepared) -> dict[str, Array]:
    """Digests of each cohort's person-starts: (n,) sorted 64-bit numbers, the same for the same person and day."""
    cohorts = {name: cohort for name, cohort in prepared.cohorts.items() if isinstance(cohort, Cohort)}
    return {name: _digests(prepared.records, _person_starts(cohort)) for name, cohort in cohorts.items()}


def _digests(records: Records, rows: Any) -> Array:
    import pandas as pd  # only for its hash: the engine's own may change with its version

    return np.sort(pd.util.hash_pandas_object(records.engine.fetch(rows).to_pandas(), index=False).to_numpy())


def _person_starts(cohort: Cohort) -> Any:
    """Whose clock starts and when; of risk sets only the served, for whoever is drawn beside them belongs to no study."""
    from sqlglot import exp

    rows = exp.select("person_id", "day").from_(table(cohort.table)).order_by(c("start_id"))
    return rows if cohort.sets is None else rows.where(c("served").eq(1))


def _overlapping(findings: Findings, starts: Mapping[str, Array]) -> tuple[tuple[str, str], ...]:
    """Pairs of one study's cohorts that share person-starts."""
    names = sorted(starts)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    return tuple((one, other) for one, other in pairs if np.isin(starts[one], starts[other]).any())


def _union(starts: Mapping[str, Array]) -> Array:
    return np.unique(np.concatenate([np.empty(0, np.uint64), *starts.values()]))


def _changed(job: Job, folder: Path) -> tuple[str, ...]:
    """What changed in the records since the folder's last run, in sentences; and that its challenges are gone with it."""
    old = folder / "internal" / "manifest.json"
    since = job.records.manifest.compare(read_manifest(old)) if old.is_file() else ()
    undone = not job.challenged and "challenged" in _made_from(folder).get("key", {})
    return (*since, *([f"What was challenged of '{job.name}' is no longer what was run: challenge it again."] if undone else []))


def _folder(out: Path, name: str) -> Path:
    return out / "studies" / name


def _standing(out: Path) -> list[Path]:
    """The folders of the studies that stand whole in `out`."""
    return sorted(path.parent for path in (out / "studies").glob("*/COMPLETE") if is_whole(path.parent) and _made_from(path.parent))


def _released_starts(folder: Path) -> Array:
    return np.load(folder / "internal" / STARTS)


def _serves(made_from: Mapping[str, Any], job: Job) -> bool:
    """Whether what a folder was made from is what a job would make it from, and it was put to as many challenges at least."""
    held, asked = dict(made_from.get("key", {})), _key(job)
    before, now = held.pop("challenged", []), asked.pop("challenged", [])
    return held == asked and set(now) <= set(before)


def _key(job: Job) -> dict[str, Any]:
    declared = {
        "study": job.study.digest,
        "amendments": None if job.amendments is None else [one.reason for one in job.amendments],
        "invented": job.invented,
    }
    declared |= {"rivals": True} if job.rivals else {}
    declared |= {"challenged": list(challenging.names(job.only))} if job.challenged else {}
    return declared | {"records": job.records.manifest.digest, "version": version()}


def _made_from(folder: Path) -> dict[str, Any]:
    """What a folder was made from; nothing where it does not say."""
    try:
        held = json.loads((folder / "internal" / MADE_FROM).read_text(encoding="utf-8"))
        return held if {"key", "cards"} <= set(held) else {}
    except (OSError, ValueError):
        return {}


def _card(made_from: Mapping[str, Any], language: Language) -> page.Card:
    card = made_from["cards"].get(language) or made_from["cards"]["en"]
    return page.Card(**{**card, "verdict": Badge(**card["verdict"])})


def _unmasked(findings: Findings) -> Released:
    """Findings and every table behind them with nothing hidden, in the form in which tables are written: for internal use only."""
    tables_of = [exhibits(finding.answer) for finding in findings]
    each = {one.name: one for own in tables_of for one in own}
    return Released(findings, tuple(each.values()), (), tuple(tuple(one.name for one in own) for own in tables_of))


def _tables(folder: Path, bundle: Released) -> None:
    """Findings and numbers for the next program."""
    _write(folder / "findings.json", tables.findings_json(bundle))
    _write(folder / "findings.csv", tables.findings_csv(bundle))
    _write(folder / "numbers.csv", tables.numbers_csv(bundle))


def _inside(folder: Path, released: Released, records: Records, sql: Sequence[str]) -> None:
    """What only the county sees beside its numbers."""
    _write(folder / "hidden.txt", "".join(f"{hidden}\n" for hidden in released.log) or "Nothing was hidden.\n")
    _write(folder / "quality.txt", f"{records.quality}\n")
    _write(folder / "queries.sql", ";\n\n".join(sql) + ";\n")
    records.manifest.write(folder / "manifest.json")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
