"""Bring transcripts and cases into the study; a corrected transcript takes its codings along."""

from __future__ import annotations

import logging
import shutil
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from coder.errors import CoderError, TranscriptError
from coder.rules import count_words
from coder.steps.corpus.cases import add_to_cases, case_table, label_rules, sync_cases
from coder.steps.corpus.files import Candidate, PassedOver, files_to_import, passed_over, transcript_files
from coder.steps.corpus.preview import Preview, previews
from coder.steps.corpus.withdrawn import is_removed, refusal
from coder.steps.study.study import Study
from coder.store import corpus, memos, removal, renamed_texts
from coder.store.corpus import StoredTranscript
from coder.tables.formats.atomic_files import replacing
from coder.transcripts.anchor import reanchor
from coder.transcripts.labels import own_pattern
from coder.transcripts.readers import read_all
from coder.transcripts.speakers import CaseTable
from coder.types import Progress, Role, Transcript, silent

logger = logging.getLogger("coder")


@dataclass(frozen=True)
class Imported:
    """What became of one transcript: `new`, `unchanged` or `corrected`, and where its codings went.

    A file that is no transcript is `skipped`, one that should be and cannot be imported `refused`; the notes say why.

    `changed` are passages placed although some of their words changed, `lost` those that could not be placed; both
    with their old words, for a person to look at. `added_to_cases` are the speakers for whom cases.csv got a row.
    `preview` shows how a transcript was understood; `memos` is how many comments and footnotes became memos.
    """

    name: str
    status: str
    turns: int
    speakers: tuple[str, ...]
    notes: tuple[str, ...] = ()
    placed: int = 0
    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    added_to_cases: tuple[str, ...] = ()
    preview: Preview | None = None
    memos: int = 0


@dataclass(frozen=True)
class _File:
    candidate: Candidate
    transcript: Transcript
    old: StoredTranscript | None


