"""What a page shows of a released finding: its tables as texts in one language, its pictures, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from ..diagnostics.likeness import NOTHING
from ..findings.beside import say_hazards
from ..findings.counts import AFTER, CLOSELY, PLACEBO
from ..findings.endings import Endings, grace_of
from ..findings.whom import weighs
from ..findings.words import Pattern, about, arms_of, arms_said, horizon, pattern_of, spoken
from ..findings.writing import LOCALES, catalogue
from ..methods import METHODS
from ..terms import Answer, CohortPlan, Concurrent, Exhibit, Finding, LaterServed, Verdict, unit_of
from . import drawings
from .compared import way_of, who_is_compared
from .course import asked_as, changing, course_note, over_time
from .grids import OTHERS, PATH, Cell, Grid, axis, english, grid, interval_called, shown, tells, unclaimed, unit
from .language import Words, label, plain
from .places_view import asked_of, badge_of, besides_of, contrast_of, drawn_path, meant_of, not_shown_of, path_note_of, titles_of, whom_of, worded_of

NOTE = {  # below the dots: whether they are said in tenths, and whether of where people are on the last day
    (False, False): "text.hundred_note",
    (False, True): "text.hundred_note_state",
    (True, False): "text.hundred_note_tenths",
    (True, True): "text.hundred_note_state_tenths",
}
Looked = Literal["", "held", "failed"]  # at the outcome before the start: not, and whether the groups were alike
UNCHALLENGED: Mapping[Looked, str] = {"": "text.unchallenged", "held": "text.unchallenged_held", "failed": "text.unchallenged_failed"}
NOT_YET: Mapping[LaterServed, str] = {"censor": "text.not_yet_censor", "keep": "text.not_yet_keep"}
IN: Mapping[Pattern, str] = {
    "people": "text.in_people",
    "state": "text.in_state",
    "amount": "text.in_amount",
    "time_free": "text.in_time_free",
    "time_lost": "text.in_time_lost",
    "number": "text.in_number",
}
ONE = {"days": "unit_one.days", "events": "unit_one.events"}  # units of which there are several words for one and for many
PLANS: Mapping[LaterServed, str] = {"censor": "text.plans_censor", "keep": "text.plans_keep"}
ALIKE = {  # around the picture of a match, and of weights: title, note, what it shows, and the ring before
    False: ("text.love_title", "text.love_note", "text.love_alt", "text.love_before"),
    True: ("text.love_title_weighed", "text.love_note_weighed", "text.love_alt_weighed", "text.love_before_weighed"),
}


Terms = tuple[tuple[str, Cell], ...]  # a term, and what it stands for


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict: which shape and colour, the word, and what it means."""

    kind: str
    word: str
    means: str


@dataclass(frozen=True, slots=True)
class Hundred:
    """One arm as a hundred dots."""

    arm: str
    dots: Markup
    n: str
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    """One finding, ready for the template."""

    name: str
    role: str
    question: str
    way: str  # how the people compared were chosen; empty where nothing else on the page asks the same
    verdict: Badge
    sentence: str
    caveats: str
    believed: str
    hundreds: tuple[Hundred, ...]
    hundred_note: str
    refused: tuple[str, ...]
    about: Terms
    who: tuple[Grid, ...]
    found: tuple[Grid, ...]
    ranges: Markup | None
    ranges_note: str
    held: str
    conditions: tuple[Grid, ...]
    seen: tuple[Cell, ...]
    balance: Markup | None
    balance_note: str
    balance_title: str
    not_shown: tuple[Cell, ...]
    definition: Terms
    course: Markup | None
    course_note: str
    course_table: tuple[Grid, ...]
    hazards: str
    path: Markup | None
    path_note: str
    path_tables: tuple[Grid, ...]
    titles: tuple[str, str, str]  # of who stands in it, of how big it is, and of the picture of ranges


