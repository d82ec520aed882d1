"""Who is compared with whom where nobody drew lots, from what the design declares: on which day, drawn from whom, and matched or weighted how."""

from __future__ import annotations

from collections.abc import Mapping

from babel.lists import format_list

from ..findings.belief import readable
from ..findings.whom import chooses
from ..findings.writing import LOCALES
from ..methods.matched.ways import WAYS
from ..terms import CohortPlan, CompareBy, LaterServed, Matching, Question
from .language import Words, label

LATER: Mapping[LaterServed, str] = {"censor": "text.later_censor", "keep": "text.later_keep"}
WAY: Mapping[CompareBy, str] = {
    "optimal": "text.way_optimal",
    "full": "text.way_full",
    "coarsened_exact": "text.way_coarsened",
    "exact": "text.way_exact",
    "subclasses": "text.way_subclasses",
    "cardinality": "text.way_cardinality",
    "profile": "text.way_profile",
    "inverse_probability": "text.way_inverse",
    "overlap": "text.way_overlap",
    "matching_weights": "text.way_matching_weights",
    "entropy_balancing": "text.way_entropy",
    "covariate_balancing": "text.way_balancing",
    "tilting": "text.way_tilting",
}


def who_is_compared(plan: CohortPlan, question: Question, columns: tuple[str, ...], words: Words) -> Mapping[str, str]:
    """By the name of a term, what a page says of a comparison that is matched or weighted; nothing of any other.

    `columns` are those of the history by which people were compared, where the question does not name some of them.
    """
    if not chooses(question, plan.by):
        return {}
    service = plan.clock == "service"
    others = "text.drawn_offered" if question.estimand == "effect_on_the_compared" else "text.drawn_offer"
    drawn = words.filled("text.drawn_service", n=words.whole(plan.compared.draw)) if service else words[others]
    said = {
        "day": words[_day(plan)],
        "drawn": words.filled("text.drawn_exact", drawn=drawn, columns=_listed(plan.exact, words)) if plan.exact else drawn,
    }
    how = question.compare or Matching()
    if on := how.on or columns:
        said["nearest"] = _adjusted(_chosen(how, on, words, _served(plan, words)), question, words)
    return said | ({"later": words[LATER[plan.compared.later_served]]} if service else {})


def way_of(plan: CohortPlan, question: Question, words: Words) -> str:
    """In a few words, how the people compared are chosen; for a page on which one thing is asked in several ways."""
    if not chooses(question, plan.by):
        return ""
    way = _adjusted(_way(question.compare or Matching(), words, _served(plan, words)), question, words)
    return words.filled("text.way_shown", way=way)


def _served(plan: CohortPlan, words: Words) -> str:
    return words["text.nearest_served" if plan.clock == "service" else "text.nearest_offered"]


def _day(plan: CohortPlan) -> str:
    """Which day starts the clocks: with a day that made people eligible, those compared are taken as long after theirs."""
    if plan.clock == "eligibility":
        return "text.day_eligible"
    named = plan.served.enrolment if plan.served else ""
    lasting = plan.starts.rule == "spell" or plan.starts.enrolment == (named,)
    return "text.day_same" if lasting else "text.day_since"


def _chosen(how: Matching, on: tuple[str, ...], words: Words, served: str) -> str:
    """Who of those drawn is compared, by which columns, and how far away at most."""
    by_chance = how.by == "matching" and how.distance in ("logit", "probability")
    if by_chance and not how.most and how.reuse in (None, 1):
        one = "text.nearest_one" if how.ratio == 1 else "text.nearest_several"
        chosen = words.filled(one, n=words.whole(how.ratio), columns=_listed(on, words), served=served)
    else:
        by = (how.column,) if how.distance == "column" and WAYS[how.by].near else on
        chosen = words.filled("text.going_by", way=_way(how, words, served), columns=_listed(by, words))
    if not how.caliper or not WAYS[how.by].near:
        return chosen
    limit = "text.caliper_raw" if how.unit == "raw" else "text.caliper" if by_chance or how.distance == "column" else "text.caliper_chance"
    return words.filled(limit, nearest=chosen, n=words.number(how.caliper), served=served)


def _way(how: Matching, words: Words, served: str) -> str:
    if how.by == "matching":
        return _nearest(how, words)
    if how.by == "optimal" and how.ratio == 1:
        return words["text.way_optimal_one"]
    n = how.subclasses if how.by == "subclasses" else how.ratio
    return words.filled(WAY[how.by], n=words.whole(n), served=served)


def _nearest(how: Matching, words: Words) -> str:
    if how.most:
        way = words.filled("text.way_varying", low=words.whole(how.fewest), high=words.whole(how.most))
    else:
        way = words.filled("text.way_one" if how.ratio == 1 else "text.way_several", n=words.whole(how.ratio))
    return words.filled("text.way_again", way=way) if how.reuse == 0 else way


def _adjusted(way: str, question: Question, words: Words) -> str:
    """With what the estimator adds to the comparison."""
    adds = {"regression": "text.way_regression", "doubly_robust": "text.way_doubly"}.get(question.estimator)
    return words.filled(adds, way=way) if adds else way


def _listed(columns: tuple[str, ...], words: Words) -> str:
    return format_list([label(readable(name, words.language)) for name in columns], locale=LOCALES[words.language])
