"""Everything that a study prints: tables, figures and the methods appendix, with a page that leads to them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from coder.errors import CoderError, StudyError, TableError, check_known
from coder.figures.drawing import FORMATS as DRAWINGS
from coder.natural_sort import natural
from coder.scheme.describing import scheme_table
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import REPLICATES, Agreed, tables_of
from coder.steps.findings.cross_tables import between_rounds, case_matrix, cooccurrence, statistics
from coder.steps.findings.figures import Wanted, figure
from coder.steps.findings.quote_tables import PER_CODE, chosen_of, flat_citations, quote_tables
from coder.steps.findings.saturation import saturation_of
from coder.steps.findings.selection import Findings, Selection, findings, stand_of
from coder.steps.publishing.methods_appendix import FORMATS as DOCUMENTS
from coder.steps.publishing.methods_appendix import report_of, write_report
from coder.steps.study.study import Study
from coder.tables.axes import usual_columns
from coder.tables.cross_tables import Cells
from coder.tables.formats.atomic_files import replacing
from coder.tables.formats.index_page import Entry, index_page
from coder.tables.formats.render import FORMATS as TABLES
from coder.tables.formats.render import write_tables
from coder.types import Progress, Table, silent

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from coder.figures.drawing import Drawing

logger = logging.getLogger("coder")

FORMATS = (*TABLES, *DRAWINGS)
ROUND = "round"
"""The attribute in cases.csv that tells rounds of interviews apart."""
_WHOLE = "Agreement, saturation and the methods appendix are those of the whole study."
TIMELINE = "figure-timeline-"
_OFTEN = re.compile(rf"({TIMELINE}.+|citations-[a-z]{{2}})\.({'|'.join(FORMATS)})")
"""Files of which there is one for each transcript or language."""


@dataclass(frozen=True)
class Piece:
    """Something to publish. `make` gives tables or a drawing; it raises a `CoderError` where there is none."""

    group: str
    stem: str
    title: str
    about: str
    make: Callable[[], Sequence[Table] | Drawing]
    formats: Sequence[str] = FORMATS


@dataclass(frozen=True)
class Published:
    """What was written, the page first; and what could not be made, with the reason."""

    folder: Path
    files: list[Path]
    left_out: list[tuple[str, str]]


def publish(
    study: Study,
    folder: Path | None = None,
    *,
    selection: Selection | None = None,
    formats: Sequence[str] = FORMATS,
    replicates: int = REPLICATES,
    agreed: Sequence[Agreed] | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Published:
    """Write everything that a study prints into a folder, by default its out/.

    All is made before anything is put there. What an earlier run has put there under the same names and is not made
    any more is deleted; other files stay.

    Parameters
    ----------
    selection
        Which codings count in tables and figures. Agreement, saturation and the methods appendix are those of the
        whole study.
    formats
        Of tables, of figures, or of both.
    agreed
        Agreement, where it has been computed already.

    Raises
    ------
    UsageError
        There is no such format; or as `findings`.
    TableError
        The folder cannot be written to.
    """
    check_known("format", formats, FORMATS)
    folder = folder or study.out
    found = findings(study, selection)
    pieces = [*_tables(study, found, agreed, replicates), *_figures(study, found)]
    with _workplace(folder, dry_run) as part:
        made, left_out = _made(pieces, part, formats, progress)
        made += [("Figures", entry) for entry in _timelines(study, found, part, formats, progress)]
        made += [("Methods", entry) for entry in _methods(study, found, part, formats, replicates, progress)]
        groups = [(group, [e for own, e in made if own == group]) for group in dict.fromkeys(own for own, _ in made)]
        said = found.made_from + (f" {_WHOLE}" if found.selection.in_words() else "")
        (part / "index.html").write_text(index_page(study.settings.name, said, groups, left_out), "utf-8")
        files = ["index.html", *(file for _, entry in made for _, file in entry.files)]
        if not dry_run:
            _put(part, folder, files, [piece.stem for piece in pieces] + ["methods"])
    return Published(folder, [folder / file for file in files], left_out)


@contextmanager
def _workplace(folder: Path, dry_run: bool) -> Iterator[Path]:
    """Give a folder for what is made: beside the one that it is for, or, in a dry run, where the system has such."""
    try:
        if not dry_run:
            folder.parent.mkdir(parents=True, exist_ok=True)
        made = TemporaryDirectory(dir=None if dry_run else folder.parent, prefix=f".{folder.name}-")
    except OSError as error:
        todo = "choose a folder that you may write to, with -o"
        raise TableError(f"cannot be written: {error.strerror or error}", where=folder, todo=todo) from error
    with made as name:
        yield Path(name)


def _made(
    pieces: Sequence[Piece], folder: Path, formats: Sequence[str], progress: Progress
) -> tuple[list[tuple[str, Entry]], list[tuple[str, str]]]:
    """Make and write each piece: return what there is, with its group, and what cannot be made, with the reason."""
    made: list[tuple[str, Entry]] = []
    left_out: list[tuple[str, str]] = []
    for n, piece in enumerate(pieces):
        progress("publish", n, len(pieces))
        if not set(formats) & set(piece.formats):
            continue
        try:
            logger.info("making %s", piece.title)
            content = piece.make()
        except CoderError as error:
            logger.info("left out %s: %s", piece.title, error.message)
            left_out.append((piece.title, f"{error.message} ({error.todo})" if error.todo else error.message))
            continue
        made.append((piece.group, _written(piece, content, folder, formats)))  # what cannot be written ends all of it
    return made, list(dict.fromkeys(left_out))  # a table and its figure may lack the same


def _tables(study: Study, found: Findings, agreed: Sequence[Agreed] | None, replicates: int) -> Iterator[Piece]:
    """Yield the tables, in the order of the page."""
    first = usual_columns(found.scheme)

    def crossed(rows: str, columns: str | None, cells: Cells) -> Callable[[], list[Table]]:
        return lambda: [case_matrix(found, rows=rows, columns=columns, cells=cells)]

    def table(stem: str, title: str, about: str, make: Callable[[], Sequence[Table]], *formats: str) -> Piece:
        return Piece("Tables", stem, title, about, make, formats or TABLES)

    def quoted(*languages: str) -> list[Table]:
        return quote_tables(found, chosen_of(study, found, "typical"), languages=languages)

    def stated(tables: Sequence[Table]) -> list[Table]:
        return [replace(one, note=f"{one.note} {stand_of(study)}".strip()) for one in tables]

    def agreement() -> Sequence[Table]:
        computed = agreement_of(study, replicates=replicates) if agreed is None else agreed
        if not computed:
            raise StudyError("no two coders have judged the same units", todo="coder double-code")
        return stated(tables_of(computed))

    def saturation() -> list[Table]:
        reached = saturation_of(study, real_names=found.selection.real_names)
        return stated([reached.table(), reached.assessment()])

    def suggestions() -> list[Table]:
        unreviewed = findings(study, replace(found.selection, only="unreviewed"))
        if not unreviewed.citations:
            raise StudyError("there are no suggestions that wait for a person")
        return quote_tables(unreviewed)

    yield table("scheme", "Scheme", "The codes and their definitions.", lambda: scheme_table(study.scheme))
    about = f"At most {PER_CODE} citations a code: those chosen by hand, then the most typical."
    yield table("citations", "Citations", about, quoted)
    for other in sorted({other for cited in found.citations for other in cited.translations}):
        more = f"{about} In two languages."
        yield table(
            f"citations-{other}", f"Citations ({found.language}, {other})", more, partial(quoted, found.language, other)
        )
    yield table("citations-all", "All citations", "Every citation, by code.", lambda: quote_tables(found))
    yield table("citations-flat", "Citations as data", "A row a citation.", lambda: [flat_citations(found)], "csv")
    yield table("matrix", f"Cases by {first}", "What was found in each case.", crossed("case", None, "values"))
    yield table("counts", f"Cases by {first}: counts", "Passages in each case.", crossed("case", None, "counts"))
    yield table("framework", "Framework matrix", "A citation in each cell.", crossed("case", None, "quotations"))
    yield table("comparison", "Cases compared", "Passages of each code by case.", crossed("code", "case", "counts"))
    yield table("speakers", "Speakers", "Passages of each code by title.", crossed("code", "title", "counts"))
    yield table("statistics", "Coding", "Sources, references, words coded.", lambda: [statistics(found)])
    about = "Codes on the same units, and how much more often than by chance."
    yield table("cooccurrence", "Co-occurrence", about, lambda: [cooccurrence(study, found).table()])
    about = "How often each code comes up in each round of interviews."
    yield table("rounds", "Rounds", about, lambda: [between_rounds(study, found, by=ROUND)])
    yield table("agreement", "Agreement", "Inter-coder agreement, by code.", agreement)
    yield table("saturation", "Saturation", "What each further transcript brings.", saturation)
    yield table("suggestions", "Suggestions", "What nobody has reviewed yet.", suggestions)


def _figures(study: Study, found: Findings) -> Iterator[Piece]:
    """Yield the figures, in the order of the page."""

    def drawn(what: str, title: str, about: str, wanted: Wanted | None = None) -> Piece:
        return Piece("Figures", f"figure-{what}", title, about, lambda: figure(study, found, what, wanted), DRAWINGS)

    yield drawn("flow", "Knowledge flow", "Where knowledge goes; the width of an arrow is the number of citations.")
    yield drawn("matrix", "Heat map", "Passages of each case by dimension.")
    yield drawn("frequency", "Frequency", "Passages of each code by case.")
    yield drawn("network", "Network", "Codes that come together on the same units.", Wanted(least=2))
    yield drawn("saturation", "Saturation", "What each further transcript brings.")


def _written(piece: Piece, made: Sequence[Table] | Drawing, folder: Path, formats: Sequence[str]) -> Entry:
    """Write what was made of a piece in each format that it can have."""
    wanted = [name for name in formats if name in piece.formats]
    if isinstance(made, Sequence):
        paths = write_tables(made, folder, piece.stem, [name for name in wanted if name in TABLES])
        return Entry(piece.title, piece.about, _labelled(paths))
    paths = [made.save(folder / f"{piece.stem}.{name}") for name in wanted if name in DRAWINGS]
    return Entry(piece.title, piece.about, _labelled(paths), paths[0].name)


def _labelled(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    return tuple((path.suffix[1:], path.name) for path in paths)


def _timelines(study: Study, found: Findings, folder: Path, formats: Sequence[str], progress: Progress) -> list[Entry]:
    """Draw the timeline of every coded interview, as SVG."""
    names = sorted({cited.transcript for cited in found.citations}, key=natural)
    if "svg" not in formats or not names:
        return []
    for n, name in enumerate(names):
        progress("timelines", n, len(names))
        figure(study, found, "timeline", Wanted(transcript=name)).save(folder / _timeline_file(name))
    files = tuple((name, _timeline_file(name)) for name in names)
    return [Entry("Timelines", "Where in each interview its codes come up.", files)]


def _timeline_file(name: str) -> str:
    """Name the file of a transcript's timeline; what no file may have in its name stands as its number.

    Examples
    --------
    >>> _timeline_file("Firm A/B-1")
    'figure-timeline-Firm A%2fB-1.svg'
    """
    safe = re.sub(r'[%/\\:*?"<>|\x00-\x1f]', lambda found: f"%{ord(found[0]):02x}", name)
    return f"{TIMELINE}{safe}.svg"


def _methods(
    study: Study, found: Findings, folder: Path, formats: Sequence[str], replicates: int, progress: Progress
) -> list[Entry]:
    """Write the methods appendix in the formats that a document can have."""
    wanted = [name for name in formats if name in DOCUMENTS]
    if not wanted:
        return []
    real_names = found.selection.real_names
    report = report_of(study, replicates=replicates, real_names=real_names, progress=progress)
    for name in wanted:
        write_report(report, folder / f"methods.{name}", name)
    files = tuple((name, f"methods.{name}") for name in wanted)
    return [Entry("Methods appendix", report.document.about, files)]


def _put(made: Path, folder: Path, files: Sequence[str], stems: Sequence[str]) -> None:
    """Move what was made into its folder, and delete what an earlier run has put there under one of these names."""
    for file in files:
        with replacing(folder / file) as part:
            (made / file).replace(part)
    ours = {f"{stem}.{name}" for stem in stems for name in FORMATS}
    for old in folder.iterdir():
        if (old.name in ours or _OFTEN.fullmatch(old.name)) and old.name not in files:
            old.unlink(missing_ok=True)  # another run may have been quicker
