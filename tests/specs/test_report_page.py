"""The page is one file that asks nothing of anybody, reads in order, hides what must be hidden, and shows hostile text as text."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from report_bundle import HOSTILE, PROVENANCE, TITLE, answer, few, released, second, study, unanswered

from evaluation.report import page as pages
from evaluation.report.language import plain, words_of
from evaluation.study.seal import Amendment, Sealing
from evaluation.terms import Refused

VOID = {"meta", "link", "br", "img", "hr", "input", "path", "use", "circle", "rect"}


class Read(HTMLParser):
    """A page as a reader's program takes it: elements with their attributes, and the text of each."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts = [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.texts[len(self.elements) - 1] = ""
        if tag not in VOID:
            self.open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        for _, number in self.open:
            self.texts[number] += data

    def all(self, tag, **attributes):
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [" ".join(self.texts[i].split()) for i, (name, own) in enumerate(self.elements) if name == tag and wanted.items() <= own.items()]

    def given(self, tag):
        return [own for name, own in self.elements if name == tag]


def page(*answers, language="en", invented=False, title=None, **named):
    answers = answers or (answer(),)
    return pages.page(released(*answers, title=title), study(*answers, title=title, **named), language=language, invented=invented)


WHOLE = {language: page(answer(), second(), language=language, invented=True) for language in ("en", "es")}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_is_well_formed_and_says_its_language(language):
    read = Read(WHOLE[language])

    assert read.open == []
    assert read.given("html") == [{"lang": language}]
    assert len(read.all("main")) == len(read.all("header")) == len(read.all("footer")) == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_headings_go_down_one_step_at_a_time(language):
    levels = [int(tag[1]) for tag, _ in Read(WHOLE[language]).elements if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_table_has_a_caption_and_scopes_and_every_picture_a_name(language):
    read = Read(WHOLE[language])

    assert len(read.all("caption")) == len(read.all("table")) > 5
    assert all(read.all("caption"))
    assert {own["scope"] for own in read.given("th")} == {"col", "row"}
    for svg in read.given("svg"):
        assert svg.get("aria-hidden") == "true" or (svg["role"] == "img" and svg["aria-label"])


def test_identifiers_are_each_given_once_and_every_reference_finds_one():
    ids = re.findall(r'\bid="([^"]+)"', WHOLE["en"])

    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', WHOLE["en"])) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', WHOLE["en"])) <= set(ids)


def test_the_page_asks_nothing_of_any_other_computer_and_runs_nothing():
    text = WHOLE["en"]
    read = Read(text)

    assert not re.search(r"https?:|//|@import|javascript:|data:|srcset|<iframe|<object|<embed|<form|<base|<link|<img", text)
    assert read.given("script") == []
    assert all(not name.startswith("on") and name not in ("style", "src") for _, own in read.elements for name in own)
    assert all(value.startswith("#") for _, own in read.elements for name, value in own.items() if name.endswith("href"))


