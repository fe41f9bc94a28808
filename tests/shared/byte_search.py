"""Search a folder byte by byte for passages, inside archives and in the ways in which text is written into files."""

import html
import json
import random
import zipfile


def probes(text, others, n, size=40, seed=1):
    """Return n random passages of a text that nobody else has said."""
    rng, elsewhere = random.Random(seed), "\n".join(others)  # noqa: S311 # a sample, no secret
    found = []
    while len(found) < n:
        at = rng.randrange(len(text) - size)
        if text[at : at + size] not in elsewhere:
            found.append(text[at : at + size])
    return found


def written(passage):
    """Return the bytes that a passage may be written as."""
    forms = {passage, json.dumps(passage)[1:-1], json.dumps(passage, ensure_ascii=False)[1:-1], html.escape(passage)}
    return {form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le", "utf-16-be")}


def holding(folder, passages):
    """Return the (file, passage) that are found."""
    forms = {passage: written(passage) for passage in passages}
    found = []
    for path in sorted(folder.rglob("*")):
        for data in contents(path) if path.is_file() else ():
            found += [(path.name, one) for one, bytes_ in forms.items() if any(form in data for form in bytes_)]
    return found


def contents(path):
    """Return the bytes of a file, and of each member of an archive."""
    found = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found += [archive.read(member) for member in archive.namelist()]
    return found
