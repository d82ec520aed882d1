"""What a ratio of hazards beside an answer rests on: that it is one number over time, and events enough for what was estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import floor

from ..terms import Diagnostic
from .evalues import e_value, of_hazards
from .wording import people, tellable

SIZE = 0.05
FEWEST_EVENTS = 10.0  # for each number of a regression (Peduzzi and others 1995); from 5 on biases are small (Vittinghoff and McCulloch 2007)
PROGRAMME = "served"  # what the covariate of being served is called among the covariates


def proportional_hazards(
    p_values: Mapping[str, float], over_time: Mapping[str, float], p_all: float | None = None, *, called: str = "served"
) -> Diagnostic:
    """Whether ratios of hazards stay the same over the time followed, by covariate and all together.

    `p_values` of the score test by covariate, `served` among them; `over_time` how the logarithm of each ratio moves with time, of
    which only the sign is told; `p_all` of all together, None where there is one covariate.  Not required: the answer does not rest on
    it, and where it fails the ratio beside it is an average over the time followed.
    """
    everything = {**p_values, **({} if p_all is None else {"all together": p_all})}
    value = min(everything.values())
    changing = sorted((name for name, p in p_values.items() if p < SIZE), key=lambda name: (p_values[name], name))
    holds = p_values.get(PROGRAMME, 1.0) >= SIZE and (p_all is None or p_all >= SIZE) and not changing
    moves = [
        f"{_of_what(name, called)} {'rises' if over_time[name] > 0 else 'falls'} as time goes on (p = {p_values[name]:.2g})" for name in changing
    ]
    if holds:
        sentence = f"The ratio of hazards is not seen to change over the time followed (smallest p = {value:.2g})."
    else:
        told = "; ".join(moves) if moves else f"taken together, the ratios of hazards change over time (p = {value:.2g})"
        average = "the programme's is an average over the time followed, and promises nothing for any one day"
        sentence = f"{told[0].upper()}{told[1:]}: {average}."
    return Diagnostic(
        name="proportional_hazards",
        sentence=sentence,
        value=value,
        limit=SIZE,
        holds=holds,
        source="Grambsch and Therneau 1994: score test of proportional hazards, at 5 %",
        required=False,
        detail=everything,
    )


def ratio_of_hazards(why: str) -> Diagnostic:
    """That no ratio of hazards stands beside the answer, and `why`; shown, not judged: the answer does not rest on one."""
    return Diagnostic(
        name="ratio_of_hazards",
        sentence=f"No ratio of hazards stands beside the answer: {why}.",
        value=0.0,
        limit=None,
        holds=True,
        source="a partial likelihood without a top has no ratio (Cox 1972; Heinze and Schemper 2001)",
        required=False,
    )


def events_per_parameter(events: int, parameters: int) -> Diagnostic:
    """How many people have the event for each number that a regression of it estimates; not required.

    With fewer the ratios lean away from 1, and their intervals are too narrow.
    """
    each = events / parameters
    holds = each >= FEWEST_EVENTS
    many = f"{floor(10 * each) / 10:,g} for each" if tellable(events) else "few for each"
    return Diagnostic(
        name="events_per_parameter",
        sentence=f"{people(events)} people have the event, and the regression estimates {parameters:,} number{'s' if parameters > 1 else ''}: {many}"
        + ("." if holds else f", fewer than the {FEWEST_EVENTS:g} that are wanted."),
        value=each,
        limit=FEWEST_EVENTS,
        holds=holds,
        source="Peduzzi, Concato, Feinstein and Holford 1995; Vittinghoff and McCulloch 2007: 5 to 9 may do",
        required=False,
        behind={"events": (events,)},
    )


def e_value_of_hazards(ratio: float, low: float, high: float, *, rare: bool, called: str = "served") -> Diagnostic:
    """The E-value of a ratio of hazards with its 95 % limits, each told as a ratio of risks first; shown, not judged.

    `rare`: fewer than 15 of every 100 have the event by the horizon, so that the two ratios are nearly one.
    """
    as_risks = [of_hazards(one, rare=rare) for one in (ratio, low, high)]
    found = e_value(*as_risks, called=called)
    return replace(found, sentence=f"By the ratio of hazards: {found.sentence[0].lower()}{found.sentence[1:]}")


def _of_what(name: str, called: str) -> str:
    return f"the ratio of hazards of being {called}" if name == PROGRAMME else f"that of '{name}'"