def test_the_only_style_allowed_is_the_one_on_the_page():
    policy = next(own["content"] for own in Read(WHOLE["en"]).given("meta") if own.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", WHOLE["en"], re.DOTALL)[1]

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_same_findings_give_the_same_bytes():
    assert page(answer(), second(), invented=True) == WHOLE["en"]


def test_the_headline_comes_first_with_verdict_and_sentence_without_the_title_again():
    read = Read(page(answer(low=-0.15, high=-0.02)))

    assert read.all("h1") == [TITLE["en"]]
    assert read.all("h2")[0] == "Main question: arrest, within 52 weeks"
    assert read.all("p", class_="badge provisional") == ["Provisional: better"]
    assert read.all("p", class_="sentence")[0].startswith("This points to better, but it is provisional")
    assert read.all("p", class_="means") == ["Nobody has tried to break this result yet. If it stands up to that, the verdict becomes “better”."]


def test_the_icon_array_shows_of_every_hundred_in_both_groups():
    captions = [caption for caption in Read(page()).all("figcaption") if "of every 100" in caption and "thick" not in caption]

    assert captions == ["22.2 of every 100 offered the programme by lot were arrested", "30.6 of every 100 not offered it were arrested"]


def test_there_is_no_icon_array_where_less_than_one_person_of_a_hundred_matters():
    assert 'class="hundreds"' not in page(answer(worthwhile=-0.004))


def test_a_mean_has_no_icon_array():
    assert 'class="hundreds"' not in page(second())


def test_numbers_stand_in_the_tables_as_they_were_released():
    rows = Read(page(answer(low=-0.15, high=-0.02))).all("tr")

    assert "Offered the programme 216 48 168 22.2%" in rows
    assert "Not offered it 216 66 150 30.6%" in rows
    assert "95% interval −8.3 −15.0 −2.0 4.2 0.0470" in rows
    assert "prior_convictions −0.11" in rows


def test_amounts_are_written_in_their_unit():
    rows = Read(page(second())).all("tr")

    assert "Offered the programme 216 21.4" in rows
    assert "95% interval −2.7 −9.31 3.9 0.0418 0.0470" in rows


def test_people_that_questions_share_are_shown_once():
    captions = Read(WHOLE["en"]).all("caption")

    assert captions.count("Who is studied, and how the rest were lost") == 1
    assert captions.count("What became of each group") == 2


def test_an_answer_that_no_lot_decided_says_so():
    assert "Nobody drew lots." not in page()
    assert "Nobody drew lots." in page(answer(by="offer"))


def test_a_condition_that_failed_is_seen_beside_the_conditions():
    read = Read(page())

    assert "Everything that the answer must rest on held. Something else that was looked at did not" in " ".join(read.all("p"))
    assert read.all("td", class_="no") == ["no"]


def test_a_definition_written_from_memory_says_so():
    assert "no: written from memory" in page(second())
    assert "no: written from memory" not in page()


def test_the_three_codes_stand_on_the_page():
    read = Read(page())

    assert read.all("code")[-3:] == [PROVENANCE.study, PROVENANCE.records, PROVENANCE.version]


CHANGED = "fixed by a lock, and changed since, for these reasons: "


@pytest.mark.parametrize(
    ("amendments", "said"),
    [
        (None, "not fixed by a lock: it could have been changed after outcomes were seen"),
        ((), "fixed by a lock, and not changed since"),
        ((Amendment("Less.", looks=2),), f"{CHANGED}Less. (by then its gates had been looked at this many times: 2)"),
        (
            (Amendment("A year was missing."), Amendment("<b>Typo</b>", after_opening=True)),
            f"{CHANGED}A year was missing.; <b>Typo</b> (after the outcomes had been read)",
        ),
    ],
)
def test_the_page_says_whether_the_design_was_fixed_and_why_it_was_changed(amendments, said):
    one = answer()
    text = pages.page(released(one), study(one), language="en", amendments=amendments)

    assert said in Read(text).all("dd")


@pytest.mark.parametrize(
    ("language", "opened_on", "said"),
    [
        ("en", PROVENANCE.records, "It was opened on these records ("),
        ("en", "another digest", "It was opened on other records (another dige…) than those of this page"),
        ("es", PROVENANCE.records, "Se abrió con estos registros ("),
        ("es", "another digest", "Se abrió con otros registros (another dige…) que los de esta página"),
    ],
)
def test_the_page_of_a_sealed_study_says_by_which_gates_and_on_which_records_it_was_opened(language, opened_on, said):
    one = answer()
    sealing = Sealing(("balance", "negative_controls"), opened_on)
    text = pages.page(released(one), study(one), language=language, amendments=(), sealing=sealing)

    [fixed] = [cell for cell in Read(text).all("dd") if said in cell]
    assert words_of(language)["gate.balance"] in fixed and words_of(language)["gate.negative_controls"] in fixed
    assert not any("seal" in cell or "sell" in cell for cell in Read(pages.page(released(one), study(one), language=language)).all("dd"))


def test_an_invented_county_is_said_to_be_invented():
    assert "Invented county; not real people." in WHOLE["en"]
    assert "Condado inventado; no son personas reales." in WHOLE["es"]
    assert "Invented county" not in page()


def test_small_counts_are_hidden_everywhere_and_the_reason_is_not_told():
    text = page(few())
    read = Read(text)

    assert read.all("p", class_="badge not_answered") == ["Not answered"]
    assert "Offered the programme 216 hidden hidden hidden" in read.all("tr")
    assert "Each of them reads “hidden”" in " ".join(read.all("p"))
    assert "2.8%" not in text and "−11.1" not in text and "to protect another" not in text
    assert 'class="hundreds"' not in text and "question-1-ranges" not in text


def test_a_page_without_small_counts_says_that_nothing_was_hidden():
    assert "No count of people on this page had to be hidden" in page()


def test_a_question_without_an_answer_says_why_and_shows_no_number():
    read = Read(page(unanswered("The records end too early.")))

    assert read.all("h3")[0] == "Why there is no answer"
    assert "cohort main: The records end too early." in read.all("li")
    assert read.all("table") == []


def test_the_spanish_page_marks_what_is_in_english():
    read = Read(WHOLE["es"])

    assert read.all("td", lang="en") and read.all("dd", lang="en")
    assert "Hansen and Bowers 2008" in read.all("td", lang="en")
    assert read.all("h3")[0] == "A quién se comparó con quién"


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_labels_come_out_as_text(hostile):
    title = {"en": hostile, "es": hostile}
    one = answer(rule=hostile, formula=hostile, history={hostile: 0.1})
    text = page(one, title=title, county=hostile, source=hostile)

    read, clean = Read(text), Read(page(answer()))

    assert [tag for tag, _ in read.elements] == [tag for tag, _ in clean.elements]
    assert {name for _, own in read.elements for name in own} == {name for _, own in clean.elements for name in own}
    assert read.all("h1") == [plain(hostile)]
    assert plain(hostile) in read.all("th") and plain(hostile) in read.all("dd")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200f]", text)


