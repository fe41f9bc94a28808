"""Coders, codes and judgements."""
