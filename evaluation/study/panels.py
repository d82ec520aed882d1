"""The calendar as the clock: panels that can be built, words that each method reads of them, and what else changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..methods import METHODS, Method
from ..methods.horizons import misfit, periods_within
from ..phrases import counted, listed, nearest
from ..records.calendar_periods import MONTHS, SHORTEST, cut, in_words
from ..records.frames import FRAMES
from ..records.panel_plans import misfits
from ..records.toml import Path
from ..terms import AdjustedBy, By, CohortPlan, EstimatorName, InferenceBy, Outcome, Question, Study, Unit
from .slip import Slip
from .words import printable, shown, whole

LONGEST_MONTH = 31
LONGEST = 1_200 * LONGEST_MONTH  # days of a horizon: longer ones are told of where single values are read
FEWEST_PER = 100  # people of whom a rate of places is told: one person's share of it is a number that nobody can judge the worth of
EVERYWHERE = ("all", "everywhere", "statewide")  # what an author may write for the areas of a change that came to all
ON_OWN_CLOCKS: tuple[EstimatorName, ...] = ("difference", "before_after")  # of did
REGRESSION: tuple[AdjustedBy, ...] = ("regression",)
ADJUSTS: Mapping[tuple[str, EstimatorName], tuple[AdjustedBy, ...]] = {  # how columns of the history may enter, by method and estimator
    ("did", "difference"): ("regression", "inverse_probability", "doubly_robust"),
    ("did", "group_time"): ("regression", "inverse_probability", "doubly_robust"),
    ("did", "two_way"): REGRESSION,
    ("did", "imputation"): REGRESSION,
    ("series", "synthetic_control"): REGRESSION,
    ("series", "augmented_synthetic_control"): REGRESSION,
}
AGGREGATES: tuple[EstimatorName, ...] = ("group_time", "interaction_weighted")
REFIT: tuple[EstimatorName, ...] = ("difference", "two_way")  # regressions, whose residuals a wild bootstrap turns


def panel(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Every way in which a cohort's words do not make a panel; with another clock, words that only panels have."""
    for one in misfits(plan):
        yield Slip((*at, *one.at), one.found, one.right, one.remedy, on=tuple((*at, word) for word in one.on))


def concurrent(study: Study) -> Iterator[Slip]:
    """Every mistake in what else changed: days the wrong way round, a change told twice, areas that the frame does not have."""
    frames = [FRAMES[plan.areas] for plan in study.cohorts.values() if plan.areas in FRAMES]
    known = sorted({area for frame in frames for area in frame})
    seen: dict[tuple[object, ...], int] = {}
    for number, change in enumerate(study.concurrent):
        at: Path = ("concurrent", number)
        if change.ends is not None and change.ends < change.begins:
            found = f"The last day, {change.ends}, comes before the first, {change.begins}."
            yield Slip((*at, "ends"), found, "Write the earlier day first.", on=((*at, "begins"),))
        first = seen.setdefault((change.policy.casefold(), change.begins), number)
        if first != number:
            found = f"{shown(change.policy)} of {change.begins} is [[concurrent]] {first + 1} already."
            yield Slip((*at, "policy"), found, remedy="Name all its areas in one, or leave this one out.", on=((*at, "begins"),))
        for place, area in enumerate(change.where):
            if area.casefold() in EVERYWHERE:
                found = f"{shown(area)} is no area."
                yield Slip((*at, "where", place), found, remedy="A change that came everywhere leaves 'where' out.")
            elif frames and len(frames) == len(study.cohorts) and area not in known:
                found = f"{shown(area)} is no area of the frame."
                yield Slip((*at, "where", place), found, nearest(area, known), on=tuple(("cohort", name, "areas") for name in study.cohorts))


# ------------------------------------------------------------------------------------------------ what is asked of them
def of_places(
    question: Question,
    method: Method,
    outcome: Outcome | None,
    history: Collection[str],
    by: By | None,
    unit: Unit,
    at: Path,
) -> Iterator[Slip]:
    """Every word of a question that its method does not read of such a cohort, and what it needs and has not been told."""
    on = ((*at, "method"), (*at, "cohort"))
    usual, reads = _usual(question), _read_by(question, method, by, unit)
    for word, where in _READERS.items():
        priced = word == "per" and question.priced  # `per` is then the name of an outcome, which is judged elsewhere
        if word not in reads and getattr(question, word) != getattr(usual, word) and not priced:
            found = f"'{word}' is read {where}, and here nothing reads it."
            yield Slip((*at, word), found, remedy="Leave it out.", on=(*on, (*at, "estimator")))
    if question.estimator in method.estimators and by is not None:
        yield from _by_form(question, method, by, at)
    if "adjust" in reads and question.adjust != "nothing":
        yield from _adjusted(question, method, history, at)
    if outcome:
        yield from _of_outcome(question, outcome, by, unit, at)
    if method.name == "monitor" and question.estimator == "target" and question.target is None:
        found = "The estimator holds a trend against a target, and no target is given."
        yield Slip((*at, "estimator"), found, remedy="Give it: target = { each_year = -0.1, since = 2020-01-01 }.", on=((*at, "target"),))


