"""A study: its folder, settings, scheme file, and what is computed in the background."""
