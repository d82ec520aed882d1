"""The digest of a definition: a study that names an outcome is another study once that outcome means something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from ..terms import Opening, Outcome
from .making import RULES

# how a definition is told, and on whose word; better said, it is the same definition
_TOLD: Mapping[type, frozenset[str]] = {
    Outcome: frozenset({"title", "event", "why_better", "universe", "authority", "verified", "own", "not_counted"}),
    Opening: frozenset({"besides"}),
}


def digest_of(outcome: Outcome) -> str:
    """The sha256 of all that moves a number: what is read, when it counts, and which way is better.

    What equals its default is left out, so that a field which joins the vocabulary later leaves every digest as it was.  The numbers of
    the rule that makes its lines are part of it.
    """
    rule = {"rule": _plain(RULES[outcome.made])} if RULES.get(outcome.made) else {}
    canonical = json.dumps(_plain(outcome) | rule, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        told = _TOLD.get(type(value), frozenset())
        held = {each.name: (getattr(value, each.name), default_of(each)) for each in fields(value) if each.name not in told}
        return {name: _plain(part) for name, (part, default) in held.items() if part != default}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def default_of(field: Field[Any]) -> Any:
    """What a field of a vocabulary's type holds where nothing is said."""
    return field.default if field.default_factory is MISSING else field.default_factory()
