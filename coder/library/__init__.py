"""The Python library: a study as data frames, the classifier as a scikit-learn estimator, and a spaCy component."""
