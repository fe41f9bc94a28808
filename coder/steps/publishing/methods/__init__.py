"""Sections of the methods appendix as templates; `facts` collects the data."""
