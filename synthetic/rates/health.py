"""Rates of health: emergency visits, the crises in which they come, stays in hospital, and what they cost."""

from __future__ import annotations

from synthetic.rates.rate import Rate

STANTON = "Stanton 2006 (AHRQ, Research in Action 19): the costliest 5 % of Americans account for 49 % of health spending"

# ------------------------------------------------------------------------------------------------ emergency visits
EMERGENCY = Rate(0.00060, "emergency visits a day of a person of average need and frailty, outside a crisis")
EMERGENCY_NEED = Rate(0.70, "log visit rate for each standard deviation of need")
EMERGENCY_FRAILTY = Rate(1.10, "standard deviation of log visit rates among people of equal need", f"assumed, towards {STANTON}")
EMERGENCY_SHARED = Rate(0.50, "correlation of that frailty with the one of arrests")
EMERGENCY_COMMON = Rate(0.00050, "emergency visits a day of anybody, whatever their need")

# ------------------------------------------------------------------------------------------------ crises
CRISIS = Rate(0.0007, "crises that begin on a day outside one")
CRISIS_MEDIAN = Rate(45.0, "median days of a crisis")
CRISIS_SPREAD = Rate(0.70, "standard deviation of the log of days")
CRISIS_LONGEST = Rate(240.0, "longest crisis, in days")
CRISIS_VISITS = Rate(8.0, "times as many visits in a crisis, of those that come of need")

# ------------------------------------------------------------------------------------------------ hospital
ADMITTED = Rate(0.045, "share of emergency visits outside a crisis that go on as a stay in hospital")
CRISIS_ADMITTED = Rate(0.07, "the same in a crisis")
NIGHTS_MEDIAN = Rate(1.7, "median nights of a stay in hospital")
NIGHTS_SPREAD = Rate(0.85, "standard deviation of the log of nights")
NIGHTS_LONGEST = Rate(120.0, "longest stay in hospital, in nights")

# ------------------------------------------------------------------------------------------------ prices, in dollars
EMERGENCY_PRICE = Rate(530.00, "an emergency visit", "Moore and Liang 2020 (HCUP Statistical Brief 268)")
INPATIENT_DAY = Rate(2_543.00, "a day in hospital", "Freeman, Weiss and Heslin 2018 (HCUP Statistical Brief 246): $11,700 for 4.6 days")
