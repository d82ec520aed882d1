"""The vocabulary of the project: every type that travels from one room to the next. Imports nothing of ours.

Read this module first; it is the glossary, in the order of the road: what may go wrong, what a design says, what counts as
better off, who is studied, who is compared with whom, what was found, what may be said.

Days are whole numbers since 1970-01-01 and every interval is half-open, [first, last), wherever a day is a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the command line imports this module on every call: numpy would cost it a tenth of a second
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in four parts; never a value of a person's row."""

    where: str  # file and line, table and column, or question
    found: str  # what is there
    right: str = ""  # what would be right
    remedy: str = ""  # what to do

    def __str__(self) -> str:
        return f"{self.where}: " + " ".join(part for part in (self.found, self.right, self.remedy) if part)


class Refused(Exception):
    """Input that cannot be used.  Carries every problem found, so that one round of mending is enough."""

    def __init__(self, *problems: Problem):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


Unit = Literal["person", "child", "family", "area"]
Which = Literal["first", "last", "every"]
Clock = Literal["eligibility", "service"]
Reducer = Literal["count", "any", "days", "sum", "last", "days_since"]
Role = Literal["headline", "secondary", "exploratory"]
By = Literal["lot", "offer"]
InferenceBy = Literal["robust", "cluster", "exact"]
EstimandName = Literal["average_effect", "effect_on_the_served"]
Kind = Literal["amount", "mark", "state", "rate"]
Form = Literal["starts", "panel", "strategies"]
Policy = Literal["cms_11"]
Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Starts:
    """The events that start a person's clock.  `which` chooses among those inside the years studied."""

    event: tuple[str, ...]  # kinds of event, as the table `event` holds them; any of them starts a clock
    which: Which = "first"  # for each person; "every" gives a person several clocks


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The enrolment that shows that an offer was taken up, within so many days of the start."""

    enrolment: str  # a programme, as the table `service` holds it
    within_days: int  # from the day of the start; 0 is that day alone


@dataclass(frozen=True, slots=True)
class Assigned:
    """How people came to be offered the programme: by a lot (chance alone decided) or by an offer (somebody did).

    `offered` and `withheld` are kinds of event on the day of the start or up to `days_before` days before it, so that both
    arms are on record and nobody is assigned by what happened later.  `blocks` are person columns within which lots were drawn.
    """

    by: By  # a lot, or an offer that somebody made
    offered: str  # the kind of event of those who were offered the programme
    withheld: str  # the kind of event of those who were not
    days_before: int = 0  # how long before the start the assignment may be on record
    blocks: tuple[str, ...] = ()  # columns of `person`; arms are compared within them
    taken_up: TakeUp | None = None  # shows who took the offer up; nobody is compared by it


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """Who is studied and the day each clock starts, as a design declares it."""

    starts: Starts  # the events that start a clock
    between: tuple[date, date]  # first and last day on which a clock may start, both inclusive
    clock: Clock  # whether it starts when people become eligible, or when they are served
    assigned: Assigned  # who was offered the programme, and who decided
    unit: Unit = "person"  # whose clock it is
    ages: tuple[int, int] | None = None  # completed years at the start, both inclusive
    washout_days: int = 0  # no starting event in so many days before the start
    lookback_days: int = 0  # the sources of the history and the washout must reach back so many days
    sources: tuple[str, ...] = ()  # whose coverage bounds what is seen; empty: every source, but a list that holds only the arms
    cluster: tuple[str, ...] = ()  # people who share luck: "family", "area"


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """One column of what came before: `reduce` over [start - days, start), never the start day itself."""

    name: str  # what the column is called
    table: Literal["event", "spell"]  # what it is read from
    kind: tuple[str, ...]  # kinds of that table's rows; any of them
    reduce: Reducer  # how many, whether any, days inside, sum or last of the values, days since the last
    days: int  # how far back


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long each person is followed: calendar months (official definitions) or days; exactly one is given."""

    days: int | None = None  # the day of the start is day 0
    months: int | None = None  # by the calendar

    def __str__(self) -> str:
        return f"{self.days} days" if self.months is None else f"{self.months} months"


@dataclass(frozen=True, slots=True)
class Inference:
    """How uncertainty is measured: robust to unequal spread, clustered, or exact."""

    by: InferenceBy = "robust"  # exact: by drawing the lots again


