"""Everything that a study prints, written to a folder; the methods appendix."""
