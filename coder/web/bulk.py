"""Accept in bulk: what a precision guarantee allows, a random twenty of it in context, and one undo."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import StudyError, UsageError
from coder.steps.audit import bulk_accept
from coder.types import Guarantees
from coder.web.shared import blind, done, form, page, person, study

pages = Blueprint("bulk", __name__, url_prefix="/bulk")


def _asked(fields: dict[str, str]) -> tuple[Guarantees, bool]:
    """Return what is to be guaranteed, and whether for each code by itself; what is left empty is as in study.toml."""
    usual = study().settings.guarantee
    try:
        precision, confidence, recall = (
            float(fields.get(name) or getattr(usual, name)) for name in ("precision", "confidence", "recall")
        )
        looks = int(fields.get("looks") or usual.looks)
        asked = replace(usual, precision=precision, confidence=confidence, recall=recall, looks=looks)
        return asked, bool(fields.get("each"))
    except ValueError:
        todo = "such as 0.9, 0.95 and 0.9; looks are a whole number, 0 for any"
        raise UsageError("precision, confidence and recall are numbers", todo=todo) from None


@pages.get("")
def index() -> str:
    """Show what may be accepted, a random twenty of it, and what was accepted last."""
    wanted, each = _asked(request.args.to_dict())
    planned, examples, problem = None, [], None
    if not blind():
        try:
            planned = bulk_accept.plan_beside(study(), person(), wanted, each=each)
            examples = bulk_accept.preview(study(), person(), planned)
        except StudyError as error:  # the page says what a guarantee needs
            problem = error
    return page(
        "bulk.html",
        wanted=wanted,
        usual=study().settings.guarantee,
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
    wanted, each = _asked(fields)
    if not fields.get("n", "").isdecimal():
        raise UsageError("the form does not say how many", todo="open the page again")
    found = bulk_accept.accept(study(), person(), wanted, each=each, expected=int(fields["n"]))
    return done(url_for("bulk.index"), f"{len(found.suggestions)} suggestions were accepted in bulk.")


@pages.post("/undo")
def undo() -> Response:
    """Take the last bulk back as a whole."""
    form()
    return done(url_for("bulk.index"), f"{bulk_accept.undo_bulk(study(), person())} codings were taken back.")
