from coder.figures.charts import accumulation

CURVES = {
    "codes": ([2, 3, 3], [1.9, 2.6, 3], [1, 2, 3], [2, 3, 3]),
    "pairs": ([2, 4, 5], [2, 3.5, 5], [1, 3, 5], [3, 4, 5]),
}


def test_equal_numbers_give_equal_bytes_and_words_stay_words():
    one = accumulation("Saturation", CURVES, 2).svg()
    assert one == accumulation("Saturation", CURVES, 2).svg()
    assert all(word in one for word in ("codes", "pairs", "transcripts", "as they came", "saturated"))
    assert "saturated" not in accumulation("Saturation", CURVES).svg()
