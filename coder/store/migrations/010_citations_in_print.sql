BEGIN IMMEDIATE;

-- Citations that were chosen by hand to be printed. The last row on a segment and a code, as it is called now, holds.
CREATE TABLE pin (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES coding_event,
    pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    coder TEXT NOT NULL,           -- who chose it; need not code
    run INTEGER NOT NULL REFERENCES run,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX pin_event ON pin (event);

-- How a passage is printed, as edits on its words: offsets, and what the researcher put in, never words of the interview.
-- The last row on a segment holds, as long as the words are those that were edited; an empty list is the original.
CREATE TABLE print_edit (
    id INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL REFERENCES segment,
    words_sha256 TEXT NOT NULL,
    edits TEXT NOT NULL,           -- JSON array of [start, end, put]
    coder TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX print_edit_segment ON print_edit (segment, id);

-- A passage in other languages. These are a participant's words: they are deleted with those of the interview. The last
-- row on a segment and a language holds; empty words take it back.
CREATE TABLE translation (
    id INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL REFERENCES segment,
    language TEXT NOT NULL CHECK (length(language) = 2),
    words TEXT NOT NULL,
    words_sha256 TEXT NOT NULL,    -- of the words that were translated
    coder TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX translation_segment ON translation (segment, language, id);

CREATE TRIGGER pin_no_update BEFORE UPDATE ON pin
BEGIN SELECT RAISE(ABORT, 'a pin is never changed; it is set or taken out anew'); END;
CREATE TRIGGER pin_no_delete BEFORE DELETE ON pin
BEGIN SELECT RAISE(ABORT, 'a pin is never deleted'); END;
CREATE TRIGGER print_edit_no_update BEFORE UPDATE ON print_edit
BEGIN SELECT RAISE(ABORT, 'how a citation was printed is never changed; it is edited anew'); END;
CREATE TRIGGER print_edit_no_delete BEFORE DELETE ON print_edit
BEGIN SELECT RAISE(ABORT, 'how a citation was printed is never deleted'); END;
CREATE TRIGGER translation_no_update BEFORE UPDATE ON translation
BEGIN SELECT RAISE(ABORT, 'a translation is never changed; it is written anew'); END;
CREATE TRIGGER translation_goes_with_the_words AFTER DELETE ON words
BEGIN DELETE FROM translation WHERE segment IN (SELECT segment FROM placement WHERE text = OLD.text); END;

PRAGMA user_version = 10;
COMMIT;
