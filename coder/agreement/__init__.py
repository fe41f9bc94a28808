"""Inter-coder agreement: passages on units, counts, coefficients, bootstrap intervals, report."""
