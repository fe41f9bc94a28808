"""Signing in: by name, by token or password, for how long, and for whom the room is open at all."""

import re
import signal
import sqlite3

import pytest
from playwright.sync_api import expect

from coder.errors import UsageError
from coder.steps.pages import sign_in as signing
from coder.steps.pages.sign_in import give_password, give_token
from coder.steps.study.study import open_study
from coder.web.app import make_app


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


def sign_in(person, name, word):
    return person.send("/sign-in", "/sign-in", name=name, word=word)


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
    assert not re.search(r"\bada\b", page)  # nobody learns who codes here
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
    expect(page.locator(".who")).to_contain_text("anna")


@pytest.mark.browser
def test_the_session_outlives_the_room_and_the_room_closes_cleanly(live, tab):
    page = tab(live)
    live.restart()
    page.goto("/")
    expect(page.locator(".who")).to_contain_text("anna")
    code, said = live.stop(signal.SIGINT)
    assert code == 0
    assert "Traceback" not in said
