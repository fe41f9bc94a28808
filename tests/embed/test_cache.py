"""The cache of vectors: nothing is encoded twice, nothing stale is used, and it can be thrown away."""

import sqlite3

import numpy as np
import pytest

from coder.embed.cache import CHUNK, embed
from coder.embed.encoders import HashedWords


class Counting(HashedWords):
    """An encoder that remembers what it was asked to encode."""

    def __init__(self, fingerprint="counting v1"):
        self.fingerprint, self.asked = fingerprint, []

    def encode(self, texts):
        self.asked += texts
        return super().encode(texts)


TEXTS = ["We met at the fair.", "No.", "We met at the fair.", "", "Ägir 🌊"]


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "vectors.db"


def test_equal_texts_are_encoded_once_and_rows_follow_the_texts(cache):
    encoder = Counting()
    vectors = embed(TEXTS, encoder, cache)
    assert sorted(encoder.asked) == sorted(set(TEXTS))
    assert vectors.shape == (5, 256) and vectors.dtype == np.float32
    assert np.array_equal(vectors, HashedWords().encode(TEXTS))


def test_a_second_run_encodes_nothing_and_gives_the_same(cache):
    first = embed(TEXTS, Counting(), cache)
    again = Counting()
    assert np.array_equal(embed(TEXTS, again, cache), first)
    assert again.asked == []
    embed([*TEXTS, "new"], again, cache)
    assert again.asked == ["new"]


def test_another_fingerprint_encodes_again_and_both_are_kept(cache):
    embed(TEXTS, Counting(), cache)
    other = Counting("counting v2")
    embed(TEXTS, other, cache)
    assert len(other.asked) == 4
    for fingerprint in ("counting v1", "counting v2"):
        again = Counting(fingerprint)
        embed(TEXTS, again, cache)
        assert again.asked == []


def test_without_a_cache_nothing_is_kept(tmp_path):
    embed(TEXTS, Counting(), None)
    assert list(tmp_path.iterdir()) == []


def test_no_texts_give_no_rows(cache):
    assert embed([], Counting(), cache).shape == (0, 256)


def test_more_than_a_chunk_is_kept_chunk_by_chunk(cache):
    class Tiring(Counting):
        def encode(self, texts):
            if self.asked:
                raise KeyboardInterrupt
            return super().encode(texts)

    texts = [f"text {n}" for n in range(CHUNK + 10)]
    with pytest.raises(KeyboardInterrupt):
        embed(texts, Tiring(), cache)
    told, later = [], Counting()
    embed(texts, later, cache, lambda *what: told.append(what))
    assert len(later.asked) == 10
    assert told == [("encoding", 10, 10)]


@pytest.mark.parametrize("damage", ["no database", "broken pages", "empty"])
def test_a_cache_that_cannot_be_read_is_thrown_away(cache, damage):
    texts = [f"text {n}" for n in range(200)]
    first = embed(texts, Counting(), cache)
    data = bytearray(cache.read_bytes())
    if damage == "no database":
        data = bytearray(b"this is no database" * 100)
    elif damage == "broken pages":
        data[4096:] = b"\xff" * (len(data) - 4096)
    else:
        data = bytearray()
    cache.write_bytes(data)
    encoder = Counting()
    assert np.array_equal(embed(texts, encoder, cache), first)
    assert len(encoder.asked) == 200
    again = Counting()
    embed(texts, again, cache)
    assert again.asked == []


def test_a_cache_that_cannot_be_written_still_gives_vectors(cache, monkeypatch):
    first = embed(TEXTS, Counting(), cache)
    real = sqlite3.connect

    def read_only(name, **options):
        return real(name if name == ":memory:" else f"file:{name}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    encoder = Counting()
    with pytest.warns(UserWarning, match="cannot be used .* encoded again"):
        assert np.array_equal(embed([*TEXTS, "new"], encoder, cache)[:5], first)
    assert encoder.asked == ["new"]
    gone = Counting()
    with pytest.warns(UserWarning, match="gone.db: the cache of vectors cannot be used"):
        assert embed(TEXTS, gone, cache.with_name("gone.db")).shape == (5, 256)
    assert len(gone.asked) == 4


def test_a_folder_that_cannot_be_made_still_gives_vectors(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="cannot be used"):
        assert embed(TEXTS, Counting(), tmp_path / "cache" / "vectors.db").shape == (5, 256)


def test_a_study_embeds_its_units_once(study):
    from coder.steps.corpus.units import units_of
    from coder.steps.models.training_data import texts_of

    first, second = Counting(), Counting()
    units = units_of(study)
    one, two = texts_of(study, units, first), texts_of(study, units, second)
    assert first.asked and not second.asked
    assert np.array_equal(one.vectors, two.vectors)
    study.vectors.unlink()
    texts_of(study, units, second)
    assert sorted(second.asked) == sorted(first.asked)
