"""Who is compared with whom where nobody drew lots, from what the design declares: on which day, drawn from whom, and matched how."""

from __future__ import annotations

from collections.abc import Mapping

from babel.lists import format_list

from ..findings.belief import readable
from ..findings.words import LOCALES
from ..terms import CohortPlan, LaterServed, Matching, Question
from .language import Words, label

LATER: Mapping[LaterServed, str] = {"censor": "text.later_censor", "keep": "text.later_keep"}


def who_is_compared(plan: CohortPlan, question: Question, columns: tuple[str, ...], words: Words) -> Mapping[str, str]:
    """By the name of a term, what a page says of a comparison that is matched; nothing of any other.

    `columns` are those of the history by which people were matched, where the question does not name some of them.
    """
    if question.method != "matched":
        return {}
    service = plan.clock == "service"
    drawn = words.filled("text.drawn_service", n=words.whole(plan.compared.draw)) if service else words["text.drawn_offer"]
    said = {
        "day": words[_day(plan)],
        "drawn": words.filled("text.drawn_exact", drawn=drawn, columns=_listed(plan.exact, words)) if plan.exact else drawn,
    }
    on = (question.compare.on if question.compare else ()) or columns
    if on:
        said["nearest"] = _nearest(question.compare or Matching(), on, words, words["text.nearest_served" if service else "text.nearest_offered"])
    return said | ({"later": words[LATER[plan.compared.later_served]]} if service else {})


def _day(plan: CohortPlan) -> str:
    """Which day starts the clocks: with a day that made people eligible, those compared are taken as long after theirs."""
    if plan.clock == "eligibility":
        return "text.day_eligible"
    named = plan.served.enrolment if plan.served else ""
    lasting = plan.starts.rule == "spell" or plan.starts.enrolment == (named,)
    return "text.day_same" if lasting else "text.day_since"


def _nearest(matching: Matching, on: tuple[str, ...], words: Words, served: str) -> str:
    how = "text.nearest_one" if matching.ratio == 1 else "text.nearest_several"
    nearest = words.filled(how, n=words.whole(matching.ratio), columns=_listed(on, words), served=served)
    return words.filled("text.caliper", nearest=nearest, n=words.number(matching.caliper)) if matching.caliper else nearest


def _listed(columns: tuple[str, ...], words: Words) -> str:
    return format_list([label(readable(name, words.language)) for name in columns], locale=LOCALES[words.language])
