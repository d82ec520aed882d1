"""Rates of the control outcomes: things that happen in other records, and that no programme moves."""

from __future__ import annotations

from synthetic.rates.rate import Rate

CONTROL = Rate(0.08, "times a year, each control outcome, of the mean person; whoever it is like sets how it differs by person")
