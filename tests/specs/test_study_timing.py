"""What a question asks of an event in time: a measure, a time or an ending that does not go with the rest is refused in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from one_idea_away import LOT, OFFER, SERVICE, changed, refusals

from evaluation.outcomes import OUTCOMES
from evaluation.study import parse
from evaluation.terms import Censored, Question

METHOD = {OFFER: '"matched"', SERVICE: '"matched"', LOT: '"randomized"'}


def timed(design: str, words: str = "", *pairs: tuple[str, str]) -> str:
    """A design whose first question is asked by survival, with more words."""
    return changed(design, (f"method     = {METHOD[design]}", f'method     = "survival"\n{words}'), *pairs)


def question(design: str) -> Question:
    """The first question of a design in order."""
    return parse(design).questions[0]


@pytest.mark.parametrize("design", [OFFER, SERVICE, LOT], ids=["an offer", "the day of service", "a lot"])
def test_survival_answers_whatever_decided_who_is_served_but_a_score(design: str) -> None:
    assert question(timed(design)).method == "survival"


def test_every_word_of_time_is_read_where_it_is_in_order() -> None:
    words = 'measure = "time_lost"\ncompeting = ["death", "moved_to_prison"]\ncensored = { reasons = "moved_away", on = "arrests_2_years" }\n'
    one = question(timed(OFFER, words))

    assert (one.measure, one.competing) == ("time_lost", ("death", "moved_to_prison"))
    assert one.censored == Censored(("moved_away",), "ipcw", ("arrests_2_years",))


def test_questions_about_one_event_by_other_measures_have_names_of_their_own() -> None:
    base = question(timed(OFFER))

    assert len({replace(base, measure=measure).name for measure in ("risk", "time_free", "time_lost", "number")}) == 4
    assert replace(base, time="street").name != base.name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            'time = "street"\n',
            "'recidivism/arrest' takes no spell off the clock, so that days at risk are all days. "
            "Leave 'time' out, or ask about an outcome that does.",
        ),
        (
            'competing = ["moved_to_prison"]\n',
            "'competing' leaves out death, after which nothing can happen to anybody: to take those who died for people who left, as if it could "
            'still happen to them, gives more of it than there is. Name it too: competing = ["death", ...].',
        ),
        ('competing = ["death", "arrest"]\n', "\"arrest\" is what 'recidivism/arrest' counts, and cannot rule itself out. Leave it out."),
        ('censored = { reasons = "served_later" }\n', 'Nobody is lost by being served later but where clock = "service". Leave it out.'),
        (
            'censored = { adjust = "nothing", on = "arrests_2_years" }\n',
            "'on' names columns that tell who leaves, and adjust = \"nothing\" takes everybody to be as likely to. Leave one of them out.",
        ),
        (
            'measure = "number"\nestimator = "regression"\n',
            '"number" is measured without adjusting, and the estimator is "regression". It adjusts risk, time_free, time_lost. '
            "Let 'compare' make people alike, and leave 'estimator' out.",
        ),
    ],
)
def test_a_word_that_does_not_go_with_the_rest_is_refused(words: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = replace(OUTCOMES["recidivism/arrest"], off_clock=())
    monkeypatch.setitem(OUTCOMES, whole.name, whole)

    assert refusals(timed(OFFER, words)) == [sentence]


def test_street_time_is_in_order_where_the_definition_takes_spells_off_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    free = replace(OUTCOMES["recidivism/arrest"], off_clock=("custody",))
    monkeypatch.setitem(OUTCOMES, free.name, free)

    assert question(timed(OFFER, 'time = "street"\n')).time == "street"


def test_a_column_that_tells_who_leaves_is_one_of_the_history() -> None:
    [said] = refusals(timed(OFFER, 'censored = { on = "arrests" }\n'))

    assert said.startswith('"arrests" is not a column of the history') and "arrests_2_years" in said


@pytest.mark.parametrize("words", ['measure = "time_free"\n', 'time = "street"\n', 'competing = "death"\n', 'censored = { adjust = "nothing" }\n'])
def test_a_method_that_reads_no_times_refuses_their_words(words: str) -> None:
    [said] = refusals(changed(OFFER, ('method     = "matched"', f'method     = "matched"\n{words}')))

    assert words.split()[0] in said and "'matched'" in said


@pytest.mark.parametrize(("measure", "right"), [("risk", -0.05), ("time_free", 12.5), ("time_lost", -12.5), ("number", -0.2)])
def test_what_is_worth_having_is_signed_towards_better_in_what_is_measured(measure: str, right: float) -> None:
    words = f'measure = "{measure}"\n'

    assert question(timed(OFFER, words, ("worthwhile = -0.05", f"worthwhile = {right}"))).worthwhile == right
    [said] = refusals(timed(OFFER, words, ("worthwhile = -0.05", f"worthwhile = {-right}")))
    assert said.endswith(f"The difference is signed towards better: {right:g}.")
    assert "more is better" in said if measure == "time_free" else "fewer is better" in said


def test_days_worth_having_lie_within_the_horizon() -> None:
    [said] = refusals(timed(OFFER, 'measure = "time_free"\n', ("worthwhile = -0.05", "worthwhile = 900")))

    assert said.startswith("'worthwhile' is 900 days, and the horizon is")


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ('compare = { by = "overlap" }\n', "'compare' chooses people who are alike, and here a lot has made the arms alike."),
        ('estimand = "effect_on_the_served"\n', "A lot tells of everybody whom it covered"),
        ('inference = { by = "set" }\n', "A lot sets nobody beside anybody."),
    ],
)
def test_a_lot_leaves_nobody_to_be_chosen(words: str, start: str) -> None:
    [said] = refusals(timed(LOT, words))

    assert said.startswith(start)
