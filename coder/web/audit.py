"""The review queue: one unit in its surroundings, a verdict on each suggested code, and on to the next."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, request, url_for
from werkzeug.wrappers import Response

from coder.errors import CodingError, UsageError
from coder.steps.audit import unit_page
from coder.steps.audit.decisions import record
from coder.steps.audit.following import Following
from coder.steps.audit.queue import HIDDEN, Choice, choice_of
from coder.steps.audit.shared_queue import Queues
from coder.steps.audit.unit_page import UnitPage
from coder.steps.audit.units import KEYS, Decision
from coder.steps.coding.browser_selection import selected
from coder.steps.models.explanations import Explaining
from coder.types import Verdict
from coder.web.shared import blind, done, form, kept, page, person, study

pages = Blueprint("audit", __name__, url_prefix="/audit")

ORDERS = {
    "transcript": "Transcript by transcript, as they were spoken",
    "uncertain": "What the model is least sure of first",
    "diverse": "Uncertain, and different from what has been coded",
    "disagreement": "Where the model, similar passages and coders disagree",
    "random": "A random sample (needed before bulk accept)",
    "blind": "A random sample with nothing shown (needed for estimates)",
    "suspect": "A second look at codings that the model doubts",
    "assigned": "Your units of the blind double coding",
    "flagged": "The units at which you raised a flag",
    "to-read": "Units that must be read so that few codes are missed",
}


def choice() -> Choice:
    """Return the queue that this request is about: its fields stand in every address."""
    return choice_of(request.args.to_dict(), blind=blind())


@pages.get("")
def index() -> str:
    """Choose what to audit, and in which order; the address may say what is chosen already."""
    orders = {
        name: words for name, words in ORDERS.items() if not blind() or name in {"transcript", "flagged", *HIDDEN}
    }
    return page(
        "audit.html",
        orders=orders,
        names=unit_page.names(study()),
        codes=unit_page.codes_of(study()),
        pace=unit_page.pace(study(), person()),
        choice=choice(),
    )


@pages.get("/begin")
def begin() -> Response:
    """Compute the queue that was chosen, and go to its first unit."""
    chosen = choice()
    kept(Queues).open(study(), person(), chosen)
    return done(url_for("audit.go_on", **chosen.fields()))


@pages.get("/next")
def go_on() -> Response | str:
    """Go to the next unit that nobody else is looking at."""
    chosen = choice()
    segment = kept(Queues).next(study(), person(), chosen)
    if segment is not None:
        return done(_unit(segment, chosen))
    queue = kept(Queues).queue(study(), person(), chosen)
    return page("audit_end.html", queue=queue, choice=chosen, pace=unit_page.pace(study(), person()))


def _unit(segment: int, chosen: Choice) -> str:
    return url_for("audit.unit", segment=segment, **chosen.fields())


@pages.get("/unit/<int:segment>")
def unit(segment: int) -> str:
    """Show a unit."""
    kept(Queues).hold(segment, person())
    return _page(_unit_page(segment))


def _unit_page(segment: int) -> UnitPage:
    """Return the unit as this person may see it."""
    chosen = choice()
    return unit_page.page_of(
        study(),
        person(),
        segment,
        hidden=blind() or chosen.order in HIDDEN,
        doubted=kept(Queues).doubted(study(), segment, person(), chosen),
        thresholds=kept(Explaining).thresholds(study()),
        following=kept(Following) if chosen.order == "transcript" else None,
    )


def _page(shown: UnitPage, error: str = "", posted: dict[str, str] | None = None) -> str:
    chosen = choice()
    return page(
        "audit_unit.html",
        shown=shown,
        choice=chosen,
        queue=kept(Queues).queue(study(), person(), chosen),
        pace=unit_page.pace(study(), person()),
        holder=kept(Queues).holder(shown.place.segment, person()) if chosen.shared else None,
        codes=unit_page.codes_of(study()),
        keys=KEYS,
        opened=(posted or {}).get("opened") or int(1000 * now()),
        error=error,
        posted=posted or {},
    )


@pages.post("/unit/<int:segment>")
def decide(segment: int) -> Response | tuple[str, int]:
    """Write the decision on a unit, or put it off; then go on."""
    chosen, posted = choice(), form()
    if posted.get("action") == "skip":
        kept(Queues).skip(segment, person(), chosen)
        return done(url_for("audit.go_on", **chosen.fields()))
    shown = _unit_page(segment)
    try:
        _check_seen(shown, posted)
        decision, more = _decision(shown, posted), _more(posted)
        if more and (decision.added or decision.passage):
            why = "another code, or another passage, is for one unit"
            raise UsageError(why, todo="save this unit by itself; the code goes on to the next one")
        if more:
            kept(Following).accept_with_next(study(), person(), shown, more, decision.memo)
        else:
            record(study(), person(), shown, decision)
    except (UsageError, CodingError) as error:
        return _page(shown, str(error), posted), 422
    for one in (segment, *more):
        kept(Queues).answered(one, person())
    if chosen.follows:
        after = kept(Following).next(study(), person(), shown, [segment, *more][-1])
        kept(Queues).add([one.unit.segment.id for one in after], person(), chosen)
    return done(url_for("audit.go_on", **chosen.fields()))


def _check_seen(shown: UnitPage, posted: dict[str, str]) -> None:
    """Refuse a verdict on suggestions that were replaced while the page was open."""
    seen = {name.removeprefix("seen:"): value for name, value in posted.items() if name.startswith("seen:")}
    now = {code: str(score) for code, score in shown.suggested.items()}
    if seen != now:
        raise UsageError("the suggestions have changed since this page was opened", todo="look at the unit again")


def _decision(shown: UnitPage, posted: dict[str, str]) -> Decision:
    """Read verdicts, added codes, memo and passage from the posted fields."""
    verdicts = {}
    for one in shown.codes:
        if value := posted.get(f"mark:{one.code}"):
            if value not in {Verdict.PRESENT, Verdict.ABSENT, Verdict.UNSURE}:
                abort(400)
            verdicts[one.code] = Verdict(value)
    added = [name.removeprefix("add:") for name in posted if name.startswith("add:")]
    added += unit_page.missed(study(), posted.get("add", ""))
    for code in set(added) & shown.suggested.keys():  # to add what was suggested is to accept it
        verdicts.setdefault(code, Verdict.PRESENT)
    where = () if posted.get("whole") else (posted.get("start", ""), posted.get("end", ""), posted.get("words", ""))
    passage = selected(study(), shown.place.segment, *where) if where else None
    missed = tuple(code for code in added if code not in verdicts)
    return Decision(verdicts, missed, posted.get("memo", ""), passage, _seconds(posted.get("opened", "")))


def _more(posted: dict[str, str]) -> list[int]:
    """Return the units after this one for which the code is accepted, too; none where this one is answered alone."""
    asked = posted.get("more", "") if posted.get("action") == "more" else ""
    return [int(segment) for segment in asked.split() if segment.isdecimal()]


def _seconds(opened: str) -> float | None:
    """Return how long a page was open."""
    return now() - int(opened) / 1000 if opened.isascii() and opened.isdecimal() else None


def now() -> float:
    """Return the server's time in seconds."""
    return float(current_app.config["CLOCK"]().timestamp())


