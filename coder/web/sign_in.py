"""Pages to sign in and out."""

from __future__ import annotations

from collections import deque
from threading import Lock

from flask import Blueprint, abort, current_app, g, request, session, url_for
from werkzeug.wrappers import Response

from coder.errors import CoderError
from coder.steps.coding.judgements import people
from coder.steps.pages import sign_in as signing
from coder.web.shared import done, form, here, kept, page, person, study

pages = Blueprint("sign_in", __name__)

ATTEMPTS, SECONDS = 8, 300
"""Failed attempts allowed in a number of seconds, from one address or for one name; further ones are refused."""


class Attempts:
    """Recent failed sign-ins by address and by coder."""

    def __init__(self) -> None:
        self._at: dict[str, deque[float]] = {}
        self.lock = Lock()

    def too_many(self, now: float, *who: str) -> bool:
        """Tell whether any of these has to wait."""
        self._at = {key: times for key, times in self._at.items() if times[-1] > now - SECONDS}
        return any(len(self._at.get(key, ())) >= ATTEMPTS for key in who)

    def wrong(self, now: float, *who: str) -> None:
        """Note a failed attempt."""
        for key in who:
            times = self._at.setdefault(key, deque(maxlen=ATTEMPTS))
            times.append(now)
            while times[0] <= now - SECONDS:
                times.popleft()


def who_is_there() -> Response | None:
    """Identify who is signed in before each request; without anybody, only the sign-in page is served."""
    if request.endpoint in {"static", "sign_in.sign_in"}:
        return None
    g.person = _person()
    if g.person or request.endpoint == "sign_in.sign_in_post":
        return None
    if request.method == "POST":
        abort(401)
    return done(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")))


def _person() -> str:
    """Return who is signed in, with a session or, where nobody has a token, by `coder review --coder`."""
    name = str(session.get("person", ""))
    if name and session.get("key") == signing.key_of(study(), name):
        return name
    preset = str(current_app.config["CODER"] or "")
    return "" if session.get("out") or locked() else preset


def locked() -> bool:
    """Tell whether a credential is required: some coder has one, or the server listens beyond loopback."""
    return not current_app.config["LOOPBACK"] or signing.needs_sign_in(study())


@pages.get("/sign-in")
def sign_in() -> str:
    """Show the page to sign in."""
    return _page()


def _page(error: CoderError | str = "", name: str = "") -> str:
    return page(
        "sign_in.html",
        people=[] if locked() else people(study()),
        locked=locked(),
        name=name or current_app.config["CODER"] or "",
        next=here(request.values.get("next", "/")),
        error=error,
    )


@pages.post("/sign-in")
def sign_in_post() -> Response | tuple[str, int]:
    """Sign a coder in."""
    g.person = ""
    posted = form()
    try:
        name = signing.check_name(study(), posted.get("other", "") or posted.get("name", ""))
    except CoderError as error:
        return _page(error), 400
    if locked():
        attempts = kept(Attempts)
        who, now = (f"address {request.remote_addr}", f"name {name}"), current_app.config["CLOCK"]().timestamp()
        with attempts.lock:  # one guess at a time: each takes memory, and none may overtake the count
            if attempts.too_many(now, *who):
                return _page(f"Too many failed sign-in attempts. Try again in {SECONDS // 60} minutes.", name), 429
            if not signing.sign_in(study(), name, posted.get("word", "")):
                attempts.wrong(now, *who)
                return _page("This is not that coder's token or password.", name), 403
    session.clear()
    session["person"], session["key"] = name, signing.key_of(study(), name)
    return done(here(posted.get("next", "/")))


@pages.post("/sign-out")
def sign_out() -> Response:
    """Sign the coder out."""
    form()
    session.clear()
    session["out"] = True
    return done(url_for("sign_in.sign_in"), f"{person()} is signed out.")
