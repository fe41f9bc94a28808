"""Changes, versions and parts of the scheme."""
