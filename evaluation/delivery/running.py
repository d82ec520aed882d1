"""Runs one study: everything that is found, before anything is decided about what may leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..findings import Findings
from ..pipeline import Prepared, prepare
from ..road import findings_of
from ..terms import Exhibit
from . import challenging
from .jobs import Job
from .starts import starts_by_cohort

if TYPE_CHECKING:
    from ..challenges import Multiverse
    from ..terms import Array


class Ran(NamedTuple):
    """What a study found."""

    findings: Findings
    starts: Mapping[str, Array]  # digests of each cohort's person-starts
    groups: tuple[Exhibit, ...]  # the headline by the groups that the study names
    by_group: str  # the same in lines that stay inside
    put: challenging.Put | None  # where it was challenged
    rivals: Multiverse | None  # where every definition was asked for
    sql: tuple[str, ...]


def run(job: Job, tell: Callable[[str], None] | None) -> Ran:
    """Answers a study, and challenges it where that was asked for; `tell` is told each challenge before it is run."""
    first = len(job.records.engine.log)
    prepared = prepare(job.study, job.records)
    put = challenging.put_to(prepared, job.only, tell, locked=job.locked) if job.challenged else None
    findings = put.findings if put else findings_of(prepared, locked=job.locked)
    starts = starts_by_cohort(prepared)
    groups, by_group = _groups(prepared, findings)
    rivals = _rivals(job) if job.rivals else None
    return Ran(findings, starts, groups, by_group, put, rivals, tuple(job.records.engine.log[first:]))


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
