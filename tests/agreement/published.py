"""Published data and values (published.json), and how their rounding is compared."""

import json
from pathlib import Path

import numpy as np
import pytest

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))


def as_printed(value):
    """Compare to the digits that were printed (5e-16 is the noise of a half that was rounded up)."""
    text = repr(value)
    decimals = len(text.partition("e")[0].partition(".")[2]) + int(text.partition("e-")[2] or 0)
    return pytest.approx(value, rel=0, abs=0.5001 * 10**-decimals)


def array(data):
    """Return reliability data as numbers, nan where the coder did not judge the unit."""
    if any(isinstance(value, str) for row in data for value in row):
        labels = sorted({value for row in data for value in row if value is not None})
        data = [[None if value is None else labels.index(value) for value in row] for row in data]
    return np.array(data, dtype=float)


def codings_of(table):
    """Write out a confusion table as the codings of two coders."""
    rows, columns = np.indices(np.shape(table))
    times = np.ravel(table)
    return np.stack([np.repeat(rows.ravel(), times), np.repeat(columns.ravel(), times)]).astype(float)
