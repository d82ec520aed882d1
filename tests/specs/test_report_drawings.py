"""Pictures are SVG that a page without inline styles can hold: the same bytes each time, and every label is text."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from report_bundle import HOSTILE

from evaluation.report import drawings
from evaluation.report.language import plain, words_of

WORDS = words_of("en")


def ranges(label="HC2", name="one", alt="A range."):
    rows = [drawings.Range(label, -0.17, 0.01, -0.08), drawings.Range("Newcombe", -0.16, 0.01)]
    return drawings.ranges(rows, smallest=0.05, words=WORDS.on_a_scale, meaning="people of every 100", nothing="no difference", name=name, label=alt)


def balance(column="prior_convictions", difference=0.04):
    return drawings.balance([(column, difference)], words=WORDS.number, meaning="in standard deviations", name="b", label="Balance.")


def love(column="prior_convictions", before=0.31, after=0.04, limit=0.25):
    rows = [drawings.Pair(column, after, before), drawings.Pair("shelter", -0.02)]
    legend = ("before matching", "after")
    return drawings.love(rows, alike=0.1, limit=limit, words=WORDS.number, meaning="in deviations", legend=legend, name="l", label="Balance.")


def hundred(share):
    return drawings.of_a_hundred(share, colour=drawings.ACCENT, name="h", label="Dots.")


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter("text")]


@pytest.mark.parametrize("share", [0.0, 0.004, 0.2222, 0.5, 0.996, 1.0])
def test_of_a_hundred_dots_as_many_are_filled_as_the_share_says(share):
    dots = [element.attrib["fill"] for element in ElementTree.fromstring(hundred(share)).iter("use")]

    assert len(dots) == 100
    assert dots.count(drawings.ACCENT) == round(100 * share)


@pytest.mark.parametrize("svg", [ranges(), balance(), love(), hundred(0.3)], ids=["ranges", "balance", "love", "hundred"])
def test_a_picture_has_a_role_and_a_name_and_no_style_script_or_outside_name(svg):
    root = ElementTree.fromstring(svg)

    assert root.tag == "svg" and root.attrib["role"] == "img" and root.attrib["aria-label"]
    assert {element.tag for element in root.iter()} <= {"svg", "g", "defs", "path", "use", "text", "clipPath", "rect"}
    for element in root.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert all(value.startswith("#") for name, value in element.attrib.items() if name.endswith("href"))
    assert "http" not in svg and "<!" not in svg


def test_identifiers_of_two_pictures_never_meet():
    one, other = (set(re.findall(r'id="([^"]+)"', ranges(name=name))) for name in ("one", "other"))

    assert one and not one & other


def test_every_identifier_that_is_referred_to_is_there():
    svg = ranges()

    assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) == set(re.findall(r'id="([^"]+)"', svg))


def test_another_process_draws_the_same_bytes():
    code = (
        "from test_report_drawings import ranges, balance, love, hundred; import sys; sys.stdout.write(ranges() + balance() + love() + hundred(0.3))"
    )
    drawn = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", env=elsewhere())

    assert drawn.stdout == ranges() + balance() + love() + hundred(0.3)


def elsewhere():
    import os
    from pathlib import Path

    here = Path(__file__).parent
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (here, here.parents[1]))), "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_label_comes_out_as_its_text(hostile):
    shown = plain(hostile)

    assert shown[:20] in " ".join(filter(None, texts(ranges(hostile))))
    assert shown[:20] in " ".join(filter(None, texts(balance(hostile))))
    assert shown[:20] in " ".join(filter(None, texts(love(hostile))))
    assert ElementTree.fromstring(ranges(alt=hostile)).attrib["aria-label"] == shown


def test_a_label_of_ten_thousand_letters_leaves_room_for_the_picture():
    assert max(len(text) for text in texts(balance("x" * 10_000)) if text) == drawings.LONGEST


def test_a_ring_stands_where_a_difference_was_before_matching_and_a_dot_where_it_is_after():
    places = {
        fill: [float(x) for x in re.findall(rf'<use href="#l-\w+" x="([\d.]+)" y="[\d.]+" fill="{fill}"', love())]
        for fill in ("#ffffff", drawings.ACCENT)
    }
    middle, scale = one_and_scale(love())

    (ring, _), (dot, other, _) = places["#ffffff"], places[drawings.ACCENT]  # the last of each is the legend's
    assert [round((place - middle) / scale, 2) for place in (ring, dot, other)] == [0.31, 0.04, -0.02]
    assert {"before matching", "after"} <= set(texts(love()))


def one_and_scale(svg):
    """Where no difference is, and how many points a deviation is: the limits stand at 0.25 to either side."""
    lines = sorted(float(x) for x in re.findall(r'd="M ([\d.]+) [\d.]+\s+L \1 [\d.]+\s+" clip-path', svg))
    low, middle, high = lines
    return middle, (high - low) / 0.5


def test_without_a_limit_that_may_be_shown_no_limit_is_drawn():
    assert len(re.findall(r"stroke-dasharray", love(limit=0.0))) == 0 < len(re.findall(r"stroke-dasharray", love()))


def test_groups_that_are_nearly_alike_are_not_drawn_as_if_they_were_far_apart():
    places = [float(x) for x in re.findall(r'<use href="#b-\w+" x="([\d.]+)"[^>]*fill="#0b5a8f"', balance(difference=0.01))]

    # 0.01 on a scale of 0.2875 to either side is a thirtieth of the way from the middle to the edge, at most 7 of 200 points
    middle = float(re.search(r'd="M ([\d.]+) [\d.]+\s+L \1 [\d.]+\s+" clip-path', balance())[1])
    assert len(places) == 1 and 0 < places[0] - middle < 7
