"""Writes a study's folder, and the folder of all that may leave, each at one stroke."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ..findings import Findings, Released, exhibits
from ..report import page
from ..report.checklist import checklist
from ..report.language import words_of
from ..report.notices import warnings
from ..report.place import placed, whole
from ..terms import Language
from ..version import version
from . import challenging
from .folders import MADE_FROM, STARTS, card_of, folder_of, made_from, standing, standing_release
from .jobs import Job
from .ledger import Ledger, Release, starts_file
from .releasing import DEFINITIONS, Chosen, sha256, table_files
from .running import Ran
from .stamping import stamped, standing_of
from .starts import union

CHECKLIST = "checklist.md"


def put_in_place(job: Job, ran: Ran, chosen: Chosen, out: Path) -> dict[Language, page.Card]:
    """Writes a study's folder, and the ledger before it stands: what has left is on record, whenever the machine stops."""
    languages: tuple[Language, ...] = tuple(dict.fromkeys((*job.study.release.languages, "en")))
    cards = {language: _card_for(job, chosen.released, language) for language in languages}
    with placed(folder_of(out, job.name)) as output:
        for name, text in chosen.files.items():
            _write(output.release / name, text)
        if ran.rivals:
            _write(output.internal / DEFINITIONS, ran.rivals.frame.to_csv(index=False, lineterminator="\n"))
        for name, text in table_files(_unmasked(ran.findings)).items():
            _write(output.internal / name, text)
        if ran.by_group:
            _write(output.internal / "groups.txt", ran.by_group)
        if ran.put:
            challenging.write(output.internal, ran.put.challenges)
        _write(output.internal / "hidden.txt", "".join(f"{hidden}\n" for hidden in chosen.released.log) or "Nothing was hidden.\n")
        _write(output.internal / "quality.txt", f"{job.records.quality}\n")
        _write(output.internal / "queries.sql", ";\n\n".join(ran.sql) + ";\n")
        _write(output.internal / CHECKLIST, _checklist(chosen.ledger, chosen.release))
        job.records.manifest.write(output.internal / "manifest.json")
        np.save(output.internal / STARTS, union(chosen.starts))
        made = {"key": job.key(), "release": chosen.release.id, "cards": {language: asdict(card) for language, card in cards.items()}}
        _write(output.internal / MADE_FROM, json.dumps(made, indent=1, ensure_ascii=False) + "\n")
        chosen.ledger.write_starts(chosen.release.id, starts_file(chosen.starts)[0])
        chosen.ledger.write()
    return cards


def put_again(ledger: Ledger, entry: Mapping[str, Any], out: Path) -> tuple[Ledger, bool]:
    """Writes the folder of a study anew, with what a further line of its ledger says of its releases.

    Gives back the ledger with that line, which is not written yet, and whether the study stands there.
    """
    of, folder = ledger.release(entry["id"]), folder_of(out, ledger.study)
    after = ledger.with_entries({**entry, "files": dict(of.files) if of else {}})
    now = after.release(made_from(folder).get("release", "")) if folder in standing(out) else None
    if now is None:
        return after, False
    files = {path.name: path.read_bytes().decode("utf-8") for path in sorted((folder / "release").iterdir())}
    files = stamped(files, after, now)
    if now.id == entry["id"]:
        after = ledger.with_entries({**entry, "files": {name: sha256(text) for name, text in files.items()}})
    with whole(folder) as fresh:
        shutil.copytree(folder / "internal", fresh / "internal")
        (fresh / "release").mkdir()
        for name, text in files.items():
            _write(fresh / "release" / name, text)
        _write(fresh / "internal" / CHECKLIST, _checklist(after, after.release(now.id) or now))
    return after, True


def gather(out: Path) -> None:
    """Puts together the one folder that may leave: every study that stands in `out`, under the page that lists them."""
    folders = standing(out)
    spoken = {language for folder in folders for language in made_from(folder)["cards"]}
    languages: list[Language] = [language for language in get_args(Language) if language in spoken]
    with whole(out / "release") as fresh:
        for folder in folders:
            shutil.copytree(folder / "release", fresh / folder.name)
        for language in languages:
            cards = [_listed(out, folder, language) for folder in folders]
            _write(fresh / ("index.html" if language == "en" else f"index.{language}.html"), page.index(cards, version=version(), language=language))


def _listed(out: Path, folder: Path, language: Language) -> page.Card:
    """A study's place on the page that lists them, with what a reader must know of its release first."""
    card = card_of(made_from(folder), language)
    ledger, release = standing_release(out, folder)
    said = warnings(standing_of(ledger, release), words_of(language)) if release else ()
    return replace(card, withdrawn=" ".join(sentence for _, sentence in said))


def _card_for(job: Job, released: Released, language: Language) -> page.Card:
    languages = job.study.release.languages
    read = language if language in languages else languages[0]
    return page.card(released, job.study, href=f"{job.name}/{read}.html", language=language, invented=job.invented)


def _unmasked(findings: Findings) -> Released:
    """Findings and every table behind them with nothing hidden, in the form in which tables are written: for internal use only."""
    tables_of = [exhibits(finding.answer) for finding in findings]
    each = {one.name: one for own in tables_of for one in own}
    return Released(findings, tuple(each.values()), (), tuple(tuple(one.name for one in own) for own in tables_of))


def _checklist(ledger: Ledger, release: Release) -> str:
    signed: Mapping[str, str] = release.signed or {}
    return checklist(
        ledger.study,
        release.id,
        release.entry,
        release.files,
        signed=signed,
        checked=release.checked,
        withdrawn=release.withdrawn,
        never_sent=release.never_sent[0] if release.never_sent else "",
        superseded_by=release.superseded_by,
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
