"""What is computed beside a page: waited for as long as asked, kept, and its errors told."""

from threading import Event

import pytest

from coder.steps.study.background import Kept


def test_a_page_gets_the_last_value_while_a_newer_one_is_computed():
    kept, go_on = Kept(), Event()
    assert kept.get("one", lambda: 1, 5) == 1

    def slow():
        go_on.wait(5)
        return 2

    assert kept.get("two", slow, 0) == 1
    assert kept.get("two", lambda: 3, 0) == 1  # one thread at a time
    go_on.set()
    assert kept.get("two", lambda: 3, 5) == 2


def test_a_state_is_computed_once():
    calls = []
    kept = Kept()
    for _ in range(3):
        kept.get("one", lambda: calls.append(1) or 7, 5)
    assert calls == [1]


def test_an_error_is_raised_where_the_value_is_asked_for_and_the_next_state_is_tried():
    kept = Kept()

    def fail():
        raise ValueError("no units")

    for _ in range(2):
        with pytest.raises(ValueError, match="no units"):
            kept.get("one", fail, 5)
    assert kept.get("two", lambda: 2, 5) == 2
