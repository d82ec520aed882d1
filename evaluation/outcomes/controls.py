"""Negative-control outcomes: things that happen to people, and that a county programme has no way to move.

Whoever finds that a programme moved one of them has found bias, not an effect (Lipsitch, Tchetgen Tchetgen and Cohen 2010, Epidemiology
21:383-388).  Each is an Outcome named `control/<kind>`, a mark of events `control:<kind>` that a county maps from records it holds: health
records, the library's, the parks office's.  They stand beside the registry and not in it: a question may name one, and so may
`study.but`, but no list of what is better off, no measure and no rival definition holds one (`registry.DEFINED` is where the two meet).

None is unmoved by every programme: one that brings people to a clinic moves whatever a clinic records, so each says by which sorts of
programme it might be moved, and `unmoved_by` leaves these out.  Its codes are what a county would map to it, all from memory: none was read
in its own list of codes, and a county must look them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ..terms import Outcome

Sort = Literal["health", "housing", "work", "transport", "recreation"]  # of programmes, by what they change in people's lives

# words in a programme's name, or before the stroke of an outcome that it is asked about, that tell which sort it is
_TOLD_BY: dict[Sort, tuple[str, ...]] = {
    "health": ("health", "clinic", "care", "medical", "treatment", "therapy", "dental", "hospital", "emergency", "inpatient", "respite", "nurse"),
    "housing": ("hous", "homeless", "shelter", "tenan", "evict", "rent", "rehous"),
    "work": ("work", "job", "employ", "earning", "wage", "calworks", "apprentice"),
    "transport": ("transport", "transit", "bus", "ride", "bicycle"),
    "recreation": ("park", "librar", "museum", "recreation", "sport", "swim", "camp"),
}


@dataclass(frozen=True, slots=True)
class Control:
    """One negative control: its definition, why nothing moves it, what might all the same, and where records hold it."""

    outcome: Outcome
    why: str  # why a county programme cannot move it
    moved_by: frozenset[Sort]  # sorts of programme that might
    codes: str  # what a county would map to it; from memory


Reason = tuple[str, tuple[Sort, ...]]  # why nothing moves it, and the sorts of programme that might all the same

_MISHAP: Reason = (
    "It is an accident of daily life; no programme sets out to prevent it, and it is over in days.",
    ("health",),
)
_OUTDOORS: Reason = (
    "It comes of sun, plants and animals; only where somebody sleeps could change it.",
    ("health", "housing"),
)
_ILLNESS: Reason = (
    "It is a small illness that comes and goes by itself, and no programme treats its cause.",
    ("health",),
)
_ROUTINE: Reason = (
    "It is a routine visit that people make for reasons of their own; only help with care, or the insurance of a job, would bring it about.",
    ("health", "work"),
)
_PERMIT: Reason = (
    "It is a paper that people ask for when they want to spend a free day; a programme of another kind gives no reason to.",
    ("recreation", "housing"),
)
_COUNTER: Reason = (
    "It is a small matter at a public counter, which no programme is about.",
    ("transport", "recreation"),
)


def _control(kind: str, english: tuple[str, str], spanish: tuple[str, str], reason: Reason, codes: str) -> Control:
    """A control by its kind, its title and its event words in each language, why nothing moves it, and its codes."""
    why, moved_by = reason
    outcome = Outcome(
        name=f"control/{kind}",
        kind="mark",
        title={"en": english[0], "es": spanish[0]},
        event={"en": english[1], "es": spanish[1]},
        better="fewer",
        why_better=f"Neither way is better: it is a negative control.  {why}",
        table="event",
        kinds=(f"control:{kind}",),
        unit="people",
        universe="whichever event opens the clock; each such event that the county's records hold",
        authority="A negative control of this project's own library; not an official definition",
        verified=False,
        own=True,
        not_counted=f"What nobody recorded.  A county maps it from its own records: {codes} (from memory, to be looked up).",
    )
    return Control(outcome, why, frozenset(moved_by), codes)


_LIBRARY = (
    _control(
        "dental_visit", ("dental visit", "seen by a dentist"), ("visita al dentista", "atendidas por un dentista"), _ROUTINE, "CDT D0120 or D0150"
    ),
    _control("flu_shot", ("flu shot", "given a flu shot"), ("vacuna contra la gripe", "vacunadas contra la gripe"), _ROUTINE, "CPT 90686 or 90688"),
    _control(
        "insect_bite",
        ("insect bite", "treated for an insect bite"),
        ("picadura de insecto", "atendidas por una picadura de insecto"),
        _OUTDOORS,
        "ICD-10-CM W57",
    ),
    _control("burn", ("burn", "treated for a burn"), ("quemadura", "atendidas por una quemadura"), _MISHAP, "ICD-10-CM T20 to T25"),
    _control("sprain", ("sprain", "treated for a sprain"), ("esguince", "atendidas por un esguince"), _MISHAP, "ICD-10-CM S63 and S93"),
    _control(
        "bicycle_registered",
        ("bicycle registered", "entered as the owner of a bicycle"),
        ("registro de una bicicleta", "registradas como dueñas de una bicicleta"),
        (_PERMIT[0], ("transport", "recreation", "housing")),
        "the city's register of bicycles",
    ),
    _control(
        "library_card",
        ("library card", "given a library card"),
        ("tarjeta de biblioteca", "provistas de una tarjeta de biblioteca"),
        _PERMIT,
        "the library's register of cards",
    ),
    _control(
        "swimming_pass",
        ("swimming pass", "sold a swimming pass"),
        ("pase para la piscina", "provistas de un pase para la piscina"),
        _PERMIT,
        "the parks office's sales of passes",
    ),
    _control(
        "dog_licence",
        ("dog licence", "licensed to keep a dog"),
        ("licencia para un perro", "autorizadas a tener un perro"),
        _PERMIT,
        "animal control's licences",
    ),
    _control(
        "poison_oak",
        ("rash from poison oak", "treated for a rash from poison oak"),
        ("sarpullido por roble venenoso", "atendidas por un sarpullido por roble venenoso"),
        _OUTDOORS,
        "ICD-10-CM L23.7",
    ),
    _control("sunburn", ("sunburn", "treated for sunburn"), ("quemadura de sol", "atendidas por una quemadura de sol"), _OUTDOORS, "ICD-10-CM L55"),
    _control(
        "eye_exam",
        ("eye examination", "seen for an eye examination"),
        ("examen de la vista", "atendidas para un examen de la vista"),
        _ROUTINE,
        "CPT 92004 or 92014",
    ),
    _control("skin_rash", ("skin rash", "treated for a skin rash"), ("sarpullido", "atendidas por un sarpullido"), _OUTDOORS, "ICD-10-CM R21"),
    _control(
        "dog_bite",
        ("dog bite", "treated for a dog bite"),
        ("mordedura de perro", "atendidas por una mordedura de perro"),
        _OUTDOORS,
        "ICD-10-CM W54.0",
    ),
    _control(
        "ear_infection",
        ("ear infection", "treated for an ear infection"),
        ("infección de oído", "atendidas por una infección de oído"),
        _ILLNESS,
        "ICD-10-CM H65 and H66",
    ),
    _control(
        "nosebleed", ("nosebleed", "treated for a nosebleed"), ("hemorragia nasal", "atendidas por una hemorragia nasal"), _ILLNESS, "ICD-10-CM R04.0"
    ),
    _control(
        "tetanus_shot",
        ("tetanus shot", "given a tetanus shot"),
        ("vacuna contra el tétanos", "vacunadas contra el tétanos"),
        _ROUTINE,
        "CPT 90714 or 90715",
    ),
    _control(
        "park_permit",
        ("park permit", "given a permit for a picnic place"),
        ("permiso del parque", "provistas de un permiso del parque"),
        _PERMIT,
        "the parks office's permits",
    ),
    _control(
        "lost_property_claimed",
        ("lost property claimed", "given back something they had lost"),
        ("reclamo de un objeto perdido", "atendidas al reclamar un objeto perdido"),
        _COUNTER,
        "the transit office's book of lost property",
    ),
    _control(
        "museum_pass",
        ("museum pass", "lent a museum pass"),
        ("pase para el museo", "provistas de un pase para el museo"),
        _PERMIT,
        "the library's loans of passes",
    ),
    _control(
        "bee_sting",
        ("bee sting", "treated for a bee sting"),
        ("picadura de abeja", "atendidas por una picadura de abeja"),
        _OUTDOORS,
        "ICD-10-CM T63.44",
    ),
    _control("toothache", ("toothache", "treated for toothache"), ("dolor de muelas", "atendidas por dolor de muelas"), _ILLNESS, "ICD-10-CM K08.8"),
    _control(
        "hearing_test",
        ("hearing test", "seen for a hearing test"),
        ("prueba de audición", "atendidas para una prueba de audición"),
        _ROUTINE,
        "CPT 92552 or 92557",
    ),
    _control(
        "glasses_fitted", ("glasses fitted", "fitted with glasses"), ("entrega de lentes", "provistas de lentes"), _ROUTINE, "CPT 92340, HCPCS V2020"
    ),
    _control(
        "cavity_filled",
        ("cavity filled", "treated for a cavity"),
        ("empaste de una caries", "atendidas por una caries"),
        _ROUTINE,
        "CDT D2140 to D2394",
    ),
    _control(
        "allergy_visit",
        ("visit for an allergy", "seen for an allergy"),
        ("consulta por una alergia", "atendidas por una alergia"),
        _ILLNESS,
        "CPT 95004, ICD-10-CM T78.4",
    ),
    _control("hay_fever", ("hay fever", "treated for hay fever"), ("fiebre del heno", "atendidas por fiebre del heno"), _ILLNESS, "ICD-10-CM J30"),
    _control("hives", ("hives", "treated for hives"), ("urticaria", "atendidas por urticaria"), _ILLNESS, "ICD-10-CM L50"),
    _control(
        "wart_removed", ("wart removed", "treated for a wart"), ("extirpación de una verruga", "atendidas por una verruga"), _ILLNESS, "CPT 17110"
    ),
    _control("stitches", ("stitches", "given stitches"), ("puntos de sutura", "atendidas con puntos de sutura"), _MISHAP, "CPT 12001 to 12018"),
    _control(
        "library_fine",
        ("library fine", "charged a library fine"),
        ("multa de la biblioteca", "multadas por la biblioteca"),
        _COUNTER,
        "the library's ledger of fines",
    ),
    _control(
        "bus_pass_replaced",
        ("bus pass replaced", "given a new bus pass for a lost one"),
        ("reposición de un pase de autobús", "provistas de un nuevo pase de autobús"),
        (_COUNTER[0], ("transport", "work")),
        "the transit office's passes",
    ),
    _control(
        "street_light_reported",
        ("street light reported", "heard about a broken street light"),
        ("aviso de un farol apagado", "atendidas por un aviso de un farol apagado"),
        (_COUNTER[0], ("housing",)),
        "the city's line for complaints",
    ),
    _control(
        "fishing_licence",
        ("fishing licence", "licensed to fish"),
        ("licencia de pesca", "autorizadas a pescar"),
        (_PERMIT[0], ("recreation",)),
        "the state's register of licences",
    ),
)

LIBRARY: dict[str, Control] = {control.outcome.name: control for control in _LIBRARY}
CONTROLS: dict[str, Outcome] = {name: control.outcome for name, control in LIBRARY.items()}


def sorts(programme: str, asked: Iterable[str] = ()) -> frozenset[Sort]:
    """Which sorts of programme this one is, by the words of its name and of the outcomes that it is `asked` about; empty where none tells."""
    words = (programme.casefold(), *(name.partition("/")[0].casefold() for name in asked))
    return frozenset(sort for sort in get_args(Sort) if any(sign in word for word in words for sign in _TOLD_BY[sort]))


def unmoved_by(programme: str, asked: Iterable[str] = ()) -> tuple[Control, ...]:
    """The controls that a programme cannot move, in the order of the library.

    Left out are those that some programme of its sort might move: one that is asked about emergency visits is taken for one of health, and
    moves dental visits.  A programme whose name and questions tell no sort leaves none out, so a study that knows better declares its own.
    """
    mine = sorts(programme, asked)
    return tuple(control for control in LIBRARY.values() if not control.moved_by & mine)
