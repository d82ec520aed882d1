"""The figures of the face validity page: each reads the written tables of one county, served by nobody, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
NEVER = 10**6
YEAR = 365
MONTH = 30.4375
ACCENT, SECOND, THIRD, INK, LINE, BAND = "#0b5a8f", "#c05a1c", "#5f7d2a", "#16202a", "#cfd6dd", "#eef1f4"
COLOURS = (ACCENT, SECOND, THIRD, "#7a4a86", "#8b98a5", INK)
HOMELESS = ("street_outreach", "shelter", "safe_haven", "transitional_housing")
SYSTEMS: Mapping[str, tuple[str, ...]] = {  # a person is known to a system in a year by an event, or by a spell that reaches into it
    "jail": ("jail_booking", "custody"),
    "homelessness": HOMELESS,
    "hospital": ("emergency_visit", "inpatient"),
    "behavioural health": ("health_contact",),
    "benefits": ("benefits:calfresh", "benefits:calworks"),
    "child welfare": ("report", "foster_care"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One section of the page: what it shows in words, a small table, and a drawing of the same numbers."""

    name: str
    title: str
    says: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    draw: Callable[[Any], None]


class County:
    """The written tables of a county, with people by place and days as numbers."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], start: Array):
        self.tables, self.start = tables, start
        self.people = pd.Index(tables["person"]["person_id"])

    def __len__(self) -> int:
        return len(self.people)

    @cached_property
    def death(self) -> Array:
        """The day of death; `NEVER` where there is none."""
        return _days(self.tables["person"]["death"])

    @cached_property
    def birth(self) -> Array:
        """The day of birth."""
        return _days(self.tables["person"]["birth"])

    def rows(self, table: str, *kinds: str) -> tuple[Array, Array, Array, Array]:
        """Person, first day, first day that is no longer part of it, and kind, of the rows of these kinds; in order of person and day."""
        frame = self.tables[table]
        frame = frame[frame["kind"].isin(kinds)]
        day = _days(frame["day" if table == "event" else "start"])
        stop = day + 1 if table == "event" else _days(frame["stop"])
        who = self.people.get_indexer(pd.Index(frame["person_id"]))
        order = np.lexsort((day, who))
        return who[order], day[order], stop[order], frame["kind"].to_numpy()[order]

    def known_in(self, kinds: Sequence[str], first: int, after: int) -> Array:
        """Who has a row of these kinds that reaches into the days from `first` up to `after`; (n,) bool."""
        there = np.zeros(len(self), dtype=bool)
        for table in ("event", "spell"):
            who, day, stop, _ = self.rows(table, *kinds)
            there[who[(day < after) & (stop > first)]] = True
        return there

    def cost(self, first: Array | int, after: Array | int) -> Array:
        """What each person cost, in dollars, from one day up to another; (n,)."""
        frame = self.tables["cost"]
        who, day = self.people.get_indexer(pd.Index(frame["person_id"])), _days(frame["day"])
        low, high = np.broadcast_to(first, len(self))[who], np.broadcast_to(after, len(self))[who]
        inside = (low <= day) & (day < high)
        return np.bincount(who[inside], frame["amount"].to_numpy()[inside], minlength=len(self))

    def first_after(self, table: str, *kinds: str) -> Array:
        """Days from each person's start to the first such row that begins after it; (n,), `NEVER` where none does."""
        who, day, _, _ = self.rows(table, *kinds)
        wait = np.full(len(self), NEVER)
        later = day > self.start[who]
        np.minimum.at(wait, who[later], (day - self.start[who])[later])
        return wait


