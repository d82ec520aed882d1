"""Who enrols in a grace period, and when: the chance of each day, and what a clone weighs for as long as it is kept to its strategy.

Among people who have not enrolled, whose clock has not ended and who are still seen, the chance of enrolling on a day is a
regression on the history as it stood when it was last read, and on the stretch of the grace period.  An event, or an end that rules
it out, ends the chance to enrol, or may: so those who had it are at risk of enrolling no longer.  That is why this is told where
outcomes are read, and not before: among everybody, those who had the event would pass for people who chose not to come.

    not to enrol    whoever keeps to it weighs 1 over the chance of having stayed away so long
    to enrol        on a day drawn as those who enrol within the grace period come: a day's chance is h* = h / H, where h is the
                    chance of that day and H the chance of any day from then to the last, both as the history tells on that day;
                    on the last day h* is 1 (Cain and others 2010; Wanis and others 2023).  Whoever has not come yet weighs
                    the product of (1 - h*) / (1 - h), and on the day they come h* / h

The other reading of "within so many days", that people come when they will and all the rest on the last day, gives those few who come
on the last day of themselves the weight of all the rest, 1 / h each: where few come on any one day, no number of people bears that.

Within a day, whatever ends a clock comes before an enrolment: a weight hangs on the days before alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.likeness import filled
from ...diagnostics.wording import people
from ...phrases import listed
from ...terms import NEVER, Clones, Problem, Refused, Steps

if TYPE_CHECKING:
    from ...terms import Array

FEWEST = 10  # enrolments: fewer tell of nobody who enrols; and as many for each stretch of the grace period told apart
MOST_STEPS = 100  # of Fisher's scoring, which takes about ten
CLOSE = 1e-10  # of the deviance, in proportion
STEEPEST = 5.0  # log hazards for each standard deviation of a column: nobody at one end of it ever enrols, or everybody at once


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """The person-starts, and how long each could have enrolled; (n,) arrays, in the order of `Clones.start`."""

    enrolled: Array  # int: the day of the enrolment, NEVER where none came in the grace period while the clock ran
    days: Array  # int: days of the grace period, from day 0 on, on which the person could enrol

    @classmethod
    def of(cls, clones: Clones, day: Array, ended: Array) -> Waiting:
        """From the end of each clone's clock: `day` (m,) int, `ended` (m,) bool by an event on that day, or else last seen on it."""
        first = np.unique(clones.start, return_index=True)[1]
        could = day[first] + np.where(ended[first], 0, 1)  # whatever ends a clock comes before an enrolment of the day
        came = clones.enrolled[first]
        enrolled = np.where((came < could) & (came <= clones.within), came, NEVER)
        return cls(enrolled, np.minimum(np.where(enrolled == NEVER, could, enrolled + 1), clones.within + 1))

    @property
    def came(self) -> Array:
        """(n,) bool: enrolled in the grace period."""
        return np.asarray(self.enrolled != NEVER)


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """How likely people are to enrol on each day of the grace period, as cumulative hazards: 1 - exp(-m) is the chance of a day.

    (n, g + 1) arrays of n person-starts and days 0 to g.
    """

    today: Array  # float: of the day, given the history as it was last read
    ahead: Array  # float: of the day and all that follow in the grace period, were the history to stay as it is
    parameters: int  # numbers estimated to tell them

    @property
    def stays(self) -> Array:
        """(n, g + 2): the weight of not having enrolled before each day, under the strategy not to; 1 on day 0."""
        return _before(np.cumsum(self.today, axis=1))

    @property
    def waits(self) -> Array:
        """(n, g + 1): the weight of not having enrolled before each day, under the strategy to enrol."""
        drawn = np.exp(-self.today) * -np.expm1(-(self.ahead - self.today)) / -np.expm1(-self.ahead)  # 1 - h*, without cancellation
        with np.errstate(divide="ignore"):
            return _before(np.cumsum(np.log(drawn) + self.today, axis=1))[:, :-1]

    @property
    def comes(self) -> Array:
        """(n, g + 1): h* / h, the factor of enrolling on each day."""
        return np.asarray(1 / -np.expm1(-self.ahead))


def _before(logs: Array) -> Array:
    """(n, d + 1): the product of all that came before each of d days, from sums of logarithms (n, d) up to and on each."""
    return np.exp(np.concatenate([np.zeros((len(logs), 1)), logs], axis=1))