def asked_of_panels(question: Question, plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Every mistake of a question that is asked of a panel by what the panel is."""
    name: Path = ("cohort", question.cohort)
    on = ((*name, "clock"), (*name, "adopted"), (*at, "cohort"))
    if plan.adopted is None and question.method in METHODS and question.method != "monitor":
        found = f"{shown(question.method)} tells what a programme changed, and cohort '{printable(question.cohort)}' says of no unit when it adopts."
        remedy = 'Say it: adopted = { enrolment = "..." } or { starts = "..." }; or use method = "monitor".'
        yield Slip((*at, "method"), found, remedy=remedy, on=on)
    people = plan.unit != "area" and not plan.cluster and not (plan.adopted and plan.adopted.starts)
    if question.inference.by == "cluster" and (plan.unit == "area" or people):
        found = "Uncertainty is by cluster, and " + ("each area is one already." if plan.unit == "area" else "the cohort declares none.")
        remedy = "Leave 'inference' out." if plan.unit == "area" else "Give the cohort a cluster, or leave 'inference' out."
        yield Slip((*at, "inference", "by"), found, remedy=remedy, on=(*on, (*name, "cluster"), (*name, "unit")))
    periods, horizon = plan.periods, question.horizon
    shortest = (SHORTEST[periods.calendar] if periods.calendar else periods.days) if periods else None
    days = horizon.days or (horizon.months or 0) * LONGEST_MONTH
    if periods and shortest and 0 < days < shortest and question.method != "monitor":
        found = f"A period is {'a ' if periods.calendar else ''}{in_words(periods)}, and a horizon of {horizon} holds none."
        remedy = "Follow units for longer, or cut shorter periods."
        yield Slip((*at, "horizon"), found, "The effect is told by period.", remedy, on=((*name, "periods"),))
    elif 0 < days <= LONGEST and question.method != "monitor":  # which tells of the years, whatever a horizon would leave of them
        yield from _of_whole_periods(question, plan, at)


def _of_whole_periods(question: Question, plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """A horizon that ends within a period, or after the last one: the effect would be told of another."""
    name, periods, horizon = ("cohort", question.cohort), plan.periods, question.horizon
    if periods is None or plan.between[1] < plan.between[0] or any(misfits(plan)):
        return  # told where the years are cut
    each = MONTHS[periods.calendar] if periods.calendar else periods.days or 0
    if each < 1:
        return
    edges = cut(*plan.between, periods)
    many, unit = len(edges) - 1, "months" if periods.calendar else "days"
    panel = f"{counted(many, periods.calendar or 'period')}, {many * each:,} {unit},"
    if told := misfit(edges, horizon, panel):
        found, right, remedy = told
        if right:  # it ends within one
            fit = max(1, periods_within(edges, horizon))
            remedy = f"Ask about {' or '.join(str(number * each) for number in (fit, fit + 1) if number <= many)} {unit}, or cut shorter periods."
        yield Slip((*at, "horizon"), found, right, remedy, on=((*name, "periods"), (*name, "between"), (*name, "clock")))


_READERS: Mapping[str, str] = {
    "adjust": f"by did and series on the calendar, by {listed(dict.fromkeys(estimator for _, estimator in ADJUSTS))}",
    "compared": "by did on the calendar",
    "anticipation": "by did on the calendar",
    "aggregate": f"by did on the calendar, by {listed(AGGREGATES)}",
    "per": "of units that are areas",
    "weights": "of units that are areas",
    "path": "by did on clocks of people's own",
    "bandwidth": "by threshold, at a cut-off",
    "donut": "by threshold, at a cut-off",
    "target": 'by monitor, with estimator = "target"',
}


def _usual(question: Question) -> Question:
    """The question with everything left out that may be."""
    return Question(question.outcome, question.horizon, question.method, question.worthwhile)


def _read_by(question: Question, method: Method, by: By | None, unit: Unit) -> set[str]:
    """The words of `_READERS` that a method reads, asked of such a cohort; where nobody knows what decided, all of its own."""
    calendar, own = by in (None, "adoption"), by != "adoption"
    reads: set[str] = set()
    if method.name == "did" and calendar:
        reads |= {"compared", "anticipation", *(("aggregate",) if question.estimator in AGGREGATES else ())}
    if method.name == "did" and own:
        reads |= {"path"}
    if calendar and (method.name, question.estimator) in ADJUSTS:
        reads |= {"adjust"}
    if "adoption" in method.assigned_by and calendar and (unit == "area" or by is None):
        reads |= {"per", "weights"}
    if method.name == "threshold" and by in (None, "score"):
        reads |= {"bandwidth", "donut"}
    if method.name == "monitor" and question.estimator == "target":
        reads |= {"target"}
    return reads


def _by_form(question: Question, method: Method, by: By, at: Path) -> Iterator[Slip]:
    """Estimators and errors that only one of the two clocks has."""
    on = ((*at, "cohort"), (*at, "method"))
    if method.name != "did":
        return
    if by != "adoption" and question.estimator not in ON_OWN_CLOCKS:
        found = f"{shown(question.estimator)} is for the calendar, on which units adopt, and here each clock starts on a day of somebody's own."
        yield Slip((*at, "estimator"), found, f"On own clocks it is {whole(ON_OWN_CLOCKS)}.", on=on)
    if question.estimand == "effect_in_the_overlap" and (by == "adoption" or question.compare is None):
        found = "The overlap is of people who are weighted by how alike they were before their start, and here nobody is."
        yield Slip((*at, "estimand"), found, remedy='Say estimand = "effect_on_the_served".', on=(*on, (*at, "compare")))
    if question.inference.by == "wild_bootstrap" and question.estimator not in REFIT:
        found = f'"wild_bootstrap" turns the residuals of a regression, and the estimator is {shown(question.estimator)}.'
        right = f"It goes with {whole(REFIT)}."
        yield Slip((*at, "inference", "by"), found, right, "Use randomisation or jackknife, or leave 'inference' out.", on=(*on, (*at, "estimator")))
    own: tuple[InferenceBy, ...] = ("jackknife", "wild_bootstrap", "randomisation")
    if by != "adoption" and question.inference.by in own and question.estimator in ON_OWN_CLOCKS:
        found = f"{shown(question.inference.by)} is for the calendar, on which few units adopt."
        yield Slip((*at, "inference", "by"), found, "On own clocks it is robust, cluster.", on=on)


def _adjusted(question: Question, method: Method, history: Collection[str], at: Path) -> Iterator[Slip]:
    right = ADJUSTS[method.name, question.estimator]
    if question.adjust not in right:
        found = f"{shown(question.estimator)} does not adjust by {shown(question.adjust)}."
        yield Slip((*at, "adjust"), found, f"It does by {whole(right)}.", on=((*at, "estimator"), (*at, "method")))
    if not history:
        found = f"'adjust' is {shown(question.adjust)}, and there is no history to adjust by."
        yield Slip((*at, "adjust"), found, remedy="Write a [[history]] for each thing that change may have hung on.", on=(("history",),))


def _of_outcome(question: Question, outcome: Outcome, by: By | None, unit: Unit, at: Path) -> Iterator[Slip]:
    """Numbers about places are those of areas; people show events, days and dollars."""
    on = ((*at, "cohort"), *(("cohort", question.cohort, word) for word in ("unit", "clock")))
    if by is None:
        return
    if outcome.table == "area" and at and (by != "adoption" or unit != "area"):  # a frame's own numbers may be of anything
        found = f"'{outcome.name}' is a number about places, and cohort '{printable(question.cohort)}' is one of people."
        yield Slip((*at, "outcome"), found, remedy='Use clock = "calendar" and unit = "area".', on=on)
    elif outcome.table != "area" and outcome.kind == "rate" and by == "adoption":
        found = f"'{outcome.name}' is a rate over days of people's own clocks."
        yield Slip((*at, "outcome"), found, remedy='Count its events: an outcome of kind mark, with measure = "number".', on=on)
    if outcome.table == "area" and outcome.kind == "rate" and unit == "area" and question.so_many < FEWEST_PER:
        found = f"'{outcome.name}' is a rate, and 'per' = {question.so_many:,} does not say of how many people."
        right = f"It is {FEWEST_PER:,} or more, and 'worthwhile' is so much of it."
        yield Slip((*at, "per"), found, right, "Say it as its authority does: per = 1000, or per = 100000.", on=((*at, "outcome"),))
    if question.so_many != 1 and outcome.table == "area" and outcome.kind == "amount":
        found = f"'{outcome.name}' is a number by itself, which 'per' = {question.so_many:,} would not divide."
        yield Slip((*at, "per"), found, remedy="Leave it out.", on=((*at, "outcome"),))
