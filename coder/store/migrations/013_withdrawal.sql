BEGIN IMMEDIATE;

-- The withdrawals of participants. `pending` names what is being withdrawn (JSON) until all of it is gone, then nothing.
CREATE TABLE withdrawal (
    id INTEGER PRIMARY KEY,
    pending TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- By what a withdrawn transcript, speaker or turn is recognised on import: sha256 salted with the study's id, no words.
CREATE TABLE withdrawn_mark (
    mark TEXT PRIMARY KEY
) STRICT;

-- What no longer follows from its hash, since a participant's words were taken out of it.
CREATE TABLE redacted (
    kind TEXT NOT NULL CHECK (kind IN ('text', 'segment', 'event', 'scheme')),
    id INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

-- Transcripts that were imported by mistake. They keep their words and codings, and are no part of the study.
CREATE TABLE removed (
    transcript INTEGER PRIMARY KEY REFERENCES transcript,
    run INTEGER NOT NULL REFERENCES run,
    at TEXT NOT NULL
) STRICT;

DROP VIEW current_text;
CREATE VIEW current_text AS
SELECT text.* FROM text
WHERE id = (SELECT max(newest.id) FROM text AS newest WHERE newest.transcript = text.transcript)
  AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.transcript = text.transcript);

PRAGMA user_version = 13;
COMMIT;
