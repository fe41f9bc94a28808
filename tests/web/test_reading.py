"""The reading view in a browser and without one: what is selected is what the log says, whatever the words hold."""

import re
from html import unescape

import pytest
from playwright.sync_api import expect

from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.study.study import new_study, open_study
from coder.store import corpus
from coder.store.judgements import Which, judgements
from coder.web.app import make_app

from .conftest import Forms, Person

PLACE = "/read/transcript?name="
CODE = "contact/fairs"
NASTY = "<script>alert(1)</script> \u202eevil\u202c & \u2067so\u2069"


def said(folder, coder="anna"):
    """Return what a coder said in the log: (words, code, verdict, shown, memo), in order."""
    study = open_study(folder)
    segments = corpus.segments(study.store)
    events = [e for e in judgements(study.store, which=Which.AS_WRITTEN) if e.coder == coder]
    found = [(segments[e.segment].words, e.code, e.verdict.value, e.shown, e.memo) for e in events]
    study.close()
    return found


def more(folder, name, text):
    """Add a transcript to the study."""
    (folder / "transcripts" / f"{name}.txt").write_text(text, "utf-8")
    with (folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write(f"{name},Extra,Interviewer,interviewer,,\n{name},Extra,Maja,respondent,CEO,\n")
    study = open_study(folder)
    import_transcripts(study)
    segment_study(study)
    study.close()


def words_on(html):
    """Return the words of each turn on a page, without the tags."""
    blocks = re.findall(r'<div class="words"[^>]*>(.*?)</div>', html, re.S)
    return [unescape(re.sub(r"<[^>]*>", "", block)) for block in blocks]


def stripes_on(html):
    return re.findall(r'data-event="\d+" title="([^"]*)"', html)


# --- without JavaScript ---


def test_all_transcripts_are_listed_with_their_progress(anna):
    html = anna.get("/read").text
    assert re.findall(r'name=([\w-]+)"><bdi', html) == ["alder-1", "alder-2", "birch-1", "birch-2"]


def test_every_word_of_every_turn_is_on_the_page_as_it_is(suggested, anna):
    study = open_study(suggested)
    for name, item in corpus.transcripts(study.store).items():
        for view in ("own", "people", "suggestions"):
            html = anna.get(f"{PLACE}{name}&view={view}&q=the").text
            assert words_on(html) == [item.transcript.words(turn.start, turn.end) for turn in item.transcript.turns]
    study.close()


def test_a_quote_is_coded_noted_and_taken_back(suggested, anna):
    answer = anna.send(f"{PLACE}alder-1", "/read/code", quote="new sonar 🚢🚢", code="contact fairs", memo="two ships")
    assert answer.status_code == 303
    place = answer.headers["Location"]
    assert re.fullmatch(r"/read/transcript\?name=alder-1&event=\d+#coding", place)
    assert "two ships" in anna.get(place).text
    noted = anna.send(place, "/read/memo", memo="really two").headers["Location"]
    target, fields = anna.form(noted, "/read/memo")
    anna.post("/read/take-back", fields)
    words = "new sonar 🚢🚢"
    assert said(suggested) == [
        (words, CODE, "present", "nothing", "two ships"),
        (words, CODE, "present", "nothing", "really two"),
        (words, CODE, "withdrawn", "nothing", ""),
    ]
    assert stripes_on(anna.get(f"{PLACE}alder-1").text) == []
    assert target == "/read/memo"


def test_what_does_not_fit_is_explained_and_changes_nothing(suggested, anna):
    for fields, words in (
        ({"quote": "no such words", "code": CODE}, "is not in alder-1"),
        ({"quote": "Yes, yes.", "code": CODE}, "stands at 2 places"),
        ({"quote": "Yes, yes.", "code": "customers", "in_turn": "2"}, "fits 2 codes"),
        ({"quote": "Yes, yes.", "code": CODE, "in_turn": "77"}, "no turn 77"),
        ({"quote": "Yes, yes.", "code": CODE, "in_turn": "-1"}, "is no number"),
        ({"offset": "0", "until_turn": "0", "until_offset": "99999", "turn": "0", "code": CODE}, "outside the text"),
        ({"offset": "1", "until_turn": "0", "until_offset": "5", "turn": "0", "code": CODE, "text": "99"}, "corrected"),
    ):
        answer = anna.send(f"{PLACE}alder-1", "/read/code", **fields)
        assert (answer.status_code, words in unescape(answer.text)) == (422, True), answer.text
    assert said(suggested) == []


def test_what_fits_several_codes_comes_back_as_it_was_sent_with_these_codes_to_choose_from(suggested, anna):
    url = f"{PLACE}alder-1&view=people&q=fair"
    for sent in (
        {"turn": "1", "offset": "3", "until_turn": "1", "until_offset": "16", "quote": "hold a course"},
        {"quote": "hold a course", "until": "It is", "in_turn": "2"},
    ):
        answer = anna.send(url, "/read/code", code="customers", memo='so "it" is', **sent)
        assert (answer.status_code, "fits 2 codes" in unescape(answer.text)) == (422, True)
        assert "places with “fair”" in answer.text and "view=people" in answer.text
        fields = form_on(answer.text)
        assert {name: fields[name] for name in (*sent, "code", "memo")} == {
            **sent,
            "code": "customers",
            "memo": 'so "it" is',
        }
        picks = re.findall(r'name="pick" value="([^"]*)"', answer.text)
        assert picks == ["education/customers/courses", "education/customers/fairs"]
        assert anna.post("/read/code", fields | {"pick": picks[1]}).status_code == 303
    assert [(words, code, shown) for words, code, _, shown, _ in said(suggested)] == [
        ("hold a course", "education/customers/fairs", "codings"),
        ("hold a course for the skippers every March. It is", "education/customers/fairs", "codings"),
    ]


def test_a_code_is_made_where_it_is_needed(tmp_path, clock):
    folder = tmp_path / "nurses"
    new_study(folder)
    (folder / "transcripts" / "ward.txt").write_text(
        "Q: And then?\nA: I gave it twice.\nQ: Why?\nA: So it was.\n", "utf-8"
    )
    study = open_study(folder)
    import_transcripts(study)
    segment_study(study)
    study.close()
    eva, url = Person(make_app(folder, clock=clock), "eva"), f"{PLACE}ward"
    answer = eva.send(url, "/read/code", quote="I gave it twice.", code="slips/ doses")
    assert answer.status_code == 422
    assert re.findall(r'name="make" value="([^"]*)"', answer.text) == ["slips/doses"]
    assert eva.post("/read/code", form_on(answer.text) | {"make": "slips/doses"}).status_code == 303
    assert [(words, code) for words, code, *_ in said(folder, "eva")] == [("I gave it twice.", "slips/doses")]
    assert "slips/doses" in eva.get("/scheme").text
    assert eva.send(url, "/read/code", quote="So it was.", code="doses").status_code == 303


def form_on(html):
    """Return the fields of the form to code with, as the page has them."""
    [form] = [form for form in Forms(html).forms if form["action"] == "/read/code"]
    quote = re.search(r'<textarea name="quote"[^>]*>\n(.*?)</textarea>', html, re.S)[1]
    return form["fields"] | {"quote": unescape(quote)}


def test_a_selection_in_a_version_that_was_corrected_is_not_kept_but_its_words_are(anna):
    sent = {"turn": "1", "offset": "3", "until_turn": "1", "until_offset": "16", "quote": "hold a course", "text": "99"}
    fields = form_on(anna.send(f"{PLACE}alder-1", "/read/code", code=CODE, **sent).text)
    assert (fields["offset"], fields["quote"], fields["text"] == "99") == ("", "hold a course", False)


def test_reading_as_a_whole_is_said_once_and_can_be_taken_back(suggested, anna):
    assert anna.send(f"{PLACE}birch-2", "/read/whole").status_code == 303
    assert "You have coded every unit" in anna.get(f"{PLACE}birch-2").text
    anna.send(f"{PLACE}birch-2", "/read/take-back")
    assert [(code, verdict) for _, code, verdict, *_ in said(suggested)] == [(None, "present"), (None, "withdrawn")]


def test_the_log_says_what_was_in_sight(suggested, anna):
    for view in ("own", "people", "suggestions"):
        anna.send(f"{PLACE}birch-2&view={view}", "/read/code", quote="It rains.", code=CODE, memo=view)
    assert [shown for *_, shown, _ in said(suggested)] == ["nothing", "codings", "suggestions"]


def test_blind_nothing_of_others_is_shown_whatever_the_address_says(suggested, someone):
    anna = someone("anna", make_app(suggested, blind=True))
    for view in ("people", "suggestions"):
        html = anna.get(f"{PLACE}alder-1&view={view}").text
        assert stripes_on(html) == []
        assert "With other coders" not in html
    anna.send(f"{PLACE}alder-1&view=people", "/read/code", quote="It is a long month.", code=CODE, view="people")
    assert [shown for *_, shown, _ in said(suggested)] == ["nothing"]


def test_another_coders_coding_cannot_be_taken_back_or_opened_where_it_is_not_in_sight(suggested, anna):
    study = open_study(suggested)
    event = next(e for e in judgements(study.store, "ada") if e.code)
    study.close()
    assert 'id="coding"' in anna.get(f"{PLACE}alder-1&view=people&event={event.id}").text
    assert 'id="coding"' not in anna.get(f"{PLACE}alder-1&event={event.id}").text
    _, fields = anna.form(f"{PLACE}alder-1", "/read/whole")
    answer = anna.post("/read/take-back", fields | {"event": str(event.id)})
    assert (answer.status_code, "not a current coding of yours" in answer.text) == (400, True)


def test_stripes_name_code_and_coder_and_reach_over_the_turns_of_a_passage(anna):
    assert "education/customers/courses, coded by ben" in stripes_on(anna.get(f"{PLACE}alder-1&view=people").text)
    anna.send(f"{PLACE}alder-1", "/read/code", quote="And afterwards?", until="coffee is good", code=CODE)
    assert stripes_on(anna.get(f"{PLACE}alder-1").text) == ["contact/fairs, coded by anna"] * 2


def test_search_finds_counts_and_leads_to_the_place(anna):
    html = anna.get("/read/search?q=AT THE FAIR").text
    assert "in 4 transcripts" in html
    assert "name=birch-1&amp;q=AT+THE+FAIR&amp;hit=1#hit-1" in html
    html = anna.get(f"{PLACE}birch-1&q=AT THE FAIR&hit=1").text
    assert "2 of 2 places" in html
    assert 'id="hit-1"' in html
    assert "is not in this transcript" in anna.get(f"{PLACE}birch-1&q=a.b").text


def test_deleted_words_and_unknown_names_get_a_clear_page(suggested, anna):
    study = open_study(suggested)
    with study.store.transaction("withdraw"):
        study.store.db.execute(
            "DELETE FROM words WHERE text = (SELECT id FROM current_text WHERE file LIKE '%alder-1%')"
        )
    study.close()
    answer = anna.get(f"{PLACE}alder-1")
    assert (answer.status_code, "has been deleted" in answer.text) == (410, True)
    assert "its text has been deleted" in anna.get("/read").text
    assert re.search("did you mean .*alder-2", unescape(anna.get(f"{PLACE}adler-2").text))


def test_markup_and_control_characters_in_a_transcript_stay_words(suggested, anna):
    more(suggested, "nasty", f"Interviewer: {NASTY}\nMaja: It rains {NASTY} on us.\n")
    html = anna.get(f"{PLACE}nasty&q=<script>").text
    assert "<script>alert" not in html
    assert not set("\u202e\u202c\u2067\u2069") & set(html)
    assert "2 places" in html
    anna.send(f"{PLACE}nasty", "/read/code", turn="1", offset="3", until_turn="1", until_offset="40", code=CODE)
    study = open_study(suggested)
    item = corpus.transcripts(study.store)["nasty"]
    study.close()
    turn = item.transcript.turns[1]
    assert said(suggested)[0][0] == item.transcript.text[turn.start + 3 : turn.start + 40].strip()


def test_a_long_transcript_comes_in_parts(suggested, anna):
    more(suggested, "long", "".join(f"Interviewer: Why {n}?\nMaja: It rains {n} times.\n" for n in range(400)))
    html = anna.get(f"{PLACE}long&turn=500").text
    turns = [int(n) for n in re.findall(r'id="turn-(\d+)"', html)]
    assert 500 in turns
    assert len(turns) == 105
    parts = ["1–100", "401–500", "501–600", "601–700", "701–800"]
    assert re.findall(r">turns (\d+–\d+)<", html) == 2 * parts
    beyond = unescape(re.search(r'id="beyond" href="([^"]*)"', html)[1])
    assert f'id="turn-{turns[-1] + 1}"' in anna.get(beyond).text


# --- in a browser ---


def select(page, start, end):
    """Select from a place in a turn to another, each as (turn, UTF-16 offset in its words), as a mouse would."""
    page.evaluate(
        """([[turn, from], [until, to]]) => {
        const point = (n, at) => {
          const words = document.querySelector(`.words[data-turn="${n}"]`);
          const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
          while (walk.nextNode() && at > walk.currentNode.length) at -= walk.currentNode.length;
          return [walk.currentNode, at];
        };
        getSelection().setBaseAndExtent(...point(turn, from), ...point(until, to));
        document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }""",
        [start, end],
    )  # fmt: skip
    expect(page.locator("#marking [name=offset]")).not_to_have_value("")


@pytest.mark.browser
def test_selecting_across_emoji_and_turns_codes_these_very_words(suggested, live, tab):
    page = tab(live)
    page.goto(f"{PLACE}alder-1")
    text = "We hold a course for the skippers every March. It is a long month. The course lasts two days. "
    before = len(text + "At the boat fair we show them the new sonar ")
    select(page, (1, before), (1, before + 5))  # two ships are four UTF-16 units
    assert page.input_value("#marking [name=quote]") == "🚢🚢."
    page.fill("#marking [name=code]", "contact fairs")
    page.keyboard.press("Enter")
    page.wait_for_url("**#coding")
    select(page, (0, len("How do the skippers learn your sonar? ")), (1, 7))
    page.fill("#marking [name=code]", "contact courses")
    page.keyboard.press("Enter")
    expect(page.locator("#coding h2")).to_have_text("contact/courses")
    assert said(suggested) == [
        ("🚢🚢.", "contact/fairs", "present", "nothing", ""),
        ("🐟\nMaja: We hold", "contact/courses", "present", "nothing", ""),
    ]


@pytest.mark.browser
def test_units_are_found_and_coded_by_the_keyboard_alone(suggested, live, tab):
    page = tab(live)
    page.goto(f"{PLACE}birch-2")
    for code in ("education/customers/courses", "education/customers/fairs"):
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(page.locator("#coding h2")).to_have_text(code)
        page.wait_for_load_state()  # a key that is pressed before the script runs is lost
    assert [(words, code) for words, code, *_ in said(suggested)] == [
        ("A course for skippers, two days every March.", "education/customers/courses"),
        ("At the fair we show them the winch.", "education/customers/fairs"),
    ]


@pytest.mark.browser
def test_a_selection_that_came_back_is_selected_again(suggested, live, tab, complaints):
    page = tab(live)
    page.goto(f"{PLACE}alder-1")
    select(page, (1, 3), (1, 16))
    page.fill("#marking [name=code]", "customers")
    page.keyboard.press("Enter")
    page.wait_for_selector("#marking [role=alert]")
    page.wait_for_load_state()
    assert page.evaluate("String(getSelection())") == "hold a course"
    page.click("#marking button >> text=education/customers/fairs")
    page.wait_for_url("**#coding")
    assert said(suggested)[0][:2] == ("hold a course", "education/customers/fairs")
    complaints.clear()  # the browser complains of the status 422


@pytest.mark.browser
def test_words_are_selected_with_arrows(suggested, live, tab):
    page = tab(live)
    page.goto(f"{PLACE}alder-1")
    page.focus(".words[tabindex='0']")
    page.keyboard.press("ArrowDown")  # Maja's first turn
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    for _ in range(2):
        page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.input_value("#marking [name=quote]").strip() == "hold a cours"
    page.keyboard.press("Enter")
    page.keyboard.type("contact/courses")
    page.keyboard.press("Enter")
    page.wait_for_url("**#coding")
    assert said(suggested)[0][0] == "hold a cours"


@pytest.mark.browser
def test_a_passage_is_coded_without_javascript(suggested, live, tab):
    page = tab(live, javascript=False)
    page.goto(f"{PLACE}alder-1")
    page.fill("#marking [name=quote]", "I like the sea 🌊.")
    page.fill("#marking [name=code]", "contact fairs")
    page.click("#marking button.main")
    page.wait_for_url("**#coding")
    page.click("text=Delete this coding")
    assert [(words, verdict) for words, _, verdict, *_ in said(suggested)] == [
        ("I like the sea 🌊.", "present"),
        ("I like the sea 🌊.", "withdrawn"),
    ]


@pytest.mark.browser
def test_words_that_reorder_and_markup_keep_their_offsets(suggested, live, tab):
    more(suggested, "nasty", f"Interviewer: Well?\nMaja: {NASTY} e\u0301te\u0301 👩‍🚀 done.\n")
    page = tab(live)
    page.goto(f"{PLACE}nasty")
    start = len(f"{NASTY} ")
    select(page, (1, start), (1, start + len("e\u0301te\u0301 👩‍🚀".encode("utf-16-le")) // 2))
    page.fill("#marking [name=code]", CODE)
    page.keyboard.press("Enter")
    page.wait_for_url("**#coding")
    assert said(suggested)[0][0] == "e\u0301te\u0301 👩‍🚀"
