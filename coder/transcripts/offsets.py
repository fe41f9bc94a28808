"""Offsets as others count them: a browser counts UTF-16 units, a study counts code points."""

from __future__ import annotations

from coder.errors import CodingError


def code_points(text: str, utf16_offset: int) -> int:
    """Return how many code points of the text lie before an offset that counts UTF-16 units.

    A character outside the basic plane (most emoji, some old scripts) is one code point and two UTF-16 units; a
    combining mark is one of either.

    Raises
    ------
    CodingError
        The offset lies outside the text or between the two halves of a character.

    Examples
    --------
    >>> code_points("a🚢b", 3)
    2
    """
    if text.isascii() and 0 <= utf16_offset <= len(text):
        return utf16_offset
    units = text.encode("utf-16-le")
    if not 0 <= 2 * utf16_offset <= len(units):
        raise CodingError(f"the offset {utf16_offset} lies outside the text", todo="mark the passage again")
    try:
        return len(units[: 2 * utf16_offset].decode("utf-16-le"))
    except UnicodeDecodeError:
        raise CodingError(f"the offset {utf16_offset} cuts a character in two", todo="mark the passage again") from None
