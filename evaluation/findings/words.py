"""Says a finding in a language: facts computed once, then put into that language's sentence patterns.

Shares are said as natural frequencies (Gigerenzer and Hoffrage 1995): people of every hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..diagnostics.before_start import PLACEBO as BEYOND
from ..terms import Answer, Diagnostic, Horizon, Language, Licence, Measure, OutcomeUnit, Verdict, unit_of
from .beyond import AGREE, DIP, TOLD_OF_A_CHANGE, Dissent, Held, alone, dissent_of, farthest_of, of_places, others_of, said_as, target_of, target_said
from .beyond import BOUNDS as DRIFT
from .beyond import told_once as once
from .costs import Counting, say_beside, say_counting, verdict_said
from .counts import MATCHED, PLACEBO, PROPORTIONAL, SHARES, tells_of_few
from .endings import RULED_OUT as ENDS
from .endings import Endings, grace_of
from .licence import claimed
from .manners import Calendar, Manner, manner_of, of_areas, period_of
from .paths_of_numbers import Told, together
from .ranges import Range, range_of, within_reach
from .whom import Way, Whom
from .writing import BASE, LOCALES, Sizes, catalogue, fill, in_language, numbered, of_many, plural, whole, worthwhile_said

POWER = "detectable_effect"  # a condition on what could be seen: where a difference was seen clear of none, it says nothing
BOUNDS = ("worst_case_bounds", "move_away_bounds")  # conditions on a direction: where none is claimed they say nothing
UNSAID = (*SHARES, PROPORTIONAL)  # what a sentence never says did not hold: the page does, beside what it is about
FOUND, GRACE = f"conditions.{MATCHED}.detail", "estimate.estimand.plans"  # where numbers stand that a sentence says
Already = Literal["more", "less", "differed"]  # what those served had of the outcome before the start, of the others; which way is not told
Fallen = Literal["", "family", "calibrated"]  # beside the other questions of its family; beside what negative controls show
Arms = Literal[
    "offered_by_lot", "offered", "served_by_lot", "service", "strategy",
    "adoption", "places", "synthetic", "cutoff", "compliers", "change", "trend", "disparity",
]  # fmt: skip
Pattern = Literal["people", "state", "amount", "time_free", "time_lost", "number", "rate", "count"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence may say, whatever the language."""

    verdict: Verdict
    pending: Verdict
    licence: Licence  # which verbs it may use
    unit: OutcomeUnit
    pattern: Pattern  # how the difference is said
    event: Mapping[str, str]
    horizon: tuple[Literal["day", "week", "month", "year"], int]
    arms: Arms
    failed: tuple[str, ...]  # names of the conditions that did not hold; of the required ones, when the question is not answered
    refused: tuple[str, ...]  # why there is no estimate
    trusted: bool  # time zero is taken on trust
    seen: Range | None  # None when the question is not answered: then nothing can print its number
    silent: bool = False  # there is neither an estimate nor a reason
    turns: bool = False  # a direction is claimed, and the people lost could have turned it
    whom: Whom | None = None  # None: a lot decided
    already: Already | None = None  # None: not looked at, or the groups were alike
    way: Way | None = None  # None: nothing else in the study asks the same
    grace: int | None = None  # of a strategy: so many days to enrol
    endings: Endings | None = None  # None: the method knows of none
    manner: Manner = ""  # how it is said, where it is not of people of two arms
    period: tuple[Calendar, int] = ("quarter", 1)  # of an effect that is one of a period
    saying: str = ""  # the key of the words of the difference, where the manner has several
    others: tuple[float, float] | None = None  # the smallest and the largest of other estimators, where they do not come to the same
    undone: bool = False  # a direction is claimed, and a drift as large as before could undo it
    target: Held | None = None
    place: str = ""  # the place farthest from the whole, where that is asked
    alone: bool = False  # one place, and no mean over several
    dissent: Dissent | None = None  # other estimators that tell another thing of whether there is a difference
    money: Counting | None = None  # whose a difference in cost is, and counted how
    adapted: bool = False  # an official definition is laid on clocks other than its own
    fallen: Fallen = ""  # why a claim that its own range would make is not made

    @classmethod
    def of(
        cls,
        answer: Answer,
        verdict: Verdict,
        pending: Verdict,
        conditions: Sequence[Diagnostic],
        *,
        licence: Licence,
        again: bool = False,
        fallen: Fallen = "",
    ) -> Facts:
        """The facts of one answer, under a verdict that `judge` gave and the licence of its grade.

        `again`: another question of the study asks the same; `fallen`: why a claim that its own range would make is not made.
        """
        unanswered = verdict == "not answered"
        # that a share of people holds to its limit tells of its count: the door decides about it, and a sentence never says it
        failed = [one for one in conditions if not one.holds and (one.required or not (unanswered or one.name in UNSAID or tells_of_few(one)))]
        seen, manner = None if unanswered else range_of(answer), manner_of(answer)
        others = others_of(answer, conditions, seen.base / answer.question.so_many) if seen else None
        undone = pending in ("better", "worse") and any(one.name == DRIFT for one in failed)
        elsewhere = (*BOUNDS, *((AGREE,) if others else ()), *((DRIFT,) if undone else ()), *(TOLD_OF_A_CHANGE if manner == "change" else ()))
        return cls(
            verdict=verdict,
            pending=pending,
            licence=licence,
            unit=unit_of(answer.outcome, answer.question.measure),
            pattern=pattern_of(answer),
            event=answer.outcome.event,
            horizon=spoken(answer.question.horizon),
            arms=arms_of(answer),
            failed=once(tuple(dict.fromkeys(one.name for one in failed if one.name not in elsewhere))),
            turns=pending in ("better", "worse") and any(one.name in BOUNDS for one in failed),
            refused=tuple(str(problem) for problem in answer.refused),
            trusted=answer.time_zero == "taken on trust",
            seen=within_reach(seen, answer) if seen else None,
            silent=answer.estimate is None,
            whom=Whom.of(answer),
            already=already(conditions, answer.question.measure),
            way=Way.of(answer.question, answer.by) if again else None,
            grace=grace_of(answer),
            endings=Endings.of(answer),
            manner=manner,
            period=period_of(answer),
            saying=said_as(answer),
            others=others,
            undone=undone,
            adapted=bool(answer.adapted),
            fallen=fallen,
            target=target_of(answer, seen.base / answer.question.so_many) if seen else None,
            place=farthest_of(answer),
            alone=alone(answer),
            dissent=dissent_of(answer, seen.base / answer.question.so_many) if seen else None,
            money=Counting.of(answer),
        )


