BEGIN IMMEDIATE;

-- Random draws of units to be judged: the ground of estimates. Each draw is a run; its rows are the whole frame, in the
-- order in which to judge. Each unit is drawn by a coin of its own. What was chosen in another way is never drawn here.
CREATE TABLE draw (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    segment INTEGER NOT NULL REFERENCES segment,
    probability REAL NOT NULL CHECK (0 < probability AND probability <= 1),
    drawn INTEGER NOT NULL CHECK (drawn IN (0, 1)),
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
