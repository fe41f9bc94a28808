"""Replace names in the transcripts by pseudonyms: candidates, their confirmation, the replacement, and its key."""
