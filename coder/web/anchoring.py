"""Anchoring bias: a coder's judgements with and without visible suggestions."""

from __future__ import annotations

from flask import Blueprint

from coder.steps.audit.anchoring_bias import difference, of_coder
from coder.web.shared import page, person, study

pages = Blueprint("anchoring", __name__, url_prefix="/anchoring")


@pages.get("")
def index() -> str:
    """Compare the judgements of the person who is signed in; those of others are not shown here."""
    own = of_coder(study(), person())
    return page("anchoring.html", own=own, difference=difference, hidden=study().settings.hide_suggestions)
