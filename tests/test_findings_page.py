"""docs/findings.md is what the program prints of the sample study: the four kinds of output of the founding study."""

from __future__ import annotations

import os
import re
from pathlib import Path

from coder.scheme.describing import scheme_table
from coder.steps.findings.cross_tables import case_matrix, statistics
from coder.steps.findings.figures import flow_figure
from coder.steps.findings.quote_tables import chosen_of, quote_tables
from coder.steps.findings.selection import findings
from coder.tables.formats.markdown import md_grid, md_text

HOME = Path(__file__).parents[1]
PAGE, FIGURE = HOME / "docs" / "findings.md", HOME / "docs" / "knowledge-flow.svg"
HEAD = """\
# What a study prints

The founding study printed four things: its mechanisms with their descriptions, a matrix of firms and dimensions, a
table of citations for each dimension, and figures of the knowledge flow. Here they are for the [sample
study](../corpora/biotech/DATASHEET.md), which is fiction, as `coder publish corpora/biotech` writes them to its folder
`out/` in every format. Each citation has its number in the log: `coder citations show corpora/biotech ID` leads back to
the interview. This page is written by `GOLDEN=write python -m pytest tests/test_findings_page.py`.
"""


def said(heading, command, table, *, note=True):
    lines = [f"## {heading}", f"`{command}`", "\n".join(md_grid(table))]
    return "\n\n".join([*lines, md_text(table.note)] if note else lines)


def page(study):
    """Return the parts of the page, those of citations apart, as which are typical hangs on the encoder."""
    found = findings(study)
    mechanisms = next(t for t in scheme_table(study.scheme) if t.header[0] == "mechanism")
    before = [
        HEAD,
        said("The mechanisms", "coder scheme show corpora/biotech", mechanisms, note=False),
        said("What was found in each firm", "coder matrix corpora/biotech", case_matrix(found)),
    ]
    after = [
        "## The knowledge flow\n\n`coder figure corpora/biotech flow -o knowledge-flow.svg`\n\n"
        "![Knowledge flow between the firm, its customers and its suppliers](knowledge-flow.svg)",
        said("How much was coded", "coder stats corpora/biotech", statistics(found)),
    ]
    return before, after, found


def cited(tables):
    command = "coder quotes corpora/biotech --choose typical --per-code 2"
    parts = [f"### {md_text(t.title)}\n\n" + "\n".join(md_grid(t)) for t in tables if not t.key]
    return "\n\n".join([f"## Citations\n\n`{command}`", *parts])


def rows(text):
    """Return the rows of citations on a page: the mechanism, the citation, and its id."""
    cells = (re.split(r"(?<!\\) \| ", line[2:-2]) for line in text.splitlines() if line.startswith("| "))
    return {(row[0], *row[-2:]) for row in cells if row[-1].isdigit()}


def test_the_page_of_findings_is_what_the_program_prints(sample):
    before, after, found = page(sample)
    if os.environ.get("GOLDEN") == "write":
        quoted = cited(quote_tables(found, chosen_of(sample, found, "typical", 2)))
        PAGE.write_text("\n\n".join([*before, quoted, *after]) + "\n", "utf-8", newline="\n")
        flow_figure(found).save(FIGURE)
    text = PAGE.read_text("utf-8")
    assert text.startswith("\n\n".join(before)) and text.endswith("\n\n".join(after) + "\n")
    quoted = text.partition("\n## Citations\n")[2].partition("\n## ")[0]
    assert 52 >= len(rows(quoted)) >= 26
    assert rows(quoted) <= rows(cited(quote_tables(found)))


def test_the_figure_has_the_numbers_of_the_sample(sample):
    def words(svg):
        return sorted(re.findall(r"<text[^>]*>([^<]+)</text>", svg))

    assert words(FIGURE.read_text("utf-8")) == words(flow_figure(findings(sample)).svg())
