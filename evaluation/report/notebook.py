"""Runs a parameterised notebook by papermill; its executed copy shows records' insides and therefore stays internal."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from ..shipped import shipped
from ..terms import Problem, Refused
from . import parameters
from .place import whole, written

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS = "parameters.json"
LONGEST_SOCKET = 100  # bytes of a path that every system takes for a local socket (macOS: 104)


class ThisPython(AsyncKernelManager):
    """Starts the kernel of the Python that runs us, whatever kernels a user has installed."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])  # nothing to find: "python3" is then sys.executable


def execute(out: Path, *, design: Path, records: Path, mapping: Path | None = None, today: date | None = None, language: str = "en") -> Path:
    """The shipped notebook `finding.ipynb`, run for one design on one county's records, in the folder `out`."""
    given = {
        "design": str(design.resolve()),
        "records": str(records.resolve()),
        "mapping": str(mapping.resolve()) if mapping else "",
        "today": today or date.today(),
        "language": language,
    }
    return run(shipped("notebooks/finding.ipynb"), given, declared=parameters.FINDING, out=out)


def run(notebook: Path, given: Mapping[str, object], *, declared: Mapping[str, parameters.Parameter], out: Path) -> Path:
    """The executed copy of `notebook`, in the folder `out`, beside a file with the parameters it was given.

    The values reach the notebook through that JSON file, whose plain name is all that papermill injects.  The same
    notebook, values and records give the same bytes.  Refuses, before any kernel starts, parameters that are not as
    declared, and a folder that holds anything else; a notebook that fails leaves what stood there before.
    """
    values = parameters.checked(given, declared)
    injected = {"parameters_file": PARAMETERS} if declared else {}
    with whole(out) as fresh:
        if declared:
            written(fresh / PARAMETERS, parameters.text(values))
        try:
            executed = _executed(nbformat.read(notebook, as_version=4), injected, fresh)
        except PapermillExecutionError as failed:
            # the index counts from 0, and an injected cell stands before it: numbers as in the notebook itself, from 1
            raise Refused(_told(notebook, failed, failed.cell_index + 1 - len(injected))) from None
        written(fresh / notebook.name, nbformat.writes(_scrubbed(executed)))
    return out / notebook.name


def _executed(notebook: NotebookNode, injected: Mapping[str, str], folder: Path) -> NotebookNode:
    with tempfile.TemporaryDirectory(prefix="kernel-") as private:  # readable to nobody else: local sockets live here
        return papermill.execute_notebook(
            notebook,
            None,
            dict(injected),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            kernel_manager_class=ThisPython,
            config=_local(Path(private)),
            resources={"metadata": {"path": str(folder)}},
            # nothing of a user's own start-up may move a result
            extra_arguments=[f"--ipython-dir={private}", "--IPKernelApp.exec_PYTHONSTARTUP=False"],
        )


def _local(private: Path) -> Config:
    """Talk to the kernel through files that only this user can open, not through ports; Windows has no such sockets."""
    if sys.platform == "win32":
        return Config()
    if len(bytes(private)) > LONGEST_SOCKET - len("/k-ipc-1"):
        raise Refused(Problem(str(private), "has too long a name for a local socket.", remedy="Set TMPDIR to a folder with a shorter name."))
    return Config({"KernelManager": {"transport": "ipc", "connection_file": str(private / "k.json")}})


def _told(notebook: Path, failed: PapermillExecutionError, cell: int) -> Problem:
    """What a failed cell may say aloud: what we refused; else only where it failed, for its message may hold a person's value."""
    if failed.ename == Refused.__name__:
        return Problem(notebook.name, str(failed.evalue))
    remedy = "Open the notebook and run it with the same parameters to see why."
    return Problem(notebook.name, f"cell {cell} failed ({failed.ename}).", remedy=remedy)


def _scrubbed(notebook: NotebookNode) -> NotebookNode:
    """The same notebook without the hours and paths of its run, so that the same inputs give the same bytes."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook
