"""What the sections of the methods appendix say, by subject; `facts` collects what they say it of."""
