"""The audit queue as a person meets it: without JavaScript, by keyboard in a browser, two at once, after a kill."""

import re
import signal

import pytest
from playwright.sync_api import expect

from coder.cli.terminal_sessions import AUDIT_HELP, parse_answer
from coder.steps.audit.queue import audit_queue
from coder.steps.audit.units import KEYS
from coder.steps.study.study import open_study
from coder.store import corpus, log
from coder.types import Coding
from coder.web.app import make_app

UNIT = "/audit/unit/"


def begin(person, query="order=transcript"):
    """Open a queue and return the address of the first unit."""
    answer = person.get(f"/audit/begin?{query}")
    return person.get(answer.location).location


def answered(person, url, **fields):
    """Send the form of a unit, accepting what is suggested unless told otherwise, and return the answer."""
    target, own = person.form(url, UNIT)
    marks = {name.replace("seen:", "mark:"): "present" for name in own if name.startswith("seen:")}
    return person.post(target, {**own, **marks, "action": "save", **fields})


def by(events, coder):
    """Return the events of one coder."""
    return [event for event in events if event.coder == coder]


def words_of(events, folder, coder):
    """Return a coder's words in the log, without those of whole units."""
    return [(e.segment, e.code, e.verdict.value) for e in by(events(folder), coder) if e.code]


# ---- Without JavaScript ----


def test_a_unit_is_answered_as_a_form_and_the_next_one_comes(anna, suggested, events):
    first = begin(anna, "order=transcript&everything=1")
    answer = answered(anna, first, memo="so she says")
    assert answer.status_code == 303
    second = anna.get(answer.location).location
    assert second != first and UNIT in second
    said = by(events(suggested), "anna")
    assert {e.verdict.value for e in said} == {"present"}
    assert {e.memo for e in said} == {"so she says"} and {e.shown for e in said} == {"suggestions"}
    assert [e.code for e in said].count(None) == 1
    assert "You have answered this unit" in anna.get(first).text


def test_what_is_not_decided_is_asked_for_and_what_was_typed_stays(anna, suggested, events):
    url = begin(anna)
    target, own = anna.form(url, UNIT)
    answer = anna.post(target, {**own, "action": "save", "memo": "keep <me>"})
    assert answer.status_code == 422
    assert "not decided on" in answer.text and "keep &lt;me&gt;" in answer.text
    assert by(events(suggested), "anna") == []
    answer = answered(anna, url, add="no such code")
    assert answer.status_code == 422 and "no code holds" in answer.text
    assert by(events(suggested), "anna") == []


def test_codes_are_added_by_parts_of_their_names(anna, suggested, events):
    answered(anna, begin(anna), add="contact courses + suppliers")
    added = {code for _, code, verdict in words_of(events, suggested, "anna") if verdict == "present"}
    assert {"contact/courses", "education/suppliers/courses"} <= added


def test_a_form_that_is_sent_twice_counts_once(anna, suggested, events):
    target, own = anna.form(begin(anna), UNIT)
    marks = {name.replace("seen:", "mark:"): "absent" for name in own if name.startswith("seen:")}
    assert anna.post(target, {**own, **marks, "action": "save"}).status_code == 303
    before = len(by(events(suggested), "anna"))
    again = anna.post(target, {**own, **dict.fromkeys(marks, "present"), "action": "save"})
    assert again.status_code == 409 and "sent already" in again.text
    assert len(by(events(suggested), "anna")) == before


def test_undo_and_flag_are_forms(anna, suggested, events):
    url = begin(anna)
    answered(anna, url)
    answer = anna.send(url, "/audit/undo")
    assert answer.status_code == 303 and answer.location.startswith(url.split("?")[0])
    assert {e.verdict.value for e in by(events(suggested), "anna")[-2:]} == {"withdrawn"}
    answer = anna.send(url, f"{url.split('?')[0]}/flag", note="ask her")
    assert answer.status_code == 303 and "ask her" in anna.get(url).text
    assert begin(anna, "order=flagged").startswith(url.split("?")[0])
    anna.send(url, f"{url.split('?')[0]}/flag")
    assert "ask her" not in anna.get(url).text


