"""Names every count of people in an Answer, and says which of them stand behind a number.

A count has one name wherever it stands.  What questions share (the ledger; the arms, where everybody left in the ledger was
analysed) is named after the people, so that two questions of one cohort are judged as one system of sums.  A name behind a cell
that is no count of the table's (`untold`) is something nobody may know: the cell never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..diagnostics.wording import tellable
from ..terms import Answer, Arm, Diagnostic, Estimate, LedgerLine
from .beyond import farthest_of
from .manners import of_areas

Cells = dict[tuple[int, int], tuple[str, ...]]
Sums = tuple[tuple[str, tuple[str, ...]], ...]
ARMS = ("served", "compared")

# The conditions whose numbers may leave, rounded, with the counts behind them.  Any other value or limit may be, or give away, a
# number of people (a share lost, a smallest cell), so its row says only whether the condition holds.
BEFORE, AFTER = "balance_before_matching", "balance_after_matching"
PATH, PLACEBO = "path_before_start", "placebo_window"
DIFFERENCES = ("lot_looks_like_a_lot", BEFORE, AFTER, PATH, PLACEBO)  # between the groups before the start, by column or period
PROPORTIONAL = "proportional_hazards"  # what the ratio of hazards beside an answer rests on, and the answer does not
BEFORE_IT, AT_THE_CUTOFF = ("path_before_adoption", "enrolment_dip"), ("density_at_the_cutoff", "history_at_the_cutoff")
CHANCES = (
    "lot_looks_like_a_lot",
    PLACEBO,
    PROPORTIONAL,
    *BEFORE_IT,
    *AT_THE_CUTOFF,
)  # whose value is the chance of such a difference, were the groups alike
MATCHED = "served_matched"  # its counts are those of the ledger and of the arms
LATER, POOLS = "later_service", "small_pools"
SHARES = (MATCHED, "propensity_overlap", POOLS, LATER)  # of people: beside its limit, that one holds tells of its count
HIDDEN_BIAS = "hidden_bias"  # how many sets went which way
# made of the effect, its error and the arms' means, or of shares of what is left unexplained: they leave with the effect or not at all
OVER_TIME = (*BEFORE_IT, "drift_missed", "honest_bounds", "estimators_agree", "two_way_weights")
NEAR_THE_CUTOFF = (*AT_THE_CUTOFF, "placebo_cutoffs", "without_the_nearest", "other_bandwidths")
OF_THE_EFFECT = ("detectable_effect", "e_value", "omitted_variable", PROPORTIONAL, HIDDEN_BIAS, *OVER_TIME, *NEAR_THE_CUTOFF)
OF_PLACES = (
    "guarded_and_raw",
    "levels_apart",
    "series_changes",
    "leave_one_donor_out",
    "placebo_in_space",
    "placebo_in_time",
    "detectable_by_the_past",
)
ABOUT: Mapping[str, tuple[str, ...]] = {"effect_on_the_served": ("served",), "effect_on_the_compared": ("compared",)}  # or both arms
DISPARITIES = "disparities"  # how much happened in each place, where it happened to people on record
ENDS = "competing_ends"  # how many of each arm died, or came to another end after which the event cannot happen
CLOSELY = "closely_alike"  # the largest difference after matching, held to a stricter limit
SAYABLE = (*DIFFERENCES, *SHARES, *OF_THE_EFFECT, CLOSELY, ENDS)
# to say that one of these fails is to say that a count is small
TELL_OF_FEW = (
    *("arms_large_enough", "sparse_events", "reuse_of_people", "effective_sample", "losses"),
    *("smallest_risk_set", "extreme_weights", "events_per_parameter", "kept_to_strategies", "people_with_costs"),
)

ON_RECORD = "people on record"  # how the ledger of a panel begins that is made of records of people
IN_THE_FRAME = "areas of the frame"  # how its one or two lines begin that count areas
DECIMALS = 2  # of a value that leaves: with all its digits a standardised difference gives away the two counts that it came from
# Worked out for a yes-or-no column in arms of 100 and 97: up to half a deviation apart, each difference to two decimals fits 23
# pairs of counts or more; in arms of 40 and 35 some fit two.  Below this no difference leaves.
SMALLEST_ARM = 100
CLOSEST = 0.1  # a guess at one person's amount that comes nearer gives it away: the p-ratio of ACRO (Green, Ritchie and Smith 2021)
OF_AMOUNTS = ("time_lost", "number")  # measures of an event in which one person may outweigh the rest
FEWEST_WORTH = 11  # people of equal weight: a weighted share that rests on fewer tells of them as a count under 11 does


def people_of(answer: Answer) -> str:
    """The name of the people an answer is about: the same for every question of a cohort on the same records."""
    return f"{answer.question.cohort}@{answer.provenance.study[:8]}.{answer.provenance.records[:8]}"


def question_of(answer: Answer) -> str:
    """The name of a question on its people's records."""
    return f"{people_of(answer)}/{answer.question.name}"


