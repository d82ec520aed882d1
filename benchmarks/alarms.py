"""How often each alarm from data is raised, by the size of the fault and the number of people, and where there is none; writes docs/alarms.md.

    python benchmarks/alarms.py --draws 400 --counties 20

Most numbers are of arrays that are drawn as the fault makes them, and that the alarm's own functions read; some are of whole invented
counties.  What is done is kept under out/alarms/, by what was asked, so that what was interrupted goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.challenges import informative_moves, linkage_by_arm, regression_to_the_mean, series_breaks, surveillance
from evaluation.challenges.arms_apart import Arms
from evaluation.challenges.running import of_prepared
from evaluation.challenges.stepping import scanned
from evaluation.diagnostics.alarms_of_arms import DECIDES, LEAST_APART, LEAST_DROP, LEAST_LEAVING, LEAST_SEEN_MORE, LEAVING, SEEN_MORE, UNLIKE
from evaluation.diagnostics.alarms_of_sources import BREAKS, LEAST_BREAK
from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.rehearsal.reading import priced, read_by
from evaluation.study import load
from evaluation.study.changing import but
from evaluation.terms import Cohort, Comparison, Estimand, Horizon, Question
from synthetic import WORLDS

ROOT = Path(__file__).parents[1]
KEPT, PAGE = ROOT / "out" / "alarms", ROOT / "docs" / "alarms.md"
QUESTION = Question("recidivism/arrest", Horizon(days=364), "did", -0.05)
PEOPLE = (1_000, 2_000, 4_000)  # in both arms together
ARMS = "an arm"
Draw = Callable[[np.random.Generator, int, float], bool]

TEXT = """\
# Alarms from data

Five challenges look for faults that no condition of a method sees.  `betteroff challenge` runs them; the first decides (an answer that
fails it is not answered), the others are flags.  The first, second and fourth need no more than the comparison, so that rehearsals run
them too (`challenged = True`).

| alarm | what is looked at | the smallest fault that it must catch | what it cannot see |
| --- | --- | --- | --- |
| `regression_to_the_mean` | what the contrast would show with no programme, from the past of the same people alone: of a change, how far the last \
quarter, or the last of as many days as are counted after the start, stood off the quarters before; of a difference, what people compared with the \
same last year went on to, a while earlier | a drop by itself of {drop:g} standard deviations of the outcome, at 1,000 people an arm | a past \
that the groups were made alike in, all of it: look at `placebo_start`; a crisis that leaves no trace in the outcome |
| `surveillance` | of two kinds of line that come of one thing, whether the one that somebody must see rose beside the one that is written down \
whoever looks | {more:.0%} more of it, at 500 people an arm with an arrest each | watching that adds to both kinds alike |
| `series_breaks` | each kind that the study reads, by source and month, of everybody on record and never by arm: the clearest step beside a \
trend of the third power, a season and autocorrelation | a jump of {jump:.0%}, of 200 lines a month | a step in the first or last \
six months of a series, one that comes in slowly, and kinds with fewer than five lines a month |
| `informative_moves` | whether risk, as the history tells it, drives being lost from sight in one arm otherwise than in the other | {leave:g} \
times as likely for each standard deviation of risk in one arm alone, at 1,000 an arm of whom a tenth leave | leaving by what no record \
shows; an arm that is left more but by nobody in particular (`censoring_by_arm` looks there) |
| `linkage_by_arm` | the share of each arm linked to each source that nearly everybody is in, and to that of \
the outcome unless it links nobody but those of whom it has a line | {apart:.0%} of people, at 1,000 an arm | sources that \
not everybody should be in, links to the wrong person, and links that only what came after the start made |

## How often each is raised

{draws} draws of arrays a cell, with the Monte Carlo error in brackets; the first row has no fault.  What is drawn: visits by quarter of people who \
differ (gamma, shape .8); arrests of people who differ, three of four of them with a booking, \
one pair of kinds of three that are looked at and so held to a third of the level; 120 months with a \
trend, a season, counts that spread 1.8 times as much as Poisson's, \
by a part that hangs together by .3 (three series looked at); leaving at a tenth a year, \
with a risk told by three columns; three sources of which 96 of 100 of the compared are linked to each.

{curves}

### Regression to the mean, where few are served or the outcome is rare

