"""What guards each request and each page: hosts, origins, headers, and words that are markup or turn text around."""

import html
import re

import pytest

from coder.steps.audit.decisions import code_by_hand
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_in
from coder.steps.models.suggest import suggest
from coder.steps.study.study import open_study
from coder.web.app import make_app

SCRIPT = "<script>alert('x')</script>"


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


@pytest.mark.parametrize("url", ["/", "/sign-in", "/nowhere", "/static/app.css"])
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


def test_a_fault_of_the_program_shows_no_traceback(anna, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("inner words")

    monkeypatch.setattr("coder.web.home.to_do", broken)
    answer = anna.get("/")
    assert answer.status_code == 500
    assert "inner words" not in answer.text
    assert "inner words" in caplog.text


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
