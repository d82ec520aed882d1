"""An attacker who has nothing but what was released: findings.json, once or of successive quarters.

He shares no code with the door.  He reads the tables, calls every count by what the text says that it counts, and writes down each
relation that he can think of: ledgers, arms, horizons of one outcome, days of a course, shares and differences with the digits in which
they are printed, and what a cohort had in an earlier quarter.  For each cell that reads "hidden" he asks an integer programme (HiGHS)
for the least and the most that it could be.  He has won where the two are one number, or where both lie within 1 to 10.  He has won too
where what no table shows, and is the difference of what tables show, lies within 1 to 10, and where two quarters differ by so many.

    python benchmarks/attacker.py --sets 200
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from math import floor, inf, log10
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

HIDDEN = "hidden"
FEW = range(1, 11)
MOST = 100_000
DUST = 1e-7
COUNTS = ("lost", "left", "people", "rows", "events", "non-events", "followed")
SHARE_OF = re.compile(r"@[^./: ]*\.[^/: ]*")


@dataclass
class Knowledge:
    """What was read: numbers that are known, cells that are hidden, unknowns that stand nowhere, and relations between them."""

    known: dict[str, int] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)
    relations: list[tuple[dict[str, float], float, float]] = field(default_factory=list)  # low <= sum of coefficient * count <= high
    nowhere: dict[str, None] = field(default_factory=dict)  # counts that no table has, and that are the rest of some that one has
    shown: int = 0
    gone: int = 0

    def read(self, name: str, cell: object) -> str | None:
        """Note one cell; None where it holds no count."""
        if cell == HIDDEN:
            if name not in self.known:
                self.hidden[name] = None
            self.gone += 1
            return name
        if isinstance(cell, bool) or not isinstance(cell, int):
            return None
        assert self.known.setdefault(name, cell) == cell, name
        self.hidden.pop(name, None)
        self.shown += 1
        return name

    def total(self, whole: str | None, *parts: str | None, rest: str = "") -> None:
        """`whole` is its parts, and with `rest` some more that is told nowhere."""
        if whole is None or None in parts:
            return
        terms: dict[str, float] = {whole: -1.0}
        for part in (*parts, *((rest,) if rest else ())):
            assert part is not None
            terms[part] = terms.get(part, 0.0) + 1.0
        self.nowhere |= {rest: None} if rest else {}
        self.relations.append((terms, 0.0, 0.0))

    def between(self, terms: Mapping[str, float], low: float, high: float) -> None:
        self.relations.append((dict(terms), low, high))

    # -------------------------------------------------------------------------------------------- the attack
    def range_of(self, name: str) -> tuple[float, float]:
        """The least and the most that a hidden count could be; every whole number that the relations allow."""
        unknown, rows = self._about(name)
        column = {one: place for place, one in enumerate(unknown)}
        data, at, low, high = [], [], [], []
        for number, (terms, least, most) in enumerate(rows):
            fixed = sum(weight * self.known[one] for one, weight in terms.items() if one in self.known)
            for one, weight in terms.items():
                if one in column:
                    data.append(weight)
                    at.append((number, column[one]))
            low.append(least - fixed - DUST)
            high.append(most - fixed + DUST)
        places = np.array(at, dtype=int).reshape(-1, 2)
        A = csr_array((np.array(data), (places[:, 0], places[:, 1])), shape=(len(rows), len(unknown)))
        floors = np.array([1.0 if one in self.hidden else 0.0 for one in unknown])
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(unknown))
            aim[column[name]] = sign
            rules = [LinearConstraint(A, low, high)] if rows else []
            found = milp(aim, constraints=rules, bounds=Bounds(floors, MOST), integrality=np.ones(len(unknown)))
            assert found.status != 2, f"what was released contradicts itself about {name}"
            ends.append(sign * found.fun if found.x is not None else sign * inf * -1)
        return round(ends[0]), round(ends[1])

    def _about(self, name: str) -> tuple[list[str], list[tuple[dict[str, float], float, float]]]:
        reached, rows, rest = {name}, [], list(self.relations)
        while found := [row for row in rest if reached & row[0].keys()]:
            rows += found
            rest = [row for row in rest if not reached & row[0].keys()]
            reached |= {one for terms, _, _ in found for one in terms if one not in self.known}
        return sorted(reached), rows

    def recovered(self) -> list[str]:
        """The hidden counts that he has worked out, or knows to be few, and the differences that he knows to be few."""
        found = []
        for name in (*self.hidden, *self.nowhere):
            if name in self.known:
                continue
            low, high = self.range_of(name)
            if (low == high and name in self.hidden) or (low in FEW and high in FEW):
                found.append(f"{name} is {low:g} to {high:g}")
        return found


# ------------------------------------------------------------------------------------------------ reading
def read(releases: Sequence[str]) -> Knowledge:
    """Everything that one release, or several one after the other, tell; each is the text of a findings.json."""
    known = Knowledge()
    for text in releases:
        held = json.loads(text)
        tables: dict[str, list[dict[str, object]]] = {name: table["rows"] for name, table in held["tables"].items()}
        for name, rows in tables.items():
            if name.endswith(": flow"):
                _flow(known, name, rows)
        for name, rows in tables.items():
            if name.endswith(": arms"):
                _arms(known, name, rows, tables)
        for name, rows in tables.items():
            if name.endswith(": course"):
                _course(known, name, rows)
            elif name.endswith(": path of the effect"):
                _path(known, name, rows)
            elif name.endswith(": diagnostics"):
                _conditions(known, name, rows)
        _horizons(known, held["findings"])
    return known


def _whose(table: str) -> tuple[str, str]:
    """The people and the question that a table is about."""
    about = table.rpartition(": ")[0]
    people, _, question = about.partition("/")
    return people, question


def _flow(known: Knowledge, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    people, before = _whose(name)[0], None
    for number, row in enumerate(rows):
        lost, left = known.read(f"{people}: lost {number}", row["lost"]), known.read(f"{people}: left {number}", row["left"])
        if number:
            known.total(before, lost, left)
        before = left


def _arms(known: Knowledge, name: str, rows: Sequence[Mapping[str, object]], tables: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    people, question = _whose(name)
    apart = [row for row in rows if str(row["arm"]).startswith("not_")]
    weighted = "rows" in rows[0]
    everybody = not apart and not weighted
    own = people if everybody else f"{people}/{question}"
    lines = tables.get(f"{people}: flow", ())
    last = f"{people}: left {len(lines) - 1}" if lines else None
    arms = []
    for row in rows:
        arm = str(row["arm"])
        if arm not in ("served", "compared"):
            continue
        n = known.read(f"{own}: people {arm}", row["people"])
        arms.append(n)
        if weighted:
            known.total(known.read(f"{own}: rows {arm}", row["rows"]), n, rest=f"{own}: again {arm}")
        if "events" in row:
            events = known.read(f"{people}/{question}: events {arm}", row["events"])
            known.total(n, events, known.read(f"{people}/{question}: others {arm}", row["non-events"]))
            _as_share(known, events, n, row["share"])
    rest = [known.read(f"{people}/{question}: {row['arm']}", row["rows" if weighted else "people"]) for row in apart]
    if last and not weighted:
        known.total(last, *arms, *rest)
    if last and weighted and apart:
        known.total(last, f"{own}: rows served", *rest)
    _as_difference(known, f"{people}/{question}", own, tables.get(f"{people}/{question}: effect", ()))


def _as_share(known: Knowledge, events: str | None, n: str | None, share: object) -> None:
    """A printed share, times its people, is the events to within half of its last digit."""
    if events and n and isinstance(share, float):
        half = _half(share)
        known.between({events: 1.0, n: -(share - half)}, 0.0, inf)
        known.between({events: 1.0, n: -(share + half)}, -inf, 0.0)


def _as_difference(known: Knowledge, question: str, own: str, effects: Sequence[Mapping[str, object]]) -> None:
    """A printed difference of two shares, where the people of both arms are known and the events are not."""
    effect = effects[0].get("effect") if effects else None
    n = [known.known.get(f"{own}: people {arm}") for arm in ("served", "compared")]
    names = [f"{question}: events {arm}" for arm in ("served", "compared")]
    if isinstance(effect, float) and all(n) and all(name in known.known or name in known.hidden for name in names):
        half = _half(effect)
        known.between({names[0]: 1 / (n[0] or 1), names[1]: -1 / (n[1] or 1)}, effect - half, effect + half)


def _half(number: float) -> float:
    """Half of the last of the three digits that are printed."""
    if number == 0:
        return 0.0005
    last = max(floor(log10(abs(number))) - 2, -12)
    return float(Decimal(10) ** last) / 2 * 1.0001


def _course(known: Knowledge, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    people, question = _whose(name)
    whole = {arm: _people_of(known, people, question, arm) for arm in ("served", "compared")}
    before: dict[str, tuple[str, str | None]] = {}
    for row in rows:
        arm, day = str(row["arm"]), row["day"]
        told = f"{people}/{question}: course {arm}"
        events, followed = known.read(f"{told} events {day}", row["events"]), known.read(f"{told} followed {day}", row["followed"])
        if events and followed and whole[arm]:
            known.total(whole[arm], events, followed, rest=f"{told} others {day}")
        if events and arm in before:
            known.total(events, before[arm][0], rest=f"{told} events up to {day}")
            if before[arm][1] and followed:
                known.total(f"{told} others {day}", before[arm][1], rest=f"{told} others up to {day}")
        if events:
            before[arm] = events, f"{told} others {day}" if followed else None
            known.total(f"{people}/{question}: events {arm}", events, rest=f"{told} events after {day}")


def _people_of(known: Knowledge, people: str, question: str, arm: str) -> str | None:
    names = (f"{people}/{question}: people {arm}", f"{people}: people {arm}")
    return next((name for name in names if name in known.known or name in known.hidden), None)


def _path(known: Knowledge, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    people, question = _whose(name)
    for row in rows:
        n = known.read(f"{people}/{question}: behind {row['periods since']}", row.get("people"))
        whole = _people_of(known, people, question, "served")
        if n and whole:
            known.total(whole, n, rest=f"{people}/{question}: not behind {row['periods since']}")


def _conditions(known: Knowledge, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """The share of those served who are in the comparison, in two decimals."""
    people, question = _whose(name)
    share = next((row["value"] for row in rows if row["condition"] == "served_matched"), None)
    n, whole = f"{people}/{question}: rows served", f"{people}: left 0"
    if isinstance(share, float) and n in known.known.keys() | known.hidden.keys():
        known.between({n: 1.0, whole: -(share - 0.005)}, 0.0, inf)
        known.between({n: 1.0, whole: -(share + 0.005)}, -inf, 0.0)


def _horizons(known: Knowledge, findings: Sequence[Mapping[str, Any]]) -> None:
    """Of one outcome and the same people, whoever has the event by a shorter horizon has it by a longer."""
    asked = []
    for finding in findings:
        own = next((str(name).rpartition(": ")[0] for name in finding["tables"] if str(name).endswith(": arms")), None)
        question = finding["question"]
        if own:
            asked.append((question["outcome"], question["method"], question["cohort"], question["horizon"]["days"] or 0, own))
    for one in asked:
        for other in asked:
            if one[:3] == other[:3] and one[3] < other[3]:
                for arm in ("served", "compared"):
                    pair = [f"{own}: events {arm}" for own in (other[4], one[4])]
                    if all(name in known.known or name in known.hidden for name in pair):
                        known.total(pair[0], pair[1], rest=f"{pair[0]} and not {pair[1]}")


def differences(releases: Sequence[str]) -> list[str]:
    """The counts that two releases, both shown, give away as their difference: 1 to 10 people more or fewer."""
    found = []
    told = [{name: count for name, count in read([text]).known.items() if not _drawn_anew(name)} for text in releases]
    each = [{SHARE_OF.sub("", name): count for name, count in known.items()} for known in told]
    for earlier, later in pairwise(each):
        for name in earlier.keys() & later.keys():
            if abs(later[name] - earlier[name]) in FEW:
                found.append(f"{name}: {earlier[name]} and then {later[name]}")
    return sorted(found)


def _drawn_anew(name: str) -> bool:
    """Whether a count is of those compared by the clock of service: of two such the difference is no group of people."""
    return "_served@" in name and "compared" in name


def together(releases: Sequence[str]) -> Knowledge:
    """Two releases with what ties them: whoever was counted in the earlier one is counted again, and some came."""
    known = read(releases)
    names = [*known.known, *known.hidden]
    bare: dict[str, list[str]] = {}
    for name in names:
        bare.setdefault(SHARE_OF.sub("", name), []).append(name)
    for pair in (pair for pair in bare.values() if len(pair) == 2):
        earlier, later = sorted(pair)
        if _drawn_anew(later):
            continue
        if known.known.get(later, inf) >= known.known.get(earlier, 0):
            known.total(later, earlier, rest=f"{later} came since")
    return known


# ------------------------------------------------------------------------------------------------ the command
def main(words: Sequence[str] | None = None) -> int:
    """Set the attacker on random reports and on pairs of quarters; 1 where he recovered anything."""
    from report_sets import quarters, report_set

    from evaluation.findings import release
    from evaluation.report.tables import findings_json

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=100)
    asked = parser.parse_args(words)
    began, won = time.perf_counter(), []
    counts = {"shown": 0, "gone": 0}
    for seed in range(asked.sets):
        text = findings_json(release(report_set(seed)))
        known = read([text])
        counts["shown"], counts["gone"] = counts["shown"] + known.shown, counts["gone"] + known.gone
        won += [f"report {seed}: {what}" for what in known.recovered()]
    print(f"{asked.sets} reports: {counts['shown']} cells with a count kept, {counts['gone']} cells hidden, {len(won)} recovered")
    kept = {"shown": 0, "gone": 0}
    in_pairs: list[str] = []
    for seed in range(asked.pairs):
        first, second = quarters(seed)
        earlier = release(first)
        later = release(second, before=[earlier.record("q1")])
        texts = [findings_json(earlier), findings_json(later)]
        alone = read(texts[1:])
        kept["shown"], kept["gone"] = kept["shown"] + alone.shown, kept["gone"] + alone.gone
        in_pairs += [f"quarters {seed}: {what}" for what in (*differences(texts), *together(texts).recovered())]
    print(f"{asked.pairs} pairs of quarters: {kept['shown']} cells of the second kept, {kept['gone']} hidden, {len(in_pairs)} recovered")
    for what in (won + in_pairs)[:40]:
        print(what)
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if won or in_pairs else 0


if __name__ == "__main__":
    sys.exit(main())
