BEGIN IMMEDIATE;

-- Units that were drawn at random, to be judged: the ground of estimates. Each draw is a run; its rows stand in the
-- order in which they were drawn. What was chosen in any other way is never here.
CREATE TABLE draw (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    segment INTEGER NOT NULL REFERENCES segment,
    probability REAL NOT NULL CHECK (0 < probability AND probability <= 1),
    how TEXT NOT NULL CHECK (how IN ('random', 'blind')),
    at TEXT NOT NULL,
    UNIQUE (run, segment)
) STRICT;
CREATE INDEX draw_segment ON draw (segment);

CREATE TRIGGER draw_no_update BEFORE UPDATE ON draw
BEGIN SELECT RAISE(ABORT, 'a draw is never changed'); END;
CREATE TRIGGER draw_no_delete BEFORE DELETE ON draw
BEGIN SELECT RAISE(ABORT, 'a draw is never deleted'); END;

PRAGMA user_version = 2;
COMMIT;
