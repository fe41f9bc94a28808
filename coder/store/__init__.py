"""The store: one SQLite file a study, and the only room with SQL."""
