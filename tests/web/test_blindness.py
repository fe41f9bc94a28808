"""What a person is to judge blind leaks through no page: neither the partner's codes nor any suggestion."""

import re

import pytest
from shared.audits import answer

from coder.steps.audit.adjudication import Disputes, adjudicate
from coder.steps.audit.decisions import code_by_hand
from coder.steps.audit.double_coding import assign, assigned_units
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.units import units_of
from coder.steps.pages import dashboard
from coder.steps.study.study import open_study
from coder.store.judgements import judgements
from coder.web.app import make_app

COURSES, TALK = "education/customers/courses", "contact/fairs"
NAMES = ("ada", "ben", "ole")
PLACE = "/read/transcript?name="


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Wait for the numbers of the dashboard, however slow the machine."""
    real = dashboard.counts_and_measures
    monkeypatch.setattr(dashboard, "counts_and_measures", lambda study: real(study, seconds=60))


def setting(folder, line):
    settings = folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + line, "utf-8")


@pytest.fixture
def doubled(suggested, clock):
    """Return a study in which eva and ole are to code every unit blind, and ole has coded one of each transcript."""
    setting(suggested, 'adjudicator = "eva"\n')
    study = open_study(suggested, clock=clock)
    for name in ("eva", "ole"):
        new_coder(study, name)
    assign(study, ["eva", "ole"], share=1)
    for unit in {unit.segment.span.transcript: unit for unit in units_of(study)}.values():
        code_by_hand(study, "ole", unit, [TALK], "said by ole")
    study.close()
    return suggested


@pytest.fixture
def eva(doubled, clock, someone):
    return someone("eva", make_app(doubled, clock=clock))


def answered(folder, coder="eva"):
    """Let a coder say of every unit that it has no code."""
    study = open_study(folder)
    for unit in units_of(study):
        code_by_hand(study, coder, unit, [])
    study.close()


def leaks(html):
    """Return the names and stripes of others, and the suggestions, in the main part of a page."""
    main = re.sub(r"<(datalist|select).*?</\1>", "", html.split("<main")[1], flags=re.S)
    words = [name for name in (*NAMES, "model-1", "said by ole") if re.search(rf"\b{name}\b", main)]
    return words + re.findall(r'data-event="\d+" title="[^"]*"', main)


def test_the_reading_view_shows_nothing_of_others_at_units_that_are_to_be_coded_blind(eva, doubled):
    study = open_study(doubled)
    events = [event.id for event in judgements(study.store) if event.code]
    study.close()
    for name in ("alder-1", "alder-2", "birch-1", "birch-2"):
        for view in ("own", "people", "suggestions"):
            assert leaks(eva.get(f"{PLACE}{name}&view={view}&q=fair").text) == []
        for event in events[:: max(1, len(events) // 8)]:
            assert 'id="coding"' not in eva.get(f"{PLACE}{name}&view=people&event={event}").text
    answered(doubled)
    assert any("suggested" in leak for leak in leaks(eva.get(f"{PLACE}birch-2&view=suggestions").text))
    assert {"ole", "ada"} <= set(leaks(eva.get(f"{PLACE}alder-1&view=people").text))


def test_what_is_coded_there_says_that_nothing_was_in_sight(eva, doubled):
    for view in ("suggestions", "people"):
        eva.send(f"{PLACE}birch-2&view={view}", "/read/code", quote="It rains.", code=TALK, memo=view)
    study = open_study(doubled)
    assert {event.shown for event in judgements(study.store, "eva")} == {"nothing"}
    study.close()


def test_the_dashboard_leaves_such_units_out_of_every_list(eva, doubled):
    links = re.findall(r'href="(/dashboard/units[^"]*)"', eva.get("/dashboard/").text)
    assert len(links) > 20
    for link in sorted(set(links)):
        html = eva.get(link.replace("&amp;", "&")).text
        assert 'class="words"' not in html
        assert "as you are to judge" in html or "0 units" in html
    answered(doubled)
    assert "They talk with one another at the fair, too." in eva.get("/dashboard/units?what=present&coder=ada").text


def test_such_units_come_up_in_no_other_queue_and_are_shown_blind_by_address(eva, doubled):
    for fields in ("", "code=contact", "everything=1", "against=ada&everything=1", "order=suspect", "order=random"):
        assert "Nothing is left" in eva.get(f"/audit/begin?{fields}", follow_redirects=True).text
    study = open_study(doubled)
    for segment in assigned_units(study, "eva"):
        for order in ("transcript", "suspect"):
            assert leaks(eva.get(f"/audit/unit/{segment}?order={order}").text) == []
    study.close()


def test_adjudication_waits_until_the_adjudicator_has_answered(eva, doubled, clock, someone):
    study = open_study(doubled)
    segment = next(s for s, name in assigned_units(study, "eva").items() if name == "alder-1")
    study.close()
    assert "disagree on 0 units" in eva.get("/adjudicate").text
    assert eva.get("/adjudicate/next").location == "/adjudicate"
    answer = eva.get(f"/adjudicate/unit/{segment}")
    assert (answer.status_code, leaks(answer.text)) == (400, [])
    answered(doubled)
    assert "Coded by you" in someone("eva", make_app(doubled, clock=clock)).get("/adjudicate").text


def test_what_was_adjudicated_stays_hidden_from_who_has_not_answered_yet(doubled, clock, someone):
    answered(doubled)
    study = open_study(doubled, clock=clock)
    new_coder(study, "uma")
    segment = Disputes().open(study)[0].segment
    adjudicate(study, "eva", segment, [TALK], "so it is", although_own=True)
    study.close()
    assert someone("uma", make_app(doubled, clock=clock)).get(f"/adjudicate/unit/{segment}").status_code == 200
    ole = someone("ole", make_app(doubled, clock=clock))
    assert ole.get(f"/adjudicate/unit/{segment}").status_code == 400


def test_citations_of_such_units_are_neither_listed_nor_changed(eva, doubled):
    study = open_study(doubled)
    event = next(event.id for event in judgements(study.store) if event.code == TALK and event.coder == "ole")
    study.close()
    for only in ("seen", "human", "accepted", "unreviewed", "all"):
        for code in ("", COURSES, TALK):
            html = eva.get(f"/citations?code={code}&only={only}").text
            assert "more quotation" in html or only == "accepted"
            assert 'class="card citation' not in html and leaks(html) == []
    _, fields = eva.form("/", "/sign-out")
    for what in ("pin", "edit", "translation"):
        answer = eva.post(f"/citations/{event}/{what}", {**fields, "pin": "1", "words": "x", "language": "sv"})
        assert (answer.status_code, "that you may see" in answer.text) == (400, True)
    answered(doubled)
    assert {"ole", "ada"} <= set(leaks(eva.get(f"/citations?code={TALK}").text))


# --- hidden by lot ---


def test_what_is_hidden_by_lot_is_in_no_list_or_queue_of_suggestions(suggested, clock, someone):
    setting(suggested, "hide_suggestions = 1.0\n")
    anna = someone("anna", make_app(suggested, clock=clock))
    assert leaks(anna.get(f"{PLACE}birch-2&view=suggestions").text) == []
    for what in ("suggested", "unreviewed"):
        assert 'class="words"' not in anna.get(f"/dashboard/units?what={what}").text
    assert "suggested by" not in anna.get("/dashboard/units?what=covered").text
    assert "Nothing is left" in anna.get("/audit/begin?code=education", follow_redirects=True).text
    unit = anna.get(anna.get("/audit/begin").location).location
    assert "seen:" not in anna.get(unit).text
    assert anna.get(f"{unit.split('?')[0]}/why?code={COURSES}").status_code == 400
    anna.send(f"{PLACE}birch-2&view=suggestions", "/read/code", quote="It rains.", code=TALK, view="suggestions")
    study = open_study(suggested)
    assert {event.shown for event in judgements(study.store, "anna")} == {"nothing"}
    study.close()


def test_an_answer_of_another_person_does_not_tell_that_a_code_was_suggested(suggested, clock, someone):
    study = open_study(suggested, clock=clock)
    item = audit_queue(study, "ole")[0]
    answer(study, "ole", item, accepted=tuple(s.code for s in item.codes))
    study.close()
    setting(suggested, "hide_suggestions = 1.0\n")
    html = someone("anna", make_app(suggested, clock=clock)).get("/dashboard/units?what=present&coder=ole").text
    assert "ole" in leaks(html) and "accepted by" not in html and "suggested by" not in html


def test_citations_do_not_tell_what_was_suggested_where_that_is_hidden(suggested, clock, someone):
    study = open_study(suggested, clock=clock)
    item = audit_queue(study, "ole")[0]
    answer(study, "ole", item, accepted=tuple(s.code for s in item.codes))
    code = item.codes[0].code
    study.close()
    setting(suggested, "hide_suggestions = 1.0\n")
    anna = someone("anna", make_app(suggested, clock=clock))
    shown = {only: anna.get(f"/citations?code={code}&only={only}").text for only in ("seen", "all")}
    for only in ("human", "accepted", "bulk", "unreviewed"):
        assert 'class="card citation' not in anna.get(f"/citations?code={code}&only={only}").text
    assert all("coded by ole" in html and "accepted by" not in html for html in shown.values())
    assert "suggested, not reviewed" not in shown["all"]
    assert "accepted by ole" in someone("ole", anna.client.application).get(f"/citations?code={code}").text
