"""The measure in each arm when who is lost hangs on what was on record: whoever was followed stands for those like them who were not.

Inverse-probability-of-censoring weights (Robins and Rotnitzky 1992): a clock whose end is known counts w / G(T- | x), its weight in
the comparison over the chance that somebody with its history was still followed.  Assumes that, given that history, who is
lost and when has nothing to do with the event: whatever else drives both is a bias that no weight here takes away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..influence import Means
from .followed import Followed, followed
from .sought import Sought, by_the_end

if TYPE_CHECKING:
    from ...terms import Array, Question
    from ..standing import Rows
    from .reading import Reading

LEAST_CHANCE = 1e-3  # of having been followed: with less, and
LARGEST_SHARE = 0.1  # of an arm on one row, the answer would be that of one person
TENTH = 0.1  # of an arm, those least likely to be followed: as many as are told together where groups tell it (`censoring`)
UNREAD = 300.0  # a cumulative hazard beyond which no weight is held


def weighted(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question) -> Means:
    """The question's measure of both arms by the horizon; `columns` are not read: who is lost is told from the rows' history.

    Each arm's mean is that of Hajek, the weighted values over the weights.  What a row adds to its error counts that G was
    estimated, slopes and baseline, ties and all.  `Means.least` is the chance of being followed to the horizon of the tenth of an
    arm that was least likely to be.  Refuses clocks that are cut into stretches, and as `standing_for` does.
    """
    return _means(reading, rows, question, [Sought(question.measure, reading.horizon)])[0]


def weighted_at(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question, days: Sequence[int]) -> list[Means]:
    """The risk by the end of each of `days`, from one model of who is lost."""
    return _means(reading, rows, question, [by_the_end(reading, many) for many in days])


def one_stretch_each(reading: Reading, question: Question) -> None:
    """Refuses clocks that start late or go on in another row: a regression here needs each as one row from the start on."""
    if reading.entry is None or not (reading.entry >= 0).any():
        return
    found = f"{int((reading.entry >= 0).sum()):,} of {len(reading):,} rows are read from a later day than the start on."
    right = "Regressions of this kind read each clock as one row, from day 0 on."
    raise Refused(Problem(f"{where(question)}: estimator", found, right, "Ask for the difference, with losses that weigh the same."))


def where(question: Question) -> str:
    """The question, for messages."""
    return f"question '{question.outcome}' by {question.method}"


def _means(reading: Reading, rows: Rows, question: Question, sought: Sequence[Sought]) -> list[Means]:
    one_stretch_each(reading, question)
    arms = (rows.served, ~rows.served)
    models = [followed(reading.of(there), rows.of(there), question) for there in arms]
    found = []
    for each in sought:
        means, parts, stands, least = [], [np.zeros(len(reading)) for _ in arms], np.zeros(len(reading)), 1.0
        for part, there, model in zip(parts, arms, models, strict=True):
            own = Sought(each.measure, each.horizon[there])
            mean, part[there], stands[there], chance = _arm(reading.of(there), rows.weights[there], model, own, question)
            means.append(mean)
            least = min(least, chance)
        found.append(Means(means[0], means[1], parts[0], parts[1], stands, least, (parts[0], parts[1])))
    return found


def _arm(arm: Reading, w: Array, model: Followed, sought: Sought, question: Question) -> tuple[float, Array, Array, float]:
    """The mean of an arm, what each row adds to its error, what each stands for, and the least chance of being followed."""
    stands, least = standing_for(w, model, arm, sought, question)
    total = stands.sum()
    Y = np.where(stands > 0, sought.value(arm.day, arm.cause), 0.0)
    mean = float((stands * Y).sum() / total)
    own = stands * (Y - mean) / total
    return mean, own + model.pull(own, sought.known(arm.day)), stands, least


def standing_for(w: Array, model: Followed, arm: Reading, sought: Sought, question: Question) -> tuple[Array, float]:
    """(n,) what each row of an arm stands for, 0 where its value is not known; and the least chance of being followed to the end.

    The latter is the mean over the tenth of the arm that was least likely to be.  Refuses an arm with no value known, and one in
    which one row would stand for a tenth of all, having had next to no chance.
    """
    counts = seen(arm, sought)
    if not counts.any():
        raise Refused(Problem(where(question), "nobody in one of the arms was followed to an end.", remedy="Ask about a shorter horizon."))
    spent = np.minimum(model.spent(sought.known(arm.day)), UNREAD)
    stands = np.where(counts, w * np.exp(spent), 0.0)
    if (counts & (spent > -np.log(LEAST_CHANCE)) & (stands > LARGEST_SHARE * stands.sum())).any():
        found = f"somebody followed to an end had a chance of less than 1 in {1 / LEAST_CHANCE:,.0f} to be, and would stand for a tenth of an arm."
        remedy = "Ask about a shorter horizon, or name fewer columns in censored.on."
        raise Refused(Problem(f"{where(question)}: censored", found, remedy=remedy))
    chance = np.exp(-model.spent(sought.horizon - 1))
    lowest = np.argsort(chance, kind="stable")[: max(1, round(TENTH * len(chance)))]
    return stands, float(np.average(chance[lowest], weights=w[lowest]))


def seen(arm: Reading, sought: Sought) -> Array:
    """(n,) bool: clocks whose value is known, since they were followed to their end or to the last day that counts."""
    return np.asarray(~arm.lost | (arm.day >= sought.horizon - 1))
