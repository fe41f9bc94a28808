"""The command line: it calls steps, and nothing below them."""
