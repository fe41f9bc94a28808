"""Training data, training, suggestions, and what is known of the models."""
