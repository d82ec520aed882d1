"""What is said and shown of money: the sentence, the part of a page, the CHEERS list, and what the door keeps."""

import re
from dataclasses import replace

import pytest
from costs_answered import answer, people
from report_bundle import answer as of_people
from report_bundle import released, study

import evaluation as ev
from evaluation.findings import judge
from evaluation.findings.costs import BASES, CURVE, LEDGER, WORTH, in_dollars, unit_of_outcome
from evaluation.outcomes import OUTCOMES
from evaluation.phrases import as_dollars, dollars_told
from evaluation.report import page as pages
from evaluation.report import tables
from evaluation.report.language import words_of
from evaluation.terms import Refused

TITLE = {"en": "Aid", "es": "Ayuda"}
RATIO = re.compile(
    r"it cost \$[\d.,]+ \(\$[\d.,]+ to \$[\d.,]+\) for each additional day \(days housed\), "
    r"worth it in 80 of 100 redrawings of the people if that is worth \$[\d.,]+"
)


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

    assert "; it cost" not in told and "redrawings" not in told


@pytest.mark.parametrize(
    ("number", "said"),
    [(5.084, "$5.08"), (56.084, "$56"), (-56.084, "−$56"), (999.7, "$1,000"), (32_601.0, "$32,600"), (282_314.29, "$282,000"), (0.0, "$0")],
)
def test_a_price_is_told_in_three_digits_at_most_and_in_the_same_wherever_it_stands(number, said):
    assert in_dollars(number, "en") == in_dollars(dollars_told(number), "es") == said
    assert as_dollars(number) == said.replace("−", "-")


def test_a_difference_in_cost_says_whose_money_it_is_counted_how_and_whether_the_programme_is_in_it():
    told = judge(answer(), None, title=TITLE, languages=("en", "es")).sentences

    assert "(county, state and federal money, 2024 dollars at average cost, programme included)" in told["en"]
    assert "; at average cost, what services save is no money freed at once" in told["en"]
    assert "costos unitarios más (dinero del condado, del estado y federal, dólares de 2024 a costo medio, programa incluido) en un" in told["es"]
    assert "no es dinero que se libere de inmediato" in told["es"]


def test_two_questions_that_differ_in_money_alone_do_not_read_alike():
    one = answer()
    others = [{}, {"perspective": "county"}, {"perspective": "society"}, {"basis": "short_run_marginal"}, {"price_year": 2023}]
    asked = [replace(one, question=replace(one.question, money=replace(one.question.money, **other))) for other in others]
    told = [judge(each, None, title=TITLE, languages=("en",)).sentences["en"] for each in asked]

    assert len(set(told)) == len(told)
    assert "the county's money" in told[1] and "state" not in told[1]  # nobody else's is claimed
    assert "no money freed" not in told[3]


def test_a_programme_that_no_counted_line_prices_is_said_not_to_be_in_the_number():
    one = answer()
    ledger = tuple(replace(share, counted=share.counted and not share.programme) for share in one.estimate.economics.ledger)
    without = replace(one, estimate=replace(one.estimate, economics=replace(one.estimate.economics, ledger=ledger)))

    assert "without the programme itself)" in judge(without, None, title=TITLE, languages=("en",)).sentences["en"]


def test_lines_on_record_are_said_to_be_as_recorded_and_nothing_is_said_of_the_programme():
    one = answer()
    recorded = replace(one.question, money=replace(one.question.money, book="", perspective="society"))
    bare = replace(one, question=recorded, estimate=replace(one.estimate, economics=replace(one.estimate.economics, ledger=())))
    told = judge(bare, None, title=TITLE, languages=("en",)).sentences["en"]

    assert "(anybody's money, 2024 dollars as recorded)" in told and "at average cost" not in told


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


