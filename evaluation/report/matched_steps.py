"""How a matched comparison will be made and read, as a protocol says it before any data: one sentence for each thing that a design settles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..methods.matched.ways import SCORE, WAYS, Way, needs_score
from ..outcomes import DEFINED
from ..terms import Caliper, CohortPlan, CompareBy, DistanceBy, EstimandName, Matching, OrderBy, Question, Study
from .declared import listing, quoted, several

LIKE: Mapping[DistanceBy, str] = {
    "logit": "by that score’s logit",
    "probability": "by that score",
    "mahalanobis": "by the Mahalanobis distance of all these columns (covariance pooled within the two sides; Rubin 1980)",
    "robust_mahalanobis": "by the Mahalanobis distance of their ranks (Rosenbaum 2010)",
    "scaled_euclidean": "by the Euclidean distance of these columns in standard deviations",
}
UNITS = {"sd": "standard deviations over everybody", "pooled_sd": "standard deviations pooled within the two sides", "raw": "units of its own"}
ORDER: Mapping[OrderBy, str] = {
    "largest": "whoever has the largest score chooses first",
    "smallest": "whoever has the smallest score chooses first",
    "closest": "the two closest of all are taken first",
    "farthest": "whoever’s nearest is the farthest chooses first",
    "random": "who chooses first is drawn",
}


def steps_of_matching(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    how = question.compare or Matching()
    way = WAYS[how.by]
    yield from steps_of_comparing(question, plan, study)
    yield _estimate(question, how, way)
    yield "Beside the difference stands the ratio, its interval found on the scale of logarithms (delta method), where both sides are above nothing."
    yield _lost(plan)
    yield interval(question, plan, how, way)


def steps_of_comparing(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """Who is compared with whom, and what each weighs: what is done before any outcome is read."""
    how = question.compare or Matching()
    way = WAYS[how.by]
    columns = quoted(how.on or (column.name for column in study.history), "and")
    yield from _columns(how)
    if needs_score(way, how):
        yield _score(how, columns)
    yield from _set_aside(how, way)
    yield _chosen(question, plan, how, columns)
    yield from _within(plan, how, way)
    yield _weights(question, how, way, plan)
    yield _who_is_left(plan, question, way)


# ------------------------------------------------------------------------------------------------ what people should be alike in
def _columns(how: Matching) -> Iterator[str]:
    if how.categories:
        yield f"The values of {quoted(how.categories, 'and')} are codes: each code is a column of its own."
    if how.missing == "refuse":
        yield "Where a value of the history is missing, the question is refused."
    elif how.missing == "impute":
        yield (
            f"Values of the history that are missing are imputed {how.imputations} times, each time from the other columns and from who was served, "
            "by chained equations; people are compared within each completed history, and the answers are pooled by Rubin’s rules (Rubin 1987)."
        )
    else:
        yield "A value of the history that is missing stands at its column’s mean, beside a column that says where it is missing."


def _score(how: Matching, columns: str) -> str:
    if how.score == "flexible":
        return (
            f"The chance of being served is learnt from {columns} by gradient-boosted trees, each person’s from other people alone (cross-fitting: "
            "Chernozhukov and others 2018), before any outcome is read."
        )
    return f"A propensity score is estimated by logit regression of who is served on {columns}, before any outcome is read."


def _set_aside(how: Matching, way: Way) -> Iterator[str]:
    if how.discard != "none" and way.words >= SCORE:
        whose = {"served": "Those served", "compared": "Those who could be compared", "both": "People on either side"}[how.discard]
        yield f"{whose} whose score lies beyond every score of the other side are set aside and counted."
    if how.trim:
        beyond = f"below {how.trim:g} or above {1 - how.trim:g}"
        yield f"People whose chance of being served is {beyond} are set aside and counted (Crump and others 2009)."


# ------------------------------------------------------------------------------------------------ who is compared
def _chosen(question: Question, plan: CohortPlan, how: Matching, columns: str) -> str:
    if how.by in ("matching", "optimal", "full"):
        return _near(question, plan, how)
    if how.by == "profile":
        return _profile(question, how, columns)
    return _OTHERS[how.by](how, columns)


def _near(question: Question, plan: CohortPlan, how: Matching) -> str:
    like = f"by “{how.column}”" if how.distance == "column" else LIKE[how.distance]
    limits = _limits(how)
    if how.by == "full":
        return (
            "Everybody who may be compared is put in a set of one person of one side with one or more of the other, so that the sum of all gaps "
            f"{like} is the smallest there is (full matching: Rosenbaum 1991; Hansen 2004){limits}."
        )
    others = question.estimand == "effect_on_the_compared"
    one = _whom(plan)[others]
    where = "among the people drawn for that day" if plan.served else f"among {_whom(plan)[not others]}"
    if how.by == "optimal":
        return (
            f"Each person {one} is compared with {several(how.ratio, 'person', 'people')} at most, {where}, each taken once, so that as many as can "
            f"be are compared and the sum of all gaps {like} is the smallest there is (Rosenbaum 1989){limits}."
        )
    from ..methods.matched.gathering import SEED  # only such a design waits for Numba and statsmodels

    many = f"{how.ratio} people at most" if how.ratio > 1 else "1 person at most"
    if how.most:
        many = f"{how.fewest} to {how.most} people, {how.ratio} on average, more where others abound (Ming and Rosenbaum 2000)"
    ties = f"ties by a draw from seed {SEED}"
    order = f"; {ORDER[how.order]}" if not plan.served and how.reuse != 0 and how.distance in ("logit", "probability", "column") else ""
    return f"Each person {one} is compared with the nearest {like} ({many}), {where}, {_reuse(plan, how)}{limits}{order}; {ties}."


def _whom(plan: CohortPlan) -> tuple[str, str]:
    """Those whom the programme reached, and the others."""
    if plan.served:
        return "served", "people not yet served"
    return "offered the programme", "people not offered the programme"


def _reuse(plan: CohortPlan, how: Matching) -> str:
    if how.reuse is None:
        return "one person in any number of such sets" if plan.served else "each taken once"
    if how.reuse == 0:
        return "each taken as often as they are nearest"
    return f"each taken {'once' if how.reuse == 1 else f'{how.reuse} times'} at most"


def _limits(how: Matching) -> str:
    """The calipers, in words."""
    told = []
    if how.caliper and how.distance != "column":
        whose = "the score’s own units" if how.unit == "raw" else UNITS[how.unit]
        scale = "logit of the score" if how.distance != "probability" else "score"
        if how.distance == "logit" and how.unit == "sd":
            told.append(f"no farther than {how.caliper:g} standard deviations of the score’s logit")
        else:
            told.append(f"no farther apart than {how.caliper:g} in the {scale}, in {whose}")
    elif how.caliper:
        told.append(f"no farther apart than {how.caliper:g} in “{how.column}”, in {UNITS[how.unit]}")
    told += [f"no farther apart than {limit.within:g} in “{name}”, in {UNITS[limit.unit]}" for name, limit in _calipers(how)]
    return f", {listing(told)}" if told else ", however far"


def _calipers(how: Matching) -> Iterator[tuple[str, Caliper]]:
    yield from how.calipers.items()


def _coarsened(how: Matching, columns: str) -> str:
    cells = [
        *(f"“{name}” is cut into {bins} bins of equal width" for name, bins in how.bins.items()),
        *(f"“{name}” into {many} parts that hold as many people" for name, many in how.quantiles.items()),
        *(f"“{name}” at {listing(f'{cut:g}' for cut in cuts)}" for name, cuts in how.cuts.items()),
        "any other column of more than two values into as many bins of equal width as Sturges (1926) advises",
    ]
    pairs = "  Inside each cell the closest pairs are taken, closest first, each person once." if how.one_to_one else ""
    return (
        f"People are compared with all those of the same cell of {columns}, coarsened before (Iacus, King and Porro 2012): {'; '.join(cells)}.  "
        f"Whoever is in a cell without the other side is left out.{pairs}"
    )


def _exact(how: Matching, columns: str) -> str:
    return f"People are compared with all those who have the same values of {columns}; whoever has nobody of the other side so is left out."


def _subclasses(how: Matching, columns: str) -> str:
    return (
        f"People are compared inside {how.subclasses} classes of that score, which hold equally many of those whom the answer is about (Rosenbaum "
        "and Rubin 1984)."
    )


def _cardinality(how: Matching, columns: str) -> str:
    each = "as many" if how.ratio == 1 else f"{how.ratio} times as many"
    return (
        f"The largest group is chosen, with {each} others, whose means of {columns} lie within {how.tolerance:g} standard deviations of each other "
        "(cardinality matching: Zubizarreta, Paredes and Rosenbaum 2014), by integer programming."
    )


def _profile(question: Question, how: Matching, columns: str) -> str:
    if question.estimand == "average_effect":
        return (
            f"The largest part of each side is chosen whose means of {columns} lie within {how.tolerance / 2:g} standard deviations of everybody’s, "
            f"so that the sides lie within {how.tolerance:g} of each other (profile matching: Cohn and Zubizarreta 2022), by integer programming."
        )
    return (
        f"Everybody whom the answer is about stays, and the largest group of the others is chosen whose means of {columns} lie within "
        f"{how.tolerance:g} standard deviations of theirs (profile matching: Cohn and Zubizarreta 2022), by integer programming."
    )


def _balanced(how: Matching, columns: str) -> str:
    what = {
        "entropy_balancing": "the most even weights that there are (entropy balancing: Hainmueller 2012)",
        "covariate_balancing": "the weights of the score that balances them (Imai and Ratkovic 2014)",
        "tilting": "the weights of a score for each side that balances them (inverse probability tilting: Graham, Pinto and Egel 2012)",
    }[how.by]
    moments = "means and squares" if how.moments == 2 else "means"
    return f"Nobody is chosen: people are weighted until the {moments} of {columns} are the same, by {what}."


_OTHERS = {
    "coarsened_exact": _coarsened,
    "exact": _exact,
    "subclasses": _subclasses,
    "cardinality": _cardinality,
    "inverse_probability": lambda how, columns: (
        "Nobody is chosen: people are weighted by that score so that each side stands for those whom the answer is about (inverse probability "
        "weights: Rosenbaum 1987); no weight is cut."
    ),
    "overlap": lambda how, columns: (
        "Nobody is chosen: each person weighs the chance of being on the other side, so that those count most who might as well have been on either "
        "(overlap weights: Li, Morgan and Zaslavsky 2018)."
    ),
    "matching_weights": lambda how, columns: (
        "Nobody is chosen: each person weighs the smaller of the two chances over that of being where they are, as pairs would on average (matching "
        "weights: Li and Greene 2013)."
    ),
    "entropy_balancing": _balanced,
    "covariate_balancing": _balanced,
    "tilting": _balanced,
}


def _within(plan: CohortPlan, how: Matching, way: Way) -> Iterator[str]:
    """What people compared agree in, or differ in."""
    exact = (*(() if plan.served else plan.exact), *how.exact)
    if exact and way.weighs:
        yield f"Each combination of {quoted(exact, 'and')} is one more column that is balanced; one without both sides is left out."
    elif exact:
        yield f"Nobody is compared with anybody who differs in {quoted(exact)}."
    if how.unlike:
        yield f"Nobody is compared with anybody who has the same {quoted(how.unlike)}."
    if plan.served and way.pooled:
        yield (
            "The people drawn for all days are taken together: they were drawn on the days on which others were served, as many for each.  How early "
            "or late in these years that was is one more column that is balanced."
        )


# ------------------------------------------------------------------------------------------------ what each weighs, and who is left
def about(estimand: EstimandName, plan: CohortPlan) -> str:
    """Whom an effect is about, in words."""
    offered = "offered the programme" if not plan.served else "served"
    return {
        "effect_on_the_served": f"those {offered}",
        "effect_on_the_compared": f"those not {offered}",
        "average_effect": "everybody studied",
        "effect_in_the_overlap": f"those who might as well have been {offered} as not",
        "effect_on_the_matchable": "those of either side who could be evenly matched",
    }[estimand]


def _weights(question: Question, how: Matching, way: Way, plan: CohortPlan) -> str:
    whom = about(question.estimand, plan)
    if way.weighs:
        return f"The answer is about {whom}; the weights of each side add to how many these are, and how few people they are worth is told."
    if how.by in ("cardinality", "profile"):
        return f"The answer is about {whom} who are chosen; everybody of one side weighs the same."
    if question.estimand == "average_effect":
        return f"The answer is about {whom}: in each set either side weighs as many as the set has people."
    one = _whom(plan)[question.estimand == "effect_on_the_compared"]
    return f"The answer is about {whom}: each person {one.removeprefix('people ')} weighs one, and in each set the others weigh as much together."


def _who_is_left(plan: CohortPlan, question: Question, way: Way) -> str:
    from ..methods.matched.comparison import FEWEST

    one = _whom(plan)[question.estimand == "effect_on_the_compared"].removeprefix("people ")
    if way.near and question.estimand != "average_effect":
        return (
            f"A person {one} for whom nobody is near enough is left out and counted, and the finding names anew whom it is about; with fewer than "
            f"{FEWEST} matched, the question is not answered."
        )
    return (
        f"Whoever is left out is counted, and the finding names anew whom it is about; with fewer than {FEWEST} people on either side, the question "
        "is not answered."
    )


# ------------------------------------------------------------------------------------------------ how it is read
def _estimate(question: Question, how: Matching, way: Way) -> str:
    outcome = DEFINED[question.outcome]
    measure = f"mean {outcome.unit}" if outcome.kind == "amount" else "shares"
    if question.estimator == "regression":
        return (
            f"The estimate is the difference of the {measure} that a regression of the outcome on the same columns predicts were everybody on the "
            "one side or on the other: weighted, with slopes of its own on each side, averaged over those whom the answer is about (g-computation: "
            "Greifer and Stuart 2021)."
        )
    if question.estimator == "doubly_robust":
        learner = "trees" if how.score == "flexible" else "a penalised regression"
        return (
            f"The estimate is the difference of the {measure} told twice over, by those weights and by {learner} of the outcome learnt from other "
            "people (augmented weighting: Robins, Rotnitzky and Zhao 1994; cross-fitted: Chernozhukov and others 2018): right where either is."
        )
    beside = "weighted as above" if way.weighs or how.by in ("cardinality", "profile") else "each matched set weighing as said above"
    return f"The estimate is the difference of the {measure} between the two sides, {beside}."


def _lost(plan: CohortPlan) -> str:
    own = ", or a service of their own" if plan.served and plan.compared.later_served == "censor" else ""
    return (
        f"People lost before the horizon (by a move, the end of the records{own}) are stood for by those still followed on the same side who were as "
        "likely to be lost, by a Poisson regression on the history: inverse probabilities of being followed, within tenths of that rate or fewer "
        "groups where few are there (Robins and Rotnitzky 1992; Bang and Tsiatis 2000)."
    )


def interval(question: Question, plan: CohortPlan, how: Matching, way: Way) -> str:
    """By what the range is found."""
    by, shared = question.inference.by, f"who are of one {quoted(plan.cluster)}" if plan.cluster else "who are the same person"
    if by == "abadie_imbens":
        return "The 95 % interval is that of Abadie and Imbens (2006), for people who may be compared any number of times."
    if by == "bootstrap":
        again = (
            "people are drawn again, and the comparison is made anew among them" if way.weighs else "matched sets are drawn again, the match given"
        )
        return f"The 95 % interval is by the bootstrap: {again} (Efron 1979; Austin and Small 2014)."
    if by == "exact":
        return (
            "The 95 % interval is the randomisation test of a constant shift within sets, turned round (Rosenbaum 2002): exact were people of a set "
            "as likely as each other to be served."
        )
    ends = (
        ", by the t distribution of the smaller number of clusters, or of what they are worth where they weigh unevenly (Carter, Schnepel and "
        "Steigerwald 2017)."
    )
    if by == "set":
        return f"The 95 % interval allows for rows of one set{ends}"
    if by == "person" or not _stands_in_sets(how, way):
        whose = "who are the same person" if by == "person" else shared
        learnt = "; that the weights were themselves estimated is counted (M-estimation: Stefanski and Boos 2002)" if way.weighs else ""
        return f"The 95 % interval allows for rows of people {whose}{learnt if how.score == 'regression' else ''}{ends}"
    few = "" if way.near else "  With fewer than 20 sets, which are then strata, the first of these is left out." if how.by != "exact" else ""
    both = f"for rows of one set, and for rows of people {shared} (two-way clusters: Cameron, Gelbach and Miller 2011)"
    return f"The 95 % interval allows {both}{ends}{few}"


def _stands_in_sets(how: Matching, way: Way) -> bool:
    """Whether people compared stand beside each other in sets; groups that are alike as a whole do not."""
    by: CompareBy = how.by
    return not way.weighs and by not in ("cardinality", "profile")
