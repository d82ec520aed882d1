"""A scorecard that may leave as a page: quadrants, curves with their baselines, and the rates of groups; and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..outcomes import OUTCOMES
from ..scorecards.curves import Curve
from ..scorecards.gaps import Gap
from ..scorecards.measures import WAIT, Measure, Quadrant
from ..scorecards.pictures import draw_curve
from ..scorecards.released import HIDDEN, ReleasedCard
from ..terms import Language
from ..version import version
from . import drawings
from .grids import Cell, Grid
from .language import Words, label, words_of
from .page import filled
from .tables import csv_of
from .view import said

QUADRANTS: tuple[tuple[Quadrant, str], ...] = (
    ("how much", "scorecard.much"),
    ("how well", "scorecard.well"),
    ("better off", "scorecard.better"),
)
COLUMNS = {  # of a quadrant, each with how it looks
    "scorecard.measure": "",
    "scorecard.number": "number",
    "scorecard.percent": "number",
    "scorecard.which": "",
    "scorecard.lag": "number",
    "scorecard.owner": "",
    "scorecard.target": "number",
}
GROUP_COLUMNS = ("scorecard.group", "scorecard.people", "scorecard.rate", "scorecard.ratio", "scorecard.difference")
PRICED = "told by a study"  # state of an outcome that a book of unit costs prices
HEIGHT = 190  # points of a curve's picture
MEASURE_HEAD = ("quadrant", "measure", "state", "number", "of", "share", "low", "high", "mean", "better", "lag_days", "owner", "target", "on_target")
GAP_HEAD = ("stage", "group", "state", "people", "reached", "rate", "ratio", "ratio_low", "ratio_high", "difference", "difference_low",
            "difference_high", "disproportion")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve on the page, or why there is none."""

    title: str
    picture: Markup | None
    note: str


def scorecard_page(card: ReleasedCard, *, language: Language) -> str:
    """The page of a released card: HTML that asks nothing of any other computer."""
    words = words_of(language)
    return filled(
        "scorecard.html.j2",
        words,
        version=version(),
        title=words.filled("scorecard.title", programme=label(card.programme).replace("_", " ").title()),
        kicker=" · ".join(label(each) for each in (card.county.replace("_", " ").title(), said(card.title, words))),
        quadrants=[_quadrant(kind, key, card.measures, words) for kind, key in QUADRANTS],
        curves=[_drawn(number, one, words) for number, one in enumerate(card.curves)],
        groups=_groups(card, words),
        groups_note=words.filled("scorecard.groups_note", reference=label(card.reference)) if card.gaps else words["scorecard.no_stages"],
        source=((words["term.study"], Cell(card.study, "code")), (words["term.records"], Cell(card.records, "code"))),
        withheld=card.withheld,
        anything_hidden=bool(card.hidden) or any(not gap.told for gap in card.gaps),
    )


def measures_csv(card: ReleasedCard) -> str:
    """One line a measure."""
    lines = []
    for one in card.measures:
        target = "" if one.on_target is None else "yes" if one.on_target else "no"
        lines.append(
            (one.quadrant, one.name, _state(one), one.number, one.of, one.share, one.low, one.high, one.mean, one.better, one.lag_days, one.owner,
             one.target, target)
        )  # fmt: skip
    return csv_of(MEASURE_HEAD, lines)


def groups_csv(card: ReleasedCard) -> str:
    """One line a stage and group; a group that is too few to tell, or hidden, has no numbers, and which of the two it is is not said."""
    lines = []
    for gap in card.gaps:
        ratio, apart = gap.ratio_limits or (None, None), gap.difference_limits or (None, None)
        counts = (gap.people, gap.reached) if gap.told else (None, None)
        lines.append((gap.stage, gap.group, "shown" if gap.told else "not shown", *counts, gap.rate, gap.ratio, *ratio, gap.difference, *apart,
                      gap.disproportion))  # fmt: skip
    return csv_of(GAP_HEAD, lines)


def curves_csv(card: ReleasedCard) -> str:
    """One line a curve and month, seen or to come."""
    head = ("curve", "month", "value", "of", "forecast", "low_50", "high_50", "low_80", "high_80", "low_95", "high_95")
    lines: list[tuple[object, ...]] = []
    for one in card.curves:
        for month, value, of in zip(one.months, one.value.tolist(), one.of.tolist(), strict=True):
            lines.append((one.name, month, value, int(of) if one.unit == "share" else None, *(None,) * 7))
        for place, month in enumerate(one.ahead if one.fan else ()):
            assert one.fan is not None, "months to come are those of a fan"
            ends = [float(each[place]) for k in range(3) for each in (one.fan.low[k], one.fan.high[k])]
            lines.append((one.name, month, None, None, float(one.fan.middle[place]), *ends))
    return csv_of(head, lines)


