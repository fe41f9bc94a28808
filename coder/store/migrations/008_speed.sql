BEGIN IMMEDIATE;

-- For queues and counts over 100,000 units. Of events few are superseded: an index of these alone stays small, and tells
-- fastest that an event is none of them; a coder's words are read from their index without touching the log.
CREATE INDEX event_superseded ON coding_event (supersedes) WHERE supersedes IS NOT NULL;
DROP INDEX event_coder;
CREATE INDEX event_coder ON coding_event (coder, segment, code, verdict, shown, confidence);
CREATE INDEX turn_start ON turn (text, start, n, speaker);

-- As they were, but by that index; SQLite would take that of the UNIQUE constraint, in which every event stands.
DROP VIEW current_coding;
CREATE VIEW current_coding AS
SELECT event.* FROM coding_event AS event
WHERE verdict <> 'withdrawn' AND shown <> 'bulk' AND NOT EXISTS
    (SELECT 1 FROM coding_event AS later INDEXED BY event_superseded WHERE later.supersedes = event.id);
DROP VIEW bulk_coding;
CREATE VIEW bulk_coding AS
SELECT event.* FROM coding_event AS event
WHERE verdict <> 'withdrawn' AND shown = 'bulk' AND NOT EXISTS
    (SELECT 1 FROM coding_event AS later INDEXED BY event_superseded WHERE later.supersedes = event.id);

PRAGMA user_version = 8;
COMMIT;
