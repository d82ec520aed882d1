"""The closed words of designs and findings."""

from __future__ import annotations

from typing import Literal

Unit = Literal["person", "child", "family", "area"]
Which = Literal["first", "last", "every"]
Clock = Literal["eligibility", "service", "calendar"]
Observed = Literal["coverage", "activity"]
Rule = Literal["not_yet_served", "never_served", "same_event"]
LaterServed = Literal["censor", "keep", "drop"]
Side = Literal["above", "below"]
Reducer = Literal["count", "any", "days", "sum", "last", "days_since"]
Role = Literal["headline", "secondary", "exploratory"]
By = Literal["lot", "offer", "score", "service", "strategy", "adoption"]
CompareBy = Literal[
    "matching", "optimal", "full", "coarsened_exact", "exact", "subclasses", "cardinality", "profile",
    "inverse_probability", "overlap", "matching_weights", "entropy_balancing", "covariate_balancing", "tilting",
]  # fmt: skip
ScoreBy = Literal["regression", "flexible"]
MissingRule = Literal["indicator", "refuse", "impute"]
DistanceBy = Literal["logit", "probability", "mahalanobis", "robust_mahalanobis", "scaled_euclidean", "column"]
CaliperUnit = Literal["sd", "pooled_sd", "raw"]
OrderBy = Literal["largest", "smallest", "closest", "farthest", "random"]
Discard = Literal["none", "served", "compared", "both"]
InferenceBy = Literal["robust", "cluster", "exact", "set", "person", "abadie_imbens", "bootstrap", "jackknife", "wild_bootstrap", "randomisation"]
EstimandName = Literal[
    "average_effect", "effect_on_the_served", "effect_on_the_compared", "effect_in_the_overlap", "effect_on_the_matchable",
    "effect_at_the_cutoff", "complier_effect", "complier_effect_at_the_cutoff", "change",
]  # fmt: skip
EstimatorName = Literal[
    "difference", "regression", "doubly_robust",
    "group_time", "two_way", "imputation", "interaction_weighted", "before_after",
    "interrupted", "comparative_interrupted", "synthetic_control", "augmented_synthetic_control", "synthetic_did",
    "local_linear", "local_randomisation", "two_stage",
    "trend", "target", "disparity",
    "two_part", "gamma", "poisson",
]  # fmt: skip
AdjustedBy = Literal["nothing", "regression", "inverse_probability", "doubly_robust"]
Pool = Literal["never_treated", "not_yet_treated"]
Aggregate = Literal["simple", "dynamic", "group", "calendar"]
Calendar = Literal["month", "quarter", "year"]
AfterStop = Literal["refuse", "drop", "own_effect"]
UnitWeights = Literal["", "population"]
Measure = Literal["risk", "time_free", "time_lost", "number"]
TimeScale = Literal["calendar", "street"]
Left = Literal["moved_away", "served_later", "records_end"]
Adjust = Literal["ipcw", "nothing"]
OutcomeUnit = Literal["people", "days", "dollars", "events", "rate", "count"]  # of "people", what is counted in a period is events
Kind = Literal["amount", "mark", "state", "rate"]
Form = Literal["starts", "panel", "strategies"]
Basis = Literal["average", "short_run_marginal", "long_run_marginal"]
Perspective = Literal["county", "government", "society"]
Policy = Literal["cms_11", "calhhs", "opensafely"]
Gate = Literal["balance", "overlap", "power", "negative_controls"]
Correction = Literal["holm", "false_discovery", "none"]
Licence = Literal["A", "B", "C", "D", "X"]  # caused; likely reduced; was associated with; changed, and nothing was compared; cannot say
Language = Literal["en", "es"]
Verdict = Literal["better", "worse", "no difference that matters", "cannot tell yet", "not answered", "provisional"]
