"""The methods appendix: what was done in a study, from its log and nothing else, as a document to paste from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from coder.errors import StudyError, UsageError
from coder.steps.agreement.results import REPLICATES
from coder.steps.findings.pseudonyms import pseudonyms_of, texts_in_print
from coder.steps.publishing.methods import agreement as agreements
from coder.steps.publishing.methods import coders, coreq_srqr, corpus_and_scheme, prevalence, provenance
from coder.steps.publishing.methods import models as machine
from coder.steps.publishing.methods import trustworthiness as trust
from coder.steps.publishing.methods.facts import Facts
from coder.steps.study.study import Study
from coder.store import log
from coder.tables.formats.atomic_files import replacing
from coder.tables.formats.document import Document, Gap, Section, as_html, as_markdown, resolved, rewritten
from coder.types import Progress, Table, silent

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
    """
    facts = Facts(study, replicates, progress)
    if not facts.transcripts:
        raise StudyError("there is nothing to report", where=study.folder, todo="coder import")
    if not facts.units:
        raise StudyError("no units yet", where=study.folder, todo="coder segment")
    events, chain = log.head(study.store)
    when = facts.events[-1].at if facts.events else max(item.at for item in facts.transcripts.values())
    about = (
        f"Methods appendix, made by coder from the study's log up to event {events:,} ({when[:10]}, hash {chain[:12]}),"
        " its settings and its model, and nothing else. What was not done is said to be not done; what none of them"
        " holds is marked as not recorded, for the authors to write. Days are in UTC."
    )
    sections: tuple[Section, ...] = (
        corpus_and_scheme.corpus(facts),
        corpus_and_scheme.units(facts),
        corpus_and_scheme.scheme(facts),
        coders.coders(facts),
        coders.doubled(facts),
        agreements.agreement(facts),
        machine.models(facts),
        machine.suggestions(facts),
        machine.promises(facts),
        machine.anchoring(facts),
        prevalence.counts(facts),
        prevalence.saturation(facts),
        provenance.trail(facts),
        coreq_srqr.coreq(facts),
        coreq_srqr.srqr(facts),
        trust.trustworthiness(facts),
    )
    sections += (Section("Sources", _cited(sections)), Section("Tables in full", _long_tables(facts)))
    document = resolved(Document(study.settings.name, about, sections))
    names = None if real_names else pseudonyms_of(study)
    document = rewritten(document, texts_in_print(study, names)) if names else document
    return Report(document, datetime.fromisoformat(when))


def _long_tables(facts: Facts) -> tuple[Table, ...]:
    """Return the codebook, and what is told of every code."""
    return (
        *corpus_and_scheme.codebook(facts),
        *agreements.long_tables(facts),
        *machine.tables(facts),
        *prevalence.counts_table(facts),
        *prevalence.further_table(facts),
    )


def _cited(sections: Iterable[Section]) -> tuple[str, ...]:
    """Return the sources that some text or note names."""
    blocks = [block for section in sections for block in section.blocks]
    text = " ".join(block.note if isinstance(block, Table) else block for block in blocks)
    return tuple(source for source in SOURCES if source.split(",")[0] in text)


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


SOURCES = (
    "Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I., & Zrnic, T. (2023). Prediction-powered inference."
    " Science, 382, 669–674.",
    "Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement, 20,"
    " 37–46.",
    "Egami, N., Hinck, M., Stewart, B. M., & Wei, H. (2023). Using imperfect surrogates for downstream inference:"
    " Design-based supervised learning for social science applications of large language models. NeurIPS 36.",
    "Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin, 76, 378–382.",
    "Guest, G., Namey, E., & Chen, M. (2020). A simple method to assess and report thematic saturation in qualitative"
    " research. PLOS ONE, 15(5), e0232076.",
    "Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British"
    " Journal of Mathematical and Statistical Psychology, 61, 29–48.",
    "Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
    "Lincoln, Y. S., & Guba, E. G. (1985). Naturalistic inquiry. Sage.",
    "O'Brien, B. C., Harris, I. B., Beckman, T. J., Reed, D. A., & Cook, D. A. (2014). Standards for reporting"
    " qualitative research: A synthesis of recommendations. Academic Medicine, 89, 1245–1251.",
    "Tong, A., Sainsbury, P., & Craig, J. (2007). Consolidated criteria for reporting qualitative research (COREQ): A"
    " 32-item checklist for interviews and focus groups. International Journal for Quality in Health Care, 19,"
    " 349–357.",
)
