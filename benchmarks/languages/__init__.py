"""Small studies of the same fictional interviews in English, Swedish and Finnish, written for this project."""
