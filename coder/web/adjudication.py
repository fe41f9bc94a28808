"""Several coders: units to adjudicate, one disagreement side by side, assignments, and each coder's work."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import CodingError, UsageError
from coder.steps.audit import adjudication, double_coding
from coder.steps.audit.adjudication import Dispute, Disputes
from coder.steps.audit.blinding import unseen
from coder.steps.audit.unit_page import codes_of, page_of
from coder.web.shared import blind, done, form, kept, page, person, study

pages = Blueprint("adjudication", __name__, url_prefix="/adjudicate")

SHOWN = 200
"""A list shows so many units at most."""


def adjudicates() -> bool:
    """Tell whether this person is the study's adjudicator, and may see the codings of others."""
    return person() == study().settings.adjudicator and not blind()


@pages.get("")
def index() -> str:
    """List the units to adjudicate, to the adjudicator; others see how many there are."""
    found = kept(Disputes).open(study())
    return page(
        "adjudication.html",
        judge=study().settings.adjudicator,
        adjudicates=adjudicates(),
        left=[one for one in found if not one.own],
        own=[one for one in found if one.own],
        adjudicated=adjudication.adjudicated_units(study(), SHOWN) if not blind() else [],
        most=SHOWN,
    )


@pages.get("/next")
def go_on() -> Response:
    """Go to the next unit to adjudicate."""
    segment = kept(Disputes).after(study(), request.args.get("after", 0, type=int))
    if segment is None:
        return done(url_for("adjudication.index"), "Nothing is left to adjudicate.")
    return done(url_for("adjudication.unit", segment=segment))


@pages.get("/unit/<int:segment>")
def unit(segment: int) -> str:
    """Show the codings of a unit side by side; the coders' names after it is adjudicated."""
    return _shown(_dispute(segment))


def _dispute(segment: int) -> Dispute:
    """Return a unit with a disagreement that this person may see."""
    if blind():
        raise UsageError("other coders' codings are hidden", todo="start the server without --blind to adjudicate")
    if unseen(study(), person(), [segment]).codings:
        raise UsageError("you still have to code this unit blind", todo="code it first: Review queue, double coding")
    found = adjudication.dispute(study(), segment)
    if found.adjudicated is None:
        adjudication.check_adjudicator(study(), person())
    return found


def _shown(found: Dispute, error: str = "", posted: dict[str, str] | None = None) -> str:
    return page(
        "adjudication_unit.html",
        found=found,
        shown=page_of(study(), person(), found.segment, hidden=True),
        adjudicates=adjudicates(),
        reasons=adjudication.last_reasons(study(), person()),
        codes=codes_of(study()),
        ticked=request.form.getlist("ticked") if posted else found.agreed,
        error=error,
        posted=posted or {},
    )


@pages.post("/unit/<int:segment>")
def adjudicate(segment: int) -> Response | tuple[str, int]:
    """Adjudicate a unit, and show who coded what."""
    posted, found = form(), _dispute(segment)
    try:
        codes = adjudication.chosen(
            study(), found, posted.get("choice", ""), request.form.getlist("ticked"), posted.get("other", "")
        )
        adjudication.adjudicate(
            study(), person(), segment, codes, posted.get("reason", ""), although_own="although_own" in posted
        )
    except (UsageError, CodingError) as error:
        return _shown(found, str(error), posted), 422
    return done(url_for("adjudication.unit", segment=segment))


@pages.post("/undo")
def take_back() -> Response:
    """Undo the last adjudication, and go to its unit."""
    form()
    events = adjudication.undo_adjudication(study(), person())
    return done(url_for("adjudication.unit", segment=events[0].segment), "The last adjudication was undone.")


@pages.get("/assigned")
def assigned() -> str:
    """Show the units that this person has to code blind."""
    left = double_coding.assigned_units(study(), person())
    share = next((one for one in double_coding.still_to_do(study()) if one.coder == person()), None)
    return page("adjudication_assigned.html", share=share, left=Counter(left.values()))


@pages.get("/coders")
def coders() -> str:
    """List the coders with their work and assignments."""
    shares = {one.coder: one for one in double_coding.still_to_do(study())}
    return page("adjudication_coders.html", work=adjudication.work_of(study()), shares=shares)
