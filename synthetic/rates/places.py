"""Rates of worlds in which a place or a date decides: trends, shocks, and what brings people to a programme there."""

from __future__ import annotations

from synthetic.rates.rate import Rate

YEARLY = Rate(1.10, "times as many emergency visits by need each year, where a county's trend multiplies need")
COMMON_YEARLY = Rate(1.25, "times as many emergency visits that have nothing to do with need each year, where a trend adds to need")
SHOCKS = Rate(0.10, "standard deviation of the log of an office's own factor in each quarter")
SLOPES = Rate(0.08, "standard deviation of the log of an office's own yearly factor, where need rises faster in some")
LASTING = Rate(1.0, "log odds of being served for each standard deviation of lasting need, where it decides")
BY_VISIT = Rate(0.5, "log odds of an offer for each emergency visit in the last quarter, where a crisis decides")
QUARTER = Rate(91, "days in which such visits are counted")
