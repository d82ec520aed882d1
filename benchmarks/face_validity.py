"""Draws the face validity page: does the invented county look like a county?

    python benchmarks/face_validity.py                 # 100,000 residents, and the people of four ways in; a few minutes
    python benchmarks/face_validity.py --people 3000 --out page

It writes `face_validity.md` and a folder `face_validity` of pictures.  Everything is counted from the tables that a county without
any programme writes, with nothing hidden; nothing is read from the rates.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
from face_figures import County, Figure, ages, concentration, fall, overlap, reconviction, reentry, returns, work
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Sheet

from evaluation.findings.picture import STYLE
from synthetic import NEVER, WORLDS
from synthetic.intakes import INTAKES
from synthetic.programmes import PROGRAMMES

ROOT = Path(__file__).resolve().parents[1]
FIGURES: dict[str, tuple[Callable[[County], Figure], ...]] = {  # by the programme whose intake says who the people are
    "whole_person_care": (concentration, fall, overlap, ages),
    "reentry_navigation": (reconviction, work),
    "housing_placement": (returns,),
    "post_reunification": (reentry,),
}
OPENING = """\
# Does it look like a county?

The invented county of [synthetic.md](synthetic.md), counted from its own written tables: {residents:,} residents and {others:,} people of each
other way in, seed {seed}, served by nobody, with nothing hidden.  Rates were set by the few numbers of the literature that `synthetic.md` names;
all that stands here follows from them.  It makes the county plausible, not representative: no row of it may be quoted about a real place.

Made by `python benchmarks/face_validity.py --people {residents} --seed {seed}`.
"""

CLOSING = """\
# What does not look like a county

- Emergency visits and stays in hospital do not depend on age, and fewer people are in hospital in a year than in any real county; only hospitals are
  priced, not doctors.
- More people are homeless on a night than California's count of January 2019, 38 of 10,000 (U.S. Department of Housing and Urban
  Development 2019, Annual Homeless Assessment Report, part 1), and their risk hardly depends on age.
- A term in state prison is not lived: those who return to prison are released from jail like all others.
- Homelessness and jail share need and frailty, but neither brings about the other, so that they overlap less than they are known to.
- The years 2020 and 2021 are years like all others: no epidemic, and no law that changed.
"""


def counties(people: int, seed: int) -> Iterator[tuple[str, int, County]]:
    """Each way in by its programme, how many people it has, and its county without a programme."""
    for programme in FIGURES:
        world = WORLDS["county"].of(programme).but(as_run=NEVER)
        n = people if programme == "whole_person_care" else max(people // 4, 1)
        lives = world.live(world.people(n, seed), NEVER)
        yield programme, n, County(world.truth(lives), lives.people.start)


def drawn(figure: Figure) -> str:
    """The picture as SVG: the same numbers give the same bytes."""
    with mpl.rc_context({**STYLE, "font.size": 10}):
        sheet = Sheet(figsize=(7.2, 4.2), layout="constrained")
        axes = sheet.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        figure.draw(axes)
        out = io.StringIO()
        FigureCanvasSVG(sheet).print_svg(out, metadata={"Date": None, "Creator": None, "Title": figure.title})
    return out.getvalue()


def section(figure: Figure) -> str:
    """A heading, the words, the picture with what it shows in words, and the same numbers as a table."""
    alt = f"{figure.title}. {figure.says}".replace("\n", " ").replace("  ", " ")
    table = [_row(figure.heads), _row(["---"] * len(figure.heads)), *(_row(row) for row in figure.rows)]
    return "\n".join([f"## {figure.title}\n", figure.says, "", f"![{alt}](face_validity/{figure.name}.svg)", "", *table, ""])


def made(people: int, seed: int, out: Path) -> None:
    """The page and its pictures, in a folder."""
    pictures = out / "face_validity"
    pictures.mkdir(parents=True, exist_ok=True)
    parts = [OPENING.format(residents=people, others=max(people // 4, 1), seed=seed)]
    for programme, n, county in counties(people, seed):
        intake = INTAKES[PROGRAMMES[programme].intake]
        parts.append(f"# {intake.name.capitalize()}\n\n{n:,} {intake.who}.\n")
        for figure in (make(county) for make in FIGURES[programme]):
            (pictures / f"{figure.name}.svg").write_text(drawn(figure), encoding="utf-8")
            parts.append(section(figure))
        print(f"{intake.name}: drawn", file=sys.stderr, flush=True)
    parts.append(CLOSING)
    (out / "face_validity.md").write_text("\n".join(parts), encoding="utf-8")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Reads the command line."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--people", type=int, default=100_000, help="residents; a quarter as many of each other way in")
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument("--out", type=Path, default=ROOT / "docs")
    options = asked.parse_args()
    made(options.people, options.seed, options.out)


if __name__ == "__main__":
    main()
