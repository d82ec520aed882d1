"""How many clients, and how long: the planted effect, the closed form and the number that follows from both."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr
from statsmodels.stats.power import NormalIndPower

from evaluation.rehearsal import Measured
from evaluation.rehearsal.counties import lives_of
from evaluation.rehearsal.power import CLOSE, STRONGEST, Power, Seen, _need, closed_form, power
from evaluation.study import load
from evaluation.terms import Horizon, Refused
from synthetic import WORLDS

STUDY = load(Path(__file__).parents[2] / "designs" / "bayview" / "reentry_navigation.toml")
ARRESTED, NIGHTS, COST = STUDY.questions
YEAR = Horizon(days=364)


@pytest.fixture(scope="module")
def planned() -> Power:
    return power(STUDY, WORLDS["lottery"], people=(300, 900), runs=6, reference=3_000, a_month=50)


def test_the_programme_is_made_as_strong_as_the_effect_worth_having(planned: Power) -> None:
    [need] = planned.needs

    assert need.planted == pytest.approx(ARRESTED.worthwhile, rel=CLOSE)
    truth = lives_of(STUDY, ARRESTED, WORLDS["lottery"].but(strength=need.strength), people=3_000).truth().effect
    assert truth == need.planted


def test_it_reads_as_rows_and_as_a_sentence(planned: Power) -> None:
    frame = planned.frame()

    assert frame["people"].tolist() == [300, 900]
    assert (frame["clients"] <= frame["people"]).all() and (frame["closed_form"].diff().dropna() > 0).all()
    assert "worth having -0.05" in str(planned) and "by formula" in str(planned)


def test_the_closed_form_is_the_power_of_two_shares() -> None:
    two = lives_of(STUDY, ARRESTED, WORLDS["lottery"], people=2_000)
    served, compared = (read("marks", ARRESTED.horizon).why == "mark" for read in two.read)
    spread = (served.var() + compared.var()) / 2
    offered = two.served.mean()
    expected = NormalIndPower().power(
        (served.mean() - compared.mean()) / spread**0.5, nobs1=len(two) * offered, alpha=0.05, ratio=(1 - offered) / offered
    )

    # statsmodels pools the two spreads, which differ by a tenth; its power counts the wrong direction too, which is nothing here
    assert closed_form(ARRESTED, two, 1.0) == pytest.approx(expected, abs=0.01)


def test_there_is_no_closed_form_for_people_chosen_or_for_luck_that_is_shared() -> None:
    two = lives_of(STUDY, ARRESTED, WORLDS["lottery"], people=500)

    assert np.isnan(closed_form(replace(ARRESTED, method="matched"), two, 1.0))


@pytest.mark.parametrize("question", [NIGHTS, COST], ids=lambda one: one.outcome)
def test_more_people_see_more_of_days_and_of_dollars(question: object) -> None:
    two = lives_of(STUDY, question, WORLDS["lottery"], people=2_000)  # type: ignore[arg-type]  # a question
    few, many = (closed_form(question, two, scale) for scale in (0.1, 1.0))  # type: ignore[arg-type]  # a question

    assert 0 < few < many <= 1


def seen(people: int, share: float, runs: int = 400) -> Seen:
    return Seen(YEAR, people, people, runs, runs, Measured(share, (share * (1 - share) / runs) ** 0.5), float("nan"))


def curve(need: float, *people: int, runs: int = 400) -> list[Seen]:
    """Shares seen that lie on the curve of a power of 80 % with so many clients."""
    slope = (1.959964 + 0.841621) / need**0.5
    return [seen(many, round(runs * float(ndtr(slope * many**0.5 - 1.959964))) / runs, runs) for many in people]


def test_the_number_needed_is_read_off_the_curve_that_the_runs_lie_on() -> None:
    need = _need(curve(1_000, 300, 600, 900), -0.05, 1.0, 0.5, 0.8, 12.0, 100.0)

    assert need.clients == pytest.approx(1_000, rel=0.01)  # shares are of 400 runs
    assert need.low < 1_000 < need.high and need.high / need.low < 1.5
    assert need.people == pytest.approx(2 * need.clients)
    assert need.months == pytest.approx(need.clients / 100 + 12)


@pytest.mark.parametrize("true", [50, 300, 1_000, 40_000])
def test_intervals_of_the_number_needed_hold_it_whatever_was_tried(true: int) -> None:
    luck = np.random.default_rng(true)
    sizes, runs = (500, 1_000, 2_000), 100
    power = [float(ndtr((1.959964 + 0.841621) * (many / true) ** 0.5 - 1.959964)) for many in sizes]
    needs = [
        _need([seen(many, luck.binomial(runs, p) / runs, runs) for many, p in zip(sizes, power, strict=True)], -0.05, 1.0, 1.0, 0.8, 12.0, None)
        for _ in range(200)
    ]

    assert np.mean([need.low <= true <= need.high for need in needs]) > 0.9  # 95 %, less 3 Monte Carlo errors
    if true == 50:  # every study of 500 sees it: how few would do cannot be told
        assert all(np.isnan(need.clients) and need.high < 500 for need in needs)


def test_what_every_study_sees_and_what_none_sees_is_said_without_a_number() -> None:
    asked, worth = ARRESTED, "everybody in the study"
    all_of_them = _need(curve(20, 500, 1_000), -0.05, 1.0, 1.0, 0.8, 12.0, None)
    none = _need([seen(300, 0.025), seen(900, 0.02)], -0.05, 1.0, 1.0, 0.8, 12.0, None)
    far = _need(curve(9_000, 300, 600, 900), -0.05, 1.0, 1.0, 0.8, 12.0, None)
    said = {name: str(Power("lottery", asked, worth, 0.8, (), (need,))) for name, need in (("all", all_of_them), ("none", none), ("far", far))}

    assert "or fewer are enough" in said["all"] and "Try fewer people" in said["all"]
    assert "or more are needed" in said["none"] and "Try more people" in said["none"]
    assert "beyond what was tried" in said["far"]


def test_an_effect_that_the_programme_cannot_reach_is_refused() -> None:
    asked = replace(ARRESTED, worthwhile=-0.9)

    with pytest.raises(Refused, match="at its strongest comes to"):
        power(replace(STUDY, questions=(asked,)), WORLDS["lottery"], people=(300,), runs=2, reference=500)
    assert STRONGEST > 1


def test_of_units_that_adopt_on_the_calendar_it_says_in_one_sentence_what_tells_instead() -> None:
    by_office = load(Path(__file__).parents[2] / "designs" / "bayview" / "services_by_office.toml")

    with pytest.raises(Refused) as caught:
        power(by_office, WORLDS["staggered"])

    (only,) = caught.value.problems
    assert "hangs on how many adopt and how steady they were" in str(only) and "`betteroff rehearse` tells" in str(only)


def test_numbers_that_say_nothing_are_refused_all_at_once() -> None:
    with pytest.raises(Refused) as refused:
        power(STUDY, WORLDS["lottery"], people=(0,), target=2.0, a_month=-1, runs=1, jobs=0, horizons=(Horizon(days=-5),))

    assert len(refused.value.problems) == 6
