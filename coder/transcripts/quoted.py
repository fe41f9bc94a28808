"""Find where other texts quote a participant, whatever their spacing, punctuation, case and markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

SHORTEST = 20
"""So many letters and digits in a row are a quotation; shorter phrases are anybody's."""
STEP = 4
MASK = "█"
_MARKUP = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")


class Quoted:
    """The words of a participant, to be found in other texts.

    Parameters
    ----------
    words
        What the participant said.
    others
        What others said: a phrase that is in there as well is nobody's.

    Examples
    --------
    >>> theirs = Quoted(["We hold a course for the skippers every March."], [])
    >>> theirs.in_text("<p>“We hold a <b>course</b> for the skippers”, they said.</p>")
    True
    >>> theirs.masked("Compare: we hold a course for the skippers!")
    'Compare: ██ ████ █ ██████ ███ ███ ████████!'
    """

    def __init__(self, words: Iterable[str], others: Iterable[str]) -> None:
        self._windows = {window for text in words for window in _windows(letters(text), 1)}
        for text in others:
            self._windows.difference_update(_windows(letters(text), 1))

    def in_text(self, text: str) -> bool:
        """Return whether a text quotes at least `SHORTEST + STEP` letters, also in HTML, XML or JSON."""
        plain = html.unescape(_ESCAPE.sub(_unescaped, text))
        forms = (plain, _MARKUP.sub("", plain))  # words may stand in an attribute, and markup in the midst of words
        return any(not self._windows.isdisjoint(_windows(letters(form), STEP)) for form in forms)

    def masked(self, text: str) -> str:
        """Return the text with each letter of a quotation as a block."""
        if self._windows.isdisjoint(_windows(letters(text), 1)):
            return text
        places = [(n, letter) for n, character in enumerate(text) for letter in letters(character)]
        row = "".join(letter for _, letter in places)
        hidden: set[int] = set()
        for at, window in enumerate(_windows(row, 1)):
            if window in self._windows:
                hidden.update(n for n, _ in places[at : at + SHORTEST])
        return "".join(MASK if n in hidden else character for n, character in enumerate(text))


def letters(text: str) -> str:
    """Return the letters and digits of a text in a row, without case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _windows(row: str, step: int) -> Iterable[str]:
    return (row[at : at + SHORTEST] for at in range(0, len(row) - SHORTEST + 1, step))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " "
