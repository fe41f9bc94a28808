"""Citations are chosen in the room: pinned, edited for print, translated; by form, once, and refused in words."""

import re

import pytest

from coder.steps.findings.print_edits import editions_of
from coder.steps.findings.pseudonyms import start
from coder.steps.study.study import open_study
from coder.web.app import make_app

COURSES = "education/customers/courses"
LIST = f"/citations?code={COURSES}"
MARCH = "We hold a course for the skippers every March."


def held(folder):
    study = open_study(folder)
    found = editions_of(study)
    study.close()
    return found


def cards(html):
    """Return the HTML of each citation by its number."""
    return dict(re.findall(r'<li id="c(\d+)"(.*?)</li>', html, flags=re.S))


def first(html, words=MARCH):
    return next(int(event) for event, card in cards(html).items() if words in card)


@pytest.fixture
def march(anna):
    """Return the number of a citation of the courses that says when they are."""
    return first(anna.get(LIST).text)


def test_codes_lead_to_their_citations(anna):
    html = anna.get("/citations").text
    assert f'href="/citations?code={COURSES}"' in html
    shown = anna.get(LIST).text
    assert len(cards(shown)) == 5
    card = cards(shown)[str(first(shown))]
    assert "(CEO, Alder)" in card
    assert "alder-1</bdi>, turn 2" in card
    assert "coded by ada" in card
    link = re.search(r'href="(/read/transcript[^"]*)#coding"', card)[1].replace("&amp;", "&")
    assert 'id="coding"' in anna.get(link).text


def test_citations_are_filtered_by_case_and_kind(anna):
    assert len(cards(anna.get(f"{LIST}&case=Birch").text)) == 1
    assert len(cards(anna.get(f"{LIST}&only=accepted").text)) == 0
    unreviewed = anna.get(f"{LIST}&only=unreviewed").text
    assert "suggested, not reviewed" in unreviewed
    assert anna.get(f"{LIST}&only=nonsense").status_code == 400
    assert anna.get("/citations?code=nonsense").status_code == 400
    assert "Every code" in anna.get("/citations?code=education").text


def test_a_list_has_pages(anna, monkeypatch):
    monkeypatch.setattr("coder.steps.pages.citation_lists.PAGE", 4)
    one, two = (anna.get(f"{LIST}&page={n}").text for n in (1, 2))
    assert "Page 1 of 2." in one
    assert (len(cards(one)), len(cards(two))) == (4, 1)
    assert set(cards(anna.get(f"{LIST}&page=77").text)) == set(cards(two))
    assert set(cards(anna.get(f"{LIST}&page=x").text)) == set(cards(one))


def test_a_citation_is_pinned_and_taken_out(anna, march, suggested):
    answer = anna.send(f"{LIST}&case=Alder", f"/citations/{march}/pin", pin="1")
    assert answer.status_code == 303
    assert answer.location == f"{LIST}&case=Alder#c{march}"
    html = anna.get(f"{LIST}&pinned=1").text
    assert all(MARCH in card and "Unpin" in card for card in cards(html).values())
    assert [pin.pinned for pin in held(suggested).pins.values()] == [True]
    anna.send(LIST, f"/citations/{march}/pin", pin="0")
    assert cards(anna.get(f"{LIST}&pinned=1").text) == {}


def test_a_citation_is_edited_for_print_and_goes_back(anna, march):
    answer = anna.send(LIST, f"/citations/{march}/edit", words="[They] hold a course […] every\r\nMarch.", how="keep")
    assert answer.status_code == 303
    card = cards(anna.get(LIST).text)[str(march)]
    assert "[They] hold a course […] every" in card.split("<textarea")[0]
    assert "edited for print" in card
    assert f'Original wording: <bdi dir="auto" lang="en">{MARCH}' in card
    anna.send(LIST, f"/citations/{march}/edit", how="original")
    assert "edited for print" not in cards(anna.get(LIST).text)[str(march)]