Raised with no fault, of all draws, and in brackets how often it could be asked: of fewer than 10 people of the smaller group with any of it in \
the months that tell, it says that it could not be.  Errors are no smaller than if people of both groups varied alike.  The level is \
{level:.3f}, and the Monte Carlo error of a share as large as that {level_error:.3f}.

{unequal}

An answer by regression, or doubly robust, is held to what a regression on the columns that it adjusts for leaves of what is expected \
(one slope for both groups; of models with a logarithm it is the nearest straight line).

Where months hang together by more than they are drawn to here, `series_breaks` is raised too often: with .5, and counts that spread 2.3 times as \
much as Poisson's, one quiet series in ten was taken for one with a step at .05 (800 draws).

## In invented counties

{table}

In how many of {counties} counties (seeds from 0 on) the alarm was raised, of those in which it could be asked: few counties show that the alarms \
work where they are meant to, and are too few for a rate.  Raised rightly: \
`regression_to_the_mean` where a crisis decided and nobody was made alike in it, and where costs are matched on a noisy record of lasting need; \
`surveillance`, `informative_moves`, `linkage_by_arm` and `series_breaks` where the county has that fault; elsewhere it is luck, or a fault of \
the alarm.

Made by `python benchmarks/alarms.py --draws {draws} --counties {counties}`, which goes on where it stopped.
"""


# ------------------------------------------------------------------------------------------------ arrays with a fault of a size
def arms_of(served: Any) -> Arms:
    """Two arms in which everybody is somebody else and weighs the same."""
    n = len(served)
    number = np.arange(n)
    cohort = Cohort("main", "person", "", number + 1, number, served, {}, (), "offer")
    comparison = Comparison(Estimand("effect_on_the_served", "", "", ""), np.ones(n, dtype=bool), np.ones(n))
    return Arms.of(cohort, comparison, QUESTION)


def halves(n: int) -> Any:
    """The first half is served."""
    return np.arange(n) < n // 2


def drawn_dip(luck: np.random.Generator, n: int, drop: float) -> bool:
    """Whether the alarm is raised of people served whose last quarter stood off by `drop` standard deviations of the outcome of a year."""
    served, rate = halves(n), luck.gamma(0.8, 0.45 / 0.8, n)
    past = luck.poisson(rate[:, None], (n, 8)).astype(float)
    spread = (4 * 0.45 + 16 * 0.45**2 / 0.8) ** 0.5
    past[:, -1] += luck.poisson(drop * spread, n) * served
    return raised_of(arms_of(served), past, change=True)[0]


def drawn_difference(luck: np.random.Generator, n: int, apart: float) -> bool:
    """The same of a comparison of levels: what is foretold differs by `apart` standard deviations of the outcome of a year."""
    served, rate = halves(n), luck.gamma(0.8, 0.45 / 0.8, n)
    past = luck.poisson(rate[:, None], (n, 8)).astype(float)
    spread = (4 * 0.45 + 16 * 0.45**2 / 0.8) ** 0.5
    past[:, -4:] += luck.poisson(apart * spread / 4 / 0.692, (n, 4)) * served[:, None]  # of four more visits 2.8 are foretold again
    return raised_of(arms_of(served), past, change=False)[0]


def raised_of(arms: Arms, past: Any, *, change: bool, alone: bool = False) -> tuple[bool, bool]:
    """Whether the alarm about regression to the mean is raised of a past, however little it matters, and whether it could be asked."""
    found = regression_to_the_mean.expected(arms, past, 364, change=change, alone=alone, mark=False)
    return bool(found) and regression_to_the_mean.clearest(found)[1] < DECIDES, bool(found)


def raised_unequal(served: int, compared: int, rate: float, draws: int) -> list[tuple[float, float]]:
    """How often it is raised without a fault, and asked, where few are served: of a change, of the served's change alone, and of a difference."""
    luck, there = np.random.default_rng([served, compared, round(1000 * rate)]), np.arange(served + compared) < served
    told = np.zeros((3, 2))
    for _ in range(draws):
        past = luck.poisson(luck.gamma(0.8, rate / 4 / 0.8, served + compared)[:, None], (served + compared, 8)).astype(float)
        arms = arms_of(there)
        told += [raised_of(arms, past, change=True), raised_of(arms, past, change=True, alone=True), raised_of(arms, past, change=False)]
    return [(float(raised), float(asked)) for raised, asked in told / draws]


