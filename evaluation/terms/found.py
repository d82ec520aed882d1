"""What was found, and what may be said: from the estimand to the finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from .money import Economics
from .plan import Question
from .seen import LedgerLine, Outcome
from .words import By, Licence, OutcomeUnit, Unit, Verdict
from .wrong import Problem

if TYPE_CHECKING:
    from .seen import Array


@dataclass(frozen=True, slots=True)
class Estimand:
    """The contrast that is estimated, in words that a reader can check against the design."""

    name: str  # "average_effect"
    contrast: str  # "difference in risk by 364 days"
    population: str  # "everybody whom the lot covered"
    plans: str  # "offered at the start, against not offered"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A condition that an answer rests on: what was seen, the limit it is held to, and whose limit that is."""

    name: str
    sentence: str  # what was looked at and seen, for a reader
    value: float
    limit: float | None  # None: shown, not judged
    holds: bool
    source: str  # author and year, or the rule, of the limit
    required: bool = True  # when it fails, the question is not answered
    detail: Mapping[str, float] = field(default_factory=dict)  # by covariate, arm or reason
    behind: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by covariate or reason: counts of people it would give away


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The places of a comparison in which one row may stand more than once; (m,) arrays."""

    row: Array  # int: whose, as a place in the order of the cohort
    set: Array  # int: who stands beside whom
    weight: Array  # float


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """How weights hang on p numbers that were estimated from the same people, so that an effect can count the error of that."""

    slopes: Array  # (n, p) float: by how much each row's weight grows with each number; 0 where not kept
    influence: Array  # (n, p) float: what each row adds to the error of each number; the columns add to 0


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Weights that change as the days go by, where people are followed for as long as they keep to a strategy; (m,) arrays."""

    row: Array  # int: whose, as a place in the order of the cohort; steps of a row follow one another from day 0 on
    first: Array  # int: the step's first day since the start
    stop: Array  # int: its first day no more; of the last step of a row, the day from which nothing of it is read
    weight: Array  # float, above 0


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Who is compared with whom, found without outcomes; (n,) arrays in the order of the cohort.

    The weights of each arm add to the number of people whom the effect is about (in the overlap: to how much they overlap).
    """

    estimand: Estimand
    kept: Array  # bool
    weights: Array  # float; 0 where not kept
    clusters: Array | None = None  # int
    blocks: Array | None = None  # int
    sets: Array | None = None  # int: who is matched with whom; -1 where not kept; None: nobody is, or one row stands in several sets
    score: Array | None = None  # float: the linear propensity score; NaN where somebody has none
    diagnostics: tuple[Diagnostic, ...] = ()
    places: Places | None = None  # where one row stands in several sets: `weights` are the sums over its places
    learned: Learned | None = None  # where weights were estimated
    steps: Steps | None = None  # where weights change as the days go by: `weights` are those of day 0
    history: Mapping[str, Array] | None = None  # each (n,) float: completed, where values were imputed; None: the cohort's own
    imputed: tuple[Comparison, ...] = ()  # one within each completed history, where values were imputed; this one is the first of them


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval and the formula it is by."""

    low: float
    high: float  # limits are -inf and inf where none can be trusted, and `by` says why
    by: str  # "HC2, Welch-Satterthwaite"

    @property
    def given(self) -> bool:
        """Whether there are limits at all."""
        return not (self.low == float("-inf") and self.high == float("inf"))

    def excludes(self, value: float) -> bool:
        """Whether `value` lies outside."""
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Ratio:
    """The served over the compared, with its interval on the scale of the ratio: of means, of hazards or of rates."""

    name: Literal["risk ratio", "ratio of means", "hazard ratio", "subdistribution hazard ratio", "rate ratio"]
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Weighed:
    """How the rows of an arm weigh, where they weigh differently or one person stands in several."""

    rows: int  # with weight
    rest: int  # different people with a row seen to its end without the event, or with no amount
    worth: float  # how many people of equal weight those with the event, or those without it, are worth, whichever is fewer (Kish 1965)


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of the contrast: how many people, how many with the event (None for an amount), and the mean or share."""

    people: int
    events: int | None
    mean: float  # weighted, where rows weigh differently
    some: int | None = None  # of an amount: how many have any
    closest: float | None = None  # of an amount: how near the largest can be guessed from outside, as a share of it
    weighed: Weighed | None = None  # None: each row is somebody else, and those of a block weigh the same
    areas: int | None = None  # where units are areas: how many; `people` is then how many live there, 0 where nobody knows


@dataclass(frozen=True, slots=True)
class Course:
    """How an event came about in one arm, at a few days on the way to the horizon; all tuples are of one length."""

    served: bool
    days: tuple[int, ...]  # by the end of so many days
    risk: tuple[float, ...]  # or, of events that come again, how many a person has had
    low: tuple[float, ...]  # 95 % limits, each day by itself
    high: tuple[float, ...]
    people: tuple[int, ...]  # still followed and without the event at the end of those days
    events: tuple[int, ...]  # people with the event by then
    competing: tuple[int, ...]  # people with an end that rules the event out, by then


@dataclass(frozen=True, slots=True)
class PathPoint:
    """The effect at one time since adoption or start, in periods; below 0, what differed before there could be one."""

    since: int
    effect: float
    low: float  # 95 % limits, this time by itself
    high: float
    band_low: float  # 95 % limits of the whole path at once
    band_high: float
    units: int  # that adopted, behind the number
    reference: bool = False  # the time that the others are held against: its effect is 0 by construction


@dataclass(frozen=True, slots=True)
class Other:
    """The same question answered by another estimator, shown beside and never chosen from."""

    name: str  # "two-way fixed effects"
    effect: float
    interval: Interval | None  # None: none that could be trusted


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect with its uncertainty and the conditions it rests on, in the outcome's unit (shares for people)."""

    estimand: Estimand
    effect: float
    std_error: float
    interval: Interval
    p_value: float  # two-sided, of no effect, by the same formula as the interval
    served: Arm
    compared: Arm
    beside: tuple[Interval, ...] = ()  # other formulas for the same effect
    diagnostics: tuple[Diagnostic, ...] = ()
    ratio: Ratio | None = None  # None: not asked of this method, or an arm whose mean is 0 or below
    hazards: tuple[Ratio, ...] = ()  # shown beside the effect, never instead
    course: tuple[Course, ...] = ()  # of the served and of the compared, where times are told
    path: tuple[PathPoint, ...] = ()  # the effect by time since adoption, where periods are told
    others: tuple[Other, ...] = ()  # other estimators, side by side
    periods: str = ""  # what a period is, where the effect is one of a period: "quarter"
    economics: Economics | None = None  # of costs: who pays, and what one more unit of an outcome costs


