"""Agreement between coders, with a model, over time, and on spans; disagreements."""
