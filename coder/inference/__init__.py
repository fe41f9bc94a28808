"""Statistics about machine codes: precision guarantee, prevalence, stratified samples, saturation."""