def chances(clones: Clones, waiting: Waiting, where: str) -> Chances:
    """The chance of enrolling on each day: a binomial regression with a complementary log-log link of the days on which people could.

    A row is a person-start and a stretch between two readings of the history; stretches with fewer than FEWEST enrolments are told
    as one with the next.  Within a stretch each day has one chance.  Refuses fewer than FEWEST enrolments, and a column by which
    some could never enrol.
    """
    came = int(waiting.came.sum())
    if came < FEWEST:
        found = f"{people(came)} people enrol in the {clones.within + 1} days in which they may, and their clock had not ended."
        raise Refused(Problem(where, found, f"Who enrols is told from {FEWEST} or more.", "Lengthen the grace period, or study more people."))
    low = np.array(clones.read_on)
    high = np.append(low[1:], clones.within + 1)
    trials = np.clip(waiting.days[:, None] - low, 0, high - low)
    enrols = (waiting.enrolled[:, None] >= low) & (waiting.enrolled[:, None] < high)
    stretch = _stretches(enrols.sum(axis=0))
    first = np.unique(clones.start, return_index=True)[1]
    columns = _standardised({name: column[first] for name, column in clones.later.items()}, trials)
    X = np.stack([*((stretch == k) * np.ones((len(first), 1)) for k in range(int(stretch.max()) + 1)), *columns.values()], axis=2)
    slopes = _fitted(X, enrols, trials, list(columns), where)
    k = int(stretch.max()) + 1
    by_day = np.repeat(np.arange(len(low)), high - low)
    base = np.exp(slopes[:k])[stretch[by_day]]  # of each day, for somebody of average history
    later = np.cumsum(base[::-1])[::-1]
    relative = np.exp(X[:, :, k:] @ slopes[k:])[:, by_day]
    return Chances(relative * base, relative * later, len(slopes))


def _stretches(enrolments: Array) -> Array:
    """(k,) int: which readings are told as one stretch, so that each has FEWEST enrolments; the last may be joined to the one before."""
    label, held = np.zeros(len(enrolments), dtype=np.int64), 0
    now = 0
    for place, count in enumerate(enrolments):
        label[place] = now
        held += int(count)
        if held >= FEWEST:
            now, held = now + 1, 0
    last = int(label[-1])
    if held and label[-1] == now and last > 0:
        label[label == last] = last - 1
    return label


def _standardised(later: Mapping[str, Array], trials: Array) -> dict[str, Array]:
    """The columns (n, k) in standard deviations of those who could enrol; one that never varies tells nothing and is left out."""
    shape, could = trials.shape, trials > 0
    found = {}
    for name, column in filled({name: column.ravel() for name, column in later.items()}).items():
        there = column.reshape(shape)[could]
        deviation = float(there.std())
        if deviation > 0:
            found[name] = (column.reshape(shape) - float(there.mean())) / deviation
    return found


def _fitted(X: Array, enrols: Array, trials: Array, names: list[str], where: str) -> Array:
    """(p,) log hazards of a day, by maximum likelihood; columns that others make up share what they tell.

    The library begins where it will: from the mean chance of everybody its scoring may leave for infinity.
    """
    import statsmodels.api as sm  # not where strategies are only declared

    could = trials > 0
    came = enrols[could].astype(float)
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of overflow and of separation, which are looked for below
        fit = sm.GLM(np.column_stack([came, trials[could] - came]), X[could], family=family).fit(maxiter=MOST_STEPS, tol=CLOSE)
    slopes = np.asarray(fit.params, dtype=float)
    steep = [name for name, slope in zip(names, slopes[len(slopes) - len(names) :], strict=True) if not abs(slope) < STEEPEST]
    if steep or not fit.converged or not np.isfinite(slopes).all():
        told = listed([f"'{name}'" for name in steep or names])
        found = f"by {told} some people never enrol, or all do at once, so that nobody stands for them."
        raise Refused(Problem(where, found, "Everybody could keep to either strategy.", "Leave the column out of weights.on, or such people out."))
    return slopes


# ------------------------------------------------------------------------------------------------ weights
def steps(clones: Clones, served: Array, waiting: Waiting, chance: Chances, day: Array) -> Steps:
    """What each clone weighs, day by day in the grace period and from then on; (m,) clones: `served` bool, `day` int the end of the clock.

    `served` is the clone that is to enrol.  No step begins after the clock has ended, and none after the day on which the clone
    leaves its strategy.
    """
    start = np.unique(clones.start, return_inverse=True)[1]
    last = np.minimum(np.minimum(clones.within, waiting.enrolled[start]), day)  # the last day of one-day steps
    goes_on = (clones.kept_to > clones.within + 1) | (served & waiting.came[start])
    goes_on &= day > last
    many = last + 1 + goes_on
    row = np.repeat(np.arange(len(day)), many)
    first = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    final = first > last[row]
    weight = np.where(served[row], _to_enrol(chance, waiting, start[row], first, final), chance.stays[start[row], first])
    stop = np.where(final, NEVER, first + 1)
    return Steps(row, first, stop, weight)


def _to_enrol(chance: Chances, waiting: Waiting, start: Array, first: Array, final: Array) -> Array:
    """(m,) the weights of steps under the strategy to enrol: of those who have not come yet, and of those who have."""
    waits = chance.waits
    came = np.where(waiting.came, waiting.enrolled, 0)[start]
    return np.where(final, waits[start, came] * chance.comes[start, came], waits[start, np.minimum(first, waits.shape[1] - 1)])
