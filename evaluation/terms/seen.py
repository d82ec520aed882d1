"""What is read of people: definitions of better off, who is studied, and what one clock shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .words import AfterStop, By, Form, Kind, LaterServed, Unit, Which

if TYPE_CHECKING:  # the command line imports this module on every call: numpy would cost it a tenth of a second
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Opening:
    """The universe of an official definition, as data: what opens a clock, which of a person's, how old, and for how long it is followed.

    Laid on any other clock the definition is *adapted*, and what differs is said.
    """

    event: tuple[str, ...] = ()  # kinds of event, any of which opens a clock
    spell_end: tuple[str, ...] = ()  # kinds of spell: the day an unbroken stretch of them ends
    enrolment: bool = False  # the first day of an enrolment in the programme studied
    which: Which | None = None  # of a person's; None: the authority does not say
    ages: tuple[int, int] | None = None  # completed years on that day, both inclusive
    months: tuple[int, ...] = ()  # the authority's own horizons; empty: none is prescribed
    days: tuple[int, ...] = ()
    people: str = ""  # who alone is in it, where no event and no age says so: "people with ..."
    besides: Mapping[str, str] = field(default_factory=dict, hash=False)  # by what starts a clock ("": whatever does): what else it asks, unshown


@dataclass(frozen=True, slots=True)
class Outcome:
    """A versioned, citable definition of better off: what is measured, for whom, on whose authority, and what it misses."""

    name: str  # "recidivism/arrest": family and version
    kind: Kind
    title: Mapping[str, str]  # by language; a noun phrase: "arrest after release"
    event: Mapping[str, str]  # by language; completes "fewer people were ..." or "fewer ...": "arrested", "days in jail"
    better: Literal["fewer", "more"]
    why_better: str
    table: Literal["event", "spell", "service", "quarter", "cost", "area"]  # "area": numbers about places, which only panels of areas show
    kinds: tuple[str, ...]  # the kinds of event or spell, or the services costed; empty: every service.  {programme}: that of the study
    unit: Literal["people", "days", "dollars", "events"]  # "events": of an amount that counts lines
    universe: str  # which event opens the clock in the official definition
    authority: str
    verified: bool  # read in the authority's own text, or from memory
    not_counted: str  # what the definition cannot see
    from_day: int = 1  # same-day order is unknown, so marks count from the day after the start
    competing: tuple[str, ...] = ("death",)
    own: bool = False  # this project's own, or county practice: no authority prescribes it, so that no clock makes it another's
    lag_days: int = 0  # days after a horizon until what happened inside it is on record, over and above its sources' own lag
    off_clock: tuple[str, ...] = ()  # kinds of spell during which nobody is at risk: street time leaves them out
    exposure: tuple[str, ...] = ()  # of a rate: kinds of spell whose days it is per; empty: the days at risk
    per: int = 1  # of a rate: so many of those days
    opens: Opening | None = None  # the universe as data; None: whichever event opens the clock
    waits: Mapping[str, int] = field(default_factory=dict, hash=False)  # by kind: marks of it count from this day on, and not from `from_day`
    gap: int = 0  # stays of these kinds that lie so many days apart or nearer are one: a transfer is no new stay, nor is a night between two
    reduce: Literal["", "sum", "count", "days"] = ""  # what an amount adds up; "": values of events and costs, days of spells
    above: int = 0  # of quarters: cents that a quarter must exceed to count
    made: str = ""  # a named way of making its lines from the records, where kinds and days cannot say it: `outcomes/making.py`


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One rule of the attrition ledger: how many person-starts it took, and how many are left."""

    rule: str
    lost: int
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class Clones:
    """What makes the rows of a cohort clones: each start stands in two of them, one for each strategy; (n,) arrays.

    A clone is followed through the day on which what the person does is no longer what its strategy says: `kept_to` is the day after
    it.  What happens on that day counts, since the order within a day is unknown.  What is read after the start, here and nowhere
    else, is for the weights of those who keep to a strategy alone.
    """

    start: Array  # int: clones of one start share it
    kept_to: Array  # int: the first day, since the start, after the one on which the person left the strategy; NEVER where there is none
    enrolled: Array  # int: the day of the enrolment, since the start; NEVER where there is none
    within: int  # the grace period: enrolments on days 0 to this one count
    read_on: tuple[int, ...]  # days since the start on which the history is read anew, from 0 on
    later: Mapping[str, Array]  # each (n, len(read_on)) float: the columns that tell who enrols, as they stood before each of those days


