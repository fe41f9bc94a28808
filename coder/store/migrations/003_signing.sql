BEGIN IMMEDIATE;

-- How a coder signs in to the audit room: a salted scrypt hash of a token or a password, never the word itself.
CREATE TABLE credential (
    coder INTEGER PRIMARY KEY REFERENCES coder,
    kind TEXT NOT NULL CHECK (kind IN ('token', 'password')),
    hash TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- The forms of the audit room that were sent: each holds an id that is good for one change.
CREATE TABLE sent_form (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX sent_form_at ON sent_form (at);

PRAGMA user_version = 3;
COMMIT;