def names_of(answer: Answer) -> Mapping[str, str]:
    """The names of an answer's counts, by arm and by what is counted: "served.people", "served.events", "served.some"."""
    question = answer.question
    analysed = people_of(answer) if _everybody(answer) else question_of(answer)
    marked = f"{analysed}/{question.outcome} by {question.horizon}"
    whose = dict.fromkeys(("people", "rows", "again"), analysed)
    whose |= dict.fromkeys(("events", "non_events", "some", "none", "largest_amount", "weight_of_few"), marked)
    return {f"{arm}.{what}": f"{name}: arm.{arm}.{what}" for arm in ARMS for what, name in whose.items()}


def lines_of_people(answer: Answer) -> tuple[LedgerLine, ...]:
    """The lines of the ledger that count people: of areas those before the lines that count areas, where records of people made them up."""
    if not of_areas(answer):
        return answer.ledger
    of_records = bool(answer.ledger) and answer.ledger[0].rule == ON_RECORD
    return tuple(line for line in answer.ledger if of_records and not line.rule.startswith(IN_THE_FRAME))


def last_of(answer: Answer) -> str:
    """The name of the last line of the ledger that counts people."""
    return f"{people_of(answer)}: flow.left.{len(lines_of_people(answer)) - 1}"


def not_analysed(answer: Answer) -> str:
    """The name of the count of those whom the ledger left and the answer could not use."""
    return f"{question_of(answer)}: not_analysed"


def weighed(answer: Answer) -> bool:
    """Whether the rows of the arms weigh differently, or one person stands in several."""
    return answer.estimate is not None and answer.estimate.served.weighed is not None


def _everybody(answer: Answer) -> bool:
    """Whether the arms hold everybody whom the ledger left, so that every such question of the cohort has the same arms."""
    estimate = answer.estimate
    if not estimate or not answer.ledger or weighed(answer) or of_areas(answer):
        return False
    return estimate.served.people + estimate.compared.people == answer.ledger[-1].left


def places_behind(answer: Answer) -> tuple[dict[str, int], Sums]:
    """How much happened in each of the places that are held against their whole, where it happened to people on record, and in all of them."""
    own = answer.estimate.diagnostics if answer.estimate else ()
    told = next((one for one in own if one.name == DISPARITIES and one.behind), None)
    if told is None:
        return {}, ()
    each = {place_of(answer, name): count for name, (count,) in told.behind.items()}
    return each | {place_of(answer): sum(each.values())}, ((place_of(answer), tuple(each)),)


def place_of(answer: Answer, place: str = "") -> str:
    """The name of how much happened in a place, or in all of them together."""
    return f"{question_of(answer)}: happened.in {place}" if place else f"{question_of(answer)}: happened"


# ------------------------------------------------------------------------------------------------ arms and effects
def arm_counts(answer: Answer, estimate: Estimate) -> tuple[dict[str, int], Sums]:
    """The counts of both arms, and the sums that tie them to each other and to the last line of the ledger."""
    names = names_of(answer)
    counts: dict[str, int] = {}
    sums: Sums = ()
    for label, arm in zip(ARMS, (estimate.served, estimate.compared), strict=True):
        if arm.areas is not None:
            counts |= {names[f"{label}.people"]: arm.people} if arm.people else {}
            continue
        people, having, rest, *_ = behind_mean(answer, label, arm)
        with_any = arm.some if arm.events is None else arm.events
        counts[people] = arm.people
        if with_any is not None:
            counts |= {having: with_any, rest: arm.weighed.rest if arm.weighed else arm.people - with_any}
        if arm.weighed:  # somebody may stand in several rows, or be lost before the end: nothing else adds up
            rows, again, more = names[f"{label}.rows"], names[f"{label}.again"], arm.weighed.rows - arm.people
            counts |= {rows: arm.weighed.rows} | ({again: more} if more else {})
            sums += ((rows, (people, again) if more else (people,)),)
        elif with_any is not None:
            sums += ((people, (having, rest)),)
    (of_ledger, ties), (places, whole) = _from_ledger(answer, estimate), places_behind(answer)
    return counts | of_ledger | places, sums + ties + whole


