"""Schemes as files: those that ship, and those of people, in YAML, CSV and XLSX."""

from __future__ import annotations

import re
from pathlib import Path

from coder.config import load_settings
from coder.errors import UsageError, did_you_mean
from coder.resources import find_scheme, shipped_schemes
from coder.scheme.checking import check_scheme
from coder.scheme.describing import scheme_table
from coder.scheme.reading import load_scheme, parse_scheme
from coder.scheme.tabular import scheme_of_rows, scheme_rows
from coder.scheme.writing import dump_scheme
from coder.tables.formats.atomic_files import replacing
from coder.types import Scheme, Table

_YAML = (".yaml", ".yml")
_TABLES = (".csv", ".xlsx")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def scheme_names() -> tuple[str, ...]:
    """Return the names of the schemes that ship."""
    return tuple(shipped_schemes())


def read_scheme(path: Path) -> Scheme:
    """Read a scheme from YAML, CSV or XLSX, as the ending of the file's name tells; `source` is YAML.

    Raises
    ------
    SchemeError
        The file cannot be read, or the scheme contradicts itself.
    TableError
        The table cannot be read.
    """
    if path.suffix.lower() not in _TABLES:
        return load_scheme(path)
    from coder.tables.formats.spreadsheets_in import read_cells

    frame = read_cells(path)
    rows = [
        {str(name): cell[1:] if _ESCAPED.match(cell) else cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]
    text = dump_scheme(scheme_of_rows(rows, str(path)))
    return parse_scheme(text, str(path))


def write_scheme(scheme: Scheme, path: Path) -> None:
    """Write a scheme as YAML, CSV or XLSX; `read_scheme` reads it back to an equal one.

    No spreadsheet runs a text as a formula: in CSV one that begins with `=`, `+`, `-`, `@`, a tab or a carriage
    return gets a leading apostrophe, which is taken away again when it is read; in a workbook it is marked as text.

    Raises
    ------
    UsageError
        The ending of the file's name is none of these.
    TableError
        The file cannot be written, or the format cannot hold a text.
    """
    ending = path.suffix.lower()
    if ending not in (*_YAML, *_TABLES):
        endings = ".yaml, .csv, .xlsx"
        todo = did_you_mean(ending, (*_YAML, *_TABLES)) or f"use one of {endings}"
        raise UsageError(f"a scheme is not written as `{ending or path.name}`", where=path, todo=todo)
    if ending in _YAML:
        with replacing(path) as part:
            part.write_text(scheme.source or dump_scheme(scheme), "utf-8")
        return
    from pandas import DataFrame

    from coder.tables.formats.spreadsheets_in import write_table

    risky = _FORMULA if ending == ".csv" else _ESCAPED
    rows = [{name: _escaped(cell, risky) for name, cell in row.items()} for row in scheme_rows(scheme)]
    write_table(DataFrame(rows), path)


def _escaped(text: str, risky: re.Pattern[str]) -> str:
    return f"'{text}" if risky.match(text) else text


def scheme_of(what: str) -> Scheme:
    """Return the scheme of a study's folder, of a scheme that ships, or of a file.

    Raises
    ------
    UsageError
        There is none of these.
    StudyError
        The folder holds no study.
    SchemeError
        The scheme cannot be read.
    """
    folder = Path(what)
    if folder.is_dir():
        return load_scheme(folder / load_settings(folder / "study.toml").scheme)
    return read_scheme(find_scheme(what))


def describe_scheme(scheme: Scheme) -> list[Table]:
    """Return the values of each facet with their descriptions, a table a facet."""
    return scheme_table(scheme)


def scheme_findings(scheme: Scheme) -> list[str]:
    """Return what may be wrong with the scheme: missing definitions and examples, near doubles, unused values."""
    return check_scheme(scheme)
