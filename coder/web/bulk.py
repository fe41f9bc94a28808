"""Accept in bulk: what a precision guarantee allows, a random twenty of it in context, and one undo."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import StudyError, UsageError
from coder.steps.audit import bulk_accept
from coder.web.shared import blind, done, form, page, person, study

pages = Blueprint("bulk", __name__, url_prefix="/bulk")


def _asked(fields: dict[str, str]) -> tuple[float, float, bool]:
    """Return precision, confidence, and whether the guarantee is for each code by itself."""
    try:
        return float(fields.get("precision") or 0.9), float(fields.get("confidence") or 0.95), bool(fields.get("each"))
    except ValueError:
        raise UsageError("precision and confidence are numbers", todo="such as 0.9 and 0.95") from None


@pages.get("")
def index() -> str:
    """Show what may be accepted, a random twenty of it, and what was accepted last."""
    precision, confidence, each = _asked(request.args.to_dict())
    planned, examples, problem = None, [], None
    if not blind():
        try:
            planned = bulk_accept.plan_beside(study(), person(), precision=precision, confidence=confidence, each=each)
            examples = bulk_accept.preview(study(), person(), planned)
        except StudyError as error:  # the page says what a guarantee needs
            problem = error
    return page(
        "bulk.html",
        precision=precision,
        confidence=confidence,
        each=each,
        plan=planned,
        examples=examples,
        problem=problem,
        last=bulk_accept.last_bulk(study(), person()),
    )


@pages.post("")
def accept() -> Response:
    """Accept all that the preview spoke of, or nothing if the study has changed since."""
    fields = form()
    if blind():
        raise UsageError("this room is blind", todo="accept in bulk in a room that was started without --blind")
    precision, confidence, each = _asked(fields)
    if not fields.get("n", "").isdecimal():
        raise UsageError("the form does not say how many", todo="open the page again")
    found = bulk_accept.accept(
        study(), person(), precision=precision, confidence=confidence, each=each, expected=int(fields["n"])
    )
    return done(url_for("bulk.index"), f"{len(found.suggestions)} suggestions were accepted in bulk.")


@pages.post("/undo")
def undo() -> Response:
    """Take the last bulk back as a whole."""
    form()
    return done(url_for("bulk.index"), f"{bulk_accept.undo_bulk(study(), person())} codings were taken back.")
