"""Every page of the room in a browser: axe-core, light and dark, a narrow screen, keys, focus, and a quiet console."""

import shutil
import signal

import pytest
from playwright.sync_api import expect

from coder.steps.audit.double_coding import assign
from coder.steps.coding.coders import new_coder
from coder.steps.scheme.changes import change, edit_of
from coder.steps.study.study import open_study
from coder.store import log
from coder.web.app import make_app

pytestmark = pytest.mark.browser

QUEUE = "/audit/begin?order=transcript&everything=1&again=1"
CITATIONS = "/citations?code=education/customers/courses"
CHANGE = "/scheme/change?facet=mechanism&path=courses"


@pytest.fixture(scope="module")
def full(_suggested, drawn_interview, tmp_path_factory):
    """Return a study that has something to show on each page."""
    folder = shutil.copytree(_suggested, tmp_path_factory.mktemp("full") / "study")
    settings = folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + 'adjudicator = "panel"\n', "utf-8")
    study = open_study(folder)
    lines = [f"We hold course {k} 🌊 for skippers." for k in range(40)]
    drawn_interview(study, lines, log.suggesting_model(study.store), "education/customers/courses", "anna")
    for name in ("panel", "eva", "ole"):
        new_coder(study, name)
    assign(study, ("eva", "ole"), share=0.5)
    change(study, edit_of(study, "define", "fairs", "mechanism", [], {"definition": "A show, open to all."}), "ben")
    study.close()
    return folder


@pytest.fixture(scope="module")
def room_of_all(full, start_server):
    server = start_server(full)
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def signed_in(browser, room_of_all):
    """Return the cookies of each person, who signs in once."""
    states = {}

    def state(name):
        if name and name not in states:
            with browser.new_context(base_url=room_of_all.url) as context:
                page = context.new_page()
                page.goto("/sign-in")
                page.fill("input[name=other]", name)
                page.press("input[name=other]", "Enter")
                expect(page.locator(".who")).to_contain_text(name)
                states[name] = context.storage_state()
        return states.get(name)

    return state


@pytest.fixture
def open_as(tab, room_of_all, signed_in):
    """Open a tab in which somebody is signed in: `open_as("panel", viewport=…)`."""
    return lambda name="anna", **options: tab(room_of_all, name=None, storage_state=signed_in(name), **options)


def opened(url):
    return lambda page: page.goto(url)


def unit_and(*keys, until):
    """Open a unit, press keys, and wait until something is seen."""

    def go(page):
        page.goto(QUEUE)
        for key in keys:
            page.keyboard.type(key)
        page.locator(until).first.wait_for()

    return go


def coding(page):
    page.goto("/read/transcript?name=alder-1&view=people")
    page.locator(".stripe").first.click()
    expect(page.locator("#coding")).to_be_visible()


def preview(page):
    page.goto(CHANGE)
    page.locator("textarea[name=definition]").first.fill("A lesson on a day that was agreed.")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("h1")).to_have_text("Nothing is changed yet")


def dashboard(page):
    page.goto("/dashboard/")
    while page.get_by_text("being computed").count():  # the room waits a little before it answers
        page.reload()


def citations(url):
    def go(page):
        page.goto(url)
        page.locator("[name=only]").wait_for()  # they are being collected: the page asks again by itself

    return go


def refused(page):
    citations(CITATIONS)(page)
    page.locator("summary").first.click()
    page.locator("textarea").first.fill("Nobody said so.")
    page.get_by_role("button", name="Keep", exact=True).first.click()
    page.get_by_role("alert").wait_for()
    page.locator("summary").nth(1).click()


def stale(page):
    page.goto("/")
    page.locator(".who [name=form]").evaluate("field => { field.value = 'made up'; }")
    page.click("text=Sign out")
    expect(page.locator("h1")).to_have_text("Nothing was changed")


def forged(page):
    page.goto("/")
    form = f'<form method="post" action="{page.url}sign-out"><button>Win</button></form>'
    page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://evil.example/")
    page.click("button")
    expect(page.locator("h1")).to_have_text("Refused")


def signed_out(page):
    page.goto("/")
    page.context.clear_cookies()
    page.click("text=Sign out")
    expect(page.locator("h1")).to_have_text("Please sign in")


