"""The coding scheme in the audit room: what changes is shown first, and nobody overwrites what another changed."""

import pytest

from coder.steps.scheme.changes import change, edit_of
from coder.steps.scheme.split_codes import to_divide
from coder.steps.study.study import open_study

CHANGE = "/scheme/change?facet=mechanism&path=courses"


def edited(folder, do, path, *to, facet="mechanism"):
    study = open_study(folder)
    change(study, edit_of(study, do, path, facet, to), "ben")
    study.close()


def mechanisms(folder):
    study = open_study(folder)
    try:
        return [value.path for value in study.scheme.of_facet("mechanism")]
    finally:
        study.close()


def shown(person, do, url=CHANGE, **fields):
    """Send one of the forms of a page; return the page that shows what it changes, with its fields."""
    action, own = person.form(url, "/scheme/change")
    return person.post(action, {**own, "do": do, **fields})


def confirm(person, answer):
    from html.parser import HTMLParser

    fields = {}

    class Hidden(HTMLParser):
        def handle_starttag(self, tag, attributes):
            values = dict(attributes)
            if values.get("type") == "hidden":
                fields[values["name"]] = values["value"]

    Hidden().feed(answer.text.partition("<main")[2])
    return person.post("/scheme/change", fields)


def test_a_change_is_shown_and_then_made(anna, suggested):
    answer = shown(anna, "rename", to="lessons")
    assert answer.status_code == 200 and "Nothing is changed yet" in answer.text
    assert "education/customers/lessons" in answer.text.replace("<wbr>", "")
    assert mechanisms(suggested) == ["courses", "fairs"]
    assert confirm(anna, answer).status_code == 303
    assert mechanisms(suggested) == ["lessons", "fairs"]
    assert "rename mechanism" in anna.get("/scheme/versions").text
    assert confirm(anna, answer).status_code == 409  # sent twice


@pytest.mark.parametrize(
    ("do", "to", "left"),
    [("merge", "fairs", ["fairs"]), ("split", "lessons\r\nvisits", ["lessons", "visits", "fairs"])],
)
def test_merging_and_splitting(anna, suggested, do, to, left):
    assert confirm(anna, shown(anna, do, to=to)).status_code == 303
    assert mechanisms(suggested) == left


def test_the_second_editor_sees_what_the_first_changed(anna, suggested):
    action, own = anna.form(CHANGE, "/scheme/change")
    edited(suggested, "rename", "fairs", "shows")
    answer = anna.post(action, {**own, "do": "rename", "to": "lessons"})
    assert answer.status_code == 409 and "shows" in answer.text
    assert mechanisms(suggested) == ["courses", "shows"]


def test_what_was_split_is_divided_by_its_coder(someone, suggested):
    edited(suggested, "split", "courses", "lessons", "visits")
    ada = someone("ada")
    assert "divide them" in ada.get("/scheme").text
    study = open_study(suggested)
    item = to_divide(study, "ada")[0]
    study.close()
    assert ada.send("/scheme/divide", "/scheme/divide", code=item.codes[0]).status_code == 303
    study = open_study(suggested)
    assert item.event not in {other.event for other in to_divide(study, "ada")}
    study.close()


def test_names_are_escaped_and_what_does_not_fit_is_explained(anna, suggested):
    answer = shown(anna, "rename", to="<script>x")
    assert "<script>x" not in answer.text and "&lt;script&gt;x" in answer.text
    assert shown(anna, "rename", to="fairs").status_code == 400
    assert anna.get("/scheme/change?facet=mechanism&path=gone").status_code == 400


@pytest.mark.browser
def test_a_definition_is_edited_and_taken_back_in_a_browser(live, tab, accessible):
    page = tab(live)
    page.goto("/scheme")
    accessible(page)
    page.click("text=courses >> nth=0")
    page.wait_for_selector("textarea[name=definition]")
    accessible(page)
    page.fill("textarea[name=definition] >> nth=0", "A lesson 🌊 on a day that was agreed.")
    page.click("text=Preview >> nth=0")
    page.wait_for_selector("text=Change the codebook")
    assert "A lesson 🌊" in page.inner_text("main")
    accessible(page)
    page.click("text=Change the codebook")
    page.wait_for_url("**/scheme")
    assert "A lesson 🌊" in page.inner_text("main")
    page.click("text=Undo the last change")
    page.click("text=Change the codebook")
    page.wait_for_url("**/scheme")
    assert "A planned lesson." in page.inner_text("main")
