"""Writes the page about outcomes from their definitions, so that the page cannot fall behind.

python -m evaluation.outcomes.guide > docs/outcomes.md
"""

from __future__ import annotations

from collections.abc import Iterator

from ..records.contract import CONTRACT
from ..terms import Outcome
from .registry import OUTCOMES

_OPENING = """\
# Outcomes

What a design may ask about: `outcome = "recidivism/arrest"`.  Each reads rows of some kinds from one table of the records
([records.md](records.md)); a county whose files use other words maps them to these with `codes`, or with `set`.

| outcome | counts | table | rows that it reads |
|---|---|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    rows = "".join(f"| `{name}` | {outcome.unit} | `{outcome.table}` | {_reads(outcome)} |\n" for name, outcome in OUTCOMES.items())
    return _OPENING + rows + "".join(f"\n{line}\n" for outcome in OUTCOMES.values() for line in _section(outcome))


def _reads(outcome: Outcome) -> str:
    kind = CONTRACT[outcome.table].kind
    return f"`{kind}` is " + " or ".join(f"`{word}`" for word in outcome.kinds) if outcome.kinds else f"every `{kind}`"


def _section(outcome: Outcome) -> Iterator[str]:
    yield f"## {outcome.name}"
    yield f"{outcome.title['en'].capitalize()}; {outcome.better} is better.  {outcome.why_better}"
    yield f"**Counted:** {outcome.universe}; from day {outcome.from_day} of each person's clock, the start being day 0."
    read = "read in its own text" if outcome.verified else "no official text was read"
    yield f"**On whose authority:** {outcome.authority} ({read})."
    yield f"**Not counted:** {outcome.not_counted}"


if __name__ == "__main__":
    print(page(), end="")
