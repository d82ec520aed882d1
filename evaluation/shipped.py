"""Finds the designs, notebooks and examples that come with the project: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """The folder or file `name`, such as `designs/bayview`, among what comes with the project."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped" / name
    return inside if inside.exists() else package.parent / name