def import_transcripts(
    study: Study,
    paths: Sequence[Path] = (),
    *,
    replace_texts: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> list[Imported]:
    """Import files (all in transcripts/ where none is named) and read cases.csv again.

    Of a folder or a zip archive all files are imported, those in subfolders, too (`Wave 2/P06.txt` as `Wave 2 - P06`).
    A corrected text takes the place of the one before. A file of the same name with other words is refused, as it is
    another interview, unless `replace_texts` says that it is meant.

    Where cases.csv has no row for a respondent of these files, one is added at its end, for case and title to be filled
    in; what stands there already is not touched. A file that cannot be imported does not stop the others: the report
    names it as `refused`.

    Raises
    ------
    TranscriptError
        No file can be imported, an archive is damaged, or a title in cases.csv could be that of several people.
    StudyError
        The pattern of labels in study.toml is none.
    """
    table = case_table(study)
    if study.settings.labels.pattern:
        own_pattern(study.settings.labels.pattern)  # a wrong one is one error, not one for each file
    others = [] if paths else passed_over(study.folder)
    with TemporaryDirectory() as unpacked:
        wanted, passed = files_to_import([Path(p) for p in paths] or transcript_files(study.folder), Path(unpacked))
        files, wrong = _read_all(study, wanted, table, passed, replace_texts, progress)
        with study.store.transaction("import", dry_run=dry_run):
            report = [_import(study, file) for file in files]
            sync_cases(study, table)
            if not dry_run:
                for candidate in dict.fromkeys(file.candidate for file in files):
                    _keep(study, candidate)
            names = [one.name for one in report]
            added = add_to_cases(study, table, names, dry_run)
            seen = {one.transcript: one for one in previews(study, names, table)} if names else {}
    return [
        *(replace(one, added_to_cases=added.get(one.name, ()), preview=seen[one.name]) for one in report),
        *(_left_out(one.shown, one.why, "refused" if one.broken else "skipped") for one in (*others, *passed)),
        *(_left_out(one.shown, str(error).replace(str(one.path), one.shown), "refused") for one, error in wrong),
    ]


def _left_out(shown: str, why: str, status: str) -> Imported:
    return Imported(shown, status, 0, (), (why.removeprefix(f"{shown}: "),))


def _check_alike(study: Study, file: _File) -> None:
    """Refuse a text that hardly shares a word with the one that it would replace, or that is it under other names."""
    if file.old is None:
        return
    now = corpus.digest(file.transcript)
    if now != file.old.sha256 and renamed_texts.is_former(study.store, file.old.id, now):
        todo = "`coder pseudonymise` replaces names, and with --reverse restores them"
        raise TranscriptError("has the words of the study under other names", where=file.candidate.path, todo=todo)
    before, after = (Counter(one.text.casefold().split()) for one in (file.old.transcript, file.transcript))
    share = (before & after).total() / max(1, min(before.total(), after.total()))
    if share < LEAST_ALIKE:
        raise TranscriptError(
            f"`{file.transcript.name}` is in the study already, and shares {share:.0%} of its words with this file",
            where=file.candidate.path,
            todo="rename the file if it is another interview; --replace takes it as the new text",
        )


LEAST_ALIKE = 0.5
"""A corrected transcript keeps at least this share of the words of the shorter text."""


def _read_all(
    study: Study,
    wanted: Sequence[Candidate],
    table: CaseTable,
    passed: list[PassedOver],
    replace_texts: bool,
    progress: Progress,
) -> tuple[list[_File], list[tuple[Candidate, CoderError]]]:
    """Read the files, each whole or not at all, and say what is wrong with those that cannot be imported.

    Of a table, interviews that were removed from the study are added to what is `passed` over.
    """
    stored = {_key(name): one for name, one in corpus.transcripts(study.store).items()}
    texts = {one.sha256: name for name, one in corpus.transcripts(study.store).items()}
    files: list[_File] = []
    wrong: list[tuple[Candidate, CoderError]] = []
    seen: dict[str, Candidate] = {}
    for n, candidate in enumerate(wanted):
        progress("reading transcripts", n, len(wanted))
        logger.info("reading %s", candidate.shown)
        try:
            known = label_rules(study, table, candidate.name)
            columns, found = study.settings.columns, []
            transcripts = read_all(candidate.path, name=candidate.name, known=known, columns=columns)
            there = [one for one in transcripts if not is_removed(study.store, one)]
            for transcript in there or transcripts:
                if refused := refusal(study.store, transcript, candidate.path):
                    raise refused
                key = _key(transcript.name)
                old, first = stored.get(key), seen.setdefault(key, candidate)
                _check_name(transcript.name, candidate, first, old)
                twin = texts.setdefault(corpus.digest(transcript), transcript.name)
                found.append(_File(candidate, _named(transcript, old, twin), old))
                if not replace_texts:
                    _check_alike(study, found[-1])
            files += found
            gone = [one.name for one in transcripts if one not in there]
            passed += [PassedOver(f"{candidate.shown}, {name}", "removed; `coder undo` puts it back") for name in gone]
        except CoderError as error:
            wrong.append((candidate, error))
    progress("reading transcripts", len(wanted), len(wanted))
    if len(wrong) == 1 and not files:
        raise wrong[0][1]
    if wrong and not files:
        raise TranscriptError(f"{len(wrong)} files cannot be imported\n" + "\n".join(str(error) for _, error in wrong))
    return files, wrong


def _key(name: str) -> str:
    """Return a name for comparison: file systems differ in whether case and composed letters count."""
    return unicodedata.normalize("NFC", name).casefold()


def _check_name(name: str, candidate: Candidate, first: Candidate, old: StoredTranscript | None) -> None:
    """Refuse a second file for a transcript, of this import or of one before."""
    if first is not candidate or (old is not None and old.file != candidate.file):
        other = old.file if old is not None and first is candidate else first.shown
        message = f"two transcripts are called `{name}`: {other} and {candidate.shown}"
        raise TranscriptError(
            message, where=candidate.path, todo="rename one of the files, or of the interviews in a table"
        )


def _named(transcript: Transcript, old: StoredTranscript | None, twin: str) -> Transcript:
    """Return a transcript under the name that it has in the study, with a note where another has the same words."""
    name = old.transcript.name if old is not None else transcript.name
    same = f"has the same words as `{twin}`: import it once only, if it is the same interview"
    return replace(transcript, name=name, notes=(*transcript.notes, *([same] if twin != name else [])))


def _import(study: Study, file: _File) -> Imported:
    transcript, old = file.transcript, file.old
    speakers = tuple(dict.fromkeys(turn.speaker for turn in transcript.turns))
    found = Imported(transcript.name, "new", len(transcript.turns), speakers, transcript.notes)
    if old is not None and corpus.digest(transcript) == old.sha256:
        return replace(found, status="unchanged", memos=_keep_remarks(study, transcript, old.text))
    text = corpus.add_text(study.store, transcript, file.candidate.file)
    removal.put_back(study.store, transcript.name)  # who imports another text of it wants it back
    found = found if old is None else _reanchored(study, old, transcript, text, found)
    return replace(found, memos=_keep_remarks(study, transcript, text))


def _keep_remarks(study: Study, transcript: Transcript, text: int) -> int:
    """Write the comments and footnotes of a file as memos, each once; return how many are new."""
    known, new = memos.ever_written(study.store), 0
    for one in transcript.remarks:
        segment = None
        if one.end:
            words = transcript.words(one.start, one.end)
            segment = corpus.segment_at(study.store, text, one.start, one.end, words)
        author = one.author or f"{transcript.name}.{transcript.format}"
        kind, about = ("transcript", transcript.name) if segment is None else ("passage", "")
        if (kind, about, segment, author, one.words) not in known:
            memos.write(study.store, kind, about, author, one.words, segment=segment)
            new += 1
    return new


def _reanchored(study: Study, old: StoredTranscript, new: Transcript, text: int, found: Imported) -> Imported:
    """Place the coded segments of the older texts in the new one, by their words."""
    by_text: dict[int, list[tuple[int, int, int]]] = {}
    for segment, last, start, end in corpus.coded_placements(study.store, old.id):
        by_text.setdefault(last, []).append((segment, start, end))
    placed, changed, lost = 0, [], []
    for last, spans in by_text.items():
        source = corpus.words(study.store, last)
        places = reanchor(source, new.text, [(start, end) for _, start, end in spans])
        for (segment, start, end), place in zip(spans, places, strict=True):
            if (start, end) == (0, len(source)):  # read as a whole, and so it stays
                corpus.place(study.store, segment, text, 0, len(new.text), new.text)
            elif place is None:
                lost.append(source[start:end])
            else:
                words = new.text[place.start : place.end]
                corpus.place(study.store, segment, text, place.start, place.end, words)
                placed += 1
                if not place.exact:
                    changed.append(source[start:end])
    return replace(found, status="corrected", placed=placed, changed=tuple(changed), lost=tuple(lost))


def _keep(study: Study, candidate: Candidate) -> None:
    """Keep a copy of the file in the study's folder."""
    target = study.folder / "transcripts" / candidate.file
    if candidate.path.resolve() != target.resolve():
        with replacing(target) as part:
            shutil.copyfile(candidate.path, part)


def words_by_role(study: Study) -> dict[str, Counter[Role]]:
    """Return transcript -> role -> words spoken; a speaker who is not known counts as a respondent."""
    speakers = corpus.speakers(study.store)
    found = {}
    for name, stored in corpus.transcripts(study.store).items():
        who, text = speakers.get(name, {}), stored.transcript
        found[name] = Counter[Role]()
        for turn in text.turns:
            role = who[turn.speaker].role if turn.speaker in who else Role.RESPONDENT
            found[name][role] += count_words(text.words(turn.start, turn.end))
    return found
