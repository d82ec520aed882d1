"""What an answer is put to when the same question is asked in another way, as a protocol announces it; of these only a false date takes one away."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import asked_otherwise as otherwise
from ..diagnostics import challenged, unseen
from ..diagnostics import false_adoption as false
from .condition import Condition

IN_ANOTHER_WAY: Mapping[str, Condition] = {
    "methods_agree": Condition(
        "how far the answer of the farthest other way of telling the same effect of the same people lies off, in errors of that difference",
        f"no more than luck explains, at {100 * otherwise.SIZE:g} % over how many ways there are",
        otherwise.DISAGREE,
        required=False,
    ),
    "specifications_agree": Condition(
        "the share of defensible specifications whose effect points where the study's own does, where its range lies on one side of none",
        f"at least {otherwise.SAME_WAY:g}, and at least {otherwise.AS_CLEAR:g} as clear",
        otherwise.CURVE,
        required=False,
    ),
    "well_linked": Condition(
        "how far the answer among people whose every link is the surest lies from everybody's, in its errors",
        f"no more than luck explains, at {100 * otherwise.SIZE:g} %",
        otherwise.LINKED,
        required=False,
    ),
    "as_strong_as_recorded": Condition(
        "how many times as strong as the strongest column on record a hidden cause must be to bring the range to no difference",
        f"at least {unseen.LEAST_TIMES:g}",
        unseen.STRONGER,
        required=False,
    ),
    "tipping_point": Condition(
        "the rate among those lost, as a multiple of that of those followed, at which the range reaches no difference",
        f"not between half and {unseen.TWICE:g} times, in either arm or the other way in both",
        unseen.TIPPED,
        required=False,
    ),
    "transported": Condition(
        "how far the answer moves when it is carried to everybody whom it was to be about, in its errors",
        f"no more than luck explains, at {100 * unseen.SIZE:g} %, and at most {100 * unseen.MOST_UNLIKE:g} % of all whom it is about like "
        "nobody analysed",
        unseen.TRANSPORTED,
        required=False,
    ),
    "placebo_adoption": Condition(
        "whether an effect is found where adoption is dated before it was, and nothing is read from the true one on",
        f"p at least {challenged.PLACEBO_LEVEL:.4f}",
        false.EARLIER,
    ),
    "placebo_adopters": Condition(
        "how seldom places that are dealt the same dates by chance show as much, where the range lies on one side of none",
        f"p below {false.RAREST:g}",
        false.DEALT,
        required=False,
    ),
}
