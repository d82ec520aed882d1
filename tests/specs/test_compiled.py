"""Compiled kernels that several processes keep at once: none is given the code of another's types."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

MODULE = """
from evaluation.methods.compiled import kernel

@kernel
def first(x):
    return x[0]
"""
SCRIPT = """
import numpy as np
import sys
sys.path.insert(0, {folder!r})
import kept
print(kept.first(np.array([3], dtype={dtype!r})))
"""


def _called(folder: Path, dtype: str) -> str:
    script = SCRIPT.format(folder=str(folder), dtype=dtype)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def test_each_process_keeps_its_code_under_a_name_that_no_other_process_takes(tmp_path: Path) -> None:
    """Two that meet new types at one moment would otherwise both write file 1, and the index of one would name the code of the other."""
    (tmp_path / "kept.py").write_text(MODULE)
    assert _called(tmp_path, "float64") == "3.0"
    for index in tmp_path.rglob("*.nbi"):
        index.unlink()  # as the other process sees it, who read the index before this one wrote it
    assert _called(tmp_path, "int64") == "3"
    kept = [path.name for path in tmp_path.rglob("*.nbc")]
    assert len(kept) == len(set(kept)) == 2
    assert all(re.search(r"\.[0-9a-f]{32}\.1\.nbc$", name) for name in kept)
    assert _called(tmp_path, "int64") == "3"
    assert len(list(tmp_path.rglob("*.nbc"))) == 2, "what is kept is used again"
