"""Random samples of units and what they tell: precision guarantee, prevalence, sample size."""
