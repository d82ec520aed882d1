"""Rates of households and child welfare.

Those of reports, removals, exits and moves are assumed; they were set so that the shares in `docs/county.md` come out.
"""

from __future__ import annotations

from synthetic.rates.rate import Rate

# ------------------------------------------------------------------------------------------------ who is there
HOUSEHOLD = Rate(0.55, "share of fours of residents that hold a family of one or two parents and their children")
SIBLINGS = Rate(0.55, "share of pairs of children known to child welfare who are siblings")
BOYS = Rate(0.50, "share of residents, and of children, who are male")

# ------------------------------------------------------------------------------------------------ reports
REPORT_FAMILY = Rate(0.000064, "reports a day of a family of average need, naming some of its children or all")
REPORT_OWN = Rate(0.000021, "reports a day of one child alone, of average need")
REPORT_NEED = Rate(0.80, "log report rate for each standard deviation of the need that a family shares")
REPORT_HOME = Rate(0.97, "standard deviation of log report rates among families of equal need")
REPORT_CHILD = Rate(0.60, "standard deviation of log rates of reports of one child alone within a family")
NAMED = Rate(0.75, "chance that a report of a family names a child of it")
SUBSTANTIATED = Rate(0.061, "share of reports that are substantiated, of a family of average need")
SUBSTANTIATED_NEED = Rate(0.50, "log of this share for each standard deviation of what families share: need, and what else makes for reports")
CONCLUDED = Rate(30.0, "longest investigation of a report, in days; it lasts a day at least, any length being as likely")
REMOVED = Rate(0.32, "share of substantiated reports of children at home that end in a removal")
REMOVED_INFANT = Rate(1.8, "times as many of children in their first year")

# ------------------------------------------------------------------------------------------------ foster care
REUNIFICATION = Rate(0.00110, "children a day who go home, in their first half year in care, competing with the other exits")
REUNIFICATION_SOON = Rate(1.3, "times as many in the second half year")
REUNIFICATION_LATE = Rate(0.7, "times as many in the second year")
REUNIFICATION_LATER = Rate(0.3, "times as many after two years")
RELATIVE = Rate(0.00008, "discharges a day to relatives")
GUARDIANSHIP = Rate(0.00014, "discharges a day to guardians, from half a year in care on")
ADOPTION = Rate(0.00080, "adoptions a day, from a year in care on")
STUCK = Rate(-0.25, "log rate of each of these exits for each standard deviation of frailty in care")
TRIAL = Rate(0.40, "share of reunifications that a trial home visit comes before")
TRIAL_SHORTEST = Rate(14.0, "shortest trial home visit, in days")
TRIAL_LONGEST = Rate(120.0, "longest trial home visit, in days; any length between is as likely")
REENTRY = Rate(0.00012, "removals a day of children in the first 90 days at home or with relatives after care, beside those that reports bring")
REENTRY_LATER = Rate(0.40, "times as many from 90 days to a year after")
REENTRY_LATE = Rate(0.15, "times as many after a year")
REENTRY_NEED = Rate(0.30, "log of these removals for each standard deviation of the need that a family shares")
MOVE = Rate(0.0040, "placement moves a day in care in a foster home, from 90 days after the removal on")
MOVE_EARLY = Rate(2.2, "times as many in the first 90 days")
MOVE_KIN = Rate(0.60, "times as many with kin")
MOVE_GROUP = Rate(1.40, "times as many in a group home")
MOVE_FRAILTY = Rate(0.40, "log rate of moves for each standard deviation of frailty in care")
RUN = Rate(0.00040, "times a day that a youth in care, 12 or older, runs away")
RUN_FRAILTY = Rate(0.80, "log of these for each standard deviation of frailty in care")
RUN_AWAY = Rate(3.0, "days after which somebody who ran away can run away again")
TIME_IN_CARE = Rate(240.0, "mean days in care before the day that starts the clock, of children who are in care, or go home, on it")
TIME_SHORTEST = Rate(21.0, "fewest such days, of children old enough")
TIME_LONGEST = Rate(1_500.0, "most such days")

# ------------------------------------------------------------------------------------------------ prices, in dollars
INVESTIGATION = Rate(950.00, "a report looked into")
KIN_DAY = Rate(42.00, "a day in care with kin")
FOSTER_DAY = Rate(58.00, "a day in care in a foster home")
GROUP_DAY = Rate(480.00, "a day in care in a group home")