def say(facts: Facts, title: Mapping[str, str], language: Language) -> Told:
    """One sentence in `language`: verdict, number, range, whom, compared with whom, and what speaks against it."""
    words = catalogue(language)
    parts = {"title": in_language(language, title), "way": _by(facts.way, language)}
    if facts.seen is None:
        return fill(words["sentence"]["not_answered"], reason=_reason(facts, language), **parts).replace("?.", "?")
    seen, sizes, arms = facts.seen, Sizes(facts.unit, language), arms_said(facts.arms, facts.grace, language)
    parts |= {"seen": _seen(facts, seen, language), "tail": say_beside(facts.money, language) + _tail(facts, language)}
    parts["already"] = fill(words["already"][facts.already], offered=arms["offered"]) if facts.already else ""
    if facts.target:
        held = replace(facts.target, reached="cannot_tell") if facts.fallen else facts.target
        target = target_said(held, facts.unit, seen.base, language, provisional=facts.verdict == "provisional")
        return fill(words["sentence"]["target"], target=target, **parts)
    if facts.verdict == "cannot tell yet":
        return fill(words["sentence"]["cannot_tell"], doubt=_doubt(seen, sizes, facts.fallen), **parts)
    manner = claimed(
        facts.licence,
        provisional=facts.verdict == "provisional",
        doubted=bool(facts.already),
        plans=facts.arms == "strategy",
        places=facts.saying == "disparity",
    )
    worthwhile = worthwhile_said(sizes, facts.event, seen.worthwhile, seen.base)
    verdict = fill(verdict_said(facts.money, manner, facts.pending, language), worthwhile=worthwhile, **arms)
    return fill(words["sentence"]["claim"], verdict=verdict, range=sizes.between("range", seen.low, seen.high), **parts)


