"""Word's format before 2007 (.doc): turned into a .docx by LibreOffice, where that is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from coder.errors import TranscriptError
from coder.transcripts.turns import Parsed, Source
from coder.transcripts.word import read_word

PATIENCE = 120
"""Seconds that LibreOffice may take."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
"""A profile of its own: no macro runs, and what the document links to is not fetched."""


def read_old_word(source: Source) -> Parsed:
    """Read a .doc by way of LibreOffice; one that is a .docx in truth is read as that.

    Raises
    ------
    TranscriptError
        LibreOffice is not installed, cannot read the file, or takes longer than `PATIENCE`.
    """
    if source.data.startswith(b"PK"):
        return read_word(source)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        todo = "save it as .docx in Word, or install LibreOffice (https://www.libreoffice.org), which turns it into one"
        raise TranscriptError("is an old .doc file", where=source.path, todo=todo)
    with TemporaryDirectory() as folder:
        found = read_word(source._replace(data=_converted(program, source, Path(folder))))
    return found._replace(notes=("turned into .docx by LibreOffice", *found.notes))


def _converted(program: str, source: Source, folder: Path) -> bytes:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, "utf-8")
    (folder / "in.doc").write_bytes(source.data)
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "docx:Office Open XML Text", "--outdir", str(folder), str(folder / "in.doc")]
    todo = "save it as .docx in Word"
    try:
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
        return (folder / "in.docx").read_bytes()
    except subprocess.TimeoutExpired as error:
        message = f"LibreOffice was not done with it after {PATIENCE} s"
        raise TranscriptError(message, where=source.path, todo=todo) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise TranscriptError("LibreOffice cannot read it", where=source.path, todo=todo) from error
