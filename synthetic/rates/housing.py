"""Rates of homelessness: how people come to it, where they stay, where they go, who comes back, and what it costs."""

from __future__ import annotations

from synthetic.rates.rate import Rate

# ------------------------------------------------------------------------------------------------ losing a home
ENTRY_SHELTER = Rate(0.000017, "entries a day into a shelter, a safe haven or transitional housing, of a housed adult of average need")
ENTRY_STREET = Rate(0.000008, "the same into the street")
ENTRY_NEED = Rate(0.95, "log rate of losing a home for each standard deviation of need")
ENTRY_FRAILTY = Rate(0.80, "standard deviation of log rates of losing a home among people of equal need")
ENTRY_SHARED = Rate(0.70, "correlation of that frailty with the one of arrests")

# ------------------------------------------------------------------------------------------------ coming back
RETURN_PERMANENT = Rate(0.00027, "returns to homelessness a day, from half a year to a year after leaving it for a permanent place")
RETURN_TEMPORARY = Rate(0.00075, "the same after leaving for a temporary place")
RETURN_INSTITUTION = Rate(0.0009, "the same after leaving for an institution, jail included")
RETURN_STREET = Rate(0.30, "share of returns, were nothing done, that are to the street")
RETURN_NEED = Rate(0.35, "log rate of coming back for each standard deviation of need")
RETURN_FRAILTY = Rate(0.35, "standard deviation of log rates of coming back among people of equal need")
RETURN_EARLY = Rate(1.7, "times as many returns in the first half year")
RETURN_SECOND = Rate(0.6, "times as many in the second year")
RETURN_LATE = Rate(0.25, "times as many after it")

# ------------------------------------------------------------------------------------------------ leaving
STREET_LEFT = Rate(0.010, "people a day who leave the street, other than for a permanent place")
SHELTER_LEFT = Rate(0.014, "the same of a shelter")
HAVEN_LEFT = Rate(0.007, "the same of a safe haven")
TRANSITIONAL_LEFT = Rate(0.0035, "the same of transitional housing")
STREET_PERMANENT = Rate(0.0012, "people a day who leave the street for a permanent place")
SHELTER_PERMANENT = Rate(0.0055, "the same of a shelter")
HAVEN_PERMANENT = Rate(0.0040, "the same of a safe haven")
TRANSITIONAL_PERMANENT = Rate(0.0045, "the same of transitional housing")
FIRST_WEEK = Rate(1.8, "times as many in the first week of a stay, other than for a permanent place")
LATER_ON = Rate(0.8, "times as many from the second month on")
PERMANENT_NEED = Rate(-0.25, "log rate of leaving for a permanent place for each standard deviation of need, and of the frailty of housing")

# ------------------------------------------------------------------------------------------------ permanent housing
BY_PROGRAMME = Rate(0.45, "share of those on their way to a permanent place who are enrolled in a permanent housing programme")
MOVES_IN = Rate(0.85, "share of those enrolled who move in")
MOVE_IN_MEDIAN = Rate(28.0, "median days from enrolment to the day of moving in, or of giving up")
MOVE_IN_SPREAD = Rate(0.80, "standard deviation of the log of days")
MOVE_IN_LONGEST = Rate(240.0, "longest wait, in days")
TENANCY_LEFT = Rate(0.0022, "people a day who leave permanent housing for a permanent place without it")
TENANCY_LOST = Rate(0.00035, "people a day who lose it")

# ------------------------------------------------------------------------------------------------ outreach, nights, destinations
OUTREACH = Rate(0.60, "share of stays in the street that outreach comes to know, if they last")
OUTREACH_WAIT = Rate(20.0, "mean days until it does")
KEPT_OPEN = Rate(0.35, "share of its enrolments that it keeps open when the person goes into a shelter")
KEPT_OPEN_DAYS = Rate(30.0, "mean days for which it does")
NIGHT_BY_NIGHT = Rate(0.12, "share of shelter stays whose beds are given out, and recorded, night by night")
BED_USED = Rate(0.85, "share of the nights of such a stay on which the bed is used")
UNKNOWN = Rate(0.12, "share of destinations written unknown, of people of the need that is usual among the homeless who will not soon be back")
UNKNOWN_OUTREACH = Rate(0.8, "more log odds of it where outreach writes it")
UNKNOWN_NEED = Rate(0.25, "more log odds of it for each standard deviation of need")
UNKNOWN_SOON = Rate(1.0, "more log odds of it where the person, if nobody served them, would be homeless again within half a year")

# ------------------------------------------------------------------------------------------------ the way in of an intake
LAST_MEDIAN = Rate(40.0, "median nights of the stay that ends on the day that starts a clock, where it does")
LAST_SPREAD = Rate(1.0, "standard deviation of the log of nights")
LAST_LONGEST = Rate(365.0, "longest such stay, in nights")
LAST_SHELTER = Rate(0.80, "share of such stays that are in a shelter; the others are in transitional housing")

# ------------------------------------------------------------------------------------------------ prices, in dollars
EMERGENCY_NIGHT = Rate(65.00, "a night in a shelter or a safe haven; night by night, a night on which the bed is used")
TRANSITIONAL_NIGHT = Rate(50.00, "a night in transitional housing")
PERMANENT_MONTH = Rate(1_500.00, "each started thirty days of permanent housing after moving in")
OUTREACH_CONTACT = Rate(95.00, "an outreach contact: one for each started thirty days of an enrolment")
