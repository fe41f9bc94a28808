"""The store: one SQLite file a study, and the only package with SQL."""
