BEGIN IMMEDIATE;

-- By its id a study is recognised in the bundles of its models, whatever its title and folder are called.
CREATE TABLE study (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL
) STRICT;
INSERT INTO study (only, id) VALUES (1, lower(hex(randomblob(16))));

CREATE TRIGGER study_no_update BEFORE UPDATE ON study
BEGIN SELECT RAISE(ABORT, 'the id of a study is never changed'); END;
CREATE TRIGGER study_no_delete BEFORE DELETE ON study
BEGIN SELECT RAISE(ABORT, 'the id of a study is never deleted'); END;

PRAGMA user_version = 12;
COMMIT;
