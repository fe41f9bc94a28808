"""Tokens and passwords for the audit room, and what `coder review` refuses. (tests/web opens the room itself.)"""

import socket

import pytest

from coder.steps.pages import sign_in as signing
from coder.steps.pages.sign_in import sign_in
from coder.steps.study.study import open_study


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let a guess cost next to nothing."""
    monkeypatch.setattr(signing, "COST", {"n": 16, "r": 8, "p": 1})


def opens(folder, name, word):
    study = open_study(folder)
    try:
        return sign_in(study, name, word)
    finally:
        study.close()


def test_a_token_is_printed_once_and_the_next_one_takes_its_place(coder, coded):
    first = coder("coders", "add", coded, "anna", "--token").output.split(": ")[1].strip()
    assert opens(coded, "anna", first)
    second = coder("coders", "add", coded, "anna", "--token").output.split(": ")[1].strip()
    assert opens(coded, "anna", second)
    assert not opens(coded, "anna", first)


def test_a_password_is_asked_for_twice_and_never_shown(coder, coded):
    word = "a long enough word"
    said = coder("coders", "add", coded, "anna", "--password", input=f"{word}\n{word}\n").output
    assert word not in said
    assert opens(coded, "anna", word)
    assert "too short" in coder("coders", "add", coded, "ben", "--password", input="short\nshort\n", code=2).output


def test_a_dry_run_gives_no_token(coder, coded):
    coder("coders", "add", coded, "anna", "--token", "--dry-run")
    study = open_study(coded)
    assert not signing.needs_sign_in(study)
    study.close()


def test_a_model_gets_no_token(coder, suggested):
    assert "model's name" in coder("coders", "add", suggested, "model-1", "--token", code=2).output


def test_another_interface_needs_tokens(coder, coded):
    said = coder("review", coded, "--host", "192.0.2.7", "--no-open", code=2).output
    assert "nobody in the study has a token" in said
    assert "--token" in said


def test_a_taken_port_and_a_missing_study_are_named(coder, coded, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port}" in coder("review", coded, "--no-open", "--port", port, code=2).output
    assert "no study here" in coder("review", tmp_path / "nowhere", "--no-open", code=2).output