def drawn_watching(luck: np.random.Generator, n: int, more: float) -> bool:
    """Whether it is raised where the served are seen `more` times more often in what need not end in a booking; an arrest each, three pairs."""
    served, rate = halves(n), luck.gamma(1.5, 1 / 1.5, n)
    arrests = luck.poisson(rate)
    booked = luck.binomial(arrests, 0.75).astype(float)
    seen = arrests + luck.poisson(rate * more) * served
    arms = arms_of(served)
    told = surveillance.watched(
        surveillance.PAIRS[0], arms.ratios_apart(seen.astype(float), booked), arms.rates_apart(seen.astype(float)), arms.rates_apart(booked)
    )
    return told.p_value < SEEN_MORE / 3


def drawn_leaving(luck: np.random.Generator, n: int, ratio: float) -> bool:
    """Whether it is raised where a standard deviation of risk multiplies leaving by 1 + `ratio` among the compared alone; a tenth leave."""
    served, x = halves(n), luck.standard_normal((n, 3))
    outcome = (luck.random(n) < 1 / (1 + np.exp(0.6 - x @ np.array([0.6, 0.4, 0.0])))).astype(float)
    z = x @ np.array([0.6, 0.4, 0.0]) / np.hypot(0.6, 0.4)
    slope = np.log1p(ratio) * ~served
    day = luck.exponential(364 / 0.105 / np.exp(slope * z - slope**2 / 2))
    left = day < 364
    history = {f"x{k}": x[:, k] for k in range(3)}
    foretold = informative_moves.risk(history, np.where(left, np.nan, outcome), ~served & ~left)
    return informative_moves.leaving(served, left, np.minimum(day, 364), foretold, np.arange(n)).p_value < LEAVING


def drawn_links(luck: np.random.Generator, n: int, points: float) -> bool:
    """Whether it is raised where `points` of a hundred fewer of the served are linked to one of three sources; of the compared 96 are."""
    served = halves(n)
    p_values = []
    for source in range(3):
        share = 0.96 - points / 100 * served * (source == 0)
        p_values.append(linkage_by_arm.told(arms_of(served), luck.random(n) < share).p_value)
    return min(p_values) < UNLIKE / 3


def drawn_series(luck: np.random.Generator, lines: int, jump: float) -> bool:
    """Whether it is raised of 3 series of 120 months with `lines` a month, trend, season, overdispersion and an autocorrelation of .3."""
    t, p_values = np.arange(120), []
    for series in range(3):
        hidden = np.zeros(120)
        for month in range(1, 120):
            hidden[month] = 0.3 * hidden[month - 1] + luck.standard_normal() * (0.7 / lines) ** 0.5
        level = lines * np.exp(0.003 * (t - 60) + 0.1 * np.cos(2 * np.pi * t / 12) + hidden - hidden.var() / 2)
        level = level * np.where((t >= 75) & (series == 0), 1 + jump, 1.0)
        p_values.append(scanned(luck.poisson(level), 36, 110).p_value)
    return min(p_values) < BREAKS / 3


@dataclass(frozen=True, slots=True)
class Curve:
    """An alarm on arrays: how a fault is drawn, its sizes (0 first: none), and of how many people."""

    title: str
    size: str
    draw: Draw
    sizes: tuple[float, ...]
    of: tuple[int, ...] = PEOPLE
    head: str = ARMS
    level: float = 0.05


CURVES = {
    "regression_to_the_mean": Curve(
        "Regression to the mean, of a change", "drop by itself, SD of the outcome", drawn_dip, (0, 0.05, 0.1, 0.2, 0.3), level=DECIDES
    ),
    "regression_of_levels": Curve(
        "Regression to the mean, of a difference", "difference by itself, SD", drawn_difference, (0, 0.05, 0.1, 0.2, 0.3), level=DECIDES
    ),
    "surveillance": Curve("Surveillance", "more seen, times", drawn_watching, (0, 0.05, 0.1, 0.15, 0.25)),
    "series_breaks": Curve("Series breaks", "jump, times", drawn_series, (0, 0.15, 0.3, 0.5, -0.33), (20, 50, 200), "lines a month"),
    "informative_moves": Curve("Informative moves", "times more leave for each SD of risk, in one arm", drawn_leaving, (0, 0.25, 0.5, 1.0, 1.5)),
    "linkage_by_arm": Curve("Linkage by arm", "points fewer linked", drawn_links, (0, 1, 2, 3, 5)),
}


