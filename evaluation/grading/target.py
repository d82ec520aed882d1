"""How many of the 21 items of the TARGET statement a design and its answer tell (`protocol`)."""

from __future__ import annotations

from .artefacts import Artefacts
from .designs import MATCHED
from .protocol import ITEMS
from .rated import Rated, Standard, not_answered

NOT_EMULATED = "not_emulated"


def items(a: Artefacts) -> Rated:
    """The number of items told; nothing of a study that emulates no trial of people drawn one by one, or is one."""
    if none := not_answered(a):
        return none
    if a.design not in (*MATCHED, "plans", "raw"):
        return Rated(NOT_EMULATED, 0, "target_lot" if a.design in ("lot", "lot_compliers") else "target_other", verified=False)
    told = sum(1 for item in ITEMS if item in a.told)
    return Rated(f"{told}/{len(ITEMS)}", told, "target_told", verified=False)


TARGET = Standard("target", items)
