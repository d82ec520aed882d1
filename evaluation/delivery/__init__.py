"""Runs studies and puts what they found in place: `studies/<name>/` stays in the county, `release/` is what may be sent.

    OUT/studies/<name>/internal    every number, what was hidden and why, the release checklist, the records' manifest, the SQL that was run
    OUT/studies/<name>/release     that study's pages and tables
    OUT/ledger                     every release of each study, what it told and hid, and what became of it: it stays in the county
    OUT/release                    all pages together, under the page that lists them: this folder, and no other, may leave

Each study's folder, and the folder that may leave, is put in place at one stroke.

jobs         one study to run, and what became of it
running      what it found, before anything is decided about what may leave
challenging  its challenges
starts       whose clock started when, to tell by whether two releases count the same people
ledger       every release, one line for each thing that happened
releasing    a run judged beside all that was released before, its name and its line
stamping     what the ledger says of a release, on its pages
placing      the folders, at one stroke
folders      where each stands, and what it was made from
withdrawing  what becomes of a release afterwards: signed, taken back, or said never to have left
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..cohort import unmet as cohort_unmet
from ..findings.scoring import Studied, needed
from ..outcomes.binding import outcomes_of
from ..pipeline import unwatched
from ..records import permitted
from ..records.manifest import read_manifest
from ..report.place import settle
from ..terms import Problem, Refused, Study
from . import challenging
from .folders import STARTS, card_of, folder_of, made_from, released_starts, scorecards, standing, standing_release
from .jobs import Delivered, Job
from .ledger import ledgers, read_ledger
from .placing import gather, put_in_place
from .releasing import choose, with_unrecorded
from .running import run
from .starts import starts_of, union
from .withdrawing import never_sent, sign, withdraw

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

__all__ = ["STARTS", "Delivered", "Job", "beside_others", "deliver_all", "never_sent", "sign", "starts_of", "unmet", "withdraw"]


def deliver_all(jobs: Sequence[Job], out: Path, *, tell: Callable[[str], None] | None = None) -> Iterator[Delivered]:
    """Each study once its folder stands in `out`; when the last one does, the folder that may leave is put together.

    A study is not run again when its folder was made from the same study, records, policy and version, and put to the same challenges or
    more: what was challenged stays so until one of the three changes.  `tell` is told each challenge before it is run.  What is released is
    judged beside every earlier release of its study; a study that shares people with another that was released there keeps its numbers
    inside: the difference between the two could give few people away.
    Refuses, before anything is run, two studies of one name, studies that `unmet` has something to say of, a policy that is not told
    what it asks, and a ledger that is not whole.
    """
    _distinct(jobs)
    problems = [problem for job in jobs for problem in unmet(job.study, job.records)]
    problems += [problem for job in jobs if job.challenged for problem in challenging.unmet(job.study, job.records, job.only)]
    problems += [problem for job in jobs for problem in _untold(job)]
    if problems:
        raise Refused(*problems)
    current = {job.name for job in jobs if settle(folder_of(out, job.name)) and _stands(job, out)}
    _ = ledgers(out), [standing_release(out, folder) for folder in standing(out)]  # refused before anything is run
    for job in jobs:
        if job.name in current:
            made = made_from(folder_of(out, job.name))
            yield Delivered(job.name, card_of(made, "en"), ran=False, release=made["release"])
        else:
            yield _deliver(job, out, tell)
    gather(out)


def beside_others(out: Path, folder: Path, study: Study, starts: Array) -> bool:
    """Whether something else that was released in `out` counts any of these person-starts, or is of the same study.

    A scorecard that is to stand in `folder` keeps its numbers inside then, as a study does.
    """
    folders = standing(out)
    released = {each: released_starts(each) for each in (*folders, *scorecards(out)) if each != folder}
    if any(len(released[each]) and made_from(each)["key"]["study"] == study.digest for each in folders):
        return True
    return any(np.isin(starts, other).any() for other in (*released.values(), *_ever_released(out, "")))


def _deliver(job: Job, out: Path, tell: Callable[[str], None] | None) -> Delivered:
    """Runs one study and puts its folder in place; its numbers stay inside where its people were released with another study."""
    changed = _changed(job, folder_of(out, job.name))
    ran = run(job, tell)
    ledger, unknown = with_unrecorded(read_ledger(out, job.name), out, job)
    others = [folder for folder in standing(out) if folder.name != job.name]
    chosen = choose(job, ran, ledger, [*map(released_starts, (*others, *scorecards(out))), *_ever_released(out, job.name)])
    cards = put_in_place(job, ran, chosen, out)
    challenges = tuple(one for each in ran.put.challenges.values() for one in each) if ran.put else ()
    withheld = sum(bool(inside.grade) and not outside.grade for inside, outside in zip(ran.findings, chosen.released.findings, strict=True))
    inside = tuple(map(str, ran.findings))
    return Delivered(job.name, cards["en"], True, (*changed, *unknown), inside, challenges, chosen.release.id, withheld)


def _ever_released(out: Path, but: str) -> list[Array]:
    """The person-starts of every release in the ledgers that counts as one, withdrawn or not, except those of one study."""
    return [union(ledger.starts(one)) for ledger in ledgers(out) if ledger.study != but for one in ledger.counted]


def _stands(job: Job, out: Path) -> bool:
    """Whether what a job would make stands there, and is the last that was released of it."""
    folder = folder_of(out, job.name)
    last = read_ledger(out, job.name).last()
    return job.is_served_by(made_from(folder)) and last is not None and last.id == made_from(folder).get("release")


def _untold(job: Job) -> tuple[Problem, ...]:
    """What a job's policy asks and its study does not say."""
    try:
        needed(job.rules, Studied.of(job.study), ())
    except Refused as refused:
        return refused.problems
    return ()


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


def _changed(job: Job, folder: Path) -> tuple[str, ...]:
    """What changed in the records since the folder's last run, in sentences; and that its challenges are gone with it."""
    old = folder / "internal" / "manifest.json"
    since = job.records.manifest.compare(read_manifest(old)) if old.is_file() else ()
    undone = not job.challenged and "challenged" in made_from(folder).get("key", {})
    return (*since, *([f"What was challenged of '{job.name}' is no longer what was run: challenge it again."] if undone else []))
