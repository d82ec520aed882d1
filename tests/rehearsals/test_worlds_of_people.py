"""What today's methods make of the worlds in which people move away, share luck, or are seen more: as the table of worlds says.

The runs are those of seeds 0, 1, 2, ...: changing a seed to pass is a defect.
"""

from dataclasses import replace
from pathlib import Path

from evaluation.rehearsal import Rehearsal, gate, rehearse
from evaluation.study import load
from evaluation.terms import Inference, Study
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
RUNS = 40
OFFERED, BY_FAMILY, AFTERCARE = (load(DESIGNS / f"{name}.toml") for name in ("navigation_offered", "navigation_by_family", "aftercare_offered"))


def rehearsed(study: Study, world: str, *, people: int = 1_200, outcomes: tuple[str, ...] = ("recidivism/arrest",)) -> Rehearsal:
    """Some outcomes of a design in a world where the programme changes nothing."""
    asked = replace(study, questions=tuple(question for question in study.questions if question.outcome in outcomes))
    return rehearse(asked, WORLDS[world].but(effect="none"), runs=RUNS, people=people, reference=10_000 if WORLDS[world].watched else 2_000)


def test_where_the_record_makes_people_move_away_weights_by_the_record_find_no_effect_where_there_is_none() -> None:
    rehearsal = rehearsed(OFFERED, "moves_by_history")

    assert "matched" in WORLDS["moves_by_history"].passes
    assert rehearsal.scores[0].without_effect and gate(rehearsal.scores) == (), str(rehearsal)


def test_where_hidden_frailty_makes_people_move_away_matching_is_off_and_no_verdict_stands() -> None:
    """Those not served who are frail leave, and with them their arrests: a programme that does nothing looks harmful."""
    (score,) = rehearsed(OFFERED, "moves_by_hidden_need").scores

    assert "matched" in WORLDS["moves_by_hidden_need"].refuses
    assert score.bias.value > 4 * score.bias.error and score.bias.value > 0.03
    assert any("bias" in miss for miss in gate([score]))
    assert score.verdicts == {"not answered": RUNS}  # one arm is left so much more than the other that no verdict stands


def test_what_the_programme_alone_sees_is_found_as_if_people_did_worse_and_what_others_record_shows_nothing() -> None:
    arrest, nights = rehearsed(OFFERED, "surveillance", outcomes=("recidivism/arrest", "custody_days/recorded")).scores

    assert WORLDS["surveillance"].watched == {"arrest"}
    assert gate([arrest, nights]) == ()
    assert arrest.truth.effect > 0.08 and arrest.verdicts.get("worse", 0) > RUNS / 2
    assert nights.without_effect


def test_a_return_to_care_is_found_as_rare_as_it_is_where_many_come_of_age_before_it() -> None:
    rehearsal = rehearsed(AFTERCARE, "competing_exits", outcomes=("foster_reentry/cfsr4",))

    assert "matched" in WORLDS["competing_exits"].passes
    assert rehearsal.scores[0].without_effect and gate(rehearsal.scores) == (), str(rehearsal)


def test_families_served_whole_are_counted_as_families_or_intervals_are_too_short() -> None:
    alone = replace(
        BY_FAMILY,
        cohorts={name: replace(plan, cluster=()) for name, plan in BY_FAMILY.cohorts.items()},
        questions=tuple(replace(question, inference=Inference()) for question in BY_FAMILY.questions),
    )
    whole, one_by_one = (rehearsed(study, "families", people=400) for study in (BY_FAMILY, alone))
    families, people = whole.scores[0], one_by_one.scores[0]

    assert "randomized" in WORLDS["families"].passes
    assert families.without_effect and gate([families]) == ()
    assert people.bias == families.bias  # the same estimates
    assert people.se_ratio.value < 0.8 * families.se_ratio.value and people.coverage.value < families.coverage.value - 0.05