def share(name: str, of: int, size: float, draws: int) -> float:
    """How often the alarm was raised; draws are those of the seed of this cell, whatever was done before."""
    curve = CURVES[name]
    luck = np.random.default_rng([list(CURVES).index(name), of, round(1000 * abs(size)), int(size < 0)])
    return sum(curve.draw(luck, of, size) for _ in range(draws)) / draws


def cells(draws: int) -> Iterator[tuple[str, int, float, float]]:
    """Every cell, from what is kept or anew."""
    for name, curve in CURVES.items():
        for of in curve.of:
            for size in curve.sizes:
                yield name, of, size, kept(f"{name}_{of}_{size:g}_{draws}", lambda n=name, o=of, s=size: share(n, o, s, draws))


# ------------------------------------------------------------------------------------------------ counties
ALARMS = (regression_to_the_mean, surveillance, informative_moves, linkage_by_arm, series_breaks)


@dataclass(frozen=True, slots=True)
class Case:
    """A design in a world."""

    design: str
    world: str
    people: int
    effect: bool = True
    question: int = 0
    fault: str = ""  # a fault of recording that is laid on the records
    words: Mapping[str, Any] = field(default_factory=dict)  # of the question, changed


CHANGE = {"outcome": "emergency_visits/recorded", "measure": "number", "method": "did", "worthwhile": -0.05, "per": None, "money": None}
CASES = {
    "lottery": Case("reentry_navigation", "lottery", 1_200),
    "referred": Case("navigation_offered", "referred", 1_200),
    "referred, no effect": Case("navigation_offered", "referred", 1_200, effect=False),
    "crisis dip, no effect, made alike in the path before": Case("services_three_contrasts", "crisis_dip", 4_000, effect=False),
    "crisis dip, no effect, before and after": Case("services_three_contrasts", "crisis_dip", 4_000, effect=False, question=1),
    "crisis dip, no effect, less everybody else's": Case("services_three_contrasts", "crisis_dip", 4_000, effect=False, question=2),
    "crisis dip, no effect, costs matched on the dip": Case("services_in_crisis", "crisis_dip", 4_000, effect=False),
    "lasting need, additive, no effect, costs matched": Case("services_by_need", "lasting_need_additive", 3_000, effect=False),
    "lasting need, additive, no effect, less everybody else's": Case("services_by_need", "lasting_need_additive", 3_000, effect=False, words=CHANGE),
    "surveillance": Case("navigation_offered", "surveillance", 1_200),
    "moves by history": Case("navigation_offered", "moves_by_history", 1_200),
    "referred, 5 points of the served not linked to wages": Case("navigation_offered", "referred", 2_000, fault="unlinked"),
    "referred, half of the arrests unrecorded from October 2020": Case("navigation_offered", "referred", 2_000, fault="break"),
}


def laid(tables: dict[str, Any], fault: str, seed: int) -> dict[str, Any]:
    """Records with a fault: links of one arm lost, or a source that writes down half as much from a day on."""
    import pandas as pd

    luck = np.random.default_rng([seed, 9])
    if fault == "unlinked":
        links, served = tables["crosswalk"], set(tables["event"].query("kind.str.startswith('offer:')")["person_id"])
        lost = (links["source"] == "wages") & links["person_id"].isin(served) & (luck.random(len(links)) < 0.05)
        return tables | {"crosswalk": links.assign(person_id=links["person_id"].where(~lost))}
    if fault == "break":
        events = tables["event"]
        lost = (events["kind"] == "arrest") & (events["day"] >= pd.Timestamp("2020-10-01")) & (luck.random(len(events)) < 0.5)
        return tables | {"event": events[~lost]}
    return tables


