"""Kernels compiled by Numba, and kept compiled where there is a place to keep them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])
_MINE = uuid.uuid4().hex  # of this process; it names files alone


def kernel(function: Kernel) -> Kernel:
    """Compiles a function when it is first called, for the types it is called with.

    The compiled code is kept beside the module, or in the user's own cache.  Where neither can be written to, as on a server
    without a home, every process compiles anew: a few seconds, and the same results.
    """
    compiled: Any
    try:
        compiled = njit(cache=True)(function)
    except RuntimeError:  # Numba found no directory to keep anything in
        compiled = njit(function)
    else:
        _under_names_of_its_own(compiled)
    return cast("Kernel", compiled)


def _under_names_of_its_own(compiled: Any) -> None:
    """Lets this process keep code in files that no other process writes.

    Numba numbers the files of a function's types, 1, 2, ..., and lists them in an index: two processes that meet new types at the
    same moment both take the next number, and the index can then name code that was compiled for the other's types.  Called by it,
    a kernel reads whole numbers as fractions.  With names of its own a process at worst compiles what another has compiled.
    """
    if not hasattr(compiled, "_cache"):  # where Numba is told to compile nothing
        return
    kept = compiled._cache._cache_file
    kept._data_name_pattern = kept._data_name_pattern.replace("{number:d}", f"{_MINE}.{{number:d}}")
