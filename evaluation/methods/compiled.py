"""Kernels compiled by Numba, and kept compiled where there is a place to keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


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
    return cast("Kernel", compiled)
