"""What every format of tables needs: cells, their lines, which columns hold numbers, and how far a cell reaches."""

from __future__ import annotations

import re
import unicodedata

from coder.types import Table

Cell = str | int | float | None
FORMULA = re.compile(r"[=+\-@\t\r]")
"""How a text begins that a spreadsheet would run."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that no XML may hold."""


def text_of(cell: Cell) -> str:
    """Return a cell as text; None is empty."""
    return "" if cell is None else str(cell)


def xml_text_of(cell: Cell) -> str:
    """Return a cell as a text that XML may hold; other characters become `�`."""
    return NOT_XML.sub("\ufffd", text_of(cell))


def lines_of(cell: Cell) -> list[str]:
    r"""Return the lines of a cell, without empty ones and with single spaces.

    Examples
    --------
    >>> lines_of("one  line\n\nanother "), lines_of(None)
    (['one line', 'another'], [])
    """
    return [" ".join(line.split()) for line in text_of(cell).splitlines() if line.strip()]


def numeric_columns(table: Table) -> list[bool]:
    """Tell for each column whether it holds numbers only (and at least one)."""
    columns = [[row[i] for row in table if row[i] is not None] for i in range(len(table.header))]
    return [bool(column) and not any(isinstance(cell, str) for cell in column) for column in columns]


def heights(table: Table) -> list[list[int]]:
    """Return over how many rows each cell reaches; 0: in a `grouped` column the cell above says it already.

    Examples
    --------
    >>> rows = (("fairs", 2, "so"), ("fairs", 2, "so"), ("seminars", 2, "so"))
    >>> heights(Table("", ("Mechanism", "Citations", "Citation"), rows, grouped=2))
    [[2, 2, 1], [0, 0, 1], [1, 1, 1]]
    """
    found = [[1] * len(table.header) for _ in table]
    for n in reversed(range(1, len(found))):
        for column in range(table.grouped):
            if table.rows[n][column] != table.rows[n - 1][column]:
                break
            found[n - 1][column] += found[n][column]
            found[n][column] = 0
    return found


def right_to_left(text: str) -> bool:
    """Tell whether a text is read from right to left: by its first letter with a direction (Unicode UAX 9, rule P2).

    Examples
    --------
    >>> right_to_left("«שלום, Anna»"), right_to_left("Anna: שלום")
    (True, False)
    """
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((one != "L" for one in directions if one in {"L", "R", "AL"}), False)
