"""The first page: what there is to do in the study."""

from __future__ import annotations

from flask import Blueprint

from coder.steps.pages.home import to_do
from coder.web.shared import page, person, study

pages = Blueprint("home", __name__)


@pages.get("/")
def index() -> str:
    """Show what there is to do."""
    return page("home.html", todo=to_do(study(), person()), folder=study().folder)
