"""The application: its pages, and what guards each request and answer."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from coder.errors import CoderError, StudyBusyError
from coder.steps.signing import room_secret
from coder.steps.study import open_study
from coder.steps.study import Clock, utc_now
from coder.web import base, home, signing

# A page module adds its import above and its line here; the navigation is base.NAVIGATION.
PAGES = (
    home.pages,
    signing.pages,
)

MOST_BYTES = 1_000_000
"""The longest form: a memo of a hundred pages, and no more."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # `no-referrer` would have browsers send forms with the origin `null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def make_app(
    folder: Path,
    *,
    coder: str | None = None,
    host: str = "127.0.0.1",
    hosts: Sequence[str] = (),
    blind: bool = False,
    clock: Clock = utc_now,
) -> Flask:
    """Return the audit room of a study.

    Parameters
    ----------
    coder
        Who works here, where nobody in the study has a token or a password.
    host, hosts
        The interface, and the further names under which the room may be opened.
    blind
        Nothing of others and no suggestion is shown.
    """
    study = open_study(folder, clock=clock)
    secret, name = room_secret(study), study.settings.name
    study.close()
    app = Flask(__name__)
    app.config.update(
        FOLDER=folder, STUDY_NAME=name, CODER=coder, BLIND=blind, CLOCK=clock, SECRET_KEY=secret,
        HOSTS={name.lower() for name in (*names_of(host), *hosts)},
        SESSION_COOKIE_NAME=f"coder-{sha256(secret).hexdigest()[:8]}",  # a browser sends it to other ports, too
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BYTES,
    )  # fmt: skip
    app.extensions["attempts"] = signing.Attempts()
    app.jinja_env.globals["form_field"] = base.form_field
    app.jinja_env.filters["visible"] = base.visible
    app.before_request(check_where_from)
    app.before_request(signing.who_is_there)
    app.after_request(guarded)
    app.teardown_request(base.close_study)
    app.register_error_handler(CoderError, explain)
    app.register_error_handler(HTTPException, explain_http)
    app.register_error_handler(Exception, explain_fault)
    for pages in PAGES:
        app.register_blueprint(pages)
    return app


def names_of(host: str) -> tuple[str, ...]:
    """Return the names under which an interface may be opened.

    Examples
    --------
    >>> names_of("127.0.0.1")
    ('127.0.0.1', 'localhost', '::1')
    >>> names_of("192.0.2.7")
    ('192.0.2.7',)
    """
    return ("127.0.0.1", "localhost", "::1") if is_loopback(host) else (host,)


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches the interface."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_where_from() -> None:
    """Refuse a request for another host, and a form that another site had sent."""
    name = (urlsplit(f"//{request.host}").hostname or "").lower()
    if name not in current_app.config["HOSTS"]:
        abort(421)
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = origin is not None and urlsplit(origin).netloc == request.host
    if site not in {None, "same-origin"} or not (own or (origin is None and site)):
        abort(403)


def guarded(answer: Response) -> Response:
    """Add what keeps a page to itself."""
    for name, value in HEADERS.items():
        answer.headers[name] = value
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer


def explain(error: CoderError) -> tuple[str, int]:
    """Show what is wrong and what to do."""
    if isinstance(error, StudyBusyError):
        return error_page("The study is busy", "Another command is writing to the study. Nothing was lost.", 503)
    status = 409 if isinstance(error, base.Stale) else 400
    title = "Nothing was changed" if isinstance(error, base.Stale) else "This cannot be done"
    return error_page(title, error.message, status, todo=error.todo or "")


ERRORS = {
    401: ("Please sign in", "You are not signed in any more. Nothing was lost."),
    403: ("Refused", "This form did not come from a page of this room. Nothing was changed."),
    404: ("Not found", "There is no such page, unit or transcript in this study."),
    405: ("Not found", "This address takes no request of this kind."),
    413: ("Too long", f"A form holds at most {MOST_BYTES // 1_000_000} MB of text. Nothing was changed."),
    421: ("Wrong address", "This room does not answer under that name."),
}


def explain_http(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Show an error of the protocol in the user's words."""
    status = error.code or 500
    if status < 400:
        return error
    title, message = ERRORS.get(status, (error.name, error.description or ""))
    return error_page(title, message, status)


def explain_fault(error: Exception) -> tuple[str, int]:
    """Show that the program is at fault, and log how."""
    current_app.logger.exception("%s %s", request.method, request.path, exc_info=error)
    return error_page("The program is at fault", "What you sent was not written. The terminal shows the details.", 500)


def error_page(title: str, message: str, status: int, todo: str = "") -> tuple[str, int]:
    """Return an error page."""
    return base.page("error.html", title=title, message=message, todo=todo), status
