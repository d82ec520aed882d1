"""How long an HMIS export takes to become canonical tables, against the same tables written by hand in SQL; each a process of its own.

    python benchmarks/hmis.py                          # 10 thousand, 100 thousand and 1 million enrolments

Exports are invented by `synthetic.hmis`.  The queries by hand (benchmarks/hmis.sql) read the same files into the same tables and trust
them: they look for no damaged line, mixed export, unknown code or repeated id, and write no report.  The rows of both must be as many, and
the control total of their days the same.  docs/hmis.md holds what was seen.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from string import Template

import duckdb
from harness import Told, machine, peak, seen

HAND = Path(__file__).with_suffix(".sql")
A_HOUSEHOLD = 1.67  # enrolments that an invented household has in the export
TABLES = {"person": "birth", "family": None, "crosswalk": None, "spell": "start", "event": "day", "service": "start"}


def one(way: str, export: Path, out: Path) -> Told:
    """What one way takes, and what it wrote."""
    out.mkdir()
    began, worked = time.perf_counter(), time.process_time()
    if way == "ours":
        from evaluation.records.hmis.importing import convert

        convert(export, out)
    else:
        connection = duckdb.connect(":memory:")
        connection.execute(Template(HAND.read_text(encoding="utf-8")).substitute(export=export, out=out))
    told = {"seconds": time.perf_counter() - began, "worked": time.process_time() - worked, "peak": peak()}
    for name, day in TABLES.items():
        total = f", sum({day} - DATE '1970-01-01')" if day else ", 0"
        rows, days = duckdb.sql(f"SELECT count(*){total} FROM '{out / name}.parquet'").fetchall()[0]
        told |= {f"{name}.rows": rows, f"{name}.days": int(days or 0)}
    return told


def compared(enrolments: int) -> None:
    """Invents an export, reads it in both ways, and prints a line of the table."""
    from synthetic.hmis import write

    with tempfile.TemporaryDirectory(prefix="betteroff-") as folder:
        export = Path(folder) / "export"
        export.mkdir()
        write(export, households=round(enrolments / A_HOUSEHOLD))
        rows = {path.stem: sum(chunk.count(b"\n") for chunk in _chunks(path)) - 1 for path in sorted(export.glob("*.csv"))}
        size = sum(path.stat().st_size for path in export.glob("*.csv"))
        told = {}
        for way in ("ours", "hand"):
            found = seen(__file__, [way, str(export), str(Path(folder) / way)], sys.executable, 20, ours=True, one_thread=False)
            if isinstance(found, str):
                raise SystemExit(f"{way}: {found}")
            told[way] = found
    ours, hand = told["ours"], told["hand"]
    unlike = {name for name in ours if name not in ("seconds", "worked", "peak") and ours[name] != hand[name]}
    if unlike:
        raise SystemExit(f"unlike: {', '.join(f'{name} {ours[name]:,} {hand[name]:,}' for name in sorted(unlike))}")
    every = sum(rows.values())
    cells = [f"{rows['Enrollment']:,}", f"{every:,}", f"{size / 1e6:,.0f} MB"]
    cells += [text for each in (ours, hand) for text in (f"{each['seconds']:.1f} s", f"{each['worked']:.1f} s", f"{each['peak']:.1f} GB")]
    cells += [f"{every / ours['seconds']:,.0f}", f"{ours['worked'] / hand['worked']:.1f}"]
    print(f"| {' | '.join(cells)} |", flush=True)


def _chunks(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return list(iter(lambda: file.read(1 << 24), b""))


def main() -> None:
    """Reads the command line; each way is run in a process of its own, so that each has a peak of its own."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--enrolments", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked.add_argument("--one", nargs=3, metavar=("WAY", "EXPORT", "OUT"), help=argparse.SUPPRESS)  # of the one way that this process takes
    options = asked.parse_args()
    if options.one:
        way, export, out = options.one
        print(json.dumps(one(way, Path(export), Path(out))))
        return
    print(f"{machine()}.\n")
    print("| enrolments | rows read | CSV | ours | processor | peak | by hand | processor | peak | rows a second, ours | ratio of processor times |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for enrolments in options.enrolments:
        compared(enrolments)


if __name__ == "__main__":
    main()
