"""Write a changed scheme into the text that it comes from: comments, quotes, folded texts and order of keys stay."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import yaml

from coder.errors import SchemeError
from coder.scheme.nodes import FAST_LOADER, clean
from coder.scheme.reading import parse_scheme
from coder.scheme.writing import dump_scheme, in_order, own_details, scheme_document
from coder.types import Scheme

_BLOCK_TEXT = re.compile(r"[|>][-+\d]*$")
_GAP = re.compile(r"[ \t]*#.*|(?<=\n)[ \t]*(?=\n)")
_VERSION = "# Version "


class Comment(NamedTuple):
    """A comment with the blanks before it, or an empty line (no text): its line, from 0, and whether alone in it."""

    line: int
    alone: bool
    text: str


def comments(text: str) -> list[Comment]:
    r"""Return the comments and the empty lines of YAML text, in order.

    Examples
    --------
    >>> comments("# ours\ncodes: ['a # b']  # to do\n")
    [Comment(line=0, alone=True, text='# ours'), Comment(line=1, alone=False, text='  # to do')]
    """
    found, end = [], 0
    for token in yaml.scan(text, Loader=FAST_LOADER):
        start, stop = token.start_mark.index, token.end_mark.index
        pieces = [(end, start)]
        if getattr(token, "style", None) in ("|", ">"):  # `>-  # a comment` is one token with the text
            pieces.append((start, text.index("\n", start)))
        for place, until in pieces:
            for match in _GAP.finditer(text, place, until):
                alone = match.start() == text.rfind("\n", 0, match.start()) + 1
                found.append(Comment(text.count("\n", 0, match.start()), alone, match.group().rstrip()))
        end = max(end, start + len(text[start:stop].rstrip()))
    return found


def lost_comments(old: str, new: str) -> tuple[str, ...]:
    r"""Return the comments of one text that are not in the other; lines that tell the version do not count.

    Examples
    --------
    >>> lost_comments("# Version 2 of this scheme\n# ours\ncodes: [a]  # to do", "# ours\ncodes: [a]")
    ('# to do',)
    """
    were, are = (Counter(comment.text.strip() for comment in comments(text)) for text in (old, new))
    return tuple(text for text in (were - are).elements() if text and not text.startswith(_VERSION))


def with_version(text: str, line: str) -> str:
    r"""Return the text of a scheme with a first line that tells its version, in place of an older one.

    Examples
    --------
    >>> print(with_version("# Version 1: as it was\n# ours\ncodes: [a]\n", "# Version 2: b"), end="")
    # Version 2: b
    # ours
    codes: [a]
    """
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith(_VERSION):
        del lines[0]
    return f"{line}\n" + "".join(lines)


def rewritten(old: str, new: Scheme) -> str:
    r"""Return the text of a changed scheme: that of the old one where nothing changed.

    A comment stays above or beside its key or list item, also where that has another name now; it goes where its key or
    item goes. What cannot be written so is written by `dump_scheme`, without the comments.

    Examples
    --------
    >>> changed = parse_scheme("codes: {price: Money saved., speed: Sooner.}", "a.yaml")
    >>> print(rewritten("codes:\n  cost: Money saved.  # or price?\n  speed: 'Sooner.'\n", changed), end="")
    codes:
      price: Money saved.  # or price?
      speed: 'Sooner.'
    """
    from ruamel.yaml.error import YAMLError

    try:
        before = _round_trip(old).load(old)
        text = io.StringIO()
        _round_trip(old).dump(_merged(before, _document(before, new)), text)
        written = _annotated(old, before, text.getvalue())
        if replace(parse_scheme(written, ""), source="") == replace(new, source=""):
            return written
    except (YAMLError, SchemeError, RecursionError):
        pass
    return dump_scheme(new)


def _round_trip(text: str) -> Any:
    """Return a reader and writer to which every scalar is text, and which indents lists as this text does."""
    from ruamel.yaml import YAML
    from ruamel.yaml.resolver import VersionedResolver

    class TextResolver(VersionedResolver):
        versioned_resolver: ClassVar = {"": [("tag:yaml.org,2002:null", re.compile("^$"))]}

    found = YAML()
    found.Resolver = TextResolver
    found.preserve_quotes = True
    found.width = 2**20  # no line is broken that was not broken before
    listed = re.search(r"^( *)[^\s#-].*:[ \t]*(?:#.*)?\n( *)- ", text, re.MULTILINE)
    offset = len(listed[2]) - len(listed[1]) if listed else 0
    found.indent(mapping=2, sequence=2 + offset, offset=offset)
    return found


def _document(before: Any, new: Scheme) -> dict[str, Any]:
    """Return the new scheme as data, its combinations as a list of paths where the old text lists paths."""
    document = scheme_document(new)
    if len(new.facets) > 1 and isinstance(before.get("codes"), list) and "codes" in document:
        codes = in_order(new)
        if not any(own_details(new, code) for code in codes):
            document["codes"] = [code.path for code in codes]
    return document


def _merged(old: Any, new: Any) -> Any:
    """Return new data in the form of the old: where both say the same it is the old node, without comments."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(old, dict):
        new = _as_mapping(new)
    if isinstance(new, str) or not _holds_nodes(old):
        return _scalar(old, new)
    names = list(old)
    pairs = _pairs(names, list(new))
    places, last = {}, -0.5
    for name in new:  # a new one stands behind the one that it follows
        last = places[name] = pairs.get(name, int(last) + 0.5 if last >= 0 else last)
    made: Any = CommentedMap() if isinstance(new, dict) else CommentedSeq()
    if old.fa.flow_style():
        made.fa.set_flow_style()
    for name in sorted(new, key=places.__getitem__):
        was = names[pairs[name]] if name in pairs else None
        if isinstance(new, dict):
            key = was if was is not None and clean(was) == clean(name) else name
            value = _merged(old[was] if isinstance(old, dict) and was is not None else None, new[name])
            made[key] = "" if value is None and old.fa.flow_style() else value  # else `null` is written
        else:
            made.append(_scalar(was, name))
    return made


