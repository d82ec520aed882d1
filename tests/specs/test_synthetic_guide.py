"""The reference of the invented counties is what the code says."""

from pathlib import Path

from synthetic import PROGRAMMES, WORLDS
from synthetic.guide import page
from synthetic.rates import MODULES, Rate


def test_the_page_of_worlds_and_rates_is_the_one_that_the_code_writes() -> None:
    written = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text(encoding="utf-8")

    assert written == page(), "write it again: python -m synthetic.guide > docs/worlds.md"


def test_every_rate_stands_once_and_says_where_it_comes_from() -> None:
    rates = [rate for module in MODULES for rate in vars(module).values() if isinstance(rate, Rate)]

    assert len({id(rate) for rate in rates}) == len(rates) > 100
    assert all(rate.source and rate.meaning for rate in rates)


def test_the_readme_and_the_changelog_count_the_worlds_and_the_programmes_that_there_are() -> None:
    root = Path(__file__).parents[2]

    assert f"{len(WORLDS)} worlds and {len(PROGRAMMES)} programmes" in (root / "README.md").read_text(encoding="utf-8")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{len(WORLDS)} worlds," in changes and f"{len(PROGRAMMES)} programmes;" in changes
