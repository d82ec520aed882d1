"""What a design asks, and how it is answered: each question, the ways of comparing, what may leave, and the study that holds it all.

The words of a design file are the fields of these types; docs/design_files.md is written from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from .studied import CohortPlan, HistoryColumn
from .words import (
    Adjust,
    AdjustedBy,
    Aggregate,
    Basis,
    CaliperUnit,
    CompareBy,
    Correction,
    Discard,
    DistanceBy,
    EstimandName,
    EstimatorName,
    Gate,
    InferenceBy,
    Language,
    Left,
    Measure,
    MissingRule,
    OrderBy,
    Perspective,
    Policy,
    Pool,
    Role,
    ScoreBy,
    TimeScale,
    UnitWeights,
)


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long each person is followed: calendar months (official definitions) or days; exactly one is given."""

    days: int | None = None  # the day of the start is day 0
    months: int | None = None  # by the calendar

    def __str__(self) -> str:
        number, unit = (self.days, "day") if self.months is None else (self.months, "month")
        return f"{number} {unit}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Inference:
    """How uncertainty is measured.

    robust: to unequal spread and to whatever hangs together, such as a matched set and a person; cluster: and by a declared cluster.
    """

    by: InferenceBy = "robust"  # exact: by drawing lots again; set or person: by one of them alone


@dataclass(frozen=True, slots=True)
class Censored:
    """Which endings only hide what came later, so that people like those who left, and were still followed, can stand for them."""

    reasons: tuple[Left, ...] = ()  # empty: every way of being lost from sight; another way then refuses the question
    adjust: Adjust = "ipcw"  # those followed are weighted by their chance of being so, given their history; or weigh the same
    on: tuple[str, ...] = ()  # columns of the history that tell who leaves; empty: all of them


@dataclass(frozen=True, slots=True)
class Caliper:
    """The largest gap between two people in one column of the history."""

    within: float  # inclusive
    unit: CaliperUnit = "raw"  # the column's own; or its standard deviation over everybody, or pooled within the arms


@dataclass(frozen=True, slots=True)
class Matching:
    """How the people compared are chosen among those who could be, or weighted."""

    by: CompareBy = "matching"  # the nearest; or another way, of those below
    on: tuple[str, ...] = ()  # columns of the history in which people are to be alike; empty: all of them
    categories: tuple[str, ...] = ()  # of those, columns whose values are codes: each code is a column of its own
    missing: MissingRule = "indicator"  # a value that nobody recorded: a column says where; or the question is refused; or values are imputed
    imputations: int = 20  # with missing = "impute": in how many completed histories people are matched
    score: ScoreBy = "regression"  # of being served: a logit regression, or trees fitted to some people and used for others
    distance: DistanceBy = "logit"  # what nearest means: by the score's logit, the score, all columns together, or a column of one's own
    column: str = ""  # with distance = "column": that column of the history
    ratio: int = 1  # at most so many people for each served person
    fewest: int = 0  # with a ratio that varies: at least so many for each; 0: it does not vary
    most: int = 0  # and at most so many
    reuse: int | None = None  # how often one person may be compared, all their rows together; 0: any number; left out: each row once
    order: OrderBy = "largest"  # who chooses first: by the score, or by the gap
    caliper: float = 0.2  # the largest gap in the score's logit, or the score; 0: any
    unit: CaliperUnit = "sd"  # of that gap: standard deviations over everybody, pooled within the arms, or the score's own
    calipers: Mapping[str, Caliper] = field(default_factory=dict, hash=False)  # by column: { age = { within = 5 } }
    exact: tuple[str, ...] = ()  # columns of the history in which people compared agree
    unlike: tuple[str, ...] = ()  # columns of the history in which they differ
    discard: Discard = "none"  # whose score lies beyond every score of the other arm: set aside those served, those compared, or both
    bins: Mapping[str, int] = field(default_factory=dict, hash=False)  # coarsened: so many cells of equal width
    quantiles: Mapping[str, int] = field(default_factory=dict, hash=False)  # coarsened: so many cells of equally many people
    cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict, hash=False)  # coarsened: where the cells part
    one_to_one: bool = False  # coarsened: pairs inside the cells
    subclasses: int = 6  # cells of the score that hold equally many of those whom the answer is about
    tolerance: float = 0.1  # the largest standardised difference that is allowed
    moments: int = 1  # what weights balance: means; 2: and squares
    trim: float = 0.0  # people whose chance of being served is below this, or that far from certain, are set aside
    subgroups: tuple[str, ...] = ()  # columns of the history by whose values likeness is shown


@dataclass(frozen=True, slots=True)
class Concurrent:
    """What else changed, where and when: a law, a fire, another programme.  Shown beside every effect that spans its day."""

    policy: str  # its short name
    begins: date  # its first day
    ends: date | None = None  # its last day; left out: it goes on
    where: tuple[str, ...] = ()  # areas; empty: everywhere, so that it takes nobody's comparison away but may act otherwise on some
    verified: bool = False  # whether the day was read in the authority's own text


@dataclass(frozen=True, slots=True)
class Target:
    """What a population is to come to: by so much a year from a first level on."""

    each_year: float  # -0.1: ten per cent fewer each year than the year before
    since: date  # the period that holds this day has the first level
    error: float = 0.0  # of a count, such as a point-in-time count: its standard error, as a share of it


@dataclass(frozen=True, slots=True)
class Money:
    """In which money a cost is told: whose, of which year, and whether a day less is worth the average or what is truly saved."""

    price_year: int  # the year whose dollars are told; prices of other years are brought to it
    book: str = ""  # a book of the table `unit_cost`; left out: the priced lines of the records as they stand
    basis: Basis = "average"  # what a unit costs all in all; or what one more or less changes this year; or once staff and wards follow
    perspective: Perspective = "government"  # whose money counts: the county's, any government's, or anybody's
    discount: float = 0.03  # a dollar a year later is worth so much less


