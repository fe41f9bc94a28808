"""Transcripts and units."""
