"""How every figure is written: equal bytes for equal numbers, words as words, black and greys alone."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from coder.errors import UsageError

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
DPI = 300
STYLE: dict[str, Any] = {
    "svg.hashsalt": "coder",  # the ids of clip paths hang on it, and else on chance
    "svg.fonttype": "none",  # words stay words, to be searched and read aloud
    "pdf.fonttype": 42,
    "text.parse_math": False,  # a code may hold a dollar sign
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "grid.color": "0.9",
}

_LETTERS = re.compile(r"Glyph \d+ \(\\N\{([^}]+)\}\) missing from font")
"""What matplotlib says of a letter that it cannot draw; emoji are left to the reader's fonts."""

_DRAWING = Lock()  # matplotlib keeps its settings for the whole process


@dataclass(frozen=True)
class Drawing:
    """A figure that can be written as SVG, PDF or PNG.

    Nothing of the day, the machine or the user's own matplotlib settings enters it.

    Attributes
    ----------
    title
        What programs that read aloud say of the figure.
    width, height
        Inches.
    draw
        Draws on the empty figure that it is given.
    note
        What the figure was made from; it stands in the description of the file, not in the picture.

    Examples
    --------
    >>> nothing = Drawing("nothing", 1, 1, lambda figure: None, "no numbers")
    >>> nothing.svg().startswith("<?xml"), "<desc>no numbers</desc>" in nothing.svg()
    (True, True)
    >>> nothing.data("pdf")[:5], nothing.data("png")[1:4]
    (b'%PDF-', b'PNG')
    """

    title: str
    width: float
    height: float
    draw: Callable[[Figure], None]
    note: str = ""

    def svg(self) -> str:
        """Return the figure as the text of an SVG file."""
        text = self._written("svg", {"Title": self.title, "Date": None, "Creator": None}).decode()
        if self.note:
            text = text.replace("</title>", f"</title>\n <desc>{escape(self.note, quote=False)}</desc>", 1)
        text = text.replace(' target="_blank"', "")  # links open where the figure is
        return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"

    def data(self, format_: str) -> bytes:
        """Return the figure as the bytes of a file; `format_` is one of `FORMATS`."""
        match format_:
            case "svg":
                return self.svg().encode()
            case "pdf":
                about = {"Title": self.title, "Subject": self.note or None}
                return self._written("pdf", about | dict.fromkeys(("Creator", "Producer", "CreationDate")))
            case _:
                return self._written("png", {"Title": self.title, "Description": self.note, "Software": None})

    def save(self, path: Path) -> Path:
        """Write the figure into a file, in the format of its name; a folder that is not there is made.

        Raises
        ------
        UsageError
            The name ends in none of `FORMATS`, or the file cannot be written.
        """
        data = self.data(format_of(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            todo = "close the file where it is open, or choose a folder that you may write to"
            raise UsageError(f"cannot be written: {error.strerror or error}", where=path, todo=todo) from error
        return path

    def _written(self, format_: str, about: dict[str, str | None]) -> bytes:
        import matplotlib.style
        from matplotlib.figure import Figure

        def written(fonts: Sequence[str]) -> tuple[bytes, list[str]]:
            file, style = BytesIO(), STYLE | {"font.family": fonts}
            with (
                matplotlib.style.context(["default", style], after_reset=True),
                warnings.catch_warnings(record=True) as said,
            ):
                warnings.simplefilter("always")
                figure = Figure(figsize=(self.width, self.height), layout="constrained")
                self.draw(figure)
                figure.savefig(file, format=format_, dpi=DPI if format_ == "png" else None, metadata=about)
            named = [unicodedata.lookup(name) for each in said for name in _LETTERS.findall(str(each.message))]
            return file.getvalue(), [letter for letter in named if letter.isalnum() or unicodedata.combining(letter)]

        with _DRAWING:
            data, missing = written(["sans-serif"])
            if missing and format_ != "svg":  # what reads an SVG has fonts of its own
                data, missing = written(["sans-serif", *_fonts_for(missing)])
                letters = "".join(dict.fromkeys(missing))
                if letters:
                    todo = "install a font that has them, such as Noto Sans, or write the figure as .svg"
                    warnings.warn(f"{self.title}: no font here has the letters {letters[:20]}; {todo}", stacklevel=2)
        return data


def _fonts_for(letters: Sequence[str]) -> list[str]:
    """Return fonts of this computer that have some of the letters, one for each that is not in an earlier one."""
    from matplotlib.font_manager import fontManager, get_font

    found, left = list[str](), {ord(letter) for letter in letters}
    drawing = [font for font in fontManager.ttflist if not font.name.startswith("Last Resort")]  # boxes for all letters
    for font in sorted(drawing, key=lambda font: (font.style != "normal", font.weight != 400, font.name)):
        if not left:
            break
        if font.name not in found and (own := left & get_font(font.fname).get_charmap().keys()):
            found.append(font.name)
            left -= own
    return found


def sheet(figure: Figure, left: float, bottom: float) -> Axes:
    """Return axes that fill a figure and count in inches, from a corner with these coordinates."""
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    width, height = figure.get_size_inches()
    axes.set(xlim=(left, left + width), ylim=(bottom, bottom + height))
    axes.set_axis_off()
    return axes


def format_of(path: Path) -> str:
    """Return the format that a file's name asks for.

    Raises
    ------
    UsageError
        There is no such format of figures.

    Examples
    --------
    >>> format_of(Path("Figure 2.PDF"))
    'pdf'
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise UsageError(f"`{path.name}` is no file for a figure", todo="end its name in .svg, .pdf or .png")
    return ending
