"""What an earlier release told, and how the counts of a later one are tied to it.

Whoever holds two releases of one cohort subtracts the one from the other: this quarter's count less last quarter's is a count of
people too, those who came since.  It is one as long as whoever started by the old end is counted again; records that come late, or
a definition that was changed, make it nearly one, and nobody outside can tell which.  So each difference of two releases, in either
direction and whatever the digests say, is taken for a count of people that must stay unknown where it is small.  What was shown once
is known for good, also after it was withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from ..terms import Answer, Problem, Refused
from .counts import Sums, names_of, weighed
from .suppression import System

RECORDS = re.compile(r"@[^./: ]*\.[^/: ]*(?=[/:])")  # of a count's name: which study, and which records
LESS = ", less "  # a name with it is a difference, and differences follow from what they are made of


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a past release told and hid, by the names of its counts: never released itself, since it holds what was hidden."""

    release: str  # its name in the ledger of releases
    counts: Mapping[str, int]  # every count that the door judged, also those that no table shows
    shown: frozenset[str]
    hidden: frozenset[str]  # known not to be zero
    sums: Sums

    @classmethod
    def of(cls, release: str, system: System, hidden: Collection[str]) -> Earlier:
        """What the door has just decided, as the next release needs to know it; what it knew of earlier ones is theirs to tell."""
        own = {name: count for name, count in system.counts.items() if not name.startswith(OLD)}
        gone = frozenset(name for name in own if name in hidden)
        shown = frozenset(name for name in own if system.cells.get(name)) - gone
        sums = tuple((total, parts) for total, parts in system.sums if {total, *parts} <= own.keys())
        return cls(release, own, shown, gone, sums)

    @property
    def cohorts(self) -> frozenset[str]:
        """The names of the cohorts that it tells of."""
        return frozenset(name.partition("@")[0] for name in self.counts)

    def plain(self) -> dict[str, object]:
        """As JSON can hold it."""
        return {
            "release": self.release,
            "counts": dict(self.counts),
            "shown": sorted(self.shown),
            "hidden": sorted(self.hidden),
            "sums": [[total, list(parts)] for total, parts in self.sums],
        }

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> Earlier:
        """Back from `plain`; refuses what is no such record."""
        try:
            counts = {str(name): int(count) for name, count in held["counts"].items()}
            sums = tuple((str(total), tuple(map(str, parts))) for total, parts in held["sums"])
            earlier = cls(str(held["release"]), counts, frozenset(held["shown"]), frozenset(held["hidden"]), sums)
            whole = (earlier.shown | earlier.hidden | {name for total, parts in sums for name in (total, *parts)}) <= counts.keys()
        except (KeyError, TypeError, ValueError, AttributeError):
            whole = False
        if not whole:
            right = "It holds release, counts, shown, hidden and sums, as a release wrote them."
            raise Refused(Problem("release", "The record of an earlier release is not whole.", right, "Restore it: nothing leaves without it."))
        return earlier


OLD = "before: "  # how the name of an earlier release's count begins


def drawn_anew(answers: Iterable[Answer]) -> frozenset[str]:
    """The counts of people who are compared and are drawn anew by every run: one less the other is no group of people."""
    found = [answer for answer in answers if answer.by == "service" and weighed(answer)]
    return frozenset(_bare(name) for answer in found for what, name in names_of(answer).items() if what.startswith("compared."))


def after(system: System, before: Sequence[Earlier], anew: Collection[str] = ()) -> System:
    """The system of a release with all that earlier ones told in it, and every difference between two of them.

    `anew`: counts, by name without their records, of which no difference is one of people.
    """
    if not before:
        return system
    counts, sums = dict(system.counts), list(system.sums)
    known: set[str] = set()
    kept: set[str] = set()
    versions: dict[str, list[str]] = {}
    for name in system.counts:
        if LESS not in name:
            versions.setdefault(_bare(name), []).append(name)
    for earlier in before:
        called = {name: name if system.counts.get(name) == count else f"{OLD}{earlier.release}: {name}" for name, count in earlier.counts.items()}
        counts |= {called[name]: count for name, count in earlier.counts.items()}
        sums += [(called[total], tuple(called[part] for part in parts)) for total, parts in earlier.sums]
        known |= {called[name] for name in earlier.shown}
        kept |= {called[name] for name in earlier.hidden}
        for name in earlier.counts:
            if LESS not in name and called[name] != name and _bare(name) not in anew:
                versions.setdefault(_bare(name), []).append(called[name])
    for names in versions.values():
        for pair in combinations(names, 2):
            if any(name.startswith(OLD) for name in pair):
                told, ties = apart(*((name, counts[name]) for name in pair))
                counts |= told
                sums += ties
    return replace(system, counts=counts, sums=tuple(dict.fromkeys(sums)), known=frozenset(known), kept=frozenset(kept))


def apart(one: tuple[str, int], other: tuple[str, int]) -> tuple[dict[str, int], Sums]:
    """The larger of two versions of a count as the smaller and those who came or went in between; equal ones are one count."""
    (smaller, small), (larger, large) = sorted((one, other), key=lambda pair: (pair[1], pair[0]))
    if small == large:
        return {}, ((larger, (smaller,)),)
    name = f"{larger}{LESS}{smaller}"
    return {name: large - small}, ((larger, (smaller, name)),)


def _bare(name: str) -> str:
    """A count's name without the study and the records that it comes from: what successive releases have in common."""
    return RECORDS.sub("", name)