@dataclass(frozen=True, slots=True)
class Question:
    """One outcome asked of one cohort by one method.

    `worthwhile` is the smallest difference worth having, signed in the direction of better, in the outcome's unit
    (a share between -1 and 1, days, or dollars).
    """

    outcome: str  # a name that `betteroff list` shows
    horizon: Horizon  # how long each person is followed
    method: str  # a name that `betteroff list` shows
    worthwhile: float  # the smallest difference worth having
    cohort: str = "main"  # whom it is asked of: the name of a [cohort.<name>]
    estimand: EstimandName = "average_effect"  # whose effect: of everybody assigned, or of the served
    role: Role = "headline"  # a study stands for one headline
    inference: Inference = Inference()  # a table with `by`

    @property
    def name(self) -> str:
        """A short name that is unique in a study and safe in a file name."""
        words = f"{self.cohort} {self.outcome} {self.horizon} {self.method}"
        return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in words)


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What may leave: the disclosure policy and the languages of the sentences."""

    policy: Policy = "cms_11"  # no count of 1 to 10 people, nor any that gives one away
    languages: tuple[Language, ...] = ("en",)  # each needs a title in it


@dataclass(frozen=True, slots=True)
class Study:
    """A whole design: read from one file, checked, and known by its digest."""

    title: Mapping[str, str]  # by language
    county: str  # a short name: small letters, digits and _
    programme: str  # a short name
    cohorts: Mapping[str, CohortPlan]  # who is studied: one [cohort], or several by name
    questions: tuple[Question, ...]  # what is asked, each as [[question]]
    source: str = ""  # the document that asks the question
    history: tuple[HistoryColumn, ...] = ()  # what came before each start, each column as [[history]]
    release: ReleasePlan = ReleasePlan()  # what may leave, and in which languages
    digest: str = ""  # sha256 of all that is declared; set by `study.load`


@dataclass(frozen=True, slots=True)
class Outcome:
    """A versioned, citable definition of better off: what is measured, for whom, on whose authority, and what it misses."""

    name: str  # "recidivism/arrest": family and version
    kind: Kind
    title: Mapping[str, str]  # by language; a noun phrase: "arrest after release"
    event: Mapping[str, str]  # by language; completes "fewer people were ..." or "fewer ...": "arrested", "days in jail"
    better: Literal["fewer", "more"]
    why_better: str
    table: Literal["event", "spell", "cost"]
    kinds: tuple[str, ...]  # the kinds of event or spell, or the services costed; empty: every service
    unit: Literal["people", "days", "dollars"]
    universe: str  # which event opens the clock in the official definition
    authority: str
    verified: bool  # read in the authority's own text, or from memory
    not_counted: str  # what the definition cannot see
    from_day: int = 1  # same-day order is unknown, so marks count from the day after the start
    competing: tuple[str, ...] = ("death",)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One rule of the attrition ledger: how many person-starts it took, and how many are left."""

    rule: str
    lost: int
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Who is studied: one row per person-start, with what came before it and how the rest were lost.

    The rows themselves stay in the engine, in `table`; the arrays here are what a method reads, all of length n and in
    the order of `start_id`.
    """

    name: str
    form: Form
    unit: Unit
    table: str  # the engine's table; empty for a cohort from a frame
    start_id: Array  # (n,) int: 1..n
    served: Array  # (n,) bool: assigned to the programme
    history: Mapping[str, Array]  # each (n,) float; NaN where a last value or days since has none
    ledger: tuple[LedgerLine, ...]
    by: By  # what decided who is served
    clusters: Array | None = None  # (n,) int
    blocks: Array | None = None  # (n,) int
    taken_up: Array | None = None  # (n,) bool
    time_zero: Literal["built", "taken on trust"] = "built"

    def __len__(self) -> int:
        return len(self.start_id)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The first mark on each clock: the day it ended, and why; (n,) arrays in the order of the cohort.

    `why` is one of: mark, death, horizon, moved, records end.  Every `why` but mark and death ends on the last day seen.
    """

    day: Array  # int: days since the start
    why: Array  # str
    whole: Array  # bool: watched to the horizon, whatever ended the clock before it
    same_day: Array  # bool: an event on the day of the start, which is not counted, for its order is unknown


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """What each clock adds up to over a window, and how many days of the window were watched; (n,) arrays."""

    amount: Array  # float, in the outcome's unit
    seen_days: Array  # int
    window_days: Array  # int


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
class Comparison:
    """Who is compared with whom, found without outcomes; (n,) arrays in the order of the cohort."""

    estimand: Estimand
    kept: Array  # bool
    weights: Array  # float; 0 where not kept
    clusters: Array | None = None  # int
    blocks: Array | None = None  # int
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval and the formula it is by."""

    low: float
    high: float
    by: str  # "HC2, Welch-Satterthwaite"

    def excludes(self, value: float) -> bool:
        """Whether `value` lies outside."""
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of the contrast: how many, how many with the event (None for an amount), and the mean or share."""

    people: int
    events: int | None
    mean: float
    some: int | None = None  # of an amount: how many have any
    closest: float | None = None  # of an amount: how near the largest can be guessed from outside, as a share of it


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


@dataclass(frozen=True, slots=True)
class Challenge:
    """What became of an answer when one thing in its study was changed."""

    name: str
    changed: str
    sentence: str
    diagnostics: tuple[Diagnostic, ...]


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


Verdict = Literal["better", "worse", "no difference that matters", "cannot tell yet", "not answered", "provisional"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict in words, with the answer it rests on.  `str(finding)` is one honest breath."""

    title: Mapping[str, str]
    verdict: Verdict
    pending: Verdict  # what a provisional verdict becomes if the challenges leave it standing; else the verdict itself
    sentences: Mapping[str, str]  # by language
    answer: Answer

    def __str__(self) -> str:
        return self.sentences["en"]
