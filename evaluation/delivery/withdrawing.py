"""What becomes of a release afterwards: somebody signs it, it is taken back, or somebody says that it never left the county."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..phrases import listed, nearest
from ..report.checklist import TO_SEE
from ..terms import Problem, Refused
from .ledger import Ledger, Release, ledgers
from .placing import gather, put_again

LONGEST_NAME = 100  # letters of a person's name
IN_A_NAME = " .,'’-()&/"  # beside letters and digits
ALL = "all"


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


def never_sent(out: Path, name: str, *, reason: str, by: str) -> str:
    """Takes a release that never left the county off what later ones are judged beside, on the word of `by`; says what was done.

    It is withdrawn as well, and its pages are taken out of the folder that may leave, so that nobody sends them now.  The line stays in
    the ledger, and the next checklist tells who said so, and why.  Refuses a name that is none, a release that was signed or said so
    of before, and a word without a reason or without a person.
    """
    ledger, release = _named(out, name, "betteroff withdraw --never-sent")
    problems = [*_no_name("--by", by), *([] if reason.strip() else [Problem("--reason", "no reason is given.", "It stands on the next checklist.")])]
    if release.signed:
        found = f"{release.signed['reviewer']} signed this release on {release.signed['date']}, so that it was about to be sent."
        problems.append(Problem(name, found, "What was signed counts as released.", "Withdraw it without --never-sent."))
    if release.never_sent:
        problems.append(Problem(name, f"{release.never_sent[0]} said so before.", "It is said once."))
    if problems:
        raise Refused(*problems)
    after, _ = put_again(ledger, {"what": "never_sent", "id": name, "by": by.strip(), "reason": reason.strip()}, out)
    after.write()
    gather(out)
    beside = [one.id for one in after.counted if name in one.entry.get("after", ()) and not one.signed]
    more = f" Judged beside it, and not signed: {listed(beside)}; if that never left either, say so of it too." if beside else ""
    return (
        f"{name} of {ledger.study} no longer counts as released, on the word of {by.strip()}; its pages may not be sent. Run the study again.{more}"
    )


def sign(out: Path, name: str, *, analyst: str, reviewer: str, day: date, reply: str, checked: Sequence[str] = ()) -> str:
    """Writes down who made a release, who reviewed it and when, and what the programme replied; says what was done.

    `checked` are the lines of the checklist that whoever signs says were seen to, by their words, or `all`: the others stay open.
    Refuses an empty word, a name that is no plain line, a word that is no line of the list, a reviewer who is the analyst, and a
    release that was signed, withdrawn or replaced before.
    """
    ledger, release = _named(out, name, "betteroff sign")
    problems = [*_no_name("--analyst", analyst), *_no_name("--reviewer", reviewer)]
    problems += [] if reply.strip() else [Problem("--reply", "nothing is given.", "", "If the programme has not replied, say so.")]
    words = (ALL, *TO_SEE)
    wrong = [one for one in checked if one not in words]
    problems += [Problem("--checked", f"'{one}' is no line of the checklist.", nearest(one, words), f"There is {listed(words)}.") for one in wrong]
    if analyst.strip().casefold() == reviewer.strip().casefold() and analyst.strip():
        problems.append(Problem("--reviewer", "the reviewer is the analyst.", "Two people look at a release.", "Name somebody else."))
    if release.signed:
        problems.append(Problem(name, f"{release.signed['reviewer']} signed this release on {release.signed['date']}.", "It is signed once."))
    if release.withdrawn or release.superseded_by:
        problems.append(Problem(name, "this release was withdrawn or replaced.", "One that stands is signed."))
    if problems:
        raise Refused(*problems)
    names = {"analyst": analyst.strip(), "reviewer": reviewer.strip(), "date": day.isoformat(), "reply": reply.strip()}
    seen = [one for one in TO_SEE if ALL in checked or one in checked]
    where = _put(out, ledger, {"what": "signed", "id": name, **names, "checked": seen})
    open_ = [one for one in TO_SEE if one not in seen]
    left = f" Open on its checklist: {listed(open_)}." if open_ else ""
    return f"Signed: {name} of {ledger.study}, reviewed by {names['reviewer']} on {names['date']}.{left} {where}"


def _no_name(where: str, text: str) -> list[Problem]:
    """What is wrong with a person's name: nothing given, or no plain line."""
    name = text.strip()
    if not name:
        return [Problem(where, "nothing is given.")]
    plain = all(letter in IN_A_NAME or unicodedata.category(letter)[0] in "LMN" for letter in name)
    right = f"A name is one plain line of at most {LONGEST_NAME} letters."
    return [] if plain and len(name) <= LONGEST_NAME else [Problem(where, "this is no name.", right)]


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