def article(
    number: int,
    finding: Finding,
    exhibits: tuple[Exhibit, ...],
    plan: CohortPlan,
    words: Words,
    *,
    again: bool = False,
    besides: Sequence[Concurrent] = (),
) -> Article:
    """A released finding and its tables, by the `plan` of its cohort; `number` makes the names of its headings and pictures its own.

    `again` says that another finding of the page asks the same, and is answered in another way; `besides` is what else changed.
    """
    answer, name = finding.answer, f"question-{number}"
    tables = {exhibit.name.rpartition(": ")[2]: exhibit for exhibit in exhibits}
    arms, effect, conditions = (tables.get(kind) for kind in ("arms", "effect", "diagnostics"))
    length = horizon(spoken(answer.question.horizon), words.language)
    state, spelt, looked = answer.outcome.kind == "state", ALIKE[weighs(answer.question, answer.by)], looked_before(exhibits)
    claim, caveats = told_apart(sentence(finding, words), words)
    tenths, matched = _tenths(finding, arms) if arms else False, "balance" in tables and "after" in tables["balance"].columns
    return Article(
        name=name,
        role=words[f"page.{answer.question.role}"],
        question=words.filled(asked_of(answer) or asked_as(answer), outcome=said(answer.outcome.title, words), horizon=length),
        way=way_of(plan, answer.question, words) if again else "",
        verdict=badge(finding, words, looked),
        sentence=claim,
        caveats=caveats,
        believed=plain(finding.believed.get(words.language) or finding.believed.get("en", "")),
        hundreds=_hundreds(finding, arms, words, name, tenths=tenths) if arms else (),
        hundred_note=words.filled(NOTE[tenths, state], event=said(answer.outcome.event, words), horizon=length),
        refused=tuple(plain(problem) for problem in answer.refused),
        about=_about(answer, effect, tables.get("balance"), plan, words, length) if effect else (),
        who=tuple(grid(kind, tables[kind], words, answer) for kind in ("flow",) if tells(tables.get(kind))),
        found=tuple(grid(kind, tables[kind], words, answer) for kind in ("arms", "effect", "ratio", "hazards") if tells(tables.get(kind))),
        ranges=_ranges(finding, effect, words, name) if effect else None,
        ranges_note=words[_ranges_note(answer, badge_of(finding))],
        held=_held(conditions, words) if conditions and (answer.estimate or finding.verdict != "not answered" or not effect) else "",
        conditions=tuple(grid(kind, tables[kind], words, answer) for kind in ("diagnostics", "balance", "path") if tells(tables.get(kind))),
        seen=tuple(english(unclaimed(one.sentence, answer), words, whole=True) for one in answer.diagnostics if one.sentence),
        balance=(_love(tables, words, name, spelt[2:]) if matched else _balance(tables, words, name)) if "balance" in tables else None,
        balance_note=words[spelt[1] if matched else "text.balance_note"],
        balance_title=words[spelt[0] if matched else "text.balance_title"],
        not_shown=(*_not_shown(finding, plan, words, length, looked), *(Cell(besides_of(one, words)) for one in besides)),
        definition=_definition(finding, words),
        course=over_time(answer, tables["course"], arms, words, name) if "course" in tables else None,
        course_note=words[course_note(answer)],
        course_table=tuple(grid(kind, tables[kind], words, answer) for kind in ("course",) if tells(tables.get(kind))),
        hazards=say_hazards(answer, words.language, changes=changing(conditions)),
        path=drawn_path(answer, tables[PATH], words, name) if PATH in tables else None,
        path_note=path_note_of(finding, words),
        path_tables=tuple(grid(kind, tables[kind], words, answer) for kind in (PATH, OTHERS) if tells(tables.get(kind))),
        titles=titles_of(finding, words),
    )


def _ranges_note(answer: Answer, of: str) -> str:
    """The key of what stands below the picture of ranges."""
    if of:
        return "text.ranges_note_change"
    return "text.ranges_note" if answer.by == "lot" else "text.ranges_note_alike"


