"""Tables that lead each claim back to its evidence; `formats` writes them, `quotation` prepares what is quoted."""
