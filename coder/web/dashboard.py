"""Dashboard: prevalence, agreement, model quality and outcomes of suggestions; each number links to its units."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coder.steps.audit.outcomes import WHAT
from coder.steps.pages import dashboard, dashboard_figures
from coder.steps.pages.dashboard import Listed
from coder.web import shared

pages = Blueprint("dashboard", __name__, url_prefix="/dashboard")

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Of figures: matplotlib writes a style into each shape. No script runs, and nothing is loaded."""
pages.before_request(shared.refuse_blind)


@pages.get("/")
def index() -> str:
    """Show the figures by code, case and coder."""
    study = shared.study()
    board, measures = dashboard.counts_and_measures(study)
    return shared.page(
        "dashboard.html",
        board=board,
        measures=measures,
        newest=dashboard.is_newest(study, board) and measures is not None and dashboard.is_newest(study, measures),
        figures=[
            (name, dashboard_figures.titles(board, measures)[name], dashboard_figures.in_words(name, board, measures))
            for name in dashboard_figures.available(board, measures)
        ],
        dot=dashboard_figures.dot,
        share=share,
        kinds=WHAT,
    )


@pages.get("/<any(prevalence, outcomes, quality, reliability, progress):name>.svg")
def figure(name: str) -> AnyResponse:
    """Send a figure; a browser that has it asks only whether it still holds."""
    board, measures = dashboard.counts_and_measures(shared.study())
    if name not in dashboard_figures.available(board, measures):
        abort(404)
    answer = Response(mimetype="image/svg+xml")
    answer.set_etag(f"{name}-{dashboard_figures.state_of(name, board, measures)}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.make_conditional(request.environ)
    if answer.status_code != 304:
        answer.set_data(dashboard_figures.draw(name, board, measures, address).svg())
    return answer


@pages.get("/units")
def units() -> str:
    """Show the units behind a number."""
    study = shared.study()
    board, measures = dashboard.counts_and_measures(study)
    chosen = {name: request.args.get(name, "") for name in ("code", "coder", "case")}
    what = request.args.get("what", "holds")
    number = request.args.get("page", 1, type=int)
    found = dashboard.list_units(study, board, measures, what, shared.person(), **chosen, page=number)
    return shared.page(
        "dashboard_units.html", board=board, found=found, what=what, kinds=WHAT, chosen=chosen, links=links
    )


def links(row: Listed) -> list[tuple[str, str]]:
    """Return the pages on which a unit can be read and audited, with what their links say."""
    unit = row.line.unit
    place = url_for("reading.transcript", name=row.line.transcript, unit=unit, _anchor=f"unit-{unit}")
    return [("Read", place), ("Audit", url_for("audit.unit", segment=unit))]


def address(what: str, code: str) -> str:
    """Return the address of the units behind a number."""
    return url_for("dashboard.units", what=what, code=code)


def share(value: float | None) -> str:
    """Return a share in per cent.

    Examples
    --------
    >>> share(0.125), share(None)
    ('12.5 %', '–')
    """
    return "–" if value is None else f"{100 * value:.1f} %"