def looked_before(exhibits: tuple[Exhibit, ...]) -> Looked:
    """Whether the outcome was looked at before the start, where no column of the history looks, and the groups were alike there."""
    rows = [row for exhibit in exhibits if exhibit.name.endswith(": diagnostics") for row in exhibit.rows if row[0] == PLACEBO]
    return "" if not rows else "held" if rows[0][3] == "yes" else "failed"


def badge(finding: Finding, words: Words, looked: Looked = "") -> Badge:
    """The verdict's shape, word and meaning; of a provisional one, by what has been looked at."""
    kind, of = _key(finding.verdict), worded_of(finding)
    own, named = (
        f"{key}{by}.{kind}" if words.knows(f"{key}{by}.{kind}") else f"{key}.{kind}" for key, by in (("means", meant_of(finding)), ("verdict", of))
    )
    pending = words[
        f"verdict{of}.{_key(finding.pending)}" if words.knows(f"verdict{of}.{_key(finding.pending)}") else f"verdict.{_key(finding.pending)}"
    ]
    word = words[named] if finding.verdict == finding.pending else f"{words[named]}: {pending.lower()}"
    means = f"means.{kind}_{looked}" if looked and kind == "provisional" else own
    return Badge(kind, word, words.filled(means, pending=pending.lower()))


def sentence(finding: Finding, words: Words) -> str:
    """The finding's sentence without the study's title, which stands above it."""
    whole = plain(finding.sentences.get(words.language) or finding.sentences["en"])
    rest = whole
    for title in finding.title.values():
        rest = whole.removeprefix(f"{plain(title)}: ") if rest == whole else rest
    return rest[:1].upper() + rest[1:]


def told_apart(whole: str, words: Words) -> tuple[str, str]:
    """What a sentence claims, and apart from it what a reader must know of any that no lot supports, or of any cost; set in lighter type."""
    tail, costs = catalogue(words.language)["tail"], catalogue(words.language)["costs"]
    caveats = (*(said for name, said in tail.items() if name == "not_yet" or name.startswith("no_lot")), costs["average"], costs["lost"])
    starts = [start for start in map(whole.find, caveats) if start >= 0]
    if not starts:
        return whole, ""
    rest = whole[min(starts) :].removeprefix("; ")
    return f"{whole[: min(starts)]}.", rest[:1].upper() + rest[1:]


def said(texts: Mapping[str, str], words: Words) -> str:
    """A declared text in the page's language, or in the one in which it was declared."""
    return label(texts.get(words.language) or next(iter(texts.values()), ""))


def _shares(arms: Exhibit) -> Mapping[object, object]:
    """The share of each arm, where the table has shares."""
    return {row[0]: row[arms.columns.index("share")] for row in arms.rows} if "share" in arms.columns else {}


def _tenths(finding: Finding, arms: Exhibit) -> bool:
    """Whether whole people of a hundred would not add up: 22 beside 31, and a sentence that says 8 fewer."""
    estimate, shares = finding.answer.estimate, _shares(arms)
    served, compared = shares.get("served"), shares.get("compared")
    if estimate is None or not (shown(estimate.effect) and shown(served) and shown(compared)):
        return False
    apart = drawings.whole_of_a_hundred(served) - drawings.whole_of_a_hundred(compared)
    return abs(apart) != drawings.whole_of_a_hundred(abs(estimate.effect)) or apart * estimate.effect < 0


def _hundreds(finding: Finding, arms: Exhibit, words: Words, name: str, *, tenths: bool) -> tuple[Hundred, ...]:
    """Both arms as dots, where the outcome is a share that may be shown and one person of a hundred matters."""
    shares = _shares(arms)
    if not shares or abs(finding.answer.question.worthwhile) < 0.01:
        return ()
    said_arms = arms_said(arms_of(finding.answer), grace_of(finding.answer), words.language)
    labelled = "text.hundred_label_plans" if finding.answer.by == "strategy" else "text.hundred_label"
    labelled = "text.hundred_label_cutoff" if arms_of(finding.answer) == "cutoff" else labelled
    drawn = []
    for arm, key in (("served", "short"), ("compared", "other")):
        share = shares[arm]
        if not shown(share) or not 0 <= share <= 1:  # of those who come because of an offer a share is worked out, and may lie beyond
            return ()
        filled = words.whole(drawings.whole_of_a_hundred(share))
        n = words.tenths(100 * share) if tenths else filled
        colour = drawings.ACCENT if arm == "served" else drawings.MUTED
        dots = drawings.of_a_hundred(share, colour=colour, name=f"{name}-{arm}", label=words.filled("text.hundred_alt", n=filled))
        drawn.append(Hundred(arm, dots, n, words.filled(labelled, arm=said_arms[key], event=said(finding.answer.outcome.event, words))))
    return tuple(drawn)


