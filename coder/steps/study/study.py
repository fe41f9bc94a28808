"""Start a study and open one: a folder with settings, scheme, transcripts, cases and the store."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

from coder.config import TEMPLATE, Settings, load_settings
from coder.embed.languages import LANGUAGES, encoder_for, of_language
from coder.errors import SchemeError, StudyError
from coder.resources import sample_study
from coder.scheme.reading import load_scheme, parse_scheme
from coder.steps.study.scheme_files import scheme_of
from coder.steps.study.timestamps import utc
from coder.store import log
from coder.store.as_of import go_back
from coder.store.current_codes import map_codes
from coder.store.database import Clock, Store, utc_now
from coder.store.scheme_versions import digest, is_written, last_source, newest_change, newest_digest
from coder.transcripts.speakers import COLUMNS
from coder.types import Scheme

FOLDERS = ("transcripts", "codings", "models", "out")


@dataclass
class Study:
    """An open study. `scheme_version` is made at need, inside a transaction.

    `scheme_change` is the newest change of the scheme that is known here: after another one nothing more is written.
    """

    folder: Path
    settings: Settings
    scheme: Scheme
    store: Store
    scheme_change: int = 0
    as_of: str = ""
    """The past time at which the study is looked at, as the log writes times; empty for now."""

    @property
    def vectors(self) -> Path:
        """The cache of vectors, which can be deleted."""
        return self.folder / "cache" / "vectors.db"

    @property
    def out(self) -> Path:
        """Where tables go."""
        return self.folder / "out"

    def scheme_version(self) -> int:
        """Return the number of the scheme as it now stands.

        Raises
        ------
        StudyError
            Somebody has changed the scheme since the study was opened.
        """
        if newest_change(self.store) != self.scheme_change:
            raise StudyError(
                "the scheme was changed meanwhile; nothing was written",
                where=self.folder,
                todo="start again, and look at the changes with `coder scheme diff`",
            )
        return log.scheme_version(self.store, self.scheme.source)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def open_study(folder: Path, *, clock: Clock = utc_now, as_of: str = "", create: bool = False) -> Study:
    """Open a study.

    Parameters
    ----------
    as_of
        Open it as it stood then, with the scheme of then, to be read only: a date (its end) or a time, ISO 8601, UTC.
    create
        Make its study.db where it has none yet and there is no trace of a lost one.

    Raises
    ------
    StudyError
        The folder holds no study, or its settings or store cannot be used; or nothing was in it then.
    SchemeError
        The scheme cannot be read.
    """
    settings = load_settings(folder / "study.toml")
    path = folder / settings.scheme
    store = Store(folder / "study.db", create=create, clock=clock)
    try:
        change = newest_change(store)  # before the file is read: who changes the scheme now is noticed on writing
        note = finish_scheme_change(store, path) if scheme_draft(path).exists() and not store.read_only else ""
        if note:
            warnings.warn(f"note: {note}", stacklevel=2)
            change = newest_change(store)
        scheme = load_scheme(path)
        if as_of:
            as_of = min(utc(as_of, whole_day=True), store.now())  # what is still to come has no past
            go_back(store, as_of)
            text = last_source(store)
            scheme = parse_scheme(text, str(path)) if text else scheme
            change = newest_change(store)
        map_codes(store, scheme.source)
    except BaseException:
        store.close()
        raise
    return Study(folder, settings, scheme, store, change, as_of)


def scheme_draft(path: Path) -> Path:
    """Return the file in which a changed scheme waits beside the one of this path until its change is committed."""
    return path.with_name(f".{path.name}.part")


def finish_scheme_change(store: Store, path: Path) -> str:
    """Put the waiting scheme in its place if its change was committed, else delete it; return what was done.

    A change writes the new text beside the scheme's file, commits to the store, and then renames the text: wherever it
    is killed, this leaves file and store both new or both old.

    Raises
    ------
    SchemeError
        The scheme's file was edited by hand after the change was committed.
    """
    draft = scheme_draft(path)
    with store.transaction("scheme"):  # a change that is under way is waited for
        if not draft.exists():
            return ""
        if digest(draft.read_text("utf-8")) != newest_digest(store):
            draft.unlink()
            return "a change of the scheme was interrupted and is taken back; nothing was changed"
        if path.exists() and not is_written(store, path.read_text("utf-8-sig")):
            todo = f"{draft.name} has the committed text: copy your edits into it, then delete {path.name}"
            raise SchemeError("edited by hand while a change of the scheme was unfinished", where=path, todo=todo)
        draft.replace(path)
        return "a change of the scheme was interrupted after it was committed and is completed now"


def need_codes(study: Study) -> None:
    """Refuse what takes codes as long as the codebook has none.

    Raises
    ------
    StudyError
        There are no codes.
    """
    if not study.scheme.codes:
        where, todo = study.folder / study.settings.scheme, f"add codes: coder scheme add {study.folder} NAME"
        raise StudyError("the codebook has no codes yet", where=where, todo=todo)


NO_CODES = """\
# The codebook. Codes come from `coder scheme add`, from the page Codebook of `coder review`, from a table
# (`coder scheme import STUDY FILE`), or are written here, such as
#   codes:
#     absent-mindedness:
#       definition: A slip without a lack of knowledge.
codes:
"""


def new_study(
    folder: Path,
    name: str | None = None,
    scheme: str = "",
    *,
    language: str = "en",
    dry_run: bool = False,
) -> list[Path]:
    """Start a study in a folder that holds none, and return the files that were written.

    Parameters
    ----------
    scheme
        The name of a scheme that ships, a file (YAML, CSV or XLSX), or the folder of another study; "": a codebook
        without codes.
    language
        The language of the transcripts, which chooses the encoder; `encoder_for` says how.

    Raises
    ------
    StudyError
        The folder holds a study already, or the language is no code of one.
    """
    Settings(name or folder.name, language=language)
    text = scheme_of(scheme).source if scheme else NO_CODES
    if (folder / "study.toml").exists():
        raise StudyError("there is a study here already", where=folder, todo="choose another folder")
    title = json.dumps(name or folder.resolve().name, ensure_ascii=False)  # TOML escapes as JSON does
    files = {
        folder / "study.toml": TEMPLATE.format(name=title, language=language, encoder=encoder_for(language)),
        folder / "scheme.yaml": text,
        folder / "cases.csv": ",".join(COLUMNS) + "\n",
    }
    if dry_run:
        return list(files)
    for name_ in FOLDERS:
        (folder / name_).mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        if not path.exists():
            path.write_text(text, "utf-8")
    open_study(folder, create=True).close()
    return list(files)


def sample(folder: Path, *, dry_run: bool = False) -> list[Path]:
    """Write the sample study into a folder that holds none, and return its files: transcripts, codebook and codings.

    Raises
    ------
    StudyError
        The folder holds files already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StudyError("there are files here already", where=folder, todo="choose another folder")
    files = {folder / place: path for place, path in sample_study().items()}
    for target, path in files.items() if not dry_run else ():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return list(files)


def language_warnings(study: Study) -> list[str]:
    """Say that the study's encoder does not know its language, where it is so."""
    return of_language(LANGUAGES.get(study.settings.encoder, ()), study.settings.language)
