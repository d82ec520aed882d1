"""At which price a programme pays for itself, and from how many people on a pod or a ward closes."""

from __future__ import annotations

from math import ceil


def break_even_price(cost_effect: float, own_effect: float) -> float | None:
    """The price per person served at which a programme would cost as much as it saves; None where it saves nothing.

    `cost_effect` is the difference in all cost, of which `own_effect` is the programme's own: what is left is what it saves.
    """
    saved = own_effect - cost_effect
    return saved if saved > 0 else None


def caseload_to_close(step: float, freed: float) -> float | None:
    """How many people must be served a year for one pod, ward or post to close; None where nobody frees any of its units.

    `step` is how many units fewer a year close one, `freed` how many fewer one person served uses over the whole horizon: with as many
    served year after year, each year frees that often.  Assumes that the last person served frees as much as the first.
    """
    if not (step > 0 and freed > 0):
        return None
    return float(ceil(step / freed - 1e-9))