def _ranges(finding: Finding, effect: Exhibit, words: Words, name: str) -> Markup | None:
    first, low, high = (effect.columns.index(column) for column in ("effect", "low", "high"))
    rows = []
    for number, row in enumerate(effect.rows):
        if not all(shown(row[column]) for column in (first, low, high)):
            return None
        rows.append(drawings.Range(interval_called(number, words), row[low], row[high], None if number else row[first]))  # type: ignore[arg-type]  # floats, by the line above
    answer = finding.answer
    return drawings.ranges(
        rows,
        smallest=answer.question.worthwhile,
        words=unit(answer, words, short=True),
        meaning=axis(answer, words),
        nothing=words["text.no_change" if badge_of(finding) in ("_change", "_target") else "text.no_difference"],
        name=f"{name}-ranges",
        label=words["text.ranges_alt"],
    )


def _balance(tables: Mapping[str, Exhibit], words: Words, name: str) -> Markup | None:
    """How alike the groups were before the start, drawn; nothing where no difference may be shown."""
    rows = [(str(column), difference) for _, column, difference in tables["balance"].rows if shown(difference)]
    if not rows:
        return None
    meaning, alt = words["text.balance_axis"], words["text.balance_alt"]
    return drawings.balance(rows, words=words.number, meaning=meaning, name=f"{name}-balance", label=alt)


def _love(tables: Mapping[str, Exhibit], words: Words, name: str, spelt: tuple[str, ...]) -> Markup | None:
    """How alike the groups were before the start, before matching and after, beside the limit; nothing where no difference may be shown.

    `spelt` names what the picture shows, and what a ring is.
    """
    balance, conditions = tables["balance"], tables["diagnostics"]
    before = balance.columns.index("before") if "before" in balance.columns else 0
    after = balance.columns.index("after")
    rows = [
        drawings.Pair(str(row[0]), row[after], row[before] if shown(row[before]) else None)  # type: ignore[arg-type]  # a float, by the line below
        for row in balance.rows
        if shown(row[after])
    ]
    if not rows:
        return None
    limits = {row[0]: row[conditions.columns.index("limit")] for row in conditions.rows}
    alike, limit = (limits.get(name) for name in (CLOSELY, AFTER))
    return drawings.love(
        rows,
        alike=alike if shown(alike) else 0.0,
        limit=limit if shown(limit) else 0.0,
        words=words.number,
        meaning=words["text.balance_axis"],
        legend=(words[spelt[1]], words["text.love_after"]),
        name=f"{name}-balance",
        label=words[spelt[0]],
    )


def _held(conditions: Exhibit, words: Words) -> str:
    held, required = conditions.columns.index("holds"), conditions.columns.index("required")
    failed = [row[required] for row in conditions.rows if row[held] == "no"]
    return words["text.some_failed" if "yes" in failed else "text.some_short" if failed else "text.all_held"]


def _about(answer: Answer, effect: Exhibit, balance: Exhibit | None, plan: CohortPlan, words: Words, length: str) -> Terms:
    """The people whom the answer is about, what is compared, and with whom."""
    history = tuple(str(row[0]) for row in balance.rows) if balance else ()
    said_of = who_is_compared(plan, answer.question, tuple(name for name in history if not name.endswith(NOTHING)), words)
    return (
        (
            words["term.about"],
            Cell(whom) if (whom := whom_of(answer, words) or about(answer, effect.population, words.language)) else english(effect.population, words),
        ),
        (words["term.compared"], _contrast(answer, plan, words, length) or english(effect.title, words)),
        *((words[f"term.{key}"], Cell(text)) for key, text in said_of.items()),
    )


