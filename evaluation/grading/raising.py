"""What one change would raise a rating: each change is tried on the artefacts, and named only where the rule then rates higher.

From what costs least to what asks for another study: the first that raises is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .artefacts import CONTROLS, PUT_TO, Artefacts
from .designs import NOTHING_COMPARED
from .equivalence import ALIKE
from .prevention import LONG_SUSTAINED, SUSTAINED
from .protocol import ITEMS

if TYPE_CHECKING:
    from .rated import Rated


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its key among the texts, and the artefacts that it would leave, one for each way in which it can be made."""

    key: str
    made: Callable[[Artefacts], Iterator[Artefacts]]


Tried = tuple[tuple[str, Artefacts], ...]  # the key of a change, and the artefacts after it


def changed(a: Artefacts) -> Tried:
    """The artefacts after each change that can be made, in the order in which changes are told."""
    return tuple((change.key, other) for change in CHANGES for other in change.made(a))


def raised_by(rate: Callable[[Artefacts], Rated], a: Artefacts, after: Tried) -> str:
    """The key of the first change after which the rule rates higher; empty where none does.  `after` is `changed(a)`."""
    now = rate(a).rank
    return next((key for key, other in after if rate(other).rank > now), "")


def _adjusted(a: Artefacts) -> Iterator[Artefacts]:
    if a.baseline and not a.adjusted.issuperset(a.baseline):
        yield replace(a, adjusted=frozenset(a.baseline))


def _tried(a: Artefacts, name: str) -> Mapping[str, bool]:
    return {**a.tried, name: True}


def _with_controls(a: Artefacts) -> Iterator[Artefacts]:
    if CONTROLS not in a.tried:
        yield replace(a, tried=_tried(a, CONTROLS), sharp=True)


def _with_placebo(a: Artefacts) -> Iterator[Artefacts]:
    if "placebo_start" not in a.tried:
        yield replace(a, tried=_tried(a, "placebo_start"), sharp=True)


def _with_hidden(a: Artefacts) -> Iterator[Artefacts]:
    if "hidden_bias" not in a.reported:
        yield replace(a, reported=a.reported | {"hidden_bias"})


def _challenged(a: Artefacts) -> Iterator[Artefacts]:
    fresh = {name: True for name in PUT_TO if name not in a.tried}
    if fresh:
        yield replace(a, tried={**a.tried, **fresh}, reported=a.reported | {"hidden_bias", *fresh}, sharp=True)


def _written(a: Artefacts) -> Iterator[Artefacts]:
    missing = next((item for item in ITEMS if item not in a.told), None)
    if missing:
        yield replace(a, told=a.told | {missing})


def _declared(a: Artefacts) -> Iterator[Artefacts]:
    if not a.declared:
        yield replace(a, declared=True)


def _measured(a: Artefacts) -> Iterator[Artefacts]:
    if a.baseline is None and a.design not in (*NOTHING_COMPARED, "plans"):
        yield replace(a, baseline={}, design="matched" if a.design == "raw" else a.design)


def _closer(a: Artefacts) -> Iterator[Artefacts]:
    if a.baseline and max(a.baseline.values()) > ALIKE:
        yield replace(a, baseline={name: min(size, ALIKE) for name, size in a.baseline.items()})


def _before(a: Artefacts) -> Iterator[Artefacts]:
    if a.design == "matched":
        yield replace(a, design="matched_before")


def _followed(a: Artefacts) -> Iterator[Artefacts]:
    yield replace(a, attrition=(0.0, 0.0))


def _surveyed(a: Artefacts) -> Iterator[Artefacts]:
    if "surveillance" not in a.checks:
        yield replace(a, checks={**a.checks, "surveillance": True})


def _lasting(months: float) -> Callable[[Artefacts], Iterator[Artefacts]]:
    def made(a: Artefacts) -> Iterator[Artefacts]:
        if a.beyond_end is None or a.beyond_end < months:
            yield replace(a, beyond_end=months)

    return made


def _mended(a: Artefacts) -> Iterator[Artefacts]:
    for name, holds in a.checks.items():
        if not holds:
            yield replace(a, checks={**a.checks, name: True})


def _stood(a: Artefacts) -> Iterator[Artefacts]:
    for name, holds in a.tried.items():
        if not holds:
            yield replace(a, tried={**a.tried, name: True}, checks=a.checks | dict.fromkeys(a.put[name], True))


def _several(a: Artefacts) -> Iterator[Artefacts]:
    if a.single_unit:
        yield replace(a, single_unit=False)


def _beside(a: Artefacts) -> Iterator[Artefacts]:
    if a.design in NOTHING_COMPARED:
        yield replace(a, design="panel")


def _drawn(a: Artefacts) -> Iterator[Artefacts]:
    if a.design != "lot":
        yield replace(a, design="lot", as_offered=True)


CHANGES: tuple[Change, ...] = (
    Change("adjust", _adjusted),
    Change("negative_controls", _with_controls),
    Change("placebo", _with_placebo),
    Change("hidden_bias", _with_hidden),
    Change("challenge", _challenged),
    Change("declare", _declared),
    Change("write_down", _written),
    Change("look_at_alike", _measured),
    Change("outcome_before", _before),
    Change("surveillance", _surveyed),
    Change("closer", _closer),
    Change("follow", _followed),
    Change("six_months", _lasting(SUSTAINED)),
    Change("twelve_months", _lasting(LONG_SUSTAINED)),
    Change("mend", _mended),
    Change("stand", _stood),
    Change("more_places", _several),
    Change("compare", _beside),
    Change("draw_lots", _drawn),
)
