"""Reads a finding back from its sentence alone, in English or Spanish, by docs/reading.md and nothing else.

It knows no catalogue, no outcome and no design: the paragraphs of that page, in their order, are the functions below, and what a
sentence does not say is None here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Way = Literal["fewer", "more", "same"]
Ends = tuple[float, float]

SIZE = r"\$?(\d[\d,]*(?:\.\d+)?)"


@dataclass(frozen=True)
class Reading:
    """What one sentence says.  Sizes are signed: below nothing is fewer or less, and 0 is "about the same"."""

    language: Literal["en", "es"]
    title: str
    verdict: str  # in the words of docs/reading.md
    pending: str  # what a provisional verdict points to; else the verdict itself
    verb: Literal["caused", "likely", "goes with", "changed", ""] = ""  # how strongly why is claimed
    worthwhile: float | None = None  # the smallest difference worth having, where it is told
    unit: Literal["people", "times", "days", "dollars", "rate", "count", ""] = ""
    base: int = 1  # of how many people
    direction: Way | None = None
    size: float | None = None  # signed
    range: Ends | None = None
    cut: bool = False  # the range runs past what is possible, and is told as far as that
    horizon: tuple[int, str] | None = None
    gap: float | None = None  # of a target: how far the last level lies above it, signed; `range` is then the range of this
    asked: float | None = None  # of a target: the change that it asks for each year, in percent, signed


@dataclass(frozen=True)
class Grammar:
    """The forms of one language, as docs/reading.md lists them."""

    language: Literal["en", "es"]
    openings: str  # how a number's clause begins
    way: str
    verdicts: tuple[tuple[str, str, Literal["caused", "likely", "goes with", "changed", ""]], ...]  # form, verdict, verb
    provisional: str
    worth: str
    unsaid: tuple[tuple[str, str], ...]  # form, verdict
    untold: str  # nothing can be told yet
    target: str
    asked: str
    gap: str
    level: str  # lies at the target, in round numbers
    told: str  # the range, or its doubt
    end: str
    effect: str
    same: str
    units: dict[str, str]
    base: str
    horizon: str
    periods: dict[str, str]
    plan: str  # from here on a number of days is that of a plan
    cut: str
    more: frozenset[str]


OFFERING = r"(?:offering the programme|being offered the programme|the programme|enrolling within [^,;:]+?)"
OFERTA = r"(?:la oferta del programa|que se ofreciera el programa|el programa|inscribirse en un plazo de [^,;:]+?)"
OF_EN = r"(?:fewer|more)"
ENGLISH = Grammar(
    "en",
    r"(?:of every \d|people |for people |in the \d|of the \d|there were |at the end of the \d|in .+, the place farthest from the whole, )",
    r"(?:by|within) ",
    (
        (rf"{OFFERING} likely made things better", "better", "likely"),
        (rf"{OFFERING} likely made things worse", "worse", "likely"),
        (rf"{OFFERING} likely made no difference that matters", "no difference that matters", "likely"),
        (rf"{OFFERING} likely lowered these costs", "better", "likely"),
        (rf"{OFFERING} likely raised these costs", "worse", "likely"),
        (rf"{OFFERING} made things better", "better", "caused"),
        (rf"{OFFERING} made things worse", "worse", "caused"),
        (rf"{OFFERING} made no difference that matters", "no difference that matters", "caused"),
        (rf"{OFFERING} lowered these costs", "better", "caused"),
        (rf"{OFFERING} raised these costs", "worse", "caused"),
        (r"people .+ fared better", "better", "goes with"),
        (r"people .+ fared worse", "worse", "goes with"),
        (r"people .+ cost less", "better", "goes with"),
        (r"people .+ cost more", "worse", "goes with"),
        (rf"{OFFERING} goes with (?:faring better|lower costs)", "better", "goes with"),
        (rf"{OFFERING} goes with (?:faring worse|higher costs)", "worse", "goes with"),
        (r"no difference that matters was seen", "no difference that matters", "goes with"),
        (r"this went the right way", "better", "changed"),
        (r"this went the wrong way", "worse", "changed"),
        (r"no (?:change|gap between places) that matters was seen", "no difference that matters", "changed"),
        (r"the place farthest from the whole does better than it", "better", "changed"),
        (r"the place farthest from the whole does worse than it", "worse", "changed"),
        (r"this points to (?:better|lower costs)", "better", ""),
        (r"this points to (?:worse|higher costs)", "worse", ""),
        (r"this points to no difference that matters", "no difference that matters", ""),
    ),
    r"(?:, but (?:it|this) is provisional(?: until it has been challenged)?)",
    rf"(?: \(a (?:difference worth having|change worth telling|gap worth telling) is at least {SIZE}[^()]*\))",
    (
        (r"not answered(?:, because |; the reason would give small counts away)", "not answered"),
        (r"the numbers (?:cannot be shown|are not shown here), because ", "withheld"),
    ),
    r", but (?P<doubt>.+), so we cannot tell yet",
    r"(?P<whether>nobody can tell whether )?the target of .+ was (?P<no>not )?reached",
    r"the target of (\d+(?:\.\d+)?)% (fewer|more) each year",
    rf"the last level lies about {SIZE}[^()]*? (below|above) it",
    r"the last level lies at it",
    r"(?:the range runs from|this could be anything from|the range from) (?P<low>END) to (?P<high>END)"
    r"|(?:in round numbers the whole range is|the range runs to either side of) (?P<point>END)",
    rf"(?:{SIZE} (fewer|more)|about the same (?:number|amount)|about as often)",
    rf"about {SIZE} (?:time (?P<time>{OF_EN})|(?P<way>{OF_EN}) (?P<noun>\w+))",
    r"about as many (?P<noun>\w+)",
    {"were": "people", "would": "people", "time": "times", "times": "times", "days": "days", "nights": "days", "dollars": "dollars"},
    r"(?:of|for) every ([\d,]+) people",
    r"(?:within|at the end of(?: the)?|in the|of the) (\d[\d,]*) (day|week|month|year)s?\b",
    {"day": "day", "week": "week", "month": "month", "year": "year"},
    " if everybody enrolled ",
    "; so little is known that the range runs past what is possible",
    frozenset({"more", "above"}),
)

SPANISH = Grammar(
    "es",
    r"(?:de cada \d|las personas |para las personas |durante \d|del plazo |hubo |al cabo de \d|en .+, el lugar más alejado del conjunto, )",
    r"(?:con|dentro de) ",
    (
        (rf"{OFERTA} probablemente mejoró la situación", "better", "likely"),
        (rf"{OFERTA} probablemente empeoró la situación", "worse", "likely"),
        (rf"{OFERTA} probablemente no produjo ninguna diferencia que importe", "no difference that matters", "likely"),
        (rf"{OFERTA} probablemente redujo estos costos", "better", "likely"),
        (rf"{OFERTA} probablemente aumentó estos costos", "worse", "likely"),
        (rf"{OFERTA} mejoró la situación", "better", "caused"),
        (rf"{OFERTA} empeoró la situación", "worse", "caused"),
        (rf"{OFERTA} no produjo ninguna diferencia que importe", "no difference that matters", "caused"),
        (rf"{OFERTA} bajó estos costos", "better", "caused"),
        (rf"{OFERTA} subió estos costos", "worse", "caused"),
        (r"a las personas .+ les fue mejor", "better", "goes with"),
        (r"a las personas .+ les fue peor", "worse", "goes with"),
        (r"las personas .+ costaron menos", "better", "goes with"),
        (r"las personas .+ costaron más", "worse", "goes with"),
        (rf"{OFERTA} va acompañado de (?:mejores resultados|costos más bajos)", "better", "goes with"),
        (rf"{OFERTA} va acompañado de (?:peores resultados|costos más altos)", "worse", "goes with"),
        (r"no se observó ninguna diferencia que importe", "no difference that matters", "goes with"),
        (r"esto fue en la buena dirección", "better", "changed"),
        (r"esto fue en la mala dirección", "worse", "changed"),
        (r"no se vio (?:ningún cambio|ninguna distancia entre lugares) que importe", "no difference that matters", "changed"),
        (r"el lugar más alejado del conjunto está mejor que él", "better", "changed"),
        (r"el lugar más alejado del conjunto está peor que él", "worse", "changed"),
        (r"esto apunta a (?:una mejora|costos más bajos)", "better", ""),
        (r"esto apunta a (?:un empeoramiento|costos más altos)", "worse", ""),
        (r"esto apunta a que no hay una diferencia que importe", "no difference that matters", ""),
    ),
    r"(?:, pero (?:esto )?es provisional(?: mientras no se ponga a prueba)?)",
    rf"(?: \(un[ao]? (?:diferencia que valga la pena|cambio digno de contarse|distancia digna de contarse) es de al menos {SIZE}[^()]*\))",
    (
        (r"sin respuesta(?:, porque |; el motivo revelaría cifras muy pequeñas)", "not answered"),
        (r"(?:no se pueden mostrar|aquí no se muestran) las cifras, porque ", "withheld"),
    ),
    r", pero (?P<doubt>.+), así que todavía no podemos saberlo",
    r"(?P<whether>no se puede saber si )?(?P<no>no )?se alcanzó la meta de ",
    r"la meta de un (\d+(?:\.\d+)?)\s?% (menos|más) cada año",
    rf"el último nivel queda alrededor de {SIZE}[^()]*? por (debajo|encima) de ella",
    r"el último nivel coincide con ella",
    r"(?:el intervalo va de|el intervalo de|la diferencia podría ser cualquiera, desde) (?P<low>END) (?:a|hasta) (?P<high>END)"
    r"|(?:en números redondos, todo el intervalo es|el intervalo se extiende a ambos lados de) (?P<point>END)",
    rf"(?:{SIZE} (menos|más)|prácticamente (?:el mismo número|lo mismo|las mismas veces))",
    rf"alrededor de {SIZE} (?:(?P<way>menos|más) (?P<noun>fueron|estaban|serían)\b"
    r"|(?P<noun2>\w+)(?: [^;]*?)? (?P<way2>menos|más)(?= \(| en un plazo de| en cada | en ese | al mes| al trimestre| al año"
    r"| cada \d| por cada | transcurr|, pero | que ))",
    r"más o menos (?:tant[ao]s |la misma cantidad de |las mismas )(?P<noun>\w+)",
    {
        **dict.fromkeys(("fueron", "estaban", "serían"), "people"),
        **dict.fromkeys(("ocasión", "ocasiones", "veces"), "times"),
        **dict.fromkeys(("días", "día", "noches", "noche"), "days"),
        **dict.fromkeys(("dólares", "dólar"), "dollars"),
    },
    r"(?:de|por) cada ([\d,]+) personas",
    r"(?:en un plazo de|al cabo de|durante|del plazo de) (\d[\d,]*) (día|semana|mes|año)(?:e?s)?\b",
    {"día": "day", "semana": "week", "mes": "month", "año": "year"},
    " si todas se inscribieran ",
    "; se sabe tan poco que el intervalo va más allá de lo posible",
    frozenset({"más", "encima"}),
)
GRAMMARS = (ENGLISH, SPANISH)


def read(sentence: str) -> Reading:
    """What a sentence says; ValueError where it is no sentence of a finding."""
    for title, body in _titled(sentence):
        for grammar in GRAMMARS:
            for rest in _without_way(grammar, body):
                if found := _read(grammar, title, rest):
                    return found
    raise ValueError(f"This is no sentence of a finding: {sentence!r}.")


def _titled(sentence: str) -> Iterator[tuple[str, str]]:
    """Every way of taking what stands before a colon for the title, the shortest first."""
    for colon in re.finditer(": ", sentence):
        yield sentence[: colon.start()], sentence[colon.end() :]


def _without_way(grammar: Grammar, body: str) -> Iterator[str]:
    """A sentence as it stands, and where it begins with how people were chosen, without that: it ends at one of its commas."""
    yield body
    if re.match(grammar.way, body):
        for comma in re.finditer(", ", body.split("; ")[0]):
            yield body[comma.end() :]


def _read(grammar: Grammar, title: str, body: str) -> Reading | None:
    for form, verdict in grammar.unsaid:
        if re.match(form, body):
            return Reading(grammar.language, title, verdict, verdict)
    first, *rest = body.split("; ")
    if re.match(grammar.target, first):
        return _target(grammar, title, first, rest)
    for form, pending, verb in grammar.verdicts:
        if claimed := re.match(rf"{form}{grammar.worth}?(?P<p>{grammar.provisional})?$", first):
            verdict = "provisional" if claimed["p"] else pending
            worthwhile = _number(claimed[1]) if claimed[1] else None
            said = next(each for each in rest if re.search(_told(grammar), each))
            found = Reading(grammar.language, title, verdict, pending, verb, worthwhile)
            return _sized(grammar, _ranged(grammar, found, said, body), said)
    if _opens(grammar, first) and (untold := re.search(grammar.untold, first)):
        found = Reading(grammar.language, title, "cannot tell yet", "cannot tell yet")
        return _sized(grammar, _ranged(grammar, found, untold["doubt"], body), first[: untold.start()])
    return None


def _target(grammar: Grammar, title: str, first: str, rest: list[str]) -> Reading:
    """A target: whether it was reached stands for the verdict, and the range is that of the gap."""
    reached = _match(grammar.target, first)
    pending = "cannot tell yet" if reached["whether"] else "worse" if reached["no"] else "better"
    provisional = re.search(rf"{grammar.provisional}$", first)
    found = Reading(grammar.language, title, "provisional" if provisional else pending, pending)
    if asked := re.search(grammar.asked, first):
        found = replace(found, asked=float(asked[1]) * (1 if asked[2] in grammar.more else -1))
    if gap := re.search(grammar.gap, first):
        found = replace(found, gap=_number(gap[1]) * (1 if gap[2] in grammar.more else -1))
    elif re.search(grammar.level, first):
        found = replace(found, gap=0.0)
    return _sized(grammar, _ranged(grammar, found, first, ""), rest[0])


def _sized(grammar: Grammar, found: Reading, said: str) -> Reading:
    """Size, direction, unit, base and horizon, of the clause that holds the number."""
    base = re.search(grammar.base, said)
    horizons = list(re.finditer(grammar.horizon, said.split(grammar.plan)[0]))
    horizon = horizons[0 if re.match(grammar.horizon, said) else -1] if horizons else None
    moved = re.search(grammar.effect, said)
    if moved:
        groups = moved.groupdict()
        way = groups.get("way") or groups.get("way2") or groups.get("time") or ""
        noun = "time" if groups.get("time") else groups.get("noun") or groups.get("noun2") or ""
        direction: Way = "more" if way in grammar.more else "fewer"
        size = _number(moved[1]) * (1 if direction == "more" else -1)
    else:
        noun, direction, size = _search(grammar.same, said)["noun"], "same", 0.0
    unit = grammar.units.get(noun, "rate" if base else "count")
    return replace(
        found,
        unit=unit,
        base=int(base[1].replace(",", "")) if base else 1,
        direction=direction,
        size=size,
        horizon=(int(horizon[1].replace(",", "")), grammar.periods[horizon[2]]) if horizon else None,
    )


def _ranged(grammar: Grammar, found: Reading, said: str, body: str) -> Reading:
    """Both ends of the range, where one is told."""
    told = re.search(_told(grammar), said)
    if told is None:
        return found
    low, high = (told["point"], told["point"]) if told["point"] else (told["low"], told["high"])
    return replace(found, range=(_end(grammar, low), _end(grammar, high)), cut=grammar.cut in body)


def _told(grammar: Grammar) -> str:
    return grammar.told.replace("END", re.sub(r"\((?!\?)", "(?:", grammar.end))


def _end(grammar: Grammar, text: str) -> float:
    size, way = _match(grammar.end, text).groups()
    return 0.0 if size is None else _number(size) * (1 if way in grammar.more else -1)


def _opens(grammar: Grammar, text: str) -> bool:
    return bool(re.match(grammar.openings, text))


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _match(pattern: str, text: str) -> re.Match[str]:
    found = re.match(pattern, text)
    if found is None:
        raise ValueError(f"This says nothing that docs/reading.md names: {text!r}.")
    return found


def _search(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"This says nothing that docs/reading.md names: {text!r}.")
    return found
