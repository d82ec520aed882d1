"""What people write of money, of p values, and in Spanish: verbs of saving are held to the findings on costs, and verdicts have names."""

from __future__ import annotations

import json
from typing import Any

import claims_by_hand
import pytest

from evaluation.findings.claims import Held, lint_claims
from evaluation.findings.prose import Sentence


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(claims_by_hand.released())
    return whole


def held(data: dict[str, Any], verdict: str, effect: float, letter: str = "B") -> tuple[Held, ...]:
    """The findings by hand, and one on costs with this verdict."""
    costs = json.loads(json.dumps(data["findings"][2]))
    costs["outcome"] |= {"unit": "dollars", "better": "fewer", "event": {"en": "dollars in service costs", "es": "dólares en costos de servicios"}}
    costs["outcome"]["title"] = {"en": "cost of services", "es": "costo de los servicios"}
    costs |= {
        "verdict": verdict,
        "pending": verdict,
        "tables": ["costs"],
        "numbers": {"en": [{"path": "estimate.effect", "text": "1,509", "value": effect}]},
    }
    costs["grade"] = {"licence": letter}
    tables = {"arms": data["tables"]["arms"], "costs": {"rows": [{"effect": effect, "p value": 0.0722}]}}
    return tuple(Held(one, tables) for one in (*data["findings"], costs))


def wrong(text: str, findings: tuple[Held, ...]) -> str:
    return " ".join(hit.wrong for hit in lint_claims((Sentence(1, text),), findings))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Reentry navigation saves the county money.", "it says that money was saved, and the finding is otherwise: worse"),
        ("Navigation pays for itself.", "money was saved"),
        ("The aid saved taxpayers money.", "money was saved"),
        ("La ayuda ahorra dinero al condado.", "dice que se ahorró dinero, y lo que se halló es otra cosa: peor"),
        ("El acompañamiento sale más barato.", "se ahorró dinero"),
    ],
)
def test_savings_are_named_where_costs_rose(data: dict[str, Any], text: str, said: str) -> None:
    assert said in wrong(text, held(data, "worse", 1509.0))


@pytest.mark.parametrize(
    "text", ["The aid did not save the county any money.", "La ayuda no ahorró dinero.", "The county asked whether it saves money."]
)
def test_a_denial_of_savings_is_no_claim_of_them(data: dict[str, Any], text: str) -> None:
    assert wrong(text, held(data, "worse", 1509.0)) == ""


def test_what_did_save_money_may_be_said_to_and_not_to_have_cost_more(data: dict[str, Any]) -> None:
    cheaper = held(data, "better", -1509.0, "A")

    assert wrong("The aid saved the county money.", cheaper) == ""
    assert "it says that it cost more, and the finding is otherwise: better" in wrong("People offered the aid cost more.", cheaper)


def test_savings_of_which_nothing_can_be_told_are_named(data: dict[str, Any]) -> None:
    assert "cannot be told yet" in wrong("The aid saved the county money.", held(data, "cannot tell yet", -20.0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Costs were higher (p = 0.02).", "0.02 is not the finding's p value, which is 0.0722"),
        ("Costs were higher (p < 0.05).", "0.05 is not the finding's p value"),
        ("Los costos de los servicios fueron mayores (p = 0.02).", "0.02 no es el valor p de lo que se halló, que es 0.0722"),
    ],
)
def test_a_p_value_is_held_against_the_p_value(data: dict[str, Any], text: str, said: str) -> None:
    assert said in wrong(text, held(data, "worse", 1509.0))


@pytest.mark.parametrize("text", ["Costs were higher (p = 0.07).", "Costs were higher (p = 0.072).", "Costs were higher (p < 0.1)."])
def test_a_p_value_that_is_the_findings_own_is_no_number_from_nowhere(data: dict[str, Any], text: str) -> None:
    found = wrong(text, held(data, "worse", 1509.0))

    assert "significance is no size" in found and "0.07" not in found and "0.1" not in found


def test_a_verdict_is_named_in_the_language_of_the_sentence(data: dict[str, Any]) -> None:
    findings = held(data, "worse", 1509.0)

    assert "no es «ningún efecto»" in (found := wrong("La ayuda no tuvo efecto en los días bajo custodia.", findings))
    assert "todavía no se sabe" in found and "cannot tell" not in found
    assert "una pregunta secundaria" in wrong("Nuestro hallazgo principal: 12 más de cada 100 en una vivienda permanente.", findings)
