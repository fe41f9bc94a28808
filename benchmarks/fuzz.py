"""Damaged transcripts for every reader, made by libFuzzer (`pip install atheris`), which follows what the code does.

    python benchmarks/fuzz.py vtt --seconds 60 --out /tmp/fuzz [--seeds FOLDER ...]
    python benchmarks/fuzz.py all --seconds 60 --out /tmp/fuzz

The seeds are the files of that ending in `tests/transcripts/files` and in the folders of `--seeds`. Of a zip archive
(.docx, .odt, .xlsx) a part is changed, and the archive is packed anew, since damage to packed bytes would not come past
their checksums. What breaks is kept in OUT/ENDING/, a file for each place in the code:

- `crash-...`: an error other than `CoderError` that comes from coder/ itself; `library-...` from inside of a library.
  `read_all` makes of both that the file "cannot be read".
- `result-...`: what was read cannot be stored: a surrogate, a time beyond 64 bits, turns that are not in order.
- `slow-...`: fewer than 100 kB that take over two seconds. libFuzzer's own `timeout-...` took over 20, `oom-...` 2 GB.

Files .doc are left out of `all`, since LibreOffice reads them.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["coder.transcripts", "coder.files"]):
    from coder.errors import CoderError
    from coder.transcripts import (  # noqa: F401 - a reader is loaded by its entry point, and has to be followed
        noscribe,
        opendocument,
        pdf,
        plain,
        readers,
        richtext,
        speech_json,
        subtitles,
        tabular,
        tiers,
        webpage,
        word,
    )  # fmt: skip
    from coder.types import Transcript

FILES = Path(__file__).parents[1] / "tests" / "transcripts" / "files"
SLOW, SMALL = 2.0, 100_000


def seeds(ending: str, folders: list[Path]) -> list[bytes]:
    """Return what to begin from: our own files of this ending, and those of other folders up to 60 kB."""
    paths = [path for folder in (FILES, *folders) for path in sorted(folder.rglob("*"))]
    return [path.read_bytes() for path in paths if path.suffix.lower() == f".{ending}" and path.stat().st_size < 60_000]


def repacked(data: bytes, most: int, seed: int) -> bytes:
    """Change one part of a zip archive, and pack it anew; a part of XML rather than another."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {one.filename: archive.read(one) for one in archive.infolist()}
    except Exception:  # libFuzzer itself has damaged it
        return atheris.Mutate(data, most)
    chosen = random.Random(seed)  # noqa: S311
    name = chosen.choice([name for name in parts if name.endswith(".xml")] or list(parts) or [""])
    if parts:
        parts[name] = atheris.Mutate(parts[name], len(parts[name]) + 4000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return out.getvalue()[:most]


class Fuzzed:
    """What reads files of one ending, and where those that break it are kept."""

    def __init__(self, ending: str, out: Path, folder: Path) -> None:
        self.path = folder / f"fuzzed.{ending}"
        self.out = out
        out.mkdir(parents=True, exist_ok=True)

    def __call__(self, data: bytes) -> None:
        """Read some bytes, and keep them where they break the reader."""
        self.path.write_bytes(data)
        began = time.perf_counter()
        try:
            for one in readers.read_all(self.path):
                check(one)
        except UnstorableError as error:
            self.keep("result", str(error), data)
        except CoderError as error:
            if "cannot be read as" in str(error) and error.__cause__:
                self.keep(*place(error.__cause__), data)
        if len(data) < SMALL and time.perf_counter() - began > SLOW:
            self.keep("slow", f"{len(data)}", data)

    def keep(self, kind: str, what: str, data: bytes) -> None:
        """Write the bytes down, the shortest for each place."""
        path = self.out / f"{kind}-{what}"
        if not path.exists() or path.stat().st_size > len(data):
            print(f"{self.path.suffix}: {path.name}", flush=True)
            path.write_bytes(data)


def place(error: BaseException) -> tuple[str, str]:
    """Return whose error it is, and the last line of coder/ on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/coder/transcripts/" in frame.filename or "/coder/files/" in frame.filename][
        -1
    ]
    kind = "crash" if ours is frames[-1] else "library"
    return kind, f"{type(error).__name__}-{Path(ours.filename).stem}-{ours.lineno}"


class UnstorableError(Exception):
    """What a reader gives that study.db cannot hold."""


def check(one: Transcript) -> None:
    """Raise `UnstorableError` where a text, name or time cannot be stored, or turns are not in order."""
    try:
        "".join([one.text, one.name, *one.notes, *(turn.speaker for turn in one.turns)]).encode()
    except UnicodeEncodeError:
        raise UnstorableError("surrogate") from None
    if any(not 0 <= at < 2**63 for turn in one.turns for at in (turn.at_ms or 0, turn.until_ms or 0)):
        raise UnstorableError("time")
    ends = [0, *(end for turn in one.turns for end in (turn.start, turn.end)), len(one.text)]
    if ends != sorted(ends):
        raise UnstorableError("offsets")


def main() -> None:
    """Fuzz one reader, or each in turn in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ending", help="vtt, docx, ..., or all")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    if options.ending == "all":
        for ending in readers.endings():
            if ending != ".doc":
                subprocess.run([sys.executable, __file__, ending[1:], *sys.argv[2:]], check=False)
        return
    out = options.out / options.ending
    mutator = {"custom_mutator": repacked} if options.ending in {"docx", "odt", "xlsx"} else {}
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as scratch:
        for n, seed in enumerate(seeds(options.ending, options.seeds)):
            (Path(corpus) / str(n)).write_bytes(seed)
        flags = ["-max_len=60000", "-verbosity=0", f"-artifact_prefix={out}/", "-timeout=20", "-rss_limit_mb=2048"]
        flags += [f"-max_total_time={options.seconds}"]
        atheris.Setup([sys.argv[0], corpus, *flags], Fuzzed(options.ending, out, Path(scratch)), **mutator)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
