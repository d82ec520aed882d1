"""What a design says: who is studied, from which day, compared with whom, on what, and how it is answered.

The words of a design file are the fields of these types; docs/design_files.md is written from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal

from .words import (
    Adjust,
    By,
    CaliperUnit,
    Clock,
    CompareBy,
    Discard,
    DistanceBy,
    EstimandName,
    EstimatorName,
    InferenceBy,
    Language,
    LaterServed,
    Left,
    Measure,
    MissingRule,
    Observed,
    OrderBy,
    Policy,
    Reducer,
    Role,
    Rule,
    ScoreBy,
    Side,
    TimeScale,
    Unit,
    Which,
)


@dataclass(frozen=True, slots=True)
class Starts:
    """What starts a person's clock or, with the clock of service, makes a person eligible: exactly one rule of those below.

    `which` chooses among the days of the rule that lie inside the years studied; of spells in which people are eligible, all count.
    """

    event: tuple[str, ...] = ()  # kinds of event, as the table `event` holds them; any of them starts a clock
    which: Which = "first"  # for each person; "every" gives a person several clocks
    spell_end: tuple[str, ...] = ()  # kinds of spell: the day an unbroken stretch of them ends; what has not ended starts nothing
    spell: tuple[str, ...] = ()  # kinds of spell: eligible on every day inside one; only with clock = "service"
    referral: tuple[str, ...] = ()  # programmes: the day of an event `referral:<programme>`, whatever came of it
    enrolment: tuple[str, ...] = ()  # programmes: the first day of an enrolment in one; by the one of `served` itself, everybody, on any day
    list: str = ""  # a list, as the table `score` holds it: its dates start the clocks of those on it
    on: tuple[date, ...] = ()  # which dates of that list; left out: every one
    dates: tuple[date, ...] = ()  # days of the calendar: everybody's clock starts, or all become eligible; several with which = "every"

    @property
    def rule(self) -> str:
        """The word of the rule that is given; empty where none is."""
        rules = ("event", "spell_end", "spell", "referral", "enrolment", "list", "dates")
        return next((word for word in rules if getattr(self, word)), "")


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The enrolment that shows that an offer was taken up, within so many days of the start."""

    enrolment: str  # a programme, as the table `service` holds it
    within_days: int  # from the day of the start; 0 is that day alone


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Where a score divides those who were offered the programme from the others: `at` a score, or by `capacity`."""

    at: float | None = None  # this score is on the side of the offer
    capacity: int | None = None  # so many places on each date of the list; whoever ties with the last place has one too


@dataclass(frozen=True, slots=True)
class Assigned:
    """How people came to be offered the programme: by a lot (chance alone decided), an offer (somebody did), or a score.

    `offered` and `withheld` are kinds of event on the day of the start or up to `days_before` days before it, so that both
    arms are on record and nobody is assigned by what happened later.  With a score, `cutoff` and `side` say who was offered:
    the score is the one of the list that starts the clock.  `blocks` are person columns within which lots were drawn.
    """

    by: By  # a lot, an offer that somebody made, or a score
    offered: str = ""  # the kind of event of those who were offered the programme; not with a score
    withheld: str = ""  # the kind of event of those who were not; not with a score
    cutoff: Cutoff | None = None  # with a score: where it divides
    side: Side = "above"  # with a score: the side of the cut-off that was offered the programme
    days_before: int = 0  # how long before the start the assignment may be on record
    blocks: tuple[str, ...] = ()  # with a lot: columns of `person`; arms are compared within them
    taken_up: TakeUp | None = None  # shows who took the offer up; nobody is compared by it


@dataclass(frozen=True, slots=True)
class Served:
    """With the clock of service: the enrolment that starts the clock of those who are served.

    The first enrolment on record counts, whenever it was: later ones open nothing.  Where people must still be housed or in care to
    be served, let a spell make them eligible; where they must be free, name custody in `outside`.  A day alone would leave people
    among the compared who can no longer come.
    """

    enrolment: str  # a programme, as the table `service` holds it
    within_days: int | None = None  # how long after the day that made them eligible people may be served or compared; needed with such a day


@dataclass(frozen=True, slots=True)
class Compared:
    """With the clock of service: whom each served person is compared with, drawn on the day that person is served.

    They are eligible on that day, or as long after what made them eligible, agree on the columns of `exact`, and are not yet
    served.  Nobody is chosen by what happens later.
    """

    rule: Rule = "not_yet_served"  # who may be drawn
    draw: int = 50  # at most so many people for each served person, before matching; 20 do where no caliper follows
    later_served: LaterServed = "censor"  # what becomes of people drawn who are served later: no longer followed from that day, or followed on
    seed: int = 1  # of the draw, which is the same on every engine


@dataclass(frozen=True, slots=True)
class Strategy:
    """One of two plans that people may follow from the start of their clock: to enrol, or not to, within a grace period."""

    enrolment: str = ""  # the programme enrolled in
    no_enrolment: str = ""  # the programme not enrolled in
    within_days: int = 0  # the grace period


@dataclass(frozen=True, slots=True)
class Initiation:
    """What tells who enrols in the grace period, and when: history up to that day, read for weights alone."""

    on: tuple[str, ...] = ()  # columns of the history, read anew as the days go by; empty: all of them
    update_days: int = 7  # how often they are read anew


@dataclass(frozen=True, slots=True)
class Strategies:
    """Two strategies compared from one start, each person's clock cloned under both.

    A clone is followed for as long as the person keeps to its strategy, and those who do stand for those who did not.
    """

    served: Strategy  # to enrol
    compared: Strategy  # not to
    weights: Initiation = Initiation()  # what tells who enrols


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """Who is studied and the day each clock starts, as a design declares it.

    With `clock = "eligibility"` everybody's clock starts when they become eligible, and `assigned` says who was offered the
    programme.  With `clock = "service"` it starts on the day somebody is served, for that person and for those `compared`.
    """

    starts: Starts  # what starts a clock, or makes people eligible
    between: tuple[date, date]  # first and last day on which a clock may start, both inclusive
    clock: Clock  # whether it starts when people become eligible, or when they are served
    assigned: Assigned | None = None  # with the clock of eligibility: who was offered the programme, and who decided
    served: Served | None = None  # with the clock of service: the enrolment that starts it
    compared: Compared = Compared()  # with the clock of service: whom the served are compared with
    strategies: Strategies | None = None  # with the clock of eligibility: two plans with a grace period
    unit: Unit = "person"  # whose clock it is
    ages: tuple[int, int] | None = None  # completed years at the start, both inclusive
    washout_days: int = 0  # with the clock of eligibility: no day of the starting rule in so many days before the start
    lookback_days: int = 0  # the sources of the history and the washout must reach back so many days
    observed: Observed = "coverage"  # people are seen while the sources cover them; "activity": and had a line on record in the lookback
    outside: tuple[str, ...] = ()  # kinds of spell, such as custody: nobody's clock starts, and nobody is compared, on a day inside one
    sources: tuple[str, ...] = ()  # whose coverage bounds what is seen; empty: every source, but a list that holds only the arms
    exact: tuple[str, ...] = ()  # columns of `person` on which people compared agree exactly; a lot has blocks instead
    cluster: tuple[str, ...] = ()  # people who share luck: "family", "area"

    @property
    def by(self) -> By:
        """What decided who is served."""
        if self.strategies:
            return "strategy"
        return self.assigned.by if self.assigned else "service"


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
    censored: Censored = Censored()  # by survival: a table with reasons, adjust, on
    role: Role = "headline"  # a study stands for one headline
    inference: Inference = Inference()  # a table with `by`

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