def day_number(year: int) -> int:
    """The number of the first of January."""
    return (date(year, 1, 1) - date(1970, 1, 1)).days


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash where there is nobody."""
    return "-" if np.isnan(share) else f"{100 * share:.{digits}f} %"


def dollars(amount: float) -> str:
    """Whole dollars."""
    return "-" if np.isnan(amount) else f"${amount:,.0f}"


def _days(column: pd.Series) -> Array:
    days = column.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")


# ------------------------------------------------------------------------------------------------ residents
def concentration(county: County) -> Figure:
    """How much of a year's cost the costliest account for."""
    spent = np.sort(county.cost(day_number(2019), day_number(2020)))[::-1]
    gathered = np.cumsum(spent) / max(spent.sum(), 1e-9)

    def top(share: float) -> float:
        return float(gathered[max(round(share * len(spent)), 1) - 1])

    def draw(axes: Any) -> None:
        people = np.arange(1, len(spent) + 1) / len(spent)
        axes.plot(100 * people, 100 * gathered, color=ACCENT, lw=2)
        axes.plot([0, 100], [0, 100], color=LINE, lw=1)
        for share in (0.01, 0.05, 0.10):
            axes.plot([100 * share], [100 * top(share)], "o", color=SECOND)
            axes.annotate(f"top {100 * share:.0f} %: {100 * top(share):.0f} %", (100 * share + 2, 100 * top(share) - 6), fontsize=9)
        axes.set(xlabel="costliest people, % of residents", ylabel="% of all cost", xlim=(0, 100), ylim=(0, 101))

    rows = [(f"costliest {100 * share:.0f} %", f"{round(share * len(spent)):,}", percent(top(share))) for share in (0.01, 0.05, 0.10, 0.25)]
    rows.append(("with any cost", f"{(spent > 0).sum():,}", "100.0 %"))
    says = (
        f"{percent(_mean(spent > 0))} of residents cost anything in 2019, {dollars(_mean(spent))} a resident.  The costliest 1, 5 and 10 % "
        f"account for {percent(top(0.01), 0)}, {percent(top(0.05), 0)} and {percent(top(0.10), 0)} of it."
    )
    return Figure("cost_concentration", "Cost concentration", says, ("residents", "people", "share of the cost of 2019"), rows, draw)


def fall(county: County) -> Figure:
    """What the costliest 5 % of a year cost in the years around it."""
    years = range(2016, 2023)
    alive = county.death >= day_number(2019)
    by_year = {year: county.cost(day_number(year), day_number(year + 1)) for year in years}
    order = np.argsort(-np.where(alive, by_year[2018], -1), kind="stable")
    most = np.isin(np.arange(len(county)), order[: max(round(0.05 * alive.sum()), 1)])
    mean = {year: (_mean(cost[most]), _mean(cost[alive & ~most])) for year, cost in by_year.items()}
    fell = 1 - mean[2019][0] / max(mean[2018][0], 1e-9)

    def draw(axes: Any) -> None:
        axes.axvspan(2017.5, 2018.5, color=BAND, lw=0)
        for place, label in enumerate(("costliest 5 % of 2018", "everybody else")):
            axes.plot(list(years), [mean[year][place] for year in years], "o-", color=COLOURS[place], label=label)
        axes.set(xlabel="year", ylabel="mean cost, dollars", ylim=(0, None))
        axes.legend(frameon=False, fontsize=9)

    rows = [(str(year), dollars(mean[year][0]), dollars(mean[year][1])) for year in years]
    says = (
        f"Those who were the costliest 5 % in 2018 cost {dollars(mean[2018][0])} each in that year and {dollars(mean[2019][0])} in the next: "
        f"they fall by {percent(fell)} with no programme at all.  A study that compares before and after would call this an effect."
    )
    return Figure(
        "fall_of_the_costliest", "The fall of the costliest 5 %", says, ("year", "costliest 5 % of 2018", "everybody else alive then"), rows, draw
    )


def overlap(county: County) -> Figure:
    """How many residents several systems know in one year, and which together."""
    first, after = day_number(2019), day_number(2020)
    known = {name: county.known_in(kinds, first, after) for name, kinds in SYSTEMS.items()}
    systems = np.sum(list(known.values()), axis=0)
    jailed, homeless = known["jail"], known["homelessness"]
    cost = county.cost(first, after)
    shares = np.array([[_mean(other[one]) for other in known.values()] for one in known.values()])

    def draw(axes: Any) -> None:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
        for row, column in np.ndindex(*shares.shape):
            axes.text(column, row, percent(shares[row, column], 0), ha="center", va="center", fontsize=9, color=INK)
        axes.set_xticks(range(len(known)), [name.replace(" ", "\n") for name in known], fontsize=8)
        axes.set_yticks(range(len(known)), list(known), fontsize=9)
        axes.set_xlabel("are also known to")
        axes.set_ylabel("of those known to")

    counts = [("none", systems == 0), ("one", systems == 1), ("two", systems == 2), ("three or more", systems >= 3)]
    rows = [(f"{name}", f"{them.sum():,}", percent(_mean(them), 2), percent(cost[them].sum() / max(cost.sum(), 1e-9))) for name, them in counts]
    rows += [(name, f"{them.sum():,}", percent(_mean(them), 2), percent(cost[them].sum() / max(cost.sum(), 1e-9))) for name, them in known.items()]
    says = (
        f"In 2019 {percent(_mean(systems == 0))} of residents were known to none of six systems, {percent(_mean(systems == 1))} to one, "
        f"{percent(_mean(systems == 2))} to two and {percent(_mean(systems >= 3), 2)} ({(systems >= 3).sum():,} people) to three or more; these last "
        f"account for {percent(cost[systems >= 3].sum() / max(cost.sum(), 1e-9))} of all cost.  Of those homeless in the "
        f"year {percent(_mean(jailed[homeless]))} were in jail too, of all others {percent(_mean(jailed[~homeless]))}."
    )
    return Figure("overlap", "Cross-system overlap", says, ("known in 2019 to", "people", "of residents", "of all cost"), rows, draw)


