"""A study in a notebook: its parts as data frames, its steps as methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.steps import integrity, pipeline
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import REPLICATES
from coder.steps.coding.human_codings import CodingsImported, import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.findings import cross_tables, figures
from coder.steps.findings.quote_tables import flat_citations
from coder.steps.findings.selection import Findings, Selection, findings
from coder.steps.models import registry
from coder.steps.models import suggest as suggesting
from coder.steps.models import train as training
from coder.steps.publishing import publish as publishing
from coder.steps.study import study as studies
from coder.tables.cross_tables import Cells
from coder.types import Table

if TYPE_CHECKING:  # pandas is imported where it is used
    from pandas import DataFrame

    from coder.figures.drawing import Drawing


class Study:
    """An open study, for notebooks and scripts; use it in a `with` statement, or call `close`.

    Methods return data frames; those that write do so to the study's log as the commands do, and keep the dataclass of
    their outcome in `attrs["outcome"]`. `selection` stands for the fields of `Selection`: code, only, coders, cases,
    since, real_names.

    Attributes
    ----------
    inner
        The `coder.steps.study.study.Study` that every step takes.

    Examples
    --------
    >>> import tempfile
    >>> with create(tempfile.mkdtemp() + "/study", scheme="network-coordination") as study:
    ...     study.codes().columns.tolist(), len(study.units())
    (['code', 'dimension', 'mechanism', 'definition', 'retired'], 0)
    """

    def __init__(self, inner: studies.Study) -> None:
        self.inner = inner
        self.segment = partial(segment_study, inner)
        self.run = partial(pipeline.run, inner)
        self.check = partial(integrity.check, inner)

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the study's log."""
        self.inner.close()

    def __repr__(self) -> str:
        return f"Study({str(self.inner.folder)!r})"

    def _repr_html_(self) -> str:
        """Show the study's title, and its transcripts, in a notebook."""
        title = escape(f"{self.inner.settings.name} ({self.inner.folder})")
        return f"<h4>{title}</h4>{self.transcripts().drop(columns=['notes']).to_html(index=False)}"

    def import_transcripts(self, *paths: str | Path, dry_run: bool = False) -> DataFrame:
        """Import files, or all in transcripts/ where none is named; a row a transcript.

        Raises
        ------
        TranscriptError
            A file cannot be read; nothing is imported then.
        """
        report = import_transcripts(self.inner, [Path(path) for path in paths], dry_run=dry_run)
        return _frame(report).drop(columns=["preview"], errors="ignore")

    def import_codings(self, path: str | Path, **options: Any) -> CodingsImported:
        """Import a table of codings; options as those of `coder code`: coder, complete, dry_run.

        Raises
        ------
        CodingError
            A row does not fit; nothing is imported then.
        """
        return import_codings(self.inner, Path(path), **options)

    def transcripts(self) -> DataFrame:
        """Return a row a transcript: case, speakers, and numbers of turns, words and units."""
        return _frame(integrity.transcripts_of(self.inner))

    def units(self) -> DataFrame:
        """Return a row a unit of coding: its id, place (half-open code points), speaker and words."""
        return _frame(
            {
                "unit": unit.segment.id,
                "transcript": unit.segment.span.transcript,
                "turn": unit.segment.span.turn + 1,
                "start": unit.segment.span.start,
                "end": unit.segment.span.end,
                "speaker": unit.segment.speaker,
                "words": unit.segment.words,
                "before": unit.before,
            }
            for unit in units_of(self.inner)
        )

    def codes(self) -> DataFrame:
        """Return a row a code of the scheme, retired ones too, with the value of each facet and the definition."""
        scheme = self.inner.scheme
        return _frame(
            {"code": code.path, **code.facets, "definition": code.definition, "retired": code in scheme.retired}
            for code in (*scheme.codes, *scheme.retired)
        )

    def codings(self, **only: Any) -> DataFrame:
        """Return a row an event of the log, oldest first; `only` transcript, coder, or the `last` n."""
        return _frame(
            {name: value for name, value in event._asdict().items() if name != "place"}
            | {"transcript": place, "words": words}
            for event, place, words in integrity.history(self.inner, **only)
        )

    def citations(self, **selection: Any) -> DataFrame:
        """Return a row a coded passage, with who said it, who coded it, when, and on whose suggestion."""
        return frame_of(flat_citations(self.findings(**selection)))

    def findings(self, **selection: Any) -> Findings:
        """Return what tables and figures of a selection are made from."""
        return findings(self.inner, Selection(**selection))

    def matrix(
        self, rows: str = "case", columns: str | None = None, cells: Cells = "values", **selection: Any
    ) -> DataFrame:
        """Cross cases and dimensions, or any two things, as `coder matrix` does."""
        table = cross_tables.case_matrix(self.findings(**selection), rows=rows, columns=columns, cells=cells)
        return frame_of(table).set_index(table.header[0])

    def stats(self, **selection: Any) -> DataFrame:
        """Return sources, references and words coded of each code, as `coder stats` does."""
        return frame_of(cross_tables.statistics(self.findings(**selection)))

    def cooccurrence(self, facet: str = "code", **selection: Any) -> DataFrame:
        """Return which codes stand on the same units, with lift."""
        return frame_of(cross_tables.cooccurrence(self.inner, self.findings(**selection), facet=facet).table())

    def figure(self, what: str, wanted: figures.Wanted | None = None, **selection: Any) -> Drawing:
        """Draw flow, frequency, matrix, network, timeline or saturation; `save(path)` writes it."""
        return figures.figure(self.inner, self.findings(**selection), what, wanted)

    def agreement(self, *, by: str = "code", coders: Sequence[str] = (), replicates: int = REPLICATES) -> DataFrame:
        """Return agreement of people, and of the model beside them: a row a code (or facet value, case, pair).

        Column `coders` says whose it is; intervals are 95 % by a bootstrap over transcripts.
        """
        import pandas as pd

        from coder.agreement.agreement_rows import frame

        found = agreement_of(self.inner, coders=tuple(coders), by=by, replicates=replicates)
        return pd.concat([frame(one.rows).assign(coders=one.title, kind=one.kind) for one in found], ignore_index=True)

    def models(self) -> DataFrame:
        """Return a row a model of the study, with its quality on held-out transcripts."""
        return _frame(registry.models_of(self.inner))

    def train(self, **options: Any) -> DataFrame:
        """Train a model, and adopt it as `coder retrain` says; a row a code, with its quality on held-out transcripts.

        Options: name, use, finetune, dry_run.
        """
        found = training.train(self.inner, **options)
        return _with_outcome(_frame(found.quality), found)

    def suggest(self, transcripts: Sequence[str] = (), **options: Any) -> DataFrame:
        """Suggest codes with the study's model; a row a suggestion of it that waits for a person.

        Options: everything (for judged units, too), dry_run.
        """
        found = suggesting.suggest(self.inner, transcripts=transcripts, **options)
        return _with_outcome(self.citations(only="unreviewed"), found)

    def publish(self, folder: str | Path | None = None, **options: Any) -> DataFrame:
        """Write all tables and figures, with a page that leads to them; a row a file.

        Options: selection, formats, replicates, dry_run.
        """
        found = publishing.publish(self.inner, Path(folder) if folder is not None else None, **options)
        return _with_outcome(_frame({"file": str(path)} for path in found.files), found)