def _from_ledger(answer: Answer, estimate: Estimate) -> tuple[dict[str, int], Sums]:
    """What ties the arms to the last line of the ledger: nobody else is left, or those who are were not analysed."""
    lines = lines_of_people(answer)
    if not lines or not all(arm.people for arm in (estimate.served, estimate.compared)):
        return {}, ()
    names, last, final = names_of(answer), last_of(answer), lines[-1].left
    of_both = (("served", estimate.served), ("compared", estimate.compared))
    counted = of_both[:1] if answer.by == "service" else of_both  # the ledger counts whom it starts the clock of
    arms = tuple(names[f"{label}.rows" if arm.weighed else f"{label}.people"] for label, arm in counted)
    apart = final - sum(arm.weighed.rows if arm.weighed else arm.people for _, arm in counted)
    if apart == 0:
        return {last: final}, ((last, arms),)
    if apart < 0:  # clones: the arms are no part of the people in the ledger
        return {}, ()
    return {last: final, not_analysed(answer): apart}, ((last, (*arms, not_analysed(answer))),)


def behind_mean(answer: Answer, label: str, arm: Arm) -> tuple[str, ...]:
    """What an arm's mean gives away: its people, how many have the event or any amount, the rest, and perhaps few people or one.

    Of a weighted arm also its rows.
    """
    names = names_of(answer)
    if arm.areas is not None:  # a mean over areas: of how many people, where anybody knows
        happened = {"served": place_of(answer, farthest_of(answer)), "compared": place_of(answer)} if places_behind(answer)[0] else {}
        return (*((names[f"{label}.people"],) if arm.people else ()), *((happened[label],) if happened else ()))

    def called(*what: str) -> tuple[str, ...]:
        return tuple(names[f"{label}.{one}"] for one in what)

    outweighs = arm.events is None and (arm.some is None or arm.closest is None or arm.closest < CLOSEST)
    outweighs = outweighs or (answer.question.measure in OF_AMOUNTS and arm.closest is not None and arm.closest < CLOSEST)
    few = arm.weighed is not None and not arm.weighed.worth >= FEWEST_WORTH
    return (
        *called(*("people", "events", "non_events") if arm.events is not None else ("people", "some", "none")),
        *(called("rows") if arm.weighed else ()),
        *(called("largest_amount") if outweighs else ()),
        *(called("weight_of_few") if few else ()),
    )


def behind_effect(answer: Answer) -> tuple[str, ...]:
    """What an effect gives away: with its standard error, a difference of shares is two equations in two unknown counts."""
    estimate = answer.estimate
    arms = zip(ARMS, (estimate.served, estimate.compared), strict=True) if estimate else ()
    return tuple(name for label, arm in arms for name in behind_mean(answer, label, arm))


# ------------------------------------------------------------------------------------------------ conditions
def tells_of_few(one: Diagnostic) -> bool:
    """Whether to say that a condition fails, where it is not one that takes the answer away, would be to say that a count is small.

    The page and the sentence ask the same, so that what one of them names the other shows.
    """
    if one.name not in TELL_OF_FEW:
        return False
    known = [count for part in one.behind.values() for count in part]
    return one.required or not known or not tellable(*known)


def may_say(answer: Answer, one: Diagnostic) -> bool:
    """Whether a condition's numbers may leave at all, with the counts behind them."""
    if of_areas(answer):
        return answer.estimate is not None or one.name not in (*OF_THE_EFFECT, *OF_PLACES)
    return one.name in SAYABLE and (one.name not in OF_THE_EFFECT or answer.estimate is not None)


def behind_condition(answer: Answer, one: Diagnostic) -> tuple[str, ...]:
    """What a condition's numbers and sentence give away; of one without numbers to say, what it gives away that it holds or fails."""
    if of_areas(answer):
        return behind_effect(answer)
    if one.name in OF_THE_EFFECT:
        return (*behind_effect(answer), *(name for part in one.behind for name in behind_part(answer, one, part)))
    if one.name == MATCHED:
        return tuple(_served(answer, one)[0])
    if one.name == CLOSELY:
        after = next((other for other in answer.diagnostics if other.name == AFTER), None)
        return behind_condition(answer, after) if after else (f"{question_of(answer)}: {CLOSELY}",)
    parts = dict.fromkeys((*one.detail, *one.behind)) if one.name in DIFFERENCES else one.behind
    return tuple(dict.fromkeys(name for part in parts for name in behind_part(answer, one, part)))


