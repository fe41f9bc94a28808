"""Sentence borders of speech in five languages, marked by hand, and what programs find of them."""
