"""The audit room as a person meets it: by a client without a browser, and in headless Chromium (marker `browser`)."""

import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coder.web.app import make_app

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Have no page tell that something is being computed, unless a test is about that."""
    monkeypatch.setattr("coder.steps.study.background.PATIENCE", 60)


class Forms(HTMLParser):
    """The forms of a page: action, method, and the fields as a browser would send them untouched."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.forms.append({"action": values.get("action", ""), "method": values.get("method", "get"), "fields": {}})
        elif tag == "input" and self.forms and "name" in values:
            unchecked = values.get("type") in {"radio", "checkbox", "submit"} and "checked" not in values
            if not unchecked:
                self.forms[-1]["fields"][values["name"]] = values.get("value") or ""


class Person:
    """Somebody at a browser that runs no JavaScript."""

    def __init__(self, app, name=None):
        self.client = app.test_client()
        if name:
            answer = self.send("/sign-in", "/sign-in", other=name)
            assert answer.status_code == 303, answer.text

    def get(self, url, **more):
        """Open a page."""
        return self.client.get(url, buffered=True, **more)

    def form(self, url, action):
        """Return the fields of the first form on a page that posts to an address starting with `action`."""
        html = self.get(url).text
        found = [form for form in Forms(html).forms if form["method"] == "post" and form["action"].startswith(action)]
        assert found, f"no form to {action} on {url}:\n{html}"
        return found[0]["action"], found[0]["fields"]

    def post(self, action, fields, **headers):
        """Send fields as a page of the room would."""
        headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", **headers}
        return self.client.post(action, data=fields, headers={name: v for name, v in headers.items() if v})

    def send(self, url, action, **fields):
        """Open a page, fill in its form and send it; a field of None is left out."""
        target, own = self.form(url, action)
        filled = {**own, **fields}
        return self.post(target, {name: value for name, value in filled.items() if value is not None})


@pytest.fixture
def room(suggested, clock):
    """Return the audit room of a small study with suggestions for birch-2, open to any name."""
    return make_app(suggested, clock=clock)


@pytest.fixture
def someone(room):
    """Sign people in: `someone("anna")`."""
    return lambda name, app=None: Person(app or room, name)


@pytest.fixture
def anna(someone):
    """Return Anna, signed in."""
    return someone("anna")


class Server:
    """`coder review` in a process of its own, on a free port, which stays the same when it is started anew."""

    def __init__(self, folder, *options):
        self.folder, self.options, self.port, self.process = folder, options, 0, None
        self.start()

    def start(self):
        command = [sys.executable, "-m", "coder", "review", str(self.folder), "--no-open", "--port", str(self.port)]
        usual = signal.signal(signal.SIGINT, signal.SIG_DFL)  # the background ignores it
        try:
            self.process = subprocess.Popen(
                [*command, *self.options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        finally:
            signal.signal(signal.SIGINT, usual)
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)/", line)
        assert found, line + self.process.stdout.read()
        self.url, self.port = found[0].rstrip("/"), int(found[1])

    def stop(self, how=signal.SIGINT):
        """End the process (SIGKILL: in the middle of whatever it does) and return what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        said = self.process.communicate(timeout=60)[0]
        return self.process.returncode, said

    def restart(self, how=signal.SIGINT):
        self.stop(how)
        self.start()


@pytest.fixture(scope="session")
def start_server():
    """Return what starts the command on a study, for those who end it themselves."""
    return Server


@pytest.fixture
def serve():
    """Start the command on a study: `serve(folder, "--blind")` returns a Server."""
    running = []

    def start(folder, *options):
        running.append(Server(folder, *options))
        return running[-1]

    yield start
    for server in running:
        server.stop(signal.SIGKILL)


@pytest.fixture
def live(serve, suggested):
    """Return a running server of the small study with suggestions for birch-2."""
    return serve(suggested)


@pytest.fixture(scope="session")
def browser():
    """Return headless Chromium, once for all tests."""
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{CHROMIUM} is missing: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=30_000)
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def complaints():
    """Return what the browser's console complained of; a test that provokes an error clears the list."""
    return []


@pytest.fixture
def tab(browser, complaints):
    """Open a tab in a browser profile of its own: `tab(live)` or `tab(live, name="ben", javascript=False)`.

    The person is signed in where `name` is given. The test fails if the console is not free of errors.
    """
    contexts = []

    def start(server, name="anna", javascript=True, **options):
        context = browser.new_context(base_url=server.url, java_script_enabled=javascript, **options)
        contexts.append(context)
        context.set_default_timeout(30_000)  # a busy machine must not fail a test
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page = context.new_page()
        if name:
            page.goto("/sign-in")
            page.fill("input[name=other]", name)
            page.click("main button")
            page.wait_for_url("**/")
        return page

    yield start
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def accessible():
    """Check a page with axe-core, or with some of its rules: nothing serious or critical may be found."""
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script

    def check(page, rules=None):
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
        found = page.evaluate("options => axe.run(options)", options)["violations"]
        serious = [
            f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]
        assert not serious, "\n".join(serious)

    return check
