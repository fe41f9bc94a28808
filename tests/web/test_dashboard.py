"""The dashboard as a person meets it: without JavaScript, in a browser, blind, and while it is being computed."""

import re
from threading import Event

import pytest

from coder.steps.pages import dashboard
from coder.web.app import make_app

real_figures = dashboard.counts_and_measures


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Wait for the numbers, however slow the machine."""
    real = dashboard.counts_and_measures
    monkeypatch.setattr(dashboard, "counts_and_measures", lambda study: real(study, seconds=60))


def counted_links(html):
    """Return (number, address) of each number that leads to its units."""
    found = re.findall(r'<a href="(/dashboard/units[^"]*)" aria-label="([\d,]+): [^"]*">', html)
    return [(int(n.replace(",", "")), url.replace("&amp;", "&")) for url, n in found]


def test_every_number_leads_to_as_many_units(anna):
    html = anna.get("/dashboard/").text
    links = counted_links(html)
    assert len(links) > 10
    for number, url in links:
        listed = anna.get(url)
        assert listed.status_code == 200
        units, times = re.search(r'role="status">([\d,]+) units?(?:, ([\d,]+) times)?', listed.text).groups()
        assert number == int((times or units).replace(",", ""))
        assert listed.text.count('class="words"') == min(50, int(units.replace(",", "")))


def test_the_board_says_at_which_event_it_was_computed(anna, events, room):
    last = len(events(room.config["FOLDER"]))
    assert f"Computed at event {last} of the log." in anna.get("/dashboard/").text


def test_figures_have_words_and_are_sent_once_for_each_state_of_the_log(anna):
    html = anna.get("/dashboard/").text
    figures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', html)
    assert {url for url, _ in figures} >= {
        "/dashboard/prevalence.svg",
        "/dashboard/outcomes.svg",
        "/dashboard/quality.svg",
    }
    for url, words in figures:
        answer = anna.get(url)
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert len(words) > 20
        again = anna.get(url, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert anna.get("/dashboard/secrets.svg").status_code == 404


def test_a_list_can_be_narrowed_and_leads_to_reading_and_audit(anna, room):
    url = "/dashboard/units?what=present&coder=ada&case=Birch&code=contact/fairs"
    html = anna.get(url).text
    assert html.count('class="words"') == 1
    assert "They talk with one another at the fair, too." in html
    if "audit.unit" in room.view_functions:
        assert 'href="/audit/unit/' in html
    if "reading.transcript" in room.view_functions:
        assert re.search(r'href="/read/transcript\?name=birch-1&amp;unit=(\d+)#unit-\1"', html)


def test_nonsense_is_answered_in_words(anna):
    answer = anna.get("/dashboard/units?what=<script>")
    assert answer.status_code == 400
    assert "<script>" not in answer.text.replace('<script src="/static', "")
    assert anna.get("/dashboard/units?page=x&code=nothing").status_code == 200


def test_until_the_numbers_are_there_the_page_says_so_and_reloads(anna, monkeypatch):
    monkeypatch.setattr(dashboard, "_KEPT", {})
    monkeypatch.setattr(dashboard, "count_study", lambda _: Event().wait(30))
    monkeypatch.setattr(dashboard, "counts_and_measures", lambda study: real_figures(study, seconds=0))
    for url in ("/dashboard/", "/dashboard/units?what=read&code=a"):
        answer = anna.get(url)
        assert (answer.status_code, answer.headers["Refresh"]) == (202, "2")
        assert "being computed" in answer.text
        assert f'href="{url.replace("&", "&amp;")}">Reload' in answer.text


def test_counts_are_shown_before_agreement_is_there(anna, monkeypatch):
    real = dashboard.counts_and_measures
    monkeypatch.setattr(dashboard, "counts_and_measures", lambda study: (real(study)[0], None))
    html = anna.get("/dashboard/").text
    assert "Agreement and model quality are being computed" in html
    assert "quality.svg" not in html


def test_in_a_blind_room_nothing_of_others_is_shown(suggested, clock, someone):
    anna = someone("anna", make_app(suggested, blind=True, clock=clock))
    for url in ("/dashboard/", "/dashboard/units?what=present", "/dashboard/prevalence.svg"):
        answer = anna.get(url)
        assert answer.status_code == 403
        assert not re.search(r"\bada\b", answer.text)


@pytest.mark.browser
def test_from_a_bar_to_its_units(live, tab):
    page = tab(live, viewport={"width": 320, "height": 700})
    page.goto("/dashboard/")
    while page.get_by_text("being computed").count():
        page.reload()  # the room waits a little before it answers
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    picture = page.locator("img").first
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    picture.click()
    page.wait_for_url("**/prevalence.svg")
    page.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/units?**")
    assert page.locator(".units .words").count()
