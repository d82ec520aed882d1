"""Both catalogues say the same things, numbers are written as readers write them, and labels come out as plain text."""

import re
from pathlib import Path

import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.report import language
from evaluation.report.language import label, plain, words_of

HOME = Path(language.__file__).parent
SLOT = re.compile(r"\{(\w+)\}")
OF_PLACES = (
    *("arm_adoption", "arm_places", "arm_synthetic", "arm_cutoff", "arm_compliers", "arm_change", "arm_trend", "arm_disparity"),
    *("verdict_change", "verdict_target", "means_change", "means_places", "means_target", "verdict_disparity", "means_disparity"),
    *("verdict_costs", "means_costs"),
)
ROLES = {"page.headline", "page.secondary", "page.exploratory"}  # named by a question's role


def test_both_languages_have_the_same_keys_with_the_same_slots():
    slots = [{key: sorted(SLOT.findall(phrase)) for key, phrase in words_of(one).phrases.items()} for one in ("en", "es")]

    assert slots[0] == slots[1]


def test_no_phrase_was_left_in_english():
    same = [key for key, phrase in words_of("en").phrases.items() if phrase == words_of("es")[key]]

    assert set(same) <= {"verdict.provisional", "cell.no", "cell.nothing"}


def test_every_phrase_is_used():
    source = "".join(path.read_text(encoding="utf-8") for path in [*HOME.glob("*.py"), *HOME.glob("templates/*.j2")])
    units = {"events", "rate", "count", *(outcome.unit for outcome in OUTCOMES.values())}

    def used(key: str) -> bool:
        group, _, word = key.partition(".")
        of_money = group == "cheers" or (group == "costs" and word.startswith(("basis_", "column_", "gain_", "payer_", "perspective_", "why_")))
        of_arms = ("arm", "arm_service", "arm_strategy")
        groups = ("gate", "challenges", "challenge", "verdict", "means", "caption", "column", *of_arms, "cell", "better", *OF_PLACES)
        by_name = of_money or group in groups or (group in ("unit", "axis") and word in units)
        return by_name or f'"{key}"' in source or (group in ("term", "page") and f'"{word}"' in source) or key in ROLES

    assert [key for key in words_of("en").phrases if not used(key)] == []


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (words_of("en").whole(1234567), "1,234,567"),
        (words_of("es").whole(1234567), "1,234,567"),  # as Spanish is written in the United States
        (words_of("en").share(0.2222222), "22.2%"),
        (words_of("es").share(0.2222222), "22.2%"),
        (words_of("en").dollars(-4312.4), "−$4,312"),
        (words_of("es").dollars(3.5), "$3.50"),
        (words_of("en").of_a_hundred(-0.0833333), "−8.3"),
        (words_of("en").of_a_hundred(-0.0004), "−0.040"),
        (words_of("en").of_a_hundred(0.0), "0.0"),
        (words_of("en").on_a_scale(-0.05), "−5"),
        (words_of("en").p_value(0.049824), "0.0498"),
        (words_of("en").p_value(0.4123), "0.412"),
        (words_of("en").p_value(0.0000001), "< 0.001"),
        (words_of("en").number(0.001), "0.001"),
        (words_of("en").number(0.83), "0.83"),
        (words_of("en").hundredths(0.04), "0.04"),
        (words_of("en").hundredths(-0.004), "0.00"),
    ],
)
def test_numbers_are_written_as_readers_write_them(written, wanted):
    assert written == wanted


def test_a_slot_is_filled_literally():
    assert words_of("en").filled("text.hundred_label", arm="{event}", event="{arm}") == "{event} were {arm}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ame\u0301lie", "Amélie"),
        ("one\ttwo\r\nthree\x00four\x1b[31m", "one two three four [31m"),
        ("a\u202eb\u202cc\u2066d\u2069e\u200ff\ufeffg\u200bh", "abcdefgh"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("two\u2028lines", "two lines"),
        ("ñ 中文 العربية 👩‍👧"[:-2], "ñ 中文 العربية 👩"),
        ("  spaced   out ", "spaced out"),
    ],
)
def test_a_label_is_plain_text_on_one_line(text, wanted):
    assert plain(text) == wanted


def test_a_label_of_ten_thousand_letters_is_cut():
    assert len(label("x" * 10_000)) == language.LONGEST
