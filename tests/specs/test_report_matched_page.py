"""The page of a matched finding: who is compared with whom and on which day, how alike they are, and how far it can be believed."""

import re
from dataclasses import replace

import pytest
from matched_answer import ALIKE, AMOUNTS, COMPARED, SERVED, conditions, matched_answer, plan
from report_bundle import HOSTILE, answer
from report_bundle import study as study_of
from test_report_page import Read
from test_report_page import page as lot_page

from evaluation.findings import judge, release
from evaluation.report import page as pages
from evaluation.report.language import plain
from evaluation.terms import Compared, Diagnostic, Interval, Matching, Ratio, Starts

TITLE = {"en": "Navigation", "es": "Acompañamiento"}


def page(given=None, language="en", declared=None):
    given = given or matched_answer()
    study = study_of(given, title=TITLE)
    study = replace(study, cohorts={"main": declared or plan(given.by)})
    return pages.page(release([judge(given, None, title=TITLE, languages=("en", "es"))]), study, language=language)


def terms(text):
    read = Read(text)
    return dict(zip(read.all("dt"), read.all("dd"), strict=True))


PAGE = {language: page(language=language) for language in ("en", "es")}


def test_how_far_it_can_be_believed_follows_the_sentence():
    for language, heading, words in (
        ("en", "How far this can be believed", "Nobody drew lots."),
        ("es", "Hasta qué punto se puede creer", "No hubo sorteo."),
    ):
        read = Read(PAGE[language])
        assert read.all("h3")[0] == heading
        (paragraph,) = [text for text in read.all("p") if text.startswith(words)]
        assert "380" in paragraph and "prior arrests" in paragraph


def test_what_a_lot_decided_has_no_such_paragraph():
    assert "How far this can be believed" not in lot_page(answer())


def test_people_who_walk_in_are_compared_on_the_same_day():
    said = terms(PAGE["en"])

    assert said["The answer is about"] == "those served by the programme who could be matched"
    assert said["What is compared"] == "how many of every 100 people are arrested within 52 weeks, if served now rather than not yet"
    assert said["Each clock starts on"] == "the day a person is served; for those compared with that person, the same day"
    assert said["Compared with"] == (
        "at most 50 people for each person served, drawn at random from everybody eligible on that day and not yet served, "
        "with the same “sex” and “area”"
    )
    assert said["Of these"] == (
        "the one most alike in how likely each was to be served, going by “prior arrests” and “shelter nights”; "
        "nobody is matched with anybody more than 0.2 standard deviations away"
    )
    assert said["Whoever is served later"] == "is followed until that day and no further"


def test_people_whom_an_event_made_eligible_are_compared_as_long_after_it():
    since = terms(page(declared=replace(plan(), starts=Starts(event=("release",)), exact=(), compared=Compared(draw=20, later_served="keep"))))

    assert since["Each clock starts on"].endswith("as many days after the day that made them eligible")
    assert since["Compared with"].startswith("at most 20 people") and "with the same" not in since["Compared with"]
    assert since["Whoever is served later"] == "is followed all the same"
    assert since["What is compared"].endswith("if served now rather than whenever they would have been served, if ever")
    own = terms(page(declared=replace(plan(), starts=Starts(enrolment=("aid",)))))
    assert own["Each clock starts on"].endswith("the same day")


def test_a_match_is_told_as_it_was_declared():
    said = terms(page(matched_answer(compare=Matching(ratio=3, caliper=0, on=("prior_arrests",)))))["Of these"]

    assert said == "at most 3, those most alike in how likely each was to be served, going by “prior arrests”"


