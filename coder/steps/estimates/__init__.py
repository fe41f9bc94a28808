"""Random samples of units and what they estimate: precision guarantee, prevalence, sample size."""
