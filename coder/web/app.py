"""The application: its pages, and what guards each request and answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, get_flashed_messages, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from coder.errors import CoderError, StudyBusyError, StudyError, UsageError
from coder.steps.pages.sign_in import needs_sign_in, room_secret
from coder.steps.study.background import WaitError
from coder.steps.study.study import open_study
from coder.web import adjudication, anchoring, audit, bulk, citations, dashboard, home, reading, scheme, shared, sign_in

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


now = partial(datetime.now, UTC)


def make_app(
    folder: Path,
    *,
    coder: str | None = None,
    host: str = "127.0.0.1",
    hosts: Sequence[str] = (),
    blind: bool = False,
    clock: Callable[[], datetime] = now,
) -> Flask:
    """Return the web app of a study.

    Parameters
    ----------
    coder
        Who is signed in, as long as no coder in the study has a token or a password.
    host, hosts
        The interface, and further host names under which the server answers.
    blind
        Other coders' codings and all suggestions are hidden.
    clock
        Where the time of an event comes from.

    Raises
    ------
    UsageError
        Other computers could reach the server, and nobody has a token or a password, or it has no name there.
    StudyError
        There is no study in the folder, or it cannot be used as it is.
    """
    study = open_study(folder, clock=clock)
    try:
        if not is_loopback(host):
            check_open_to_others(folder, host, hosts, needs_sign_in(study))
        secret, name = room_secret(study), study.settings.name
    finally:
        study.close()
    app = Flask(__name__)
    app.config.update(
        FOLDER=folder, STUDY_NAME=name, CODER=coder, BLIND=blind, LOOPBACK=is_loopback(host), CLOCK=clock,
        SECRET_KEY=secret,
        HOSTS={name.lower() for name in (*names_of(host), *hosts)},
        SESSION_COOKIE_NAME=f"coder-{sha256(secret).hexdigest()[:8]}",  # a browser sends it to other ports, too
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BYTES,
    )  # fmt: skip
    app.jinja_env.globals["form_field"] = shared.form_field
    app.jinja_env.filters |= {"visible": shared.visible, "path": shared.path, "prose": shared.prose}
    app.before_request(check_where_from)
    app.before_request(sign_in.who_is_there)
    app.after_request(guarded)
    app.teardown_request(shared.close_study)
    app.register_error_handler(WaitError, wait)
    app.register_error_handler(CoderError, explain)
    app.register_error_handler(HTTPException, explain_http)
    app.register_error_handler(Exception, explain_fault)
    for part in (home, audit, reading, dashboard, adjudication, bulk, citations, anchoring, scheme, sign_in):
        app.register_blueprint(part.pages)
    return app


def check_open_to_others(folder: Path, host: str, hosts: Sequence[str], has_tokens: bool) -> None:
    """Refuse to listen for other computers where nobody has to sign in."""
    if not has_tokens:
        raise UsageError(
            f"other computers can reach {host}, and nobody in the study has a token or a password",
            todo=f"coder coders add {folder} NAME --token",
        )
    if host in {"0.0.0.0", "::"} and not hosts:  # noqa: S104 - this is where all interfaces are refused
        raise UsageError(f"{host} is every interface of this computer", todo="give its address with --name")


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
    """Refuse a request for another host, and a form posted from another site."""
    if _hostname(request.host) not in current_app.config["HOSTS"]:
        abort(421)
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = origin is not None and origin.partition("://")[2] == request.host
    if site not in {None, "same-origin"} or not (own or (origin is None and site)):
        abort(403)


def _hostname(netloc: str) -> str | None:
    try:
        return urlsplit(f"//{netloc}").hostname
    except ValueError:  # such as a bracket that is not closed
        return None


def guarded(answer: Response) -> Response:
    """Add the security headers."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)  # a figure has a policy of its own
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def wait(_: WaitError) -> tuple[str, int, dict[str, str]]:
    """Say that something is being computed; the page reloads by itself, and shows pending messages then."""
    shown = shared.page("wait.html")
    for message in get_flashed_messages():
        flash(str(message))
    return shown, 202, {"Refresh": "2"}


def explain(error: CoderError) -> tuple[str, int]:
    """Show what is wrong and what to do."""
    match error:
        case StudyBusyError():
            message = "The study is being written by another command. Nothing was changed, and nothing is lost."
            return error_page("The study is busy", message, 503, todo="wait a moment, then try again")
        case shared.Stale():
            title, status = "Nothing was changed", 409
        case StudyError():
            title, status = "The study cannot be used", 500
        case _:
            title, status = "This cannot be done", 400
    return error_page(title, error.message, status, todo=error.todo or "")


ERRORS = {
    401: ("Please sign in", "You are signed out. Sign in again under the same name, then send it from here."),
    403: ("Refused", "This form did not come from a page of this server. Nothing was changed."),
    404: ("Not found", "There is no such page, unit or transcript in this study."),
    405: ("Not found", "This address takes no request of this kind."),
    413: ("Too long", f"A form holds at most {MOST_BYTES // 1_000_000} MB of text. Nothing was changed."),
    421: ("Wrong address", "This server does not answer under that name."),
}


def explain_http(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Show an HTTP error in plain words."""
    status = error.code or 500
    if status < 400:
        return error
    title, message = ERRORS.get(status, (error.name, error.description or ""))
    return error_page(title, message, status)


def explain_fault(error: Exception) -> tuple[str, int]:
    """Show that there was an internal error, and log it."""
    current_app.logger.exception("%s %s", request.method, request.path, exc_info=error)
    return error_page("Internal error", "Your change was not saved. The terminal shows the details.", 500)


def error_page(title: str, message: str, status: int, todo: str = "") -> tuple[str, int]:
    """Return an error page; what may be sent again is kept in it."""
    again = list(request.form.items(multi=True)) if request.method == "POST" and status in {401, 503} else []
    retry = request.method == "GET" and status == 503
    return shared.page("error.html", title=title, message=message, todo=todo, again=again, retry=retry), status
