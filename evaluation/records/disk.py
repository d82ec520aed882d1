"""What every writer of files asks of the disk: that what was written is there, and whether there is room."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})  # what the system says where there is none


def sync(path: Path) -> None:
    """A file's bytes on the disk."""
    with path.open("r+b") as handle:  # Windows flushes only what is open for writing
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """The names in a folder on the disk."""
    if sys.platform == "win32":
        return  # has no such call: the file system keeps its own journal of names
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