def _seen(facts: Facts, seen: Range, language: Language) -> str:
    """The number, of whom, and compared with whom: those served beside people like them, or two groups like those whom it is about, or two plans."""
    words = catalogue(language)
    direction, n = Sizes(facts.unit, language).seen(seen.effect)
    said = {**arms_said(facts.arms, facts.grace, language), "base": whole(seen.base, language, BASE)}
    pattern = "seen"
    if facts.whom:
        said["offered"] = counted(facts.whom, language)
        pattern = "seen" if facts.whom.estimand == "effect_on_the_served" else "seen_alike"
    if facts.arms == "strategy":
        pattern, said["all"], said["none"] = "seen_plans", said["short"], said["other"]
    if facts.manner:
        pattern = f"seen_{facts.saying}"
        said |= of_places(facts.period, language, alone=facts.alone) | {"place": facts.place}
    about, money = words[pattern][facts.pattern][direction], say_counting(facts.money, language)
    return fill(numbered(about, n), n=n, event=in_language(language, facts.event), money=money, horizon=horizon(facts.horizon, language), **said)


def people_called(whom: Whom, language: Language) -> str:
    """Whose effect it is, in words that follow "people": "who might as well have been offered the programme as not"."""
    called: str = catalogue(language)["whom"][whom.side][whom.estimand][whom.kept]
    return called


def about(answer: Answer, population: str, language: Language) -> str | None:
    """Whom a released answer is about, by the name of its population; None where that name has no words here."""
    words, whom = catalogue(language)["whom"], Whom.named(answer, population)
    if whom:
        return fill(words["those"], whom=people_called(whom, language))
    return words["lot"] if population == catalogue("en")["whom"]["lot"] else None


def counted(whom: Whom, language: Language) -> str:
    """The same, and where some were left out how many of how many are in it; without counts where those would give small ones away."""
    called = people_called(whom, language)
    if whom.kept == "all" or whom.counts is None or not whom.tellable:
        return called
    n, everybody = (whole(count, language, f"{FOUND}.{which}") for count, which in zip(whom.counts, ("matched", "served"), strict=True))
    return fill(catalogue(language)["whom"]["counted"], whom=called, n=n, all=everybody)


def already(conditions: Sequence[Diagnostic], measure: Measure = "risk") -> Already | None:
    """What those served already had of the outcome before the start, where no column of the history looks, if the groups were not alike.

    That they had more of it, of days without it, is said of neither: those are fewer where it is more.
    """
    failed = next((one for one in conditions if one.name == PLACEBO and not one.holds), None)
    if failed is None:
        return None
    apart = failed.detail.get(BEYOND)
    return "differed" if not apart or measure in ("time_free", "time_lost") else "more" if apart > 0 else "less"


def unsay(sentence: str, answer: Answer, language: Language, *, tells: Callable[[Diagnostic], bool]) -> str:
    """`sentence`, as `say` made it of `answer`, without what conditions hold of which the numbers may not be said."""
    known, told = Whom.of(answer), Whom.of(answer, tells=tells)
    if known and told:
        sentence = sentence.replace(counted(known, language), counted(told, language))
    looked = [one for one in (*answer.diagnostics, *(answer.estimate.diagnostics if answer.estimate else ())) if one.name == PLACEBO]
    if (direction := already(looked, answer.question.measure)) and not all(map(tells, looked)):
        patterns, offered = catalogue(language)["already"], arms_said(arms_of(answer), grace_of(answer), language)["offered"]
        sentence = sentence.replace(fill(patterns[direction], offered=offered), patterns["differed"])
    return sentence


