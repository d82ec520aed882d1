"""Rates of jobs, earnings and public benefits."""

from __future__ import annotations

from synthetic.rates.rate import Rate

LOONEY = "Looney and Turner 2018 (Brookings, Work and opportunity before and after incarceration)"

# ------------------------------------------------------------------------------------------------ jobs
JOB_FOUND = Rate(
    0.16,
    "jobs found a quarter of somebody of average need without one, released from jail",
    f"calibrated: {LOONEY}: 55 % earn anything in the first full calendar year after prison",
)
JOB_LOST = Rate(0.24, "jobs lost a quarter of somebody of average need with one")
JOB_NEED = Rate(0.30, "log rate of losing a job, and of not finding one, for each standard deviation of need")
JOB_FRAILTY = Rate(0.55, "standard deviation of the same among people of equal need and age")
JOB_AGE = Rate(0.15, "the same for each year of age past 60")
JOB_JAIL = Rate(0.04, "jobs lost a night in jail, by the next quarter")

# ------------------------------------------------------------------------------------------------ earnings
WAGE = Rate(
    4_700.00,
    "median wages of a whole quarter in a job, in 2019, of somebody of average need, released from jail",
    f"calibrated: {LOONEY}: those who earned had a median of $10,090 in that year",
)
WAGE_NEED = Rate(-0.15, "log wages for each standard deviation of need")
WAGE_SPREAD = Rate(0.55, "standard deviation of log wages among people of equal need")
WAGE_LUCK = Rate(0.30, "standard deviation of one person's log wages from quarter to quarter")
WAGE_GROWTH = Rate(0.03, "growth of log wages a year")

# ------------------------------------------------------------------------------------------------ benefits
AID_NEED = Rate(0.40, "log rate of going on benefits for each standard deviation of need")
AID_FRAILTY = Rate(0.50, "standard deviation of the same among people of equal need")
AID_JAIL = Rate(0.03, "benefits ended a night in jail, by the next quarter")
AID_OVER = Rate(4.0, "times as readily benefits end after a quarter of earnings over the limit")
PARENT = Rate(0.25, "share of adults with children in their care, where the county's people are not drawn as households")
CALFRESH_FOUND = Rate(0.10, "times a quarter that somebody whose earnings allow it goes on CalFresh")
CALFRESH_LEFT = Rate(0.13, "times a quarter that somebody leaves CalFresh")
CALFRESH_LIMIT = Rate(6_000.00, "wages of a quarter up to which CalFresh can be had")
CALFRESH_MONTH = Rate(
    192.00,
    "CalFresh a month for one person without earnings",
    "USDA Food and Nutrition Service: the largest allotment of one person in fiscal year 2019",
)
CALFRESH_TAPER = Rate(
    0.24, "CalFresh lost for a dollar earned", "30 % of earnings less a fifth of them (7 CFR 273.9 and 273.10); other deductions left out"
)
CALFRESH_LEAST = Rate(15.00, "least CalFresh a month")
CALWORKS_FOUND = Rate(0.04, "times a quarter that a parent whose earnings allow it goes on CalWORKs")
CALWORKS_LEFT = Rate(0.12, "times a quarter that a parent leaves CalWORKs")
CALWORKS_LIMIT = Rate(3_600.00, "wages of a quarter up to which CalWORKs can be had")
CALWORKS_MONTH = Rate(750.00, "CalWORKs a month for a family without earnings")
CALWORKS_TAPER = Rate(0.50, "CalWORKs lost for a dollar earned")
CALWORKS_LEAST = Rate(10.00, "least CalWORKs a month")
