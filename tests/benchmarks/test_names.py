"""The benchmark of names, without the model of entities, which is optional."""

from benchmarks.names import interviews, score


def test_names_are_found_among_two_percent_of_the_words():
    group = [one for one in interviews() if one.language == "sv"]
    found = score(group, with_model=False)
    assert found.looked <= 0.02 * found.words
    assert found.marked == 28
    assert found.recall >= 0.85  # without Faker's first names; with them 1.0


def test_marks_are_taken_out_of_the_text():
    one = next(one for one in interviews() if one.name.startswith("varvet"))
    assert "{" not in one.text
    assert one.text[slice(*one.marked[0])] == "Lennart"
