BEGIN IMMEDIATE;

-- For pages that must answer at once in a study of 100,000 units: who has read what and when, a coder's last runs, and
-- the unit that a segment is.
CREATE INDEX event_read ON coding_event (coder, at) WHERE code IS NULL;
CREATE INDEX event_run ON coding_event (coder, run);
CREATE INDEX unit_segment ON unit (segment);

-- A unit to come back to, with a note. It is no coding: a flag says nothing of any code, nor that the unit was read.
-- A coder's last row on a unit holds.
CREATE TABLE flag (
    id INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL REFERENCES segment,
    coder INTEGER NOT NULL REFERENCES coder,
    raised INTEGER NOT NULL CHECK (raised IN (0, 1)),
    note TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX flag_coder ON flag (coder, segment, id);

CREATE TRIGGER flag_no_update BEFORE UPDATE ON flag
BEGIN SELECT RAISE(ABORT, 'a flag is never changed; it is raised or taken down anew'); END;
CREATE TRIGGER flag_no_delete BEFORE DELETE ON flag
BEGIN SELECT RAISE(ABORT, 'a flag is never deleted'); END;

PRAGMA user_version = 6;
COMMIT;
