"""ROBINS-I: the risk of bias in its seven domains, as flags from what was checked (Sterne and others 2016).

The domains and the four words are the tool's own; which check speaks for which word is a rule of this project, and no reviewer has
answered the tool's questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .artefacts import CONTROLS, HIDDEN, PLACEBOS, Artefacts
from .attrition import is_low
from .designs import NOTHING_COMPARED
from .rated import Rated, Standard, not_answered

RANKS: Mapping[str, int] = {"no_information": 0, "critical": 0, "serious": 1, "moderate_risk": 2, "low_risk": 3}
SURVEILLANCE = ("surveillance", "series_breaks", "linkage_by_arm")
FOLLOWED = ("kept_to_strategies", "take_up", "take_up_at_the_cutoff")


def _confounding(a: Artefacts) -> tuple[str, str]:
    if a.design in NOTHING_COMPARED or a.design == "raw":
        return "critical", "confounding_open"
    if a.design == "lot" and a.checks.get("lot_looks_like_a_lot", True):
        return "low_risk", "confounding_lot"
    if a.alike == "apart" or a.held((*PLACEBOS, CONTROLS)) is False:
        return "serious", "confounding_seen"
    tried = a.held(PLACEBOS) is True and (a.held((CONTROLS,)) is True or a.design == "threshold")
    if tried and not a.failing and (a.design in ("threshold", "lot_compliers") or a.reported & set(HIDDEN)):
        return "moderate_risk", "confounding_tried"
    return "serious", "confounding_untried"


def _selection(a: Artefacts) -> tuple[str, str]:
    if a.design in NOTHING_COMPARED:
        return "critical", "nothing_compared"
    if a.trusted:
        return "serious", "selection_trusted"
    return "low_risk", "selection_built"


def _classification(a: Artefacts) -> tuple[str, str]:
    return ("moderate_risk", "classification_trusted") if a.trusted else ("low_risk", "classification_recorded")


def _deviations(a: Artefacts) -> tuple[str, str]:
    if a.held(FOLLOWED) is False:
        return "serious", "deviations_seen"
    return ("low_risk", "deviations_offered") if a.as_offered else ("moderate_risk", "deviations_received")


def _missing(a: Artefacts) -> tuple[str, str]:
    if a.attrition is None:
        return "no_information", "missing_unknown"
    if is_low(a.attrition):
        return "low_risk", "missing_few"
    return ("moderate_risk", "missing_some") if is_low(a.attrition, "optimistic") else ("serious", "missing_many")


def _measurement(a: Artefacts) -> tuple[str, str]:
    held = a.held(SURVEILLANCE)
    if held is False:
        return "serious", "measurement_seen"
    if a.adapted or not a.defined:
        return "moderate_risk", "measurement_adapted"
    return ("low_risk", "measurement_held") if held else ("moderate_risk", "measurement_untried")


def _reporting(a: Artefacts) -> tuple[str, str]:
    if not a.declared:
        return "no_information", "reporting_unknown"
    if a.role == "exploratory":
        return "serious", "reporting_exploring"
    return ("low_risk", "reporting_locked") if a.locked else ("moderate_risk", "reporting_declared")


DOMAINS: Mapping[str, Callable[[Artefacts], tuple[str, str]]] = {
    "robins_confounding": _confounding,
    "robins_selection": _selection,
    "robins_classification": _classification,
    "robins_deviations": _deviations,
    "robins_missing": _missing,
    "robins_measurement": _measurement,
    "robins_reporting": _reporting,
}


def _flag(domain: Callable[[Artefacts], tuple[str, str]]) -> Callable[[Artefacts], Rated]:
    def rated(a: Artefacts) -> Rated:
        if none := not_answered(a):
            return none
        rating, why = domain(a)
        return Rated(rating, RANKS[rating], why, verified=False)

    return rated


def overall(a: Artefacts) -> Rated:
    """The worst of the seven; a domain without information leaves the whole at serious at best."""
    if none := not_answered(a):
        return none
    found = {domain(a)[0] for domain in DOMAINS.values()}
    for word in ("critical", "serious", "no_information", "moderate_risk"):
        if word in found:
            given = "serious" if word == "no_information" else word
            return Rated(given, RANKS[given], "robins_unknown" if word == "no_information" else "robins_worst", verified=False)
    return Rated("low_risk", RANKS["low_risk"], "robins_worst", verified=False)


ROBINS: tuple[Standard, ...] = (
    Standard("robins", overall),
    *(Standard(key, _flag(domain)) for key, domain in DOMAINS.items()),
)
