"""Rates of charges, of violations of supervision, and of returns to prison."""

from __future__ import annotations

from synthetic.rates.rate import Rate

# ------------------------------------------------------------------------------------------------ charges
TWO_CHARGES = Rate(0.30, "share of arrests on two charges")
THREE_CHARGES = Rate(0.15, "share of arrests on three")
FELONY_BOOKED = Rate(0.40, "share of the charges of a booking that are felonies")
FELONY_CITED = Rate(0.04, "the same of a citation")
INFRACTION_SHARE = Rate(0.10, "share of charges that are infractions; a conviction is never for infractions alone")

# ------------------------------------------------------------------------------------------------ what a sentence brings
TERM = Rate(365.0, "days of supervision after a conviction, in which a technical violation is possible")
VIOLATION = Rate(0.0010, "first technical violations a day of supervision after a conviction, of a person of average need")
VIOLATION_NEED = Rate(0.30, "log violation rate for each standard deviation of need")
PRISON = Rate(0.50, "share of those sentenced while in jail who return to state prison that day; their custody spell counts both")
