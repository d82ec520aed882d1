"""Rates of lists that rank people by need."""

from __future__ import annotations

from synthetic.rates.rate import Rate

MIDDLE = Rate(50, "points of somebody of average need and frailty on a list of need")
BY_NEED = Rate(11, "points for each standard deviation of need")
BY_FRAILTY = Rate(6, "points for each standard deviation of frailty")
ERROR = Rate(8, "standard deviation of an assessor's error, in points")
ROUNDED = Rate(0.3, "share of people whose assessor rounds to five points")
TAKES_UP = Rate(0.75, "share of people offered a place by the list who enrol")
COMES_ANYWAY = Rate(0.04, "share of people not offered one who enrol all the same")
WAIT = Rate(14, "mean days from the list to enrolment")
LONGEST = Rate(90, "longest wait from the list to enrolment, in days")
