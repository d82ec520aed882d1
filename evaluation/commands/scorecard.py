"""`betteroff scorecard`: what became of a programme's people in numbers, with nobody compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused
from .sharing import OneDesign, apart, connected, loaded


def scorecard(
    design: OneDesign,
    records: Annotated[Path, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write: internal/ stays in the county, release/ is what may be sent.")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files.")] = None,
    by: Annotated[str, typer.Option("--by", help="The column of `person` by which groups are told.")] = "race_ethnicity",
    reference: Annotated[str, typer.Option("--reference", help="The group that others are held against; default: the largest.")] = "",
    target: Annotated[list[str] | None, typer.Option("--target", help="A measure's target: recidivism/arrest=0.30.  Repeat it.")] = None,
    owner: Annotated[list[str] | None, typer.Option("--owner", help="Whose a measure is: recidivism/arrest=Probation.  Repeat it.")] = None,
) -> None:
    """Count what a programme did and what became of its people: quadrants, curves with their baselines, and groups.

    In the form of Results-Based Accountability: how much was done, how well, and is anyone better off, in number and in per cent; each
    curve by month with what it would come to if nothing changed; and who reaches each stage, by group.  Nobody is compared, so
    that nothing in it is an effect.  Small counts are hidden in what may leave; where a study of the same people has been released from the
    same folder, no number leaves.  How to read each part: docs/scorecard.md.
    """
    import numpy as np

    from ..delivery import STARTS, beside_others, starts_of
    from ..report.place import placed, settle
    from ..report.scorecard import curves_csv, groups_csv, measures_csv, scorecard_page
    from ..scorecards import scorecard as card_of
    from ..scorecards.released import release_card

    [(path, study)] = loaded([design])
    targets = {name: _number(name, value) for name, value in _pairs(target or [], "--target").items()}
    owners = _pairs(owner or [], "--owner")
    apart(records, out)
    held = connected(records, mapping)
    card = card_of(study, held, owners=owners, targets=targets, by=by, reference=reference)
    folder = (out / path.stem).resolve()
    again, starts = settle(folder), starts_of(held, card.starts)
    beside = beside_others(out.resolve(), folder, study, starts)
    released = release_card(card, study.release.policy, withheld=beside)
    with placed(folder) as output:
        for name, text in (
            ("measures.csv", measures_csv(released)),
            ("groups.csv", groups_csv(released)),
            ("curves.csv", curves_csv(released)),
            *((f"{language}.html", scorecard_page(released, language=language)) for language in study.release.languages),
        ):
            (output.release / name).write_text(text, encoding="utf-8", newline="\n")
        for name, frame in (("measures.csv", card.frame), ("groups.csv", card.disparity.frame), ("curves.csv", card.by_month)):
            (output.internal / name).write_text(frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
        np.save(output.internal / STARTS, starts[:0] if beside else starts)
    typer.echo(str(card))
    if again:
        typer.echo("It takes the place of the scorecard that stood there.")
    if beside:
        typer.echo("Its numbers stay inside: a study or a scorecard in the same folder has released numbers of the same people.")
    typer.echo(f"What may leave is in {out / path.stem / 'release'}; what may not is in {out / path.stem / 'internal'}.")


def _pairs(words: list[str], where: str) -> dict[str, str]:
    """`name=value` by name."""
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise Refused(*(Problem(where, f"'{word}' says no value.", "It is written as measure=value.") for word in wrong))
    return {name.strip(): value.strip() for name, _, value in (word.partition("=") for word in words)}


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Refused(Problem("--target", f"the target of '{name}' is no number.", "A share is written as 0.30.")) from None
