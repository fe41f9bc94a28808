"""Transcripts: read them, cut them into units, carry codings to a corrected version, know who speaks.

`readers.read` reads a file by its ending, through `plain`, `word`, `subtitles` or `tabular`; `decode` turns
bytes into text; `segment` cuts turns into units of coding; `anchor` carries spans to a corrected transcript;
`speakers` tells interviewers from respondents and reads cases.csv.
"""