def _contrast(answer: Answer, plan: CohortPlan, words: Words, length: str) -> Cell | None:
    """What is compared where nobody drew lots, in the page's language; a lot's own words say whether it is the offer or the service."""
    if told := contrast_of(answer, words, length):
        return Cell(told)
    if answer.by not in ("service", "offer", "strategy"):
        return None
    if plan.strategies:
        plans = words.filled("text.plans_strategy", grace=horizon(("day", plan.strategies.served.within_days), words.language))
    else:
        plans = words[PLANS[plan.compared.later_served] if answer.by == "service" else "text.plans_offer"]
    compared = words.filled(IN[pattern_of(answer)], event=said(answer.outcome.event, words), horizon=length, plans=plans)
    ends = Endings.of(answer)
    if not (ends and ends.off):
        return Cell(compared)
    off = ends.days_off(catalogue(words.language)["ending"], LOCALES[words.language])
    return Cell(words.filled("text.in_street", compared=compared, off=off))


def _not_shown(finding: Finding, plan: CohortPlan, words: Words, length: str, looked: Looked) -> tuple[Cell, ...]:
    answer = finding.answer
    known = {
        UNCHALLENGED[looked]: finding.verdict == "provisional",
        "text.by_offer": arms_of(answer) == "offered",
        "text.by_service": answer.by == "service" and arms_of(answer) == "service",
        "text.by_strategy": answer.by == "strategy",
        "text.kept_to": answer.by == "strategy" and answer.estimate is not None,
        "text.past_the_event": answer.question.measure in ("time_free", "time_lost"),
        NOT_YET[plan.compared.later_served]: arms_of(answer) == "service" and answer.estimate is not None,
        "text.on_trust": answer.time_zero == "taken on trust",
        "text.one_outcome": True,
    }
    return (
        *(Cell(words.filled(key, horizon=length)) for key, holds in known.items() if holds),
        *(Cell(words[key]) for key in not_shown_of(answer, plan)),
        english(answer.outcome.not_counted, words, whole=True),
    )


def _definition(finding: Finding, words: Words) -> Terms:
    answer = finding.answer
    outcome, question, measured = answer.outcome, answer.question, unit_of(answer.outcome, answer.question.measure)
    read = words["text.verified" if outcome.verified else "text.unverified"]
    terms = {
        "outcome": Cell(said(outcome.title, words)),
        "name": Cell(label(outcome.name), "code"),
        "authority": english(outcome.authority, words, whole=True),
        "verified": Cell(read),
        "adapted": english("; ".join(answer.adapted), words, whole=True),
        "universe": english(outcome.universe, words, whole=True),
        "better": Cell(words[f"better.{outcome.better}"]),
        "why_better": english(outcome.why_better, words, whole=True),
        "horizon": Cell(horizon(spoken(question.horizon), words.language)),
        # on the calendar no clock ends: what is counted in a period is counted
        "competing": english("" if answer.by == "adoption" else ", ".join(question.competing or outcome.competing), words),
        "street": english(", ".join(outcome.off_clock) if question.time == "street" else "", words),
        "smallest": Cell(_in_its_unit(unit(answer, words)(question.worthwhile), measured, question.so_many, words)),
        "method": english(METHODS[question.method].title, words, whole=True),
    }
    return tuple((words[f"term.{key}"], cell) for key, cell in terms.items() if cell.text)


def _in_its_unit(n: str, measured: str, per: int, words: Words) -> str:
    return words.filled(ONE[measured] if n.lstrip("−") == "1" and measured in ONE else f"unit.{measured}", n=n, base=words.whole(per))


def _key(verdict: Verdict) -> str:
    return verdict.replace(" ", "_")
