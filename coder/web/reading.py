"""The reading view: transcripts with their progress, one of them with its coded passages, and search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import CodingError, SchemeError, UsageError
from coder.steps.pages import code_passages, reading_view
from coder.steps.pages.reading_view import SHOWN, Goal, Reading, View
from coder.web import shared, transcript_layout

pages = Blueprint("reading", __name__, url_prefix="/read")


@pages.get("")
def index() -> str:
    """Show a page of the transcripts with the person's progress."""
    number = request.args.get("page", 1, type=int)
    found, pages = reading_view.transcripts(shared.study(), shared.person(), number)
    return shared.page("reading.html", transcripts=found, number=min(max(1, number), pages), pages=pages)


@pages.get("/search")
def search() -> str:
    """Show where words stand in all transcripts."""
    query = request.args.get("q", "")
    counts, found = reading_view.search(shared.study(), query)
    return shared.page("reading_search.html", query=query, counts=counts, found=found)


@pages.get("/transcript")
def transcript() -> str | tuple[str, int]:
    """Show a part of a transcript: turns, stripes at the margin, and the form to code with."""
    try:
        return _shown(request.args.get("name", ""), _goal())
    except reading_view.WordsGoneError as gone:
        return shared.page("reading_gone.html", name=gone.name, events=gone.events), 410


def _shown(name: str, goal: Goal, **more: object) -> str:
    study, person, view, query = shared.study(), shared.person(), _view(), request.values.get("q", "")
    found = reading_view.read(study, person, name, view=view, goal=goal, query=query)
    codes = study.scheme.paths()
    about = {"error": None, "posted": {}, "fitting": [], "new": ""} | more
    return shared.page(
        "reading_transcript.html",
        reading=found,
        view=view,
        views=[View.OWN] if shared.blind() else list(View),
        query=query,
        goal=goal,
        codes=codes,
        keys=transcript_layout.keys(found, codes).values(),
        turns=transcript_layout.lay_out(found, person, codes),
        chosen=_chosen(found, goal),
        parts=_parts(found),
        to=_link(name, view, query),
        **about,
    )


@pages.post("/code")
def code() -> Response | tuple[str, int]:
    """Code the words that were selected, or quoted; what does not fit comes back as it was sent."""
    fields = shared.form()
    name, at = fields.get("name", ""), fields.get("turn", "")
    try:
        written = _code(name, fields)
    except (CodingError, SchemeError, UsageError) as error:
        goal, typed = Goal("turn", int(at) if at.isascii() and at.isdecimal() else 0), fields.get("code", "")
        fitting, new = code_passages.fitting(shared.study(), typed), code_passages.new_code(shared.study(), typed)
        return _shown(name, goal, error=error, posted=fields, fitting=fitting, new=new), 422
    if written:
        return _back(name, "event", written[0], "Coded.")
    return _back(name, "turn", _number(fields, "turn"), "You had coded these words so already; nothing was changed.")


def _code(name: str, fields: Mapping[str, str]) -> list[int]:
    """Code as a form says: `pick` is a code that was chosen among those that fit, `code` what was typed.

    `make` is a code to add to the codebook first.
    """
    shown, memo = SHOWN[_view()], fields.get("memo", "")
    study, person = shared.study(), shared.person()
    path = fields.get("make") or fields.get("pick") or fields.get("code", "")
    if fields.get("make"):
        code_passages.make_code(study, person, path)
    if fields.get("offset"):
        mark = [_number(fields, field) for field in ("turn", "offset", "until_turn", "until_offset")]
        text = _number(fields, "text")
        return code_passages.code_selection(study, person, name, mark, path, text=text, shown=shown, memo=memo)
    turn = _number(fields, "in_turn") - 1 if fields.get("in_turn") else None
    quote, until = fields.get("quote", ""), fields.get("until", "")
    return code_passages.code_quote(study, person, name, quote, path, until=until, turn=turn, shown=shown, memo=memo)


@pages.post("/take-back")
def take_back() -> Response:
    """Withdraw a coding of one's own, or the word that one has read the whole."""
    fields = shared.form()
    code_passages.take_back(shared.study(), shared.person(), _number(fields, "event"), shown=SHOWN[_view()])
    return _back(fields.get("name", ""), "turn", _number(fields, "turn"), "Taken back.")


@pages.post("/memo")
def memo() -> Response:
    """Keep a memo with a coding of one's own."""
    fields = shared.form()
    event, words = _number(fields, "event"), fields.get("memo", "")
    written = code_passages.note(shared.study(), shared.person(), event, words, shown=SHOWN[_view()])
    return _back(fields.get("name", ""), "event", (written or [event])[0], "The memo is kept.")


@pages.post("/whole")
def whole() -> Response:
    """Say that the whole transcript was read."""
    fields = shared.form()
    name = fields.get("name", "")
    code_passages.read_whole(shared.study(), shared.person(), name, shown=SHOWN[_view()])
    return _back(name, "turn", _number(fields, "turn"), "Read as a whole: what you have not coded in it is absent.")


def _view() -> View:
    """Return whose codings are visible; in blind mode one's own alone."""
    asked = request.values.get("view", "")
    return View(asked) if asked in list(View) and not shared.blind() else View.OWN


def _goal() -> Goal:
    """Return where to open the transcript, as the address says it."""
    for kind in ("event", "hit", "unit", "turn"):
        if kind in request.args:
            return Goal(kind, request.args.get(kind, 0, type=int))
    return Goal()


def _number(fields: Mapping[str, str], name: str) -> int:
    text = fields.get(name, "") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise UsageError(f"`{text[:40]}` is no number", todo="go back and open the page again")
    return int(text)


def _link(name: str, view: View, query: str) -> dict[str, Any]:
    """Return what every link to this transcript carries along."""
    said = {"name": name, "view": view if view is not View.OWN else "", "q": query}
    return {field: value for field, value in said.items() if value}


def _back(name: str, kind: str, number: int, message: str) -> Response:
    to = _link(name, _view(), request.form.get("q", "")) | {kind: number}
    anchor = f"turn-{number}" if kind == "turn" else "coding"
    return shared.done(url_for("reading.transcript", **to, _anchor=anchor), message)


def _chosen(found: Reading, goal: Goal) -> dict[str, object] | None:
    """Return the coding that is opened, with the last turn that it reaches in this part."""
    if goal.kind != "event":
        return None
    passage = next((p for p in found.passages if p.id == goal.number), None)
    if passage is None:
        return None
    inside = [turn for turn in found.turns if turn.start < passage.span.end and turn.end > passage.span.start]
    turn = inside[-1].n if inside else found.first
    code = shared.study().scheme.code(passage.code or "")
    return {"passage": passage, "turn": turn, "own": passage.coder == shared.person(), "code": code}


def _parts(found: Reading) -> list[tuple[int, int]]:
    """Return the first and the last turn of the parts to go to: the first, the last, and those next to this one."""
    last = (found.total - 1) // reading_view.PART
    now = found.first // reading_view.PART
    near = sorted({0, now - 1, now, now + 1, last} & set(range(last + 1)))
    firsts = [n * reading_view.PART for n in near] if last else []
    return [(first, min(found.total, first + reading_view.PART) - 1) for first in firsts]
