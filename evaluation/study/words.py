"""The words of a design file: what each accepts, said plainly, and the nearest right word to a wrong one."""

from __future__ import annotations

import json
import types
from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..phrases import nearest, visible
from ..terms import Study

SET_BY_LOAD = ("digest", "sealed")  # fields of a study that its file does not declare
SHOWN = 40  # characters of a wrong word that a message repeats

_LEAVES = {str: "text", bool: "true or false", int: "a whole number", float: "a number", date: "a day such as 2019-01-31, without quotes"}
# what a word is called elsewhere
ALIASES: Mapping[str, str] = {
    "att": "effect_on_the_served",
    "atc": "effect_on_the_compared",
    "atu": "effect_on_the_compared",
    "ate": "average_effect",
    "ato": "effect_in_the_overlap",
    "atm": "effect_on_the_matchable",
    "nearest": "matching",
    "propensity_score": "matching",
    "psm": "matching",
    "cem": "coarsened_exact",
    "subclassification": "subclasses",
    "ipw": "inverse_probability",
    "iptw": "inverse_probability",
    "ebal": "entropy_balancing",
    "cbps": "covariate_balancing",
    "ipt": "tilting",
    "aipw": "doubly_robust",
    "g_computation": "regression",
    "euclidean": "scaled_euclidean",
    "propensity": "logit",
    "glm": "regression",
    "std": "sd",
    "g_formula": "regression",
    "aiptw": "doubly_robust",
    "rmst": "time_free",
    "rmtl": "time_lost",
    "cumulative_incidence": "risk",
    "mcf": "number",
    "moved": "moved_away",
    "street_time": "street",
    "trees": "flexible",
    "callaway_santanna": "group_time",
    "csdid": "group_time",
    "twfe": "two_way",
    "fixed_effects": "two_way",
    "sun_abraham": "interaction_weighted",
    "borusyak": "imputation",
    "its": "interrupted",
    "sdid": "synthetic_did",
    "rdd": "local_linear",
    "iv": "two_stage",
    "wild": "wild_bootstrap",
    "permutation": "randomisation",
    "cr3": "jackknife",
    "not_yet": "not_yet_treated",
    "never": "never_treated",
    "event_study": "dynamic",
    "treated": "served",
    "control": "compared",
    "from": "begins",
    "starts_on": "begins",
    "to": "ends",
    "until": "ends",
    "areas": "where",
}
# a word that is no other's name here, and how its matter is said
ELSEWHERE: Mapping[str, str] = {
    "window": "A window about a cut-off is said by estimator = \"local_randomisation\", and half its width by 'bandwidth'.",
    "ties": "Leave it out: scores tied at the cut-off are always told.",
}
# a file writes [cohort] and [[question]], one at a time; a Study holds cohorts and questions
_WRITTEN = {"cohorts": "cohort", "questions": "question", "negative_controls": "negative_control"}


def fields_of(declared: type) -> Mapping[str, Field[Any]]:
    """The words of one table of a design, each with the field that holds what it says."""
    return {
        (_WRITTEN.get(each.name, each.name) if declared is Study else each.name): each for each in fields(declared) if each.name not in SET_BY_LOAD
    }


@cache
def types_of(declared: type) -> Mapping[str, Any]:
    """The words of one table of a design, each with the type of what it says."""
    hints = get_type_hints(declared)
    return {word: plain(hints[each.name]) for word, each in fields_of(declared).items()}


def needed(declared: type) -> tuple[str, ...]:
    """The words that one table of a design cannot go without."""
    return tuple(word for word, each in fields_of(declared).items() if each.default is MISSING and each.default_factory is MISSING)


def plain(kind: Any) -> Any:
    """A type without its `| None`: what is optional is left out of a file, never written."""
    if get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
        return next(choice for choice in get_args(kind) if choice is not type(None))
    return kind


def expected(kind: Any) -> str:
    """What a word accepts, in plain words."""
    inner = get_args(kind)
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return f"one of {whole(word for word in inner if word)}"
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(map(expected, inner))
    if is_dataclass(kind):
        return f"a table with {whole(fields_of(kind))}"  # type: ignore[arg-type]  # the class, never an instance
    if get_origin(kind) is not tuple:
        return f"a table, each {expected(inner[1])}"
    return f"a list, each {expected(inner[0])}" if inner[-1] is Ellipsis else f"a list of {len(inner)}, each {expected(inner[0])}"


def whole(words: Iterable[str]) -> str:
    """Every word that would be right: whoever chooses one needs them all."""
    return ", ".join(map(visible, words))


def meant(word: object, right: Collection[str]) -> str:
    """`Did you mean 'matching'?`: the right word that is the same thing under another name, or the nearest in letters."""
    same = same_as(word, right)
    return f"Did you mean '{same}'?" if same else nearest(word, right)


def same_as(word: object, right: Collection[str]) -> str | None:
    """The right word that is the same thing under another name."""
    same = ALIASES.get(word.casefold().replace("-", "_").replace(" ", "_")) if isinstance(word, str) else None
    return same if same in right else None


def shown(value: object) -> str:
    """A value of a design as a message may repeat it: short, and with nothing in it that could steer a terminal."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        more = ", …" if len(value) > 3 else ""
        return f"[{', '.join(map(shown, value[:3]))}{more}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a number beyond 64 bits"
    if isinstance(value, str):
        return json.dumps(printable(value), ensure_ascii=False)
    return str(value) if value is None or isinstance(value, int | float | date | time) else f"a {type(value).__name__}"


def printable(text: str) -> str:
    """Text cut to a message's length, its invisible letters spelled out."""
    return visible(text if len(text) <= SHOWN else text[:SHOWN] + "…")