PAGES = {
    "sign in": (None, opened("/sign-in")),
    "home": ("anna", opened("/")),
    "choosing a queue": ("anna", opened("/audit")),
    "unit": ("anna", opened(QUEUE)),
    "unit, help": ("anna", unit_and("h", until="#help[open]")),
    "unit, adding a code": ("anna", unit_and("+", "cour", until="#found li")),
    "unit, why": ("anna", unit_and("w", until="#why h2")),
    "unit, blind": ("anna", opened("/audit/begin?order=blind")),
    "end of a queue": ("anna", opened("/audit/next?transcript=nothing")),
    "transcripts": ("anna", opened("/read")),
    "search": ("anna", opened("/read/search?q=fair")),
    "transcript": ("anna", opened("/read/transcript?name=alder-1&view=people&q=fair")),
    "transcript, a coding": ("ada", coding),
    "to adjudicate": ("panel", opened("/adjudicate")),
    "disagreement": ("panel", opened("/adjudicate/next")),
    "assigned": ("eva", opened("/adjudicate/assigned")),
    "coders": ("anna", opened("/adjudicate/coders")),
    "bulk": ("eva", opened("/bulk")),
    "bulk, preview": ("panel", opened("/bulk?precision=0.8&confidence=0.9")),
    "anchoring": ("anna", opened("/anchoring")),
    "scheme": ("anna", opened("/scheme")),
    "scheme, a value": ("anna", opened(CHANGE)),
    "scheme, preview": ("anna", preview),
    "scheme, versions": ("anna", opened("/scheme/versions")),
    "scheme, difference": ("anna", opened("/scheme/versions?one=1&other=2")),
    "scheme, to divide": ("anna", opened("/scheme/divide")),
    "dashboard": ("anna", dashboard),
    "units behind a number": ("anna", opened("/dashboard/units?what=present&coder=ada")),
    "citations": ("anna", citations("/citations")),
    "citations of a code": ("anna", citations(CITATIONS)),
    "citation, refused": ("anna", refused),
    "not found": ("anna", opened("/nowhere")),
    "unit that is gone": ("anna", opened("/audit/unit/999999")),
    "stale form": ("anna", stale),
    "forged form": ("anna", forged),
    "signed out": ("anna", signed_out),
}
REFUSED = {"citation, refused", "not found", "unit that is gone", "stale form", "forged form", "signed out"}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found_in_light_and_dark_and_nothing_is_cut_off(open_as, accessible, complaints, name):
    person, go = PAGES[name]
    page = open_as(person)
    go(page)
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page, rules=["color-contrast"])
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if name in REFUSED:  # the browser names the status of a page that is refused, and nothing else
        assert all("Failed to load resource" in said for said in complaints)
        complaints.clear()


def test_a_busy_study_is_explained_and_can_be_tried_again(open_as, accessible, complaints, full, someone, monkeypatch):
    from coder.errors import StudyBusyError

    def busy(*_, **__):
        raise StudyBusyError("busy")

    anna = someone("anna", make_app(full))
    monkeypatch.setattr("coder.web.home.to_do", busy)
    answer = anna.get("/")
    assert answer.status_code == 503
    page = open_as()
    page.route("**/busy", lambda route: route.fulfill(status=503, body=answer.text, content_type="text/html"))
    page.goto("/busy")
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page, rules=["color-contrast"])
    assert "503" in complaints.pop()
    page.get_by_role("link", name="Try again").press("Enter")
    expect(page.locator("#read")).to_be_visible()


def test_the_help_keeps_the_focus_and_gives_it_back(open_as):
    page = open_as()
    page.goto(QUEUE)
    before = page.locator(".decide input[type=radio]").first
    expect(before).to_be_focused()
    page.keyboard.press("h")
    for _ in range(3):  # the browser's own bar may be a stop on the way, the page beneath is none
        expect(page.locator("#help")).to_be_visible()
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#help')")
        page.keyboard.press("Tab")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()
    expect(before).to_be_focused()
    expect(before).not_to_be_checked()


@pytest.mark.parametrize("name", ["choosing a queue", "unit", "transcript", "disagreement"])
def test_every_control_is_reached_with_the_tab_key_and_its_focus_is_seen(open_as, name):
    person, go = PAGES[name]
    page = open_as(person, viewport={"width": 1280, "height": 900})
    go(page)
    called = "(e) => [e.tagName, e.name || e.id || e.getAttribute('href') || e.textContent.trim()].join(' ')"
    controls = page.locator("a[href], button, input:not([type=hidden]), select, textarea, summary")
    reachable = f"all => all.filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('.turns')).map({called})"
    wanted, met = set(controls.evaluate_all(reachable)), set()
    for _ in range(3 * len(wanted) + 60):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count():  # else the browser's own bar has it
            met.add(focus.evaluate(called))
            outline = focus.evaluate("e => getComputedStyle(e).outline")
            assert "solid 3px" in outline, (focus.evaluate("e => e.outerHTML"), outline)
        if wanted <= met:
            return
    assert wanted <= met, sorted(wanted - met)


@pytest.mark.parametrize("name", ["home", "unit", "disagreement"])
def test_for_fingers_targets_are_large(open_as, name):
    person, go = PAGES[name]
    page = open_as(person, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    go(page)
    sizes = page.locator("button:visible, .button:visible, .top nav a, .pick:visible").evaluate_all(
        "all => all.filter(e => e.tabIndex >= 0 || e.matches('label')).map(e => e.offsetHeight)"
    )
    assert sizes and min(sizes) >= 44


def test_nothing_moves_for_those_who_asked_for_that(open_as):
    page = open_as(reduced_motion="reduce")
    page.goto(QUEUE)
    moving = """[...document.querySelectorAll('*')].map(e => getComputedStyle(e)).filter(s =>
        parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none' || s.scrollBehavior === 'smooth').length"""
    assert page.evaluate(moving) == 0


def test_on_a_screen_of_four_thousand_pixels_lines_stay_readable(open_as):
    page = open_as(viewport={"width": 3840, "height": 2160})
    page.goto(QUEUE)
    words = page.locator(".turn.own .words")
    size = words.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size > 24
    assert words.bounding_box()["width"] / size < 45  # about 90 letters
