"""What became of the offer itself: who took it up, and who came in without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms import Diagnostic
from .wording import part

if TYPE_CHECKING:
    from ..terms import Array


def take_up(served: Array, taken_up: Array) -> Diagnostic:
    """The share of those offered who took the offer up within the days declared, and of the others who came in all the same.

    Both (n,) bool.  Shown, not judged: the answer is about the offer, whoever took it up.
    """
    took = {"served": int((served & taken_up).sum()), "compared": int((~served & taken_up).sum())}
    size = {"served": int(served.sum()), "compared": int((~served).sum())}
    share = {arm: took[arm] / size[arm] for arm in took}
    return Diagnostic(
        name="take_up",
        sentence=f"{part(took['served'], size['served'])} people offered the programme took it up within the days that the design "
        f"allows, and {part(took['compared'], size['compared'])} others came in all the same; the answer is about the offer, whoever took it up.",
        value=share["served"],
        limit=None,
        holds=True,
        source="intention to treat: people are compared as the lot left them (Hollis and Campbell 1999)",
        required=False,
        detail=share,
        behind={arm: (took[arm], size[arm] - took[arm]) for arm in took},
    )
