"""Benchmarks on corpora that other people published; the data stay outside the repository."""
