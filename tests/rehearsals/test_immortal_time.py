"""Immortal time: a programme that does nothing, and that only those who stay free long enough can walk into.

In `walk_in_without_effect` people walk in 0 to 150 days after their release, and only while they have not been arrested since.
Counted from the release, those served look better than the others by about 8 points.  With the clock of service they do not.
"""

from pathlib import Path

import pandas as pd
import pytest
from published import published

from evaluation.rehearsal import least_coverage
from evaluation.study import load
from evaluation.terms import Refused
from synthetic import WORLDS

WORLD = WORLDS["walk_in_without_effect"]
DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "navigation_walk_in.toml"
TEXT = DESIGN.read_text(encoding="utf-8")
DAYS = 364
WORTH_A_POINT = 0.01


def naive(records: dict[str, pd.DataFrame]) -> float:
    """Those served within 150 days of their release, less all others: shares arrested within 364 days of the release.

    What many an evaluation does, counted by hand from the tables that a county hands over.
    """
    release = records["spell"][records["spell"]["kind"] == "supervision"].set_index("person_id")["start"]
    enrolled = records["service"].set_index("person_id")["start"].reindex(release.index)
    served = ((enrolled - release).dt.days <= 150).to_numpy()
    arrests = records["event"][records["event"]["kind"] == "arrest"]
    since = (arrests["day"] - arrests["person_id"].map(release)).dt.days
    arrested = release.index.isin(arrests["person_id"][(since >= 1) & (since < DAYS)])
    return float(arrested[served].mean() - arrested[~served].mean())


def test_counted_from_the_release_a_programme_that_does_nothing_looks_eight_points_better() -> None:
    """7.9 points in the 200,000 people of docs/synthetic.md; the standard error of 40,000 people is half a point."""
    people = WORLD.people(40_000, 1)

    assert naive(WORLD.records(WORLD.live(people, WORLD.as_run))) == pytest.approx(-0.079, abs=2 * WORTH_A_POINT)


def test_with_the_clock_of_service_nothing_is_found_where_there_is_nothing() -> None:
    """Of the hundred counties that are published, some of them made again: a quarter of the eight points would be seen, were it left."""
    headline, *_ = published(DESIGN.stem, WORLD.name)  # in a county of this size the arms can differ too much for an answer

    assert headline.without_effect and headline.runs >= 100 and headline.answered >= 0.95 * headline.runs
    assert abs(headline.bias.value) < WORTH_A_POINT / 2 + 3 * headline.sd.value / headline.answered**0.5
    assert headline.coverage.value >= least_coverage(headline.answered)


@pytest.mark.parametrize(
    ("honest", "naive", "said"),
    [
        ('"not_yet_served"', '"same_event"', "immortal time"),
        ('"not_yet_served"', '"never_served"', "known only at the end"),
        ('"censor"', '"drop"', "known only later"),
        ('clock         = "service"', 'clock         = "eligibility"', "immortal time"),
    ],
    ids=["clocks from the release", "compared with the never served", "the later served dropped", "served known only after the start"],
)
def test_the_naive_design_is_refused_when_it_is_read(honest: str, naive: str, said: str, tmp_path: Path) -> None:
    assert TEXT.count(honest) == 1
    design = tmp_path / "naive.toml"
    design.write_text(TEXT.replace(honest, naive), encoding="utf-8")

    load(DESIGN)  # the design that ships is in order
    with pytest.raises(Refused, match=said):
        load(design)