def test_people_offered_the_programme_are_compared_with_everybody_eligible():
    offered = page(matched_answer(by="offer", population="those offered the programme", diagnostics=conditions(later=None)))
    said = terms(offered)

    assert said["Each clock starts on"] == "the day that made a person eligible, offered the programme or not"
    assert said["What is compared"].endswith("if offered the programme rather than not")
    assert said["Of these"].startswith("the one most alike in how likely each was to be offered the programme, going by")
    assert said["Compared with"] == "everybody eligible who was not offered the programme, with the same “area”"
    assert "Whoever is served later" not in said
    assert Read(offered).all("th", scope="row")[2:5] == ["Offered the programme", "Not offered it", "Not in the comparison"]
    assert "People who were offered the programme may differ" in offered and "now rather than not yet" not in offered


def test_the_groups_are_named_for_what_they_are_and_their_places_are_told():
    rows = Read(PAGE["en"]).all("tr")

    assert "Group People Places filled Share" in rows
    assert "Served 380 380 24.0%" in rows
    assert "Like them, not yet served that day 340 380 33.0%" in rows
    assert "Not in the comparison – 20 –" in rows


def test_the_ratio_and_the_path_before_the_start_stand_below_the_difference_and_the_balance():
    base = matched_answer()
    told = Ratio("risk ratio", 0.727, Interval(0.581, 0.909, "two-way cluster-robust by set and person, of the logarithm"))
    periods = {"days 1 to 91 before": 0.041, "days 92 to 182 before": -0.02}
    path = Diagnostic("path_before_start", "Path.", 0.041, 0.25, True, "WWC", False, periods, dict.fromkeys(periods, ALIKE))
    given = replace(base, estimate=replace(base.estimate, ratio=told), diagnostics=(*base.diagnostics, path))
    rows = Read(page(given)).all("tr")

    assert "Ratio of Range Ratio From To" in rows
    assert next(row for row in rows if row.startswith("share of the one group over share of the other")).endswith("0.73 0.58 0.91")
    assert "days 1 to 91 before 0.04" in rows and "days 92 to 182 before −0.02" in rows
    assert "la proporción de un grupo entre la del otro" in page(given, "es")


def test_of_a_hundred_in_each_group_so_many_were_arrested():
    captions = [caption for caption in Read(PAGE["en"]).all("figcaption") if "of every 100" in caption and "thick" not in caption]

    assert captions == ["24 of every 100 served by the programme were arrested", "33 of every 100 like them, not yet served that day, were arrested"]


@pytest.mark.parametrize(
    ("served", "compared", "numbers", "filled"),
    [
        (0.2854, 0.380, ["29", "38"], ["29", "38"]),  # half a person is rounded up, and the sentence says 9 fewer
        (0.2842, 0.379, ["28.4", "37.9"], ["28", "38"]),  # as whole people 10 apart
        (0.24, 0.33, ["24", "33"], ["24", "33"]),
    ],
)
def test_what_is_drawn_adds_up_to_what_is_said(served, compared, numbers, filled):
    arms = (replace(SERVED, mean=served), replace(COMPARED, mean=compared))
    given = matched_answer(arms=arms, low=served - compared - 0.05, high=served - compared + 0.05)

    for language, about in (("en", "about 9 fewer"), ("es", "alrededor de 9 menos")):
        text = page(given, language)
        assert about in text
        assert re.findall(r"<figcaption><b>([\d.]+)</b>", text) == numbers
        assert re.findall(r'aria-label="(\d+) (?:of|de) 100', text) == filled
        assert ("Rounded to whole" in text or "Redondeado a" in text) == (numbers == filled)


def test_what_no_lot_supports_stands_apart_from_the_claim_in_lighter_type():
    for language, ends, begins in (("en", "to 3 fewer).", "This is about being served"), ("es", "a 3 menos).", "Se compara recibir")):
        read = Read(PAGE[language])
        (claim,), (caveats,) = read.all("p", class_="sentence"), read.all("p", class_="caveats")
        assert claim.endswith(ends) and caveats.startswith(begins)
    assert 'class="caveats"' not in lot_page(answer())


