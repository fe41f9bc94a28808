"""Quotations to print: those of one code, each to be pinned, edited for print, and translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import CodingError, UsageError
from coder.steps.findings import print_edits
from coder.steps.findings.citations import ONLY
from coder.steps.pages import citation_lists
from coder.web.shared import done, form, page, person, refuse_blind, study

pages = Blueprint("citations", __name__, url_prefix="/citations")
pages.before_request(refuse_blind)


@pages.get("")
def index() -> str | tuple[str, int]:
    """Show how many citations each code has, or those of one code."""
    asked = _asked(request.args)
    if asked.get("code"):
        return _listed(asked)
    codes, left_out = citation_lists.by_code(
        study(), person(), only=asked.get("only", "seen"), case=asked.get("case", "")
    )
    return page("citations.html", codes=codes, left_out=left_out, asked=asked, **_filters())


def _listed(asked: dict[str, str], **more: object) -> str:
    """Show the citations of a code; `more` is what was sent and does not fit, or a preview."""
    found = citation_lists.list_citations(
        study(),
        person(),
        asked["code"],
        only=asked.get("only", "seen"),
        case=asked.get("case", ""),
        pinned="pinned" in asked,
        page=int(asked.get("page", 1)),
    )
    about = {"open": 0, "problem": None, "preview": "", "posted": {}} | more
    used = sorted({language for row in found.rows for language in row.cited.translations})
    return page(
        "citations_code.html", found=found, asked=asked, language=study().settings.language, used=used,
        **_filters(), **about,
    )  # fmt: skip


def _filters() -> dict[str, object]:
    return {
        "kinds": ONLY,
        "codes_of_scheme": study().scheme.with_retired().paths(),
        "cases": citation_lists.cases(study()),
    }


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    """Return which citations an address or a form speaks of, without what is usual."""
    said = {name: fields.get(name, "") for name in ("code", "case", "only", "pinned", "page")}
    if not (said["page"].isascii() and said["page"].isdecimal() and len(said["page"]) < 10):
        said["page"] = ""
    usual = {"only": "seen", "page": "1"}
    return {name: value for name, value in said.items() if value and value != usual.get(name)}


def _back(event: int, message: str) -> Response:
    to: dict[str, Any] = _asked(request.form)
    return done(url_for("citations.index", **to, _anchor=f"c{event}"), message)


@pages.post("/<int:event>/pin")
def pin(event: int) -> Response:
    """Choose a citation to be printed, or no longer."""
    fields = form()
    citation_lists.check_in_sight(study(), person(), event)
    on = fields.get("pin") == "1"
    print_edits.pin(study(), [event], person(), on)
    return _back(event, f"Quotation {event} is pinned." if on else f"Quotation {event} is no longer pinned.")


@pages.post("/<int:event>/edit")
def edit(event: int) -> Response | str | tuple[str, int]:
    """Keep how a citation is to be printed; what does not fit comes back as it was typed."""
    fields = form()
    citation_lists.check_in_sight(study(), person(), event)
    words = fields.get("words", "").replace("\r\n", "\n").strip()
    how = fields.get("how", "")
    try:
        printed = print_edits.edit(
            study(), event, None if how == "original" else words, person(), dry_run=how == "preview"
        )
    except (UsageError, CodingError) as error:
        return _listed(_asked(fields), open=event, problem=error, posted=fields), 422
    if how == "preview":
        shown = citation_lists.under_pseudonyms(study(), printed)
        return _listed(_asked(fields), open=event, preview=shown, posted=fields)
    return _back(
        event,
        f"Quotation {event} has its original wording again." if how == "original" else f"Quotation {event} is saved.",
    )


@pages.post("/<int:event>/translation")
def translation(event: int) -> Response | tuple[str, int]:
    """Keep a translation of a citation; without words, take it back."""
    fields = form()
    citation_lists.check_in_sight(study(), person(), event)
    words, language = fields.get("words", "").replace("\r\n", "\n").strip(), fields.get("language", "").strip()
    try:
        print_edits.translate(study(), event, language, words, person())
    except (UsageError, CodingError) as error:
        return _listed(_asked(fields), open=event, problem=error, posted=fields), 422
    return _back(
        event,
        f"The translation of quotation {event} is saved."
        if words
        else f"Quotation {event} has no translation into {language.lower()}.",
    )
