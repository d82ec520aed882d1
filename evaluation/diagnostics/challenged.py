"""What an answer is held to when one thing in its study is changed: every limit of a challenge stands here, beside its source."""

from __future__ import annotations

from ..terms import Diagnostic

PLACEBO_LEVEL = 0.05 / 3  # p-value: with two more tests that decide, a sound study loses about one claim in twenty to false alarms
PLACEBO_OF = "a negative control (Lipsitch, Tchetgen Tchetgen and Cohen 2010): a start on which nobody was served; .05 shared by three tests that decide"


def placebo_start(p_value: float, *, days: tuple[int, int], more: bool, called: str = "served", behind: tuple[int, ...] = ()) -> Diagnostic:
    """Whether an effect is found where no programme can have acted: on clocks that begin, and end, before the true start.

    `p_value` is the question's own, by its own method and inference, of the days from `days[0]` before the start to `days[1]` before it;
    `more` says that those `called` so had more of the outcome there.  Fails below PLACEBO_LEVEL; required.
    """
    holds = not p_value < PLACEBO_LEVEL
    way = "more" if more else "less"
    found = f"no effect is found (p = {p_value:.2f})" if holds else f"an effect is found all the same, towards {way} of the outcome (p {_as_p(p_value)})"
    after = "." if holds else f": those {called} and those they are compared with were not alike, and the number told holds that difference too."
    return Diagnostic(
        name="placebo_start",
        sentence=f"From {days[0]:,} to {days[1]:,} days before the start, when no programme had acted, {found}{after}",
        value=p_value,
        limit=PLACEBO_LEVEL,
        holds=holds,
        source=PLACEBO_OF,
        behind={"before the start": behind} if behind else {},
    )


def _as_p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.001 else "< .001"
