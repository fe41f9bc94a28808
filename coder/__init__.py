"""Code interview transcripts, audit the suggestions, retrain, and print citation tables."""