def test_a_preview_changes_nothing_and_can_be_kept(anna, march, suggested):
    action, fields = anna.form(LIST, f"/citations/{march}/edit")
    words = "We hold a course […] every March."
    shown = anna.post(action, {**fields, "words": words, "how": "preview"})
    assert shown.status_code == 200
    assert f'Preview: <bdi dir="auto" lang="en">{words}' in shown.text
    assert held(suggested).edits == {}
    assert anna.post(action, {**fields, "words": words, "how": "keep"}).status_code == 303
    assert len(held(suggested).edits) == 1


def test_what_is_refused_comes_back_as_it_was_typed(anna, march, suggested):
    answer = anna.send(LIST, f"/citations/{march}/edit", words="We <b>own</b> a course.", how="keep")
    assert answer.status_code == 422
    card = cards(answer.text)[str(march)]
    assert "<details open>" in card
    assert 'role="alert"' in card
    assert "We &lt;b&gt;own&lt;/b&gt; a course." in card
    assert held(suggested).edits == {}


def test_a_translation_is_kept_and_taken_back(anna, march, suggested):
    url = f"/citations/{march}/translation"
    refused = anna.send(LIST, url, language="s!", words="Vi håller kurs.")
    assert refused.status_code == 422
    assert "no language" in refused.text
    assert 'value="s!"' in refused.text
    assert "Vi håller kurs.</textarea>" in refused.text
    anna.send(LIST, url, language="SV", words="Vi håller kurs i mars.")
    assert '<bdi dir="auto" lang="sv">Vi håller kurs i mars.' in anna.get(LIST).text
    anna.send(LIST, url, words=" ")
    assert held(suggested).translations == {}


def test_a_form_counts_once_and_two_people_see_one_edition(anna, someone, march, suggested):
    action, fields = anna.form(LIST, f"/citations/{march}/edit")
    assert (
        anna.post(action, {**fields, "words": "[They] hold a course for the skippers every March."}).status_code == 303
    )
    assert anna.post(action, {**fields, "words": MARCH}).status_code == 409
    ben = someone("ben")
    assert "[They] hold a course" in ben.get(LIST).text
    assert ben.post(action, {**fields, "words": MARCH}).status_code == 409
    assert ben.post(action, {"words": MARCH}).status_code == 409


def test_a_citation_that_is_none_is_not_found(anna, march):
    _, fields = anna.form(LIST, f"/citations/{march}/pin")
    for event in (999999, 0):
        answer = anna.post(f"/citations/{event}/pin", {**fields, "pin": "1"})
        assert (answer.status_code, "that you may see" in answer.text) == (400, True)


def test_what_is_printed_stands_under_pseudonyms(anna, suggested):
    study = open_study(suggested)
    path = start(study)
    study.close()
    path.write_text("name,pseudonym\nAlder,Firm A\nMarch,spring\n", "utf-8")
    html = anna.get(LIST).text
    card = cards(html)[str(first(html))]
    assert "every spring." in card
    assert "(CEO, Firm A)" in card
    assert f"\n{MARCH}</textarea>" in card
    path.write_text("name,pseudonym\nAlder,Birch\n", "utf-8")
    html = anna.get(LIST).text
    assert "Names are shown as they are" in html
    assert "(CEO, Alder)" in html


def test_a_blind_room_shows_no_citations(suggested, clock, someone):
    anna = someone("anna", make_app(suggested, clock=clock, blind=True))
    answer = anna.get(LIST)
    assert (answer.status_code, MARCH in answer.text) == (403, False)
    _, fields = anna.form("/", "/sign-out")
    assert anna.post("/citations/1/pin", {**fields, "pin": "1"}).status_code == 403


@pytest.mark.browser
def test_a_citation_is_edited_by_keyboard_without_scripts(live, tab):
    page = tab(live, javascript=False)
    page.goto(LIST)
    page.locator(".citations").wait_for()  # they are being collected: the page asks again by itself
    card = page.locator("li.citation", has_text=MARCH).first
    number = card.get_attribute("id")
    card.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("[They] hold a course for the skippers every March.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{number}")
    assert "[They] hold a course" in page.locator(f"#{number} > .words").first.inner_text()
