"""The methods appendix: what was done in a study, from its log and nothing else, as a document to paste from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from coder.errors import StudyError, UsageError
from coder.steps.agreement.results import REPLICATES
from coder.steps.findings.pseudonyms import pseudonyms_of, texts_in_print
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.markup import document_of
from coder.steps.study.study import Study
from coder.tables.formats.atomic_files import replacing
from coder.tables.formats.document import Document, Gap, as_html, as_markdown, resolved, rewritten
from coder.types import Progress, Table, silent

TEMPLATES = Path("templates", "methods")
"""Where a study keeps templates of its own, in its folder."""
FORMATS = ("docx", "md", "html")


@dataclass(frozen=True)
class Report:
    """A methods appendix. `when` is the time of the last event that it rests on, in UTC."""

    document: Document
    when: datetime

    @property
    def tables(self) -> list[Table]:
        """Its tables, in order."""
        return [table for section in self.document.sections for table in section.tables]

    @property
    def gaps(self) -> list[str]:
        """What is left for the authors to write, outside of the tables."""
        return [block for section in self.document.sections for block in section.blocks if isinstance(block, Gap)]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {
            "title": self.document.title,
            "about": self.document.about,
            "sections": [
                {
                    "heading": section.heading,
                    "paragraphs": [b for b in section.blocks if isinstance(b, str) and not isinstance(b, Gap)],
                    "to_write": [b for b in section.blocks if isinstance(b, Gap)],
                    "tables": section.tables,
                }
                for section in self.document.sections
            ],
        }


def report_of(
    study: Study, *, replicates: int = REPLICATES, real_names: bool = False, progress: Progress = silent
) -> Report:
    """Make the methods appendix of a study, under pseudonyms if it has any; the same log gives the same report.

    Raises
    ------
    StudyError
        The study has no transcripts.
    ModelError
        The adopted model is gone, or not the one that was adopted.
    TemplateError
        A template of the study's own is wrong.
    """
    from coder.steps.publishing.methods.templates import render

    facts = Facts(study, replicates, progress)
    if not facts.transcripts:
        raise StudyError("there is nothing to report", where=study.folder, todo="coder import")
    if not facts.units:
        raise StudyError("no units yet", where=study.folder, todo="coder segment")
    document = resolved(document_of(*render(facts, study.folder / TEMPLATES)))
    names = None if real_names else pseudonyms_of(study)
    document = rewritten(document, texts_in_print(study, names)) if names else document
    return Report(document, datetime.fromisoformat(facts.when))


def write_report(report: Report, path: Path, format: str) -> None:
    """Write a report as a Word file, Markdown or HTML.

    Raises
    ------
    TableError
        The file cannot be written.
    """
    if format == "docx":
        from coder.tables.formats.docx_file import write_docx

        write_docx(report.document, path, report.when)
        return
    text = as_html(report.document) if format == "html" else as_markdown(report.document)
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def place_of(study: Study, path: Path | None, format: str | None) -> tuple[Path, str]:
    """Return where a report goes and in which format: as asked for, else by the file's name, else `out/methods.docx`.

    Raises
    ------
    UsageError
        The name of the file says another format, or none that is known.
    """
    named = path.suffix.lower().lstrip(".") if path else ""
    if path is not None and named not in FORMATS and format is None:
        raise UsageError(f"no report is written as `{path.name}`", todo="name it .docx, .md or .html, or give --format")
    if format and named in FORMATS and named != format:
        raise UsageError(f"`{path}` is not a name for {format}", todo="leave out --format")
    chosen = format or named or "docx"
    return path or study.out / f"methods.{chosen}", chosen
