"""Learn a coding scheme from judged units: features, heads, facets, calibration, thresholds, bundles and cards."""
