"""What stands beside an invented county: what exactly was made, and what may be read of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation import __version__
from synthetic.parquet import DIGEST, content

if TYPE_CHECKING:
    import pandas as pd

    from synthetic.plans import Plan
    from synthetic.world import World

NUMERIC = ("numpy", "scipy")  # libraries whose code can change a digit of a life


def manifest(
    world: World, plan: Plan, people: int, seed: int, tables: Mapping[str, tuple[int, str]], planted: pd.DataFrame | None
) -> str:  # fmt: skip
    """What was made, as JSON: who, under which plan, by which code, and the rows and digest of every file."""
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
        "tables": {name: {"rows": rows, "sha256": digest} for name, (rows, digest) in sorted(tables.items())},
        "digest": DIGEST,
        "planted_faults": [] if planted is None else planted.to_dict(orient="records"),
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def readme(world: World, people: int) -> str:
    """What the folder holds, and what of it must not be read."""
    return f"""# An invented county of {people:,} people

Nothing here is a real person or a real place.  People are served {world.why}.

- `records/`: all that an analyst may read, as a county's systems hold it.
- `truth/`: **sealed.  Never give it to an analyst**, nor to a programme that answers a question: it says what no record shows.
- `dictionary.md`: every table, column, kind of row and rate.
- `manifest.json`: what was made, by which code, and the digest of what each file says.

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
