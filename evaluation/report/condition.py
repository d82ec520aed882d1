"""One condition that an answer rests on, as a protocol announces it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what is looked at, the limit in words ("" where it is shown and not judged), whose it is, and what failing does."""

    looked_at: str
    limit: str
    source: str
    required: bool = True
