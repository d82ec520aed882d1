"""Findings about periods, places and bare changes: what a funder reads of each, in English and in Spanish."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from places_answered import BARE, disparity, laws, series, target, told

from evaluation.diagnostics import enrolment_dip, honest_bounds
from evaluation.findings import release
from evaluation.findings.picture import picture
from evaluation.findings.writing import LOCALES, catalogue
from evaluation.report.tables import findings_csv, findings_json
from evaluation.terms import Answer, Diagnostic, Finding, Interval, PathPoint

# of English and of Spanish: whatever says that one thing made another so; a bare change licenses none of them
VERBS = {
    "en": re.compile(
        r"\b(effect(s|ive)?|impact\w*|caus\w+|because|due to|thanks to|led to|lower(s|ed)?|reduc\w+|rais(e|es|ed)|improv\w+|help(s|ed)|"
        r"work(s|ed)(?! out)|achiev\w+|prevent\w*|made (things|it|no|a)|result of|points to)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(efecto\w*|eficaz|impacto\w*|caus(a|as|ó|ar|ado)|porque|debido|gracias a|reduj\w+|reduc\w+|baj(ó|a|ar)|mejor(ó|a|ar)|empeoró|ayud(ó|a|ar)"
        r"|funcion(ó|a)|logr(ó|a|ar)|evit(ó|a|ar)|produjo|provoc\w+|se debe|apunta a)\b",
        re.IGNORECASE,
    ),
}
NO_NUMBER = re.compile(r"\b(inf|nan|infinity|none)\b|∞", re.IGNORECASE)


def both(finding: Finding) -> tuple[str, str]:
    return finding.sentences["en"], finding.sentences["es"]


def with_conditions(answer: Answer, *more: Diagnostic) -> Answer:
    assert answer.estimate
    left = tuple(one for one in answer.diagnostics if one.name not in {two.name for two in more})
    own = tuple(one for one in answer.estimate.diagnostics if one.name not in {two.name for two in more})
    return replace(answer, diagnostics=(*left, *more), estimate=replace(answer.estimate, diagnostics=own))


# ------------------------------------------------------------------------------------------------ bare changes
@pytest.mark.parametrize("kind", BARE)
def test_a_bare_change_is_never_said_with_an_effect_verb(kind: str) -> None:
    finding = told(BARE[kind]())

    for language in ("en", "es"):
        for sentence in (finding.sentences[language], finding.believed.get(language, "")):
            assert not VERBS[language].search(sentence), (language, VERBS[language].search(sentence), sentence)
    assert "nothing of why" in finding.sentences["en"] and "nada del porqué" in finding.sentences["es"]


def test_the_scan_for_effect_verbs_finds_them_where_something_is_compared() -> None:
    assert VERBS["en"].search(told(laws()).sentences["en"]) and VERBS["es"].search(told(laws()).sentences["es"])


@pytest.mark.parametrize(
    ("last", "pending", "english", "spanish"),
    [
        (
            9.0,
            "worse",
            "was not reached: it comes to about 6.6 for every 100,000 people, and the last level lies about 2.4 for every 100,000 people above it",
            "no se alcanzó la meta de un 10% menos cada año: equivale a alrededor de 6.6 por cada 100,000 personas, y el último nivel queda",
        ),
        (
            5.0,
            "better",
            "was reached: it comes to about 6.6 for every 100,000 people, and the last level lies about 1.6 for every 100,000 people below it",
            "se alcanzó la meta de un 10% menos cada año",
        ),
        (6.5, "cannot tell yet", "nobody can tell whether the target of 10% fewer each year was reached", "no se puede saber si se alcanzó la meta"),
    ],
)
def test_a_target_is_said_to_be_reached_or_not_or_unknown_and_by_how_much(last: float, pending: str, english: str, spanish: str) -> None:
    finding = told(target(last))

    assert finding.pending == pending
    assert english in finding.sentences["en"] and spanish in finding.sentences["es"]
    assert "the range runs from" in finding.sentences["en"]


def test_a_target_of_counts_taken_as_exact_has_no_range_and_is_still_said_to_be_reached() -> None:
    finding = told(target(5.0, error=0.0))

    assert finding.pending == "better" and "was reached" in finding.sentences["en"] and "range" not in finding.sentences["en"]


def test_a_disparity_names_the_place_and_compares_it_with_the_whole() -> None:
    english, spanish = both(told(disparity()))

    assert "in place 5, the place farthest from the whole, there were about 3.3 more homicides" in english and "than before" not in english
    assert "el lugar más alejado del conjunto, hubo alrededor de 3.3 homicidios más" in spanish and "que antes" not in spanish


# ------------------------------------------------------------------------------------------------ against what would have been
def test_an_effect_on_places_is_said_by_period_against_what_would_have_been() -> None:
    english, spanish = both(told(laws()))

    assert "about 1.8 fewer homicides a year for every 100,000 people where the programme began than there would have been" in english
    assert "alrededor de 1.8 homicidios menos al año por cada 100,000 personas donde empezó el programa de lo que habría habido" in spanish


def test_a_series_by_itself_is_never_said_to_be_compared_with_other_places() -> None:
    for language, wrong in (("en", "elsewhere"), ("es", "otros lugares")):
        assert wrong not in told(series("interrupted")).sentences[language]
        assert wrong in told(series("comparative_interrupted")).sentences[language]


def test_a_synthetic_place_is_said_to_be_made_of_others_and_never_to_be_those_elsewhere() -> None:
    for estimator in ("synthetic_control", "augmented_synthetic_control", "synthetic_did"):
        english, spanish = both(told(series(estimator)))

        assert "where the programme began than in a synthetic place made of others" in english and "elsewhere" not in english
        assert "que en un lugar sintético hecho de otros" in spanish and "como en otros lugares" not in spanish


def test_that_a_difference_could_not_be_seen_is_said_once() -> None:
    after, before = (Diagnostic(name, "", 1.0, 0.5, False, "", required=False) for name in ("detectable_effect", "detectable_by_the_past"))
    (one, other) = (both(told(with_conditions(series("interrupted"), *failed)))[0] for failed in ((after,), (after, before)))

    assert "enough people to see a difference worth having" not in other and "places steady enough in the past" in other
    assert "places steady enough" not in one


def test_where_other_estimators_disagree_the_sentence_gives_their_numbers() -> None:
    differ = Diagnostic("estimators_agree", "", 9.0, 2.0, False, "", required=False, detail={"two-way": -2.2, "imputation": 7.1})
    english, spanish = both(told(with_conditions(laws(), differ)))

    assert "; other ways of estimating it give from 2.2 fewer to 7.1 more" in english and "come to the same" not in english
    assert "; otras maneras de estimarlo dan desde 2.2 menos hasta 7.1 más" in spanish
    assert "other ways" not in both(told(laws()))[0]


def test_a_drift_as_large_as_before_that_could_undo_a_direction_is_said_plainly() -> None:
    small = honest_bounds({0.0: Interval(-2, -1, ""), 1.0: Interval(-4, 1, "")}, Interval(-3, 1, ""), breakdown=0.3, bend=0.1)
    assert not small.holds
    english, spanish = both(told(with_conditions(laws(), small)))

    assert english.count("; a drift between the groups as large as before could undo it") == 1 and "outlasts a drift" not in english
    assert "; una deriva entre los grupos tan grande como la de antes podría deshacerlo" in spanish


def test_who_was_picked_in_a_crisis_is_told_what_to_compare_instead() -> None:
    dip = enrolment_dip(-0.5, 0.0001, -0.05, unit="events", whose="those offered", alone=True, period="91 days", before=7)
    english, spanish = both(told(with_conditions(laws(), dip)))

    assert english.endswith("compare instead with people matched on what came before the start, or with those just beyond a cut-off.")
    assert spanish.endswith("personas emparejadas por lo que hubo antes del comienzo, o con quienes quedan justo al otro lado de un punto de corte.")


# ------------------------------------------------------------------------------------------------ without an interval
def test_without_an_interval_nothing_is_claimed_and_no_infinity_is_told() -> None:
    finding = told(series(donors=8))
    assert finding.answer.estimate and not finding.answer.estimate.interval.given
    released = release([finding])

    assert finding.verdict == "cannot tell yet"
    assert "no range can be trusted" in finding.sentences["en"] and "ningún margen del que fiarse" in finding.sentences["es"]
    cells = [str(cell) for exhibit in released.exhibits for row in exhibit.rows for cell in row if isinstance(cell, float)]
    for text in (*both(finding), *cells, findings_csv(released), findings_json(released)):
        assert not re.search(r"\b(inf|nan|Infinity|NaN)\b", text), text[:80]
    frame = released.findings.frame()
    assert frame[["std_error", "low", "high"]].isna().all(axis=None) and frame["effect"].notna().all()


def test_without_an_interval_the_picture_has_a_dot_and_no_range() -> None:
    drawn = picture(told(series(donors=8)))

    assert "no range can be trusted" in drawn.svg() and "nan" not in drawn.svg().lower()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_manner_has_words_for_each_direction(language: str) -> None:
    words = catalogue(language)  # type: ignore[arg-type]  # both are languages
    for manner in ("period", "continued", "change", "trend", "disparity"):
        assert set(words[f"seen_{manner}"]) == {"number", "amount", "rate", "count"}
        assert all(set(each) == {"fewer", "more", "same"} for each in words[f"seen_{manner}"].values())
    for manner in ("cutoff", "compliers", "compliers_cutoff"):
        assert set(words[f"seen_{manner}"]) == {"people", "state", "amount"}
    assert {f"no_lot_{one}" for one in ("period", "continued", "change", "trend", "disparity", "cutoff", "compliers")} < set(words["tail"])
    assert set(LOCALES) == {"en", "es"}


# ------------------------------------------------------------------------------------------------ what leaves
def test_a_path_leaves_with_every_number_of_places_and_without_limits_that_are_none() -> None:
    answer = laws()
    assert answer.estimate
    lone = PathPoint(5, -1.0, float("-inf"), float("inf"), float("-inf"), float("inf"), 1)
    answer = replace(answer, estimate=replace(answer.estimate, path=(*answer.estimate.path, lone)))
    table = next(one for one in release([told(answer)]).exhibits if one.name.endswith(": path of the effect"))

    assert table.columns[-1] == "areas" and {row[-1] for row in table.rows} <= {1, 3, 4, 6, 7}
    assert table.rows[-1] == (5, -1.0, None, None, None, None, 1)
    assert not table.counts


def test_the_released_ledger_of_places_counts_places() -> None:
    flow = next(one for one in release([told(laws())]).exhibits if one.name.endswith(": flow"))

    assert flow.rows == (("areas of the frame 'homicides'", 0, 20),) and not flow.counts
