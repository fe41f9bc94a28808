"""Texts to vectors: encoders, and a cache of vectors that can be thrown away."""