def _state(one: Measure) -> str:
    if not one.refused:
        return "shown"
    if HIDDEN in one.refused:
        return "hidden"
    return PRICED if one.name in OUTCOMES and OUTCOMES[one.name].made == "book" else "not recorded"


def _quadrant(kind: Quadrant, key: str, measures: Sequence[Measure], words: Words) -> Grid:
    """The measures of one quadrant: number, per cent or mean, which way is better, how late, whose, and the target."""
    head = tuple(Cell(words[column], looks) for column, looks in COLUMNS.items())  # type: ignore[arg-type]  # looks of a cell
    rows = tuple(_measure(one, words) for one in measures if one.quadrant == kind)
    return Grid(words[key], head, rows)


def _measure(one: Measure, words: Words) -> tuple[Cell, ...]:
    nothing = words["cell.nothing"]
    of = words.whole(one.of) if one.of is not None else ""
    number = nothing if one.number is None else words.filled("scorecard.of", n=words.whole(one.number), of=of) if one.share is not None else ""
    number = number or words.whole(one.number or 0)
    percent = nothing
    if one.share is not None:
        percent = words.filled("scorecard.range", n=words.share(one.share), low=words.share(one.low or 0), high=words.share(one.high or 0))
    elif one.mean is not None:
        percent = _mean(one, words)
    if one.refused:
        number = words[{"hidden": "cell.hidden", PRICED: "scorecard.by_study"}.get(_state(one), "scorecard.not_recorded")]
    met = "" if one.on_target is None else words["scorecard.met" if one.on_target else "scorecard.not_met"]
    target = nothing if one.target is None else f"{words.share(one.target) if one.mean is None else words.number(one.target)}{met}"
    return (
        Cell(label(said(one.title, words))),
        Cell(number, "number"),
        Cell(percent, "number"),
        Cell(words[f"better.{one.better}"] if one.quadrant != "how much" else nothing),
        Cell(words.whole(one.lag_days), "number"),
        Cell(label(one.owner) or nothing),
        Cell(target, "number"),
    )


def _mean(one: Measure, words: Words) -> str:
    """A mean in its unit."""
    assert one.mean is not None, "a mean"
    unit = "days" if one.name == WAIT else OUTCOMES[one.name].unit
    number = words.dollars(one.mean) if unit == "dollars" else words.number(one.mean)
    return words.filled("scorecard.mean_days" if unit == "days" else "scorecard.mean", n=number)


def _drawn(number: int, one: Curve, words: Words) -> Drawn:
    title = label(said(one.title, words))
    if not one.months:
        return Drawn(title, None, words["scorecard.hidden_curve" if HIDDEN in one.refused else "scorecard.no_curve"])
    with drawings.sheet(drawings.WIDTH, HEIGHT) as figure:
        axes = figure.add_subplot()
        axes.set_facecolor("none")
        draw_curve(axes, one)
        axes.set_ylabel(words["scorecard.axis_share" if one.unit == "share" else "scorecard.axis_count"])
        picture = drawings.inline(figure, name=f"curve-{number}", label=words.filled("scorecard.curve_alt", title=title))
    return Drawn(title, picture, words["scorecard.curve_note" if one.fan else "scorecard.no_fan"])


def _groups(card: ReleasedCard, words: Words) -> tuple[Grid, ...]:
    """A table for each stage."""
    head = tuple(Cell(words[column], "number" if at else "") for at, column in enumerate(GROUP_COLUMNS))
    titles = {one.name: label(said(one.title, words)) for one in card.measures}
    stages = list(dict.fromkeys(gap.stage for gap in card.gaps))
    return tuple(
        Grid(
            words.filled("scorecard.stage", stage=titles.get(stage, stage)),
            head,
            tuple(_group(gap, card.reference, words) for gap in card.gaps if gap.stage == stage),
        )
        for stage in stages
    )


def _group(gap: Gap, reference: str, words: Words) -> tuple[Cell, ...]:
    own = words["scorecard.is_reference"] if gap.group == reference else ""
    named = Cell(f"{label(gap.group)}{own}")
    if not gap.told:
        return (named, Cell(words["scorecard.not_shown"], "number"), *(Cell(words["cell.nothing"], "number") for _ in range(3)))
    ratio = difference = words["cell.nothing"]
    if gap.ratio is not None and gap.ratio_limits:
        low, high = gap.ratio_limits
        ratio = words.filled("scorecard.range", n=words.hundredths(gap.ratio), low=words.hundredths(low), high=words.hundredths(high))
    if gap.difference is not None and gap.difference_limits:
        low, high = gap.difference_limits
        difference = words.filled("scorecard.range", n=words.tenths(100 * gap.difference), low=words.tenths(100 * low), high=words.tenths(100 * high))
    cells = (words.whole(gap.people), words.share(gap.rate or 0.0), ratio, difference)
    return (named, *(Cell(text, "number") for text in cells))
