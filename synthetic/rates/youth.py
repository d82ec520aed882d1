"""Rates of youth justice."""

from __future__ import annotations

from synthetic.rates.rate import Rate

PETITION = Rate(0.000011, "petitions a day of a youth of average need and frailty, from 12 to 18")
PETITION_NEED = Rate(0.80, "log petition rate for each standard deviation of need")
PETITION_FRAILTY = Rate(1.50, "log petition rate for each standard deviation of frailty")
DISPOSED = Rate(0.55, "share of petitions that end in a disposition")
DISPOSED_WAIT = Rate(45.0, "mean days from petition to disposition")
DISPOSED_LONGEST = Rate(240.0, "most such days")
WARD = Rate(0.70, "share of dispositions that make the youth a ward")
WARD_MEDIAN = Rate(300.0, "median days of a wardship")
WARD_SPREAD = Rate(0.60, "standard deviation of the log of these days")
WARD_LONGEST = Rate(1_095.0, "longest wardship that one disposition brings, in days")
WARD_DAY = Rate(28.00, "a day of wardship, in dollars")
