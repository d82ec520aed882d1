"""Three contrasts of a programme that is offered in a crisis: how often each says *better*, with an effect and without; writes docs/crisis_dip.md.

    python benchmarks/crisis.py --runs 400

8,000 people a county, of whom about 2,000 are offered the programme.  What is done is kept under out/crisis/, so that what was
interrupted goes on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evaluation.rehearsal import Score, rehearse
from evaluation.study import load
from synthetic import WORLDS

ROOT = Path(__file__).parents[1]
DESIGN = "designs/bayview/services_three_contrasts.toml"
PAGE, PEOPLE = ROOT / "docs" / "crisis_dip.md", 8_000
EFFECTS = {"a fall of a quarter": "steady", "no effect": "none"}
CONTRASTS = ("made alike in the path before", "before and after", "before and after, less everybody else's")
HEADS = ("programme", "contrast", "truth", "mean estimate", "bias", "SD", "coverage", "said better", "not answered")

TEXT = """\
# Offered in a crisis

Workers offer neighbourhood services to adults with the most emergency visits in the last quarter (world *crisis dip*, {people:,} people a
county, about 2,000 of them offered it; {runs:,} counties, seeds 0 to {last:,}).  A crisis passes by itself, so that people get better whatever the
programme does.  Visits a person in the year after, by `{design}`:

{table}

Monte Carlo errors in brackets.  *Said better* is what a verdict becomes if no challenge overturns it; what is *not answered* claims nothing,
though its number was made and stands in the county's own record.  Made by `python benchmarks/crisis.py --runs {runs}`.
"""


def rows(runs: int, jobs: int) -> list[tuple[str, ...]]:
    """One row a programme and contrast."""
    study, found = load(ROOT / DESIGN), []
    for named, effect in EFFECTS.items():
        world = WORLDS["crisis_dip"].but(effect=effect)
        scores = rehearse(study, world, runs=runs, people=PEOPLE, jobs=jobs, store=ROOT / "out" / "crisis").scores
        found += [(named, contrast, *_numbers(score)) for contrast, score in zip(CONTRASTS, scores, strict=True)]
    return found


def _numbers(score: Score) -> tuple[str, ...]:
    said = {verdict: score.verdicts.get(verdict, 0) / score.runs for verdict in ("better", "not answered")}
    return (
        f"{score.truth.effect:.3f} ({score.truth.error:.3f})",
        f"{score.truth.effect + score.bias.value:.3f}",
        f"{score.bias.value:.3f} ({score.bias.error:.3f})",
        f"{score.sd.value:.3f}",
        *(f"{share:.3f} ({(share * (1 - share) / score.runs) ** 0.5:.3f})" for share in (score.coverage.value, *said.values())),
    )


def main() -> None:
    """Rehearses, and writes the page."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=400)
    asked.add_argument("--jobs", type=int, default=-1)
    told = asked.parse_args()
    lines = [HEADS, tuple("---" for _ in HEADS), *rows(told.runs, told.jobs)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    PAGE.write_text(TEXT.format(people=PEOPLE, runs=told.runs, last=told.runs - 1, design=DESIGN, table=table), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
