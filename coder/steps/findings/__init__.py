"""What was found: citations, tables and figures of a selection of codings."""
