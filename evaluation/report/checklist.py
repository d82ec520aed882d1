"""The list that is gone through before a release is sent: what leaves, by whose rules it was hidden, what was proved, and lines to sign.

It is for whoever reviews the release inside the county: whoever reads what was hidden, and why, learns which counts are small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any

from ..phrases import counted, listed

SIGN = {"analyst": "Analyst", "reviewer": "Reviewer, who is not the analyst", "date": "Date", "reply": "What the programme replied"}
TO_SEE = {  # by the word that says, with `betteroff sign --checked`, that it was seen to
    "pages": "Each page was read whole, in each language.",
    "labels": "Titles, labels, sources and reasons of amendments name nobody and no small group: they are printed as declared.",
    "offices": "No other office has released numbers of the same people, for this program knows only of its own releases.",
    "reply": "The programme has read the finding, and its reply is written down below.",
}


def checklist(
    study: str,
    name: str,
    entry: Mapping[str, Any],
    files: Mapping[str, str],
    *,
    signed: Mapping[str, str],
    checked: Collection[str] = (),
    withdrawn: str,
    never_sent: str = "",
    superseded_by: str,
) -> str:
    """The list as Markdown.

    `entry` is the release's line of the ledger, `files` what leaves with its sha256; `signed` is empty until somebody has signed, and
    `checked` are the words of `TO_SEE` that whoever signed says were seen to.  `never_sent` is who says that it never left the county.
    """
    parts = (_standing(study, name, withdrawn, never_sent, superseded_by), _lines(entry, files), _sign(name, signed, checked))
    return "\n".join(chain(*parts)) + "\n"


def _standing(study: str, name: str, withdrawn: str, never_sent: str, superseded_by: str) -> Iterator[str]:
    yield from (f"# Release {name} of {study}", "", "Internal: this list stays in the county. It tells which counts are small.", "")
    if never_sent:
        yield from (f"**Never sent, says {_one_line(never_sent)}: {_one_line(withdrawn)}** It does not count as released, and is not to be sent.", "")
    elif withdrawn:
        yield from (f"**Withdrawn: {_one_line(withdrawn)}** It still counts as released.", "")
    if superseded_by:
        yield from (f"**Release {superseded_by} took its place.**", "")


def _lines(entry: Mapping[str, Any], files: Mapping[str, str]) -> Iterator[str]:
    yield from (f"- Study {entry['study']}", f"- Records {entry['records']}", f"- Software {entry['version']}", *_sealed(entry), "")
    yield from ("## What leaves", "", "| file | sha256 |", "|---|---|")
    yield from (f"| {file} | `{digest}` |" for file, digest in sorted(files.items()))
    yield from ("", "| question | verdict |", "|---|---|")
    yield from (f"| {_one_line(one['question'])} | {one['verdict']} |" for one in entry["findings"])
    yield from ("", "| table | cells that leave | cells that read hidden |", "|---|---|---|")
    yield from (f"| {_one_line(one['name'])} | {one['kept']} | {one['hidden']} |" for one in entry["tables"])
    if not entry["tables"]:
        yield "No table leaves."
    yield from ("", *_policy(entry), *_hidden(entry))


def _sealed(entry: Mapping[str, Any]) -> Iterator[str]:
    """By which gates a sealed study was opened, and whether on these records."""
    sealed = entry.get("key", {}).get("sealed")
    if sealed:
        these = "these records" if sealed["opened_on"] == entry["records"] else f"other records than these: {sealed['opened_on']}. Look why"
        yield f"- Sealed, by its lock: opened by its gates ({listed(sealed['gates'])}) on {these}"


def _policy(entry: Mapping[str, Any]) -> Iterator[str]:
    policy = entry["policy"]
    yield from ("## By whose rules", "", f"{policy['name']}: {_one_line(policy['title'])}", "")
    yield from (f"- {rule}: {_one_line(source)}" for rule, source in policy["sources"].items())
    earlier = ", ".join(entry["after"])
    yield ""
    yield f"Judged beside what was released of this study before: {earlier}." if earlier else "Nothing of this study was released before."
    for one in entry.get("never_sent", ()):
        yield from ("", f"Not judged beside release {one['id']}: it never left the county, says {_one_line(one['by'])}: {_one_line(one['reason'])}")
    yield ""


def _hidden(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## What was hidden, and why", "")
    if not entry["hidden"]:
        yield from ("Nothing was hidden.", "")
    for why, what in entry["hidden"].items():
        yield from (f"{_one_line(why)}:", "", *(f"- {_one_line(one)}" for one in what), "")
    yield from ("## What was proved", "")
    small = counted(entry["protected"], "small count")
    if not entry["tables"]:
        yield "No number leaves, so that there is nothing to work back."
    elif not entry["protected"]:
        yield "No count is small, nor is any difference from an earlier release, so that there is nothing to work back."
    else:
        yield f"An attacker who knows every sum, every count that is shown and all earlier releases was set on each of {small}."
        yield "Of none of them does this release let him rule out that it is as large as the rule asks, or that it is none."
        yield "Had it done so, nothing would have left. Of other numbers than counts this is argued, not proved: see docs/disclosure.md."
    yield ""


def _sign(name: str, signed: Mapping[str, str], checked: Collection[str]) -> Iterator[str]:
    seen = (f"- [{'x' if word in checked else ' '}] {word}: {line}" for word, line in TO_SEE.items())
    yield from ("## To be seen by a person", "", *seen, "", "## Signed", "")
    yield from (f"- {line}: {_one_line(signed.get(key, '')) or '________________'}" for key, line in SIGN.items())
    if not signed:
        yield from ("", f"`betteroff sign {name} --out OUT --analyst NAME --reviewer NAME --date YYYY-MM-DD --reply TEXT` writes it into the ledger;")
        yield "`--checked WORD`, once for each line that was seen to, or `--checked all`, ticks the boxes: the others stay open."


def _one_line(text: object) -> str:
    """A text that cannot leave its line or its cell."""
    return " ".join(str(text).replace("|", "\\|").split())
