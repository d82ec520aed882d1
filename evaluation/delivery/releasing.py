"""Judges a run beside everything that was released of its study before, and gives the release its name and its line in the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..findings import Findings, Released, release, withhold
from ..findings.before import Earlier
from ..findings.disclosure import HIDDEN, Words, released_cohorts
from ..findings.rivals import ReleasedRivals, release_rivals
from ..findings.scoring import Studied
from ..report import page, tables
from ..report.place import is_whole
from ..report.rivals import definitions_csv
from .folders import folder_of, made_from, released_starts
from .jobs import Job, digest_of
from .ledger import Ledger, Release, before, short_digest, starts_file
from .running import Ran
from .stamping import stamped
from .starts import overlapping, union

if TYPE_CHECKING:
    from ..terms import Array


DEFINITIONS = "definitions.csv"  # a question by every definition of its outcome, where it was asked for


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to leave of one run: the files as they were drawn, their name, and the ledger that tells of them."""

    released: Released
    files: Mapping[str, str]  # what leaves, by name
    release: Release
    ledger: Ledger  # with this release in it; not written yet
    starts: Mapping[str, Array]  # whose numbers leave, by cohort


def choose(job: Job, ran: Ran, ledger: Ledger, beside: Sequence[Array]) -> Chosen:
    """The release of a run, judged beside every earlier one of its study, withdrawn or not.

    Its numbers stay inside where its people are among those `beside`, or among those of a release of which nobody knows what it told.
    The same run again, after the last release or in its place, is that release again, byte by byte.
    """
    past = ledger.counted
    unknown = [starts for one in past if one.told is None for starts in ledger.starts(one).values()]
    shared = any(np.isin(each, other).any() for each in ran.starts.values() for other in (*beside, *unknown))
    again = past and past[-1].key == job.key() and past[-1].told is not None
    for judged_with in ([past[:-1]] if again else []) + [past]:
        chosen = _judged(job, ran, ledger, judged_with, shared)
        if judged_with is past or chosen.release.id == past[-1].id:
            return chosen
    raise AssertionError("the last of them is always chosen")


def _judged(job: Job, ran: Ran, ledger: Ledger, past: Sequence[Release], shared: bool) -> Chosen:
    told, rules = before(past), job.rules
    pairs = overlapping(ran.starts, [ledger.starts(one) for one in past if one.told is not None])
    words = Words(overlapping=pairs, before=told, studied=Studied.of(job.study), beside=() if shared else ran.groups)
    released = withhold(ran.findings, "overlap", rules) if shared else release(ran.findings, rules, **words)
    rivals = release_rivals(ran.rivals, ran.findings, rules, withheld=shared, **words) if ran.rivals else None
    files = _files(job, ran.findings, released, rivals)
    aside = _aside(ledger, past)
    made_of = {
        "study": job.name,
        "key": job.key(),
        "files": {name: sha256(text) for name, text in files.items()},
        "after": [one.id for one in past],
        **aside,
    }
    name = short_digest(made_of)
    cohorts = () if shared else released_cohorts(ran.findings, pairs, told)
    starts = {cohort: digests for cohort, digests in ran.starts.items() if cohort in cohorts}
    entry = _entry(job, ran.findings, released, released.record(name)) | {"starts": starts_file(starts)[1], "after": made_of["after"], **aside}
    told_of = _with_release(ledger, {"what": "released", "id": name, **entry}, files)
    now = told_of.release(name)
    assert now is not None
    return Chosen(released, stamped(files, told_of, now), now, told_of, starts)


def _aside(ledger: Ledger, past: Sequence[Release]) -> dict[str, Any]:
    """What somebody said never left the county and is not judged beside; of a release made again, what came before it."""
    said = list(takewhile(lambda one: one in past or one.never_sent is not None, ledger.releases))
    never = [(one.id, *one.never_sent) for one in said if one.never_sent]
    return {"never_sent": [{"id": id, "by": by, "reason": reason} for id, by, reason in never]} if never else {}