@pytest.mark.parametrize("cross", [0.0, 0.5])
def test_at_the_price_that_pays_for_itself_the_difference_in_cost_is_none_also_where_some_of_those_compared_are_served(cross):
    frame = people()
    frame.loc[(frame["served"] == 0) & (frame.index % 4 < 4 * cross), "aid"] = 60.0
    told = answer(frame).estimate.economics
    counted = [share for share in told.ledger if share.counted and share.basis == "average"]
    own, rest = (sum(share.effect for share in counted if share.programme == programme) for programme in (True, False))

    assert (own < told.programme) == bool(cross)
    assert rest + own * told.break_even / told.programme == pytest.approx(0, abs=1e-9)


def test_the_price_of_a_programme_is_told_for_the_purse_and_for_all():
    one = answer()
    book = replace(one.estimate.economics, whole_price=2 * one.estimate.economics.programme)
    told = page(replace(one, estimate=replace(one.estimate, economics=book)))

    assert words_of("en")["costs.row_whole"].replace("'", "&#39;") in told and "Whoever pays, it costs" in told
    assert "Whoever pays, it costs" not in page(one)  # there is one price


def everybodys(one):
    """The same people in anybody's money: what managed care pays counts too."""
    told, money = one.estimate.economics, replace(one.question.money, perspective="society")
    ledger = tuple(replace(share, counted=True) for share in told.ledger)
    more = sum(share.effect for share, was in zip(ledger, told.ledger, strict=True) if share.basis == "average" and not was.counted)
    estimate = replace(one.estimate, effect=one.estimate.effect + more, economics=replace(told, ledger=ledger, perspective="society"))
    return replace(one, question=replace(one.question, money=money), estimate=estimate)


@pytest.mark.parametrize("few", [True, False])
def test_the_same_in_another_purse_leaves_only_where_what_lies_between_the_two_may(few):
    one = answer(few=few)
    both = released(one, everybodys(one))

    assert both.findings[0].answer.estimate is not None
    assert (both.findings[1].answer.estimate is None) == few  # else a reader takes the first from the second, and few people are left
    assert released(everybodys(one)).findings[0].answer.estimate is not None  # alone it gives nothing away
    told = [table for table in both.exhibits if "society" in table.name]
    numbers = [cell for table in told for row in table.rows for cell in row if isinstance(cell, float) and cell != 3650.0]  # the book's own
    assert not few or not numbers


def test_nothing_of_money_is_left_in_the_estimate_that_leaves():
    assert released(answer()).findings[0].answer.estimate.economics is None


def test_the_tables_of_money_stand_among_the_numbers_for_the_next_program():
    told = tables.numbers_csv(released(answer()))

    assert "who pays" in told and "acceptability" in told and "dollars a unit" in told


# ------------------------------------------------------------------------------------------------ the page
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_part_of_the_page_has_the_tables_the_pictures_and_the_list(language):
    told, words = page(answer(), language), words_of(language)

    for key in ("costs.section", "costs.caption_ledger", "costs.caption_curve", "costs.title_plane", "costs.title_curve"):
        assert words[key] in told
    assert words["costs.warn_average"] in told
    assert all(words[f"cheers.item_{item}"].replace("“", "“") in told for item in range(1, 29))
    assert "nan" not in told.lower().split() and "inf" not in told.lower().split()


def test_a_researcher_has_the_list_of_what_is_to_be_reported_as_a_table():
    one = released(answer()).findings[0]
    told = ev.cheers(study(answer()), one)

    assert told.frame["number"].tolist() == list(range(1, 29))
    assert (told.frame["told"] != "").all()
    assert "2024" in told.frame.set_index("number").loc[15, "told"]
    assert ev.cheers(study(answer()), one, language="es").frame["item"][0] == words_of("es")["cheers.item_1"]


def test_the_list_of_an_economic_evaluation_is_not_filled_for_a_finding_that_is_not_about_money():
    one = of_people()

    with pytest.raises(Refused, match="not told in a declared money"):
        ev.cheers(study(one), released(one).findings[0])


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