@pytest.mark.parametrize(("language", "claim", "caveat"), [("en", "fewer", "Nobody drew lots"), ("es", "menos", "No hubo sorteo")])
def test_on_the_page_that_lists_the_studies_the_claim_and_its_caveats_stand_apart_too(language, claim, caveat):
    given = matched_answer()
    released = release([judge(given, None, title=TITLE, languages=("en", "es"))])
    study = replace(study_of(given, title=TITLE), cohorts={"main": plan(given.by)})
    read = Read(pages.index([pages.card(released, study, href="a/en.html", language=language)], version="0.1.0", language=language))

    [said], [beside] = read.all("p", class_="sentence"), read.all("p", class_="caveats")
    assert claim in said and caveat.lower() not in said.lower()
    assert beside.startswith(caveat) or caveat.lower() in beside.lower()
    assert [said, beside] == [Read(PAGE[language]).all("p", class_=name)[0] for name in ("sentence", "caveats")]


def test_a_range_promises_nothing_beyond_chance_where_nobody_drew_lots():
    assert "only if the groups were alike in everything that matters would 95 of 100" in PAGE["en"]
    assert "solo si los grupos se parecieran en todo lo que importa" in PAGE["es"]
    assert "only if the groups were alike" not in lot_page(answer())


def test_the_spanish_page_says_in_spanish_whom_it_is_about_and_what_is_compared():
    said = terms(PAGE["es"])

    assert said["La respuesta se refiere a"] == "las personas atendidas por el programa que se pudieron emparejar"
    assert said["Qué se compara"].endswith("si se recibe el programa ahora o todavía no")


def test_balance_before_and_after_stands_beside_its_picture():
    read = Read(PAGE["en"])

    assert "Before the start Before matching After" in read.all("tr")
    assert "prior_arrests 0.31 0.04" in read.all("tr") and "shelter_nights −0.12 −0.02" in read.all("tr")
    assert "Were the two groups alike before the start, once matched?" in read.all("h4")
    assert len([own for own in read.given("svg") if "before matching and after" in own.get("aria-label", "")]) == 1


def test_what_may_not_be_shown_is_not_drawn():
    hidden = page(matched_answer(diagnostics=conditions(alike=(375, 5, 300, 40))))

    assert not any(row.startswith("prior_arrests") for row in Read(hidden).all("tr"))  # a table of nothing but "hidden" tells nobody anything
    assert "so are the numbers from which they could be worked out" in hidden
    assert "Were the two groups alike before the start, once matched?" not in Read(hidden).all("h4")
    assert "0.31" not in hidden and "0.04" not in Read(hidden).all("p")


def test_a_page_without_the_differences_before_matching_draws_those_after():
    after = tuple(one for one in conditions() if one.name != "balance_before_matching")

    assert "prior_arrests 0.04" in Read(page(matched_answer(diagnostics=after))).all("tr")


def test_shares_of_people_are_written_as_shares_beside_their_limit():
    rows = Read(PAGE["en"]).all("tr")

    assert "most of those whom the answer is about compared with somebody like them 95% 50% yes no ours" in rows
    assert "how many of those compared were served later 18% – yes no Li, Propert and Rosenbaum 2001" in rows
    assert "two groups alike before the start, once matched or weighted 0.04 0.25 yes yes WWC" in rows


def test_few_people_who_found_nobody_are_on_no_part_of_the_page():
    three = matched_answer(
        not_compared=3, diagnostics=conditions(matched=(383, 380), small=(0, 383)), population="the 380 of 383 served who could be matched"
    )

    for language in ("en", "es"):
        text = page(three, language)
        shown = set(re.findall(r"\b\d{3}\b", " ".join(Read(text).all("main"))))
        assert not {"380", "383"} <= shown
    assert "Not everybody served by the programme could be matched" in page(three)


def test_it_says_what_served_now_rather_than_not_yet_leaves_out():
    keep = replace(plan(), compared=Compared(later_served="keep"))
    assert (
        "This is about how people fare if served now rather than not yet. People compared count only for as long as nobody had served them, so it "
        "tells how people would have fared who were not served within 52 weeks." in PAGE["en"]
    )
    assert "con no haberlo recibido todavía" in PAGE["es"] and "personas no atendidas en un plazo de 52 semanas" in PAGE["es"]
    assert "rather than whenever they would have been served, if ever" in page(declared=keep) and "were not served within" not in page(declared=keep)
    assert "rather than never" not in PAGE["en"] + page(declared=keep)
    assert "People who were served may differ from the others in ways that no record shows." in PAGE["en"]


