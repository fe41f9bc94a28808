"""Renders the templates of the methods appendix: the shipped ones, or those that a study puts in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isinf, isnan
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coder.agreement.number_format import digits, with_interval
from coder.errors import CoderError, TemplateError, did_you_mean
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.markup import HIDDEN, LINE_END, mark_of, without_empty
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.agreement_rows import AgreementRow

SHIPPED = Path(__file__).parent / "templates"
MAIN, PHRASES = "methods.md.j2", "phrases.md.j2"


def render(facts: Facts, own: Path) -> tuple[str, list[Table]]:
    """Render the appendix as marked-up text, with the ready-made tables that marks in it refer to.

    Parameters
    ----------
    own
        A folder whose templates are taken in place of the shipped ones of the same name; it need not exist.

    Raises
    ------
    TemplateError
        A template cannot be read, contradicts the syntax, or asks for something that there is not.
    """
    _check_names(own)
    tables: list[Table] = []

    def table(
        found: Table, title: str = "", note: str | None = None, first_column: str = "", compact: bool = False
    ) -> str:
        """Put a ready-made table in place, with this title, note and first head, or its own.

        `compact` leaves out columns in which nothing stands.
        """
        header = (first_column or found.header[0], *found.header[1:])
        shown = Table(title or found.title, header, found.rows, found.note if note is None else note)
        tables.append(without_empty(shown) if compact else shown)
        return mark_of(len(tables) - 1)

    environment = _Sandbox(
        loader=FileSystemLoader([own, SHIPPED]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[_LineEnds],
        finalize=lambda value: str(value).translate(HIDDEN),
    )
    environment.filters |= FILTERS | {"table": table}
    try:
        phrases = environment.get_template(PHRASES).module
        environment.filters |= {name: macro for name, macro in vars(phrases).items() if isinstance(macro, Macro)}
        return environment.get_template(MAIN).render(facts=facts), tables
    except CoderError:
        raise
    except Exception as error:
        raise _located(error) from error


class _Sandbox(ImmutableSandboxedEnvironment):
    """Lets a template call macros, methods of texts and collections, and those of `Facts`: nothing that can write."""

    def is_safe_callable(self, obj: Any) -> bool:
        owner = getattr(obj, "__self__", None)
        return isinstance(obj, Macro) or isinstance(owner, (str, dict, list, tuple, Facts)) or obj is range


class _LineEnds(Extension):
    """Keeps the end of a line of text that ends with a tag; `trim_blocks` is to drop that of lines of tags alone."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        lines = source.split("\n")
        return "\n".join(
            line + LINE_END if _is_text(line) and not after.startswith("{%-") else line
            for line, after in zip(lines, [*lines[1:], ""], strict=True)
        )


def _is_text(line: str) -> bool:
    """Tell whether a line ends with a tag and has text, too."""
    return line.endswith("%}") and "{%" in line and bool(re.sub(r"{%.*?%}", "", line).strip())


def _check_names(own: Path) -> None:
    """Refuse templates that are not UTF-8, or that nothing would use."""
    texts = {}
    for path in sorted(own.glob("*")):
        try:
            texts[path] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"cannot be read: {error}", where=path, todo="save it as a UTF-8 text file") from error
    shipped = {path.name for path in SHIPPED.iterdir()}
    for path in texts:
        if path.name not in shipped and not any(path.name in text for text in texts.values()):
            todo = did_you_mean(path.name, shipped) or f"the templates are: {', '.join(sorted(shipped))}"
            raise TemplateError("no template of the methods appendix has this name", where=path, todo=todo)


def _located(error: Exception) -> Exception:
    """Return an error in a template with its file and line; one in the program itself as it is."""
    if isinstance(error, TemplateSyntaxError):
        return TemplateError(
            error.message or "syntax error", where=f"{error.filename or error.name}, line {error.lineno}"
        )
    frames = extract_tb(error.__traceback__)
    innermost = Path(frames[-1].filename)
    if innermost.suffix != ".j2" and "jinja2" not in innermost.parts and innermost != Path(__file__):
        return error
    places = [frame for frame in frames if frame.filename.endswith(".j2")]
    where = f"{places[-1].filename}, line {places[-1].lineno}" if places else SHIPPED
    todo = "docs/report.md lists the facts and filters" if isinstance(error, (UndefinedError, SecurityError)) else None
    return TemplateError(str(error) or type(error).__name__, where=where, todo=todo)


def percent(share: float, decimals: int | None = None) -> str:
    """Return a share in percent: with these decimals, or without digits that say nothing.

    Examples
    --------
    >>> percent(0.9), percent(0.025), percent(0.9, 1)
    ('90 %', '2.5 %', '90.0 %')
    """
    return f"{100 * share:g} %" if decimals is None else f"{100 * share:.{decimals}f} %"


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.025)
    '+2.5'
    """
    return f"{100 * difference:+.1f}"


def coefficient(row: AgreementRow, name: str) -> str:
    """Return a coefficient of a row with its 95 % interval, as `.600 [.461, .697]`."""
    interval = row.intervals[name]
    return with_interval(row.values[name], interval.low, interval.high)


def threshold(value: float) -> str:
    """Return a threshold of probabilities; empty where nothing reaches it.

    Examples
    --------
    >>> threshold(0.5), threshold(float("inf"))
    ('0.50', '')
    """
    return "" if isinf(value) or isnan(value) or value > 1 else f"{value:.2f}"


def each(items: Sequence[Any] | Mapping[str, Any], pattern: str) -> list[str]:
    """Write each item by a pattern; an item with several values fills several `%s`.

    Examples
    --------
    >>> each([("ada", 11), ("ben", 6)], "%s (%s)")
    ['ada (11)', 'ben (6)']
    """
    pairs = items.items() if isinstance(items, Mapping) else items
    return [pattern % (tuple(one) if isinstance(one, (tuple, list)) else (one,)) for one in pairs]


FILTERS = {
    "n": "{:,}".format,
    "percent": percent,
    "points": points,
    "digits": digits,
    "coefficient": coefficient,
    "interval": lambda found: with_interval(*found),
    "threshold": threshold,
    "each": each,
}
