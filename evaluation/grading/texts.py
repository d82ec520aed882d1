"""The texts of a grade in the languages of a report: English as it stands in a Grade, and the same in another language.

None of them holds a number, so that whatever leaves the county may say them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ..terms import Language


@cache
def texts(language: Language) -> Mapping[str, str]:
    """The texts of `language`, by group and key: "why.lot_low"."""
    groups = tomllib.loads((files(__package__) / "rules" / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{key}": text for group, entries in groups.items() for key, text in entries.items()}


def english(group: str, key: str) -> str:
    """The English text of a key; a rating that is a count, such as 12/21, is its own."""
    return texts("en")[f"{group}.{key}"] if f"{group}.{key}" in texts("en") or group != "rating" else key


def said(group: str, text: str, language: Language) -> str:
    """An English text of a Grade in `language`; as it is where it is none of the catalogue's, such as a count."""
    key = _keys(group).get(text)
    return texts(language)[key] if key else text


@cache
def _keys(group: str) -> Mapping[str, str]:
    return {text: key for key, text in texts("en").items() if key.startswith(f"{group}.")}