@dataclass(frozen=True, slots=True)
class Provenance:
    """Same three, same bytes."""

    study: str  # digest
    records: str  # digest
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question: an estimate, or the reasons why there is none."""

    question: Question
    outcome: Outcome
    ledger: tuple[LedgerLine, ...]
    provenance: Provenance
    time_zero: Literal["built", "taken on trust"]
    estimate: Estimate | None = None
    diagnostics: tuple[Diagnostic, ...] = ()  # of the comparison and of the estimate
    refused: tuple[Problem, ...] = ()
    by: By = "offer"  # what decided who is served: only a lot licenses a causal verb, so silence does not
    unit: Unit = "person"  # what is studied: of areas, a number is no count of people
    adapted: tuple[str, ...] = ()  # in what its clocks differ from those that the authority lays the definition on


@dataclass(frozen=True, slots=True)
class Tried:
    """One way in which a question was asked again, as a line of a picture; NaN where there is no number."""

    label: str
    effect: float
    low: float  # 95 % limits
    high: float
    own: bool = False  # the study's own answer, that the others are held against
    why_not: str = ""  # why there is no number; never leaves the county


@dataclass(frozen=True, slots=True)
class Challenge:
    """What became of an answer when one thing in its study was changed."""

    name: str
    changed: str  # what was changed, in a noun phrase: "the first day, a year earlier"
    sentence: str  # what came of it; internal, since it may hold small counts
    diagnostics: tuple[Diagnostic, ...]
    tried: tuple[Tried, ...] = ()  # for the picture: the study's own answer and those of the changed study
    expected: float | None = 0.0  # where an answer free of bias lies, such as 0 for a placebo; None: where the study's own does
    unit: OutcomeUnit = "people"  # that the numbers of `tried` are told in
    calibrated: Interval | None = None  # the study's own effect, its range widened and moved by the error that negative controls show


@dataclass(frozen=True, slots=True)
class GradePart:
    """What one published standard says of an answer, and by which of its rules."""

    standard: str  # "Maryland Scientific Methods Scale"
    rating: str  # in the standard's own word: "3", "Meets WWC standards with reservations", "low"
    why: str  # what in the artefacts decided, for a reader
    rule: str  # the rule that was applied, with its source and edition
    verified: bool  # the rule was read in the standard's own text, or is from memory
    raised_by: str = ""  # the one change that would raise it; empty: none would, or it is at the top


@dataclass(frozen=True, slots=True)
class Grade:
    """How strong the evidence of an answer is: which words it may use, what each standard says, and what one change would raise it."""

    licence: Licence
    why: str  # what decided the licence
    parts: tuple[GradePart, ...]
    raised_by: str = ""  # the one change that would raise the licence; empty at the top


@dataclass(frozen=True, slots=True)
class Said:
    """A number as a sentence prints it, and where it comes from."""

    text: str  # as it is printed: "9", "from 4 to 13"
    path: str  # "estimate.effect", "estimate.interval.low", "question.worthwhile"
    value: float  # before it was rounded and put on a base


@dataclass(frozen=True, slots=True)
class Settled:
    """What would turn "cannot tell yet" into an answer: a date, a sample or a record."""

    kind: Literal["date", "sample", "record"]
    people: int | None = None  # how many in all would do, as many served for each compared as now
    by: date | None = None  # when so many will have been followed, if people go on to come as they have
    record: str = ""  # which record would do


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table that may leave the county, with every count it shows or gives away; a count has one name wherever it stands."""

    name: str
    title: str
    population: str  # whom it describes
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    counts: Mapping[str, int]  # counts of people, by name
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (total, its parts)
    behind: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)  # (row, column): counts it would give away


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict in words, with the answer it rests on.

    `str(finding)` is one honest breath, and a second on how far it can be believed where no lot made the groups alike.
    """

    title: Mapping[str, str]
    verdict: Verdict
    pending: Verdict  # what a provisional verdict becomes if the challenges leave it standing; else the verdict itself
    sentences: Mapping[str, str]  # by language
    answer: Answer
    believed: Mapping[str, str] = field(default_factory=dict)  # how far it can be believed, by language; of what no lot decided
    grade: Grade | None = None
    challenges: tuple[Challenge, ...] = ()  # that the answer was put to
    settled_by: Settled | None = None  # of "cannot tell yet": what would settle it
    corrected: int = 1  # how many questions of its family its claim was corrected for; 1: it stands alone
    numbers: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)  # by language: each number of its sentences, and where it comes from

    def __str__(self) -> str:
        return "\n".join(said["en"] for said in (self.sentences, self.believed) if "en" in said)
