"""The web app: pages over the same steps as the command line."""
