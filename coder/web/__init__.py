"""The audit room: web pages over the same steps as the command line."""
