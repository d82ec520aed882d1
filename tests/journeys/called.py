"""The command line, called in a process of its own, as a user does, or in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from evaluation.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}


def command(*words: str | Path) -> list[str]:
    """What a user types."""
    return [sys.executable, "-m", "evaluation", *map(str, words)]


def process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own, as a user does."""
    return subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT)


def betteroff(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs what such a process runs, in this one: a process of its own takes longer to load the libraries than to answer."""
    said, complained, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["betteroff", *map(str, words)]
    code = 0
    try:
        with redirect_stdout(said), redirect_stderr(complained):
            main()
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.argv = before
    return subprocess.CompletedProcess(words, code, said.getvalue(), complained.getvalue())
