"""`betteroff lint-claims`: what people wrote of a study, held against its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def lint_claims(
    files: Annotated[list[Path], typer.Argument(help="What people wrote: Markdown, text, HTML or DOCX.")],
    findings: Annotated[Path, typer.Option("--findings", help="A folder with findings.json, or with folders that hold one.")],
) -> None:
    """Hold prose against findings: what claims more than was found, points the other way, or has a number from nowhere.

    Each hit is one line: the file and line, the sentence, what is wrong with it, and what the finding itself says.  Exit code 1 when
    anything is found, 0 when nothing.  English and Spanish.

    It reads words and numbers, not meaning.  It sees a sentence only where it names an outcome or the programme; a claim made by a picture,
    a pronoun ("it did"), irony, or two sentences together passes.  What passes is not therefore true.  docs/words.md has its
    recall and its false alarms on sentences written by hand.
    """
    from ..findings.claims import held_in
    from ..findings.claims import lint_claims as hits_of
    from ..findings.prose import sentences_of

    held = held_in(findings)
    found = False
    for file in files:
        for hit in hits_of(sentences_of(file), held):
            found = True
            typer.echo(f"{file}:{hit}".rstrip())
    if found:
        raise typer.Exit(1)
