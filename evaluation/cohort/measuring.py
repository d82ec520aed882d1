"""What became of a cohort by many definitions at once, for whoever may see rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..outcomes import OUTCOMES
from ..outcomes.binding import outcome_of, unsealed
from ..outcomes.cost.asking import priced
from ..outcomes.together import read_together, unreadable
from ..outcomes.universe import differences
from ..phrases import listed, nearest
from ..records import Records, permitted
from ..records.uses import BOOK
from ..terms import Cohort, Horizon, Outcome, Panel, Problem, Refused, Study
from .enrolment import enrol

if TYPE_CHECKING:
    import pandas as pd

    from ..outcomes.cost.priced_ruler import PricedRuler
    from ..terms import Array


def measures(
    study: Study,
    records: Records,
    outcomes: Iterable[str] | None = None,
    *,
    horizon: Horizon | None = None,
    cohort: str | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """Every outcome of a cohort's people, one row a start: rows of people, which never leave the county.

    For researchers who may see rows and mean to go on in a notebook of their own: no disclosure rule is laid on what this gives back, and
    nothing of it may be sent, printed in a report or kept outside.  It reads outcomes whether or not a comparison holds, so settle
    and lock the design first.  People are numbers, and not ids.

    Args:
        study: A design, as `load` gives it.
        records: The county's records, as `connect` gives them.
        outcomes: Names of definitions, or of families; left out: every definition of people that the records hold.
        horizon: How long each person is followed; left out: as in the design's first question about the cohort.
        cohort: The cohort's name; left out: that of the first question.
        today: The day on which agreements must permit it; left out: the machine's.

    Returns:
        A frame of n rows in the order of the cohort: `start_id`, `person`, `served`; then of each outcome its value under its name (a mark or
        a state 1 or 0, an amount in its own unit, a rate for every `per` days), `NAME seen`, whether the clock was watched to the horizon or
        a state is known, and of a mark `NAME day`, in days since the start, missing where there is none.  A cost by a book of unit costs is
        read in the money of the design's first question about it, with `units SERVICE`, what the clock holds of each, beside it.
        `frame.attrs["left out"]` says, by name, which definitions could not be read and why, and `frame.attrs["adapted"]` in what the
        cohort's clocks differ from those that a definition asks for.

    Raises:
        Refused: an unknown name; a definition that was named, or a family of which none, can be read off these records by this horizon, or
            that an agreement does not permit; a cohort that is a panel; a sealed study that nobody has opened.
    """
    unsealed(study)
    outcomes = None if outcomes is None else _words(outcomes)
    first = next((question for question in study.questions if cohort in (None, question.cohort)), study.questions[0])
    name, followed = cohort or first.cohort, horizon or first.horizon
    if name not in study.cohorts:
        raise Refused(
            Problem("measures: cohort", "the design has no cohort of this name.", f"It has {listed(study.cohorts)}.", nearest(name, study.cohorts))
        )
    asked = {one: outcome_of(study, one) for one in _named(outcomes)}
    problems = _forbidden(study, records, asked, followed, name, today or date.today())
    people = None if _refused(outcomes, problems) else _people(study, records, name, followed)
    in_money = {one.outcome: one for one in reversed(study.questions) if one.money and asked.get(one.outcome) and asked[one.outcome].made == BOOK}
    if people is not None:
        plain = [one for one in asked if one not in problems and one not in in_money]
        unread = {one: unreadable(records.engine, people.table, asked[one], followed) for one in plain}
        problems |= {one: why for one, why in unread.items() if why}
    if people is None or _refused(outcomes, problems):
        raise Refused(*dict.fromkeys(problem for one in _refused(outcomes, problems) for problem in problems[one]))
    together = [outcome for one, outcome in asked.items() if one not in problems and one not in in_money]
    frame = read_together(records.engine, people.table, together, followed).to_pandas()
    for one in [one for one in in_money if one not in problems]:
        frame = frame.assign(**_in_money(priced(records.engine, people.table, asked[one], in_money[one], None, study.programme), followed))
    frame.attrs["left out"] = {one: " ".join(map(str, each)) for one, each in problems.items()}
    elsewhere = {one: differences(asked[one], study.cohorts[name], followed) for one in asked if one not in problems}
    return _told(frame, people, {one: clauses for one, clauses in elsewhere.items() if clauses})


def _told(frame: pd.DataFrame, people: Cohort, elsewhere: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """The frame with whose rows they are, and in what the cohort's clocks are not those of some definitions."""
    frame.insert(1, "person", people.person)
    frame.insert(2, "served", people.served)
    frame.attrs["adapted"] = dict(elsewhere)
    return frame


def _refused(words: list[str] | None, problems: Mapping[str, tuple[Problem, ...]]) -> list[str]:
    """Of the definitions with problems, those that were named, or of whose family none is left; of a family's others the frame goes without."""
    found = []
    for word in words or ():
        named = _called(word)
        found += named if all(name in problems for name in named) else []
    return list(dict.fromkeys(found))


def _in_money(ruler: PricedRuler, horizon: Horizon) -> dict[str, Array]:
    """The columns of an outcome by a book: dollars, whether they are all seen, and the units of each service."""
    dollars, units = ruler.amount(0, horizon), ruler.quantities(horizon, discounted=False)
    name = ruler.outcome.name
    columns = {name: dollars.amount, f"{name} seen": dollars.seen_days == dollars.window_days}
    return columns | {f"units {service}": units[:, column] for column, service in enumerate(ruler.services)}


def _people(study: Study, records: Records, cohort: str, horizon: Horizon) -> Cohort:
    """The cohort, whose people have clocks of their own."""
    people = enrol(cohort, study.cohorts[cohort], study.history, records, horizon)
    if isinstance(people, Panel):
        found = "its clock is the calendar: units of a panel have periods, and no clocks of their own."
        raise Refused(Problem(f"measures: cohort '{cohort}'", found, remedy="Choose a cohort by the clock of eligibility or service."))
    return people


def _named(words: list[str] | None) -> list[str]:
    """The names of the definitions of people that are asked for, each once; refuses words that name none, all at once."""
    of_people = [name for name, outcome in OUTCOMES.items() if outcome.table != "area"]
    if words is None:
        return of_people
    found = {word: _called(word) for word in words}
    right = "`betteroff outcomes` lists them; numbers about places are read by panels alone."
    problems = [
        Problem("measures: outcomes", f"no definition of people is called {word!r}.", right, nearest(word, of_people))
        for word in words
        if not found[word]
    ]
    if problems:
        raise Refused(*problems)
    return list(dict.fromkeys(name for names in found.values() for name in names))


def _words(outcomes: Iterable[str]) -> list[str]:
    return [outcomes] if isinstance(outcomes, str) else list(outcomes)


def _called(word: str) -> list[str]:
    """The definitions of people that a word names: one by its name, or a family."""
    return [name for name, outcome in OUTCOMES.items() if outcome.table != "area" and word in (name, name.split("/")[0])]


def _forbidden(
    study: Study, records: Records, asked: Mapping[str, Outcome], horizon: Horizon, cohort: str, today: date
) -> dict[str, tuple[Problem, ...]]:
    """What the sources' agreements do not permit, by definition: each as if a question of the design had named it."""
    found: dict[str, tuple[Problem, ...]] = {}
    for name in asked if records.agreements else ():
        question = replace(study.questions[0], outcome=name, horizon=horizon, cohort=cohort, per=1, money=None)
        try:
            permitted(records, replace(study, questions=(question,)), outcomes=asked, today=today)
        except Refused as refused:
            found[name] = refused.problems
    return found
