"""How one place, or a few that change on one day, will be told, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..terms import CohortPlan, EstimatorName, Question, Study
from .declared import each_period, quoted, within

SYNTHETIC: Mapping[EstimatorName, str] = {
    "synthetic_control": "Places without the programme are weighed, by weights of 0 or more that add to 1, until together they run as the place did "
    "before the day (synthetic control: Abadie, Diamond and Hainmueller 2010).",
    "augmented_synthetic_control": "Places without the programme are weighed until together they run as the place did before the day, and what they "
    "still miss is made up for by a ridge regression (augmented synthetic control: Ben-Michael, Feller and Rothstein 2021).",
    "synthetic_did": "Places without the programme, and periods before the day, are weighed until together they run alongside the place, and the "
    "difference in differences is taken with these weights (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021).",
}


def steps_of_series(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    yield "The places that come under the programme do so on one day; with several days, or with places that leave it again, the question is refused."
    if question.estimator in SYNTHETIC:
        yield SYNTHETIC[question.estimator]
        if question.adjust == "regression":
            yield f"The columns {quoted((column.name for column in study.history), 'and')} are to be matched as well."
        yield f"Over {within(question.horizon)} from the day on, what is seen is held against that synthetic place, in whole periods."
        yield (
            "The same recipe is laid on each place that the programme did not reach, as though it had: where the true place stands among them is the "
            "p-value, and the 95 % interval turns that round.  With fewer than 19 such places no interval is told."
        )
        yield "The other recipes, and the plain difference in differences, stand beside it, never in its place."
    else:
        yield from _interrupted(question)
    yield f"The answer is {each_period(plan)}{f', for every {question.so_many:,} people' if question.so_many != 1 else ''}."
    yield "Beside it stands the gap by period, each with its own range and with a band that holds for all of them at once."


def _interrupted(question: Question) -> Iterator[str]:
    if question.estimator == "comparative_interrupted":
        yield "Places without the programme are averaged into one series, which is taken off that of the places with it, period by period."
    else:
        yield "No other place is compared, so that the series by itself is weak evidence: whatever else changed on that day is in it."
    yield (
        f"A line is laid through the periods before the day and another from it on; over {within(question.horizon)} what lies between the second and "
        "the first continued is the answer."
    )
    yield (
        "Errors hang together from one period to the next, as the series itself shows, by restricted likelihood averaged over how strongly; "
        "where it is "
        "too short, or hangs together too much, no interval is told."
    )


def held_of_series(question: Question) -> Iterator[str]:
    """The conditions of one question beside those of the records, by name."""
    yield from ("series_places", "gaps_in_series")
    if question.estimator in SYNTHETIC:
        yield from ("donor_weights", "fit_before", "extrapolation", "placebo_in_space", "placebo_in_time", "leave_one_donor_out")
    else:
        yield from ("series_evidence", "series_changes")
