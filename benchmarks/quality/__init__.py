"""How good the suggestions are on any coded corpus, beside plain methods that were given the same units."""
