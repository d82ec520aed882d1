"""Rates of why people are served, how a programme's effect runs, who moves away, and what is seen of those served."""

from __future__ import annotations

from synthetic.rates.rate import Rate

# ------------------------------------------------------------------------------------------------ shapes of an effect
FADING_HALVED = Rate(180.0, "days after which the log of a fading effect is half of what it was")
FADING_OVER = Rate(365.0, "days after which a fading effect is over")
DELAY = Rate(90.0, "days before a delayed effect begins")
LOW_RISK = Rate(1 / 3, "share of people, those of lowest risk, whom a programme that is harmful to them harms")
HARM = Rate(1.6, "power to which the inverse of the ratio is raised for them: .65 then doubles what it would have lowered")

# ------------------------------------------------------------------------------------------------ need on record
BY_NIGHT = Rate(0.004, "log odds of an offer for each night in a shelter on record")
BY_EMERGENCY = Rate(0.08, "the same for each emergency visit on record")
BY_INPATIENT = Rate(0.15, "the same for each hospital stay on record")
BY_REPORT = Rate(0.15, "the same for each report of maltreatment on record, in five years")
BY_REMOVAL = Rate(0.40, "the same for each removal from home on record, in five years")
BY_PETITION = Rate(0.25, "the same for each juvenile petition on record")
BY_BENEFIT_DAY = Rate(0.0015, "the same for each day on benefits on record")
CHILD_LOOK_BACK = Rate(1825.0, "days before which a child's need on record is forgotten")

# ------------------------------------------------------------------------------------------------ families, eyes, moves
FAMILY_SIZE = Rate(4.0, "people of a family where whole families are offered the programme")
FAMILY_LUCK = Rate(1.5, "standard deviation, among those families, of the log of a hazard that all of a family share")
SEEN_MORE = Rate(0.002, "citations a day of those enrolled that only the programme's own eyes bring")
REPORTED_MORE = Rate(2.5, "times as many reports of children enrolled, the others being those that only the programme's own eyes bring")
CHILDREN_OLDER = Rate(6.0, "years before their 18th birthday in which all children stand where other exits compete strongly")
DEATHS_MORE = Rate(15.0, "times as many deaths of adults there")
MOVES_RECORD = Rate(0.03, "moves a year of somebody with nothing on record, where what is on record makes people move")
MOVES_BY_RECORD = Rate(5.0, "log rate of moving for each unit of log odds of need on record at the start")
MOVES_MOST = Rate(0.73, "log odds of need from which on nobody moves sooner: 3 in 10 of the neediest are there after a year")
MOVES_RECORD_SERVED = Rate(7.5, "times as many of those offered the programme, whatever their record: about as many, in all, as of the others")
MOVES_HIDDEN = Rate(1.0, "moves a year of somebody of average frailty, where hidden frailty makes people move")
MOVES_BY_FRAILTY = Rate(2.0, "log rate of moving for each standard deviation of frailty")
MOVES_HIDDEN_SERVED = Rate(0.05, "times as many of those offered the programme, whatever their frailty")
