"""Withdraw somebody from a copy of a study, and search every byte of it for random passages of what they said.

Usage: python -m benchmarks.withdrawal STUDY NAME. Prints where passages of 40 characters were found before and after.
"""

import html
import json
import random
import shutil
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from coder.steps.integrity import check
from coder.steps.study.study import open_study
from coder.steps.withdrawal.participants import resolve, theirs_in
from coder.steps.withdrawal.withdraw import withdraw
from coder.store import corpus

LENGTH = 40


def probes(words: Sequence[str], others: Sequence[str], n: int) -> list[str]:
    """Return n random passages of what somebody said that nobody else has said."""
    rng, elsewhere = random.Random(1), "\n".join(others)  # noqa: S311 # a sample, no secret
    found: list[str] = []
    while len(found) < n:
        said = rng.choice([text for text in words if len(text) >= LENGTH])
        at = rng.randrange(len(said) - LENGTH + 1)
        if said[at : at + LENGTH] not in elsewhere:
            found.append(said[at : at + LENGTH])
    return found


def holding(folder: Path, passages: Sequence[str]) -> list[tuple[str, str]]:
    """Return (file, passage) of each that is found: in UTF-8 and UTF-16, in JSON and HTML, in archives, too."""
    forms = {passage: _written(passage) for passage in passages}
    found = []
    for path in sorted(folder.rglob("*")):
        for data in _contents(path) if path.is_file() else ():
            name = str(path.relative_to(folder))
            found += [(name, one) for one, written in forms.items() if any(form in data for form in written)]
    return found


def _written(passage: str) -> set[bytes]:
    forms = {passage, json.dumps(passage)[1:-1], json.dumps(passage, ensure_ascii=False)[1:-1], html.escape(passage)}
    return {form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le", "utf-16-be")}


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(member) for member in archive.namelist())


def main(source: Path, name: str, n: int = 1000) -> None:
    """Print what was found before and after, and how long the withdrawal took."""
    with TemporaryDirectory() as scratch:
        folder = shutil.copytree(source, Path(scratch) / "study")
        study = open_study(folder)
        found = theirs_in(study, resolve(study, [name]))
        ids = {one.stored.text for one in found}
        words = [one.stored.transcript.text[start:end] for one in found for start, end in one.spans]
        others = [one.transcript.text for one in corpus.every_text(study.store) if one.text not in ids]
        passages = probes(words, others, n)
        print("before:", dict(Counter(file.partition("/")[0] for file, _ in holding(folder, passages))))
        start = time.perf_counter()
        report = withdraw(study, [name])
        seconds, named = time.perf_counter() - start, [str(path.relative_to(folder)) for path in report.left]
        print(f"withdrawn in {seconds:.1f} s; yours to delete, and deleted now: {named}")
        for path in report.left:
            path.unlink()
        after = Counter(file for file, _ in holding(folder, passages))
        print(f"after: {sum(after.values())} of {n} passages left: {dict(after)}; check: {check(study).findings}")
        study.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
