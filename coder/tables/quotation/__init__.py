"""What a quotation becomes in print: edits, pseudonyms, and the choice of what is printed."""
