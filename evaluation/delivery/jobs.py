"""One study to run, and what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..findings.policies import Rules, rules_of
from ..report import page
from ..study.seal import Amendment, Sealing
from ..terms import Challenge, Study
from ..version import version
from . import challenging

if TYPE_CHECKING:
    from ..records import Records


@dataclass(frozen=True, slots=True)
class Job:
    """One study to run: the name of its folder, and the records it is run on."""

    name: str
    study: Study
    records: Records
    invented: bool = False  # the county was made by a computer, and the pages say so
    amendments: tuple[Amendment, ...] | None = None  # why the locked design was changed, oldest first; None: it is not locked
    sealing: Sealing | None = None  # by which gates it was opened, and on which records; None: it was not sealed
    rivals: bool = False  # its headline is asked again by every definition of the outcome
    challenged: bool = False  # its answers are put to their challenges, and the verdicts are of what is left standing
    only: tuple[str, ...] = ()  # of those, these alone; a verdict stays provisional where one that decides is left out
    policy: Rules | None = None  # by which small counts are hidden; None: the design's own

    @property
    def rules(self) -> Rules:
        """The policy by which it is released."""
        return self.policy or rules_of(self.study.release.policy)

    @property
    def locked(self) -> bool:
        """Whether it was fixed by a lock, as far as that tells, before outcomes were read: never changed since, or changed while it was sealed."""
        if self.sealing is None:
            return self.amendments == ()
        return not any(one.after_opening for one in self.amendments or ())

    def key(self) -> dict[str, Any]:
        """What its folder is made from."""
        declared: dict[str, Any] = {
            "study": self.study.digest,
            "amendments": None if self.amendments is None else [one.reason for one in self.amendments],
            "invented": self.invented,
        }
        declared |= {"sealed": {"gates": list(self.sealing.gates), "opened_on": self.sealing.opened_on}} if self.sealing else {}
        declared |= {"rivals": True} if self.rivals else {}
        declared |= {"challenged": list(challenging.names(self.only))} if self.challenged else {}
        declared |= {"policy": digest_of(self.policy)} if self.policy else {}
        return declared | {"records": self.records.manifest.digest, "version": version()}

    def is_served_by(self, made_from: Mapping[str, Any]) -> bool:
        """Whether what a folder was made from is what this would make it from, and it was put to as many challenges at least."""
        held, asked = dict(made_from.get("key", {})), self.key()
        before, now = held.pop("challenged", []), asked.pop("challenged", [])
        return held == asked and set(now) <= set(before)


def digest_of(rules: Rules) -> str:
    """The sha256 of all that a policy says."""
    return hashlib.sha256(json.dumps(asdict(rules), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one job: its finding as it may leave, and what a person inside should know."""

    name: str
    card: page.Card
    ran: bool  # False: the folder was made from the same study, records and version, and was left as it is
    changed: tuple[str, ...] = ()  # in the records, since the folder's last run
    inside: tuple[str, ...] = ()  # each finding's whole sentence, with nothing withheld
    challenges: tuple[Challenge, ...] = ()  # that its answers were put to, numbers and all
    release: str = ""  # the name that its release has in the ledger
    withheld: int = 0  # findings none of whose numbers leave
