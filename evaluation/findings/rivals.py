"""What may leave of a question asked by every definition of its outcome, beside the study's own findings.

Two definitions of one thing count nearly the same people, so that subtracting the one number from the other may tell of few.
Every difference between the counts of two of them is therefore a count of its own, as if the one held the other (`links.akin`); a rival leaves only
where with it, and everything that the study lets out, an attacker still cannot work a small count back.  They are tried in the
order of the registry.  What also never leaves: a rival on clocks of its own, which share people with the study's; amounts,
where one person may be the whole difference; and why there is no number, which may tell of few people: but for what the design alone
says, by which a definition was never asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ..terms import Answer, Exhibit, Finding, Policy, Provenance
from .before import Earlier
from .counts import OF_AMOUNTS, arm_counts, behind_effect
from .disclosure import judged, released_cohorts
from .links import linked
from .outside import shortened
from .policies import Rules
from .scoring import UNTOLD, Studied
from .suppression import System, exposed

if TYPE_CHECKING:
    from ..challenges.by_rivals import Multiverse
    from ..challenges.definitions import Definition

State = Literal["shown", "not asked", "not recorded", "no number", "hidden"]
TABLE = "definitions"


@dataclass(frozen=True, slots=True)
class Rival:
    """One definition as it may be read outside: its numbers, in three digits, or that there are none to be shown."""

    name: str
    title: Mapping[str, str]
    own: bool
    adapted: bool  # an official definition, on another clock than the authority's
    elsewhere: bool  # laid on another clock than it names, official or not
    state: State
    served: float | None = None
    compared: float | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    towards: int = 0  # better: 1; worse: -1
    same_as: str = ""  # the definition shown whose answer it repeats, reading the same of everybody
    why: str = ""  # why it was not asked, in English


@dataclass(frozen=True, slots=True)
class ReleasedRivals:
    """A multiverse as it may leave: those shown sorted by effect, then the others."""

    question: str  # whose name it is
    rivals: tuple[Rival, ...]

    @property
    def shown(self) -> tuple[Rival, ...]:
        """Those with numbers."""
        return tuple(one for one in self.rivals if one.state == "shown")

    @property
    def different(self) -> tuple[Rival, ...]:
        """Those shown without those that repeat another's answer."""
        return tuple(one for one in self.shown if not one.same_as)

    @property
    def same_sign(self) -> int:
        """By how many different answers the effect points where most of them do, or where the design's own does if it is shown."""
        towards = [one.towards for one in self.different]
        own = next((one.towards for one in self.different if one.own), None)
        way = own if own is not None else max((-1, 0, 1), key=lambda each: (towards.count(each), each), default=0)
        return towards.count(way)


def release_rivals(
    found: Multiverse,
    findings: Sequence[Finding],
    policy: Policy | Rules = "cms_11",
    *,
    overlapping: Collection[tuple[str, str]] = (),
    before: Sequence[Earlier] = (),
    studied: Studied = UNTOLD,
    beside: Sequence[Exhibit] = (),
    withheld: bool = False,
) -> ReleasedRivals:
    """What of a multiverse may leave beside the `findings` of its study, which are released with the same words.

    `withheld`: the study's own numbers stay inside, and so does every number here.  What an earlier release told of rival definitions
    is in no record, so that beside one (`before`) no rival's number leaves.
    """
    system, hidden = judged(findings, policy, overlapping=overlapping, before=before, studied=studied, beside=beside)
    own = next(one.answer for one in findings if one.answer.question.name == found.question.name)
    answers = [one.answer for one in findings if one.answer.estimate and one.verdict != "not answered"]
    left_out = withheld or own.question.cohort not in released_cohorts(findings, overlapping, before)
    let_out: list[Answer] = []
    states: dict[str, State] = {}
    for one in sorted(found.definitions, key=lambda each: not each.own):
        answer = _as_of(one, own.provenance)
        if one.unasked:
            states[one.outcome.name] = "not asked"
        elif not one.recorded and not one.answered:
            states[one.outcome.name] = "not recorded"
        elif left_out or (before and not one.own) or (answer is not None and not _may_be_told(one, answer)) or states.get(one.same_as) == "hidden":
            states[one.outcome.name] = "hidden"  # what repeats a hidden answer would show it
        elif answer is None:
            states[one.outcome.name] = "no number"
        elif one.own:  # what it shows has been let out or hidden by the study itself
            gone = any(name in hidden for name in behind_effect(answer))
            states[one.outcome.name] = "hidden" if gone else "shown"
        else:
            more = _with(system, answers, [*let_out, answer])
            counted = [
                name in more.counts and not 0 < more.counts[name] < more.smallest_of(name) and name not in hidden for name in behind_effect(answer)
            ]
            states[one.outcome.name] = "shown" if all(counted) and not exposed(more, hidden) else "hidden"
            let_out += [answer] if states[one.outcome.name] == "shown" else []
    told = [_told(one, states[one.outcome.name]) for one in found.definitions]
    told = _repeating(told, found.definitions)
    ordered = sorted(told, key=lambda one: (one.state != "shown", one.effect or 0.0, one.name))
    return ReleasedRivals(found.question.name, tuple(ordered))


