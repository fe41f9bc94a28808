"""The room itself: signing in, what guards each request, and forms that count once."""

import html
import re
import signal
import sqlite3

import pytest
from flask import Blueprint

from coder.errors import UsageError
from coder.steps import signing
from coder.steps.auditing import code_by_hand
from coder.steps.importing import import_transcripts
from coder.steps.segmenting import segment_study
from coder.steps.signing import give_password, give_token
from coder.steps.study import open_study
from coder.steps.suggesting import suggest, units_in
from coder.web import base
from coder.web.app import make_app

SCRIPT = "<script>alert('x')</script>"


@pytest.fixture
def quick(monkeypatch):
    """Let a guess cost next to nothing."""
    monkeypatch.setattr(signing, "COST", {"n": 16, "r": 8, "p": 1})


@pytest.fixture
def locked(suggested, clock, quick):
    """Return a room in which anna has a token and ben a password, and anna's token."""
    study = open_study(suggested, clock=clock)
    token = give_token(study, "anna")
    give_password(study, "ben", "a long enough word")
    study.close()
    return make_app(suggested, clock=clock), token


@pytest.fixture
def writing(room):
    """Add a page with a form that codes the first unit by hand, as the pages of the room do."""
    pages = Blueprint("writing", __name__)

    @pages.get("/write")
    def show():
        return f'<form method="post" action="/write">{base.form_field()}</form>'

    @pages.post("/write")
    def write():
        memo = base.form()["memo"]
        code_by_hand(base.study(), base.person(), units_in(base.study(), ())[0], [], memo)
        code_by_hand(base.study(), base.person(), units_in(base.study(), ())[0], ["contact/fairs"], memo)
        return base.done("/", "written")

    room.register_blueprint(pages)
    return room


def sign_in(person, name, word):
    return person.send("/sign-in", "/sign-in", name=name, word=word)


# Signing in


def test_a_person_picks_a_name_and_goes_on_to_where_she_was_going(someone):
    stranger = someone(None)
    answer = stranger.get("/?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/?a%3D1")
    assert "ada" in stranger.get("/sign-in").text
    answer = stranger.send(answer.headers["Location"], "/sign-in", other="anna")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?a=1")
    assert "anna" in stranger.get("/").text


def test_after_signing_in_nobody_is_sent_to_another_site(someone):
    for there in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"):
        answer = someone(None).send("/sign-in?next=" + there, "/sign-in", other="anna", next=there)
        assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\u202eb", "model-1"])
def test_a_name_that_cannot_be_a_coders_is_refused(someone, name):
    answer = someone(None).send("/sign-in", "/sign-in", other=name)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_the_command_can_say_who_works_here_and_signing_out_ends_that(suggested, clock, someone):
    person = someone(None, make_app(suggested, coder="anna", clock=clock))
    assert "anna" in person.get("/").text
    assert person.send("/", "/sign-out").status_code == 303
    assert person.get("/").status_code == 303


def test_with_a_token_in_the_study_everybody_needs_one(locked, someone):
    room, token = locked
    person = someone(None, room)
    page = person.get("/sign-in").text
    assert "ada" not in page  # nobody learns who codes here
    for name, word in (("anna", "wrong"), ("ada", ""), ("nobody", "x"), ("ben", token)):
        assert sign_in(person, name, word).status_code == 403
    assert person.get("/").status_code == 303
    assert sign_in(person, "anna", token).status_code == 303
    assert person.get("/").status_code == 200
    assert sign_in(someone(None, room), "ben", "a long enough word").status_code == 303


def test_a_new_token_ends_the_sessions_of_the_old_one(locked, someone, suggested):
    room, token = locked
    person = someone(None, room)
    sign_in(person, "anna", token)
    study = open_study(suggested)
    give_token(study, "anna")
    study.close()
    assert person.get("/").status_code == 303
    assert sign_in(person, "anna", token).status_code == 403


