"""Named frames of areas: lists that stand whether or not an area has a row in the records."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from .engine import Engine
from .sql import c, literal, table

FRAMES: Mapping[str, tuple[str, ...]] = {
    "california_counties": (
        "Alameda", "Alpine", "Amador", "Butte", "Calaveras", "Colusa", "Contra Costa", "Del Norte", "El Dorado", "Fresno",
        "Glenn", "Humboldt", "Imperial", "Inyo", "Kern", "Kings", "Lake", "Lassen", "Los Angeles", "Madera",
        "Marin", "Mariposa", "Mendocino", "Merced", "Modoc", "Mono", "Monterey", "Napa", "Nevada", "Orange",
        "Placer", "Plumas", "Riverside", "Sacramento", "San Benito", "San Bernardino", "San Diego", "San Francisco", "San Joaquin", "San Luis Obispo",
        "San Mateo", "Santa Barbara", "Santa Clara", "Santa Cruz", "Shasta", "Sierra", "Siskiyou", "Solano", "Sonoma", "Stanislaus",
        "Sutter", "Tehama", "Trinity", "Tulare", "Tuolumne", "Ventura", "Yolo", "Yuba",
    ),
}  # fmt: skip


def areas_of(engine: Engine, frame: str) -> tuple[str, ...]:
    """The areas of a named frame or else, by the alphabet, those that have a row of that measure in the table `area`."""
    if frame in FRAMES:
        return FRAMES[frame]
    rows = exp.select("area").distinct().from_(table("area")).where(c("measure").eq(literal(frame))).order_by(c("area"))
    return tuple(sorted(engine.fetch(rows)["area"].to_pylist()))