def test_a_state_is_asked_of_the_last_day():
    housed = page(matched_answer("housed/recorded", low=0.02, high=0.12, worthwhile=0.05))

    assert Read(housed).all("h2")[0].endswith("at the end of 52 weeks")
    assert "Filled circles: people in permanent housing at the end of 52 weeks." in housed


def test_an_amount_has_its_mean_and_its_places():
    rows = Read(page(matched_answer("custody_days/recorded", arms=AMOUNTS, low=-9.0, high=1.0, worthwhile=-5.0))).all("tr")

    assert "Group People Places filled Average" in rows
    assert "Served 380 380 21.4" in rows


def test_both_pages_have_the_same_parts():
    english, spanish = (Read(PAGE[language]) for language in ("en", "es"))

    assert [tag for tag, _ in english.elements] == [tag for tag, _ in spanish.elements]
    assert not {"Compared", "Served", "Before matching"} & set(spanish.all("th"))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_columns_come_out_as_text(hostile):
    text = page(matched_answer(diagnostics=conditions(history={hostile: (0.2, 0.1)})), declared=replace(plan(), exact=(hostile,)))

    read = Read(text)
    assert read.given("script") == [] and read.open == []
    assert plain(hostile) in read.all("th")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200f]", text)


# ------------------------------------------------------------------------------------------------ what was tried, and what is hidden
def looked(p_value, apart=0.13):
    behind = {"before the history": ALIKE}
    return Diagnostic("placebo_window", "Looked.", p_value, 0.05, p_value >= 0.05, "control", False, {"before the history": apart}, behind)


@pytest.mark.parametrize(
    ("tried", "means", "not_shown", "seen"),
    [
        ((), "Nobody has tried to break this result yet.", "It has not been challenged: no false start", ""),
        ((looked(0.4),), "One test of this result has been passed", "the outcome before the start was looked at, and there", "0.4"),
        ((looked(3e-25),), "The one test of this result so far was failed", "It has hardly been challenged, and failed where it was", "< 0.001"),
    ],
)
def test_what_was_tried_is_never_said_to_be_untried(tried, means, not_shown, seen):
    given = matched_answer(diagnostics=(*conditions(), *tried))
    read = Read(page(given))

    assert read.all("p", class_="means")[0].startswith(means)
    assert [text for text in read.all("li") if not_shown in text]
    rows = [row for row in read.all("tr") if row.startswith("groups alike in the outcome before the start, where")]
    assert [f" {seen} 0.05 " in row for row in rows] == [True] * len(tried)
    study = replace(study_of(given, title=TITLE), cohorts={"main": plan(given.by)})
    released = release([judge(given, None, title=TITLE, languages=("en", "es"))])
    assert pages.card(released, study, href="a/en.html", language="en").verdict.means.startswith(means)


def test_beside_an_effect_that_is_hidden_nothing_is_said_to_have_held_and_no_table_is_hidden_all_over():
    few = page(matched_answer(arms=(SERVED, replace(COMPARED, people=10, events=5))))
    read = Read(few)

    assert "and held" not in few and "which the answer must rest on" not in few
    assert not any(re.fullmatch(r".*hidden hidden hidden.*", row) for row in read.all("tr"))
    assert "How big the difference is" not in read.all("h3") or "95% interval" not in few


def test_a_range_is_called_one_and_its_formula_stands_below():
    read = Read(PAGE["en"])

    assert any(row.startswith("95% interval −9.0") for row in read.all("tr"))
    assert "How it was worked out: two-way cluster-robust by set and person." in read.all("p", class_="small")
    assert not any("cluster-robust" in row for row in read.all("tr"))
