"""Places, targets and cut-offs through `betteroff run` and delivery: every page stands, in both languages, and says nothing that is no number."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.delivery import Job, deliver_all
from evaluation.terms import Concurrent, Horizon
from synthetic import WORLDS

ROOT = Path(__file__).resolve().parents[2]
BROKEN = re.compile(r"\b(inf|nan|None|Infinity|KeyError)\b|∞|\{[a-z]+\}|\?\.|\b1 (months|days|periods|places|points|people)\b")
PEOPLE = 3_000
HERE = {"list_of_need": "northside", "services_since_2020": "office_01"}  # a place of the records of each design


def abroad(place: str) -> tuple[Concurrent, ...]:
    """What else changed meanwhile, in one place and everywhere."""
    closed = Concurrent("shelter_closed", date(2020, 3, 1), where=(place,))
    return closed, Concurrent("new_fares", date(2019, 7, 1), ends=date(2019, 9, 30), verified=True)


def text(page: Path) -> str:
    """What a reader is told by a page."""
    body = re.sub(r"<style>.*?</style>|<head>.*?</head>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def pages(out: Path, name: str) -> tuple[str, str]:
    """A study's released pages, in English and in Spanish, looked at for what no page may say."""
    read = tuple(text(out / "release" / name / f"{language}.html") for language in ("en", "es"))
    for said in read:
        assert not (wrong := [said[max(0, one.start() - 40) : one.end() + 20] for one in BROKEN.finditer(said)]), wrong
    json.loads((out / "release" / name / "findings.json").read_text(encoding="utf-8"))
    return read[0], read[1]


@pytest.fixture(scope="module", params=[("castle", ("castle", "homicides")), ("texas", ("texas",))], ids=["castle", "texas"])
def run(request, tmp_path_factory):
    folder, names = request.param
    home, at = ROOT / "examples" / folder, tmp_path_factory.mktemp(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, str(home / "records.py"), str(at / "records")], check=True, env=environment)
    designs = [str(home / f"{name}.toml") for name in names]
    words = [sys.executable, "-m", "evaluation", "run", *designs, "--records", str(at / "records"), "--out", str(at / "out")]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    return {name: pages(at / "out", name) for name in names}, at / "out"


def test_pages_about_places_a_target_and_one_state_come_out_of_the_command(run) -> None:
    told, out = run
    for name, (english, spanish) in told.items():
        assert "homicid" in english or "Black men in prison" in english, name
        assert english != spanish and "More people" not in english
    if "homicides" in told:
        asked = json.loads((out / "release" / "homicides" / "findings.json").read_text(encoding="utf-8"))["findings"][0]["question"]
        assert asked["target"]["since"] == "2000-01-01"
        assert "0.5 for every 100,000 people" in told["castle"][0] and "times for every" not in told["castle"][0]
    else:
        assert "Black men in prison in each year where the programme began" in told["texas"][0]
        assert "a year" not in told["texas"][0].split("How far this can be believed")[0]


@pytest.mark.parametrize(("design", "world"), [("list_of_need", "cut_off"), ("services_since_2020", "lasting_need_additive")])
def test_an_invented_county_at_a_cut_off_and_of_people_before_and_after_is_delivered_in_both_languages(design, world, tmp_path) -> None:
    known = WORLDS[world]
    everybody = known.people(PEOPLE, seed=1)
    records = ev.connect(known.records(known.live(everybody, known.as_run)))
    study = replace(ev.load(ROOT / f"designs/bayview/{design}.toml"), concurrent=abroad(HERE[design]))
    for delivered in deliver_all([Job(design, study, records, invented=True)], tmp_path):
        assert delivered.ran
    english, spanish = pages(tmp_path, design)

    assert study.title["en"] in english and study.title["es"] in spanish
    if design == "services_since_2020":
        assert "shelter_closed (office_01; from March 1, 2020 on; days not verified)" in english
        assert "new_fares (everywhere; from July 1, 2019 to September 30, 2019)." in english
        assert "shelter_closed (office_01; desde el 1 de marzo de 2020; fechas sin verificar)" in spanish


def test_the_list_says_how_people_or_places_must_have_come_to_every_method() -> None:
    words = [sys.executable, "-m", "evaluation", "list"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout.splitlines()
    needs = {line.split()[0]: line for line in listed if line.startswith("  ")}

    for method in ("did", "series", "monitor"):
        assert needs[method].endswith('clock = "calendar"')
    assert str(Horizon(months=1)) == "1 month" and str(Horizon(days=2)) == "2 days"
