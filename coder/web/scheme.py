"""Pages on the coding scheme: look at it, change it after seeing what changes, divide what a split left open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from coder.errors import CoderError
from coder.steps.scheme import changes, split_codes
from coder.steps.scheme import versions as comparing
from coder.web.shared import done, form, page, person, study

pages = Blueprint("scheme", __name__)

DIVIDED_AT_ONCE = 20
FIELDS = ("do", "facet", "path", "to", *comparing.FIELDS)
"""What the form of a change holds, besides the version of the scheme that it is based on."""
DOES = {
    "define": "Change the definition",
    "rename": "Rename",
    "merge": "Merge into another",
    "split": "Split",
    "retire": "Retire",
    "restore": "Restore",
    "add": "Add",
}


@pages.get("/scheme")
def index() -> str:
    """Show the scheme with what can be changed."""
    opened = study()
    scheme = opened.scheme
    return page(
        "scheme.html",
        scheme=scheme,
        values={facet: scheme.of_facet(facet) for facet in scheme.facets},
        version=comparing.current_version(opened),
        to_divide=len(split_codes.to_divide(opened, person())),
    )


@pages.get("/scheme/change")
def change() -> str:
    """Show the forms by which one value or code is changed, or added."""
    facet, path = request.args.get("facet", ""), request.args.get("path", "")
    opened = study()
    things: dict[str, Any] = (
        {v.path: v for v in opened.scheme.of_facet(facet)}
        if facet
        else {code.path: code for code in opened.scheme.with_retired().codes}
    )
    if path and path not in things:
        raise CoderError(f"there is no `{path}` in the scheme now", todo="go back to the scheme")
    others = [other for other, thing in things.items() if other != path and not getattr(thing, "group", False)]
    below = any(other.startswith(f"{path}/") for other in things) if facet else False
    return page(
        "scheme_change.html",
        facet=facet,
        path=path,
        thing=things.get(path),
        others=others,
        below=below,
        base=comparing.base_of(opened),
        does=DOES,
    )


@pages.post("/scheme/change", endpoint="plan")
@pages.post("/scheme/undo", endpoint="undo")
def plan() -> str | tuple[str, int] | Response:
    """Show what a change, or taking back the last one, does; with `sure`, do it."""
    sure = bool(request.form.get("sure"))
    posted = form() if sure else request.form.to_dict()
    try:
        if request.endpoint == "scheme.undo":
            plan = changes.undo_change(study(), person(), base=posted.get("base"), dry_run=not sure)
        else:
            plan = _plan(posted, dry_run=not sure)
    except changes.SchemeChangedError as error:
        return page("scheme_changed.html", error=error, differences=error.differences), 409
    if sure:
        return done(url_for("scheme.index"), f"Version {plan.version}: {plan.what}.")
    fields = {name: posted[name] for name in FIELDS if name in posted} | {"base": plan.base}
    return page("scheme_plan.html", plan=plan, fields=fields, action=request.path)


def _plan(posted: dict[str, str], *, dry_run: bool) -> changes.Plan:
    """Change the scheme as a form says; a text that is not there stays as it is."""
    path, do = posted.get("path", ""), posted.get("do", "")
    to = [line.strip() for line in posted.get("to", "").splitlines() if line.strip()]
    if do == "add":
        path, to = "/".join(to), []
    texts: dict[str, Any] = {name: posted[name].strip() for name in comparing.FIELDS if name in posted}
    if "examples" in texts:
        texts["examples"] = tuple(line.strip() for line in texts["examples"].splitlines() if line.strip())
    if do == "define":  # browsers send line ends of their own
        texts = {name: text.replace("\r\n", "\n") if isinstance(text, str) else text for name, text in texts.items()}
    edit = changes.edit_of(study(), do, path, posted.get("facet", ""), to, texts)
    return changes.change(study(), edit, person(), base=posted.get("base"), dry_run=dry_run)


@pages.get("/scheme/versions")
def versions() -> str:
    """Show the versions of the scheme, and how two of them differ."""
    opened = study()
    one, other = request.args.get("one", type=int), request.args.get("other", type=int)
    return page(
        "scheme_versions.html",
        versions=comparing.scheme_versions(opened)[::-1],
        differences=comparing.compare(opened, one, other),
        one=one,
        other=other,
        current=comparing.current_version(opened),
    )


@pages.get("/scheme/divide")
def divide() -> str:
    """Show what the person coded with a code that was split since."""
    left = split_codes.to_divide(study(), person())
    return page("scheme_divide.html", items=left[:DIVIDED_AT_ONCE], left=len(left))


@pages.post("/scheme/divide")
def divide_post() -> Response:
    """Write which of the parts hold."""
    posted = form()
    number = posted.get("event", "")
    split_codes.divide(study(), person(), int(number) if number.isdecimal() else 0, request.form.getlist("code"))
    return done(url_for("scheme.divide"), "Divided.")
