"""What exactly was read: a digest of each input, and rows and control totals of each table, so that a change is seen.

No parser can tell 3,125 that was cut to 3,12; a digest and a total can.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..terms import Problem, Refused

Totals = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Inputs by name with their sha256, and totals by table: rows, and for each column its filled rows and its sum.

    Sums are of whole numbers as the engine holds them: days since 1970-01-01, cents, millionths of other numbers.
    """

    inputs: Mapping[str, str]
    totals: Totals

    @property
    def digest(self) -> str:
        """The records' digest: the same records give the same one."""
        return hashlib.sha256(self._text().encode()).hexdigest()

    def compare(self, old: Manifest) -> tuple[str, ...]:
        """What changed since the old manifest, in sentences; none when nothing did."""
        return (*_rows_changed(self.totals, old.totals), *_inputs_changed(self.inputs, old.inputs), *_totals_changed(self.totals, old.totals))

    def write(self, path: Path) -> None:
        """Writes it as JSON, whole or not at all; refuses a place where it cannot stand."""
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.write(self._text())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise Refused(_unwritten(path, error)) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def renew(self, path: Path) -> tuple[str, ...]:
        """What changed since the manifest at this path, if there is one; then this one takes its place."""
        first = (f"No manifest stood at {path.name}: this one is the first.",)
        try:
            sentences = self.compare(read_manifest(path)) if path.exists() else first
        except OSError as error:
            raise Refused(_unwritten(path, error)) from None
        self.write(path)
        return sentences or ("Nothing changed since the last manifest.",)

    def _text(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _unwritten(path: Path, error: OSError) -> Problem:
    found = f"the manifest could not be written: {error.strerror or 'the system gave no reason'}."
    return Problem(str(path), found, "", "Name a file in a folder that is there and may be written to.")


def read_manifest(path: Path) -> Manifest:
    """The manifest that was written there; refuses a file that is none."""
    try:
        held: Any = json.loads(path.read_text(encoding="utf-8"))
        inputs = {str(name): str(digest) for name, digest in held["inputs"].items()}
        return Manifest(inputs, {str(name): {str(key): int(value) for key, value in each.items()} for name, each in held["totals"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused(Problem(path.name, "is no manifest of records.", "", "Move it away, and a new one is written.")) from None


def _inputs_changed(new: Mapping[str, str], old: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*new, *old}):
        if name not in old:
            yield f"{name} is new."
        elif name not in new:
            yield f"{name} is gone."
        elif new[name] != old[name]:
            yield f"{name} has changed (sha256 {old[name][:12]} became {new[name][:12]})."


def _rows_changed(new: Totals, old: Totals) -> Iterator[str]:
    for table in sorted({*new, *old}):
        now, then = (totals.get(table, {}).get("rows", 0) for totals in (new, old))
        if now != then:
            many = f"{abs(now - then):,} {'more' if now > then else 'fewer'} {'row' if abs(now - then) == 1 else 'rows'}"
            yield f"{table} has {many} than before: {now:,}, where it had {then:,}."


def _totals_changed(new: Totals, old: Totals) -> Iterator[str]:
    for table in sorted({*new, *old}):
        now, then = new.get(table, {}), old.get(table, {})
        differ = [key for key in sorted({*now, *then} - {"rows"}) if now.get(key, 0) != then.get(key, 0)]
        yield from (f"{table}: the control total {key} is {now.get(key, 0):,}, where it was {then.get(key, 0):,}." for key in differ)
