"""The room itself: signing in, what guards each request, and forms that count once."""

import pytest


def test_a_person_picks_a_name_and_goes_in(room, someone):
    stranger = someone(None)
    answer = stranger.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/")
    assert someone("anna").get("/").status_code == 200


@pytest.mark.browser
def test_a_person_goes_in_with_the_keyboard_alone(live, tab):
    page = tab(live, name=None)
    page.goto("/")
    page.focus("input[name=other]")
    page.keyboard.type("anna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.locator(".who").inner_text().startswith("anna")
