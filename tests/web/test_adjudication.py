"""Several coders on the audit server: a disagreement side by side, names hidden until adjudicated, what is assigned."""

import re

import pytest

from coder.steps.agreement.intercoder import agreement_of
from coder.steps.audit.double_coding import assign
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.units import units_in
from coder.steps.study.study import open_study
from coder.store.judgements import judgements
from coder.web.app import make_app


@pytest.fixture
def board(suggested, clock):
    """Return the folder of a study in which the panel adjudicates what ada and ben disagree on."""
    settings = suggested / "study.toml"
    settings.write_text(settings.read_text("utf-8") + 'adjudicator = "panel"\n', "utf-8")
    study = open_study(suggested, clock=clock)
    for name in ("panel", "eva", "ole"):
        new_coder(study, name)
    study.close()
    return suggested


@pytest.fixture
def panel(board, someone, clock):
    return someone("panel", make_app(board, clock=clock))


def units(html):
    return list(dict.fromkeys(re.findall(r"/adjudicate/unit/(\d+)", html)))


def names_in(html):
    main = html.split("<main")[1]
    return {name for name in ("ada", "ben") if re.search(rf"\b{name}\b", main)}


def current(folder, coder):
    study = open_study(folder)
    found = judgements(study.store, coder)
    study.close()
    return found


def agreed(folder):
    study = open_study(folder)
    found = [a.as_dict()["rows"] for a in agreement_of(study, coders=("ada", "ben"), replicates=0)]
    study.close()
    return found


def test_a_disagreement_is_adjudicated_with_a_reason_and_only_then_are_names_shown(board, panel):
    before, listed = agreed(board), units(panel.get("/adjudicate").text)
    assert len(listed) > 2
    assert panel.get("/adjudicate/next").location == f"/adjudicate/unit/{listed[0]}"
    url = f"/adjudicate/unit/{listed[0]}"
    html = panel.get(url).text
    assert "Coder A" in html
    assert names_in(html) == set()
    answer = panel.send(url, url, choice="both", reason="she says <b>who</b> teaches")
    assert (answer.status_code, answer.location) == (303, url)
    after = panel.get(url).text
    assert names_in(after) == {"ada", "ben"}
    assert "she says &lt;b&gt;who&lt;/b&gt; teaches" in after
    assert {event.memo for event in current(board, "panel")} == {"she says <b>who</b> teaches"}
    assert agreed(board) == before
    assert panel.get(f"/adjudicate/next?after={listed[0]}").location == f"/adjudicate/unit/{listed[1]}"
    answer = panel.send(url, "/adjudicate/undo")
    assert answer.location == url
    assert names_in(panel.get(url).text) == set()
    assert current(board, "panel") == []


def test_what_cannot_be_adjudicated_is_said_and_what_was_typed_stays(board, panel):
    url = f"/adjudicate/unit/{units(panel.get('/adjudicate').text)[0]}"
    answer = panel.send(url, url, choice="1", reason=" ")
    assert answer.status_code == 422
    assert "a reason is kept" in answer.text
    answer = panel.send(url, url, choice="ticked", reason="because", other="zzz")
    assert answer.status_code == 422
    assert 'value="because"' in answer.text
    assert names_in(answer.text) == set()
    assert current(board, "panel") == []


def test_two_tabs_adjudicate_once(board, panel):
    url = f"/adjudicate/unit/{units(panel.get('/adjudicate').text)[0]}"
    action, first = panel.form(url, url)
    _, second = panel.form(url, url)
    assert panel.post(action, {**first, "choice": "1", "reason": "one"}).status_code == 303
    words = current(board, "panel")
    assert panel.post(action, {**first, "choice": "2", "reason": "two"}).status_code == 409
    answer = panel.post(action, {**second, "choice": "2", "reason": "two"})
    assert (answer.status_code, "adjudicated already" in answer.text) == (422, True)
    assert current(board, "panel") == words


