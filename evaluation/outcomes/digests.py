"""The digest of a definition: a study that names an outcome is another study once that outcome means something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from ..terms import Outcome

# how a definition is told, and on whose word; better said, it is the same definition
_TOLD = frozenset({"title", "event", "why_better", "universe", "authority", "verified", "not_counted"})


def digest_of(outcome: Outcome) -> str:
    """The sha256 of all that moves a number: what is read, when it counts, and which way is better.

    What equals its default is left out, so that a field which joins the vocabulary later leaves every digest as it was.
    """
    canonical = json.dumps(_plain(outcome), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        held = {each.name: (getattr(value, each.name), _default(each)) for each in fields(value) if each.name not in _TOLD}
        return {name: _plain(part) for name, (part, default) in held.items() if part != default}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