def test_people_who_were_not_followed_have_a_row_of_their_own():
    read = Read(page(answer(not_followed=40)))

    assert any("Not followed to the end" in cell for cell in read.all("th") + read.all("td"))
    assert "Not followed to the end" not in page(answer())
    assert len(read.all("p", class_="sentence")) == 1


def test_names_of_ten_thousand_letters_are_cut():
    text = page(answer(rule="x" * 10_000, history={"y" * 10_000: 0.1}), title={"en": "z" * 10_000}, county="w" * 10_000)

    assert max(len(run) for run in re.findall(r"[wxyz]{50,}", text)) <= 200


# ------------------------------------------------------------------------------------------------ the page that lists all
def index(*cards, language="en"):
    return pages.index(cards, version=PROVENANCE.version, language=language)


def card(href="aid/release/en.html", title=None, language="en", invented=False):
    return pages.card(released(answer(), title=title), study(answer(), title=title), href=href, language=language, invented=invented)


def test_the_index_lists_each_study_with_its_verdict_and_a_link_inside_the_folder():
    read = Read(index(card(), card("other study/ñ.html")))

    assert [own["href"] for own in read.given("a")] == ["#main", "./aid/release/en.html", "./other%20study/%C3%B1.html"]
    assert len(read.all("p", class_="sentence")) == 2


def test_the_index_says_of_each_invented_county_that_it_is_invented():
    read = Read(index(card(), card(invented=True)))

    assert ["Invented county; not real people." in kicker for kicker in read.all("p", class_="kicker")] == [False, True]


@pytest.mark.parametrize("href", ["../secret.html", "/etc/passwd", "a//b", "", "a/../../b", "./a"])
def test_a_link_that_leads_out_of_the_folder_is_refused(href):
    with pytest.raises(Refused, match="A link would lead out of the folder"):
        card(href)


@pytest.mark.parametrize("href", ["javascript:alert(1)", "https:evil", 'x" onclick="y'])
def test_a_link_is_a_path_whatever_it_looks_like(href):
    read = Read(index(card(href)))

    assert read.given("a")[1]["href"].startswith("./")
    assert set(read.given("a")[1]) == {"href"}


def test_the_index_shows_hostile_titles_as_text():
    hostile = HOSTILE["markup"]

    assert Read(index(card(title={"en": hostile}))).all("h2") == [plain(hostile)]


def test_the_spanish_catalogue_heads_the_spanish_index():
    assert Read(index(card(language="es"), language="es")).all("h1") == [words_of("es")["page.index_title"]]
