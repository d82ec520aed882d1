"""The alarms that challenges raise from data, as a protocol announces them."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import alarms_of_arms as arms
from ..diagnostics import alarms_of_sources as sources
from .condition import Condition

FROM_DATA: Mapping[str, Condition] = {
    "regression_to_the_mean": Condition(
        "what the comparison would show with no programme at all, because of how people were just before their start, told from their past alone",
        f"p at least {arms.DECIDES:.3f}, or less than {100 * arms.MATERIAL:g} % of the difference worth having",
        arms.MEAN_SOURCE,
    ),
    "surveillance": Condition(
        "whether what somebody must see to record rose among the served, beside like things that are recorded whoever looks",
        f"p at least {arms.SEEN_MORE:g}, over how many pairs of kinds are looked at",
        arms.WATCH_SOURCE,
        required=False,
    ),
    "series_breaks": Condition(
        "whether a kind of line that the study reads jumped from one month to the next, among everybody on record",
        f"p at least {sources.BREAKS:g}, over how many series are looked at",
        sources.BREAK_SOURCE,
        required=False,
    ),
    "informative_moves": Condition(
        "whether who is lost from sight depends on risk in one arm otherwise than in the other",
        f"p at least {arms.LEAVING:g}",
        arms.MOVES_SOURCE,
        required=False,
    ),
    "linkage_by_arm": Condition(
        f"the share of each arm that is linked to each source that at least {100 * arms.NEARLY_ALL:g} % are linked to, or that holds the outcome",
        f"p at least {arms.UNLIKE:g}, over how many sources are looked at",
        arms.LINK_SOURCE,
        required=False,
    ),
}
