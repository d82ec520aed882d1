"""The version that a finding prints: ours, and a digest of all the code that can move a number."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

from . import __version__

SOURCES = (".py", ".toml", ".j2", ".css")
# the libraries whose code can change a digit of a result
NUMERIC = ("duckdb", "lifelines", "linearmodels", "numpy", "pandas", "scipy", "sqlglot", "statsmodels")


@cache
def version() -> str:
    """`0.1.0+` and twelve hex digits of our source, word catalogues and templates included, and of the libraries that compute."""
    whole = hashlib.sha256()
    home = Path(__file__).parent
    ours = (path for path in home.rglob("*") if path.suffix in SOURCES and "_shipped" not in path.parts)
    for path in sorted(ours, key=lambda path: path.relative_to(home).as_posix()):
        # a checkout on Windows may end its lines differently, and computes the same
        whole.update(path.relative_to(home).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    for name in NUMERIC:
        whole.update(f"{name}=={metadata.version(name)}".encode())
    return f"{__version__}+{whole.hexdigest()[:12]}"
