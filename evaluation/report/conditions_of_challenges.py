"""What answers are held to when one thing in their study is changed, as a protocol announces it."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import challenged, controls
from .condition import Condition

OF_CHALLENGES: Mapping[str, Condition] = {
    "placebo_start": Condition(
        "the effect on days before the start and before the history, when no programme had acted, by the question's own method",
        f"p at least {challenged.PLACEBO_LEVEL:.4f}",
        challenged.PLACEBO_OF,
    ),
    "unreached": Condition(
        "those offered who never took it up, with the outcome and without, as a share of all offered, against those compared",
        f"no more than {challenged.UNREACHED_LIMIT:g} standard errors above theirs",
        challenged.UNREACHED_BY,
        required=False,
    ),
    "no_one_site": Condition(
        "the effect without each area in turn",
        f"moved by at most {challenged.OWN_RANGE:g} of its standard errors, or no farther than luck explains",
        challenged.SITES_BY,
        required=False,
    ),
    "definitions_agree": Condition(
        "the effect by every other definition of the outcome that the method can answer",
        "none found the other way",
        challenged.DEFINITIONS_BY,
        required=False,
    ),
    "follow_up_agrees": Condition(
        "the effect over half the horizon and one and a half times it, and without the last starts",
        f"none found the other way, and moved by at most {challenged.OWN_RANGE:g} of its standard errors",
        challenged.FOLLOW_UP_BY,
        required=False,
    ),
    "negative_controls": Condition(
        "outcomes that the programme cannot move, read by the same comparison, all together and allowing for what they share",
        f"p at least {controls.SIZE:g}",
        controls.MOVED_SOURCE,
        required=False,
    ),
    "systematic_error": Condition(
        "how far error other than luck moves an answer on average, by what it does to outcomes that the programme cannot move",
        "no more than the effect worth having",
        controls.ERROR_SOURCE,
        required=False,
    ),
}
