"""The conditions of differences over time, of series, of cut-offs and of changes without a comparison, as a protocol announces them."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import adoption, concurrent, dips, few_treated, honest, monitor, paths, series, threshold
from .condition import Condition

_SHOWN = ""
_BESIDE_THE_PAST = "our own rule: estimators that differ by more than the effect do not support one number"

OVER_TIME: Mapping[str, Condition] = {
    "concurrent_policies": Condition(
        "what the design itself names that changed in these days, and where",
        "none that changed in some places alone",
        concurrent.SOURCE,
        required=False,
    ),
    "cells_of_adoption": Condition(
        "how many come under the programme in each period, how many are compared only, and how many are left out",
        _SHOWN,
        "units by period of adoption, shown beside every effect by group and time",
        required=False,
    ),
    "composition": Condition(
        "how the share watched changes from before the beginning to after it, where the programme began and elsewhere",
        f"apart by at most {100 * adoption.MOST_DRIFT:g} % of those watched",
        "What Works Clearinghouse, Standards Handbook 4.1: differential loss beyond 5 points is high where it may matter",
        required=False,
    ),
    "few_treated_clusters": Condition(
        "how many clusters (places, or people who share luck) the programme reached, and how many they are compared with",
        f"at least {few_treated.FEWEST_TREATED} on each side, and {few_treated.FEWEST_CLUSTERS} in all; with fewer, no range by clusters is told",
        few_treated.FEW_TREATED_SOURCE,
        required=False,
    ),
    "detectable_by_the_past": Condition(
        "the smallest effect that four such roll-outs of five would see, by rolling it out anew among the places before anybody adopted",
        "the smallest difference worth having",
        "placebo roll-outs dealt out among the places before adoption, at 80 % power, two-sided 5 %; of many places, Bloom 1995",
        required=False,
    ),
    "path_before_adoption": Condition(
        "whether those reached and the others moved apart before the beginning: a straight line, and all periods together, and what it would come to",
        f"p at least {paths.SLOPE_SIZE:g} of the line and {paths.JOINT_SIZE:g} of all together, or less than {100 * paths.MATERIAL:g} % of the "
        "difference worth having",
        paths.PATH_SOURCE,
    ),
    "enrolment_dip": Condition(
        "whether the last period before the start stands out from the ones before it, so that going back to them would pass for an effect",
        f"p at least {dips.SIZE:g}, or less than {100 * dips.MATERIAL:g} % of the difference worth having",
        dips.SOURCE,
    ),
    "guarded_and_raw": Condition(
        "how far the change against people made alike before the start lies from that against everybody else",
        "no more than the smallest difference worth having",
        dips.RAW_SOURCE,
        required=False,
    ),
    "levels_apart": Condition(
        "how far the effect moves if everybody would have changed by the same share, and not by the same amount",
        f"less than {100 * paths.APART:g} % of the difference worth having; where it moves by more, what is claimed must hold by both",
        paths.LEVELS_SOURCE,
        required=False,
    ),
    "two_way_weights": Condition(
        "how much of the weight of two-way fixed effects lies below 0, or on comparisons with units already reached",
        f"at most {100 * adoption.MOST_FORBIDDEN:g} %",
        "Goodman-Bacon 2021; de Chaisemartin and D'Haultfoeuille 2020",
        required=False,
    ),
    "estimators_agree": Condition(
        "how far the other estimators of the same effect, shown side by side, lie from it",
        "none of another sign, and none farther off than the effect is large",
        _BESIDE_THE_PAST,
        required=False,
    ),
    "drift_missed": Condition(
        "what a steady drift that the periods before would have shown in four studies of five comes to, as a share of the effect",
        f"less than {honest.WHOLE:g} time the effect",
        honest.MISSED_SOURCE,
        required=False,
    ),
    "honest_bounds": Condition(
        "by how many times the largest step of the groups apart before the beginning they could have moved apart after it with an effect left",
        f"at least {honest.AS_BEFORE:g} time, where an effect is told",
        honest.HONEST_SOURCE,
        required=False,
    ),
}

AT_A_CUT_OFF: Mapping[str, Condition] = {
    "density_at_the_cutoff": Condition(
        "whether people heap just on the side of the offer", f"p at least {threshold.TOO_RARE:g}", "McCrary 2008; Cattaneo, Jansson and Ma 2020"
    ),
    "history_at_the_cutoff": Condition(
        "whether any column of the history jumps at the cut-off, allowing for how many there are",
        f"p at least {threshold.TOO_RARE:g}",
        "Lee 2008; with Bonferroni's correction",
    ),
    "scores_tied": Condition(
        "how many different scores there are near the cut-off, on the side with fewer, and how many people stand on round ones",
        f"at least {threshold.FEW_SCORES:g}; with fewer, the range allows for any smooth course between them",
        "Kolesar and Rothe 2018; fewest scores a rule of this project",
        required=False,
    ),
    "take_up_at_the_cutoff": Condition(
        "by how much coming jumps with the offer, and the F of that jump",
        f"at least {threshold.STRONG:g}; below it the range is one that holds however weak the offer is",
        "Staiger and Stock 1997; Feir, Lemieux and Marmer 2016",
        required=False,
    ),
    "window_alike": Condition(
        "whether people within a window about the cut-off are as alike in their history as a lot would leave them",
        "p at least 0.15",
        "Cattaneo, Frandsen and Titiunik 2015",
        required=False,
    ),
    "detectable_at_the_cutoff": Condition(
        "before any outcome is read, the smallest effect that four studies of five would see with so many people near the cut-off",
        "the smallest difference worth having, where the outcome is one of people",
        "Bloom 1995; Cattaneo, Titiunik and Vazquez-Bare 2019",
        required=False,
    ),
    "placebo_cutoffs": Condition(
        "at how many other scores, where nothing was offered, the outcome jumps too",
        f"at most {100 * threshold.PLACEBO:g} % of them",
        "Imbens and Lemieux 2008; share a rule of this project",
        required=False,
    ),
    "without_the_nearest": Condition(
        "how far the answer moves without those nearest to the cut-off, in standard errors",
        f"at most {threshold.BY_LUCK:g}",
        "Barreca, Lindo and Waddell 2016",
        required=False,
    ),
    "other_bandwidths": Condition(
        "how far the answer moves where people are read from half as far, and from twice as far, in standard errors",
        f"at most {threshold.BY_LUCK:g}",
        "Imbens and Lemieux 2008",
        required=False,
    ),
}

OF_A_SERIES: Mapping[str, Condition] = {
    "series_places": Condition(
        "how many places stand in the comparison, and why others do not", _SHOWN, "who stands in an answer is told with it", required=False
    ),
    "gaps_in_series": Condition(
        "places without the programme that are left out because the outcome has gaps",
        _SHOWN,
        "a mean over changing places is no series",
        required=False,
    ),
    "series_evidence": Condition(
        "whether another place stands beside the series, and whether it is long enough for a range",
        "0 reasons why it is weak",
        "Lopez Bernal, Cummins and Gasparrini 2018 on series without a comparison; " + series.SIZE_SOURCE,
        required=False,
    ),
    "series_changes": Condition(
        "by how much level and slope move on the day",
        _SHOWN,
        "two straight lines, before the day and from it on; a difference made by the comparison is a rule of this project",
        required=False,
    ),
    "donor_weights": Condition(
        "which places make up the synthetic one", _SHOWN, "Abadie 2021: whom a synthetic control is made of is shown with it", required=False
    ),
    "fit_before": Condition(
        "how far the synthetic place lies from the real one before the day, in standard deviations of the donors",
        f"at most {series.WORST_FIT:g}",
        series.FIT_SOURCE,
    ),
    "extrapolation": Condition(
        "whether the place lies beyond every donor before the day, or weights fall below 0",
        "0 periods, and weights below 0 that add to less than 0.01",
        "Abadie 2021: a place beyond its donors is extrapolated, not compared",
        required=False,
    ),
    "placebo_in_space": Condition("where the place stands among others treated in its stead", _SHOWN, series.PLACEBO_SOURCE, required=False),
    "placebo_in_time": Condition(
        "what is found where the day is set back and nothing since the true one is read",
        f"p at least {series.RAREST:g}, where enough donors could show as much",
        "Abadie, Diamond and Hainmueller 2015: in-time placebo",
    ),
    "leave_one_donor_out": Condition(
        "the effect where each donor that carries weight is left out in turn",
        "no other sign",
        "Abadie, Diamond and Hainmueller 2015: leave-one-out",
        required=False,
    ),
}

WITHOUT_A_COMPARISON: Mapping[str, Condition] = {
    "places_watched": Condition("how many are told of, and how many have gaps", _SHOWN, monitor.NOT_WHY, required=False),
    "target_reached": Condition(
        "how far the last level lies from the target, with the error of the counts",
        "at the target or beyond it: more than 0 away on the wrong side is not",
        f"the target of the design; {monitor.NOT_WHY}",
        required=False,
    ),
    "trend_seen": Condition("first and last level, and the line through all of them", _SHOWN, monitor.NOT_WHY, required=False),
    "disparities": Condition(
        "each place's rate over that of the whole",
        _SHOWN,
        f"Clopper and Pearson 1934, given all that happened, all places at once; {monitor.NOT_WHY}",
        required=False,
    ),
}
