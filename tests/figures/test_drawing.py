"""Every figure as SVG, PDF and PNG: equal bytes, no date, and words that can be searched."""

import hashlib
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from coder.errors import UsageError
from coder.figures.drawing import FORMATS, Drawing
from coder.figures.placing import broken, wide

PROGRAM = """
import hashlib
from coder.figures.drawing import FORMATS, Drawing
words = "price in $ of $a_b$ 🚢"
drawing = Drawing("Two & three", 3, 2, lambda figure: figure.subplots().set_xlabel(words), "made <by> us")
print(*(hashlib.sha256(drawing.data(one)).hexdigest() for one in FORMATS))
"""


@pytest.fixture(scope="module")
def drawing():
    def draw(figure):
        figure.subplots().set_xlabel("price in $ of $a_b$ 🚢")

    return Drawing("Two & three", 3, 2, draw, "made <by> us")


def test_another_process_and_other_settings_give_the_same_bytes(drawing, tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 20\npdf.fonttype: 3\nsavefig.dpi: 50\n", "utf-8")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == [hashlib.sha256(drawing.data(one)).hexdigest() for one in FORMATS]
    assert done.stderr == ""


def test_nothing_of_day_and_program_is_in_the_files(drawing):
    for one in FORMATS:
        data = drawing.data(one)
        assert not re.search(rb"CreationDate|Software|Creator|Producer|[Mm]atplotlib v|D:20\d\d", data)
    assert b"/Subject (made <by> us)" in drawing.data("pdf")


def test_words_and_dollar_signs_stay_as_they_are(drawing):
    svg = drawing.svg()
    assert "price in $ of $a_b$ 🚢" in svg
    assert "<title>Two &amp; three</title>" in svg
    assert "<desc>made &lt;by&gt; us</desc>" in svg


@pytest.mark.parametrize(("name", "magic"), [("a.svg", b"<?xml"), ("a.PDF", b"%PDF-"), ("a.png", b"\x89PNG")])
def test_the_ending_of_the_name_decides(drawing, tmp_path, name, magic):
    assert drawing.save(tmp_path / name).read_bytes().startswith(magic)


@pytest.mark.parametrize("name", ["a.jpg", "a", "svg"])
def test_another_ending_is_refused(drawing, tmp_path, name):
    with pytest.raises(UsageError, match=r"no file for a figure\n  end its name in"):
        drawing.save(tmp_path / name)
    assert not list(Path(tmp_path).iterdir())


def test_long_names_are_broken_where_a_reader_would():
    assert broken("joint decisions/customers/research", 1.0) == "joint decisions/\ncustomers/research"
    assert broken("a" * 80, 1.0) == "a" * 80
    assert broken("", 1.0) == ""
    assert broken("a//b /", 1.0) == "a//b /"
    assert max(wide(line) for line in broken("one two three four five six seven", 0.9).split("\n")) <= 0.9


def test_a_folder_is_made_and_a_place_that_cannot_be_is_said(drawing, tmp_path):
    assert drawing.save(tmp_path / "far" / "a.svg").exists()
    with pytest.raises(UsageError, match="cannot be written"):
        drawing.save(tmp_path / "far" / "a.svg" / "b.svg")


def test_letters_that_no_font_draws_are_named_and_an_svg_keeps_them():
    drawing = Drawing("Codes", 2, 1, lambda figure: figure.text(0.1, 0.5, "\U00012000 is a sign"))  # cuneiform
    with pytest.warns(UserWarning, match="Codes: no font here has the letters \U00012000"):
        drawing.data("png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "\U00012000 is a sign" in drawing.svg()