def open(folder: str | Path, *, as_of: str = "") -> Study:
    """Open a study; with `as_of` (ISO 8601, UTC) as it stood then, to be read only.

    A study that has files only, as from a repository, gets its study.db here.

    Raises
    ------
    StudyError
        The folder holds no study, or it cannot be opened.
    """
    return Study(studies.open_study(Path(folder), as_of=as_of, create=not as_of))


def create(folder: str | Path, **options: Any) -> Study:
    """Start a study in a folder and open it; options: name, scheme.

    Raises
    ------
    StudyError
        The folder holds a study already.
    """
    studies.new_study(Path(folder), **options)
    return open(folder)


def frame_of(table: Table) -> DataFrame:
    """Return a printed table as a data frame; its title and note stand in `attrs`.

    Examples
    --------
    >>> frame_of(Table("Codes", ("code", "n"), (("fairs", 2),), note="Of 3 units.")).attrs["note"]
    'Of 3 units.'
    """
    import pandas as pd

    found = pd.DataFrame(list(table.rows), columns=list(table.header))
    found.attrs.update(title=table.title, note=table.note)
    return found


def _with_outcome(frame: DataFrame, outcome: object) -> DataFrame:
    frame.attrs["outcome"] = outcome
    return frame


def _frame(rows: Iterable[Any]) -> DataFrame:
    """Return mappings or dataclasses as a data frame, a row each."""
    import pandas as pd

    return pd.DataFrame([asdict(row) if is_dataclass(row) and not isinstance(row, type) else row for row in rows])
