"""The figures of a study's findings: what is counted for each of them."""

from __future__ import annotations

from pathlib import Path


def figure_file(path: Path) -> Path:
    """Return the path of a file for a figure, or say why there can be none.

    Raises
    ------
    UsageError
        Its name does not end in a format of figures.
    """
    from coder.figures.drawing import format_of

    format_of(path)
    return path