def _with_release(ledger: Ledger, entry: Mapping[str, Any], files: Mapping[str, str]) -> Ledger:
    """The ledger with a release, and with what it takes the place of; as it is where it holds that release."""
    name = entry["id"]
    if ledger.release(name):
        return ledger
    drawn = ledger.with_entries({**entry, "files": {}})
    now, last = drawn.release(name), ledger.last()
    assert now is not None
    leaves = {file: sha256(text) for file, text in stamped(files, drawn, now).items()}
    replaced = [{"what": "superseded", "id": last.id, "by": name}] if last and not last.superseded_by else []
    return ledger.with_entries({**entry, "files": leaves}, *replaced)


def _files(job: Job, findings: Findings, released: Released, rivals: ReleasedRivals | None) -> dict[str, str]:
    """What leaves, by the name of the file."""
    files = table_files(released)
    for language in job.study.release.languages:
        files[f"{language}.html"] = page.page(
            released, job.study, language=language, invented=job.invented, amendments=job.amendments, sealing=job.sealing, rivals=rivals
        )
    if rivals:
        files[DEFINITIONS] = definitions_csv(rivals, findings[0].answer.provenance)
    return files


def table_files(bundle: Released) -> dict[str, str]:
    """Findings and numbers for the next program."""
    written = {"findings.json": tables.findings_json, "findings.csv": tables.findings_csv, "numbers.csv": tables.numbers_csv}
    return {name: made(bundle) for name, made in written.items()}


def _entry(job: Job, findings: Findings, released: Released, told: Earlier) -> dict[str, Any]:
    """What the ledger tells of a release: whence, under which policy, how much of it was hidden and why."""
    provenance, rules = findings[0].answer.provenance, released.policy
    cells = {table.name: list(chain.from_iterable(table.rows)) for table in released.exhibits}
    hidden: dict[str, list[str]] = {}
    for one in released.log:
        hidden.setdefault(f"{one.why}: {one.rule}", []).append(one.what)
    return {
        "key": job.key(),
        "study": provenance.study,
        "records": provenance.records,
        "version": provenance.version,
        "policy": {
            "name": rules.name,
            "title": rules.title,
            "digest": digest_of(rules),
            "smallest": rules.smallest,
            "sources": dict(sorted(rules.sources.items())),
        },
        "findings": [{"question": one.answer.question.name, "verdict": one.verdict} for one in released.findings],
        "tables": [{"name": name, "kept": len(each) - each.count(HIDDEN), "hidden": each.count(HIDDEN)} for name, each in cells.items()],
        "hidden": {why: sorted(what) for why, what in sorted(hidden.items())},
        "protected": len(released.system.small()) if released.system else 0,
        "told": told.plain(),
    }


def with_unrecorded(ledger: Ledger, out: Path, job: Job) -> tuple[Ledger, tuple[str, ...]]:
    """The ledger with the output that stands there from when no ledger was kept, and what to say of it; its person-starts are written beside it.

    Nobody knows what it told, so it is taken for a release: whoever is in it stays inside.  An invented county has nobody to protect.
    """
    folder = folder_of(out, job.name)
    held = made_from(folder)
    if job.invented or not held or "release" in held or not is_whole(folder):
        return ledger, ()
    content, digests = starts_file({"": union({"": released_starts(folder)})})
    name = short_digest({"study": job.name, "unknown": sha256((folder / "COMPLETE").read_text(encoding="utf-8"))})
    said = (
        f"What stands in {folder} was written when no ledger of releases was kept: nobody knows what it told, so numbers of the same people stay "
        f"inside. If it never left the county, remove {folder} and {ledger.path}, and run again.",
    )
    ledger.write_starts(name, content)
    if ledger.release(name) is None:
        ledger = ledger.with_entries({"what": "unknown", "id": name, "key": held["key"], "starts": digests, "files": {}})
    return ledger, said


def sha256(text: str) -> str:
    """The digest of a file's text."""
    return hashlib.sha256(text.encode()).hexdigest()