@pages.post("/undo")
def take_back() -> Response:
    """Take the last answer back, and go to its unit."""
    chosen = choice()
    form()
    segment, segments = unit_page.take_back(study(), person())
    kept(Queues).taken_back(segments, person(), chosen)
    units = "The last unit was" if len(segments) == 1 else f"{len(segments)} units were"
    return done(_unit(segment, chosen), f"{units} taken back.")


@pages.post("/unit/<int:segment>/flag")
def flag(segment: int) -> Response:
    """Raise a flag at a unit, or take it down."""
    chosen, posted = choice(), form()
    raised = posted.get("raised") == "1"
    unit_page.set_flag(study(), person(), segment, raised, posted.get("note", ""))
    return done(_unit(segment, chosen), "The flag is up." if raised else "The flag is down.")


@pages.get("/unit/<int:segment>/why")
def why(segment: int) -> str:
    """Explain the score of a code that is shown to the person."""
    shown, code = _unit_page(segment), request.args.get("code", "")
    if shown.shown == "nothing":
        raise UsageError("the model's reasons are hidden while you code blind", todo="go back to the unit")
    if code not in shown.suggested:
        raise UsageError(f"`{code}` is not suggested for this unit", todo="go back to the unit")
    return page(
        "audit_why.html",
        why=kept(Explaining).why(study(), shown.unit, code),
        score=shown.suggested[code],
        alone=next(one.alone for one in shown.codes if one.code == code),
        back=_unit(segment, choice()),
    )
