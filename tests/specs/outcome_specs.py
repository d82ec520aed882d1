"""What every outcome's table by hand is made of: four people who start on 1 March 2020, rows of the records, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.outcomes import EngineRuler
from evaluation.outcomes.binding import bound
from evaluation.terms import Assigned, Horizon, Outcome

MONTH = Horizon(days=30)
NAMES = ["ann", "bob", "cy", "dee"]
PEOPLE = "person_id death\nann -\nbob -\ncy -\ndee 2020-03-12"
PROGRAMME = "aid"
COLUMNS = {
    "event": "person_id kind day",
    "spell": "person_id kind start stop",
    "service": "person_id programme start stop source",
    "quarter": "person_id measure day amount",
    "cost": "person_id service day amount",
}
LOT = "\n".join(f"{name} {kind} 2020-03-01" for n, name in enumerate(NAMES) for kind in ("release", "lot:no" if n % 2 else "lot:yes"))
LOTTERY = Assigned("lot", "lot:yes", "lot:no")


@dataclass(frozen=True, slots=True)
class Spec:
    """Rows of the tables that an outcome reads, and what it finds for Ann, Bob, Cy and Dee.

    A plain text is rows of the outcome's own table; of a definition that reads more than one, they stand by table.
    """

    rows: str | dict[str, str]
    says: str  # why
    found: list[tuple[int, str]] | list[float] | list[str] | list[tuple[int, int]]
    # of a mark: the day and why; of an amount: how much; of a state: where; of a rate: how many, over how many days
    horizon: Horizon = MONTH

    def by_table(self, outcome: Outcome) -> dict[str, str]:
        """The rows of each table."""
        return {outcome.table: self.rows} if isinstance(self.rows, str) else dict(self.rows)


def told(outcome: Outcome, spec: Spec) -> list[Any]:
    """What the engine finds."""
    lines = {name: [line.split() for line in rows.strip().splitlines()] for name, rows in spec.by_table(outcome).items()}
    lines["event"] = [line.split() for line in LOT.splitlines()] + lines.get("event", [])
    tables = {name: "\n".join([header(name, rows), *(" ".join(complete(name, line, rows)) for line in rows)]) for name, rows in lines.items()}
    sources = sorted({line[-1] for line in lines.get("service", []) if len(line) == 5} | {"jail"})
    coverage = "source first last lag_days grain\n" + "\n".join(f"{source} 2015-01-01 2023-12-31 0 day" for source in sources)
    records = county(person=PEOPLE, coverage=coverage, **tables)
    studied = plan(between=(date(2020, 3, 1), date(2020, 3, 1)), assigned=LOTTERY)
    ruler = EngineRuler(records.engine, enrol("main", studied, (), records, spec.horizon).table, bound(outcome, PROGRAMME))
    match outcome.kind:
        case "mark":
            marks = ruler.marks(spec.horizon)
            return list(zip(marks.day.tolist(), marks.why.tolist(), strict=True))
        case "state":
            return list(ruler.state(spec.horizon).state.tolist())
        case "rate":
            rates = ruler.rate(spec.horizon)
            return list(zip(rates.numerator.tolist(), rates.exposure.tolist(), strict=True))
        case _:
            return list(ruler.amount(0, spec.horizon).amount.tolist())


def header(table: str, rows: list[list[str]]) -> str:
    """The columns of a table; events have a value where some line ends with one."""
    return f"{COLUMNS[table]} value" if table == "event" and any(len(line) == 4 for line in rows) else COLUMNS[table]


def complete(table: str, line: list[str], rows: list[list[str]]) -> list[str]:
    """A line with its source or its value, where only some lines name one."""
    missing = "jail" if table == "service" else "-"
    return line + [missing] * (len(line) == 4 if table == "service" else len(header(table, rows).split()) - len(line))


def markdown(header: list[str], cells: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *cells)]


_FOUND = {
    "mark": "the day on which the clock ended, and why",
    "amount": "what the {window} add up to",
    "state": "where each is on the last day",
    "rate": "how many, over how many days",
}


def section(outcome: Outcome, spec: Spec) -> list[str]:
    """One definition's part of docs/outcomes_by_hand.md."""
    lines = [f"## {outcome.name}", ""]
    tables = spec.by_table(outcome)
    for name, rows in tables.items():
        written = [line.split() for line in rows.strip().splitlines()]
        cells, columns = [complete(name, line, written) for line in written], header(name, written).split()
        if name == "service" and all(line[-1] == "jail" for line in cells):
            columns, cells = columns[:-1], [line[:-1] for line in cells]
        lines += [*([f"Table `{name}`:", ""] if len(tables) > 1 else []), *markdown(columns, cells), ""]
    answers = [" ".join(str(part) for part in each) if isinstance(each, tuple) else f"{each}" for each in spec.found]
    window = str(spec.horizon) if spec.horizon != MONTH else "30 days"
    lines += [f"Found, {_FOUND[outcome.kind].format(window=window)}:", "", *markdown(NAMES, [answers]), "", spec.says, ""]
    return lines
