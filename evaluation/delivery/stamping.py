"""What the ledger says of a release, on its pages and in its findings.json: its name, its policy, who reviewed it, and whether it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import get_args

from ..report.notices import Past, Standing, with_notices
from ..terms import Language
from .ledger import Ledger, Release


def standing_of(ledger: Ledger, release: Release) -> Standing:
    """A release as its readers must know it: what became of it, and of those whose place it took."""
    past = ledger.releases
    earlier = [one for one in past[: [one.id for one in past].index(release.id)] if one.never_sent is None]  # nobody outside knows of the others
    signed = release.signed or {}
    return Standing(
        _past(release),
        tuple(map(_past, earlier)),
        reviewer=signed.get("reviewer", ""),
        reviewed=date.fromisoformat(signed["date"]) if signed else None,
    )


def stamped(files: Mapping[str, str], ledger: Ledger, release: Release) -> dict[str, str]:
    """Files of a release with what the ledger says of it; what they said of it before is replaced."""
    now = standing_of(ledger, release)
    found = dict(files)
    for language in get_args(Language):
        if f"{language}.html" in files:
            found[f"{language}.html"] = with_notices(files[f"{language}.html"], now, language)
    found["findings.json"] = _json(files["findings.json"], now, release)
    return found


def _json(text: str, now: Standing, release: Release) -> str:
    policy = release.entry["policy"]
    said = {
        "release": {
            "id": release.id,
            "policy": {name: policy[name] for name in ("name", "title", "digest")},
            "replaces": [{"id": one.id, "withdrawn": one.withdrawn or None} for one in now.earlier],
            "superseded_by": release.superseded_by or None,
            "reviewed": {"by": now.reviewer, "on": now.reviewed.isoformat()} if now.reviewer and now.reviewed else None,
        },
        "withdrawn": release.withdrawn or None,
    }
    return json.dumps(json.loads(text) | said, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def _past(one: Release) -> Past:
    return Past(one.id, one.withdrawn, one.superseded_by)