def test_blind_shows_nothing_and_writes_so(someone, suggested, clock, events):
    room = make_app(suggested, clock=clock, blind=True)
    anna = someone("anna", room)
    url = begin(anna)
    page = anna.get(url).text
    assert "seen:" not in page and "Why?" not in page
    answered(anna, url, add="contact fairs")
    assert {e.shown for e in by(events(suggested), "anna")} == {"nothing"}
    assert anna.get("/audit/begin?order=uncertain").status_code == 400
    assert anna.get(f"{url.split('?')[0]}/why?code=contact/fairs").status_code == 400


def test_suggestions_that_changed_under_an_open_page_are_not_answered(anna, suggested, events):
    target, own = anna.form(begin(anna), UNIT)
    seen = next(name for name in own if name.startswith("seen:"))
    marks = {name.replace("seen:", "mark:"): "present" for name in own if name.startswith("seen:")}
    answer = anna.post(target, {**own, **marks, seen: "1", "action": "save"})
    assert answer.status_code == 422 and "suggestions have changed" in answer.text
    assert by(events(suggested), "anna") == []


@pytest.mark.parametrize("order", ["transcript", "uncertain", "diverse", "disagreement", "random", "blind"])
def test_every_order_opens(anna, order):
    assert UNIT in begin(anna, f"order={order}")


def test_while_the_model_is_asked_a_page_says_so_and_looks_again(anna, monkeypatch):
    monkeypatch.setattr("coder.steps.study.background.PATIENCE", 0)
    answer = anna.get("/audit/begin?order=diverse&everything=1")
    assert answer.status_code == 202 and "being computed" in answer.text and answer.headers["Refresh"]
    assert "/audit/begin?order=diverse&amp;everything=1" in answer.text
    monkeypatch.setattr("coder.steps.study.background.PATIENCE", 60)
    assert UNIT in begin(anna, "order=diverse&everything=1")


@pytest.mark.parametrize("order", ["suspect", "assigned", "flagged"])
def test_an_order_with_nothing_in_it_says_so(anna, order):
    answer = anna.get(f"/audit/begin?order={order}", follow_redirects=True)
    assert answer.status_code == 200
    assert "Nothing is left" in answer.text or UNIT in answer.request.path


def test_why_this_code(anna):
    page = anna.get(begin(anna)).text
    link = re.search(r'class="why" href="([^"]+)"', page)[1].replace("&amp;", "&")
    text = anna.get(link).text
    assert "Words that weigh most" in text and "Definition" in text


def test_two_coders_get_different_units_and_both_are_in_the_log(someone, suggested, events):
    anna, ben = someone("anna"), someone("ben")
    first, second = begin(anna), begin(ben)
    assert first != second
    for person, url in ((anna, first), (ben, second)):
        assert answered(person, url).status_code == 303
    assert {e.segment for e in by(events(suggested), "anna")}.isdisjoint(
        e.segment for e in by(events(suggested), "ben")
    )


def test_a_unit_that_is_not_there_is_named(anna):
    answer = anna.get(f"{UNIT}999999?order=transcript")
    assert answer.status_code == 400 and "not in the study any more" in answer.text


# ---- In the browser ----


def arrived(tab, before=""):
    """Wait until another unit, or the end of the queue, has come; return its number."""
    tab.locator(f'main:not(:has(.audit[data-unit="{before}"]))').wait_for()
    audit = tab.locator(".audit")
    return audit.get_attribute("data-unit") if audit.count() else "end"


def open_queue(tab, query="order=transcript&everything=1"):
    tab.goto(f"/audit/begin?{query}")
    return arrived(tab)


@pytest.fixture
def long(suggested, add_interview):
    """Return a study with an interview of 24 units more, each with a suggestion."""
    study = open_study(suggested)
    lines = [f"We hold course {k} 🌊 for skippers." for k in range(24)]
    codes = ("education/customers/courses", "contact/fairs")
    add_interview(study, "cedar-1", lines, log.suggesting_model(study.store), *codes)
    study.close()
    return suggested


