"""The key: real names and what restores the texts, in a file that is encrypted with a pass phrase."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import scrypt
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError
from coder.steps.study.study import Study
from coder.tables.formats.atomic_files import replacing
from coder.transcripts.replacements import Put, Replacements

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_MAGIC = b"coder-pseudonyms-1\n"
_SALT = 16
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26}
"""32 MB and about a tenth of a second for each guess of a pass phrase."""
SHORTEST = 12
"""Characters of a pass phrase."""


@dataclass(frozen=True)
class FileUndo:
    """By what a file of the study becomes what it was: it applies to the bytes with this sha256."""

    file: str
    sha256: str
    encoding: str
    undo: Mapping[str, Replacements]


@dataclass(frozen=True)
class TextUndo:
    """By what a text becomes what it was, and who spoke its turns then: it applies to the text with this sha256."""

    transcript: str
    sha256: str
    undo: Replacements
    speakers: tuple[str, ...]


@dataclass
class Key:
    """The names of a study as the text of a pseudonyms.csv, and every replacement in order of time."""

    study: str
    names: str = ""
    files: list[FileUndo] = field(default_factory=list)
    texts: list[TextUndo] = field(default_factory=list)


def write_key(path: Path, key: Key, pass_phrase: str) -> None:
    """Write a key, which only its owner may read (mode 600).

    Raises
    ------
    UsageError
        The pass phrase is too short.
    """
    if len(pass_phrase) < SHORTEST:
        raise UsageError("the pass phrase is too short", todo=f"take {SHORTEST} characters or more: some words do well")
    salt = os.urandom(_SALT)
    token = _fernet(pass_phrase, salt).encrypt(_as_json(key).encode())
    with replacing(path) as part:
        part.touch(0o600)
        part.write_bytes(_MAGIC + salt + token)


def read_key(path: Path, pass_phrase: str) -> Key:
    """Read a key.

    Raises
    ------
    StudyError
        The file is no key, was changed, or has another pass phrase.
    """
    from cryptography.fernet import InvalidToken

    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise StudyError("is no key of `coder pseudonymise`", where=path, todo="name the file that --key made")
    salt, token = data[len(_MAGIC) :][:_SALT], data[len(_MAGIC) + _SALT :]
    try:
        found = json.loads(_fernet(pass_phrase, salt).decrypt(token))
    except InvalidToken:
        raise StudyError("the pass phrase does not open it, or it is damaged", where=path, todo="try again") from None
    return Key(
        found["study"],
        found["names"],
        [FileUndo(f, s, e, {name: _put(puts) for name, puts in undo.items()}) for f, s, e, undo in found["files"]],
        [TextUndo(name, sha, _put(puts), tuple(speakers)) for name, sha, puts, speakers in found["texts"]],
    )


def open_key(study: Study, path: Path, pass_phrase: str) -> Key:
    """Return the key of a study.

    Raises
    ------
    StudyError
        As `read_key`, or it is the key of another study, or there is no such file.
    """
    if not path.exists():
        raise StudyError("there is no such key", where=path, todo="name the file that --key made")
    key = read_key(path, pass_phrase)
    if key.study != study.store.study_id():
        raise StudyError("is the key of another study", where=path, todo="name another file")
    return key


def _fernet(pass_phrase: str, salt: bytes) -> Fernet:
    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(scrypt(pass_phrase.encode(), salt=salt, dklen=32, **_COST)))


def _as_json(key: Key) -> str:
    files = [(f.file, f.sha256, f.encoding, {name: put.puts for name, put in f.undo.items()}) for f in key.files]
    texts = [(t.transcript, t.sha256, t.undo.puts, t.speakers) for t in key.texts]
    return json.dumps({"study": key.study, "names": key.names, "files": files, "texts": texts})


def _put(puts: Sequence[Put]) -> Replacements:
    return Replacements(tuple((start, end, new) for start, end, new in puts))
