"""What stands beside an invented county: the digests of its records, what exactly was made, and what may be read of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation import __version__
from synthetic.parquet import DIGEST, content

if TYPE_CHECKING:
    import pandas as pd

    from synthetic.plans import Plan
    from synthetic.world import World

NUMERIC = ("numpy", "scipy")  # libraries whose code can change a digit of a life


def manifest(people: int, tables: Mapping[str, tuple[int, str]]) -> str:
    """The records as JSON, for whoever may read them: rows and digest of each file.  Nothing by which a life could be made again."""
    records = {name.removeprefix("records/"): what for name, what in tables.items() if name.startswith("records/")}
    return _json({"invented": True, "people": people, "content": content(records), "tables": _said(records), "digest": DIGEST})


def manifest_of_truth(
    world: World, plan: Plan, people: int, seed: int, tables: Mapping[str, tuple[int, str]], planted: pd.DataFrame | None
) -> str:  # fmt: skip
    """What was made, as JSON, for nobody else: who, under which plan, by which code, and the rows and digest of every file."""
    made = {
        "invented": True,
        "people": people,
        "seed": seed,
        "world": world.name,
        "why": world.why,
        "programme": world.programme.name,
        "effect": world.effect,
        "plan": type(plan).__name__,
        "as_run": plan == world.as_run,
        "made_by": made_by(),
        "content": content(tables),
        "tables": _said(tables),
        "digest": DIGEST,
        "planted_faults": [] if planted is None else planted.to_dict(orient="records"),
    }
    return _json(made)


def _said(tables: Mapping[str, tuple[int, str]]) -> dict[str, dict[str, int | str]]:
    return {name: {"rows": rows, "sha256": digest} for name, (rows, digest) in sorted(tables.items())}


def _json(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def readme(people: int) -> str:
    """What the folder holds, and what of it must not be read."""
    return f"""# An invented county of {people:,} people

Nothing here is a real person or a real place.

- `records/`: all that an analyst may read, as a county's systems hold it; with it `dictionary.md`, what each table, column and
  kind of row is, and `manifest.json`, how many rows each file has and the digest of what they say.
- `truth/`: **sealed.  Never give it to an analyst**, nor to a programme that answers a question: it says what no record shows,
  what the programme does, and from which seed all of it can be made again.

Next: `betteroff check --records records` says how well the records are linked and what they cover.
"""


@cache
def made_by() -> str:
    """`0.1.0+` and twelve hex digits of all the code that can change a life, and of the libraries that compute."""
    whole = hashlib.sha256()
    home = Path(__file__).parent
    for path in sorted(home.rglob("*.py"), key=lambda path: path.relative_to(home).as_posix()):
        whole.update(path.relative_to(home).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    for name in NUMERIC:
        whole.update(f"{name}=={metadata.version(name)}".encode())
    return f"{__version__}+{whole.hexdigest()[:12]}"
