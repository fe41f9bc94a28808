BEGIN IMMEDIATE;

-- Where a version of the scheme comes from: a tree. A version without a row was edited by hand: the version before it is
-- its parent, and codes keep their paths. Which words stand under which code is never written into the log.
CREATE TABLE scheme_change (
    version INTEGER PRIMARY KEY REFERENCES scheme_version,
    parent INTEGER NOT NULL REFERENCES scheme_version CHECK (parent < version),
    what TEXT NOT NULL,            -- the change in words
    mapped TEXT NOT NULL,          -- JSON object: code of the parent -> codes of this version
    coder TEXT NOT NULL,           -- who changed it
    undoes INTEGER REFERENCES scheme_version,
    at TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE      -- chained to the change before it
) STRICT;

CREATE TRIGGER scheme_change_no_update BEFORE UPDATE ON scheme_change
BEGIN SELECT RAISE(ABORT, 'a change of the scheme is never rewritten; it is undone by another one'); END;
CREATE TRIGGER scheme_change_no_delete BEFORE DELETE ON scheme_change
BEGIN SELECT RAISE(ABORT, 'a change of the scheme is never deleted; it is undone by another one'); END;

PRAGMA user_version = 7;
COMMIT;
