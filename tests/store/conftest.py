"""A store with one short text and a few segments, made without any reader."""

from dataclasses import dataclass

import pytest

from coder.store import corpus, log
from coder.store.database import Store
from coder.types import Coder, Coding, Transcript, Turn, Verdict

TEXT = "We meet 🐟 them. Yes, yes. We teach. Yes, yes."
SPANS = [(0, 15), (16, 25), (26, 35), (36, 45)]


@dataclass
class Desk:
    """A store with a text, its segments, two people and a model."""

    store: Store
    text: int
    segments: list[int]
    scheme: int

    def say(self, *codings, command="code"):
        with self.store.transaction(command):
            return log.append(self.store, codings, self.scheme)

    def code(self, n=0, code="a", coder="ada", verdict=Verdict.PRESENT, **more):
        return self.say(Coding(self.segments[n], code, coder, verdict, **more))

    def by_hand(self, sql, values=()):
        """Change the database behind the program's back."""
        for name in ("coding_event_no_update", "coding_event_no_delete", "segment_no_update", "segment_no_delete"):
            self.store.db.execute(f"DROP TRIGGER IF EXISTS {name}")
        self.store.db.execute("PRAGMA foreign_keys = OFF")
        assert self.store.db.execute(sql, values).rowcount == 1


def furnish(store):
    transcript = Transcript("alder-1", TEXT, (Turn(0, "Maja", 0, 25), Turn(1, "Maja", 26, 45)))
    with store.transaction("import"):
        text = corpus.add_text(store, transcript, "alder-1.txt")
        segments = [corpus.segment_at(store, text, a, b, TEXT[a:b]) for a, b in SPANS]
        for coder in (Coder("ada"), Coder("ben"), Coder("model-1", "model")):
            log.add_coder(store, coder)
        scheme = log.scheme_version(store, "codes: [a, b]")
    return Desk(store, text, segments, scheme)


@pytest.fixture
def desk(tmp_path, clock):
    store = Store(tmp_path / "study.db", create=True, clock=clock)
    yield furnish(store)
    store.close()


@pytest.fixture(scope="session")
def furnished():
    return furnish
