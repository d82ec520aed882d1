"""In which money a cost is asked: what is read, and what each design that is one idea away is told."""

from __future__ import annotations

import pytest

from evaluation.study import parse
from evaluation.study.guide import EXAMPLE, PANEL
from evaluation.terms import Horizon, Money, Question, Refused

HEAD = EXAMPLE[: EXAMPLE.index("[[question]]")]
MONEY = 'money = { price_year = 2022, book = "bayview_2024" }'
WHOLE = 'money = { price_year = 2022, perspective = "society" }'
PER = 'per = "recidivism/arrest"'


def design(*lines: str, outcome: str = "cost_per_client/priced", method: str = "mean") -> str:
    return HEAD + "\n".join(
        ("[[question]]", f'outcome = "{outcome}"', "horizon = { months = 12 }", f'method = "{method}"', "worthwhile = -100.0", *lines, "")
    )


def told(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        parse(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


@pytest.mark.parametrize("method", ["mean", "randomized"])
def test_a_cost_is_asked_in_the_dollars_of_a_year_by_a_book(method: str) -> None:
    (question,) = parse(design(MONEY, method=method)).questions

    assert question.money == Money(2022, "bayview_2024", "average", "government", 0.03)


def test_what_a_unit_of_another_outcome_costs_is_asked_by_its_name() -> None:
    (question,) = parse(design(MONEY, PER)).questions

    assert (question.priced, question.so_many) == ("recidivism/arrest", 1)


def test_recorded_lines_are_asked_whoever_paid() -> None:
    (question,) = parse(design(WHOLE, outcome="cost_per_client/recorded")).questions

    assert question.money == Money(2022, perspective="society")
    assert parse(design(outcome="cost_per_client/recorded")).questions[0].money is None


RECORDED = {"outcome": "cost_per_client/recorded"}
MISTAKES: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "no money": ((), {}, "'cost_per_client/priced' reads a book of unit costs, and no 'money' says which."),
    "no book": (("money = { price_year = 2022 }",), {}, "reads a book of unit costs, and 'money' names none."),
    "no year": (('money = { book = "b" }',), {}, "'price_year' is missing from 'money'"),
    "a year before any index": ((MONEY.replace("2022", "1812"),), {}, "'price_year' is 1812. It should lie between 1,913 and 2,100."),
    "a discount of 30 %": ((MONEY.replace(" }", ", discount = 0.3 }"),), {}, "'discount' is 0.3. It should lie between 0 and 0.2."),
    "a charge": ((MONEY.replace(" }", ', basis = "charge" }'),), {}, "'basis' is \"charge\". Did you mean 'average'? It is one of average,"),
    "money of arrests": (
        (MONEY, "worthwhile = -0.1"), {"outcome": "recidivism/arrest", "method": "randomized"},
        "'money' says in which dollars the cost of services is told, and 'recidivism/arrest' is none.",
    ),
    "a book of recorded lines": ((WHOLE.replace("2022,", '2022, book = "b",'),), RECORDED, "whoever paid, and reads no book."),
    "a basis of recorded lines": ((WHOLE.replace("2022,", '2022, basis = "long_run_marginal",'),), RECORDED, "it has no other basis."),
    "a purse of recorded lines": (("money = { price_year = 2022 }",), RECORDED, 'Say whose money that is: perspective = "society".'),
    "a unit of no outcome": ((MONEY, 'per = "recidivism/arests"'), {}, "Did you mean 'recidivism/arrest'?"),
    "a unit of itself": ((MONEY, 'per = "cost_per_client/priced"'), {}, "'cost_per_client/priced' is to be priced by itself."),
    "a unit of other dollars": ((MONEY, 'per = "cost_per_client/recorded"'), {}, "is in dollars, and a dollar costs a dollar."),
    "a unit of places": ((MONEY, 'per = "homicides/ucr"'), {}, "One more unit of 'homicides/ucr' has no price"),
    "a unit by another method": ((MONEY, PER), {"method": "randomized"}, "'randomized' prices no unit of another outcome."),
    "a unit without money": ((PER,), RECORDED, "'per' prices a unit, and no 'money' says in the dollars of which year."),
    "so many people": ((MONEY, "per = 100"), {}, "'per' is read of units that are areas"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_money_is_told_in_one_sentence(what: str) -> None:
    lines, parts, said = MISTAKES[what]
    text = design(*lines, **parts)
    if "worthwhile = -0.1" in lines:
        text = text.replace("worthwhile = -100.0\n", "")

    assert len(told(text)) == 1
    assert said in told(text)[0]


def test_quarters_are_priced_over_whole_quarters_alone() -> None:
    text = design(MONEY, 'per = "quarters_employed/half_time_2024"').replace("months = 12", "days = 364")

    assert len(told(text)) == 1 and "the horizon of 364 days is no whole number of calendar quarters" in told(text)[0]
    assert parse(text.replace("days = 364", "months = 12")).questions[0].priced


def test_a_unit_of_an_outcome_that_is_no_cost_is_told_so() -> None:
    text = design(PER, outcome="custody_days/recorded").replace("-100.0", "-10.0")

    assert any("'per' prices a unit of an outcome, and 'custody_days/recorded' is not in dollars." in said for said in told(text))


def test_money_is_laid_on_no_panel() -> None:
    asked = PANEL.index("[[question]]")
    question = PANEL[asked : PANEL.index("[[concurrent]]")]
    outcome = next(line for line in question.splitlines() if line.startswith("outcome"))
    text = PANEL.replace(question, question.replace(outcome, 'outcome = "cost_per_client/recorded"').rstrip() + f"\n{WHOLE}\n\n")

    assert any("'money' is laid on people's own clocks, and the cohort is a panel on the calendar." in said for said in told(text))


def test_the_money_of_a_question_is_in_its_name_so_that_two_purses_are_two_questions() -> None:
    county, society = (
        Question("cost_per_client/priced", Horizon(months=12), "mean", -100.0, money=Money(2022, "b", perspective=purse))
        for purse in ("county", "society")
    )

    assert county.name != society.name
