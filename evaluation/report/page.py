"""The page that a funder reads: one self-contained HTML file a study and language, and the page that lists them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..findings import several_ways
from ..findings.disclosure import HIDDEN, Released
from ..findings.rivals import ReleasedRivals
from ..study.seal import SHORT, Amendment, Sealing
from ..terms import Exhibit, Language, Problem, Provenance, Refused, Study
from .challenges import challenged_section
from .costs import costs_of
from .grades import strength_of
from .grids import Cell
from .language import Words, label, plain, words_of
from .rivals import Definitions, definitions_section
from .subgroups import strips
from .view import Badge, Terms, article, badge, looked_before, said, sentence, told_apart


@dataclass(frozen=True, slots=True)
class Card:
    """One study on the page that lists them: its headline, and where its page lies."""

    title: str
    county: str
    sentence: str
    verdict: Badge
    href: str
    invented: bool = False
    withdrawn: str = ""  # what a reader must know of its release before anything else
    caveats: str = ""  # of its sentence, what a reader must know beside the claim


def page(
    released: Released,
    study: Study,
    *,
    language: Language,
    invented: bool = False,
    amendments: tuple[Amendment, ...] | None = None,
    sealing: Sealing | None = None,
    rivals: ReleasedRivals | None = None,
) -> str:
    """The page of one study's released findings, headline first: HTML that asks nothing of any other computer.

    `invented` says aloud that the county was made by a computer; `amendments` are the reasons for which a locked design was
    changed, oldest first, and None where it is not locked; `sealing` says by which gates a sealed one was opened, and on which records;
    `rivals` is one of its questions by every definition of the outcome.
    """
    words = words_of(language)
    provenance = released.findings[0].answer.provenance
    again = several_ways([finding.answer.question for finding in released.findings])
    return filled(
        "page.html.j2",
        words,
        invented=invented,
        version=provenance.version,
        title=said(study.title, words),
        kicker=" · ".join(_named(word) for word in (study.county, study.programme) if word != "none"),  # a population, and no programme
        articles=[
            article(
                number + 1,
                finding,
                _new(released, number),
                study.cohorts[finding.answer.question.cohort],
                words,
                again=finding.answer.question in again,
                besides=study.concurrent if finding.answer.by == "adoption" else (),
            )
            for number, finding in enumerate(released.findings)
        ],
        costs=[costs_of(number + 1, finding, released.of(number), study, words) for number, finding in enumerate(released.findings)],
        grades=[strength_of(number + 1, finding, words) for number, finding in enumerate(released.findings)],
        challenged=[challenged_section(finding.challenges, words) for finding in released.findings],
        definitions=_definitions(released, rivals, words) if rivals else None,
        groups=strips(released, study.subgroups, words),
        source=_source(study, provenance, _fixed(amendments, words) + _sealed(sealing, provenance, words), released.policy.title, words),
        hidden=_hidden(released, words),
    )


def _definitions(released: Released, rivals: ReleasedRivals, words: Words) -> Definitions | None:
    """The section on rival definitions, for the article of its question."""
    for number, finding in enumerate(released.findings):
        if finding.answer.question.name == rivals.question:
            return definitions_section(rivals, finding.answer, words, f"question-{number + 1}")
    return None


def card(released: Released, study: Study, *, href: str, language: Language, invented: bool = False) -> Card:
    """A study's place on the page that lists them; `href` is a path inside the same folder."""
    if any(part in ("", ".", "..") for part in href.split("/")):
        raise Refused(Problem("index", "A link would lead out of the folder.", "Links are relative paths inside it."))
    words, headline = words_of(language), released.findings[0]
    verdict = badge(headline, words, looked_before(released.of(0)))
    claim, caveats = told_apart(sentence(headline, words), words)
    return Card(said(study.title, words), _named(study.county), claim, verdict, quote(f"./{href}"), invented, caveats=caveats)


def index(cards: Sequence[Card], *, version: str, language: Language) -> str:
    """The page that lists every study that was run, whatever it found."""
    words = words_of(language)
    return filled("index.html.j2", words, version=version, title=words["page.index_title"], cards=cards)


def _new(released: Released, number: int) -> tuple[Exhibit, ...]:
    """The tables of one finding that no finding before it has shown: those of one cohort share the flow of its people."""
    shown = {name for names in released.tables[:number] for name in names}
    return tuple(exhibit for exhibit in released.of(number) if exhibit.name not in shown)


def _source(study: Study, provenance: Provenance, fixed: str, policy: str, words: Words) -> Terms:
    terms = {
        "asked_in": Cell(label(study.source)),
        "design": Cell(fixed),
        "study": Cell(provenance.study, "code"),
        "records": Cell(provenance.records, "code"),
        "software": Cell(provenance.version, "code"),
        "policy": Cell(label(policy), language="" if words.language == "en" else "en"),
    }
    return tuple((words[f"term.{key}"], cell) for key, cell in terms.items() if cell.text)


def _hidden(released: Released, words: Words) -> str:
    """What is hidden on the page, and by which of its policy's rules."""
    rules = released.policy
    anything = any(HIDDEN in row for exhibit in released.exhibits for row in exhibit.rows)
    said = [words.filled("text.hidden" if anything else "text.nothing_hidden", most=words.whole(rules.smallest - 1))]
    said += [words["text.scored"]] if rules.scoring and anything else []
    said += [words.filled("text.rounded", to=words.whole(rules.rounding.to))] if rules.rounding else []
    return " ".join(said)


def _fixed(amendments: tuple[Amendment, ...] | None, words: Words) -> str:
    """Whether the design was fixed by a lock, and for what reasons it was changed since."""
    if not amendments:
        return words["text.unlocked" if amendments is None else "text.locked"]
    reasons = (_after(one, said, words) for one in amendments if (said := label(one.reason)))
    return words.filled("text.amended", reasons="; ".join(reasons))


def _sealed(sealing: Sealing | None, provenance: Provenance, words: Words) -> str:
    """By which gates a sealed design was opened, and whether on the records of this page."""
    if sealing is None or not sealing.opened_on:
        return ""
    gates = "; ".join(words[f"gate.{gate}"] for gate in sealing.gates)
    here = sealing.opened_on == provenance.records
    return words.filled("text.sealed" if here else "text.sealed_elsewhere", gates=gates, records=label(sealing.opened_on)[:SHORT])


def _after(one: Amendment, reason: str, words: Words) -> str:
    """A reason for a change, with what its author may have seen of a sealed study by then."""
    said = words.filled("text.after_looks", reason=reason, many=str(one.looks)) if one.looks else reason
    return words.filled("text.after_opening", reason=said) if one.after_opening else said


def _named(word: str) -> str:
    """A county's or programme's short name as it is written in a text: "san_joaquin" is San Joaquin."""
    return label(word).replace("_", " ").title()


def filled(template: str, words: Words, *, version: str, **parts: object) -> str:
    """A template of this room as a page that may load and run nothing."""
    style = _style()
    made_with = words.filled("page.made_with", version=version.partition("+")[0])
    return _pages().get_template(template).render(words=words, style=Markup(style), csp=_policy(style), made_with=made_with, **parts)


def _policy(style: str) -> str:
    """Nothing may be loaded or run; one style sheet may be used, and it is the one whose digest stands here."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _style() -> str:
    return (files(__package__) / "templates" / "style.css").read_text(encoding="utf-8")


@cache
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """What a template prints: markup of ours as it is, and anything else as plain text, which Jinja then escapes."""
    return value if isinstance(value, Markup) else plain(value)
