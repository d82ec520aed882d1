"""The conditions that answers rest on, as a protocol announces them: what is looked at, the limit, and whose limit it is.

Limits are read from where they stand in `diagnostics`; a test holds every line against the diagnostics of answers that were given.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import (
    arms,
    balance,
    before_start,
    competing,
    costs,
    evalues,
    follow_up,
    hazards,
    likeness,
    matched,
    off_clock,
    omitted,
    power,
    priced,
    records,
    reporting,
    rosenbaum,
    standing_in,
    unrecorded,
)
from ..diagnostics.attrition import CAUTIOUS_BOUNDARY
from ..diagnostics.attrition import SOURCE as BOUNDARY_BY
from ..diagnostics.losses import LEAST_FOLLOWED
from ..findings.writing import catalogue
from ..terms import Study
from .answering import ANSWERING
from .condition import Condition
from .conditions_of_alarms import FROM_DATA
from .conditions_of_challenges import OF_CHALLENGES
from .conditions_of_places import AT_A_CUT_OFF, OF_A_SERIES, OVER_TIME, WITHOUT_A_COMPARISON
from .conditions_of_rivals import IN_ANOTHER_WAY
from .paper import Table

CONDITIONS: Mapping[str, Condition] = {
    "records_kept": Condition(
        "the share of rows set aside in each table that the answer reads",
        f"at most {100 * records.MOST_LOST:g} % of any table",
        "a rule of this project: no table that the answer reads may lose more",
    ),
    "programme_priced": Condition(
        "lines of the book of unit costs that price enrolments in the programme itself, whoever pays",
        "at least one",
        priced.OWN,
    ),
    "services_on_record": Condition(
        "services that the book of unit costs prices and of which the records hold no row",
        "none",
        priced.SOURCE,
        required=False,
    ),
    "overlapping_stays": Condition(
        "of the stays and enrolments priced by the day, those that overlap an earlier one of the same person and service",
        "none; where there are some, each of their days counts once",
        priced.ONCE,
        required=False,
    ),
    "reporting_lag": Condition(
        f"events on record in the last {reporting.SPAN} days that the source calls complete, against the {reporting.SPAN} days before",
        f"at least {reporting.LEAST_RECORDED:g} times as many, beyond luck of one in {1 / reporting.RAREST:,.0f}",
        "exact comparison of two Poisson counts (Przyborowski and Wilenski 1940); span and limits are rules of this project",
        required=False,
    ),
    "arms_large_enough": Condition(
        "people in each arm",
        f"at least {arms.FEWEST_PEOPLE}",
        "the smallest arm for which this project rehearsed the coverage of its intervals",
    ),
    "lot_looks_like_a_lot": Condition(
        "one test of all columns of the history together",
        f"p at least {balance.RAREST:g}; the columns are never judged one by one",
        balance.SOURCE,
    ),
    "score_estimated": Condition(
        "the columns that the score for matching rests on, and what was left out of it",
        "",
        "the propensity score: Rosenbaum and Rubin 1983",
        required=False,
    ),
    "propensity_overlap": Condition(
        "the share of the served whose score lies among those of the others",
        "",
        "common support: Dehejia and Wahba 1999",
        required=False,
    ),
    "served_matched": Condition(
        "the share of those whom the answer is about who found people like them",
        f"at least {100 * matched.FEWEST_MATCHED:g} %",
        "a rule of this project: an answer should be about most of those served",
        required=False,
    ),
    "left_out": Condition(
        "how many of those whom the answer is about are left out, why, and how they differ most from those kept",
        "",
        "whom an answer leaves out is part of it (Crump, Hotz, Imbens and Mitnik 2009)",
        required=False,
    ),
    "unrecorded_history": Condition(
        "the largest share of people in the comparison for whom nobody recorded a value of one column of the history",
        f"at most {100 * unrecorded.MOST_UNRECORDED:g} %",
        "a rule of this project; simulated: of the bias that a column brings, about the share is left for which nobody recorded it",
        required=False,
    ),
    "small_pools": Condition(
        "the share of sets that held fewer people than were to be drawn",
        f"at most {100 * matched.MOST_SHORT:g} %",
        "a rule of this project: most sets should be limited by the draw, not by who was there",
        required=False,
    ),
    "reuse_of_people": Condition(
        "different people compared, counted as people of equal weight",
        f"at least {matched.FEWEST_EFFECTIVE:g}",
        "Kish 1965, effective number; the smallest for which this project rehearsed the coverage of its intervals",
    ),
    "effective_sample": Condition(
        "the largest share of an arm that one person carries, and how many people of equal weight each arm is worth",
        f"at most {100 * matched.MOST_OF_AN_ARM:g} % of an arm",
        "a rule of this project: one person's share of the smallest arm for which it rehearsed its intervals; Kish 1965",
        required=False,
    ),
    "balance_before_matching": Condition(
        "the largest difference in the history before matching or weighting, in standard deviations of those whom the answer is about",
        "",
        "what matching had to make alike",
        required=False,
    ),
    "balance_after_matching": Condition(
        "the largest difference in the history after matching or weighting, in standard deviations of those whom the answer is about",
        f"at most {likeness.FARTHEST:g}",
        "What Works Clearinghouse, Standards Handbook 4.1: baseline equivalence cannot be had beyond .25",
    ),
    "closely_alike": Condition(
        "every difference in the history after matching or weighting",
        f"none above {likeness.CLOSE:g} standard deviations",
        "Austin 2009; the What Works Clearinghouse asks for an adjusted answer beyond .05",
        required=False,
    ),
    "variances_after_matching": Condition(
        "how widely each column of the history is spread in one arm and in the other",
        f"a ratio of variances from {1 / likeness.MOST_UNEVEN:g} to {likeness.MOST_UNEVEN:g}",
        "Rubin 2001; Stuart 2010: a ratio of variances between a half and two",
        required=False,
    ),
    "products_after_matching": Condition(
        "the largest difference, after matching or weighting, of a column's square or of a product of two",
        f"at most {likeness.FARTHEST:g}",
        "Stuart 2010: squares and products are looked at too; the limit is that of the columns",
        required=False,
    ),
    "distributions_after_matching": Condition(
        "the largest gap, after matching or weighting, between the distributions of a column in the two arms",
        "",
        "the largest gap between two distributions (Kolmogorov and Smirnov), as a distance and not as a test (Austin 2009)",
        required=False,
    ),
    "path_before_start": Condition(
        f"the outcome itself in each quarter ({before_start.QUARTER} days) before the start, as far as the sources were looked back on",
        f"none farther apart than {likeness.FARTHEST:g} standard deviations and than luck explains",
        before_start.PATH_SOURCE,
        required=False,
    ),
    "placebo_window": Condition(
        "the outcome before the longest window of the history, where no column looks",
        f"p at least {before_start.RAREST:g}",
        before_start.PLACEBO_SOURCE,
        required=False,
    ),
    "take_up": Condition(
        "the share of each arm that enrolled within the days declared",
        "",
        "intention to treat: people are compared as the lot left them (Hollis and Campbell 1999)",
        required=False,
    ),
    "attrition": Condition(
        "the share lost before the horizon, overall and between the arms",
        f"apart by at most {CAUTIOUS_BOUNDARY[0]} points where nobody else is lost, {CAUTIOUS_BOUNDARY[20]} where 20 % are, {CAUTIOUS_BOUNDARY[40]} "
        "where 40 % are",
        BOUNDARY_BY,
    ),
    "worst_case_bounds": Condition(
        "the effect had everybody lost fared as badly, or as well, as possible",
        "both bounds on one side of no effect",
        "Manski 1990",
        required=False,
    ),
    "losses": Condition(
        "the smallest chance, in any group, of being followed to the end, how many are followed in each arm, and how evenly the arms were left",
        f"a chance of {LEAST_FOLLOWED:g}, and {arms.FEWEST_PEOPLE} people; losses by other reasons than later service as even as attrition must be, "
        "or as luck explains",
        f"a rule of this project: nobody followed stands for more than ten, and ten at least are followed in each arm; {BOUNDARY_BY}",
    ),
    "later_service": Condition(
        "the share of those compared who were served themselves before the horizon",
        "",
        "comparison with people not yet served (Li, Propert and Rosenbaum 2001)",
        required=False,
    ),
    "kept_to_strategies": Condition(
        "how many people enrol in the days allowed and how many do not, of those whom no end keeps from it, and when those who enrol do",
        f"at least {matched.FEWEST_EFFECTIVE:g} of either",
        standing_in.KEPT,
    ),
    "competing_ends": Condition(
        "how many in each arm came to an end after which the event cannot happen, such as a death, and how much of the effect is what such ends took "
        "away, by their daily chances, where that makes the answer look better, beyond luck",
        f"less than {competing.MOST_OF_THE_EFFECT:g} times the effect, where it is larger than {competing.BEYOND_LUCK:g} standard errors; of days "
        "free of an event of which fewer are better, none: such an end is a loss of days",
        competing.SOURCE,
        required=False,
    ),
    "follow_up_complete": Condition(
        "the share of the days that people could have been followed on which they were, in the arm where it is smaller, and the median follow-up",
        f"at least {100 * follow_up.LEAST_COMPLETE:g} % of the days",
        "completeness: Clark, Altman and De Stavola 2002; the limit is a rule of this project",
        required=False,
    ),
    "censoring_by_arm": Condition(
        "whether one arm was left sooner, or by more, than the other",
        f"p at least {follow_up.RAREST:g}",
        "log-rank test of being lost (Mantel 1966), at 5 %: a rule of this project",
        required=False,
    ),
    "off_the_clock": Condition(
        "the share of each arm with fewer days at risk than the horizon asks for when it has passed by the calendar",
        f"at most {100 * off_clock.MOST_KEPT:g} %",
        "a rule of this project, rehearsed in invented counties: numbers of events were off by a sixth where a third were short",
        required=False,
    ),
    "smallest_risk_set": Condition(
        "the share of the smaller arm that is still followed without any end on the last day before the horizon, and what they are worth",
        f"at least {100 * follow_up.LEAST_AT_RISK:g} % of the arm, and people worth {arms.FEWEST_PEOPLE} of equal weight",
        "Pocock, Clayton and Altman 2002: no curve beyond the day on which 10 to 20 % are still followed; and ten people at least in each arm",
        required=False,
    ),
    "extreme_weights": Condition(
        "the largest share of an arm that one person carries once those who left, or left a plan, are stood for, what each arm is then worth, and "
        "the smallest chance behind a weight",
        f"at most {100 * matched.MOST_OF_AN_ARM:g} % of an arm; where people were lost, a chance of {LEAST_FOLLOWED:g}; of two plans, arms worth "
        f"{matched.FEWEST_EFFECTIVE:g} people of equal weight",
        standing_in.FEW_STAND,
        required=False,
    ),
    "move_away_bounds": Condition(
        "the effect had everybody of one arm who left fared as badly, and of the other as well, as possible",
        "both bounds on one side of no effect",
        "Manski 1990: worst-case bounds, of those who left before the event",
        required=False,
    ),
    "proportional_hazards": Condition(
        "whether the ratio of hazards beside the answer changes over the time followed, by covariate and all together",
        f"p at least {hazards.SIZE:g}; the answer does not rest on it",
        "Grambsch and Therneau 1994: score test of proportional hazards, at 5 %",
        required=False,
    ),
    "ratio_of_hazards": Condition(
        "whether a ratio of hazards can stand beside the answer, told where it cannot",
        "",
        "a partial likelihood without a top has no ratio (Cox 1972; Heinze and Schemper 2001)",
        required=False,
    ),
    "events_per_parameter": Condition(
        "how many people have the event, or enrol, for each number that a regression estimates",
        f"at least {hazards.FEWEST_EVENTS:g}",
        "Peduzzi, Concato, Feinstein and Holford 1995; Vittinghoff and McCulloch 2007: 5 to 9 may do",
        required=False,
    ),
    "sparse_events": Condition(
        "people with the event, and without it, in each arm",
        f"at least {arms.FEWEST_EVENTS} of each",
        "the rule of ten successes and ten failures (Moore, McCabe and Craig); coverage rehearsed by this project",
        required=False,
    ),
    "same_day_events": Condition(
        "people with the event on the day of the start, which is not counted",
        "",
        "marks count from the day after the start",
        required=False,
    ),
    "skewed_amounts": Condition(
        "the skewness of the estimate",
        f"at most {arms.MOST_SKEW:g} either way",
        "Hall 1992; coverage rehearsed by this project",
        required=False,
    ),
    "people_with_costs": Condition(
        "people of each arm, followed to the end, who came to any amount",
        f"at least {arms.FEWEST_EVENTS}",
        costs.RULE_OF_TEN,
    ),
    "dearest_hundredth": Condition(
        "what the dearest hundredth of each arm comes to, as a share of all that the arm comes to", "", costs.RESTS_ON_FEW, required=False
    ),
    "without_the_dearest": Condition(
        "how far the difference moves where everybody above the 99th percentile is set to it, or left out, in standard errors",
        f"at most {costs.BY_LUCK:g}",
        costs.FEW_LARGE,
        required=False,
    ),
    "cost_family": Condition(
        "to which power of the mean the variance of amounts above 0 grows: 0 normal, 1 Poisson, 2 gamma, 3 inverse normal",
        "",
        costs.PARK,
        required=False,
    ),
    "few_clusters": Condition(
        "what the clusters are worth in degrees of freedom",
        f"at least {arms.LEAST_FREEDOM:g}",
        "Tipton 2015; Pustejovsky and Tipton 2018",
    ),
    "detectable_effect": Condition(
        f"the smallest effect that {100 * power.POWER:g} % of studies of this size would see",
        "the smallest difference worth having",
        "Bloom 1995: minimum detectable effect at 80 % power, two-sided 5 %",
        required=False,
    ),
    "hidden_bias": Condition(
        "how unlike in their odds of being served, through something that nobody recorded, people of one set would have to be for the result to be "
        "luck; where sets have one person of an arm",
        "",
        rosenbaum.SOURCE,
        required=False,
    ),
    "e_value": Condition(
        "how strongly something that nobody recorded would have to go with being served and with the outcome, as ratios, to explain the result",
        "",
        evalues.SOURCE,
        required=False,
    ),
    "omitted_variable": Condition(
        "the share of what is left of who was served, and of the outcome, that something unrecorded would have to explain to bring the result to "
        "nothing; beside it, what the like of the strongest column on record, as strong with being served as before matching, would do",
        "",
        omitted.SOURCE,
        required=False,
    ),
    **OVER_TIME,
    **AT_A_CUT_OFF,
    **OF_A_SERIES,
    **WITHOUT_A_COMPARISON,
    **OF_CHALLENGES,
    **FROM_DATA,
    **IN_ANOTHER_WAY,
}


def conditions(study: Study) -> Table:
    """The table of all conditions that the answers of a study will be held to, and which of its questions each is for."""
    for_questions: dict[tuple[str, str], list[int]] = {}
    for number, question in enumerate(study.questions, start=1):
        way = ANSWERING[question.method]
        for name in way.held(question, study.cohorts[question.cohort], study):
            failing = _failing(CONDITIONS[name], name in way.required_here(question))
            for_questions.setdefault((name, failing), []).append(number)
    head = ("Condition", "What is looked at", "Limit", "If it does not hold", "For questions", "Whose limit")
    in_order = sorted(for_questions, key=lambda key: list(CONDITIONS).index(key[0]))
    rows = (_row(name, failing, for_questions[name, failing], len(study.questions)) for name, failing in in_order)
    return Table("What is looked at before an answer is believed", head, tuple(tuple((text,) for text in row) for row in rows))


def _row(name: str, failing: str, numbers: list[int], questions: int) -> tuple[str, ...]:
    one, said = CONDITIONS[name], catalogue("en")["condition"].get(name, name)
    whose = "all" if len(numbers) == questions else ", ".join(map(str, numbers))
    return said[:1].upper() + said[1:], one.looked_at, one.limit or "none: shown, not judged", failing, whose, one.source


def _failing(condition: Condition, required_here: bool) -> str:
    if condition.required or required_here:
        return "the question is not answered"
    return "the finding says so" if condition.limit else "nothing"