@pytest.mark.browser
def test_twenty_units_by_keyboard_alone(tab, serve, long, events):
    page = tab(serve(long))
    page.goto("/audit")
    page.keyboard.press("Enter")  # the focus is on Begin
    page.wait_for_url("**/unit/**")
    unit, expected = arrived(page), {}
    for n in range(20):
        expect(page.locator(".decide input[type=radio]").first).to_be_focused()
        codes = page.locator(".decide").evaluate_all("rows => rows.map(row => row.dataset.code)")
        for k, code in enumerate(codes):
            key = "ax?"[(n + k) % 3]
            page.keyboard.press(key)
            expected[int(unit), code] = {"a": "present", "x": "absent", "?": "unsure"}[key]
        if n % 4 == 0:
            page.keyboard.press("+")
            page.keyboard.type("cont cour")
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
            expected[int(unit), "contact/courses"] = "present"
        page.keyboard.press("n" if n % 2 else "Enter")
        unit = arrived(page, unit)
    said = {(segment, code): verdict for segment, code, verdict in words_of(events, long, "anna")}
    assert said == expected
    assert len([e for e in by(events(long), "anna") if e.code is None]) == 20


@pytest.mark.browser
def test_undo_memo_flag_skip_help_and_why_by_keyboard(tab, live, suggested, events):
    page = tab(live)
    unit = open_queue(page)
    page.keyboard.press("h")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type("a memo, with n and x")
    page.keyboard.press("Escape")
    page.keyboard.press("A")
    page.reload()
    assert page.input_value("#memo") == "a memo, with n and x"
    page.keyboard.press("n")
    second = arrived(page, unit)
    assert {e.memo for e in by(events(suggested), "anna")} == {"a memo, with n and x"}
    page.keyboard.press("s")
    third = arrived(page, second)
    page.keyboard.press("u")
    assert arrived(page, third) == unit
    assert {e.verdict.value for e in by(events(suggested), "anna")[-2:]} == {"withdrawn"}
    page.keyboard.press("f")
    page.wait_for_selector(".flagged")
    page.goto("/audit/begin?order=transcript")
    arrived(page)
    page.keyboard.press("w")
    page.wait_for_selector("#why h2")
    page.go_back()


@pytest.mark.browser
def test_a_code_is_added_with_the_mouse_too(tab, live):
    page = tab(live)
    open_queue(page)
    page.locator("#add").press_sequentially("cont cour")
    page.locator("#found li").first.click()
    expect(page.get_by_role("checkbox", name="contact/courses")).to_be_checked()
    expect(page.locator("#add")).to_be_focused()
    expect(page.locator("#add")).to_have_value("")


@pytest.mark.browser
def test_the_last_answers_are_taken_back_after_the_room_was_started_anew(tab, live, suggested, events):
    page = tab(live)
    first = open_queue(page)
    page.keyboard.press("A")
    page.keyboard.press("n")
    second = arrived(page, first)
    page.keyboard.press("X")
    page.keyboard.press("n")
    third = arrived(page, second)
    live.restart()
    page.keyboard.press("u")
    assert arrived(page, third) == second
    page.keyboard.press("u")
    assert arrived(page, second) == first
    assert {e.verdict.value for e in by(events(suggested), "anna")[-2:]} == {"withdrawn"}


@pytest.mark.browser
def test_two_coders_at_once(tab, live, suggested, events):
    anna, ben = tab(live, "anna"), tab(live, "ben")
    at = {anna: open_queue(anna), ben: open_queue(ben)}
    assert at[anna] != at[ben]
    for _ in range(3):
        for page in (anna, ben):
            if at[page] != "end":
                page.keyboard.press("A")
                page.keyboard.press("n")
                at[page] = arrived(page, at[page])
    read = {who: [e.segment for e in by(events(suggested), who) if e.code is None] for who in ("anna", "ben")}
    assert read["anna"] and read["ben"] and set(read["anna"]).isdisjoint(read["ben"])


