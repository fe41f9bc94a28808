"""The public functions: data frames in, names that are imported late."""

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import coder.agreement as agree
from coder.agreement import api
from coder.agreement.coefficients import COEFFICIENTS
from coder.errors import TableError, UsageError

from .published import PUBLISHED, array, as_printed

DATA = array(PUBLISHED["values"]["four raters"]["data"])


def test_the_room_is_light_until_a_name_is_used():
    program = "import sys, coder.agreement as a; print({'numpy', 'pandas', 'scipy'} & set(sys.modules)); a.kappa"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_public_name_is_there():
    assert agree.__all__ == api.__all__ == sorted(agree.__all__)
    assert all(getattr(agree, name) is getattr(api, name) for name in agree.__all__)
    with pytest.raises(AttributeError, match="no attribute 'krippendorf'"):
        _ = agree.krippendorf


def test_a_wide_data_frame_has_a_column_a_coder():
    wide = pd.DataFrame(DATA.T, columns=list("ABCD"))
    assert agree.coefficient(wide, "ac1").value == as_printed(0.77544)
    words = wide.map(lambda cell: None if math.isnan(cell) else f"code {cell:g}")
    assert agree.coefficient(words, "ac1").value == as_printed(0.77544)
    assert agree.fleiss_kappa(words.astype("string")) == as_printed(0.76117)
    assert agree.alpha(wide.astype("Int64"), "ordinal") == pytest.approx(agree.alpha(DATA, "ordinal"))


def test_a_long_data_frame_gives_rows():
    rows = [(c, u, DATA[c, u]) for c, u in np.ndindex(DATA.shape) if not math.isnan(DATA[c, u])]
    long = pd.DataFrame(rows, columns=["who", "what", "said"])
    found = agree.frame(agree.agreement(long, unit="what", coder="who", code="said", replicates=50))
    assert found["label"].tolist() == ["1", "2", "3", "4", "5", "all categories (nominal)"]
    last = found.iloc[-1]
    assert last["fleiss"] == as_printed(0.76117)
    assert last["fleiss low"] < last["fleiss"] < last["fleiss high"]
    assert math.isnan(last["kappa"])
    ordinal = agree.agreement(long, unit="what", coder="who", code="said", metric="ordinal", replicates=0)[-1]
    assert ordinal.alpha == pytest.approx(agree.alpha(DATA, "ordinal"))
    with pytest.raises(UsageError, match="no column `unit`"):
        agree.agreement(long)
    with pytest.raises(TableError, match="earlier line"):
        agree.agreement(pd.concat([long, long]), unit="what", coder="who", code="said")


def test_transcripts_are_drawn_whole():
    random = np.random.default_rng(1)
    rows = [
        (f"t{u // 10}", u % 10, coder, "yes" if random.random() < (u // 10) / 6 else "no")
        for u in range(60)
        for coder in ("Ada", "Ben")
    ]
    long = pd.DataFrame(rows, columns=["transcript", "unit", "coder", "code"])
    row = agree.agreement(long, transcript="transcript", replicates=100)[-1]
    assert row.intervals["alpha"].clusters == 6
    with pytest.raises(UsageError, match="no column `interview`"):
        agree.agreement(long, transcript="interview")


def test_all_coefficients_of_an_array():
    found = agree.all_coefficients(DATA, replicates=200)
    assert list(found.index) == list(COEFFICIENTS)
    assert found.loc["conger", "value"] == as_printed(0.76282)
    assert found.loc["conger", "low"] < 0.76 < found.loc["conger", "high"]
    assert math.isnan(found.loc["kappa", "value"])
    clusters = ["x"] * 6 + ["y"] * 6
    assert (
        agree.all_coefficients(DATA, clusters=clusters, replicates=200).loc["alpha", "high"]
        != found.loc["alpha", "high"]
    )


def test_an_interval_of_another_level():
    wide, narrow = (agree.coefficient(DATA, "fleiss", level=level) for level in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.value < narrow.high


def test_one_unit_has_no_standard_error():
    found = agree.coefficient([[1], [0]], "ac1")
    assert found.n == 1
    assert math.isnan(found.standard_error)
    assert math.isnan(found.p)


def test_perfect_agreement_has_no_p_value():
    found = agree.coefficient([[1, 0, 1], [1, 0, 1]], "fleiss")
    assert (found.value, found.standard_error) == (1, 0)
    assert math.isnan(found.p)