Untold = Literal["numbers", "beside", "reason", "overlap"]


def say_withheld(title: Mapping[str, str], language: Language, *, what: Untold, way: Way | None = None) -> str:
    """The sentence that stands where the numbers, and with them the verdict, or the reason for their absence may not leave.

    `beside` is for numbers that may not leave beside those of other questions about the same people, `overlap` for those that may
    not leave beside another study's of some of the same people.
    """
    return fill(catalogue(language)["withheld"][what], title=in_language(language, title), way=_by(way, language))


def _by(way: Way | None, language: Language) -> str:
    """Which way an answer was had, before the rest of its sentence."""
    if way is None:
        return ""
    words = catalogue(language)["way"]
    said = fill(words[way.key], **{name: whole(n, language, "question.compare") for name, n in way.numbers.items()})
    for more in (("again",) if way.again else ()) + ((way.adjusted,) if way.adjusted else ()):
        said = fill(words[more], way=said)
    return fill(words["first"], way=said)


def arms_of(answer: Answer) -> Arms:
    """What the two sides of an answer are called: the key of its words among the catalogue's `arms`."""
    match manner_of(answer):
        case "compliers":
            return "compliers"
        case "cutoff":
            return "cutoff"
        case "period":
            return "synthetic" if said_as(answer) == "synthetic" else "places" if of_areas(answer) else "adoption"
        case "change":
            return said_as(answer)  # type: ignore[return-value]  # of a bare change it is change, trend or disparity
    if answer.by == "lot":
        return "served_by_lot" if answer.question.estimand == "effect_on_the_served" else "offered_by_lot"
    return answer.by if answer.by in ("service", "strategy") else "offered"


def arms_said(arms: Arms, grace: int | None, language: Language) -> Mapping[str, str]:
    """What the two sides are called, by the slots of a pattern; of strategies with the days that there are to enrol."""
    words = catalogue(language)
    time = words["grace"] if grace is None else horizon(("day", grace), language, GRACE)
    return {slot: fill(phrase, grace=time) for slot, phrase in words["arms"][arms].items()}


def pattern_of(answer: Answer) -> Pattern:
    """How a difference is said: the key of its words among the catalogue's `seen`."""
    outcome, measure = answer.outcome, answer.question.measure
    if outcome.table == "area":
        if not of_areas(answer):  # a lab's own numbers about people
            return "amount"
        return "rate" if outcome.kind == "rate" else "count"
    if outcome.kind == "mark" and measure != "risk":
        return measure
    return "amount" if outcome.unit != "people" else "state" if outcome.kind == "state" else "people"


def spoken(given: Horizon) -> tuple[Literal["day", "week", "month", "year"], int]:
    """A horizon as people say it: 364 days are 52 weeks, 365 a year; a horizon declared in months stays in months."""
    if given.months is not None:
        return "month", given.months
    days = given.days or 0
    if days and days % 365 == 0:
        return "year", days // 365
    if days and days % 7 == 0:
        return "week", days // 7
    return "day", days


def horizon(length: tuple[str, int], language: Language, path: str = "question.horizon") -> str:
    """A spoken horizon in words: "52 weeks"."""
    return of_many(catalogue(language)["horizon"][length[0]], length[1], language, path)


