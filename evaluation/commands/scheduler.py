"""Hands work to a Dask cluster: the same pieces that this machine's cores would take, so that the same numbers come out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..terms import Problem, Refused

WAIT = "10s"  # for a scheduler to answer


@contextmanager
def on(address: str | None) -> Iterator[None]:
    """Within the block, work goes to the scheduler at this address (`tcp://host:port`); without one, it stays on this machine.

    Refuses where Dask is not installed, where no scheduler answers, and where a worker has other code than this machine:
    its numbers could be others.
    """
    if address is None:
        yield
        return
    with _connected(address) as client:
        from joblib import parallel_config

        _same_code(client, address)
        with parallel_config(backend="dask"):
            yield


def _connected(address: str) -> Any:
    try:
        from dask.distributed import Client
    except ImportError:
        remedy = "Install it with `pip install betteroff[dask]`, or leave --scheduler out."
        raise Refused(Problem("--scheduler", "Dask is not installed here.", "", remedy)) from None
    try:
        return Client(address, timeout=WAIT)
    except (OSError, ValueError):
        remedy = "Start one with `dask scheduler`, and workers with `dask worker`, or leave --scheduler out."
        raise Refused(Problem(f"--scheduler {address}", "no Dask scheduler answers there.", "An address is like tcp://host:8786.", remedy)) from None


def _same_code(client: Any, address: str) -> None:
    """Refuses workers that are not there, that lack our code, or that have other code."""
    from ..version import version

    try:
        found = set(client.run(version).values())
    except Exception:  # whatever a worker without our code says: it cannot have the right one
        found = {"none"}
    if found != {version()}:
        right, remedy = (
            f"Each of them must have version {version()} of betteroff, as this machine has.",
            "Install it there, or leave --scheduler out.",
        )
        raise Refused(Problem(f"--scheduler {address}", "it has no workers, or workers with other code.", right, remedy))