def _holds_nodes(node: Any) -> bool:
    return isinstance(node, (dict, list))


def _as_mapping(said: Any) -> dict[str, Any]:
    """Write out what the short forms say: a definition alone, or names alone."""
    if isinstance(said, str):
        return {"definition": said} if said else {}
    return said if isinstance(said, dict) else dict.fromkeys(said, "")


def _scalar(old: Any, new: Any) -> Any:
    """Return the old scalar, quoted or folded as it is, where it says the same."""
    if _holds_nodes(old) or not isinstance(new, str) or (old or "").strip() != new.strip():
        return None if new == "" else new
    if hasattr(old, "comment"):
        del old.comment
    return old


def _pairs(old: Sequence[str], new: Sequence[str]) -> dict[str, int]:
    """Return which key or item each was in the old text: the one of its name, or one that vanished in its place."""
    names, wanted = [clean(name) for name in old], {clean(name) for name in new}
    found, last = {}, -1
    for name in new:
        if clean(name) in names:
            last = found[name] = names.index(clean(name))
        elif last + 1 < len(names) and names[last + 1] not in wanted:
            last = found[name] = last + 1
    return found


def _annotated(old: str, before: Any, text: str) -> str:
    """Return new text with the comments and empty lines of the old one, at the same keys and items."""
    now = _round_trip(text).load(text)
    old_lines, new_lines = (sorted(set(_lines(node))) for node in (before, now))
    moved = dict(reversed(list(_moved(before, now))))  # the first of several in one line counts
    lines = [*text.splitlines(), ""]
    above: dict[int, list[str]] = defaultdict(list)
    for line, alone, comment in comments(old):
        n = bisect_right(old_lines, line)
        if alone and n == len(old_lines):
            above[len(lines) - 1].append(comment.strip())
        elif alone and old_lines[n] in moved:
            above[moved[old_lines[n]]].append(comment.strip())
        elif not alone and n and old_lines[n - 1] in moved:
            place = moved[old_lines[n - 1]]
            if not _BLOCK_TEXT.search(lines[place]):  # else the end of the text, which may be some lines below
                following = bisect_right(new_lines, place)
                place = (new_lines[following] if following < len(new_lines) else len(lines) - 1) - 1
            lines[place] += comment
    found = [
        part
        for n, line in enumerate(lines)
        for part in (*(line[: len(line) - len(line.lstrip())] + comment for comment in above[n]), line)
    ]
    return "\n".join(part.rstrip() if not part.strip() else part for part in found)


def _lines(node: Any) -> Iterator[int]:
    """Yield the lines in which keys and items begin."""
    for name in _places(node):
        yield node.lc.data[name][0]
        yield from _lines(node[name])


def _places(node: Any) -> Iterable[Any]:
    if isinstance(node, list):
        return range(len(node))
    return node if isinstance(node, dict) else ()


def _moved(old: Any, new: Any) -> Iterator[tuple[int, int]]:
    """Yield the line of each key and item, before and now."""
    places = list(_places(old))
    if not places or not _holds_nodes(new):
        return
    pairs = _pairs(list(old), list(new))
    for place, name in zip(_places(new), new, strict=True):
        if name in pairs:
            was = places[pairs[name]]
            yield old.lc.data[was][0], new.lc.data[place][0]
            yield from _moved(old[was], new[place])