def ages(county: County) -> Figure:
    """How often things happen in a year, by age."""
    first, after = day_number(2019), day_number(2020)
    age = (first - county.birth) // 365.25
    alive = (county.death >= after) & (age >= 0)
    edges = (0, 6, 13, 18, 25, 35, 45, 55, 65, 75, 120)
    labels = [f"{low}-{high - 1}" if high < 120 else f"{low} +" for low, high in pairwise(edges)]
    things = {
        "arrested": ("arrest",), "in a shelter or on the street": HOMELESS, "in an emergency room": ("emergency_visit",),
        "in hospital": ("inpatient",), "reported to child welfare": ("report",), "in foster care": ("foster_care",),
    }  # fmt: skip
    known = {name: county.known_in(kinds, first, after) for name, kinds in things.items()}
    groups = [alive & (low <= age) & (age < high) for low, high in pairwise(edges)]
    rates = {name: [1000 * _mean(them[group]) for group in groups] for name, them in known.items()}

    def draw(axes: Any) -> None:
        for colour, (name, values) in zip(COLOURS, rates.items(), strict=True):
            if any(values):
                axes.plot(range(len(labels)), np.where(np.array(values) > 0, values, np.nan), "o-", color=colour, label=name, ms=4)
        axes.set_xticks(range(len(labels)), labels, fontsize=8)
        axes.set(xlabel="age on 1 January 2019", ylabel="people per 1,000", yscale="log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.18))

    rows = [
        (label, f"{group.sum():,}", *(f"{rates[name][place]:.1f}" for name in rates))
        for place, (label, group) in enumerate(zip(labels, groups, strict=True))
    ]
    night = day_number(2019) + 23
    inside, homeless = (int(county.known_in(kinds, night, night + 1).sum()) for kinds in (("custody",), HOMELESS))
    says = (
        "People per 1,000 of an age to whom each happened at least once in 2019.  On the night of 24 January of that year "
        f"{100_000 * inside / len(county):,.0f} of 100,000 residents were in jail and {100_000 * homeless / len(county):,.0f} were homeless."
    )
    return Figure("ages", "By age", says, ("age", "people", *things), rows, draw)


# ------------------------------------------------------------------------------------------------ ways in
def _curves(axes: Any, curves: Mapping[str, Array], ticks: Sequence[int], label: str) -> None:
    """Shares by days since the start."""
    for colour, (name, share) in zip(COLOURS, curves.items(), strict=False):
        axes.plot(np.arange(len(share)) / MONTH, 100 * share, color=colour, lw=2, label=name)
    axes.set_xticks(ticks)
    axes.set(xlabel="months since the start", ylabel=label, ylim=(0, 100), xlim=(0, ticks[-1]))
    axes.legend(frameon=False, fontsize=9, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(curves))


def _reached(wait: Array, days: int) -> Array:
    """The share to whom it has happened by each day."""
    return np.cumsum(np.bincount(wait[wait <= days], minlength=days + 1)) / max(len(wait), 1)


def reconviction(county: County) -> Figure:
    """New offences that end in a conviction after release from jail, by arrests before."""
    who, day, _, _ = county.rows("event", "arrest")
    before = np.bincount(who[(day < county.start[who]) & (day >= county.start[who] - 3 * YEAR)], minlength=len(county))
    bands = {"1 arrest or fewer": before <= 1, "2 or 3 arrests": (before >= 2) & (before <= 3), "4 arrests or more": before >= 4}
    waits = county.first_after("event", "convicted_offence"), county.first_after("event", "arrest")
    curves = {name: _reached(waits[0][them], 3 * YEAR) for name, them in bands.items()}
    rows = [
        (
            name,
            f"{them.sum():,}",
            *(percent(_mean(waits[0][them] <= days)) for days in (183, YEAR, 2 * YEAR, 3 * YEAR)),
            percent(_mean(waits[1][them] <= YEAR)),
        )
        for name, them in (*bands.items(), ("everybody", np.ones(len(county), dtype=bool)))
    ]
    says = (
        "An offence counts on its own day, if it ever ends in a conviction.  Within three years "
        + ", ".join(f"{percent(_mean(waits[0][them] <= 3 * YEAR))} of those with {name} in the three years before" for name, them in bands.items())
        + "; deaths stay in the denominator, and nobody moves away."
    )
    heads = ("arrests in the three years before", "people", "6 months", "1 year", "2 years", "3 years", "arrested in 1 year")
    return Figure(
        "reconviction", "Reconviction by risk band", says, heads, rows, lambda axes: _curves(axes, curves, range(0, 37, 6), "% reconvicted")
    )


def returns(county: County) -> Figure:
    """Returns to homelessness by where people went when they left a shelter."""
    who, day, _, kind = county.rows("event", *(f"hmis_exit:{name}" for name in ("permanent", "temporary", "institutional", "homeless", "unknown")))
    starts = day == county.start[who]
    went = np.full(len(county), "", dtype=object)
    went[who[starts]] = [name.split(":")[1] for name in kind[starts]]
    wait = county.first_after("spell", *HOMELESS)
    groups = {name: went == name for name in ("permanent", "temporary", "institutional", "homeless", "unknown") if (went == name).any()}
    curves = {name: _reached(wait[them], 2 * YEAR) for name, them in groups.items()}
    rows = [
        (name, f"{them.sum():,}", percent(_mean(them)), *(percent(_mean(wait[them] <= days)) for days in (180, 365, 730)))
        for name, them in groups.items()
    ]
    says = (
        f"Within 730 days {percent(_mean(wait[went == 'permanent'] <= 730))} of those who left for permanent housing are back in a shelter, "
        f"in transitional housing or on the street, and {percent(_mean(wait[went == 'homeless'] <= 730))} of those who left for the street."
    )
    heads = ("left for", "people", "share", "180 days", "365 days", "730 days")
    return Figure(
        "returns", "Returns to homelessness by exit type", says, heads, rows, lambda axes: _curves(axes, curves, range(0, 25, 6), "% homeless again")
    )


def reentry(county: County) -> Figure:
    """Re-entry to foster care after reunification, month by month."""
    wait = county.first_after("event", "removal")
    grown = county.birth + np.ceil(18 * 365.25).astype(np.int64)
    months = np.arange(24)
    home = np.array([np.sum((wait > MONTH * m) & (np.minimum(grown, county.death) - county.start > MONTH * m)) for m in months])
    back = np.array([np.sum((wait > MONTH * m) & (wait <= MONTH * (m + 1))) for m in months])

    def draw(axes: Any) -> None:
        axes.bar(months + 0.5, 1000 * back / np.maximum(home, 1), color=BAND, edgecolor=ACCENT, width=0.9)
        axes.set(xlabel="months since going home", ylabel="re-entries per 1,000 children at home", xticks=range(0, 25, 6))

    rows = [
        (
            f"{low + 1}-{high}",
            f"{back[low:high].sum():,}",
            f"{1000 * back[low:high].sum() / max(home[low:high].sum(), 1):.1f}",
            percent(_mean(wait <= MONTH * high)),
        )
        for low, high in ((0, 3), (3, 6), (6, 12), (12, 18), (18, 24))
    ]
    says = (
        f"Of {len(county):,} children who went home, {percent(_mean(wait <= 365))} were removed again within a year "
        f"and {percent(_mean(wait <= 730))} within two."
    )
    heads = ("months since going home", "re-entries", "per 1,000 child-months at home", "re-entered by then, of all")
    return Figure("reentry", "Re-entry by months since exit", says, heads, rows, draw)


def work(county: County) -> Figure:
    """Jobs and wages around a release from jail."""
    frame = county.tables["quarter"]
    frame = frame[frame["measure"] == "wages"]
    who = county.people.get_indexer(pd.Index(frame["person_id"]))
    quarter = _quarter(_days(frame["day"])) - _quarter(county.start)[who]
    places = np.arange(-8, 9)
    paid = [frame["amount"].to_numpy()[quarter == place].sum() / max(len(county), 1) for place in places]
    jobs = [100 * np.sum(quarter == place) / max(len(county), 1) for place in places]

    def draw(axes: Any) -> None:
        axes.axvline(0, color=LINE)
        for colour, values, label in ((ACCENT, jobs, "people with any wages"), (SECOND, paid, "mean wages")):
            axes.plot(places, 100 * np.array(values) / max(values[0], 1e-9), "o-", color=colour, label=label)
        axes.set(xlabel="quarters since that of the release", ylabel="% of two years before", ylim=(0, 125))
        axes.legend(frameon=False, fontsize=9, loc="lower right")

    rows = [(f"{place:+d}", f"{job:.1f} %", dollars(wage)) for place, job, wage in zip(places, jobs, paid, strict=True) if place % 2 == 0]
    says = "Jobs and wages dip around the stay in jail that ends with the release, and recover: those released look as if they had been helped."
    return Figure("work", "Work around a release", says, ("quarter", "with any wages", "mean wages of all"), rows, draw)


def _quarter(days: Array) -> Array:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
