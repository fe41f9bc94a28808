"""File formats: a table or document in, bytes or text out; and spreadsheets in."""