def _repeating(told: Sequence[Rival], definitions: Sequence[Definition]) -> list[Rival]:
    """The same, with what repeats an answer tied to one that is shown: the first of those alike stands for them."""
    group = {one.outcome.name: one.same_as or one.outcome.name for one in definitions}
    heads: dict[str, str] = {}
    for one in sorted((one for one in told if one.state == "shown"), key=lambda each: (not each.own, each.name != group[each.name])):
        heads.setdefault(group[one.name], one.name)
    return [replace(one, same_as=head) if one.state == "shown" and (head := heads[group[one.name]]) != one.name else one for one in told]


def _as_of(one: Definition, provenance: Provenance) -> Answer | None:
    """A definition's answer under the study's own provenance, so that the same people have the same names; None where there is no number."""
    if not one.answered or one.answer is None:
        return None
    return replace(one.answer, provenance=provenance)


def _may_be_told(one: Definition, answer: Answer) -> bool:
    """Whether a definition is of a kind that may leave at all: of the study's own people, and, but for the design's own, a count of them."""
    assert answer.estimate is not None
    if one.own or one.outcome.table == "area":  # numbers about places are of nobody
        return True
    counts = answer.question.measure not in OF_AMOUNTS and all(arm.events is not None for arm in (answer.estimate.served, answer.estimate.compared))
    return one.clock == "the study's" and counts


def _with(system: System, beside: Sequence[Answer], rivals: Sequence[Answer]) -> System:
    """The study's system of sums with rivals in it: their counts, what ties them to the ledger, and every difference within the family."""
    counts, sums, cells = dict(system.counts), list(system.sums), dict(system.cells)
    for number, answer in enumerate(rivals):
        assert answer.estimate is not None
        own, ties = arm_counts(answer, answer.estimate)
        counts |= own
        sums += ties
        for name in behind_effect(answer):
            cells[name] = cells.get(name, frozenset()) | {(TABLE, number, 0)}
    linked_counts, linked_sums = linked([*beside, *rivals])
    counts |= linked_counts
    sums += linked_sums
    strictest = max(system.limits.values(), default=0)  # a policy by points asks of a rival what it asks of the study's own tables
    limits = dict.fromkeys(cells.keys() - system.cells.keys(), strictest) | dict(system.limits)
    return replace(system, counts=counts, sums=tuple(dict.fromkeys(sums)), cells=cells, limits=limits)


def _told(one: Definition, state: State) -> Rival:
    why = one.why_not if state == "not asked" else ""
    bare = Rival(one.outcome.name, one.outcome.title, one.own, bool(one.adapted), bool(one.differs), state, why=why)
    if state != "shown":
        return bare
    assert one.answer is not None and one.answer.estimate is not None
    estimate = one.answer.estimate
    given = estimate.interval.given
    return replace(
        bare,
        served=shortened(estimate.served.mean),
        compared=shortened(estimate.compared.mean),
        effect=shortened(estimate.effect),
        low=shortened(estimate.interval.low) if given else None,
        high=shortened(estimate.interval.high) if given else None,
        towards=one.towards,
    )