def test_who_guesses_has_to_wait_and_even_the_right_word_does_not_help(locked, someone):
    room, token = locked
    person = someone(None, room)
    said = [sign_in(person, "anna", f"guess {n}").status_code for n in range(9)]
    assert said == [403] * 8 + [429]
    assert sign_in(person, "anna", token).status_code == 429
    assert sign_in(someone(None, room), "ben", "a long enough word").status_code == 429  # the same address


def test_the_study_keeps_hashes_alone_each_with_its_own_salt(suggested):
    study = open_study(suggested)
    for name in ("anna", "ben"):
        give_password(study, name, "the same long word")
    study.close()
    with sqlite3.connect(suggested / "study.db") as db:
        hashes = [row[0] for row in db.execute("SELECT hash FROM credential")]
    db.close()
    assert len(set(hashes)) == 2
    assert all(stored.startswith("scrypt$") for stored in hashes)
    assert b"the same long word" not in (suggested / "study.db").read_bytes()


def test_the_room_is_open_to_other_computers_only_with_tokens_and_a_name(suggested, locked):
    study = open_study(suggested)
    with study.store.transaction("forget"):
        study.store.db.execute("DELETE FROM credential")
    study.close()
    with pytest.raises(UsageError, match="nobody in the study has a token"):
        make_app(suggested, host="192.0.2.7")
    study = open_study(suggested)
    give_token(study, "anna")
    study.close()
    everywhere = "0.0.0.0"  # noqa: S104 - nothing is bound here
    with pytest.raises(UsageError, match="every interface"):
        make_app(suggested, host=everywhere)
    assert make_app(suggested, host=everywhere, hosts=["room.example"]).config["HOSTS"] >= {"room.example"}


# What guards each request


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[", "localhost@evil.example"]
)
def test_another_host_is_refused(anna, host):
    assert anna.get("/", headers={"Host": host}).status_code in {400, 421}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8617", "[::1]:8617", "LOCALHOST"])
def test_the_rooms_own_hosts_are_answered(anna, host):
    assert anna.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": None},
        {"Origin": "null"},
        {"Origin": "http://localhost:1", "Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": None},
    ],
)
def test_a_form_from_elsewhere_is_refused(anna, headers):
    action, fields = anna.form("/", "/sign-out")
    assert anna.post(action, fields, **headers).status_code == 403
    assert anna.get("/").status_code == 200  # still signed in


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(room, someone):
    answer = someone(None).send("/sign-in", "/sign-in", other="anna")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert room.config["SESSION_COOKIE_NAME"] != "session"  # rooms on other ports have cookies of their own


def test_the_secret_is_the_owners_alone_and_outlives_the_room(room, suggested):
    assert (suggested / "cache" / "room.key").stat().st_mode & 0o077 == 0
    assert make_app(suggested).config["SECRET_KEY"] == room.config["SECRET_KEY"]


@pytest.mark.parametrize("url", ["/", "/sign-in", "/nowhere", "/static/room.css"])
def test_every_answer_is_guarded(anna, url):
    answer = anna.get(url)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert url.startswith("/static") or answer.headers["Cache-Control"] == "no-store"
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text))


def test_what_is_typed_is_never_markup(someone):
    person = someone(SCRIPT)
    page = person.get("/").text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_the_names_of_a_study_are_never_markup_and_turn_no_text_around(suggested, someone):
    cases = suggested / "cases.csv"
    cases.write_text(cases.read_text("utf-8").replace("Birch", f"{SCRIPT}\u202e"), "utf-8")
    study = open_study(suggested)
    import_transcripts(study)
    study.close()
    page = someone("anna", make_app(suggested)).get("/").text
    assert SCRIPT not in page
    assert "\u202e" not in page
    assert "\ufffd" in page


