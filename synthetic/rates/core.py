"""Rates of people, arrests, shelter, contacts, death, offers and prices: what every world is made from."""

from __future__ import annotations

from synthetic.rates.rate import Rate

BJS = "Alper, Durose and Markman 2018 (BJS, NCJ 250975): 44 % of those released from state prisons arrested in the first year"
PPIC = "Public Policy Institute of California 2013, California's County Jails"
BINSWANGER = "Binswanger and others 2007 (NEJM 356:157): 777 deaths in 100,000 person-years after release from Washington prisons"
METRAUX = "Metraux and Culhane 2004: 11.4 % of those released to New York City entered a shelter within two years"

# ------------------------------------------------------------------------------------------------ who is there
MALE = Rate(0.80, "share of people released from jail who are men", f"assumed; 87 % of those inside on a day ({PPIC})")
SHARED_FAMILY = Rate(0.10, "share of pairs of people who are one family")
FAMILY_NEED = Rate(0.40, "correlation of need within a family")

# ------------------------------------------------------------------------------------------------ arrest, jail, court
ARREST = Rate(0.00137, "arrests a day at risk, 90-365 days after a release, of a 33-year-old of average need", f"calibrated: {BJS}")
ARREST_EARLY = Rate(1.5, "times as many in the first 90 days after a release")
ARREST_LATE = Rate(0.7, "times as many after the first year")
ARREST_NEED = Rate(0.45, "log arrest rate for each standard deviation of need")
ARREST_FRAILTY = Rate(0.65, "standard deviation of log arrest rates among people of equal need and age")
ARREST_AGE = Rate(-0.025, "log arrest rate for each year of age")
BOOKED = Rate(0.75, "share of arrests that end in a night in jail; the others are cited and released")
STAY_MEDIAN = Rate(5.0, "median nights of a jail stay")
STAY_SPREAD = Rate(1.70, "standard deviation of the log of nights", "calibrated: mean 20.9 days (California Board of Corrections 1996)")
STAY_LONGEST = Rate(730.0, "longest jail stay, in nights")
CONVICTED = Rate(0.40, "share of arrests that end in a conviction")
CONVICTION_WAIT = Rate(120.0, "mean days from arrest to conviction")

# ------------------------------------------------------------------------------------------------ shelter, contacts
SHELTER = Rate(0.000078, "shelter entries a day at risk of a person of average need", f"calibrated: {METRAUX}")
SHELTER_NEED = Rate(1.1, "log shelter rate for each standard deviation of need")
SHELTER_FRAILTY = Rate(0.9, "standard deviation of log shelter rates among people of equal need")
SHELTER_MEDIAN = Rate(20.0, "median nights of a shelter stay")
SHELTER_SPREAD = Rate(1.2, "standard deviation of the log of nights")
SHELTER_LONGEST = Rate(365.0, "longest shelter stay, in nights")
CONTACT = Rate(0.0020, "behavioural health contacts a day in the community of a person of average need")
CONTACT_NEED = Rate(0.8, "log contact rate for each standard deviation of need")
CONTACT_FRAILTY = Rate(0.6, "standard deviation of log contact rates among people of equal need")

SUPERVISED = Rate(151.0, "days of supervision after a release, where a county supervises: day 0 to 150; an arrest ends it")

# ------------------------------------------------------------------------------------------------ leaving
DEATH = Rate(0.0055, "deaths a year of somebody aged 36, from two weeks after release", f"calibrated: {BINSWANGER}")
DEATH_EARLY = Rate(3.6, "times as many in the first two weeks", "Binswanger and others 2007: 12.7 times other residents' deaths, 3.5 over all")
DEATH_AGE = Rate(0.05, "log death rate for each year of age")
MOVE_OUT = Rate(0.04, "moves out of the county a year")

# ------------------------------------------------------------------------------------------------ the programme
TAKE_UP = Rate(0.70, "share of people offered the programme who enrol")
TAKE_UP_WAIT = Rate(10.0, "mean days from offer to enrolment")
TAKE_UP_LONGEST = Rate(45.0, "longest wait from offer to enrolment, in days")
ENROLLED = Rate(180.0, "days of an enrolment")
WALKS_IN = Rate(0.0014, "walk-ins a day under supervision of somebody with no need on record")
OFFERED = Rate(0.25, "chance that a worker offers the programme to somebody with no need on record")
LOOK_BACK = Rate(730.0, "days before which need on record is forgotten")
BY_ARREST = Rate(0.15, "log odds of an offer, or of walking in on a day, for each arrest on record")
BY_CONVICTION = Rate(0.10, "the same for each conviction on record")
BY_SHELTER = Rate(0.40, "the same for any night in a shelter on record")
RATIO = Rate(0.65, "times as many arrests and shelter entries from enrolment on, where the programme works")

# ------------------------------------------------------------------------------------------------ prices, in dollars
JAIL_DAY = Rate(114.00, "a day in jail", PPIC)
SHELTER_NIGHT = Rate(65.00, "a night in a shelter")
CONTACT_PRICE = Rate(180.00, "a behavioural health contact")
PROGRAMME_PRICE = Rate(2_400.00, "an enrolment in the programme, paid when it starts")
