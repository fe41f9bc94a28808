"""Participants who withdraw, and transcripts that were imported by mistake."""
