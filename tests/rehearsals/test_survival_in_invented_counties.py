"""Events in time in invented counties: risks, mean times and numbers are found where need decides, exits compete and people move away.

The runs are those of seeds 0, 1, 2, ...: changing a seed to pass is a defect.
"""

from dataclasses import replace
from pathlib import Path

from evaluation.rehearsal import Rehearsal, gate, least_coverage, rehearse
from evaluation.study import load
from evaluation.terms import Censored, Question
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
RUNS, PEOPLE = 40, 1_200


def rehearsed(design: str, world: str, *places: int, effect: bool = False, people: int = PEOPLE, **words: object) -> Rehearsal:
    """Some questions of a design, by place, in a world where the programme changes nothing, or something."""
    study = load(DESIGNS / f"{design}.toml")
    asked: tuple[Question, ...] = tuple(replace(study.questions[place], **words) for place in places)
    there = WORLDS[world] if effect else WORLDS[world].but(effect="none")
    return rehearse(replace(study, questions=asked), there, runs=RUNS, people=people, reference=20_000 if effect else 2_000)


def inside(rehearsal: Rehearsal) -> None:
    """Answered, and inside the Monte Carlo gate, each question and all together."""
    assert all(score.answered >= 0.95 * RUNS for score in rehearsal.scores)
    assert gate(rehearsal.scores) == (), str(rehearsal)
    together = [score.coverage.value for score in rehearsal.scores]
    assert sum(together) / len(together) >= least_coverage(RUNS * len(together))


def test_where_need_on_record_decides_who_is_served_the_truth_about_risk_time_and_number_is_found() -> None:
    inside(rehearsed("navigation_when", "referred", 0, 1, 4, effect=True))


def test_where_a_coin_is_tossed_for_families_they_are_counted_as_families() -> None:
    assert "survival" in WORLDS["families"].passes
    inside(rehearsed("family_when", "families", 0, people=400))


def test_where_other_exits_compete_a_return_to_care_is_as_rare_as_it_is() -> None:
    assert "survival" in WORLDS["competing_exits"].passes
    inside(rehearsed("aftercare_when", "competing_exits", 0))


def test_where_the_record_makes_people_move_away_weights_by_the_record_find_no_effect_where_there_is_none() -> None:
    assert "survival" in WORLDS["moves_by_history"].passes
    rehearsal = rehearsed("navigation_when", "moves_by_history", 0)
    as_luck = rehearsed("navigation_when", "moves_by_history", 0, censored=Censored(adjust="nothing"))

    inside(rehearsal)
    assert as_luck.scores[0].bias.value > rehearsal.scores[0].bias.value + 0.01  # in the same runs: whoever needed more left first


def test_where_hidden_frailty_makes_people_move_away_no_verdict_stands() -> None:
    (score,) = rehearsed("navigation_when", "moves_by_hidden_need", 0).scores

    assert "survival" in WORLDS["moves_by_hidden_need"].refuses
    assert score.verdicts == {"not answered": RUNS}