NEVER = 2**31 - 1  # a day that does not come


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Who is studied: one row per person-start, with what came before it and how the rest were lost.

    This is the form *starts* or, where each start is followed under two strategies and has a row for each, *strategies*; `Panel` is
    the third.  The rows themselves stay in the engine, in `table`;
    the arrays here are what a method reads, all of length n and in the order of `start_id`.  With risk sets a row is one
    person's clock in one set: the set's own served person, or somebody drawn beside that person.
    """

    name: str
    unit: Unit
    table: str  # the engine's table; empty for a cohort from a frame
    start_id: Array  # (n,) int: 1..n
    person: Array  # (n,) int: whose row it is, as 0, 1, 2, ...; who starts twice, or is drawn twice, has one number
    served: Array  # (n,) bool: assigned to the programme, or served by it
    history: Mapping[str, Array]  # each (n,) float; NaN where a last value or days since has none
    ledger: tuple[LedgerLine, ...]
    by: By  # what decided who is served
    clusters: Array | None = None  # (n,) int: who shares luck, through a person, a family or an area; None: nobody does
    blocks: Array | None = None  # (n,) int: within which lots were drawn
    taken_up: Array | None = None  # (n,) bool
    sets: Array | None = None  # (n,) int: the risk set, as 0, 1, 2, ... by the day of service; one served row in each
    strata: Array | None = None  # (n,) int: agreement on the columns of `exact`
    score: Array | None = None  # (n,) float: the score that divides those offered the programme from the others
    list_day: Array | None = None  # (n,) int: with a score, the day of the list that it stood on; None: all stood on one
    drawn: int | None = None  # how many people were to be drawn for each served person
    later_served: LaterServed | None = None  # what becomes of people drawn who are served later
    time_zero: Literal["built", "taken on trust"] = "built"
    looked_back: int = 0  # days before each start that the sources cover
    history_days: int = 0  # the longest window of the history: what lies further back is in no column of it
    clones: Clones | None = None  # where two strategies are compared: which start each row is of, and how long it is kept to

    @property
    def form(self) -> Form:
        """One row a start, or one for each start and strategy."""
        return "starts" if self.clones is None else "strategies"

    def __len__(self) -> int:
        return len(self.start_id)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A cohort in the form *panel*: n units (people or areas) by T periods that all of them share; each (n,) array in the order of `unit_id`.

    Which units may stand beside which is for a method to say.  `people` counts whom a unit stands for, by which what may leave is judged.
    """

    form: ClassVar[Form] = "panel"
    by: ClassVar[By] = "adoption"

    name: str
    unit: Unit
    table: str  # the engine's table of people, whose clocks all start on the first day; empty for a panel from a frame, or from numbers about places
    unit_id: Array  # (n,) int: 1..n
    edges: Array  # (T + 1,) int: the first day of each period, and the first day after the last; rising
    adopted: Array  # (n,) int: the unit's first period under the programme, 0..T-1; NEVER where it did not adopt in the panel
    left: Array  # (n,) int: its first period no longer under it; NEVER likewise
    watched: Array  # (n, T) bool: whether the unit was seen through the period
    weight: Array  # (n,) float, above 0: people who lived there when the panel opened, or 1
    people: Array  # (n,) int: how many people a unit is; 0 where nobody knows
    ledger: tuple[LedgerLine, ...]
    clusters: Array | None = None  # (n,) int: who shares luck, coarser than the unit or as coarse; None: each unit has its own
    labels: tuple[str, ...] = ()  # names of the periods, T of them, for tables and pictures: "2018 Q1"
    names: tuple[str, ...] = ()  # names of the areas, n of them; empty where units are people
    history: Mapping[str, Array] = field(default_factory=dict)  # each (n,) float: columns as they stood before the first period
    after_stop: AfterStop = "refuse"
    time_zero: Literal["built", "taken on trust"] = "built"

    @property
    def periods(self) -> int:
        """T."""
        return len(self.edges) - 1

    def __len__(self) -> int:
        return len(self.unit_id)


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """What the units of a panel show: (n, T) arrays, NaN where a unit was not watched."""

    value: Array  # float: per unit or, of areas, per `per` people
    population: Array  # float: over how many people, watched all the period; 1 where a unit is a person


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The first mark on each clock: the day it ended, and why; (n,) arrays in the order of the cohort.

    `why` is one of: mark, death, horizon, served, moved, records end.  Every `why` but mark and death ends on the last day seen.
    `served` is the start of a compared person's own service.
    """

    day: Array  # int: days since the start
    why: Array  # str
    whole: Array  # bool: watched to the horizon, whatever ended the clock before it
    same_day: Array  # bool: an event on the day of the start, which is not counted, for its order is unknown
    cause: Array  # str: the kind of the first mark; of several on one day, the first by the alphabet; empty where there is none


@dataclass(frozen=True, slots=True, eq=False)
class EveryMark:
    """All the marks on each clock up to the horizon, and how far each clock was seen."""

    row: Array  # (m,) int: whose, as a place in the order of the cohort; marks of one clock stand together, in time
    day: Array  # (m,) int: days since the start
    cause: Array  # (m,) str: the kind
    last_seen: Array  # (n,) int: the last day on which the clock was watched, or the day of death; horizon - 1 at most
    why: Array  # (n,) str: what ended it there: death, horizon, served, moved, records end


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """How far each clock was seen up to a horizon, whatever is read along it; (n,) arrays."""

    day: Array  # int: the last day on which the clock was watched, or the day of death; horizon - 1 at most
    why: Array  # str: what ended it there: death, horizon, served, moved, records end


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """What each clock adds up to over a window, and how many days of the window were watched; (n,) arrays, or (n, periods)."""

    amount: Array  # float, in the outcome's unit
    seen_days: Array  # int
    window_days: Array  # int


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Where somebody is on the last day of a horizon; (n,) arrays in the order of the cohort."""

    state: Array  # str: the kind of spell that holds the day (the outcome's first that does), or none, died, not seen
    inside: Array  # bool: in one of the outcome's kinds on that day; those who died are not
    seen: Array  # bool: watched on that day, or known to have died before it


@dataclass(frozen=True, slots=True, eq=False)
class AtRisk:
    """Which days of each clock count as time at risk, up to a horizon: street time leaves out the outcome's `off_clock` spells."""

    days: Array  # (n,) int: days at risk, from day 0 to the last day seen
    row: Array  # (m,) int: stretches off the clock: whose, as a place in the order of the cohort
    first: Array  # (m,) int: the stretch's first day since the start
    stop: Array  # (m,) int: its first day that is no longer off the clock


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What a rate divides, over everybody's own clock up to a horizon; (n,) arrays."""

    numerator: Array  # int: how many of the outcome's events
    exposure: Array  # int: days that they are counted over
