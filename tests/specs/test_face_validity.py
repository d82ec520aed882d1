"""The face validity page: it has every figure that was asked for, says the same twice, and its numbers are those of the written tables."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from synthetic import NEVER, WORLDS

ROOT = Path(__file__).parents[2]
SECTIONS = (
    "Cost concentration", "The fall of the costliest 5 %", "Cross-system overlap", "By age",
    "Reconviction by risk band", "Work around a release", "Returns to homelessness by exit type", "Re-entry by months since exit",
)  # fmt: skip
N, SEED = 2_000, 7


@pytest.fixture(scope="module")
def command() -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import face_validity

        return face_validity
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def page(command: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page")
    command.made(N, SEED, out)
    return out


def cell(page: Path, section: str, row: str, column: int) -> str:
    """What a table of the page says."""
    text = (page / "face_validity.md").read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {row} |")]
    return line.split("|")[1 + column].strip()


def test_the_page_has_every_figure_with_a_picture_in_words_and_a_table(page: Path) -> None:
    text = (page / "face_validity.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[([^\]]+)\]\(face_validity/(\w+)\.svg\)", text)

    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == list(SECTIONS)
    assert len(pictures) == len(SECTIONS) == len(re.findall(r"^\|( --- \|)+$", text, flags=re.MULTILINE))
    for alt, name in pictures:
        assert len(alt) > 60
        assert (page / "face_validity" / f"{name}.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_the_same_command_draws_the_same_bytes(page: Path, command: ModuleType, tmp_path: Path) -> None:
    command.made(N, SEED, tmp_path)

    for file in sorted(path for path in page.rglob("*") if path.is_file()):
        assert file.read_bytes() == (tmp_path / file.relative_to(page)).read_bytes(), file.name


def test_the_costliest_five_per_cent_are_those_of_the_cost_table(page: Path) -> None:
    world = WORLDS["county"].but(as_run=NEVER)
    cost = world.truth(world.live(world.people(N, SEED), NEVER))["cost"]
    spent = cost[cost["day"].dt.year == 2019].groupby("person_id")["amount"].sum().nlargest(N // 20).sum()
    whole = cost.loc[cost["day"].dt.year == 2019, "amount"].sum()

    assert cell(page, "Cost concentration", "costliest 5 %", 2) == f"{100 * spent / whole:.1f} %"


def test_reconvictions_are_those_of_the_event_table(page: Path) -> None:
    world = WORLDS["county"].of("reentry_navigation").but(as_run=NEVER)
    n = N // 4
    event = world.truth(world.live(world.people(n, SEED), NEVER))["event"]
    releases = event[(event["kind"] == "release") & (event["day"] >= "2019-01-01")].groupby("person_id")["day"].min()
    offences = event[event["kind"] == "convicted_offence"]
    wait = (offences["day"] - offences["person_id"].map(releases)).dt.days
    again = offences.loc[(wait > 0) & (wait <= 365), "person_id"].nunique()

    assert cell(page, "Reconviction by risk band", "everybody", 3) == f"{100 * again / n:.1f} %"


def test_risk_bands_are_in_order_and_the_costliest_fall(page: Path) -> None:
    bands = [
        float(cell(page, "Reconviction by risk band", band, 5).rstrip(" %")) for band in ("1 arrest or fewer", "2 or 3 arrests", "4 arrests or more")
    ]
    fell = [float(cell(page, "The fall of the costliest 5 %", year, 1).strip("$").replace(",", "")) for year in ("2018", "2019")]

    assert bands == sorted(bands)
    assert fell[1] < 0.7 * fell[0]


def test_a_spell_reaches_into_a_year_and_an_event_lies_in_it(command: ModuleType) -> None:
    """By hand: custody from 30 December to 2 January is known in both years; a booking on 31 December in the first alone."""
    day = pd.Timestamp
    person = pd.DataFrame({"person_id": ["P1", "P2"], "birth": [day("1980-01-01")] * 2, "death": [pd.NaT] * 2})
    spell = pd.DataFrame({"person_id": ["P1"], "kind": ["custody"], "start": [day("2018-12-30")], "stop": [day("2019-01-02")]})
    event = pd.DataFrame({"person_id": ["P2"], "kind": ["jail_booking"], "day": [day("2018-12-31")]})
    county = command.County({"person": person, "spell": spell, "event": event}, np.array([0, 0]))
    years = [(17_532, 17_897), (17_897, 18_262)]  # 2018 and 2019

    found = [county.known_in(("jail_booking", "custody"), *year).tolist() for year in years]

    assert found == [[True, True], [True, False]]
