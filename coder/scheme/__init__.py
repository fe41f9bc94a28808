"""The coding scheme: read from YAML, written back, checked for weak spots, and described."""