@pytest.mark.browser
def test_what_was_acknowledged_is_there_after_a_kill(tab, live, suggested, events, complaints):
    page = tab(live)
    unit = open_queue(page)
    acknowledged = []
    for _ in range(3):
        page.keyboard.press("A")
        page.keyboard.press("n")
        acknowledged.append(int(unit))
        unit = arrived(page, unit)
    page.keyboard.press("A")
    live.stop(signal.SIGKILL)
    page.keyboard.press("n")
    expect(page.locator("#tell")).to_contain_text("Not saved")
    complaints.clear()  # the browser names the failed request
    live.start()
    page.keyboard.press("n")
    arrived(page, unit)
    assert [e.segment for e in by(events(suggested), "anna") if e.code is None] == [*acknowledged, int(unit)]


@pytest.mark.browser
def test_a_selection_over_emoji_is_judged_in_the_units_place(tab, serve, suggested, events):
    page = tab(serve(suggested))
    open_queue(page)
    page.evaluate(
        """() => {
          const text = document.querySelector('#unit [data-start]').firstChild;
          getSelection().setBaseAndExtent(text, 2, text, text.length - 1);
        }"""
    )
    chosen = page.evaluate("getSelection().toString()")
    page.keyboard.press("A")
    page.keyboard.press("+")
    page.keyboard.type("contact fairs")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
          const text = document.querySelector('#unit [data-start]').firstChild;
          getSelection().setBaseAndExtent(text, 2, text, text.length - 1);
        }"""
    )
    unit = page.locator(".audit").get_attribute("data-unit")
    page.keyboard.press("p")
    page.keyboard.press("n")
    arrived(page, unit)
    study = open_study(suggested)
    segments = corpus.segments(study.store)
    study.close()
    words = {segments[e.segment].words for e in by(events(suggested), "anna") if e.segment != int(unit)}
    assert words == {chosen.strip()}


@pytest.mark.browser
def test_a_unit_without_javascript(tab, live, suggested, events):
    page = tab(live, javascript=False)
    page.goto("/audit")
    page.click("main button.main")
    for group in page.locator(".decide").all():
        group.locator("input[value=present]").check()
    with page.expect_navigation():
        page.click("button[value=save]")
    assert len([e for e in by(events(suggested), "anna") if e.code is None]) == 1


# ---- The same keys as in the terminal ----


def test_help_names_the_same_keys_in_the_terminal_and_in_the_browser(anna):
    page = anna.get(begin(anna)).text
    for key, what in KEYS.items():
        assert f"<dt><kbd>{key}</kbd> </dt><dd>{what}</dd>" in page
        assert re.search(rf"^  {re.escape(key)} +{re.escape(what)}$", AUDIT_HELP, re.MULTILINE)


@pytest.mark.browser
def test_a_line_of_the_terminal_means_the_same_keys_in_the_browser(tab, live, suggested):
    study = open_study(suggested)
    model, first = log.suggesting_model(study.store), audit_queue(study, "anna")[0]
    more = [code for code in study.scheme.paths() if code not in first.suggested and code != "contact/courses"][:2]
    with study.store.transaction("suggest"):
        codings = [Coding(first.unit.segment.id, code, model, confidence=0.6) for code in more]
        log.append(study.store, codings, study.scheme_version())
    item = audit_queue(study, "anna")[0]
    page = tab(live)
    for line in ("A", "X", "a X", "?A", "X + cont cour", "2 a X", "1x?a", "3 ? x"):
        keys, _, code = line.partition("+")
        page.goto(f"{UNIT}{item.unit.segment.id}")
        expect(page.locator(".decide input[type=radio]").first).to_be_focused()
        for key in keys.replace(" ", ""):
            page.keyboard.press(key)
        if code:
            page.keyboard.press("+")
            page.keyboard.type(code.strip())
            page.keyboard.press("Enter")
        values = "rows => rows.map(row => [row.dataset.code, row.querySelector('input:checked').value])"
        found = dict(page.locator(".decide:has(input:checked)").evaluate_all(values))
        boxes = page.locator(".added input:checked").evaluate_all("boxes => boxes.map(box => box.name.slice(4))")
        assert found | dict.fromkeys(boxes, "present") == parse_answer(study, item, line).by_code(), line
        page.evaluate("sessionStorage.clear()")
    study.close()
