BEGIN IMMEDIATE;

-- What researchers write down beside codings: on the study, a case, a transcript, a code, or a passage. A memo is changed by
-- another one that replaces it; empty words take it back.
CREATE TABLE memo (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('study', 'case', 'transcript', 'code', 'passage')),
    about TEXT NOT NULL,           -- the name of the case, transcript or code
    segment INTEGER REFERENCES segment,
    author TEXT NOT NULL,          -- need not code
    words TEXT NOT NULL,
    replaces INTEGER REFERENCES memo,
    run INTEGER NOT NULL REFERENCES run,
    at TEXT NOT NULL,
    CHECK ((kind = 'passage') = (segment IS NOT NULL))
) STRICT;
CREATE INDEX memo_segment ON memo (segment);

CREATE TRIGGER memo_no_update BEFORE UPDATE ON memo
BEGIN SELECT RAISE(ABORT, 'a memo is never changed; it is replaced by another one'); END;
CREATE TRIGGER memo_no_delete BEFORE DELETE ON memo
BEGIN SELECT RAISE(ABORT, 'a memo is never deleted; it is taken back by another one'); END;

PRAGMA user_version = 16;
COMMIT;
