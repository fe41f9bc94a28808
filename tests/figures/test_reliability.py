"""Figures: equal bytes for equal numbers, words as words, nothing but greys."""

import re
import subprocess
import sys

import pytest

from coder.figures.charts import reliability_diagram

BINS = [(0.0, 0.1, 45000, 0.006, 0.004, 0.0035, 0.0047), (0.3, 0.4, 60, 0.36, 0.3, 0.2, 0.43)]


@pytest.fixture(scope="module")
def svg():
    return reliability_diagram(BINS, "model-1: held-out probabilities & judgements").svg()


def test_another_process_another_day_and_other_settings_give_the_same_bytes(svg, tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 20\nlines.linewidth: 9\nsvg.fonttype: path\n", "utf-8")
    program = (
        "from coder.figures.charts import reliability_diagram\n"
        f"print(reliability_diagram({BINS!r}, 'model-1: held-out probabilities & judgements').svg(), end='')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == svg
    assert not re.search(r"20\d\d-\d\d", svg)


def test_words_stay_words(svg):
    assert "<title>model-1: held-out probabilities &amp; judgements</title>" in svg
    assert re.search(r"<text[^>]*>predicted probability</text>", svg)


def test_it_can_be_printed_in_grey(svg):
    colours = set(re.findall(r"#([0-9a-f]{6})\b", svg))
    assert colours
    assert all(one[:2] == one[2:4] == one[4:] for one in colours)


def test_a_single_bin_is_a_figure_too():
    assert "</svg>" in reliability_diagram(BINS[:1], "m").svg()
