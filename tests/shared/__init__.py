"""What several test files need; `pythonpath` in pyproject.toml lets them import it."""
