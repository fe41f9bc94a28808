BEGIN IMMEDIATE;

-- A machine from elsewhere, whose codings were imported, is neither a person nor a model of the study.
CREATE TABLE coder_of_a_kind (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'machine', 'model')),
    at TEXT NOT NULL
) STRICT;
INSERT INTO coder_of_a_kind (id, name, kind, at) SELECT id, name, kind, at FROM coder;
DROP TABLE coder;
ALTER TABLE coder_of_a_kind RENAME TO coder;

-- Corrections of a coder's kind. `coder.kind` is what holds now, for all of the coder's codings. The hashes of the log's
-- events up to `event` were made with the kind `was`, and go on proving that.
CREATE TABLE kind_change (
    id INTEGER PRIMARY KEY,
    coder INTEGER NOT NULL REFERENCES coder,
    was TEXT NOT NULL CHECK (was IN ('person', 'machine')),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'machine')),
    event INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TRIGGER kind_change_no_update BEFORE UPDATE ON kind_change
BEGIN SELECT RAISE(ABORT, 'a correction of a kind is never changed'); END;
CREATE TRIGGER kind_change_no_delete BEFORE DELETE ON kind_change
BEGIN SELECT RAISE(ABORT, 'a correction of a kind is never deleted'); END;

PRAGMA user_version = 11;
COMMIT;
