"""What becomes of a release afterwards: somebody signs it, or it is taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ..phrases import listed, nearest
from ..terms import Problem, Refused
from .ledger import Ledger, Release, ledgers
from .placing import gather, put_again


def withdraw(out: Path, name: str, *, reason: str, superseded_by: str = "") -> str:
    """Takes a release back: a banner on every page of its study that stands here, and a line in the ledger; says what was done.

    What was withdrawn still counts as released, for it cannot be unseen.  `superseded_by` names the release that is to be read instead.
    Refuses a name that is none, a release that was withdrawn before, and one without a reason.
    """
    ledger, release = _named(out, name, "betteroff withdraw")
    if not reason.strip():
        raise Refused(Problem("--reason", "no reason is given.", "It stands on the page, as it is written.", "Say why, for whoever has read it."))
    if release.withdrawn:
        raise Refused(Problem(name, f"this release was withdrawn before: {release.withdrawn}", "A release is withdrawn once."))
    if superseded_by:
        _, instead = _named(out, superseded_by, "--superseded-by")
        if instead.withdrawn or instead.id == name:
            raise Refused(Problem("--superseded-by", f"{superseded_by} is withdrawn, or is the same release.", "", "Name one that stands."))
    where = _put(out, ledger, {"what": "withdrawn", "id": name, "reason": reason.strip(), "by": superseded_by})
    return f"Withdrawn: {name} of {ledger.study}. {where} What was sent out is to be called back by whoever sent it; it still counts as released."


def sign(out: Path, name: str, *, analyst: str, reviewer: str, day: date, reply: str) -> str:
    """Writes down who made a release, who reviewed it and when, and what the programme replied; says what was done.

    Refuses an empty word, a reviewer who is the analyst, and a release that was signed, withdrawn or replaced before.
    """
    ledger, release = _named(out, name, "betteroff sign")
    said = {"--analyst": analyst, "--reviewer": reviewer, "--reply": reply}
    problems = [
        Problem(word, "nothing is given.", "", "If the programme has not replied, say so.") for word, text in said.items() if not text.strip()
    ]
    if analyst.strip().casefold() == reviewer.strip().casefold() and analyst.strip():
        problems.append(Problem("--reviewer", "the reviewer is the analyst.", "Two people look at a release.", "Name somebody else."))
    if release.signed:
        problems.append(Problem(name, f"{release.signed['reviewer']} signed this release on {release.signed['date']}.", "It is signed once."))
    if release.withdrawn or release.superseded_by:
        problems.append(Problem(name, "this release was withdrawn or replaced.", "One that stands is signed."))
    if problems:
        raise Refused(*problems)
    names = {"analyst": analyst.strip(), "reviewer": reviewer.strip(), "date": day.isoformat(), "reply": reply.strip()}
    where = _put(out, ledger, {"what": "signed", "id": name, **names})
    return f"Signed: {name} of {ledger.study}, reviewed by {names['reviewer']} on {names['date']}. {where}"


def _put(out: Path, ledger: Ledger, entry: dict[str, Any]) -> str:
    """Writes the pages anew, then the ledger: should the machine stop in between, the same command is given again."""
    after, stands = put_again(ledger, entry, out)
    after.write()
    gather(out)
    return f"Its pages in {out / 'release' / ledger.study} say so." if stands else "Nothing of that study stands here, so no page says so."


def _named(out: Path, name: str, where: str) -> tuple[Ledger, Release]:
    """A release that is on record, and its study's ledger; refuses a name that is none."""
    found = [(ledger, release) for ledger in ledgers(out) for release in ledger.releases]
    if not found:
        raise Refused(Problem(str(out), "no release is on record here.", "", "Name the folder that `betteroff run` wrote with --out."))
    for ledger, release in found:
        if release.id == name:
            return ledger, release
    names = [release.id for _, release in found]
    near = nearest(name, names) or f"There is {listed(reversed(names))}."
    raise Refused(Problem(where, f"there is no release '{name}'.", "A release's name stands at the foot of its page.", near))