def test_only_the_adjudicator_sees_sides_before_they_are_adjudicated(board, panel, someone):
    listed = units(panel.get("/adjudicate").text)
    ada = someone("ada", panel.client.application)
    html = ada.get("/adjudicate").text
    assert units(html) == []
    assert "adjudicates them" in html
    assert ada.get(f"/adjudicate/unit/{listed[0]}").status_code == 400
    panel.send(f"/adjudicate/unit/{listed[0]}", "/adjudicate/unit", choice="neither", reason="no")
    shown = ada.get(f"/adjudicate/unit/{listed[0]}")
    assert names_in(shown.text) == {"ada", "ben"}
    assert "/adjudicate/undo" not in shown.text


def test_in_a_blind_room_nothing_of_others_is_shown(board, someone, clock):
    panel = someone("panel", make_app(board, clock=clock, blind=True))
    html = panel.get("/adjudicate").text
    assert units(html) == []
    study = open_study(board)
    unit = units_in(study, ())[0].segment.id
    study.close()
    assert panel.get(f"/adjudicate/unit/{unit}").status_code == 400


def test_who_coded_a_unit_adjudicates_it_only_knowingly(board, someone, clock):
    settings = board / "study.toml"
    settings.write_text(settings.read_text("utf-8").replace('"panel"', '"ada"'), "utf-8")
    ada = someone("ada", make_app(board, clock=clock))
    html = ada.get("/adjudicate").text
    assert "Coders disagree on 0 units" in html
    url = f"/adjudicate/unit/{units(html)[0]}"
    answer = ada.send(url, url, choice="1", reason="mine")
    assert (answer.status_code, "coded this unit yourself" in answer.text) == (422, True)
    assert ada.send(url, url, choice="1", reason="mine", although_own="1").status_code == 303


def test_a_study_that_does_not_say_who_adjudicates_says_how(room, someone):
    assert "adjudicator" in someone("anna").get("/adjudicate").text


def test_pages_of_what_is_assigned_and_of_what_each_did(board, someone, clock):
    app = make_app(board, clock=clock)
    eva = someone("eva", app)
    assert "no unit to code blind" in eva.get("/adjudicate/assigned").text
    study = open_study(board, clock=clock)
    drawn = assign(study, ["eva", "ole"], share=0.4).drawn
    study.close()
    html = eva.get("/adjudicate/assigned").text
    assert f"{drawn} of {drawn} units are left" in html
    assert "order=assigned" in html
    first = eva.get("/audit/begin?order=assigned")
    unit = eva.get(first.location).location
    assert 'name="seen:' not in eva.get(unit).text
    target, fields = eva.form(unit, "/audit/unit")
    assert eva.post(target, {**fields, "action": "save"}).status_code == 303
    assert f"{drawn - 1} of {drawn} units are left" in eva.get("/adjudicate/assigned").text
    ole = someone("ole", app)
    assert f"{drawn} of {drawn} units are left" in ole.get("/adjudicate/assigned").text
    coders = eva.get("/adjudicate/coders").text
    assert all(name in coders for name in ("ada", "ben", "eva", "panel"))
    assert {event.shown for event in current(board, "eva")} == {"nothing"}


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_adjudication_in_the_browser(board, serve, tab, javascript):
    server = serve(board)
    page = tab(server, name="panel", javascript=javascript)
    page.goto("/adjudicate")
    left = page.locator("main table a").count()
    if javascript:
        page.keyboard.press("n")
    else:
        page.click("text=Adjudicate the next one")
    page.wait_for_url("**/adjudicate/unit/*")
    assert "Coder B" in page.inner_text("main")
    page.fill("#reason", "the fair is named")
    if javascript:
        page.locator("main h1").click()
        page.keyboard.press("b")
    else:
        page.click("button[value=both]")
    page.wait_for_selector(".adjudicated")
    assert {"ada", "ben"} <= set(re.findall(r"\w+", page.inner_text(".sides")))
    assert len({e.segment for e in current(board, "panel")}) == 1
    page.click("text=Undo the last")
    page.wait_for_selector("#reason")
    assert current(board, "panel") == []
    page.goto("/adjudicate")
    assert page.locator("main table a").count() == left
