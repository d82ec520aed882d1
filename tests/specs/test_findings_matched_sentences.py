"""What is said of people compared without a lot: whom, on which day, never a cause, and how far it can be believed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from matched_answer import AMOUNTS, conditions, matched_answer

from evaluation.findings import Findings, judge
from evaluation.findings.writing import LOCALES
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Challenge, Diagnostic, Finding

TITLE = {"en": "Navigation", "es": "Acompañamiento"}
HELD = (
    Challenge("placebo day", "the day", "Nothing was found where nothing could be.", (Diagnostic("placebo_start", "", 0.4, 0.05, True, "ours"),)),
)
CAUSED = r"\bmade\b|\bcaused?\b|\breduced?\b|\bled to\b|\bthanks to\b|mejoró|empeoró|produjo|caus[óa]|redujo|gracias a"


def finding(answer: Answer, challenges: tuple[Challenge, ...] | None = None) -> Finding:
    return judge(answer, challenges, title=TITLE, languages=("en", "es"))


def believed(answer: Answer, language: str = "en", challenges: tuple[Challenge, ...] | None = None) -> str:
    return finding(answer, challenges).believed[language]


# ------------------------------------------------------------------------------------------------ the sentence
def test_people_served_are_said_beside_people_like_them_not_yet_served_on_the_same_day() -> None:
    said = finding(matched_answer(low=-0.15, high=-0.03)).sentences

    assert said["en"] == (
        "Navigation: this points to better, but it is provisional until it has been challenged; of every 100 people served by the programme who "
        "could be matched (380 of 400), about 9 fewer were arrested within 52 weeks than of every 100 like them but not yet served on the same day "
        "(the range runs from 15 fewer to 3 fewer); this is about being served now rather than not yet; nobody drew lots, so the two groups may "
        "differ in ways that the records do not hold."
    )
    assert said["es"] == (
        "Acompañamiento: esto apunta a una mejora, pero es provisional mientras no se ponga a prueba; de cada 100 personas atendidas por el "
        "programa que se pudieron emparejar (380 de 400), alrededor de 9 menos fueron detenidas en un plazo de 52 semanas que de cada 100 parecidas "
        "que ese mismo día aún no habían sido atendidas (el intervalo va de 15 menos a 3 menos); se compara recibir el programa ahora con no "
        "haberlo recibido todavía; no hubo sorteo, así que los dos grupos pueden diferir en cosas que no constan en los registros."
    )


def test_people_offered_without_a_lot_are_said_beside_people_like_them_and_not_as_served() -> None:
    said = finding(matched_answer(by="offer", diagnostics=conditions(matched=(380, 380), later=None))).sentences

    assert (
        "of every 100 people offered the programme, about 9 fewer were arrested within 52 weeks than of every 100 like them who were not"
        in said["en"]
    )
    assert "a las que se ofreció el programa" in said["es"] and "parecidas a las que no se ofreció" in said["es"]
    assert "now rather than not yet" not in said["en"] and "served" not in said["en"] and "atendid" not in said["es"]
    assert "nobody drew lots" in said["en"] and "by lot" not in said["en"]


def test_a_state_is_said_of_its_last_day() -> None:
    housed = matched_answer("housed/recorded", low=0.02, high=0.12, worthwhile=0.05)
    event = OUTCOMES["housed/recorded"].event

    said = finding(housed).sentences

    assert f"about 7 more were {event['en']} at the end of 52 weeks than of every 100 like them but" in said["en"]
    assert f"alrededor de 7 más estaban {event['es']} al cabo de 52 semanas que de cada 100 parecidas" in said["es"]
    assert "within" not in said["en"] and "plazo" not in said["es"]


def test_amounts_are_said_of_people_like_them() -> None:
    said = finding(matched_answer("custody_days/recorded", arms=AMOUNTS, low=-6.0, high=-1.0, worthwhile=-10.0)).sentences

    assert "had on average about 3.5 fewer days in custody within 52 weeks than people like them but not yet served on the same day" in said["en"]
    assert "que las personas parecidas que ese mismo día aún no habían sido atendidas" in said["es"]


@pytest.mark.parametrize("by", ["service", "offer"])
@pytest.mark.parametrize("challenges", [None, HELD])
@pytest.mark.parametrize(("low", "high"), [(-0.15, -0.03), (0.03, 0.15), (-0.04, 0.04), (-0.15, 0.15)])
def test_nothing_that_no_lot_decided_is_ever_said_to_have_caused_anything(
    by: str, challenges: tuple[Challenge, ...] | None, low: float, high: float
) -> None:
    said = finding(matched_answer(by=by, low=low, high=high), challenges)  # type: ignore[arg-type]  # both are such words

    for text in (*said.sentences.values(), *said.believed.values()):
        assert not re.search(CAUSED, text)


# ------------------------------------------------------------------------------------------------ how far it can be believed
def test_how_far_it_can_be_believed_is_said_from_the_diagnostics() -> None:
    answer = matched_answer(low=-0.15, high=-0.03)

    assert believed(answer) == (
        "Nobody drew lots. This rests on the groups being alike before the start in “prior arrests” and “shelter nights”, and on there being "
        "nothing else that both decided who was served and when and changed what became of people. What no record holds, such as what people hoped "
        "for or what a worker saw in them, was not measured. 380 of the 400 people served by the programme could be matched, and the answer is "
        "about them. The largest difference left between the groups is 0.04 standard deviations, in “prior arrests”; with more than 0.25 there "
        "would be no answer. 18% of those compared were served later, and are followed only until that day. If the groups differ in something "
        "that is not on record, and that alone moved the result by 3 of every 100 people, we could no longer say better or worse. No challenge has "
        "yet tried whether they do."
    )
    assert believed(answer, "es") == (
        "No hubo sorteo. Esto se apoya en que los grupos se parecían antes del comienzo en “prior arrests” y “shelter nights”, y en que no haya "
        "nada más que decidiera quién recibió el programa y cuándo y que a la vez influyera en lo que pasó con las personas. Lo que no consta en "
        "ningún registro, como lo que las personas esperaban o lo que vio en ellas quien las atendía, no se midió. Se pudo emparejar a 380 de las "
        "400 personas atendidas por el programa, y la respuesta se refiere a ellas. La mayor diferencia que queda entre los grupos es de 0.04 "
        "desviaciones estándar, en “prior arrests”; con más de 0.25 no habría respuesta. El 18% de las personas comparadas fueron atendidas más "
        "tarde, y solo se las sigue hasta ese día. Si los grupos se diferencian en algo que no consta en los registros, y eso por sí solo "
        "moviera el resultado en 3 de cada 100 personas, ya no se podría decir si fue a mejor o a peor. Ninguna prueba ha examinado todavía si es "
        "así."
    )


def test_the_paragraph_stands_below_the_sentence_wherever_a_finding_is_printed() -> None:
    given = finding(matched_answer())

    assert str(given).splitlines() == [given.sentences["en"], given.believed["en"]]
    assert str(Findings((given, given))).splitlines() == [*str(given).splitlines()] * 2
    shown = Findings((given,))[0]._repr_html_()
    assert shown.count("<p>") == 2 and "This rests on the groups being alike" in shown
    assert "This rests on the groups being alike" in Findings((given,))._repr_html_()
    assert list(Findings((given,)).frame()[["sentence", "believed"]].loc[0]) == [given.sentences["en"], given.believed["en"]]


def test_where_a_lot_decided_or_nothing_is_answered_there_is_nothing_to_believe() -> None:
    too_far = conditions(worst=0.4)

    assert finding(replace(matched_answer(), by="lot")).believed == {}
    unanswered = finding(matched_answer(diagnostics=too_far))
    assert unanswered.verdict == "not answered" and unanswered.believed == {}
    assert "two groups alike before the start, once matched" in str(unanswered)


def test_all_served_and_matched_are_said_as_all() -> None:
    assert "All 400 people served by the programme could be matched." in believed(matched_answer(diagnostics=conditions(matched=(400, 400))))
    offered = matched_answer(by="offer", diagnostics=conditions(matched=(400, 400), later=None))
    assert "All 400 people offered the programme could be matched." in believed(offered)
    assert "decided who was offered the programme and changed" in believed(offered)
    assert "served later" not in believed(offered)


def test_without_a_history_nothing_is_said_to_be_alike() -> None:
    bare = tuple(one for one in conditions() if "balance" not in one.name)

    assert believed(matched_answer(diagnostics=bare)).startswith("Nobody drew lots, and no history was declared, so nothing shows")


def test_a_missing_value_is_no_history_of_its_own() -> None:
    missing = conditions(history={"risk": (0.3, 0.02), "risk: nothing on record": (0.3, 0.08)})

    said = believed(matched_answer(diagnostics=missing))

    assert "alike before the start in “risk”, and on" in said
    assert "0.08 standard deviations, in “risk: nothing on record”" in said


@pytest.mark.parametrize(
    ("low", "high", "worthwhile", "what"),
    [
        (-0.15, -0.03, -0.05, "that alone moved the result by 3 of every 100 people, we could no longer say better or worse."),
        (0.07, 0.15, -0.05, "that alone moved the result by 7 of every 100 people, we could no longer say better or worse."),
        (-0.15, -0.004, -0.05, "differ even a little in something that is not on record, we could no longer say better or worse."),
        (-0.15, -0.004, -0.005, "that alone moved the result by 4 of every 1,000 people, we could no longer say better or worse."),
        (-0.02, 0.03, -0.05, "that alone moved the result by 2 of every 100 people, it could be covering a difference that matters."),
        (-0.0499, 0.03, -0.05, "differ even a little in something that is not on record, it could be covering a difference that matters."),
    ],
)
def test_what_would_change_the_answer_is_how_near_the_range_comes(low: float, high: float, worthwhile: float, what: str) -> None:
    said = believed(matched_answer(low=low, high=high, worthwhile=worthwhile))

    assert what in said
    assert said.endswith("No challenge has yet tried whether they do.")


def test_what_points_neither_way_has_nothing_to_turn() -> None:
    said = believed(matched_answer(low=-0.15, high=0.15))

    assert "If the groups differ" not in said and "No challenge" not in said


def test_days_and_dollars_are_said_in_their_unit() -> None:
    days = matched_answer("custody_days/recorded", arms=AMOUNTS, low=-9.0, high=-2.5, worthwhile=-10.0)
    dollars = matched_answer("cost_per_client/recorded", arms=AMOUNTS, low=-900.0, high=-250.0, worthwhile=-100.0)

    assert "moved the result by 1.0 days a person" in believed(days)
    assert "moved the result by $250 a person" in believed(dollars)
    assert "moviera el resultado en $250 por persona" in believed(dollars, "es")


def test_a_challenge_that_ran_is_not_said_to_be_missing() -> None:
    assert "No challenge" not in believed(matched_answer(), challenges=HELD)


def test_a_share_that_rounds_to_nothing_is_not_said() -> None:
    assert "served later" not in believed(matched_answer(diagnostics=conditions(later=(1, 999))))


def test_what_a_design_calls_its_columns_is_never_read_as_a_pattern() -> None:
    hostile = "{matched} {0.__class__}\n<b>"

    said = believed(matched_answer(diagnostics=conditions(history={hostile: (0.2, 0.1)})))

    assert "“{matched} {0. class } <b>”" in said


@pytest.mark.parametrize("by", ["service", "offer"])
def test_both_languages_say_the_same_numbers_of_how_far_it_can_be_believed(by: str) -> None:
    said = finding(matched_answer(by=by)).believed  # type: ignore[arg-type]  # both are such words

    numbers = [sorted(re.findall(r"\d[\d,.]*\d|\d", said[language])) for language in LOCALES]
    assert numbers[0] == numbers[1] != []


def test_a_condition_that_fails_is_said_in_words() -> None:
    close = Diagnostic("closely_alike", "", 0.15, 0.1, False, "Austin 2009", False)

    assert "one condition did not hold: groups very closely alike before the start." in finding(matched_answer(diagnostics=(close,))).sentences["en"]


def test_pools_that_were_too_small_are_said_below_the_sentence_and_not_in_it() -> None:
    """The sentence is the same, so that its silence does not tell how few they are where the table hides it."""
    many, few = (matched_answer(diagnostics=conditions(small=small)) for small in ((160, 240), (3, 397)))

    assert finding(many).sentences == finding(few).sentences
    assert "For 40% of the people served by the programme, fewer people could be drawn than the design asks for." in believed(many)
    assert "Para el 40% de las personas atendidas por el programa se pudo tomar a menos" in believed(many, "es")
    assert "fewer people could be drawn" not in believed(few)
