"""Replace names by pseudonyms in the transcripts themselves, and restore them with the key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from coder.errors import TableError, TranscriptError, UsageError
from coder.steps.coding.human_codings import coding_files
from coder.steps.corpus.cases import label_rules, speakers_in, sync_cases
from coder.steps.findings.pseudonyms import FILE
from coder.steps.models.registry import models_trained_on
from coder.steps.pseudonymise.candidates import listed
from coder.steps.pseudonymise.key_file import FileUndo, Key, TextUndo, open_key, write_key
from coder.steps.pseudonymise.renaming import Renaming, Words, rename_texts
from coder.steps.study.study import Study
from coder.steps.withdrawal.files import quoting, texts_in
from coder.store import corpus, removal, withdrawal
from coder.store.corpus import StoredTranscript
from coder.tables.formats.atomic_files import replacing
from coder.tables.quotation.pseudonyms import KEPT, Pseudonyms, Row, as_csv, fold, parse_pseudonyms, rows_of
from coder.transcripts.csvtable import cells_of
from coder.transcripts.readers import read_all
from coder.transcripts.replacements import Put, replacements
from coder.transcripts.rewriting import Rewritten, restore, rewrite
from coder.transcripts.speakers import CaseTable, read_cases
from coder.types import Role, Speaker

_KEPT_COLUMNS = {"transcript", "coder", "code", "verdict", "kind", "at", "role"}


@dataclass(frozen=True)
class Replaced:
    """What became of the names.

    Attributes
    ----------
    places
        Transcript -> how many places of its text were replaced.
    files
        Files that were written again.
    memos
        Memos of the log, and notes, that were changed; the hashes of their events can no longer be verified.
    models
        Models that learned from the texts with their former names.
    named
        Transcripts whose own name has a name in it. It is part of the log and stays; tables print its pseudonym.
    left, closed
        Files that hold names and are not the program's to change, and those that cannot be searched.
    removed
        Transcripts that were removed, whose words study.db keeps as they were.
    """

    places: Mapping[str, int]
    files: tuple[Path, ...]
    memos: int = 0
    models: tuple[Path, ...] = ()
    named: tuple[str, ...] = ()
    left: tuple[Path, ...] = ()
    closed: tuple[Path, ...] = ()
    removed: tuple[str, ...] = ()


def replace_names(study: Study, key_file: Path, pass_phrase: str, *, dry_run: bool = False) -> Replaced:
    """Replace the names of pseudonyms.csv, and those of the key, in all transcripts, cases.csv and tables of codings.

    The key is written first; then study.db and the files change together. From then on pseudonyms.csv holds only what
    is still needed: names that are part of a transcript's name.

    Raises
    ------
    UsageError
        No names are listed.
    StudyError
        The key is of another study, or the pass phrase does not open it.
    TableError
        The pseudonyms contradict each other.
    TranscriptError
        A file cannot be written so that it reads as before with only its names changed; nothing is changed then.
    """
    key = open_key(study, key_file, pass_phrase) if key_file.exists() else Key(study.store.study_id())
    rows, kept, names = _names(study, key)
    stored = list(corpus.transcripts(study.store).values())
    plan = [one for one in (_renaming(text, names) for text in stored) if one.new != one.stored.transcript]
    for one in stored:
        name, path = one.transcript.name, study.folder / "transcripts" / one.file
        if path.is_file() and name != path.stem and names.words(name) != name:
            message = f"a table calls an interview `{name}`, which is replaced; it would be imported as another one"
            raise TranscriptError(message, where=path, todo="call interviews by number, and import that")
    files = dict(_rewritten_files(study, names, stored, {one.new.name: one for one in plan}))
    with TemporaryDirectory() as folder:
        table = _as_read_again(study, files, plan, Path(folder))
    changed = {path: one for path, one in files.items() if any(put.puts for put in one.undo.values())}
    named = tuple(one.transcript.name for one in stored if names.name(one.transcript.name) != one.transcript.name)
    models = models_trained_on(study, [one.stored.transcript.name for one in plan])
    passed = {*files, key_file, study.folder / FILE, *(file for folder in models for file in folder.rglob("*"))}

    def named_in(text: str) -> bool:
        return any(True for _ in names.places(text))

    left, closed = quoting(study.folder, named_in, passed)
    left += [path for path, one in files.items() if any(map(named_in, texts_in(one.data, path)))]
    removed = tuple(one.name for one in removal.removed(study.store))
    counts = {one.stored.transcript.name: one.places for one in plan}
    report = Replaced(counts, tuple(changed), 0, tuple(models), named, tuple(left), tuple(closed), removed)
    if dry_run:
        return report
    key.names = as_csv(rows)
    key.files += [_file_undo(study, path, one) for path, one in changed.items()]
    key.texts += [_text_undo(one) for one in plan]
    write_key(key_file, key, pass_phrase)
    new = {path: one.data for path, one in changed.items()}
    memos = _write(study, new, _still_needed(rows, kept, named), plan, names.words, table)
    return replace(report, memos=memos)


def restore_names(study: Study, key_file: Path, pass_phrase: str, *, dry_run: bool = False) -> Replaced:
    """Put the real names back into every text and file that is as `replace_names` left it; the others are `left`.

    pseudonyms.csv is written again, so that tables and figures go on to be printed with pseudonyms.

    Raises
    ------
    StudyError
        The key is of another study, or the pass phrase does not open it; or there is no such file.
    """
    key = open_key(study, key_file, pass_phrase)
    stored = corpus.transcripts(study.store)
    plan = [found for one in stored.values() if (found := _restored(one, key.texts)).puts]
    new, left = _restored_files(study, key.files)
    counts = {one.stored.transcript.name: one.places for one in plan}
    report = Replaced(counts, tuple(new), left=tuple(left))
    if dry_run:
        return report
    names = parse_pseudonyms(key.names, key_file)
    back = Pseudonyms(tuple({pseudonym: (pseudonym, name) for name, pseudonym in reversed(names.pairs)}.values()))
    with TemporaryDirectory() as folder:
        cases = study.folder / "cases.csv"
        table = _cases(new.get(cases) or (cases.read_bytes() if cases.exists() else b""), Path(folder))
    memos = _write(study, new, key.names, plan, back.words, table)
    return Replaced(counts, report.files, memos, left=report.left)


def _names(study: Study, key: Key) -> tuple[list[Row], list[str], Pseudonyms]:
    """Return the names of the key and of pseudonyms.csv together, and those that are listed as no names."""
    path, own = study.folder / FILE, listed(study)
    rows = {fold(row[0]): row for row in rows_of(key.names, path)}
    for row in own:
        if row[1] != KEPT and (known := rows.setdefault(fold(row[0]), row)) and row[1] and row[1] != known[1]:
            message = f"`{row[0]}` has the pseudonym `{row[1]}` here and `{known[1]}` in the key"
            raise TableError(message, where=path, todo="give it the one of the key")
    if not rows:
        todo = f"confirm names first: coder pseudonymise {study.folder}"
        raise UsageError(f"no names are listed in {FILE}", todo=todo)
    found = list(rows.values())
    return found, [row[0] for row in own if row[1] == KEPT], parse_pseudonyms(as_csv(found), path)


def _renaming(stored: StoredTranscript, names: Pseudonyms) -> Renaming:
    put = replacements(names.places(stored.transcript.text))
    speakers = (names.words(turn.speaker) for turn in stored.transcript.turns)
    return Renaming(stored, stored.transcript, ()).then(put, speakers, names.words)


def _text_undo(one: Renaming) -> TextUndo:
    old = one.stored.transcript
    speakers = tuple(turn.speaker for turn in old.turns)
    return TextUndo(old.name, corpus.digest(one.new), one.puts[0].back(old.text), speakers)


def _file_undo(study: Study, path: Path, one: Rewritten) -> FileUndo:
    file = path.relative_to(study.folder).as_posix()
    return FileUndo(file, sha256(one.data).hexdigest(), one.encoding, one.undo)


def _restored(stored: StoredTranscript, undos: Sequence[TextUndo]) -> Renaming:
    """Return a text as it was before all replacements that were made one after another."""
    found = Renaming(stored, stored.transcript, ())
    for undo in reversed(undos):
        if (undo.transcript, undo.sha256) == (stored.transcript.name, corpus.digest(found.new)):
            found = found.then(undo.undo, undo.speakers)
    return found


def _rewritten_files(
    study: Study, names: Pseudonyms, stored: Sequence[StoredTranscript], plan: Mapping[str, Renaming]
) -> Iterator[tuple[Path, Rewritten]]:
    """Yield the study's own files with pseudonyms: transcripts, cases.csv, tables of codings in CSV.

    Offsets in a table of codings are those of the new text.
    """

    def in_text(text: str) -> Iterator[Put]:
        return ((start, end, new) for start, end, _, new in names.places(text))

    def in_table(text: str) -> Iterator[Put]:
        for row in cells_of(text, lambda header: "transcript" in header):
            cells = {column: text[start:end].strip('"') for column, (start, end) in row.items()}
            one, place = plan.get(cells.get("transcript", "")), (cells.get("start", ""), cells.get("end", ""))
            moved = {}
            if one and all(map(str.isdecimal, place)):
                moved = dict(zip(("start", "end"), map(str, one.span(*map(int, place))), strict=True))
            for column, (start, end) in row.items():
                cell = text[start:end]
                if column in moved or (column == "case" and names.name(cell) != cell):
                    yield start, end, moved.get(column) or names.name(cell)
                elif column != "case" and column not in _KEPT_COLUMNS:
                    yield from ((start + a, start + b, new) for a, b, new in in_text(cell))

    tables = [study.folder / "cases.csv", *(p for p in coding_files(study.folder) if p.suffix.lower() == ".csv")]
    texts = [study.folder / "transcripts" / file for file in dict.fromkeys(one.file for one in stored)]
    for path, places in [*((path, in_table) for path in tables), *((path, in_text) for path in texts)]:
        if path.is_file():
            yield path, rewrite(path.read_bytes(), path, places)


def _as_read_again(study: Study, files: Mapping[Path, Rewritten], plan: Sequence[Renaming], folder: Path) -> CaseTable:
    """Return cases.csv as it will be, after a look at whether the files will be read as the texts that are planned.

    Raises
    ------
    TranscriptError
        Something but the names would change, or what a speaker does.
    """
    cases = files.get(study.folder / "cases.csv")
    table = _cases(cases.data if cases else b"", folder)
    again: dict[Path, set[str]] = {}
    for one in plan:
        stored, name = one.stored, one.stored.transcript.name
        path = study.folder / "transcripts" / stored.file
        if path in files:
            if path not in again:  # a table of several interviews is read once
                (folder / path.name).write_bytes(files[path].data)
                known, columns = label_rules(study, table, name), study.settings.columns
                read = read_all(folder / path.name, name=name, known=known, columns=columns)
                again[path] = {corpus.digest(each) for each in read}
            if corpus.digest(one.new) not in again[path]:
                message = "cannot be written so that it is read as before with only its names changed"
                todo = "run `coder import` if the file was changed since; else export it as .txt and import that"
                raise TranscriptError(message, where=path, todo=todo)
        before = corpus.speakers(study.store).get(name, {})
        after = _speakers(study, table, one)
        for old, new in zip(stored.transcript.turns, one.new.turns, strict=True):
            if old.speaker in before and before[old.speaker].role is not after[new.speaker].role:
                message = f"`{new.speaker}` in {name} would be taken for an {after[new.speaker].role}"
                raise TranscriptError(message, todo="give the speaker a row with a role in cases.csv")
    return table


def _speakers(study: Study, table: CaseTable, one: Renaming) -> dict[str, Speaker]:
    """Return who speaks in a text with other names; who was an interviewer by a guess still is."""
    before = corpus.speakers(study.store).get(one.stored.transcript.name, {})
    pairs = zip(one.stored.transcript.turns, one.new.turns, strict=True)
    asked = {label for label, who in before.items() if who.role is Role.INTERVIEWER}
    return speakers_in(table, one.new, {new.speaker for old, new in pairs if old.speaker in asked})


def _cases(data: bytes, folder: Path) -> CaseTable:
    if not data:
        return CaseTable()
    (folder / "cases.csv").write_bytes(data)
    return read_cases(folder / "cases.csv")


def _still_needed(rows: Sequence[tuple[str, str, str]], kept: Sequence[str], labels: Sequence[str]) -> str:
    """Return what stays in pseudonyms.csv: names that are part of a transcript's name, and those that are no names."""
    within = [row for row in rows if any(Pseudonyms((row[:2],)).name(label) != label for label in labels)]
    rest = [(name, KEPT, "") for name in kept]
    return as_csv([(name, new, "") for name, new, _ in within] + rest) if within or rest else ""


