"""Pages to sign in and out."""

from __future__ import annotations

from collections import deque
from threading import Lock

from flask import Blueprint, abort, current_app, g, request, session, url_for
from werkzeug.wrappers import Response

from coder.errors import CoderError
from coder.steps.pages import sign_in as signing
from coder.web.shared import done, form, here, page, person, study

pages = Blueprint("signing", __name__)

ATTEMPTS, SECONDS = 8, 300
"""So many wrong words in so many seconds, from one address or for one name; then no more is tried."""


class Attempts:
    """Wrong words of late, by address and by name."""

    def __init__(self) -> None:
        self._at: dict[str, deque[float]] = {}
        self.lock = Lock()

    def too_many(self, now: float, *who: str) -> bool:
        """Tell whether any of these has to wait."""
        self._at = {key: times for key, times in self._at.items() if times[-1] > now - SECONDS}
        return any(len(self._at.get(key, ())) >= ATTEMPTS for key in who)

    def wrong(self, now: float, *who: str) -> None:
        """Note a wrong word."""
        for key in who:
            times = self._at.setdefault(key, deque(maxlen=ATTEMPTS))
            times.append(now)
            while times[0] <= now - SECONDS:
                times.popleft()


def who_is_there() -> Response | None:
    """Find out before each request who is signed in; without anybody, only signing in is possible."""
    if request.endpoint in {"static", "signing.sign_in"}:
        return None
    g.person = _person()
    if g.person or request.endpoint == "signing.sign_in_post":
        return None
    if request.method == "POST":
        abort(401)
    return done(url_for("signing.sign_in", next=request.full_path.rstrip("?")))


def _person() -> str:
    """Return who is signed in, with a session or, where nobody has a token, by `coder review --coder`."""
    name = str(session.get("person", ""))
    if name and session.get("key") == signing.key_of(study(), name):
        return name
    preset = str(current_app.config["CODER"] or "")
    return "" if session.get("out") or locked() else preset


def locked() -> bool:
    """Tell whether a token or password is needed: where anybody in the study has one, or others can reach the room."""
    return not current_app.config["LOOPBACK"] or signing.needs_sign_in(study())


@pages.get("/sign-in")
def sign_in() -> str:
    """Show the page to sign in."""
    return _page()


def _page(error: CoderError | str = "", name: str = "") -> str:
    return page(
        "signin.html",
        people=[] if locked() else signing.people(study()),
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
        attempts: Attempts = current_app.extensions["attempts"]
        who, now = (f"address {request.remote_addr}", f"name {name}"), current_app.config["CLOCK"]().timestamp()
        with attempts.lock:  # one guess at a time: each takes memory, and none may overtake the count
            if attempts.too_many(now, *who):
                return _page(f"Too many wrong words. Try again in {SECONDS // 60} minutes.", name), 429
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
    return done(url_for("signing.sign_in"), f"{person()} is signed out.")
