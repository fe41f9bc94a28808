"""Start a study and open one: a folder with settings, scheme, transcripts, cases and the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from coder.config import TEMPLATE, Settings, load_settings
from coder.errors import StudyError
from coder.scheme.reading import load_scheme, parse_scheme
from coder.steps.study.scheme_files import scheme_of
from coder.steps.study.timestamps import utc
from coder.store import log
from coder.store.as_of import go_back
from coder.store.current_codes import map_codes
from coder.store.database import Clock, Store, utc_now
from coder.store.scheme_versions import last_source, newest_change
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
                todo="start anew, and look at the changes with `coder scheme diff`",
            )
        return log.scheme_version(self.store, self.scheme.source)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def open_study(folder: Path, *, clock: Clock = utc_now, as_of: str = "") -> Study:
    """Open a study, making its store where it has none yet.

    Parameters
    ----------
    as_of
        Open it as it stood then, with the scheme of then, to be read only: a date (its end) or a time, ISO 8601, UTC.

    Raises
    ------
    StudyError
        The folder holds no study, or its settings or store cannot be used; or nothing was in it then.
    SchemeError
        The scheme cannot be read.
    """
    settings = load_settings(folder / "study.toml")
    path = folder / settings.scheme
    scheme = _scheme(path, *((path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0)))
    store = Store(folder / "study.db", create=True, clock=clock)
    if as_of:
        as_of = min(utc(as_of, whole_day=True), store.now())  # what is still to come has no past
        go_back(store, as_of)
        text = last_source(store)
        scheme = parse_scheme(text, str(path)) if text else scheme
    return Study(folder, settings, scheme, store, map_codes(store, scheme.source), as_of)


@lru_cache(maxsize=8)
def _scheme(path: Path, changed_ns: int, size: int) -> Scheme:
    """Read a scheme once for as long as its file stays as it is: a room of pages opens the study for each of them."""
    return load_scheme(path)


def new_study(
    folder: Path, name: str | None = None, scheme: str = "network-coordination", *, dry_run: bool = False
) -> list[Path]:
    """Start a study in a folder that holds none, and return the files that were written.

    Parameters
    ----------
    scheme
        The name of a scheme that ships, a file (YAML, CSV or XLSX), or the folder of another study.

    Raises
    ------
    StudyError
        The folder holds a study already.
    """
    text = scheme_of(scheme).source
    if (folder / "study.toml").exists():
        raise StudyError("there is a study here already", where=folder, todo="choose another folder")
    title = json.dumps(name or folder.resolve().name, ensure_ascii=False)  # TOML escapes as JSON does
    files = {
        folder / "study.toml": TEMPLATE.format(name=title),
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
    open_study(folder).close()
    return list(files)