def _write(
    study: Study, files: Mapping[Path, bytes], names: str, plan: Sequence[Renaming], words: Words, table: CaseTable
) -> int:
    """Write texts and files together, and leave no trace of the words before; return the number of memos changed."""
    left = study.folder / FILE
    with ExitStack() as stack:
        for path, data in {**files, **({left: names.encode()} if names else {})}.items():
            stack.enter_context(replacing(path)).write_bytes(data)
        with study.store.transaction("pseudonymise"):
            memos = rename_texts(study, plan, words)
            for one in plan:
                corpus.set_speakers(study.store, one.stored.id, _speakers(study, table, one).values())
            sync_cases(study, table)
    if not names:
        left.unlink(missing_ok=True)
    shutil.rmtree(study.vectors.parent, ignore_errors=True)
    withdrawal.scrub(study.store)
    return memos


def _restored_files(study: Study, undos: Sequence[FileUndo]) -> tuple[dict[Path, bytes], list[Path]]:
    """Return the files as they were, and those that were changed after their names had been replaced."""
    new: dict[Path, bytes] = {}
    left: dict[Path, None] = {}
    for undo in reversed(undos):
        path = study.folder / undo.file
        data = new.get(path) or (path.read_bytes() if path.is_file() else b"")
        if sha256(data).hexdigest() == undo.sha256:
            new[path] = restore(data, undo.encoding, undo.undo)
        elif path not in new:
            left[path] = None
    return new, [path for path in left if path not in new]