def test_a_memo_of_ten_megabytes_is_refused_in_words(anna):
    answer = anna.post("/sign-out", {"memo": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.text


def test_an_address_that_is_not_there_says_so_and_shows_the_way_back(anna, someone):
    answer = anna.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text
    assert someone(None).get("/nowhere").status_code == 303  # who is not signed in learns nothing


# Forms that count once


def test_a_form_that_is_sent_twice_counts_once_and_says_so(writing, anna, events, suggested):
    action, fields = anna.form("/write", "/write")
    before = len(events(suggested))
    assert anna.post(action, {**fields, "memo": "one"}).status_code == 303
    written = len(events(suggested))
    assert written > before
    answer = anna.post(action, {**fields, "memo": "two"})
    assert answer.status_code == 409
    assert "sent already" in answer.text
    assert len(events(suggested)) == written


def test_of_two_equal_forms_at_the_same_moment_one_counts(writing, anna, events, suggested, monkeypatch):
    monkeypatch.setattr("coder.web.base.signing.form_was_sent", lambda *_: False)  # neither sees the other yet
    fields = anna.form("/write", "/write")[1]
    anna.post("/write", {**fields, "memo": "one"})
    before = len(events(suggested))
    assert anna.post("/write", {**fields, "memo": "two"}).status_code == 409
    assert len(events(suggested)) == before


def test_a_form_counts_once_across_a_restart_too(writing, anna, suggested, events, clock):
    used, unused = anna.form("/write", "/write")[1], anna.form("/write", "/write")[1]
    anna.post("/write", {**used, "memo": "one"})
    again = make_app(suggested, clock=clock)
    again.register_blueprint(writing.blueprints["writing"])
    anna.client.application, anna.client = None, _moved(anna.client, again)
    before = len(events(suggested))
    assert anna.post("/write", {**used, "memo": "two"}).status_code == 409
    assert len(events(suggested)) == before
    assert anna.post("/write", {**unused, "memo": "three"}).status_code == 303


def _moved(client, app):
    """Return the same browser in front of a room that was started anew."""
    moved = app.test_client()
    moved._cookies = client._cookies
    return moved


def test_nobody_can_send_anothers_form_nor_one_that_was_made_up(writing, anna, someone):
    fields = anna.form("/write", "/write")[1]
    ben = someone("ben")
    assert ben.post("/write", {**fields, "memo": ""}).status_code == 409
    for made_up in ("", "a", "a.1.b", "a.b.c", fields["form"][:-1], "é.1.é"):
        assert ben.post("/write", {"form": made_up, "memo": ""}).status_code == 409
    assert anna.post("/write", {**fields, "memo": ""}).status_code == 303


def test_a_page_that_lay_open_for_weeks_is_stale(writing, anna, clock):
    from datetime import timedelta

    fields = anna.form("/write", "/write")[1]
    clock.time += timedelta(days=8)
    answer = anna.post("/write", {**fields, "memo": ""})
    assert answer.status_code == 409
    assert "open for more than 7 days" in answer.text


def test_a_study_that_another_command_writes_is_busy_and_what_was_typed_can_be_sent_again(
    writing, anna, suggested, monkeypatch
):
    from coder.store.database import Store

    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {**Store.__init__.__kwdefaults__, "busy_seconds": 0.0})
    fields = anna.form("/write", "/write")[1]
    other = sqlite3.connect(suggested / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = anna.post("/write", {**fields, "memo": "long\r\nthought"})
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert "long\r\nthought" in answer.text
    assert anna.post("/write", {**fields, "memo": "long\r\nthought"}).status_code == 303


def test_who_was_signed_out_meanwhile_keeps_what_she_typed(writing, anna, someone):
    fields = anna.form("/write", "/write")[1]
    anna.send("/", "/sign-out")
    answer = anna.post("/write", {**fields, "memo": "kept"})
    assert answer.status_code == 401
    assert "kept" in answer.text
    anna.send("/sign-in", "/sign-in", other="anna")
    assert anna.post("/write", {**fields, "memo": "kept"}).status_code == 303


def test_a_fault_of_the_program_shows_no_traceback(anna, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("inner words")

    monkeypatch.setattr("coder.web.home.to_do", broken)
    answer = anna.get("/")
    assert answer.status_code == 500
    assert "inner words" not in answer.text
    assert "inner words" in caplog.text


# The first page


def test_the_first_page_says_what_there_is_to_do(anna):
    page = anna.get("/").text
    assert "You have read 0 of" in page
    assert "birch-2" in page


def test_blind_shows_no_counts_of_suggestions(suggested, someone):
    page = someone("anna", make_app(suggested, blind=True)).get("/").text
    assert "To audit" not in page
    assert "blind" in page


def test_what_was_read_as_a_whole_is_read(someone):
    page = someone("ada").get("/").text
    units = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"(?s)<tr>(.*?)</tr>", page)[1:]]
    assert all(row[2] == row[3] for row in units if row[0] != "birch-2")
    assert units[-1][0] == "birch-2"
    assert units[-1][3] == "0"


# In the browser


@pytest.mark.browser
def test_a_person_goes_in_with_the_keyboard_alone(live, tab):
    page = tab(live, name=None)
    page.goto("/")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "other":
            break
    page.keyboard.type("anna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.locator(".who").inner_text().startswith("anna")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(live, tab, accessible, complaints, scheme):
    page = tab(live, color_scheme=scheme)
    accessible(page)
    for url in ("/sign-in", "/nowhere"):
        page.goto(url)
        accessible(page)
    assert all("404" in said for said in complaints)
    complaints.clear()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_narrow_screen_and_targets_are_large(live, tab, scheme):
    page = tab(live, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = page.evaluate("[...document.querySelectorAll('button, .button, nav a')].map(e => e.offsetHeight)")
    assert min(sizes) >= 44


@pytest.mark.browser
def test_the_session_outlives_the_room_and_the_room_closes_cleanly(live, tab):
    page = tab(live)
    live.restart()
    page.goto("/")
    assert page.locator(".who").inner_text().startswith("anna")
    code, said = live.stop(signal.SIGINT)
    assert code == 0
    assert "Traceback" not in said


# Every page of the room


def links(page):
    """Return the addresses within the room that a page links to, figures included."""
    found = re.findall(r"(?:href|src)=\"(/[^\"#]*)", page)
    return {html.unescape(one) for one in found if not one.startswith("/static/")}


def shown(page):
    """Return a page without what has to go back as it came: the values of fields, and what is being edited."""
    return re.sub(r'(?s) value="[^"]*"|<textarea.*?</textarea>', "", page)


@pytest.fixture
def hostile(suggested):
    """Return a study in which an interview, a case, a speaker's title and a memo are markup and turn text around."""
    evil = f"{SCRIPT}\u202egnirts\u2066 <img src=x onerror=alert(2)> {{{{ 7*7 }}}} \x1b[31m"
    (suggested / "transcripts" / "evil.txt").write_text(
        f"Interviewer: Why {evil}?\nEva: Because {evil}. The end.\n", "utf-8"
    )
    with (suggested / "cases.csv").open("a", encoding="utf-8") as cases:
        cases.write(
            f"evil,{SCRIPT}\u202e,Interviewer,interviewer,,1999\nevil,{SCRIPT}\u202e,Eva,respondent,{SCRIPT}\u202e,1999\n"
        )
    study = open_study(suggested)
    import_transcripts(study)
    segment_study(study)
    for who in ("ada", "ben"):
        unit = units_in(study, ["evil"])[0]
        code_by_hand(study, who, unit, ["contact/fairs"] if who == "ada" else [], evil)
    suggest(study, transcripts=["evil"])
    study.close()
    return suggested


def test_a_transcript_of_markup_and_of_controls_stays_text_on_every_page(hostile, someone):
    person = someone("ada", make_app(hostile))
    queue, wrong = ["/"], []
    for url in queue:  # it grows while it is walked through, the nearest pages first
        answer = person.get(url)
        next_ones = [answer.headers["Location"]] if answer.status_code in {302, 303} else []
        if answer.status_code != 200 and not next_ones:
            wrong.append(f"{url}: {answer.status_code}")
        elif answer.mimetype == "text/html":
            found = re.findall(r".{0,60}(?:<script>|<img src=x|[\u202e\u2066\x1b]).{0,20}", shown(answer.text))
            wrong += [f"{url}: {place!r}" for place in found]
            next_ones += sorted(links(answer.text))
        queue += [one for one in dict.fromkeys(next_ones) if one not in queue and len(queue) < 100]
    assert not wrong, "\n".join(wrong)
    assert {"/", "/audit"} <= set(queue)
