"""What an answer is held to when one thing in its study is changed: every limit of a challenge stands here, beside its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

from ..terms import Diagnostic

PLACEBO_LEVEL = 0.05 / 3  # p-value: with two more tests that decide, a sound study loses about one claim in twenty to false alarms
PLACEBO_OF = (
    "a negative control (Lipsitch, Tchetgen Tchetgen and Cohen 2010): a start on which nobody was served; .05 shared by three tests that decide"
)
UNREACHED_LIMIT = 1.96  # standard errors: two one-sided tests of .025 each
UNREACHED_BY = "the inequality that an instrument must keep (Pearl 1995; Balke and Pearl 1997), as a test (Kitagawa 2015)"
OWN_RANGE = 1.96  # standard errors of the study's own effect: what moves it less leaves it within its own range
SITES_SIZE = 0.05  # of a study of one effect everywhere, whatever number of areas is left out
SITES_BY = (
    "the influence of one part of the data (Belsley, Kuh and Welsch 1980), against the error of a part beside the whole (Hausman 1978), Bonferroni "
    "over the areas; that less than the study's own range is no fault is a rule of this project"
)
DEFINITIONS_BY = "a multiverse of definitions (Steegen, Tuerlinckx, Gelman and Vanpaemel 2016); the limit is a rule of this project"
FOLLOW_UP_BY = "follow-up that is too short, or records that came in late; the limit, the study's own range, is a rule of this project"


def placebo_start(p_value: float, *, days: tuple[int, int], more: bool, called: str = "served", behind: tuple[int, ...] = ()) -> Diagnostic:
    """Whether an effect is found where no programme can have acted: on clocks that begin, and end, before the true start.

    `p_value` is the question's own, by its own method and inference, of the days from `days[0]` before the start to `days[1]` before it;
    `more` says that those `called` so had more of the outcome there.  Fails below PLACEBO_LEVEL; required.
    """
    holds = not p_value < PLACEBO_LEVEL
    way = "more" if more else "less"
    found = (
        f"no effect is found (p = {p_value:.2f})" if holds else f"an effect is found all the same, towards {way} of the outcome (p {_as_p(p_value)})"
    )
    after = "." if holds else f": those {called} and those they are compared with were not alike, and the number told holds that difference too."
    return Diagnostic(
        name="placebo_start",
        sentence=f"From {days[0]:,} to {days[1]:,} days before the start, when no programme had acted, {found}{after}",
        value=p_value,
        limit=PLACEBO_LEVEL,
        holds=holds,
        source=PLACEBO_OF,
        behind={"before the start": behind} if behind else {},
    )


def unreached(apart: Mapping[str, tuple[float, float]]) -> Diagnostic:
    """Whether those offered whom the programme never reached are no more, with the outcome or without, than all who are like them can explain.

    `apart` holds, with the outcome and without it, the share of all offered who never took it up and came out so, less the share of
    those compared who did; and its standard error.  An offer that acts through the programme alone leaves both at 0 or below.
    """
    told = {name: value / error if error > 0 else (0.0 if value <= 0 else float("inf")) for name, (value, error) in apart.items()}
    worst = max(told, key=lambda name: told[name])
    holds = not told[worst] > UNREACHED_LIMIT
    seen = "are no more, with the outcome or without it, than the programme can explain."
    if not holds:
        seen = (
            f"are more {worst} than the programme can explain, by {told[worst]:.1f} standard errors: the offer itself acted, or the groups were "
            "not alike."
        )
    return Diagnostic(
        name="unreached",
        sentence=f"Those offered whom the programme never reached {seen}",
        value=told[worst],
        limit=UNREACHED_LIMIT,
        holds=holds,
        source=UNREACHED_BY,
        required=False,
    )


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """By how much the effect moves where one site is left out, and by how much luck alone moves it; in the study's own standard errors."""

    moved: float
    error: float

    @classmethod
    def of(cls, moved: float, own: float, without: float, share: float) -> WithoutSite:
        """Of an effect `moved` so far, its standard error `own` and that `without` a site with such a `share` of those served.

        The whole weighs its parts well where it errs less than they do, and then the squares of the two errors differ by that of the move
        (Hausman 1978).  Where people of the site vary otherwise than the rest it weighs them by their number, and the square is
        own^2 + (2 share - 1) without^2.  The larger of the two is taken.
        """
        well, by_number = without**2 - own**2, own**2 + (2 * share - 1) * without**2
        return cls(moved / own, sqrt(max(well, by_number, 0.0)) / own)


def no_one_site(without: Mapping[str, WithoutSite], *, turned: bool) -> Diagnostic:
    """Whether the effect stays where it was when each site is left out, but for luck; by site, and no fewer than one.

    Fails where one moves it out of the study's own range, and by more than luck does at SITES_SIZE over how many sites there are.  That it
    then points the other way (`turned`) is told, and judged by how far it moved: without most of the people that, too, is often luck.
    """
    quantile = float(ndtri(1 - SITES_SIZE / (2 * len(without))))
    limits = {name: max(OWN_RANGE, quantile * one.error) for name, one in without.items()}
    worst = max(without, key=lambda name: abs(without[name].moved) / limits[name])
    most, limit = abs(without[worst].moved), limits[worst]
    holds = most <= limit
    after = "no farther than luck explains" if holds else "out of its own range and farther than luck explains"
    way = "; without one of them it points the other way" if turned else ""
    areas = f"each of {len(without):,} areas in turn" if len(without) > 1 else "1 area"
    return Diagnostic(
        name="no_one_site",
        sentence=f"Leaving out {areas} moves the effect by {most:.1f} of its standard errors where it matters most, {after}{way}.",
        value=most,
        limit=limit,
        holds=holds,
        source=SITES_BY,
        required=False,
    )


def definitions_agree(same: int, answered: int, *, against: int) -> Diagnostic:
    """Whether other definitions of the outcome find an effect the same way; `against` are those whose whole range lies on the other side."""
    share = same / answered
    seen = (
        "none of the others finds one the other way"
        if not against
        else f"{against:,} of the others find{'s' if against == 1 else ''} one the other way"
    )
    return Diagnostic(
        name="definitions_agree",
        sentence=f"By {same:,} of {answered:,} definitions of the outcome with results of their own the effect points the same way, and {seen}.",
        value=float(against),
        limit=0.0,
        holds=not against,
        source=DEFINITIONS_BY,
        required=False,
        detail={"the same way": share},
    )


def follow_up_agrees(against: int, tried: int, *, moved: float | None) -> Diagnostic:
    """Whether the effect points the same way over other horizons, and stays where it was without the last starts.

    `against` are the horizons over which the whole range lies on the other side; `moved`, in the study's own standard errors, is by how
    much the effect moves without the starts whose records came in last; None where that could not be asked.
    """
    far = 0.0 if moved is None else abs(moved)
    holds = not against and far <= OWN_RANGE
    over = "over no other horizon is an effect found the other way" if not against else "over another horizon an effect is found the other way"
    late = "" if moved is None else f", and without the last starts it moves by {far:.1f} of its standard errors"
    return Diagnostic(
        name="follow_up_agrees",
        sentence=f"Of {tried:,} other ways of following people up, {over}{late}.",
        value=far,
        limit=OWN_RANGE,
        holds=holds,
        source=FOLLOW_UP_BY,
        required=False,
    )


def _as_p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.001 else "< .001"
