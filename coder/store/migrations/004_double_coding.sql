BEGIN IMMEDIATE;

-- Random draws of units that two people code, each without seeing the other. Each draw is a run; its rows are the whole
-- frame, with the chance that each unit had, written down before anybody answers; `one` and `other` are empty where the
-- unit was not drawn.
CREATE TABLE double_coding (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    segment INTEGER NOT NULL REFERENCES segment,
    stratum TEXT NOT NULL,         -- the rarest code that was suggested for it; empty: none was
    probability REAL NOT NULL CHECK (0 < probability AND probability <= 1),
    one INTEGER REFERENCES coder,
    other INTEGER REFERENCES coder,
    at TEXT NOT NULL,
    UNIQUE (run, segment),
    CHECK ((one IS NULL) = (other IS NULL) AND (one IS NULL OR one <> other))
) STRICT;
CREATE INDEX double_coding_one ON double_coding (one, segment);
CREATE INDEX double_coding_other ON double_coding (other, segment);
CREATE INDEX double_coding_segment ON double_coding (segment);

CREATE TRIGGER double_coding_no_update BEFORE UPDATE ON double_coding
BEGIN SELECT RAISE(ABORT, 'a draw is never changed'); END;
CREATE TRIGGER double_coding_no_delete BEFORE DELETE ON double_coding
BEGIN SELECT RAISE(ABORT, 'a draw is never deleted'); END;

PRAGMA user_version = 4;
COMMIT;
