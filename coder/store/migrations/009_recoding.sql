BEGIN IMMEDIATE;

-- Random draws of units that a coder judges a second time, blind, so that she can be compared with herself. Each draw is
-- a run; its rows are the whole frame, with the chance that each unit had, written down before anything is answered.
CREATE TABLE recoding (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    coder INTEGER NOT NULL REFERENCES coder,
    segment INTEGER NOT NULL REFERENCES segment,
    probability REAL NOT NULL CHECK (0 < probability AND probability <= 1),
    drawn INTEGER NOT NULL CHECK (drawn IN (0, 1)),
    at TEXT NOT NULL,
    UNIQUE (run, segment)
) STRICT;
CREATE INDEX recoding_coder ON recoding (coder, segment) WHERE drawn = 1;
CREATE INDEX recoding_segment ON recoding (segment) WHERE drawn = 1;

CREATE TRIGGER recoding_no_update BEFORE UPDATE ON recoding
BEGIN SELECT RAISE(ABORT, 'a draw is never changed'); END;
CREATE TRIGGER recoding_no_delete BEFORE DELETE ON recoding
BEGIN SELECT RAISE(ABORT, 'a draw is never deleted'); END;

-- Everything that somebody was given to code blind. It is done when `who` has read the unit as a whole after `since`:
-- at any time, where two people code it; after the draw, where she codes it again.
CREATE VIEW given AS
SELECT one AS who, segment, '' AS since FROM double_coding WHERE one IS NOT NULL
UNION ALL SELECT other, segment, '' FROM double_coding WHERE other IS NOT NULL
UNION ALL SELECT coder, segment, at FROM recoding WHERE drawn = 1;

PRAGMA user_version = 9;
COMMIT;