def county(case: Case, seed: int) -> dict[str, str]:
    """Of each alarm: raised, silent, or not asked."""
    design = load(ROOT / "designs" / "bayview" / f"{case.design}.toml")
    words = {"worthwhile": design.questions[case.question].worthwhile, **case.words}
    study = but(design, question=case.question, alone=True, **words)
    world = WORLDS[case.world].of(study.programme)
    world = world if case.effect else world.but(effect="none")
    people = world.people(case.people, seed)
    reads = read_by(study, priced(study, world), surveillance.reads(study, study.questions[0])) | {"cost", *world.as_run.arms(study.programme)}
    tables = world.records(world.live(people, world.as_run), None if case.fault else reads)
    prepared = prepare(study, connect(laid(tables, case.fault, seed)), today=date(2000, 1, 1))
    (found,) = answer(prepared)
    asked = of_prepared(prepared, found)
    told = {}
    for alarm in ALARMS:
        if asked is None or alarm.fits(asked.question, study.cohorts[asked.question.cohort]):
            told[alarm.NAME] = "not asked"
            continue
        conditions = alarm.run(asked).diagnostics
        told[alarm.NAME] = "not asked" if not conditions else "silent" if all(one.holds for one in conditions) else "raised"
    return told


def counties(many: int) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """By case, of each alarm how often it was raised and how often asked."""
    for name, case in CASES.items():
        slug = "".join(letter if letter.isalnum() else "_" for letter in name)
        told = [kept(f"county_{slug}_{seed}", lambda c=case, s=seed: county(c, s)) for seed in range(many)]
        yield (
            name,
            {alarm.NAME: (sum(one[alarm.NAME] == "raised" for one in told), sum(one[alarm.NAME] != "not asked" for one in told)) for alarm in ALARMS},
        )


# ------------------------------------------------------------------------------------------------ what is kept, and the page
def kept(name: str, make: Callable[[], Any]) -> Any:
    """What is kept under a name, or what is made now and kept."""
    path = KEPT / f"{name}.json"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        made = json.dumps(make())
        half = path.with_suffix(".half")
        half.write_text(made, encoding="utf-8")
        half.replace(path)
    return json.loads(path.read_text(encoding="utf-8"))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_error(of: float, many: int) -> str:
    """A share with its Monte Carlo error."""
    return f"{of:.3f} ({(of * (1 - of) / many) ** 0.5:.3f})"


def curves(draws: int) -> str:
    """A table for each alarm: a row a size, a column a number of people."""
    done = {(name, of, size): value for name, of, size, value in cells(draws)}
    parts = []
    for name, curve in CURVES.items():
        heads = (curve.size, *(f"{of if curve.head != ARMS else of // 2:,} {curve.head}" for of in curve.of))
        rows = [(f"{size:g}" if size else "none", *(with_error(done[name, of, size], draws) for of in curve.of)) for size in curve.sizes]
        parts.append(f"### {curve.title}\n\nThe level is {curve.level:.3f}.\n\n{table(heads, rows)}")
    return "\n\n".join(parts)


def of_the_unequal(draws: int) -> str:
    """The table of few served and of rare outcomes."""
    rows = []
    for served, compared, rate in (
        (*sizes, rate) for sizes in ((50, 1_000), (100, 2_000), (200, 2_000), (500, 500)) for rate in (0.04, 0.2, 0.8, 1.8)
    ):
        told = kept(f"unequal_{served}_{compared}_{rate:g}_{draws}", lambda n=served, m=compared, r=rate: raised_unequal(n, m, r, draws))
        rows.append((f"{served:,}", f"{compared:,}", f"{rate:g}", *(f"{raised:.3f} ({asked:.2f})" for raised, asked in told)))
    return table(("served", "compared", "events a year", "change", "change of the served alone", "difference"), rows)


def in_counties(many: int) -> str:
    """The table of counties."""
    heads = ("county and contrast", *(f"`{alarm.NAME}`" for alarm in ALARMS))
    rows = [(name, *(f"{raised:,} of {asked:,}" if asked else "not asked" for raised, asked in told.values())) for name, told in counties(many)]
    return table(heads, rows)


def main() -> None:
    """Draws what is not there yet, and writes the page."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--draws", type=int, default=400)
    asked.add_argument("--counties", type=int, default=20)
    told = asked.parse_args()
    least = {"drop": LEAST_DROP, "more": LEAST_SEEN_MORE, "jump": LEAST_BREAK, "leave": LEAST_LEAVING, "apart": LEAST_APART}
    few = {"level": DECIDES, "level_error": (DECIDES * (1 - DECIDES) / told.draws) ** 0.5, "unequal": of_the_unequal(told.draws)}
    page = TEXT.format(**few, draws=told.draws, counties=told.counties, curves=curves(told.draws), table=in_counties(told.counties), **least)
    PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
