"""Forms count once: sent twice, after a restart, by another person, too late, or while the study is busy."""

import sqlite3
from datetime import timedelta

import pytest
from flask import Blueprint

from coder.steps.audit.decisions import code_by_hand
from coder.steps.corpus.units import units_in
from coder.web import shared
from coder.web.app import make_app


@pytest.fixture
def writing(room):
    """Add a page with a form that codes the first unit by hand, as the pages of the room do."""
    pages = Blueprint("writing", __name__)

    @pages.get("/write")
    def show():
        return f'<form method="post" action="/write">{shared.form_field()}</form>'

    @pages.post("/write")
    def write():
        memo = shared.form()["memo"]
        code_by_hand(shared.study(), shared.person(), units_in(shared.study(), ())[0], [], memo)
        code_by_hand(shared.study(), shared.person(), units_in(shared.study(), ())[0], ["contact/fairs"], memo)
        return shared.done("/", "written")

    room.register_blueprint(pages)
    return room


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
    monkeypatch.setattr("coder.steps.pages.sign_in.credentials.was_sent", lambda *_: False)  # neither sees the other
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
