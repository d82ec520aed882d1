"""The base rates of the invented county, one module a system: each stands once, with its source or the word *assumed*.

`docs/synthetic.md` shows the same table; a test keeps the two equal.
"""

from __future__ import annotations

from types import ModuleType

from synthetic.rates import charges, children, controls, core, health, housing, work, youth
from synthetic.rates.rate import Rate

MODULES: tuple[ModuleType, ...] = (core, charges, work, controls, health, housing, children, youth)


def table() -> str:
    """All rates as a Markdown table, in the order in which they stand."""
    rows = [(name.lower(), rate) for module in MODULES for name, rate in vars(module).items() if isinstance(rate, Rate)]
    lines = [f"| `{name}` | {rate.value:g} | {rate.meaning} | {rate.source} |" for name, rate in rows]
    return "\n".join(["| rate | value | what it is | source |", "|---|---|---|---|", *lines])
