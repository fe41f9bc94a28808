BEGIN IMMEDIATE;

-- How long each decision took, and what was in sight, with the run of its events (none, where the answer repeats a word).
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    coder INTEGER NOT NULL REFERENCES coder,
    segment INTEGER NOT NULL REFERENCES segment,
    shown TEXT NOT NULL CHECK (shown IN ('nothing', 'suggestions', 'codings')),
    seconds REAL NOT NULL CHECK (seconds >= 0),
    UNIQUE (run, segment)
) STRICT;
CREATE INDEX decision_coder ON decision (coder, segment);

-- What became of a wrong code that was shown as if it had been suggested. It is no event: nothing that reads the log can
-- meet it. A coder's first answer on a unit counts.
CREATE TABLE probe (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    coder INTEGER NOT NULL REFERENCES coder,
    segment INTEGER NOT NULL REFERENCES segment,
    code TEXT NOT NULL,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    at TEXT NOT NULL,
    UNIQUE (coder, segment)
) STRICT;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'the time of a decision is never changed'); END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'the time of a decision is never deleted'); END;
CREATE TRIGGER probe_no_update BEFORE UPDATE ON probe
BEGIN SELECT RAISE(ABORT, 'the outcome of a probe is never changed'); END;
CREATE TRIGGER probe_no_delete BEFORE DELETE ON probe
BEGIN SELECT RAISE(ABORT, 'the outcome of a probe is never deleted'); END;

-- A word that was given in bulk says so: shown = 'bulk'. SQLite cannot change a CHECK, so the log is copied, row by row as
-- it is, into a table that allows it. (The program switches foreign keys off while it migrates.)
DROP VIEW current_coding;
CREATE TABLE new_event (
    id INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL REFERENCES segment,
    code TEXT,                     -- NULL: the segment was read as a whole
    coder INTEGER NOT NULL REFERENCES coder,
    scheme_version INTEGER NOT NULL REFERENCES scheme_version,
    run INTEGER NOT NULL REFERENCES run,
    verdict TEXT NOT NULL CHECK (verdict IN ('present', 'absent', 'unsure', 'withdrawn')),
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    supersedes INTEGER UNIQUE REFERENCES coding_event CHECK (supersedes < id),
    responds_to INTEGER REFERENCES coding_event CHECK (responds_to < id),
    shown TEXT NOT NULL CHECK (shown IN ('nothing', 'suggestions', 'codings', 'bulk')),
    memo TEXT NOT NULL,
    at TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO new_event SELECT * FROM coding_event;
DROP TABLE coding_event;
ALTER TABLE new_event RENAME TO coding_event;

CREATE INDEX event_coder ON coding_event (coder, segment, code);
CREATE INDEX event_segment ON coding_event (segment);
CREATE INDEX event_responds ON coding_event (responds_to);
CREATE INDEX event_bulk ON coding_event (coder, run) WHERE shown = 'bulk';

CREATE TRIGGER coding_event_no_update BEFORE UPDATE ON coding_event
BEGIN SELECT RAISE(ABORT, 'the log of codings is append-only'); END;
CREATE TRIGGER coding_event_no_delete BEFORE DELETE ON coding_event
BEGIN SELECT RAISE(ABORT, 'the log of codings is append-only'); END;

-- Each coder's last word on each segment and code, unless withdrawn, or given in bulk: that is nobody's judgement.
CREATE VIEW current_coding AS
SELECT event.* FROM coding_event AS event
WHERE verdict <> 'withdrawn' AND shown <> 'bulk'
  AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id);

-- What was accepted in bulk and still stands: neither taken back nor answered by the same coder since.
CREATE VIEW bulk_coding AS
SELECT event.* FROM coding_event AS event
WHERE verdict <> 'withdrawn' AND shown = 'bulk'
  AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id);

PRAGMA user_version = 5;
COMMIT;
