"""Which files an import reads: those named, and those in named folders and zip archives; and what is passed over."""

from __future__ import annotations

import os
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from coder.natural_sort import natural
from coder.transcripts.archives import opened_zip
from coder.transcripts.readers import endings


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to import: where it lies, how messages call it, and the name under which the study keeps it.

    The name has the folders in which the file lies inside of the one that was named (`Wave 2 - P06.txt`), so that two
    files of one name stay two.
    """

    path: Path
    shown: str
    file: str

    @property
    def name(self) -> str:
        """The transcript's name."""
        return Path(self.file).stem


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is not read, and why; `broken` where it should have been."""

    shown: str
    why: str
    broken: bool = False


_Found = tuple[PurePath, Path, str]
"""A file by its place in the folder or archive, where it lies, and what is wrong with it."""


def files_to_import(paths: Sequence[Path], unpacked: Path) -> tuple[list[Candidate], list[PassedOver]]:
    """Return the files to read among those named and in the folders and archives named, and what is passed over.

    Archives are unpacked into the folder `unpacked`.

    Raises
    ------
    TranscriptError
        An archive is damaged, or unpacks to too much.
    """
    wanted: list[Candidate] = []
    passed: list[PassedOver] = []
    for n, path in enumerate(dict.fromkeys(paths)):
        if path.is_dir():
            found = _in_folder(path)
        elif path.suffix.lower() == ".zip":
            found = _in_zip(path, unpacked / str(n))
        else:
            found = iter([(PurePath(path.name), path, "")])
        several = path.is_dir() or path.suffix.lower() == ".zip"
        for inside, file, wrong in found:
            shown = f"{path.name}/{inside.as_posix()}" if several else str(path)
            if why := _unread(inside, several) or wrong:
                passed.append(PassedOver(shown, why, broken=why == wrong))
            else:
                name = unicodedata.normalize("NFC", " - ".join(inside.parts)) if several else path.name
                wanted.append(Candidate(file, shown, name))
    return wanted, passed


def transcript_files(folder: Path) -> list[Path]:
    """Return the transcripts in a study's folder transcripts/, in order of name."""
    found = (path for path in (folder / "transcripts").glob("*") if path.is_file() and not _unread(path, True))
    return sorted(found, key=lambda path: natural(path.name))


def passed_over(folder: Path) -> list[PassedOver]:
    """Return what lies in a study's folder transcripts/ and is not read: folders, other endings, lock files."""
    found = {
        path.name: "a subfolder: name it to import what lies in it" if path.is_dir() else _unread(path, True)
        for path in (folder / "transcripts").glob("*")
    }
    return [PassedOver(f"transcripts/{name}", why) for name, why in sorted(found.items()) if why]


def _unread(path: PurePath, several: bool) -> str:
    """Return why a file is passed over, or nothing; one that was named is read whatever its ending."""
    name, ending = path.name, path.suffix.lower()
    if name.startswith(("~$", ".~lock")):
        return "the lock file of an open document"
    if several and (path.parts[0] == "__MACOSX" or name.startswith(".") or name in {"Thumbs.db", "desktop.ini"}):
        return "a hidden file, or one of the system's"
    if ending == ".zip":
        return "an archive: name it to import what lies in it"
    if several and ending not in endings():
        return f"files ending in `{ending}` are not known" if ending else "files without an ending are not known"
    return ""


def _in_folder(folder: Path) -> Iterator[_Found]:
    """Yield the files of a folder and its subfolders."""
    for parent, folders, files in os.walk(folder):
        folders.sort(key=natural)
        for name in sorted(files, key=natural):
            path = Path(parent, name)
            yield path.relative_to(folder), path, ""


def _in_zip(path: Path, into: Path) -> Iterator[_Found]:
    """Yield the files of an archive, each unpacked to a folder of its own; their names are never used as paths.

    A folder in which all of them lie is no part of their names.
    """
    with opened_zip(path, path) as archive:
        members = [(_inside(one), one) for one in archive.infolist() if not one.is_dir()]
        members.sort(key=lambda member: [natural(part) for part in member[0].parts])
        tops = {inside.parts[0] for inside, _ in members if inside.parts[0] != "__MACOSX"}
        flat = any(len(inside.parts) == 1 for inside, _ in members)
        for n, (inside, one) in enumerate(members):
            target = into / str(n) / inside.name
            target.parent.mkdir(parents=True)
            wrong = _unpack(archive, one, target)
            within = len(tops) == 1 and not flat and inside.parts[0] in tops
            yield (PurePath(*inside.parts[1:]) if within else inside), target, wrong


def _unpack(archive: zipfile.ZipFile, one: zipfile.ZipInfo, target: Path) -> str:
    """Unpack a file; say what is wrong with one that cannot be."""
    if stat.S_ISLNK(one.external_attr >> 16):
        return "a link"
    if one.flag_bits & 1:
        return "encrypted: unpack the archive with its password first"
    try:
        with archive.open(one) as source, target.open("wb") as part:
            shutil.copyfileobj(source, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        return f"damaged ({error})"
    return ""


def _inside(one: zipfile.ZipInfo) -> PurePosixPath:
    """Return the path of a file in its archive: without the parts that lead out of it, and as it was meant.

    Programs that write UTF-8 without saying so are common; zipfile takes it for code page 437 then.
    """
    name = one.filename
    if not one.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in {"/", "..", "."}]
    return PurePosixPath(*(parts or ["unnamed"]))
