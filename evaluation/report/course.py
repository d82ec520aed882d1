"""How an event came about over time, drawn from the table that may leave: two curves with bands, and below them who is still followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..findings.counts import ARMS, PROPORTIONAL
from ..findings.endings import grace_of
from ..findings.words import arms_of, arms_said, pattern_of
from ..terms import Answer, Exhibit
from .drawings import ACCENT, LINE, MUTED, WIDTH, inline, sheet, short
from .grids import shown
from .language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUESTIONS: Mapping[str, str] = {"state": "text.question_state", "time_free": "text.question_free", "time_lost": "text.question_lost"}
COLOURS = {"served": ACCENT, "compared": MUTED}
DASHES = {"served": "-", "compared": "--"}  # told apart without a colour too
LINE_HEIGHT = 13  # points, of the table of those still followed
UNTOLD = "·"  # stands for a count that may not be shown


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm's released course: where a number may not be shown, its day is left out, and a count is None."""

    label: str
    arm: str
    days: tuple[float, ...]
    risk: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    followed: tuple[tuple[float, int | None], ...]  # by day


def asked_as(answer: Answer) -> str:
    """The key of the words in which a page asks the question."""
    pattern = pattern_of(answer)
    return "text.question_number" if pattern == "number" else QUESTIONS.get(pattern, "text.question")


def course_note(answer: Answer) -> str:
    """The key of what stands below the picture."""
    if answer.by == "strategy":
        return "text.course_note_plans"
    return "text.course_note_number" if answer.question.measure == "number" else "text.course_note"


def changing(conditions: Exhibit | None) -> bool:
    """Whether the ratio of hazards was seen to change over time."""
    if conditions is None:
        return False
    holds = conditions.columns.index("holds")
    return any(row[0] == PROPORTIONAL and row[holds] == "no" for row in conditions.rows)


def over_time(answer: Answer, exhibit: Exhibit, arms: Exhibit | None, words: Words, name: str) -> Markup | None:
    """The picture of a released table, with the people of each arm on day 0; nothing where an arm has fewer than two days to draw."""
    said = arms_said(arms_of(answer), grace_of(answer), words.language)
    labels = {"served": said["short"], "compared": said["other"].rstrip(",")}
    started = {row[0]: row[arms.columns.index("people")] for row in arms.rows} if arms else {}
    curves = [_curve(exhibit, arm, labels[arm], started.get(arm)) for arm in ARMS]
    if any(len(curve.days) < 2 for curve in curves):
        return None
    number = "number" in exhibit.columns
    return drawn(
        curves,
        scale=words.hundredths if number else words.whole_share,
        count=words.whole,
        meaning=(
            words["text.course_days_street" if answer.question.time == "street" else "text.course_days"],
            words["text.course_number" if number else "text.course_share"],
        ),
        followed=words["text.course_followed"],
        name=f"{name}-course",
        label=words["text.course_alt"],
    )


def _curve(exhibit: Exhibit, arm: str, label: str, started: object) -> Curve:
    where = {column: place for place, column in enumerate(exhibit.columns)}
    rows = [row for row in exhibit.rows if row[0] == arm and shown(row[where["day"]])]
    value = where["number" if "number" in where else "risk"]
    told = [[row[place] for place in (where["day"], value, where["low"], where["high"])] for row in rows]
    kept = [tuple(float(cell) for cell in cells if shown(cell)) for cells in told if all(map(shown, cells))]
    days, risk, low, high = (tuple(cells[part] for cells in kept) for part in range(4))
    counts = tuple((float(row[where["day"]]), _count(row[where["followed"]])) for row in rows)  # type: ignore[arg-type]  # days, by the line above
    return Curve(label, arm, days, risk, low, high, ((0.0, _count(started)), *counts))


def _count(cell: object) -> int | None:
    return int(cell) if shown(cell) else None


def drawn(
    curves: Sequence[Curve],
    *,
    scale: Callable[[float], str],
    count: Callable[[float], str],
    meaning: tuple[str, str],
    followed: str,
    name: str,
    label: str,
) -> Markup:
    """Both curves from none at the start, each with a band of its 95 % limits, above the counts of those still followed on the same days.

    `meaning` says what stands along either axis.  Each row of counts has its name on a line of its own, so that no name runs into a count.
    """
    below = (2 * len(curves) + 1) * LINE_HEIGHT + 46
    with sheet(WIDTH, 230 + below, layout=None) as figure:
        height = 230 + below
        axes = figure.add_axes((44 / WIDTH, below / height, (WIDTH - 44 - 16) / WIDTH, (230 - 62) / height))
        end = max(day for curve in curves for day in curve.days)
        for curve in curves:
            days, colour = (0.0, *curve.days), COLOURS[curve.arm]
            axes.fill_between(days, (0.0, *curve.low), (0.0, *curve.high), color=colour, alpha=0.16, lw=0)
            axes.plot(days, (0.0, *curve.risk), DASHES[curve.arm], color=colour, lw=2, marker="o", ms=3.5, label=short(curve.label, 46))
        axes.set_xlim(0, end)
        axes.set_ylim(0, max(max(curve.high) for curve in curves) * 1.06)
        axes.set_xticks([day for day, _ in curves[0].followed])
        axes.xaxis.set_major_formatter(lambda place, _: count(place))
        axes.yaxis.set_major_formatter(lambda place, _: scale(round(place, 10)))
        axes.grid(axis="y", color=LINE, lw=0.6)
        axes.set_axisbelow(True)
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.tick_params(length=0)
        axes.set_facecolor("none")
        axes.set_xlabel(meaning[0])
        axes.set_title(meaning[1], loc="left", fontsize=10, color=MUTED, x=-44 / (WIDTH - 60), pad=6)
        figure.legend(loc="upper left", ncols=1, frameon=False, fontsize=10, bbox_to_anchor=(0, 1), handlelength=2.2, borderaxespad=0.1)
        _still_followed(axes, curves, followed, count)
        return inline(figure, name=name, label=label)


def _still_followed(axes: Axes, curves: Sequence[Curve], title: str, count: Callable[[float], str]) -> None:
    """The counts below the days, each arm's under its own name."""
    line = -40.0  # points below the axis: under the days and what they mean
    left = (-40, "left")
    _write(axes, title, 0.0, left, line, MUTED)
    for curve in curves:
        line -= LINE_HEIGHT
        _write(axes, short(curve.label, 46), 0.0, left, line, COLOURS[curve.arm])
        line -= LINE_HEIGHT
        for day, people in curve.followed:
            _write(axes, UNTOLD if people is None else count(people), day, (0, "center"), line, COLOURS[curve.arm])


def _write(axes: Axes, text: str, day: float, side: tuple[int, str], line: float, colour: str) -> None:
    axes.annotate(
        text,
        (day, 0),
        (side[0], line),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha=side[1],
        va="top",
        fontsize=9.5,
        color=colour,
        annotation_clip=False,
    )
