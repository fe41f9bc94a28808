"""Tables that lead each claim back to its evidence.

`quotes` prints the citations, `matrix` crosses any two `axes`, `cooccurrence` pairs of codes, `rounds` the change
between rounds of interviews, `stats` how much was coded; `render` writes them as
CSV, Markdown, HTML and terminal text, `latex` as LaTeX, `workbook` as XLSX, `wordfile` as Word files;
`spreadsheet` reads and writes the users' own tables.
"""
