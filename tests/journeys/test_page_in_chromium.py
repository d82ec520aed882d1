"""A reader opens the page in a browser, on a phone and on a desk: it fits, it can be read, and nothing in it runs or calls out."""

import html
import json
import os
import re
import runpy
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.findings import release
from evaluation.report.page import card, index, page
from evaluation.shipped import shipped

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of any size
QUIET = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
HOSTILE = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script> $x^2$ \u202edesrever"

# measures each page inside a frame of a given width, and prints what it saw; the page itself may not run a script
MEASURE = """<!doctype html><meta charset="utf-8"><body><script>
const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const luminance = c => c.map(v => linear(v / 255)).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
function behind(element) {
  for (let e = element; e; e = e.parentElement) {
    const c = rgb(e.ownerDocument.defaultView.getComputedStyle(e).backgroundColor);
    if (c.length == 3 || c[3] > 0) return c.slice(0, 3);
  }
  return [255, 255, 255];
}
function measured(frame) {
  const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
  let worst = 21, faintest = "";
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest("defs, .skip")) continue;
    const style = view.getComputedStyle(e);
    const ink = rgb(e.closest("svg") ? style.fill : style.color).slice(0, 3);
    const [a, b] = [luminance(ink), luminance(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst) { worst = ratio; faintest = walker.currentNode.data.trim(); }
  }
  const texts = [...page.querySelectorAll("figure svg text")].map(t => t.getBoundingClientRect().height);
  return {title: page.title, overflow: root.scrollWidth - root.clientWidth, worst, faintest, font: view.getComputedStyle(page.body).fontSize,
          smallest: Math.min(...texts), scripts: page.scripts.length, leadBottom: page.querySelector(".badge").getBoundingClientRect().bottom};
}
const asked = PAGES, seen = [];
let left = asked.length;
asked.forEach(([text, width], i) => {
  const frame = document.createElement("iframe");
  frame.style = `border:0;width:${width}px;height:800px`;
  frame.onload = () => { seen[i] = measured(frame); if (--left == 0) document.body.textContent = "MEASURED" + JSON.stringify(seen); };
  frame.srcdoc = text;
  document.body.append(frame);
});
</script></body>"""


def chromium(folder: Path, *words: str) -> str:
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [CHROMIUM, *QUIET, *root, f"--user-data-dir={folder / 'profile'}", *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True).stdout


def measured(folder: Path, *asked: tuple[str, int]) -> list[dict[str, object]]:
    wrapper = folder / "measure.html"
    wrapper.write_text(MEASURE.replace("PAGES", json.dumps(asked).replace("<", "\\u003c")), encoding="utf-8")
    dumped = chromium(folder, "--virtual-time-budget=10000", "--dump-dom", wrapper.as_uri())
    return json.loads(html.unescape(re.search(r"MEASURED(\[.*\])", dumped)[1]))


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The pages of the Rossi experiment, in two languages and with a hostile title, and the page that lists them."""
    study = ev.load(shipped("examples/rossi/rossi.toml"))
    county = ev.connect(runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]())
    released = release(ev.evaluate(study, county))
    cards = [card(released, study, href="rossi/release/en.html", language="en")] * 3
    return {
        "en": page(released, study, language="en"),
        "es": page(released, study, language="es", invented=True),
        "hostile": page(released, replace(study, title={"en": HOSTILE}), language="en"),
        "index": index(cards, version="0.1.0", language="en"),
    }


@pytest.fixture(scope="module")
def seen(written, tmp_path_factory) -> dict[tuple[str, int], dict[str, object]]:
    asked = [(name, width) for name in written for width in (360, 1280)]
    folder = tmp_path_factory.mktemp("chromium")
    return dict(zip(asked, measured(folder, *((written[name], width) for name, width in asked)), strict=True))


@pytest.mark.parametrize("name", ["en", "es", "hostile", "index"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_its_text_can_be_read(seen, name, width):
    one = seen[name, width]

    assert one["overflow"] == 0
    assert one["worst"] >= CONTRAST, one["faintest"]
    assert one["font"] == "17px"  # the style sheet is taken: its digest is the one that the policy names


@pytest.mark.parametrize("name", ["en", "es"])
def test_letters_in_pictures_can_be_read_on_a_phone(seen, name):
    assert seen[name, 360]["smallest"] >= 10  # pixels from the top of a letter's box to its bottom


@pytest.mark.parametrize("name", ["en", "es"])
def test_the_verdict_stands_on_the_first_screen_of_a_phone(seen, name):
    assert seen[name, 360]["leadBottom"] < 640


def test_nothing_in_a_hostile_title_runs(seen):
    for width in (360, 1280):
        assert seen["hostile", width]["title"] == HOSTILE.replace("\u202e", "")
        assert seen["hostile", width]["scripts"] == 0


def test_the_page_prints(written, tmp_path):
    (tmp_path / "page.html").write_text(written["en"], encoding="utf-8")

    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri())

    printed = (tmp_path / "page.pdf").read_bytes()
    assert printed.startswith(b"%PDF") and 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 7
