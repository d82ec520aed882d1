"""What is said and shown of money: the sentence, the part of a page, the CHEERS list, and what the door keeps."""

import re

import pytest
from costs_answered import answer, people
from report_bundle import answer as of_people
from report_bundle import released, study

from evaluation.findings import judge
from evaluation.findings.costs import BASES, CURVE, LEDGER, WORTH, in_dollars, unit_of_outcome
from evaluation.outcomes import OUTCOMES
from evaluation.report import page as pages
from evaluation.report import tables
from evaluation.report.language import words_of

TITLE = {"en": "Aid", "es": "Ayuda"}
RATIO = re.compile(r"it cost \$[\d.,]+ \(\$[\d.,]+ to \$[\d.,]+\) for each additional day \(days housed\), worth it in 80% of resamples at \$[\d.,]+")


def shown(one, name):
    return next(table for table in released(one).exhibits if table.name.endswith(f": {name}"))


def page(one, language="en"):
    return pages.page(released(one), study(one), language=language)


# ------------------------------------------------------------------------------------------------ the sentence
def test_the_sentence_names_what_a_day_costs_with_its_range():
    told = judge(answer(), None, title=TITLE, languages=("en", "es")).sentences

    assert RATIO.search(told["en"])
    assert "por cada día más (días con vivienda)" in told["es"]


def test_the_sentence_names_no_price_where_no_ratio_stands():
    told = judge(answer(people(gain=3.0)), None, title=TITLE, languages=("en",)).sentences["en"]

    assert "; it cost" not in told and "resamples" not in told


def test_dollars_are_told_to_the_cent_and_whole_from_a_thousand_on():
    assert in_dollars(56.084, "en") == "$56.08"
    assert in_dollars(4_312.5, "es") in ("$4,312", "$4,313")
    assert in_dollars(-56.084, "en") == "−$56.08"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_outcome_that_a_person_can_have_says_what_one_unit_better_is(language):
    for outcome in OUTCOMES.values():
        if outcome.table != "area":
            assert outcome.event[language] in unit_of_outcome(outcome.unit, outcome.better, outcome.event, language)


# ------------------------------------------------------------------------------------------------ tables that may leave
def test_the_ledger_leaves_in_three_columns_and_its_total_is_the_effect():
    told = answer()
    table = shown(told, LEDGER)

    assert table.columns[-3:] == BASES
    total = dict(zip(table.columns, table.rows[-1], strict=True))
    assert total["department"] == "total"
    assert total["average"] == pytest.approx(told.estimate.effect, abs=0.5)  # to the whole dollar


def test_what_few_people_used_is_kept_back_alone_where_no_total_holds_it():
    table = shown(answer(few=True), LEDGER)
    rows = {(row[0], row[1]): row[4:] for row in table.rows}

    assert rows["health", "managed_care"] == ("hidden",) * 3
    assert "hidden" not in rows["sheriff", "county"]


def test_one_person_who_cost_most_of_it_keeps_the_row_back():
    assert {row[0]: row[4] for row in shown(answer(dominant=True), LEDGER).rows}["health"] == "hidden"


def test_a_part_of_the_total_that_few_used_keeps_the_whole_total_back():
    few = people()
    few.loc[(few["served"] == 1) & (few.index >= 12), "jail"] = 0.0
    rows = shown(answer(few), LEDGER).rows

    assert all(cell == "hidden" for row in rows if row[3] == "yes" for cell in row[4:])
    assert any(cell != "hidden" for row in rows if row[3] == "no" for cell in row[4:])


def test_a_ratio_of_which_few_stand_behind_one_effect_leaves_neither_in_the_sentence_nor_in_a_table():
    few = people()
    few.loc[few.index >= 8, "housed"] = few.loc[few.index >= 8, "housed"].clip(lower=1)
    few.loc[few.index < 8, "housed"] = 0.0
    one = answer(few)

    assert "; it cost" in judge(one, None, title=TITLE, languages=("en",)).sentences["en"]  # inside the county
    assert "; it cost" not in released(one).findings[0].sentences["en"]
    assert "; it cost" not in page(one)
    for name in (WORTH, CURVE):
        assert all(cell == "hidden" for row in shown(one, name).rows for cell in row if not str(cell).startswith("custody_days"))


def test_nothing_of_money_is_left_in_the_estimate_that_leaves():
    assert released(answer()).findings[0].answer.estimate.economics is None


def test_the_tables_of_money_stand_among_the_numbers_for_the_next_program():
    told = tables.numbers_csv(released(answer()))

    assert "who pays" in told and "acceptability" in told and "dollars a unit" in told


# ------------------------------------------------------------------------------------------------ the page
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_part_of_the_page_has_the_tables_the_pictures_and_the_list(language):
    told, words = page(answer(), language), words_of(language)

    for key in ("costs.section", "costs.caption_ledger", "costs.caption_worth", "costs.caption_curve", "costs.title_plane", "costs.title_curve"):
        assert words[key] in told
    assert words["costs.warn_average"] in told
    assert all(words[f"cheers.item_{item}"].replace("“", "“") in told for item in range(1, 29))
    assert "nan" not in told.lower().split() and "inf" not in told.lower().split()


def test_the_price_of_a_day_on_the_page_is_the_one_of_the_sentence():
    told = page(answer())
    (said,) = set(re.findall(r"cost (\$[\d.,]+) \(", told))

    assert told.count(said) >= 3  # the sentence, the part about money and its table


def test_a_gain_that_cannot_be_told_from_none_is_said_to_have_no_price():
    told = page(answer(people(gain=3.0)))

    assert words_of("en")["costs.why_no_effect"] in told
    assert words_of("en")["costs.title_curve"] in told  # and what is left stands


def test_a_page_of_people_has_no_part_about_money():
    one = of_people()

    assert words_of("en")["costs.section"] not in page(one)


def test_the_same_answer_gives_the_same_page():
    assert page(answer()) == page(answer())
