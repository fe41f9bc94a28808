"""Bulk acceptance and the page on anchoring, as a person meets them."""

import re

import pytest
from playwright.sync_api import expect
from shared.audits import answer

from coder.steps.audit.queue import audit_queue
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import Which, judgements
from coder.web.app import make_app

CODE = "education/customers/courses"
ASKED = "/bulk?precision=0.8&confidence=0.9"


@pytest.fixture
def guaranteed(suggested, drawn_interview):
    """Return a study with an interview of ninety units, every other one drawn at random and accepted by anna."""
    study = open_study(suggested)
    lines = [f"<script>alert({k})</script> We hold course {k} 🌊 for skippers." for k in range(90)]
    drawn_interview(study, lines, log.suggesting_model(study.store), CODE, "anna")
    study.close()
    return suggested


@pytest.fixture
def eva(guaranteed, clock, someone):
    """Return Eva at the study in which something may be accepted."""
    return someone("eva", make_app(guaranteed, clock=clock))


def in_bulk(folder):
    study = open_study(folder)
    found = judgements(study.store, which=Which.BULK)
    study.close()
    return found


def test_a_plan_that_takes_longer_has_the_page_wait_and_what_was_done_is_said_then(eva, monkeypatch):
    monkeypatch.setattr("coder.steps.study.background.PATIENCE", 0)
    with eva.client.session_transaction() as session:
        session["_flashes"] = [("message", "All were accepted.")]
    answer = eva.get("/bulk")
    assert answer.status_code == 202 and "being computed" in answer.text and answer.headers["Refresh"]
    monkeypatch.setattr("coder.steps.study.background.PATIENCE", 60)
    text = eva.get("/bulk").text
    assert "All were accepted." in text and "in bulk" in text


def test_without_a_random_audit_the_page_says_what_is_missing(anna):
    page = anna.get("/bulk")
    assert page.status_code == 200
    assert "nothing was sampled at random" in page.text and "Audit a random sample" in page.text
    assert 'class="main">Accept' not in page.text


def test_a_preview_of_twenty_in_context_then_all_at_once_then_none(eva, guaranteed):
    page = eva.get(ASKED)
    assert page.status_code == 200
    assert page.text.count("<mark>") == 20
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text
    assert in_bulk(guaranteed) == []
    fields = eva.form(ASKED, "/bulk")[1]
    assert eva.post("/bulk", fields).status_code == 303
    events = in_bulk(guaranteed)
    assert len(events) == int(fields["n"]) > 20
    assert {(e.coder, e.shown) for e in events} == {("eva", "bulk")}
    page = eva.get(ASKED)
    assert "accepted in bulk" in page.text and "Nothing new to accept" in page.text
    assert eva.send(ASKED, "/bulk/undo").status_code == 303
    assert in_bulk(guaranteed) == []


def test_the_page_says_what_nobody_would_see_and_leads_to_the_units_to_read(anna, suggested, clock, someone):
    assert "order=random" in anna.get("/bulk").text  # what is missing is chosen on the page that the link opens
    chosen = anna.get("/audit?order=random&everything=1").text
    assert re.search(r'value="random" checked', chosen) and re.search(r'name="everything" value="1" checked', chosen)
    study = open_study(suggested)
    for item in audit_queue(study, "anna", order="random", everything=True, sample=3):
        answer(study, "anna", item, accepted=tuple(one.code for one in item.codes), added=("contact/fairs",))
    study.close()
    text = anna.get("/bulk?recall=0.5&looks=1").text
    assert "What nobody would see" in text and "no later audit may be used" in text
    assert "of people&#39;s codes were suggested" in text and "follows [guarantee]" in text
    assert "Units that were not drawn" in text and "fairs" in text
    link = re.search(r'href="(/audit/begin\?order=to-read)">Read these (\d+) units', anna.get("/bulk").text)
    assert anna.get(link[1]).status_code == 303
    assert f"of {link[2]} done" in anna.get("/audit/next?order=to-read", follow_redirects=True).text


def test_a_doubled_form_and_a_preview_that_is_out_of_date_change_nothing(eva, guaranteed):
    action, fields = eva.form(ASKED, "/bulk")
    late = eva.form(ASKED, "/bulk")[1]
    assert eva.post(action, fields).status_code == 303
    n = len(in_bulk(guaranteed))
    assert eva.post(action, fields).status_code == 409
    said = eva.post(action, late)
    assert said.status_code == 400 and "changed since the preview" in said.text
    assert len(in_bulk(guaranteed)) == n


@pytest.mark.parametrize("asked", ["precision=high", "precision=1.2", "precision=nan", "confidence=1", "precision=-1"])
def test_a_precision_that_is_none_is_named(eva, asked):
    page = eva.get(f"/bulk?{asked}")
    assert page.status_code == 400
    assert "Traceback" not in page.text


def test_a_form_with_a_broken_number_changes_nothing(eva, guaranteed):
    action, fields = eva.form(ASKED, "/bulk")
    assert eva.post(action, fields | {"n": "many"}).status_code == 400
    assert eva.post(action, fields | {"n": ""}).status_code == 400
    assert in_bulk(guaranteed) == []


def test_a_blind_room_shows_and_accepts_nothing(guaranteed, clock, someone):
    seeing = someone("eva", make_app(guaranteed, clock=clock))
    fields = seeing.form(ASKED, "/bulk")[1]
    blind = someone("eva", make_app(guaranteed, clock=clock, blind=True))
    assert "<mark>" not in blind.get(ASKED).text
    assert blind.post("/bulk", fields).status_code == 400
    assert in_bulk(guaranteed) == []


def test_the_page_on_anchoring_shows_ones_own_judgements_only(eva, guaranteed, clock, someone):
    anna = someone("anna", make_app(guaranteed, clock=clock))
    assert "You have not audited a suggestion yet" in eva.get("/anchoring").text
    page = anna.get("/anchoring")
    assert "all codes" in page.text and "45 of 45" in page.text and "too few" in page.text
    assert not re.search(r"\beva\b", page.text)


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_in_a_browser_by_keyboard(guaranteed, serve, tab, javascript):
    live = serve(guaranteed)
    page = tab(live, name="eva", javascript=javascript)
    page.goto("/bulk")
    page.fill("input[name=precision]", "0.8")
    page.fill("input[name=confidence]", "0.9")
    page.press("input[name=confidence]", "Enter")
    page.wait_for_url("**precision=0.8**")
    assert page.locator("mark").count() == 20
    page.locator("button.main").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk")
    n = len(in_bulk(guaranteed))
    assert n > 20 and f"{n} suggestions were accepted in bulk" in page.inner_text("[role=status]")
    page.get_by_role("button", name="Take all of it back").press("Enter")
    expect(page.locator("body")).to_contain_text("taken back")
    assert in_bulk(guaranteed) == []
    page.goto("/anchoring")
    assert page.locator("h1").inner_text() == "Anchoring bias"
