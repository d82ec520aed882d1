"""What stands on a page because of what became of its release: its name, who reviewed it, and that it was taken back or replaced.

A page is drawn once, with two empty places; they are filled when it is released, and filled anew when it is signed or withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined

from ..findings.writing import LOCALES
from ..terms import Language
from .language import Words, label, words_of

LONGEST_REASON = 1000  # letters of a reason that a page shows


@dataclass(frozen=True, slots=True)
class Past:
    """A release of the study: by name, why it was withdrawn (empty: it was not), and which one took its place."""

    id: str
    withdrawn: str = ""
    superseded_by: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The release that a page shows."""

    now: Past
    earlier: Sequence[Past] = ()  # those that it took the place of, oldest first
    reviewer: str = ""  # empty: nobody has signed it
    reviewed: date | None = None


def with_notices(html: str, standing: Standing, language: Language) -> str:
    """A page with its two places filled; whatever stood in them is replaced."""
    words = words_of(language)
    html = _filled(html, "notices", warnings(standing, words))
    return _filled(html, "release", _lines(standing, words))


def _filled(html: str, place: str, lines: Sequence[tuple[str, str]] | Sequence[str]) -> str:
    filled = _pages().get_template(f"{place}.html.j2").render(lines=lines)
    return re.sub(rf'(<div id="{place}">).*?(</div>)', lambda found: f"{found[1]}{filled}{found[2]}", html, count=1, flags=re.S)


def warnings(standing: Standing, words: Words) -> tuple[tuple[str, str], ...]:
    """What a reader must know before anything else: that this release, or one that it took the place of, was taken back.

    Each is a word and a sentence.
    """
    now = standing.now
    found = []
    if now.withdrawn:
        found.append((words["release.withdrawn"], words.filled("release.withdrawn_why", id=now.id, reason=label(now.withdrawn, LONGEST_REASON))))
    if now.superseded_by:
        found.append((words["release.replaced"], words.filled("release.superseded", id=now.id, other=now.superseded_by)))
    for one in standing.earlier:
        if one.withdrawn:
            found.append((words["release.note"], words.filled("release.earlier_withdrawn", id=one.id, reason=label(one.withdrawn, LONGEST_REASON))))
    return tuple(found)


def _lines(standing: Standing, words: Words) -> tuple[str, ...]:
    """Which release this is, which it took the place of, and who reviewed it."""
    lines = [words.filled("release.this", id=standing.now.id)]
    lines += [words.filled("release.replaces", id=one.id) for one in standing.earlier[-1:]]
    if standing.reviewer and standing.reviewed:
        day = format_date(standing.reviewed, format="long", locale=LOCALES[words.language])
        lines.append(words.filled("release.reviewed", reviewer=label(standing.reviewer), day=day))
    return tuple(lines)


@cache
def _pages() -> Environment:
    return Environment(loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
