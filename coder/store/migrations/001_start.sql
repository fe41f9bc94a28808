BEGIN IMMEDIATE;

-- Transcripts. A corrected transcript is a new row of `text`; the newest one is the current text.
CREATE TABLE transcript (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE text (
    id INTEGER PRIMARY KEY,
    transcript INTEGER NOT NULL REFERENCES transcript,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL,
    notes TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX text_transcript ON text (transcript, id);

-- The only place where words of an interview stand: a participant who withdraws is deleted here.
CREATE TABLE words (
    text INTEGER PRIMARY KEY REFERENCES text,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE turn (
    text INTEGER NOT NULL REFERENCES text,
    n INTEGER NOT NULL,
    speaker TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    at_ms INTEGER,
    until_ms INTEGER,
    PRIMARY KEY (text, n),
    CHECK (0 <= start AND start <= stop)
) STRICT;

CREATE TABLE speaker (
    transcript INTEGER NOT NULL REFERENCES transcript,
    label TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('interviewer', 'respondent')),
    title TEXT NOT NULL,
    PRIMARY KEY (transcript, label)
) STRICT;

CREATE TABLE membership (
    transcript INTEGER PRIMARY KEY REFERENCES transcript,
    name TEXT NOT NULL,            -- of the case
    attributes TEXT NOT NULL       -- JSON object
) STRICT;

-- A segment is the lasting identity of a span; where it lies in each text is a placement.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    text INTEGER NOT NULL REFERENCES text,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    CHECK (0 <= start AND start < stop),
    UNIQUE (text, start, stop)
) STRICT;

CREATE TABLE placement (
    segment INTEGER NOT NULL REFERENCES segment,
    text INTEGER NOT NULL REFERENCES text,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    words_sha256 TEXT NOT NULL,
    PRIMARY KEY (segment, text),
    CHECK (0 <= start AND start < stop)
) STRICT;
CREATE INDEX placement_text ON placement (text, start, stop);

CREATE TABLE unit (
    text INTEGER NOT NULL REFERENCES text,
    rule TEXT NOT NULL,
    n INTEGER NOT NULL,
    segment INTEGER NOT NULL REFERENCES segment,
    PRIMARY KEY (text, rule, n)
) STRICT;

-- Who codes, with which scheme, in which run of which command.
CREATE TABLE coder (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'model')),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE scheme_version (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE adoption (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    why TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- The log. Nothing in it is ever changed or deleted.
CREATE TABLE coding_event (
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
    shown TEXT NOT NULL CHECK (shown IN ('nothing', 'suggestions', 'codings')),
    memo TEXT NOT NULL,
    at TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX event_coder ON coding_event (coder, segment, code);
CREATE INDEX event_segment ON coding_event (segment);
CREATE INDEX event_responds ON coding_event (responds_to);

CREATE TRIGGER coding_event_no_update BEFORE UPDATE ON coding_event
BEGIN SELECT RAISE(ABORT, 'the log of codings is append-only'); END;
CREATE TRIGGER coding_event_no_delete BEFORE DELETE ON coding_event
BEGIN SELECT RAISE(ABORT, 'the log of codings is append-only'); END;
CREATE TRIGGER segment_no_update BEFORE UPDATE ON segment
BEGIN SELECT RAISE(ABORT, 'a segment never changes; it gets a new placement'); END;
CREATE TRIGGER segment_no_delete BEFORE DELETE ON segment
BEGIN SELECT RAISE(ABORT, 'a segment never changes; it gets a new placement'); END;

CREATE VIEW current_text AS
SELECT text.* FROM text
WHERE id = (SELECT max(newest.id) FROM text AS newest WHERE newest.transcript = text.transcript);

-- Each coder's last word on each segment and code, unless withdrawn.
CREATE VIEW current_coding AS
SELECT event.* FROM coding_event AS event
WHERE verdict <> 'withdrawn'
  AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id);

PRAGMA application_id = 1668244594; -- 'coder' as four letters, 'codr'
PRAGMA user_version = 1;
COMMIT;
