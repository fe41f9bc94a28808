"""Everything that a study prints, written to its folder out/."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coder.scheme.describing import scheme_table
from coder.steps.crossing import case_matrix, statistics
from coder.steps.findings import Selection, findings
from coder.steps.quoting import flat_citations, quote_tables
from coder.steps.study import Study
from coder.tables.render import write_tables
from coder.types import Table

FORMATS = ("csv", "md", "html")


def write_all(study: Study, agreement: Sequence[Table] = ()) -> list[Path]:
    """Write every table of the study to out/, in each format; the tables of agreement are given."""
    found, unreviewed = findings(study), findings(study, Selection(only="unreviewed"))
    sets = {
        "scheme": scheme_table(study.scheme),
        "citations": quote_tables(found),
        "citations-flat": [flat_citations(found)],
        "matrix": [case_matrix(found)],
        "statistics": [statistics(found)],
        "agreement": agreement,
        "suggestions": quote_tables(unreviewed) if unreviewed.citations else (),
    }
    written = []
    for stem, tables in sets.items():
        formats = ("csv",) if stem == "citations-flat" else FORMATS
        if tables:
            written += write_tables(tables, study.out, stem, formats)
        else:  # nothing to print: a table of an earlier run would say what no longer holds
            for old in study.out.glob(f"{stem}.*"):
                old.unlink()
    return written
