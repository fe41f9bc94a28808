"""Suggestions that follow the coder, on the page and in the terminal: the next unit, several by one key, undo."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from coder.cli.terminal_sessions import audit_session
from coder.learn.bundle import load_model, save_model
from coder.learn.continuation import GivenNeighbours
from coder.steps.audit.queue import audit_queue
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import judgements
from coder.web.app import make_app

TALK = "contact/courses"
QUEUE = "/audit/begin?order=transcript"


@pytest.fixture
def folder(suggested):
    """Return a study whose model takes an answer on the unit before to say nearly all; birch-2 waits for an audit."""
    study = open_study(suggested)
    place = suggested / "models" / log.suggesting_model(study.store)
    study.close()
    model = replace(load_model(place), given=GivenNeighbours(np.array([0.1, 0.1, 6.0, -6.0, 0.0])))
    shutil.rmtree(place)
    save_model(model, place, "")
    return suggested


def said(folder, coder="anna"):
    """Return what a coder gave and read now: segment, code, whether it answers a suggestion."""
    study = open_study(folder)
    found = [
        (e.segment, e.code, e.responds_to is not None)
        for e in judgements(study.store, coder)
        if e.verdict.value == "present"
    ]
    study.close()
    return found


def begin(person, query=QUEUE):
    return person.get(person.get(query).location).location


def answer(person, url, **fields):
    """Send a unit's form: nothing that is suggested, unless told otherwise; return the next unit's address."""
    target, own = person.form(url, "/audit/unit/")
    marks = {name.replace("seen:", "mark:"): "absent" for name in own if name.startswith("seen:")}
    sent = person.post(target, {**own, **marks, "action": "save", **fields})
    assert sent.status_code == 303, sent.text
    return person.get(sent.location).location or sent.location


def test_an_answer_brings_up_the_next_unit_and_several_units_are_one_key(someone, folder, clock):
    anna = someone("anna", make_app(folder, clock=clock))
    first = begin(anna)
    second = answer(anna, first, add=TALK)
    page = anna.get(second).text
    assert f'data-code="{TALK}"' in page and "without your answers beside it" in page and 'value="more"' in page
    assert TALK in anna.get(f"{second}/why?code={TALK}").text
    _, own = anna.form(second, "/audit/unit/")
    more = own["more"].split()
    before = said(folder)
    after = answer(anna, second, action="more")
    new = [one for one in said(folder) if one not in before]
    assert sorted({str(segment) for segment, code, _ in new if code is None}) == sorted({*more, str(new[0][0])})
    assert all(code in {None, TALK} for _, code, _ in new)
    assert all(answers for _, code, answers in new if code)
    assert after != second
    target, form = anna.form(after, "/audit/undo")
    assert f"{len(more) + 1} units were taken back" in anna.get(anna.post(target, form).location).text
    assert said(folder) == before


def test_next_units_that_have_changed_or_another_code_beside_it_is_refused(someone, folder, clock):
    anna = someone("anna", make_app(folder, clock=clock))
    second = answer(anna, begin(anna), add=TALK)
    target, own = anna.form(second, "/audit/unit/")
    before = said(folder)
    for changed, why in (({"more": own["more"].split()[0] + " 1"}, "have changed"), ({"add": "suppliers"}, "one unit")):
        refused = anna.post(target, {**own, "action": "more", **changed})
        _, own = anna.form(second, "/audit/unit/")
        assert refused.status_code == 422 and why in refused.text
        assert said(folder) == before


def test_who_codes_blind_and_other_queues_see_nothing_of_it(someone, folder, clock):
    anna = someone("anna", make_app(folder, clock=clock))
    second = answer(anna, begin(anna), add=TALK)
    for order in ("uncertain", "random"):
        assert "without your answers" not in anna.get(f"{second}?order={order}").text
    ben = someone("ben", make_app(folder, clock=clock))
    assert "without your answers" not in ben.get(second).text
    blind = someone("anna", make_app(folder, clock=clock, blind=True)).get(second).text
    assert "score" not in blind and 'class="likely"' not in blind and 'value="more"' not in blind


def test_the_terminal_follows_too(folder, monkeypatch, capsys):
    study = open_study(folder)
    lines = iter([f"X + {TALK}", "r"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    audit_session(study, "anna", lambda: audit_queue(study, "anna"), "", in_order=True)
    shown = capsys.readouterr().out
    assert "without your answers beside it" in shown and "the code goes on; r accepts it" in shown
    study.close()
    units = {segment for segment, code, _ in said(folder) if code is None}
    assert {code for _, code, _ in said(folder)} == {None, TALK}
    assert f"{len(units)} units judged in this session" in shown and len(said(folder)) == 2 * len(units) > 4


@pytest.mark.browser
def test_several_units_by_keyboard_and_a_greyed_code_by_mouse(tab, serve, folder, accessible):
    page = tab(serve(folder))
    page.goto(QUEUE)
    page.wait_for_selector(".audit")
    unit = page.locator(".audit").get_attribute("data-unit")
    page.keyboard.press("X")
    page.keyboard.press("+")
    page.keyboard.type("contact courses")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".audit")).not_to_have_attribute("data-unit", unit)
    expect(page.locator(".decide")).to_have_attribute("data-code", TALK)
    accessible(page)
    units = 1 + page.locator(".next-units li").count()
    page.keyboard.press("r")
    expect(page.locator(".next-units")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".said")).to_contain_text(f"{units} units were taken back")
    page.locator(".likely input").first.check()
    page.reload()
    expect(page.locator(".likely input").first).to_be_checked()
    expect(page.locator(".added li")).to_have_count(0)
