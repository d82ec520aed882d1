"""The base rates of the invented county, one module a system: each stands once, with its source or the word *assumed*.

`docs/worlds.md` shows them all; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from synthetic.rates import charges, children, controls, core, health, housing, lists, places, served, work, youth
from synthetic.rates.rate import Rate

MODULES: tuple[ModuleType, ...] = (core, charges, work, controls, health, housing, children, youth, served, lists, places)


def tables() -> Iterator[tuple[str, str]]:
    """The rates of each module as a Markdown table, under what the module says of itself, in the order in which they stand."""
    for module in MODULES:
        rows = [(name.lower(), rate) for name, rate in vars(module).items() if isinstance(rate, Rate)]
        lines = [f"| `{name}` | {rate.value:g} | {rate.meaning} | {rate.source} |" for name, rate in rows]
        title = (module.__doc__ or "").strip().splitlines()[0].rstrip(".")
        yield title, "\n".join(["| rate | value | what it is | source |", "|---|---|---|---|", *lines])
