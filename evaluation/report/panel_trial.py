"""The target-trial table of a roll-out on the calendar: units that come under a programme on days of their own, all watched over the same periods."""

from __future__ import annotations

from collections.abc import Sequence

from ..outcomes import DEFINED
from ..terms import CohortPlan, Question, Study
from .declared import adoption, framed, listing, people, period, programme, quoted, within

Row = tuple[tuple[str, ...], ...]


def panel_rows(plan: CohortPlan, study: Study, questions: Sequence[Question]) -> tuple[Row, ...]:
    """The rows of one cohort, in the order of every trial."""
    return (
        _eligibility(plan),
        _strategies(plan, study, questions),
        _assignment(questions),
        _time_zero(plan),
        _follow_up(plan, questions),
        _outcomes(plan, questions),
        _contrast(plan, questions),
        _assumptions(questions),
    )


def _eligibility(plan: CohortPlan) -> Row:
    first, last = plan.between
    outside = f", outside any stay in {quoted(plan.outside)}" if plan.outside else ""
    ages = f", aged {plan.ages[0]} to {plan.ages[1]} on that day" if plan.ages else ""
    if plan.unit == "area":
        whole = framed(plan)
        wanted = f"{whole[:1].upper()}{whole[1:]}, watched from {first} to {last}."
        breaks = "Areas that are merged, cut or renamed, and people who move between them, make an area another one than it was."
    else:
        wanted = f"{people(plan).capitalize()}{ages}, alive and living in the county on {first}{outside}; all are watched from then to {last}."
        breaks = "Somebody who left without anybody's noting it passes for somebody to whom nothing happened."
    records = "The same, by the rules listed under “Who is studied”; the report counts whom each rule takes."
    return ("Eligibility",), (wanted,), (records,), (breaks,)


def _strategies(plan: CohortPlan, study: Study, questions: Sequence[Question]) -> Row:
    name = programme(study)
    wanted = (f"Reached: come under {name} on a day of its own.", f"Compared: do not come under {name} in that time.")
    records = (f"Reached: {adoption(plan)}.", _pool(questions))
    breaks = (
        "What a programme is may differ from place to place and from year to year: the answer is about what was done on average.",
        "Some of those compared may have had the like of it elsewhere, or heard of it before it came.",
    )
    return ("Treatment strategies",), wanted, records, breaks


def _pool(questions: Sequence[Question]) -> str:
    if all(question.method == "series" for question in questions):
        alone = all(question.estimator == "interrupted" for question in questions)
        return "Compared: nothing but the series’ own past." if alone else "Compared: those that never come under it, in the same periods."
    if all(question.estimator == "before_after" for question in questions):
        return "Compared: the same units before, and nobody else."
    later = any(question.compared == "not_yet_treated" for question in questions if question.method == "did")
    return f"Compared: those that never come under it{', and those that have not yet' if later else ''}, in the same periods."


def _assignment(questions: Sequence[Question]) -> Row:
    wanted = "By lot: which units come under the programme, and when.  Nobody is blinded."
    records = "Somebody decided where and when, or people came; no lot was drawn.  What stays the same of a unit is taken off by its own past."
    breaks = (
        "Where it begins because something was getting better or worse there, that would have gone on, or back, by itself: the periods before can "
        "show it, and cannot show that there is none."
    )
    return ("Assignment",), (wanted,), (records,), (breaks,)


def _time_zero(plan: CohortPlan) -> Row:
    wanted = (
        "Nobody has a clock of their own: all are watched over the same periods, and a unit’s own time counts from the period in which it adopts."
    )
    first, last = plan.between
    records = (
        f"The days from {first} to {last} are cut by {period(plan)}; the period that holds the day of adoption is the first under the programme."
    )
    breaks = "A programme that begins late in a period counts for all of it, and one that was heard of before counts as not begun."
    return ("Time zero",), (wanted,), (records,), (breaks,)


def _follow_up(plan: CohortPlan, questions: Sequence[Question]) -> Row:
    longest = listing(dict.fromkeys(within(question.horizon) for question in questions))
    wanted = f"From adoption for {longest}; those compared in the same periods."
    records = "The same, in whole periods; a period through which a unit was not watched is left out, and how many are is shown."
    who = "Who lives in an area changes while it is watched" if plan.unit == "area" else "People who are lost may have fared differently"
    return ("Follow-up",), (wanted,), (records,), (f"{who}; the share watched is compared before and after, on both sides.",)


def _outcomes(plan: CohortPlan, questions: Sequence[Question]) -> Row:
    every = list(dict.fromkeys(question.outcome for question in questions))
    titles = tuple(f"{DEFINED[name].title['en'].capitalize()}, in each period." for name in every)
    unread = "" if all(DEFINED[name].verified for name in every) else "  Not all was read in an authority’s own text."
    seen = "Both sides must be watched alike: where the programme itself makes more of it recorded, more is recorded where it began."
    return (
        ("Outcomes",),
        titles,
        (f"{quoted(every, 'and')}, as defined under “Outcomes”.{unread}",),
        (seen, "What each does not count stands beside it."),
    )


def _contrast(plan: CohortPlan, questions: Sequence[Question]) -> Row:
    whom = "the areas that came under it" if plan.unit == "area" else "those who came under it"
    length = listing(dict.fromkeys(within(question.horizon) for question in questions))
    wanted = f"The mean, a period, over {length} from adoption on, less what it would have been without the programme, among {whom}."
    also = "It speaks of those that came under it, in these years, and not of those that never did."
    return ("Causal contrast",), (wanted,), ("The same contrast, measured as under “Analysis”.",), (also,)


def _assumptions(questions: Sequence[Question]) -> Row:
    alone = all(question.estimator in ("before_after", "interrupted") for question in questions)
    assumed = (
        "No change by itself: without the programme, what came before would have gone on as it did."
        if alone
        else "Alike in change: without the programme, those reached would have changed as those compared did.",
        "No anticipation: before the periods that the design names, nothing had moved yet because of it.",
        "No interference: the programme in one place does not change what happens in another.",
        "Nothing else: nothing else changed at the same time for one side alone.",
    )
    tested = (
        "None of these can be shown from the records alone.  What can be looked at is listed under “Analysis”, with the limit it is held to.",
        "The first is the one to doubt: programmes begin where something is changing.",
    )
    return ("Assumptions",), ("A trial needs only those about interference and measurement.",), assumed, tested