@dataclass(frozen=True, slots=True)
class NegativeControl:
    """Something that happens to people and that the programme cannot move: a difference in it is a warning."""

    outcome: str  # a name that `betteroff list` shows, such as "control/insect_bite"
    why: str = ""  # why this programme cannot move it


UNNAMED = ("caliper", "on", "categories", "calipers", "exact", "unlike", "bins", "quantiles", "cuts", "subgroups")  # in no question's name


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
    estimand: EstimandName = "average_effect"  # whose effect: of everybody, the served, the compared, or those who might as well be either
    compare: Matching | None = None  # by matched: how the people compared are chosen; left out: one each, within 0.2
    estimator: EstimatorName = "difference"  # of means; or they are adjusted by a regression; or doubly robust
    measure: Measure = "risk"  # of an event by survival: its risk by the horizon, mean days free of it or lost to it, or how often it happens
    time: TimeScale = "calendar"  # by survival: every day counts, or those at risk alone (street time)
    competing: tuple[str, ...] = ()  # by survival: events after which the outcome cannot happen; empty: those of its definition
    censored: Censored = Censored()  # by survival and mean: a table with reasons, adjust, on
    adjust: AdjustedBy = "nothing"  # by did and series: how columns of the history enter
    compared: Pool = "not_yet_treated"  # by did on the calendar: whom those that adopt are compared with
    anticipation: int = 0  # by did on the calendar: so many periods before adoption may already be moved
    aggregate: Aggregate = "simple"  # by did on the calendar: how effects by group and period become one number
    per: int | str = 1  # of units that are areas: the outcome of so many people; by mean: the outcome whose additional unit is priced
    money: Money | None = None  # of an outcome in dollars: a table with price_year, book, basis, perspective, discount
    weights: UnitWeights = ""  # of units that are areas: each weighs the same, or as many as live there
    path: int = 91  # by did on clocks of people's own: days of a period of the path before and after the start
    bandwidth: float = 0.0  # by threshold: how far from the cut-off people are read, in points of the score; 0: as the data say
    donut: float = 0.0  # by threshold: people this near the cut-off are left out
    target: Target | None = None  # by monitor: what the population is to come to
    role: Role = "headline"  # a study stands for one headline
    family: str = ""  # beside the headline: questions of one family are corrected together; left out: all that name none are one
    inference: Inference = Inference()  # a table with `by`

    @property
    def so_many(self) -> int:
        """Of how many people the outcome of an area is told."""
        return self.per if isinstance(self.per, int) else 1

    @property
    def priced(self) -> str:
        """The outcome whose additional unit is priced; empty where none is."""
        return self.per if isinstance(self.per, str) else ""

    @property
    def name(self) -> str:
        """A short name that is unique in a study and safe in a file name."""
        words = " ".join((self.cohort, self.outcome, str(self.horizon), self.method, *self.way))
        return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in words)

    @property
    def way(self) -> tuple[str, ...]:
        """What tells apart questions about one outcome that are answered in different ways: the words that are not the usual ones."""
        return tuple(self._unusual())

    def _unusual(self) -> Iterator[str]:
        if self.compare:
            usual = Matching()
            for each in fields(Matching):
                said = getattr(self.compare, each.name)
                if each.name not in UNNAMED and said != getattr(usual, each.name):
                    yield str(said) if isinstance(said, str) else f"{each.name} {said}"
            if self.estimand != "effect_on_the_served":
                yield self.estimand
        if self.estimator != "difference":
            yield self.estimator
        if self.measure != "risk":
            yield self.measure
        if self.time != "calendar":
            yield f"{self.time} time"
        if self.censored.adjust != Censored().adjust:
            yield f"adjust {self.censored.adjust}"
        yield from self._unusual_of_places()
        if self.money:
            yield from (self.money.book, str(self.money.price_year), self.money.basis, self.money.perspective)

    def _unusual_of_places(self) -> Iterator[str]:
        if self.adjust != "nothing":
            yield f"adjust {self.adjust}"
        if self.compared != "not_yet_treated":
            yield self.compared
        if self.anticipation:
            yield f"anticipation {self.anticipation}"
        if self.aggregate != "simple":
            yield f"by {self.aggregate}"
        if self.weights:
            yield f"by {self.weights}"
        if self.estimand in ("complier_effect", "complier_effect_at_the_cutoff"):
            yield self.estimand
        if self.bandwidth:
            yield f"bandwidth {self.bandwidth:g}"
        if self.donut:
            yield f"donut {self.donut:g}"


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What may leave: the disclosure policy and the languages of the sentences."""

    policy: Policy = "cms_11"  # no count of 1 to 10 people, nor any that gives one away
    languages: tuple[Language, ...] = ("en",)  # each needs a title in it
    residents: int | None = None  # how many people live in the county; the policy calhhs asks for it


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
    concurrent: tuple[Concurrent, ...] = ()  # what else changed, each as [[concurrent]]
    negative_controls: tuple[NegativeControl, ...] = ()  # what the programme cannot move, each as [[negative_control]]; empty: the library's
    subgroups: tuple[str, ...] = ()  # columns of the history, or of the table person, by whose values the headline is told apart
    correction: Correction = "holm"  # how a family's claims are corrected for being several; the headline never is
    release: ReleasePlan = ReleasePlan()  # what may leave, and in which languages
    digest: str = ""  # sha256 of all that is declared; set by `study.load`
    sealed: tuple[Gate, ...] = ()  # by a lock, until these gates pass: nobody's outcome is read before; set by `study.load`
