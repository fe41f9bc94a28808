BEGIN IMMEDIATE;

-- What was doubtful of the speakers of a text (`doubt` is a kind of doubt) and was confirmed by a person.
CREATE TABLE confirmed_doubt (
    text INTEGER NOT NULL REFERENCES text,
    doubt TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (text, doubt)
) STRICT;

PRAGMA user_version = 15;
COMMIT;
