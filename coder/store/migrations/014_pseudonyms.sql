BEGIN IMMEDIATE;

-- A text that is an earlier one with other names: pseudonyms in the place of real names, or these back again.
ALTER TABLE text ADD COLUMN renamed_from INTEGER REFERENCES text;

PRAGMA user_version = 14;
COMMIT;