def _doubt(seen: Range, sizes: Sizes, fallen: Fallen) -> str:
    """Why nobody can tell: how far apart the ends lie, across every accepted formula, for the verdict rests on all; or why a claim fell."""
    words: Mapping[str, str] = catalogue(sizes.language)["doubt"]
    if not seen.given:
        return words["none"]
    if fallen == "calibrated":
        return words["calibrated"]
    if fallen:
        return sizes.between("doubt", *seen.widest, shape=fallen)
    headline, across = sizes.between("doubt", seen.low, seen.high), sizes.between("doubt", *seen.widest)
    return headline if across == headline and (seen.low <= 0 <= seen.high) else sizes.between("doubt", *seen.widest, shape="widest")


def _reason(facts: Facts, language: Language) -> str:
    reasons = catalogue(language)["reason"]
    if facts.refused:
        return together("; ", (fill(reasons["refused"], reason=" ".join(reason.split()).rstrip(".")) for reason in facts.refused))
    if facts.failed:
        own = [_flattered(facts, facts.endings, language)] if facts.endings and ENDS in facts.failed else []
        rest = [name for name in facts.failed if not own or name != ENDS]
        instead = [reasons["guarded"]] if DIP in facts.failed else []
        return together("; ", [*own, *([_failures(reasons["failed"], rest, language)] if rest else []), *instead])
    return reasons["silent" if facts.silent else "unmeasured"]


def _flattered(facts: Facts, endings: Endings, language: Language) -> str:
    words, arms = catalogue(language)["ending"], arms_said(facts.arms, facts.grace, language)
    return fill(words[endings.flattered], ends=endings.listed(words, LOCALES[language]), event=in_language(language, facts.event), **arms)


def _tail(facts: Facts, language: Language) -> str:
    tail = catalogue(language)["tail"]
    against = [tail["not_yet"]] if facts.arms == "service" and not facts.manner else []
    against += [] if facts.arms.endswith("by_lot") else [tail[_no_lot(facts)]]
    against += [tail[near]] if (near := barely(facts, language)) else []
    against += facts.endings.told(facts.pattern, catalogue(language)["ending"], LOCALES[language]) if facts.endings else []
    against += [tail["kept"]] if facts.arms == "strategy" else []
    failed = [name for name in facts.failed if name != POWER or near or facts.pending == "cannot tell yet"]
    against += [Sizes(facts.unit, language).between("others", *facts.others)] if facts.others else []
    against += [facts.dissent.said(Sizes(facts.unit, language))] if facts.dissent else []
    against += [tail["beyond"]] if facts.seen and facts.seen.beyond else []
    against += [tail["undone"]] if facts.undone else []
    against += [_failures(tail["failed"], failed, language)] if failed else []
    against += [tail["turns"]] if facts.turns else []
    against += [tail["trusted"]] if facts.trusted else []
    against += [tail["adapted"]] if facts.adapted else []
    return together("", against)


def _no_lot(facts: Facts) -> str:
    """What speaks against an answer because nobody drew lots, by its manner."""
    return f"no_lot_{facts.saying}" if facts.manner else "no_lot_plans" if facts.arms == "strategy" else "no_lot"


def barely(facts: Facts, language: Language) -> Literal["", "barely", "barely_matters"]:
    """What the range all but reaches: an end that licenses the verdict, and cannot be told from where it would not when said as a number."""
    if facts.seen is None or not facts.seen.given:
        return ""
    seen, sizes = facts.seen, Sizes(facts.unit, language)
    if facts.pending in ("better", "worse"):
        return "barely" if sizes.seen(min(seen.low, seen.high, key=abs))[0] == "same" else ""
    reaches = sizes.size(max(map(abs, seen.widest))) == sizes.size(seen.worthwhile)
    return "barely_matters" if facts.pending == "no difference that matters" and reaches else ""


def _failures(pattern: Mapping[str, str], names: Sequence[str], language: Language) -> str:
    words = catalogue(language)
    conditions = ", ".join(words["condition"].get(name) or fill(words["quoted"], text=name) for name in names)
    return fill(plural(pattern, len(names), language), n=whole(len(names), language, "conditions"), conditions=conditions)
