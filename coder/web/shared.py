"""What every page uses: the study of this request, who is signed in, forms that count once, and rendering."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, flash, g, get_flashed_messages, redirect, render_template, request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from coder.errors import CoderError
from coder.steps.pages import sign_in
from coder.steps.study.study import Study, open_study

T = TypeVar("T")

NAVIGATION = (
    ("home.index", "Home"),
    ("reading.index", "Transcripts"),
    ("audit.index", "Review queue"),
    ("adjudication.index", "Adjudicate"),
    ("bulk.index", "Accept in bulk"),
    ("scheme.index", "Codebook"),
    ("dashboard.index", "Dashboard"),
    ("citations.index", "Quotations"),
    ("anchoring.index", "Anchoring bias"),
)
"""Endpoint and label, in order."""

FIELD = "form"
"""The hidden field of every form: who may send it, and that it counts once."""

UNSEEN = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)


class Stale(CoderError):  # noqa: N818 - a stale form is what it is called everywhere
    """A form that was sent before, or does not belong to this person or study. Nothing was changed."""


def study() -> Study:
    """Return the study, opened for this request and closed after it."""
    if "study" not in g:
        g.study = open_study(current_app.config["FOLDER"], clock=current_app.config["CLOCK"])
    opened: Study = g.study
    return opened


def close_study(_: BaseException | None = None) -> None:
    """Close the study at the end of a request."""
    opened = g.pop("study", None)
    if opened is not None:
        opened.close()


def person() -> str:
    """Return the coder who is signed in; pages that need nobody (signing in) may see an empty name."""
    return str(g.get("person", ""))


def blind() -> bool:
    """Tell whether nothing of others, and no suggestion, may be shown."""
    return bool(current_app.config["BLIND"])


def kept(kind: Callable[[], T]) -> T:
    """Return the one object of a kind that this server keeps, made at the first use."""
    found: T = current_app.extensions.setdefault(kind.__name__, kind())
    return found


def refuse_blind() -> tuple[str, int] | None:
    """Before a request, show none of a blueprint's pages to a person who works blind."""
    title = dict(NAVIGATION)[f"{request.blueprint}.index"]
    return (page("hidden_when_blind.html", title=title), 403) if blind() else None


class _Signer(TimestampSigner):
    """Signs for the person who is signed in, with the time of the app's clock."""

    def __init__(self) -> None:
        super().__init__(current_app.config["SECRET_KEY"], salt=f"form {person()}")

    def get_timestamp(self) -> int:
        return int(current_app.config["CLOCK"]().timestamp())


def form_field() -> Markup:
    """Return a form's hidden field as HTML: a number for one use, signed for this person.

    In a template `{{ form_field() }}` stands inside each form that posts. It outlives a restart of the server.
    """
    signed = _Signer().sign(secrets.token_urlsafe(12)).decode()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, signed)


def form() -> dict[str, str]:
    """Return the posted fields after checking that this person may send this form, and has not sent it before.

    The form is used up with the first thing that a step writes: what fails can be sent again. For fields with
    several values ask `request.form.getlist` afterwards.

    Raises
    ------
    Stale
        The form was sent before, is too old, or was made for another person.
    """
    try:
        once = _Signer().unsign(request.form.get(FIELD, ""), max_age=sign_in.FORM_DAYS * 86400).decode()
    except SignatureExpired:
        message = f"this page has been open for more than {sign_in.FORM_DAYS} days; nothing was changed"
        raise Stale(message, todo="reload the page") from None
    except BadSignature:
        message = "this form does not belong to you, or to this study; nothing was changed"
        raise Stale(message, todo="reload the page") from None
    message = "this form was sent already, here or in another tab; it was saved once and nothing else was changed"
    sign_in.send_once(study(), once, Stale(message, todo="continue from the current page"))
    return {name: value for name, value in request.form.items() if name != FIELD}


def page(template: str, **values: object) -> str:
    """Return a page with the navigation, the person and the messages of `done`."""
    return render_template(
        template,
        person=person(),
        blind=blind(),
        navigation=NAVIGATION if person() else (),
        study_name=current_app.config["STUDY_NAME"],
        messages=get_flashed_messages(),
        **values,
    )


def done(url: str, message: str = "") -> Response:
    """Redirect to another page after a change, with a message of what was done."""
    if message:
        flash(message)
    return redirect(url, 303)


def here(url: str) -> str:
    """Return a path on this server, whatever a link says: where to continue after signing in.

    Examples
    --------
    >>> here("/audit?order=random"), here("//evil.example/"), here("https://evil.example/")
    ('/audit?order=random', '/', '/')
    """
    inside = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if inside else "/"


def visible(text: str) -> str:
    r"""Return the text with one visible mark for each control character, so that offsets stay as they are.

    Characters that reorder what follows (bidirectional embeddings, overrides and isolates) could make a passage read
    as what it is not. In a template: `<bdi dir="auto">{{ words|visible }}</bdi>`.

    Examples
    --------
    >>> visible("a\u202eb\x1bc") == "a\ufffdb\u241bc"
    True
    """
    return text.translate(UNSEEN | BIDI)


def path(code: str) -> Markup:
    """Return a code's name as HTML, with a place to break the line after each level.

    Examples
    --------
    >>> path("contact/<fairs>")
    Markup('contact/<wbr>&lt;fairs&gt;')
    """
    return Markup("/<wbr>").join(visible(code).split("/"))


def prose(text: object) -> Markup:
    """Return a message of the program as HTML: escaped, and what stands between backticks as code.

    Examples
    --------
    >>> prose("run `coder suggest`, <then> look")
    Markup('run <code>coder suggest</code>, &lt;then&gt; look')
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(str(text))))))  # noqa: S704 - escaped
