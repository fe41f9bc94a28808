"""What the tests of the quality benchmark share: a small invented corpus; vectors are hashed words."""

import csv

import pytest

from benchmarks.quality.corpus import with_vectors
from benchmarks.quality.methods import task_of
from benchmarks.quality.tables import read_corpus
from coder.embed.encoders import HashedWords

SAID = {
    "price": ["the fish was too dear for us", "we paid far too much for nets", "what does the ice cost today"],
    "weather": ["the storm kept boats in port", "fog lay over the whole bay", "rain and wind all week long"],
    "price|weather": ["the storm made fish dear and nets cost more"],
    "": ["well let me think about that", "yes that is so I suppose"],
}


@pytest.fixture
def rows():
    """Return every sentence in each of six transcripts, in another order each time, with a question before it."""
    rows = []
    sentences = [(text, labels) for labels, texts in SAID.items() for text in texts]
    for t in range(6):
        for n in range(len(sentences)):
            text, labels = sentences[(n + t) % len(sentences)]
            rows.append((f"t{t}", str(2 * n), "asker", "And what then?", ""))
            rows.append((f"t{t}", str(2 * n + 1), "skipper", f"{text} in harbour {t}", labels))
    return rows


@pytest.fixture
def write():
    def write_rows(path, rows, header=("transcript_id", "unit", "role", "text", "labels")):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write_rows


@pytest.fixture
def corpus_file(tmp_path, rows, write):
    return write(tmp_path / "units.csv", rows)


@pytest.fixture
def corpus(corpus_file):
    return with_vectors(read_corpus(corpus_file, roles=["skipper"]), HashedWords(), None)


@pytest.fixture
def task(corpus):
    return task_of(corpus, None, HashedWords(), None, 1)
