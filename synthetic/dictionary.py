"""The data dictionary of an invented county: tables, columns, kinds of row and sources; apart from it, what is behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluation.records.contract import CONTRACT, described
from synthetic import rates

if TYPE_CHECKING:
    import pyarrow as pa

    from synthetic.world import World

Tally = Mapping[tuple[str, str, str], int]  # rows by table, kind and source
COLUMNS_OF_TRUTH = """`people`: one row for each person, in the order of `person`.

| column | holds | meaning |
|---|---|---|
| `person_id` | text | An id in `person`. |
| `start` | date | The day that starts the person's clock. |
| `need` | number | Latent need, in standard deviations: it drives every system at once. |
| `frailty` | number | What makes arrests likelier beyond need and age, in standard deviations. |
| `offered` | true or false | Whether the programme was offered.  Missing: no offers are made in this world. |
| `enrolled` | date | The day of enrolment.  Missing: never. |

`faults_TABLE`, where faults were laid: one row for each faulty row of a table, in its order.

| column | holds | meaning |
|---|---|---|
| `row` | whole number | The place of the row in the file, from 0. |
| `fault` | text | What is wrong with it: a dial of `synthetic.faults.Faults`. |
| `reason` | text | Why a check of the records must set it aside; empty where it cannot know. |
| `column` | text | The column that is wrong; empty where it is the whole row. |
| `twin` | whole number | The place of the row that it is a copy of; -1 where it is none. |
"""


def dictionary(tally: Tally, coverage: pa.Table, *, counted: bool) -> str:
    """The data dictionary of the records as Markdown, given the rows that were written, before any fault, and what each source covers.

    For whoever may read the records: nothing in it says what the programme does.  Kinds are `counted` only where no faults were
    laid: beside faulty records, the number of right rows would tell how many are wrong.
    """
    return "\n".join(
        [
            "# Data dictionary of an invented county",
            "",
            "Nothing here is a real person or a real place.",
            "",
            "## Tables",
            "",
            described(),
            *_kinds(tally, counted=counted),
            "## Sources",
            "",
            "| source | first day | last day | enters after at most |",
            "|---|---|---|---|",
            *(f"| {row['source']} | {row['first']} | {row['last']} | {row['lag_days']} days |" for row in coverage.to_pylist()),
            "",
        ]
    )


def dictionary_of_truth(world: World, tally: Tally) -> str:
    """What is behind the records as Markdown, for nobody who reads them: what the programme does, and every rate."""
    return "\n".join(
        [
            "# What is behind an invented county",
            "",
            f"**Never give this to an analyst.**  People are served {world.why}.",
            "",
            "## Tables",
            "",
            COLUMNS_OF_TRUTH,
            *_kinds(tally, counted=True),
            "## Rates",
            "",
            "Each stands once in `synthetic/rates/`, with its source or the word *assumed*.",
            "",
            *(line for title, rows in rates.tables() for line in (f"### {title}", "", rows, "")),
        ]
    )


def _kinds(tally: Tally, *, counted: bool) -> list[str]:
    """Every kind of row with its source and, where it is `counted`, how many there are before any fault."""
    heads, rules = ("| table | column | kind | source |", "|---|---|---|---|")
    return [
        "## Kinds of row",
        "",
        heads + (" rows |" if counted else ""),
        rules + ("---|" if counted else ""),
        *(
            f"| {table} | `{CONTRACT[table].kind}` | `{kind}` | {source} |" + (f" {rows:,} |" if counted else "")
            for (table, kind, source), rows in sorted(tally.items())
        ),
        "",
    ]
