"""The table of challenges: what each changes in a study, what it asks, which questions it fits, and how it is run.

A new challenge is a function that is given an Asked and gives back a Challenge, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..terms import Challenge, CohortPlan, Outcome, Question, Study
from . import (
    false_adoption,
    follow_up,
    hidden_bias,
    informative_moves,
    linkage_by_arm,
    linkage_scores,
    losses,
    negative_controls,
    not_analysed,
    populations,
    regression_to_the_mean,
    rival_definition,
    rival_method,
    series_breaks,
    sites,
    specifications,
    starts,
    surveillance,
)
from .asked import Asked

Sort = Literal["beside", "again"]


def whatever(question: Question, plan: CohortPlan) -> str:
    """Fits every question."""
    return ""


def nothing_else(study: Study, question: Question) -> tuple[Outcome, ...]:
    """Reads no outcome but the question's own."""
    return ()


def always(study: Study, question: Question) -> bool:
    """There is enough to ask, whatever the study."""
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """One challenge, as the table CHALLENGES lists it."""

    name: str
    title: str  # what is changed, in a few words
    asks: str  # the question that it asks, for a reader
    sort: Sort  # beside: the same comparison, another outcome, horizon or window; again: another study
    run: Callable[[Asked], Challenge]
    fits: Callable[[Question, CohortPlan], str] = whatever  # why it does not fit; empty where it does
    decides: bool = False  # whether an answer that fails it is not answered; else it is told
    enough: Callable[[Study, Question], bool] = always  # of one that decides: whether there is as much to ask as a decision takes
    reads: Callable[[Study, Question], tuple[Outcome, ...]] = (
        nothing_else  # of the sort beside: the outcomes that it reads besides the question's own
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        starts.NAME,
        starts.CHANGED,
        "Is an effect found on days on which no programme can have acted?",
        "beside",
        starts.placebo_start,
        starts.fits,
        decides=True,
    ),
    Kind(
        negative_controls.NAME,
        negative_controls.CHANGED,
        "Does the programme seem to move what it cannot?",
        "beside",
        negative_controls.negative_controls,
        negative_controls.fits,
        decides=True,
        enough=negative_controls.enough,
        reads=negative_controls.controls_of,
    ),
    Kind(
        populations.NAME,
        populations.CHANGED,
        "Is more seen of those whom the programme never reached than it can explain?",
        "beside",
        populations.negative_population,
        populations.fits,
    ),
    Kind(sites.NAME, sites.CHANGED, "Does one place carry the result?", "again", sites.leave_one_site_out, sites.fits),
    Kind(
        rival_definition.NAME,
        rival_definition.CHANGED,
        "Is the answer another by another definition?",
        "again",
        rival_definition.rival_definition,
        rival_definition.fits,
    ),
    Kind(follow_up.NAME, follow_up.CHANGED, "Does it last, and was it on record?", "again", follow_up.other_follow_up, follow_up.fits),
    Kind(
        regression_to_the_mean.NAME,
        regression_to_the_mean.CHANGED,
        "Would people who were chosen at their worst have got better by themselves?",
        "beside",
        regression_to_the_mean.run,
        regression_to_the_mean.fits,
        decides=True,
    ),
    Kind(
        surveillance.NAME,
        surveillance.CHANGED,
        "Were those served watched more closely?",
        "beside",
        surveillance.run,
        surveillance.fits,
        reads=surveillance.reads,
    ),
    Kind(
        informative_moves.NAME,
        informative_moves.CHANGED,
        "Are those who were left other people in one arm than in the other?",
        "beside",
        informative_moves.run,
        informative_moves.fits,
    ),
    Kind(
        linkage_by_arm.NAME,
        linkage_by_arm.CHANGED,
        "Is one arm found less often in the records than the other?",
        "again",
        linkage_by_arm.run,
        linkage_by_arm.fits,
    ),
    Kind(
        series_breaks.NAME,
        series_breaks.CHANGED,
        "Did a source change what it records?",
        "again",
        series_breaks.run,
        series_breaks.fits,
    ),
    Kind(
        rival_method.NAME,
        rival_method.CHANGED,
        "Do other methods that tell the same effect of the same people come to the same?",
        "again",
        rival_method.rival_method,
        rival_method.fits,
    ),
    Kind(
        specifications.NAME,
        specifications.CHANGED,
        "Does the answer hang on one of many defensible choices?",
        "again",
        specifications.specifications,
        specifications.fits,
    ),
    Kind(
        hidden_bias.NAME,
        hidden_bias.CHANGED,
        "How strong would something that nobody recorded have to be?",
        "again",
        hidden_bias.hidden_bias,
        hidden_bias.fits,
    ),
    Kind(losses.NAME, losses.CHANGED, "What could have become of those who were lost?", "again", losses.losses, losses.fits),
    Kind(
        linkage_scores.NAME,
        linkage_scores.CHANGED,
        "Do wrong links make the answer?",
        "again",
        linkage_scores.linkage_scores,
        linkage_scores.fits,
    ),
    Kind(
        not_analysed.NAME,
        not_analysed.CHANGED,
        "Is the answer the same for those who were not analysed?",
        "again",
        not_analysed.not_analysed,
        not_analysed.fits,
    ),
    Kind(
        false_adoption.DATE,
        false_adoption.DATED,
        "Is an effect found before anybody adopted?",
        "beside",
        false_adoption.placebo_date,
        false_adoption.fits_date,
        decides=True,
        enough=false_adoption.dated,
    ),
    Kind(
        false_adoption.PLACE,
        false_adoption.PLACED,
        "Would places that chance had picked show as much?",
        "again",
        false_adoption.placebo_place,
        false_adoption.fits_place,
    ),
)
CHALLENGES: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in KINDS})
