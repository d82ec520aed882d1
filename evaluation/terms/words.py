"""The closed words of designs and findings."""

from __future__ import annotations

from typing import Literal

Unit = Literal["person", "child", "family", "area"]
Which = Literal["first", "last", "every"]
Clock = Literal["eligibility", "service"]
Observed = Literal["coverage", "activity"]
Rule = Literal["not_yet_served", "never_served", "same_event"]
LaterServed = Literal["censor", "keep", "drop"]
Side = Literal["above", "below"]
Reducer = Literal["count", "any", "days", "sum", "last", "days_since"]
Role = Literal["headline", "secondary", "exploratory"]
By = Literal["lot", "offer", "score", "service"]
CompareBy = Literal["matching"]
InferenceBy = Literal["robust", "cluster", "exact"]
EstimandName = Literal["average_effect", "effect_on_the_served"]
Kind = Literal["amount", "mark", "state", "rate"]
Form = Literal["starts", "panel", "strategies"]
Policy = Literal["cms_11"]
Language = Literal["en", "es"]
Verdict = Literal["better", "worse", "no difference that matters", "cannot tell yet", "not answered", "provisional"]
