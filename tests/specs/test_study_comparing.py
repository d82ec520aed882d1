"""How the people compared are chosen: a word that a way does not read, or an effect that it cannot tell, is refused in one sentence."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from one_idea_away import CLOCK, OFFER, SERVICE, changed, refusals

from evaluation.methods import METHODS
from evaluation.methods.matched.ways import ALWAYS, WAYS
from evaluation.study import parse
from evaluation.study.words import ALIASES, types_of
from evaluation.terms import (
    Aggregate,
    CompareBy,
    Concurrent,
    EstimandName,
    EstimatorName,
    InferenceBy,
    Left,
    Matching,
    Measure,
    Pool,
    Question,
    Study,
    TimeScale,
)

ESTIMAND = 'estimand = "effect_on_the_served"'
LINE = '"matched"\n' + ESTIMAND


def offered(compare: str, *, estimand: str = "effect_on_the_served", more: str = "") -> str:
    """The design by offer, its first question asked so."""
    return changed(OFFER, (LINE, f'"matched"\nestimand = "{estimand}"\ncompare = {{ {compare} }}\n{more}'))


def served(compare: str, more: str = "") -> str:
    """The design by the day of service, asked so."""
    before = SERVICE.partition("compare    =")[2].partition("\n")[0]
    return changed(SERVICE, (f"compare    ={before}", f"compare = {{ {compare} }}\n{more}"))


def compared(design: str) -> Matching:
    """What the first question of a design says of whom it compares."""
    study: Study = parse(design)
    assert study.questions[0].compare
    return study.questions[0].compare


def test_every_word_of_by_has_a_way_and_every_way_reads_words_that_there_are() -> None:
    assert set(WAYS) == set(get_args(CompareBy))
    for way in WAYS.values():
        assert way.reads <= set(types_of(Matching))
        assert way.estimands <= METHODS["matched"].estimands and way.inference <= METHODS["matched"].inference
    assert set().union(*(way.reads for way in WAYS.values())) == set(types_of(Matching)), "a word that no way reads"


IN_ORDER = (
    "ratio = 3",
    'distance = "mahalanobis", calipers = { arrests_2_years = { within = 5 } }, order = "closest"',
    "ratio = 2, fewest = 1, most = 4",
    "reuse = 0",
    'distance = "column", column = "arrests_2_years"',
    'by = "coarsened_exact", cuts = { arrests_2_years = [1, 2.5] }',
    'by = "cardinality", tolerance = 0.05',
    'by = "entropy_balancing", moments = 2',
    'by = "full", exact = "arrests_2_years", missing = "refuse"',
    'missing = "impute", imputations = 5',
    'distance = "mahalanobis", score = "flexible", unit = "raw"',  # of its caliper
    'by = "entropy_balancing", score = "flexible", trim = 0.1',
    'by = "coarsened_exact", bins = { arrests_2_years = 4 }, one_to_one = true',
)


@pytest.mark.parametrize("compare", IN_ORDER)
def test_what_a_way_reads_may_be_said(compare: str) -> None:
    assert refusals(offered(compare)) == []


def test_what_is_said_is_what_is_read() -> None:
    told = compared(offered('calipers = { arrests_2_years = { within = 5, unit = "sd" } }, reuse = 2, order = "random"'))

    assert (told.calipers["arrests_2_years"].within, told.calipers["arrests_2_years"].unit, told.reuse, told.order) == (5, "sd", 2, "random")
    assert compared(offered('by = "coarsened_exact", bins = { arrests_2_years = 4 }')).bins == {"arrests_2_years": 4}


VARYING = (
    "1 <= fewest <= ratio <= most: 'ratio' is how many people each has beside them on average. Write all three: fewest = 1, ratio = 2, most = 4."
)
AWAY = {
    "a ratio of weights": (
        offered('by = "overlap", ratio = 2', estimand="effect_in_the_overlap"),
        f"'ratio' means nothing with by = \"overlap\". Its words are {', '.join(sorted(ALWAYS | {'score', 'discard', 'trim'}))}. Leave it out.",
    ),
    "another effect than the overlap's": (
        offered('by = "overlap"'),
        'by = "overlap" does not tell "effect_on_the_served". It tells effect_in_the_overlap.',
    ),
    "everybody, by the nearest": (
        offered("ratio = 1", estimand="average_effect"),
        'by = "matching" does not tell "average_effect". It tells effect_on_the_compared, effect_on_the_served. '
        'Left out, it is average_effect: write estimand = "effect_on_the_served".',
    ),
    "two models, of pairs": (
        offered("ratio = 1", more='estimator = "doubly_robust"'),
        'by = "matching" does not go with "doubly_robust". It does with difference, regression.',
    ),
    "pairs drawn again, of weights": (
        offered('by = "entropy_balancing"', more='inference = { by = "exact" }'),
        'by = "entropy_balancing" does not measure uncertainty by "exact". It does by bootstrap, cluster, person, robust.',
    ),
    "a bootstrap of people compared again and again": (
        offered("reuse = 0", more='inference = { by = "bootstrap" }'),
        '"bootstrap" is not valid where one person is compared more than once (Abadie and Imbens 2008). Use robust, abadie_imbens.',
    ),
    "an error for people compared again, of people compared once": (
        offered("ratio = 1", more='inference = { by = "abadie_imbens" }'),
        "The error of Abadie and Imbens is for people who may be compared any number of times. Set reuse = 0, or leave 'inference' out.",
    ),
    "a ratio that varies around no mean": (
        offered("ratio = 5, fewest = 1, most = 3"),
        f"With 'fewest' or 'most' the ratio varies, and fewest is 1, ratio 5 and most 3. {VARYING}",
    ),
    "a most without a mean": (
        offered("most = 3"),
        f"With 'fewest' or 'most' the ratio varies, and fewest is 0, ratio 1 and most 3. {VARYING}",
    ),
    "imputations of nothing": (
        offered("imputations = 5"),
        "'imputations' is 5, and missing is \"indicator\": nothing is imputed. Write missing = \"impute\", or leave it out.",
    ),
    "the unit of any gap": (
        offered('caliper = 0, unit = "raw"'),
        "'unit' is \"raw\", and caliper = 0 allows any gap. The unit of each of 'calipers' stands with it. Leave it out, or set a caliper.",
    ),
    "trees that nothing is told by": (
        offered('distance = "mahalanobis", caliper = 0, score = "flexible"'),
        "'score' is \"flexible\", and nothing here is told by a score. Leave it out.",
    ),
    "trees that no weight is told by": (
        offered('by = "entropy_balancing", score = "flexible"'),
        "'score' is \"flexible\", and nothing here is told by a score. Leave it out.",
    ),
    "alike and unlike": (
        offered('exact = "arrests_2_years", unlike = "arrests_2_years"'),
        'People compared are to agree in "arrests_2_years" and to differ in it: nobody could be compared. '
        "Leave it out of 'exact' or of 'unlike'.",
    ),
    "a column of person": (
        offered('exact = "sex"'),
        '"sex" is not a column of the history. There is arrests_2_years. '
        "Columns of 'person', such as sex, are named in 'exact' of the cohort.",
    ),
    "an error of people one by one, who share luck": (
        changed(offered("reuse = 0", more='inference = { by = "abadie_imbens" }'), (CLOCK, f'{CLOCK}\ncluster = "family"')),
        '"abadie_imbens" takes people one by one, and the cohort declares who shares luck. Use cluster, or leave \'inference\' out.',
    ),
    "sets, of groups that have none": (
        offered('by = "cardinality"', more='inference = { by = "set" }'),
        'by = "cardinality" does not measure uncertainty by "set". It does by bootstrap, cluster, person, robust.',
    ),
    "a number for yes": (offered('by = "coarsened_exact", one_to_one = 1'), "'one_to_one' is 1. It should be true or false."),
    "a table for yes": (offered('by = "coarsened_exact", one_to_one = {}'), "'one_to_one' is a table. It should be true or false."),
    "a text for yes": (offered('by = "coarsened_exact", one_to_one = "yes"'), "'one_to_one' is \"yes\". It should be true or false."),
    "another's name of a way": (
        offered('by = "cem"'),
        f"'by' is \"cem\". Did you mean 'coarsened_exact'? It is one of {', '.join(WAYS)}.",
    ),
    "another's name of an effect": (
        offered("ratio = 1", estimand="att"),
        f"'estimand' is \"att\". Did you mean 'effect_on_the_served'? It is one of {', '.join(get_args(EstimandName))}.",
    ),
    "a distance of one's own, unnamed": (
        offered('distance = "column"'),
        '\'column\' is missing. Write both: distance = "column", column = "...".',
    ),
    "a caliper of no column": (
        offered("calipers = { prior_arrest = { within = 2 } }"),
        '"prior_arrest" is not a column of the history. There is arrests_2_years.',
    ),
    "cuts that fall": (
        offered('by = "coarsened_exact", cuts = { arrests_2_years = [2, 1] }'),
        "The cuts of \"arrests_2_years\" do not rise. Write each once, in order.",
    ),
    "a column cut twice": (
        offered('by = "coarsened_exact", bins = { arrests_2_years = 3 }, quantiles = { arrests_2_years = 3 }'),
        '"arrests_2_years" is coarsened in two ways. Each column has one of bins, quantiles and cuts.',
    ),
    "an order by a score that there is none of": (
        offered('distance = "mahalanobis", order = "smallest"'),
        'The order "smallest" is by a score, and distance is "mahalanobis".',
    ),
    "overlap in risk sets": (
        changed(served('by = "overlap"'), (ESTIMAND.replace(" =", "   ="), 'estimand   = "effect_in_the_overlap"')),
        'by = "overlap" weighs by the share who are served, which the draw has set where clock = "service". '
        "Use a way whose effect is that on the served.",
    ),
    "the effect on the compared in risk sets": (
        changed(served('by = "full"'), (ESTIMAND.replace(" =", "   ="), 'estimand   = "effect_on_the_compared"')),
        '"effect_on_the_compared" is asked where clock = "service": those compared are drawn to be like the served, not for themselves. '
        'Say so: estimand = "effect_on_the_served".',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AWAY)
def test_what_cannot_be_kept_is_refused_in_one_sentence(name: str) -> None:
    design, sentence = AWAY[name]

    assert refusals(design) == [sentence]


def test_questions_that_differ_in_how_they_compare_have_names_of_their_own() -> None:
    ways = [Matching(), Matching(ratio=3), Matching(reuse=0), Matching(by="full"), Matching(by="entropy_balancing"), Matching(order="closest")]
    base = parse(OFFER).questions[0]
    names = [Question(base.outcome, base.horizon, "matched", -0.05, estimand="effect_on_the_served", compare=way).name for way in ways]

    assert len(set(names)) == len(ways)
    assert names[0] == Question(base.outcome, base.horizon, "matched", -0.05, estimand="effect_on_the_served").name


def test_a_word_that_others_use_leads_to_one_of_ours() -> None:
    kinds = (*types_of(Matching).values(), EstimandName, EstimatorName, CompareBy, Measure, TimeScale, Left, Pool, Aggregate, InferenceBy)
    ours = {each for kind in kinds for each in get_args(kind)} | {each.name for each in fields(Concurrent)}

    assert set(ALIASES.values()) <= ours and not set(ALIASES) & ours
