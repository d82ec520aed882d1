"""XLSX workbooks as tables of text, one a sheet."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from ..phrases import counted, listed
from ..terms import Problem, Refused

if TYPE_CHECKING:
    import pyarrow as pa


def sheets(path: Path) -> dict[str, pa.Table]:
    """The sheets by name, with the first row as column names; cells become text, true dates ISO dates."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise Refused(Problem(path.name, "is a workbook, and openpyxl is not installed.", "", "Install betteroff[excel], or save CSV.")) from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        grids = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
        book.close()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, ParseError, openpyxl.utils.exceptions.InvalidFileException):
        raise Refused(Problem(path.name, "is damaged, or is not an XLSX workbook.", "", "Save it again.")) from None
    try:
        return {title: _table(grid, f"{path.name}, sheet '{title}'") for title, grid in grids.items() if grid}
    except UnicodeError:
        raise Refused(Problem(path.name, "holds letters that are none.", "", "Save it again.")) from None


def _table(grid: list[list[Any]], where: str) -> pa.Table:
    import pyarrow as pa

    names = ["" if cell is None else str(cell).strip() for cell in grid[0]]
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    problems = [Problem(where, f"names {listed(twice)} more than once.", "", "Give every column its own name.")] if twice else []
    if "" in names:
        problems.append(Problem(where, "has a column without a name.", "", "The first row holds the names of the columns."))
    wide = sum(any(cell is not None for cell in row[len(names) :]) for row in grid[1:])
    if wide:
        found = f"has cells to the right of the last named column in {counted(wide, 'row')}."
        problems.append(Problem(where, found, "", "Name the column, or clear the cells."))
    if problems:
        raise Refused(*problems)
    rows = [row for row in grid[1:] if any(cell is not None for cell in row)]
    return pa.table({name: pa.array([_text(row[place]) for row in rows], pa.string()) for place, name in enumerate(names)})


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime) and cell.time().isoformat() == "00:00:00":
        return cell.date().isoformat()
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
