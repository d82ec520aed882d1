"""How the people compared are chosen: each way's own words, columns that exist, and effects that the way can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, replace

from ..methods import METHODS, Method
from ..methods.matched.ways import WAYS, Way, needs_score
from ..phrases import listed
from ..records.toml import Path
from ..terms import By, Matching, Question
from .slip import Slip, not_one_of
from .words import shown, whole

FEWEST_CLUSTERS = 20  # with fewer, errors by cluster are too small; of subclasses
OF_PERSON = "Columns of 'person', such as sex, are named in 'exact' of the cohort."
OF_COSTS = ("two_part", "gamma", "poisson")  # models that are laid on a comparison as a regression is
LINEAR = "mean"  # whose bootstrap draws what people add to an error, whoever they are set beside
SCORES = ("logit", "probability", "column")  # distances by one number for each person
NAMING = ("on", "categories", "exact", "unlike", "calipers", "bins", "quantiles", "cuts", "subgroups")  # words that name columns of the history


def comparing(question: Question, method: Method, history: Collection[str], by: By | None, at: Path, *, clustered: bool = False) -> Iterator[Slip]:
    """Every mistake in how a question chooses whom to compare; `history` holds the names of its columns."""
    if not method.chooses:
        if question.compare:
            found = f"'compare' chooses people who are alike, and '{method.name}' chooses nobody: it compares everybody assigned."
            right = f"Methods that choose: {whole(each.name for each in METHODS.values() if each.chooses)}."
            yield Slip((*at, "compare"), found, right, "Leave 'compare' out.", on=((*at, "method"),))
        return
    if by in ("lot", "strategy"):  # nobody is chosen: `timing` and `strategies` say so
        return
    if method.name == "did" and (by == "adoption" or question.estimator == "before_after" or not question.compare):
        yield from _nobody_chosen(question, by, at)
        return
    if not history:
        found = f"'{method.name}' compares people who were alike before the start, and there is no history to see it by."
        yield Slip((*at, "method"), found, remedy="Write a [[history]] for each thing that being served may have hung on.", on=(("history",),))
    plan = question.compare or Matching()
    way = WAYS.get(plan.by)
    if way is None:  # told of where the word is read
        return
    yield from _told_by(question, method, plan, way, by, at, clustered=clustered)
    if question.compare:
        yield from _columns(plan, history, (*at, "compare")) if history else ()
        yield from _unread(plan, way, (*at, "compare"))
        yield from _together(plan, way, (*at, "compare"))


def _nobody_chosen(question: Question, by: By | None, at: Path) -> Iterator[Slip]:
    """Differences in differences without a choice of people: of units that adopt, of the served alone, or of everybody served and not."""
    if question.compare and by == "adoption":
        found = "'compare' chooses people on the day a clock starts, and on the calendar units that adopt are compared with those that have not."
        yield Slip((*at, "compare"), found, "'compared' says with which.", "Leave 'compare' out.", on=((*at, "cohort"),))
    elif question.compare:
        found = "'compare' chooses people who are alike, and \"before_after\" compares the served with themselves."
        yield Slip((*at, "compare"), found, remedy="Leave one of them out.", on=((*at, "estimator"),))


def _columns(plan: Matching, history: Collection[str], at: Path) -> Iterator[Slip]:
    """Columns that are named are columns of the history."""
    for word in NAMING:
        for name in getattr(plan, word):
            if name not in history:
                slip = not_one_of((*at, word), name, "a column of the history", history, ("history",))
                yield replace(slip, remedy=f"{slip.remedy} {OF_PERSON}") if word == "exact" and at[:1] == ("question",) else slip
    if plan.column and plan.column not in history:
        yield not_one_of((*at, "column"), plan.column, "a column of the history", history, ("history",))
    for word in ("categories", "bins", "quantiles", "cuts"):
        for name in getattr(plan, word):
            if plan.on and name in history and name not in plan.on:
                found = f"{shown(name)} is named by '{word}', and not by 'on'."
                yield Slip((*at, word), found, "People are to be alike in the columns of 'on' alone.", "Name it there too.", on=((*at, "on"),))


def _unread(plan: Matching, way: Way, at: Path) -> Iterator[Slip]:
    """A word that the way does not read would be a promise that nobody keeps."""
    usual = Matching()
    for each in fields(Matching):
        if each.name not in way.reads and getattr(plan, each.name) != getattr(usual, each.name):
            found = f"'{each.name}' means nothing with by = \"{plan.by}\"."
            yield Slip((*at, each.name), found, f"Its words are {whole(sorted(way.reads))}.", "Leave it out.", on=((*at, "by"),))


def _together(plan: Matching, way: Way, at: Path) -> Iterator[Slip]:
    """Words that mean something only beside others."""
    if (plan.distance == "column") != bool(plan.column) and "distance" in way.reads:
        found = "'column' is missing." if plan.distance == "column" else "'column' names a distance, and 'distance' says another."
        yield Slip((*at, "column"), found, remedy='Write both: distance = "column", column = "...".', on=((*at, "distance"),))
    if plan.order not in ("closest", "farthest", "random", "largest") and plan.distance not in SCORES:
        yield Slip((*at, "order"), f"The order {shown(plan.order)} is by a score, and distance is {shown(plan.distance)}.", on=((*at, "distance"),))
    for name in plan.unlike:
        if name in plan.exact:
            found = f"People compared are to agree in {shown(name)} and to differ in it: nobody could be compared."
            yield Slip((*at, "unlike"), found, remedy="Leave it out of 'exact' or of 'unlike'.", on=((*at, "exact"),))
    yield from _varying(plan, at)
    yield from _idle(plan, way, at)
    yield from _coarsened(plan, at)


def _varying(plan: Matching, at: Path) -> Iterator[Slip]:
    """A ratio that varies has a least, a mean and a most, and a score to vary by."""
    if not (plan.fewest or plan.most):
        return
    on = ((*at, "fewest"), (*at, "most"))
    if not 1 <= plan.fewest <= plan.ratio <= plan.most:
        found = f"With 'fewest' or 'most' the ratio varies, and fewest is {plan.fewest}, ratio {plan.ratio} and most {plan.most}."
        right = "1 <= fewest <= ratio <= most: 'ratio' is how many people each has beside them on average."
        yield Slip((*at, "ratio"), found, right, "Write all three: fewest = 1, ratio = 2, most = 4.", on=on)
    if plan.distance not in SCORES:
        found = f"A ratio that varies is told by a score, and distance is {shown(plan.distance)}."
        yield Slip((*at, "ratio"), found, 'Use distance = "logit".', on=(*on, (*at, "distance")))


def _idle(plan: Matching, way: Way, at: Path) -> Iterator[Slip]:
    """Words that others leave without anything to say."""
    usual = Matching()
    if plan.imputations != usual.imputations and plan.missing != "impute":
        found = f"'imputations' is {plan.imputations}, and missing is {shown(plan.missing)}: nothing is imputed."
        yield Slip((*at, "imputations"), found, remedy='Write missing = "impute", or leave it out.', on=((*at, "missing"),))
    if plan.unit != usual.unit and plan.caliper == 0 and "unit" in way.reads:
        found = f"'unit' is {shown(plan.unit)}, and caliper = 0 allows any gap."
        yield Slip((*at, "unit"), found, "The unit of each of 'calipers' stands with it.", "Leave it out, or set a caliper.", on=((*at, "caliper"),))
    if plan.score != usual.score and "score" in way.reads and not needs_score(way, plan):
        on = tuple((*at, word) for word in ("by", "distance", "caliper", "discard", "trim"))
        yield Slip((*at, "score"), f"'score' is {shown(plan.score)}, and nothing here is told by a score.", remedy="Leave it out.", on=on)


def _coarsened(plan: Matching, at: Path) -> Iterator[Slip]:
    """Each column is cut in one way, and cuts rise."""
    coarse = [name for word in ("bins", "quantiles", "cuts") for name in getattr(plan, word)]
    for name in sorted({name for name in coarse if coarse.count(name) > 1}):
        yield Slip(at, f"{shown(name)} is coarsened in two ways.", "Each column has one of bins, quantiles and cuts.")
    for name, cuts in plan.cuts.items():
        if list(cuts) != sorted(set(cuts)):
            yield Slip((*at, "cuts", name), f"The cuts of {shown(name)} do not rise.", "Write each once, in order.")


def _told_by(question: Question, method: Method, plan: Matching, way: Way, by: By | None, at: Path, *, clustered: bool) -> Iterator[Slip]:
    """Whose effect the way can tell, with which estimator and which inference."""
    on = ((*at, "compare"), (*at, "method"))
    named = f'by = "{plan.by}"'
    if question.estimand not in way.estimands:
        found, right = f"{named} does not tell {shown(question.estimand)}.", sorted(way.estimands)
        usual = question.estimand == "average_effect"
        remedy = f'Left out, it is average_effect: write estimand = "{right[-1]}".' if usual else ""
        yield Slip((*at, "estimand"), found, f"It tells {whole(right)}.", remedy, on=on)
    if (question.estimator if question.estimator not in OF_COSTS else "regression") not in way.estimators:
        yield Slip(
            (*at, "estimator"), f"{named} does not go with {shown(question.estimator)}.", f"It does with {whole(sorted(way.estimators))}.", on=on
        )
    if question.inference.by not in way.inference and method.name != LINEAR:
        found = f"{named} does not measure uncertainty by {shown(question.inference.by)}."
        yield Slip((*at, "inference", "by"), found, f"It does by {whole(sorted(way.inference))}.", on=on)
    if by == "service":
        yield from _in_risk_sets(question, plan, way, at)
    if question.inference.by == "exact":
        yield from _drawn_again(question, plan, clustered, at)
    if question.inference.by == "abadie_imbens" and clustered:
        found = '"abadie_imbens" takes people one by one, and the cohort declares who shares luck.'
        yield Slip((*at, "inference", "by"), found, remedy="Use cluster, or leave 'inference' out.", on=((*at, "cohort"),))
    if question.inference.by == "set" and plan.by == "subclasses" and plan.subclasses < FEWEST_CLUSTERS:
        found = f"Uncertainty by set needs {FEWEST_CLUSTERS} sets or more, and there are {plan.subclasses} subclasses."
        yield Slip((*at, "inference", "by"), found, remedy="Use person, or leave 'inference' out.", on=((*at, "compare"),))
    reused = plan.reuse is not None and plan.reuse != 1
    if question.inference.by == "abadie_imbens" and not reused:
        found = "The error of Abadie and Imbens is for people who may be compared any number of times."
        yield Slip((*at, "inference", "by"), found, remedy="Set reuse = 0, or leave 'inference' out.", on=((*at, "compare"),))
    if question.inference.by in ("bootstrap", "exact") and reused and method.name != LINEAR:
        found = f"{shown(question.inference.by)} is not valid where one person is compared more than once (Abadie and Imbens 2008)."
        yield Slip((*at, "inference", "by"), found, f"Use {listed(['robust', 'abadie_imbens'])}.", on=((*at, "compare"),))


def _drawn_again(question: Question, plan: Matching, clustered: bool, at: Path) -> Iterator[Slip]:
    """Lots drawn again within sets need people who drew alone, one history, and a plain difference."""
    here = (*at, "inference", "by")
    if question.estimator != "difference":
        found = f'"exact" draws lots again for a difference of means, and the estimator is {shown(question.estimator)}.'
        yield Slip(here, found, remedy="Leave one of them out.", on=((*at, "estimator"),))
    if plan.missing == "impute":
        yield Slip(
            here, '"exact" draws lots again in one history, and missing = "impute" makes several.', remedy="Use robust.", on=((*at, "compare"),)
        )
    if clustered:
        yield Slip(here, '"exact" takes people one by one, and the cohort declares who shares luck.', remedy="Use cluster.", on=((*at, "cohort"),))


def _in_risk_sets(question: Question, plan: Matching, way: Way, at: Path) -> Iterator[Slip]:
    """With the clock of service the comparison is drawn for those served, and tells of nobody else."""
    if not way.in_risk_sets:
        found = f'by = "{plan.by}" weighs by the share who are served, which the draw has set where clock = "service".'
        yield Slip((*at, "compare", "by"), found, "Use a way whose effect is that on the served.", on=((*at, "cohort"),))
    elif question.estimand != "effect_on_the_served" and question.estimand in way.estimands:
        found = f'{shown(question.estimand)} is asked where clock = "service": those compared are drawn to be like the served, not for themselves.'
        yield Slip((*at, "estimand"), found, remedy='Say so: estimand = "effect_on_the_served".', on=((*at, "cohort"), (*at, "method")))
    if question.inference.by in ("exact", "abadie_imbens"):
        found = f"{shown(question.inference.by)} takes each row for a person of its own, and a person may be drawn on several days."
        yield Slip((*at, "inference", "by"), found, "Use robust, cluster or person.", on=((*at, "cohort"),))
    if question.inference.by == "bootstrap" and way.weighs:
        found = '"bootstrap" would draw people again, and with clock = "service" they belong to the sets that they were drawn for.'
        yield Slip((*at, "inference", "by"), found, "Use robust, cluster or person.", on=((*at, "cohort"),))