def behind_part(answer: Answer, one: Diagnostic, part: str) -> tuple[str, ...]:
    """What one number of a condition gives away: its own counts and, of a difference between the arms, the arms."""
    if of_areas(answer):
        return behind_effect(answer)
    whose = f"{question_of(answer)}: {one.name}.{part}"
    counts = one.behind.get(part, ())
    own = tuple(f"{whose}.{number}" for number in range(len(counts)))
    if one.name not in DIFFERENCES:
        return own
    arms = tuple(names_of(answer)[f"{arm}.people"] for arm in ARMS) if answer.estimate else ()
    half = len(counts) // 2
    large = min(sum(counts[:half]), sum(counts[half:])) >= SMALLEST_ARM
    return (*arms, *own, *(() if large else (f"{whose}.arms_too_small",)))


def counts_behind(answer: Answer, conditions: Sequence[Diagnostic]) -> tuple[dict[str, int], Sums]:
    """The counts behind the numbers of conditions, and the sums that tie them to the ledger and to the arms."""
    counts: dict[str, int] = {}
    sums: Sums = ()
    for one in conditions if not of_areas(answer) else ():
        if one.name == MATCHED:
            more, ties = _served(answer, one)
            counts, sums = counts | more, sums + ties
            continue
        for part, numbers in one.behind.items():
            own = [f"{question_of(answer)}: {one.name}.{part}.{number}" for number in range(len(numbers))]
            counts |= dict(zip(own, numbers, strict=True))
            if one.name in SHARES:
                sums += tuple((whole, tuple(own)) for whole in _wholes(answer, sum(numbers)))
    return counts, sums


def _served(answer: Answer, one: Diagnostic) -> tuple[dict[str, int], Sums]:
    """How many the effect is about, how many of them are in the comparison, and how many are not, tied to the ledger and to their arms."""
    everybody, matched, dropped = (f"{question_of(answer)}: served.{what}" for what in ("all", "matched", "dropped"))
    n, m = int(one.detail["served"]), int(one.detail["matched"])
    counts = {everybody: n, matched: m, dropped: n - m}
    sums: Sums = ((everybody, (matched, dropped)),)
    about = ABOUT.get(answer.question.estimand, ARMS)
    counted_there = about == (("served",) if answer.by == "service" else ARMS)  # whom the last line of the ledger counts
    if counted_there and answer.ledger and answer.ledger[-1].left == n:
        sums += ((last_of(answer), (everybody,)),)
    rows = {names_of(answer)[f"{label}.rows"]: count for label, count in _rows(answer).items() if label in about}
    unseen, rest = f"{question_of(answer)}: served.unseen", m - sum(rows.values())
    if rows and rest >= 0:
        counts |= {unseen: rest} if rest else {}
        sums += ((matched, (*rows, *((unseen,) if rest else ()))),)
    return counts, sums


def _rows(answer: Answer) -> dict[str, int]:
    """How many rows have weight, by arm, where rows weigh differently."""
    arms = zip(ARMS, (answer.estimate.served, answer.estimate.compared), strict=True) if answer.estimate else ()
    return {label: arm.weighed.rows for label, arm in arms if arm.weighed}


def _wholes(answer: Answer, n: int) -> tuple[str, ...]:
    """The names of the shown counts that are as many as `n`, and may well be the same people."""
    found = (last_of(answer),) if answer.ledger and answer.ledger[-1].left == n else ()
    return (*found, names_of(answer)["compared.people"]) if answer.estimate and answer.estimate.compared.people == n else found


def rounded(one: Diagnostic) -> Diagnostic:
    """A condition with its numbers as they may leave, without the counts behind them; its parts are told only of differences."""
    parts = one.detail if one.name in DIFFERENCES else {}
    value = _of_chance(one.value) if one.name in CHANCES else _short(one.value)
    return replace(one, value=value, detail={part: _short(value) for part, value in parts.items()}, behind={})


def _of_chance(p_value: float) -> float:
    """A p-value as it leaves: with one more decimal where it would read as none, and 0 only below a thousandth."""
    return _short(p_value) if p_value >= 0.01 else max(round(p_value, DECIMALS + 1), 0.001) if p_value >= 0.001 else 0.0


def _short(number: float) -> float:
    return round(number, DECIMALS) + 0.0  # adding zero takes the sign off a minus zero
