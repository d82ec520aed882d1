"""Who shares luck with whom: families, areas, and a person's own several starts."""

from __future__ import annotations

from datetime import date

from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.records import Records
from evaluation.terms import Assigned, Cohort, Horizon, Starts

PEOPLE = """
    person_id  area   sex
    ann        north  f
    bob        south  m
    cy         south  f
    dee        -      f
    eve        north  m
"""
FAMILIES = """
    family_id  person_id
    f1         ann
    f1         bob
    f2         bob
    f2         cy
"""
LOT = """
    person_id  kind     day
    ann        release  2020-03-01
    ann        aid      2020-03-01
    bob        release  2020-03-02
    bob        aid      2020-03-02
    cy         release  2020-03-03
    cy         no_aid   2020-03-03
    dee        release  2020-03-04
    dee        no_aid   2020-03-04
    eve        release  2020-03-05
    eve        no_aid   2020-03-05
    ann        release  2020-03-06
    ann        aid      2020-03-06
"""
MONTH = Horizon(days=30)


def enrolled(which: str, *cluster: str, records: Records | None = None) -> Cohort:
    chosen = plan(starts=Starts(("release",), which), cluster=cluster)  # type: ignore[arg-type]  # one of the words
    return enrol("main", chosen, (), records or county(person=PEOPLE, family=FAMILIES, event=LOT), MONTH)


def test_people_who_start_once_and_share_nothing_have_no_clusters() -> None:
    assert enrolled("first").clusters is None


def test_a_persons_several_starts_are_one_cluster_though_none_is_declared() -> None:
    clusters = enrolled("every").clusters

    assert clusters is not None
    assert clusters.tolist() == [0, 1, 2, 3, 4, 0]


def test_a_family_is_a_cluster_and_somebody_of_two_families_joins_both() -> None:
    clusters = enrolled("first", "family").clusters

    assert clusters is not None
    assert clusters.tolist() == [0, 0, 0, 1, 2]  # Bob joins Ann and Cy; Dee and Eve have no family


def test_an_area_is_a_cluster_and_somebody_without_one_is_their_own() -> None:
    clusters = enrolled("first", "area").clusters

    assert clusters is not None
    assert clusters.tolist() == [0, 1, 1, 2, 0]


def test_two_kinds_of_cluster_join_whoever_is_linked_by_either() -> None:
    clusters = enrolled("first", "family", "area").clusters

    assert clusters is not None
    assert clusters.tolist() == [0, 0, 0, 1, 0]


def test_blocks_are_the_combinations_of_the_columns_within_which_lots_were_drawn() -> None:
    chosen = plan(assigned=Assigned("lot", "aid", "no_aid", blocks=("area", "sex")), between=(date(2020, 1, 1), date(2020, 12, 31)))
    cohort = enrol("main", chosen, (), county(person=PEOPLE.replace("-    ", "north"), event=LOT), MONTH)

    assert cohort.blocks is not None
    assert cohort.blocks.tolist() == [0, 1, 2, 0, 3]
