"""What negative controls show of an answer: whether a programme seems to move what it cannot, and how large an error that tells of."""

from __future__ import annotations

from ..phrases import counted
from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

SIZE = 0.05  # p-value: of sound comparisons, one in twenty is flagged
MOVED_SOURCE = "negative-control outcomes: Lipsitch, Tchetgen Tchetgen and Cohen 2010; the size of the test is our own rule"
ERROR_SOURCE = "Schuemie, Hripcsak, Ryan, Madigan and Suchard 2018: systematic error; that it be below the effect worth having is our own rule"


def negative_controls(p_value: float, controls: int, *, bounded: bool) -> Diagnostic:
    """Whether outcomes that the programme cannot move seem moved, all of them together.  Not required: it is a warning.

    `p_value` is of all `controls` being unmoved; `bounded` says that it is the smallest of theirs times their number, which holds whatever
    they share.
    """
    holds = p_value >= SIZE
    how = "by the smallest of their p-values, corrected for how many they are" if bounded else "allowing for what they share"
    seen = f"p = {p_value:.3f}" if p_value >= 0.001 else "p < .001"
    of = f"{counted(controls, 'outcome')} that the programme cannot move"
    sentence = f"Of {of}, all together are as luck would have them ({seen}, {how})."
    if not holds:
        sentence = f"{of.capitalize()} differ by more than luck, all together ({seen}, {how}): the groups differ in something besides the programme."
    return Diagnostic("negative_controls", sentence, p_value, SIZE, holds, MOVED_SOURCE, required=False, detail={"controls": float(controls)})


def systematic_error(expected: float, worthwhile: float, controls: int, *, unit: OutcomeUnit) -> Diagnostic:
    """How far error of the design moves an answer on average, by what it does to negative controls, against the effect worth having.

    Not required: the range that the controls calibrate decides, and it holds this error.
    """
    limit = abs(worthwhile)
    size, worth = sizes(expected, limit, unit=unit)
    told = f"By {counted(controls, 'outcome')} that the programme cannot move, error other than luck moves an answer like this by {size} on average"
    holds = expected <= limit
    sentence = f"{told}, no more than the effect worth having, {worth}." if holds else f"{told}, more than the effect worth having, {worth}."
    return Diagnostic("systematic_error", sentence, expected, limit, holds, ERROR_SOURCE, required=False, detail={"controls": float(controls)})
