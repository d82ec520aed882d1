"""A difference in mean amounts: what it is by hand, whom it is about, what stands beside it, and when it is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mean_worlds import QUESTION, YEAR, Costs, answered, drawn, lot, told

from evaluation.methods import METHODS
from evaluation.methods.mean.models import fitted
from evaluation.terms import Censored, Cohort, Comparison, Estimand, Inference, Learned, Matching, Refused

EXACT = 1e-9  # relative: the same sums in another order
NEAR = 1e-4  # relative, of derivatives: the step that they are taken by
HELD = 1e-4  # relative: slopes of being lost are held a little, so that none grows without end, and parts add to that much
ALL = ("difference", "regression", "doubly_robust", "two_part", "gamma", "poisson")


def spending(y: np.ndarray) -> Costs:
    """Everybody seen to the end, all of it spent on the first day."""
    zero, never = np.zeros(len(y)), np.full(len(y), 10 * YEAR)
    return Costs(y, zero, zero, never, never)


def world(seed: int = 1, n: int = 600, **how: float) -> tuple[Cohort, Costs]:
    return drawn(np.random.default_rng(seed), n, **how)  # type: ignore[arg-type]  # by name


def test_with_nobody_lost_it_is_the_difference_of_plain_means_with_welchs_error():
    rng = np.random.default_rng(3)
    y, served = rng.gamma(8.0, 100.0, 200), np.arange(200) < 90
    one, other = y[served], y[~served]
    found = answered(lot(served), spending(y))

    assert found.effect == pytest.approx(one.mean() - other.mean(), rel=EXACT)
    assert (found.served.mean, found.compared.mean) == pytest.approx((one.mean(), other.mean()), rel=EXACT)
    assert found.std_error == pytest.approx((one.var() / 90 + other.var() / 110) ** 0.5, rel=0.01)
    assert found.ratio is not None and found.ratio.value == pytest.approx(one.mean() / other.mean(), rel=EXACT)


def test_within_blocks_what_a_block_adds_to_both_arms_alike_is_no_error():
    rng = np.random.default_rng(4)
    block, served = np.arange(400) % 8, rng.random(400) < 0.5
    y = 10_000.0 * block + rng.gamma(8.0, 100.0, 400)
    found = answered(lot(served, blocks=block), spending(y))
    noise = y - 10_000.0 * block

    assert found.std_error == pytest.approx((noise[served].var() / served.sum() + noise[~served].var() / (~served).sum()) ** 0.5, rel=0.05)
    assert abs(found.effect) < 4 * found.std_error


@pytest.mark.parametrize("each", [1, 2])
def test_of_clusters_drawn_in_blocks_the_error_is_that_of_clusters_and_not_of_their_people(each):
    rng, misses, effects, errors = np.random.default_rng(6), 0, [], []
    question = replace(QUESTION, inference=Inference("cluster"))
    cluster = np.repeat(np.arange(15 * 2 * each), 20)
    block, served = cluster // (2 * each), cluster % 2 == 0
    for _ in range(60):
        luck = rng.normal(0.0, 300.0, cluster.max() + 1)[cluster] + rng.normal(0.0, 300.0, 15)[block]
        found = answered(lot(served, blocks=block, clusters=cluster), spending(5_000.0 + luck + rng.normal(0.0, 300.0, len(cluster))), question)
        misses += not found.interval.low <= 0 <= found.interval.high
        effects.append(found.effect)
        errors.append(found.std_error)

    assert np.mean(errors) > 0.85 * np.std(effects)  # 60 draws: an error of 9 % of the spread
    assert misses <= 8  # of 60 at .05: three expected, and three standard errors


def test_one_history_far_beyond_all_others_takes_no_answer_away():
    cohort, ruler = world(seed=13, n=1_500)
    x = cohort.history["x"].copy()
    x[np.flatnonzero(~ruler.lost)[0]] = 60.0  # by the others' slope all but sure to leave on the first day, and followed to the end
    far = replace(cohort, history={"x": x})
    found, near = answered(far, ruler), answered(cohort, ruler)

    assert found.effect == pytest.approx(near.effect, abs=0.25 * near.std_error)
    assert told(found, "extreme_weights") < 0.1


def test_people_drawn_again_do_not_take_away_what_a_small_arm_could_not_see():
    rng = np.random.default_rng(14)
    served = np.arange(450) < 50
    y = np.minimum(rng.lognormal(6.0, 1.5, 450), np.where(served, 1_500.0, np.inf))  # the small arm happens to hold none of the largest
    plain, again = (answered(lot(served), spending(y), replace(QUESTION, inference=Inference(by))) for by in ("robust", "bootstrap"))

    assert again.std_error == pytest.approx(plain.std_error)
    assert "spreads pooled" in again.interval.by and "bootstrap" in again.interval.by


def test_the_order_of_rows_moves_nothing_where_histories_are_the_same():
    rng = np.random.default_rng(15)
    y, served, x = rng.gamma(2.0, 500.0, 300), rng.random(300) < 0.5, rng.integers(0, 3, 300).astype(float)
    question, order = replace(QUESTION, estimator="doubly_robust"), rng.permutation(300)
    one, other = (answered(lot(served[rows], {"x": x[rows]}), spending(y[rows]), question) for rows in (np.arange(300), order))

    assert other.effect == pytest.approx(one.effect, rel=EXACT)


def test_a_gamma_model_settles_whatever_the_tail():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=150)
        y = np.where(rng.random(150) < 0.6, np.exp(6 + 0.5 * x + 2 * rng.normal(size=150)), 0.0)
        model = fitted(np.column_stack([np.ones(150), x]), y, np.ones(150), "gamma")

        assert model is not None and np.abs(model.scores.sum(axis=0)).max() < 1e-3 * 150  # the score equations are solved


def test_whoever_leaves_is_not_taken_to_have_come_to_nothing_and_their_own_days_count():
    cohort, ruler = world(n=2_500, effect=0.0)
    seen, whole = answered(cohort, ruler), answered(cohort, ruler.whole())
    naive = ruler.amount(0, QUESTION.horizon).amount

    assert ruler.lost.mean() > 0.3
    assert naive.mean() < 0.75 * whole.compared.mean
    for arm in ("served", "compared"):
        assert getattr(seen, arm).mean == pytest.approx(getattr(whole, arm).mean, rel=0.1)
    partly = answered(cohort, ruler, replace(QUESTION, censored=Censored(adjust="nothing")))
    assert partly.compared.mean < 0.93 * seen.compared.mean  # the dearest leave soonest, and without their history nobody knows


def test_a_death_completes_what_was_spent_and_is_no_loss():
    rng = np.random.default_rng(5)
    served, rate, zero = np.arange(100) < 50, rng.gamma(5.0, 4.0, 100), np.zeros(100)
    ruler = Costs(zero, rate, zero, np.where(np.arange(100) % 4 == 0, 100, 10 * YEAR), np.full(100, 10 * YEAR))
    found = answered(lot(served), ruler)
    spent = rate * np.where(np.arange(100) % 4 == 0, 100, YEAR)

    assert found.effect == pytest.approx(spent[served].mean() - spent[~served].mean(), rel=EXACT)
    assert told(found, "losses") == 1.0


@pytest.mark.parametrize("estimator", ALL)
def test_every_estimator_is_near_the_truth_and_names_its_error(estimator):
    cohort, ruler = world(n=3_000, tail=0.7)
    found = answered(cohort, ruler, replace(QUESTION, estimator=estimator))
    whole = answered(cohort, ruler.whole())

    assert abs(found.effect - whole.effect) < 3 * found.std_error
    assert 0.3 * whole.std_error < found.std_error < 3 * whole.std_error
    assert found.effect == pytest.approx(found.served.mean - found.compared.mean, rel=EXACT)
    assert found.interval.low < found.effect < found.interval.high and "cluster-robust by person" in found.interval.by


@pytest.mark.parametrize("adjust", ["ipcw", "nothing"])
@pytest.mark.parametrize("estimator", [one for one in ALL if one != "doubly_robust"])  # its folds are drawn by what people hold
def test_what_a_row_adds_to_the_error_is_by_how_much_the_effect_moves_with_its_weight(estimator, adjust):
    cohort, ruler = world(seed=8, n=300, tail=0.7)
    question = replace(QUESTION, estimator=estimator, estimand="effect_on_the_served", censored=Censored(adjust=adjust))

    def weighed(weights: np.ndarray) -> Comparison:
        estimand = Estimand("effect_on_the_served", "", "", "")
        return Comparison(estimand, np.ones(300, dtype=bool), weights)

    from evaluation.methods.mean.estimators import means_of
    from evaluation.methods.mean.laid import lay

    weights = 1 + np.arange(300) % 3 / 4.0
    means = means_of(lay(cohort, weighed(weights), ruler, question))
    for row in (0, 1, 2, 57, 141, 299):
        more = weights.copy()
        more[row] *= 1 + 1e-5
        moved = means_of(lay(cohort, weighed(more), ruler, question)).effect - means.effect
        assert moved / 1e-5 == pytest.approx(means.influence[row], rel=1e-2, abs=NEAR * np.abs(means.influence).max())
    assert abs(means.influence.sum()) < HELD * np.abs(means.influence).sum()


def test_the_error_of_learnt_weights_is_counted():
    cohort, ruler = world(seed=9, n=400)
    cohort = replace(cohort, by="offer")
    question = replace(QUESTION, estimand="average_effect", compare=Matching(by="inverse_probability", on=("x",)))
    method = METHODS["mean"]
    comparison = method.compare(cohort, question)
    assert isinstance(comparison.learned, Learned)
    learnt = method.estimate(cohort, comparison, ruler.whole(), question)
    given = method.estimate(cohort, replace(comparison, learned=None), ruler.whole(), question)

    assert learnt.effect == given.effect
    assert learnt.std_error < 0.99 * given.std_error  # what drives costs is evened out by weights that were learnt


def test_a_small_arm_without_large_amounts_has_the_spread_of_both():
    rng = np.random.default_rng(10)
    y, served = np.exp(2.0 * rng.normal(size=450)), np.arange(450) >= 50
    y[:50] = np.minimum(y[:50], 1.0)
    found = answered(lot(served), spending(1_000 * y))

    assert "spreads pooled" in found.interval.by
    assert found.std_error > 2 * 1_000 * (y[served].var() / 400 + y[~served].var() / 50) ** 0.5
    assert found.p_value > 0.05


def test_amounts_capped_at_the_99th_percentile_and_the_share_of_the_dearest_stand_beside():
    rng = np.random.default_rng(11)
    y, served = np.exp(1.5 * rng.normal(size=4_000)), np.arange(4_000) % 2 == 0
    found = answered(lot(served), spending(y))
    detail = next(one.detail for one in found.diagnostics if one.name == "without_the_dearest")
    cap, high = np.quantile(y, 0.99), y > np.quantile(y, 0.99)
    top = {arm: np.sort(y[there])[-20:].sum() / y[there].sum() for arm, there in (("served", served), ("compared", ~served))}
    shares = next(one.detail for one in found.diagnostics if one.name == "dearest_hundredth")

    assert detail["cap"] == pytest.approx(cap, rel=EXACT)
    assert detail["winsorised"] == pytest.approx(np.minimum(y, cap)[served].mean() - np.minimum(y, cap)[~served].mean(), rel=EXACT)
    assert detail["trimmed"] == pytest.approx(y[served & ~high].mean() - y[~served & ~high].mean(), rel=EXACT)
    assert shares == pytest.approx(top, rel=EXACT)


def test_other_models_stand_beside_where_there_is_a_history_and_the_asked_one_never_twice():
    cohort, ruler = world()
    names = [one.name for one in answered(cohort, ruler).others]
    asked = [one.name for one in answered(cohort, ruler, replace(QUESTION, estimator="gamma")).others]
    bare = answered(replace(cohort, history={}), ruler)

    assert len(names) == 3 and "difference in means" not in names
    assert "difference in means" in asked and "gamma model with a logarithmic link" not in asked
    assert bare.others == () and "cost_family" not in {one.name for one in bare.diagnostics}


def test_the_bootstrap_is_the_same_whatever_the_order_of_people_and_near_the_t_interval():
    cohort, ruler = world(n=500, tail=0.5)
    question = replace(QUESTION, inference=Inference("bootstrap"))
    order = np.random.default_rng(2).permutation(500)
    mixed = replace(cohort, served=cohort.served[order], person=cohort.person[order], history={"x": cohort.history["x"][order]})
    one, other = answered(cohort, ruler, question), answered(mixed, ruler.of(order), question)
    normal = answered(cohort, ruler)

    assert (other.interval.low, other.interval.high) == pytest.approx((one.interval.low, one.interval.high), rel=1e-6)
    assert one.interval.high - one.interval.low == pytest.approx(normal.interval.high - normal.interval.low, rel=0.15)


@pytest.mark.parametrize("estimator", ["regression", "doubly_robust", "two_part"])
def test_a_regression_without_a_history_is_refused_with_what_to_do(estimator):
    cohort, ruler = world(n=100)

    with pytest.raises(Refused, match="adjusts for the history, and there is none"):
        answered(replace(cohort, history={}), ruler.whole(), replace(QUESTION, estimator=estimator))


def test_what_cannot_be_answered_is_refused_with_a_reason():
    cohort, ruler = world(n=100)
    nothing = replace(ruler, start=0 * ruler.start, rate=0 * ruler.rate, last=0 * ruler.last)
    left = replace(ruler, gone=np.where(cohort.served, 30, 10 * YEAR), death=np.full(100, 10 * YEAR))
    below = replace(ruler.whole(), rate=ruler.rate - 1.0)
    reasons = replace(QUESTION, censored=Censored(reasons=("records_end",)))

    for found, there, asked in (
        ("every amount is 0", nothing, QUESTION),
        ("followed to the end of the window", left, QUESTION),
        ("below 0", below, replace(QUESTION, estimator="gamma")),
        ("moved away", ruler, reasons),
        ("same amount", spending(np.full(100, 7.0)), QUESTION),
    ):
        with pytest.raises(Refused, match=found):
            answered(cohort, there, asked)


def test_a_handful_with_any_cost_takes_the_answer_away_and_no_sentence_tells_a_small_count():
    y = np.zeros(200)
    y[:9], y[100:190] = 5_000.0, np.linspace(100, 4_000, 90)
    found = answered(lot(np.arange(200) < 100), spending(y))
    few = next(one for one in found.diagnostics if one.name == "people_with_costs")

    assert few.required and not few.holds
    assert few.behind == {"served": (9, 91), "compared": (90, 10)}
    assert not any(count in few.sentence for count in ("9 of", "91", "90 of"))
