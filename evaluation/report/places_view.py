"""What a page says of an answer about periods, places, cut-offs and bare changes, where it is not said of people of two arms."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import format_date
from babel.lists import format_list
from markupsafe import Markup

from ..findings.beyond import period_said, said_as
from ..findings.manners import of_areas, period_of
from ..findings.words import pattern_of
from ..findings.writing import LOCALES
from ..terms import Answer, CohortPlan, Concurrent, Exhibit, Finding
from .grids import axis, unit
from .language import Words, label
from .path_drawing import path, points_of

ASKED: Mapping[str, str] = {
    "period": "text.question_period",
    "continued": "text.question_period",
    "synthetic": "text.question_period",
    "change": "text.question_change",
    "trend": "text.question_trend",
    "disparity": "text.question_trend",
}
CONTRAST: Mapping[str, str] = {
    "cutoff": "text.contrast_cutoff",
    "compliers": "text.contrast_compliers",
    "compliers_cutoff": "text.contrast_compliers",
    "continued": "text.contrast_continued",
    "synthetic": "text.contrast_synthetic",
    "change": "text.contrast_change",
    "trend": "text.contrast_trend",
    "disparity": "text.contrast_disparity",
}
ABOUT: Mapping[str, str] = {
    "period": "text.about_period_people",
    "continued": "text.about_period_people",
    "synthetic": "text.about_period_people",
    "cutoff": "text.about_cutoff",
    "compliers": "text.about_compliers",
    "compliers_cutoff": "text.about_compliers_cutoff",
    "change": "text.about_change_people",
    "trend": "text.about_trend_people",
    "disparity": "text.about_disparity",
}
ABOUT_PLACES: Mapping[str, str] = {
    "period": "text.about_period_places",
    "continued": "text.about_period_places",
    "synthetic": "text.about_period_places",
    "change": "text.about_change_places",
    "trend": "text.about_trend_places",
}
NOT_SHOWN: Mapping[str, tuple[str, ...]] = {
    "period": ("text.by_adoption", "text.drifts"),
    "cutoff": ("text.at_the_cutoff",),
    "compliers": ("text.of_compliers",),
    "compliers_cutoff": ("text.at_the_cutoff", "text.of_compliers"),
    "continued": ("text.by_its_own_past",),
    "synthetic": ("text.by_mixture",),
    "change": ("text.not_why",),
    "trend": ("text.not_why",),
    "disparity": ("text.not_why",),
}


def asked_of(answer: Answer) -> str | None:
    """The key of the words in which a page asks the question; None where it is asked of people of two arms."""
    return ASKED.get(said_as(answer))


def contrast_of(answer: Answer, words: Words, length: str) -> str | None:
    """What is compared, in the page's language; None where it is people of two arms."""
    manner = said_as(answer)
    event = label(answer.outcome.event.get(words.language) or next(iter(answer.outcome.event.values()), ""))
    if manner == "period":
        key = "text.contrast_places" if of_areas(answer) else "text.contrast_people"
        key = "text.contrast_counts" if pattern_of(answer) == "count" else key
        return words.filled(key, event=event, horizon=length, period=period_said(period_of(answer), words.language))
    return words.filled(CONTRAST[manner], event=event, horizon=length) if manner in CONTRAST else None


def whom_of(answer: Answer, words: Words) -> str | None:
    """Whom the answer is about, in the page's language; None where it is people of two arms."""
    manner = said_as(answer)
    if not manner:
        return None
    return words[(ABOUT_PLACES if of_areas(answer) and manner in ABOUT_PLACES else ABOUT)[manner]]


def path_note_of(finding: Finding, words: Words) -> str:
    """What stands below the picture of a path: where what came before was fitted, that it was."""
    if badge_of(finding):
        return words["text.path_note_change"]
    return words["text.path_note_fitted" if finding.answer.question.method == "series" else "text.path_note"]


def titles_of(finding: Finding, words: Words) -> tuple[str, str, str]:
    """The headings of who stands in it, of how big it is, and of the picture of ranges: of a bare change without a word of comparing."""
    if badge_of(finding) == "_disparity":
        return words["section.who_change"], words["section.found"], words["text.ranges_title"]
    if badge_of(finding):
        return words["section.who_change"], words["section.found_change"], words["text.ranges_title_change"]
    return words["section.who"], words["section.found"], words["text.ranges_title"]


def not_shown_of(answer: Answer, plan: CohortPlan) -> tuple[str, ...]:
    """The keys of what such an answer does not show, and of what is not read once anybody leaves the programme again."""
    left = plan.adopted is not None and bool(plan.adopted.stops)
    after = {"drop": "text.after_drop", "own_effect": "text.after_own"}.get(plan.adopted.after_stop, "") if left and plan.adopted else ""
    return (*NOT_SHOWN.get(said_as(answer), ()), *((after,) if after else ()))


def besides_of(one: Concurrent, words: Words) -> str:
    """What else changed, where and when, in the page's language; and that nobody read its days in the authority's own text, where nobody did."""
    locale = LOCALES[words.language]
    where = format_list([label(place) for place in one.where], locale=locale) if one.where else words["text.besides_everywhere"]
    first, last = (format_date(day, format="long", locale=locale) if day else "" for day in (one.begins, one.ends))
    when = words.filled("text.besides_until", first=first, last=last) if last else words.filled("text.besides_from", first=first)
    unread = "" if one.verified else words["text.besides_unverified"]
    return words.filled("text.besides", policy=label(one.policy), where=where, when=when, unread=unread)


def badge_of(finding: Finding) -> str:
    """By what the words of a badge differ: `_target`, `_disparity` or `_change`, and nothing where an effect is told."""
    manner = said_as(finding.answer)
    if finding.answer.question.estimator == "target":
        return "_target"
    if manner in ("disparity", "change", "trend"):
        return "_disparity" if manner == "disparity" else "_change"
    return ""


def worded_of(finding: Finding) -> str:
    """By what the word of a verdict differs: as a badge does, and of a difference in cost, which is no word on how people fared."""
    return badge_of(finding) or ("_costs" if finding.answer.question.money else "")


def meant_of(finding: Finding) -> str:
    """By what the words of what a verdict means differ: as its word does, and of places, which more people would not tell of."""
    return worded_of(finding) or ("_places" if of_areas(finding.answer) else "")


def drawn_path(answer: Answer, exhibit: Exhibit, words: Words, name: str) -> Markup | None:
    """The picture of a released path."""
    answers = said_as(answer)
    return path(
        points_of(exhibit),
        scale=unit(answer, words, short=True),
        count=words.whole,
        meaning=(
            words["text.path_since" if answers != "trend" else "text.path_since_first"],
            axis(answer, words),
        ),
        legend=(words["text.path_own"], words["text.path_together"], words["text.path_reference"]),
        name=f"{name}-path",
        label=words["text.path_alt"],
    )
