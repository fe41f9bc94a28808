"""YAML as nodes that know their line: every scalar stays text, and whatever is no plain tree is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml

from coder.errors import SchemeError, did_you_mean

FAST_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as text, in C where PyYAML was built with libyaml."""


class _AliasError(yaml.MarkedYAMLError):
    """A part of the file is repeated by reference."""


class _Loader(yaml.BaseLoader):
    """Reads every scalar as text, so that a code may be named `no` or `1.10`, and refuses aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in its stubs
            problem = f"`*{event.anchor}` repeats another part of the file, but a code cannot contain itself"
            raise _AliasError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def compose(text: str, where: str) -> yaml.Node:
    """Parse YAML text into nodes.

    Raises
    ------
    SchemeError
        Where the text is not YAML, is empty, or holds an alias.

    Examples
    --------
    >>> compose("codes: [no, 1.10]", "a.yaml").value[0][1].value[1].value
    '1.10'
    """
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text, where) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"a character that YAML does not allow (U+{error.character:04X})"
        raise SchemeError(message, where=f"{where}, line {line}", todo="delete that character") from error
    except RecursionError as error:
        raise SchemeError("nested too deeply", where=where, todo="use fewer levels") from error
    if node is None:
        raise SchemeError("the file is empty", where=where, todo="list the codes under `codes:`")
    return node


def _composed(text: str) -> yaml.Node | None:
    """Read with libyaml what it can read and what has no alias; the slower parser tells exactly what is wrong."""
    if "*" not in text:
        with suppress(yaml.YAMLError, UnicodeError):
            return yaml.compose(text, Loader=FAST_LOADER)
    return yaml.compose(text, Loader=_Loader)


def _not_yaml(error: yaml.MarkedYAMLError, text: str, where: str) -> SchemeError:
    line = error.problem_mark.line if error.problem_mark else 0
    problem, place = error.problem or "", f"{where}, line {line + 1}"
    if isinstance(error, _AliasError):
        todo = "write the part out again, or put text that begins with `*` in quotes"
        return SchemeError(problem, where=place, todo=todo)
    lines = text.split("\n")
    todo = _yaml_advice(problem, lines[min(line, len(lines) - 1)])
    return SchemeError(f"not YAML: {problem}", where=place, todo=todo)


def _yaml_advice(problem: str, line: str) -> str:
    if "\t" in line:
        return "replace the tab by spaces: YAML indents with spaces only"
    if "start any token" in problem or "alphabetic or numeric" in problem:
        return "put text that begins with a sign such as `*`, `&`, `@` or `%` in quotes"
    if "mapping values" in problem:
        return "put text that holds a colon in quotes"
    return "check the quotes, the brackets and the indentation there and in the line above"


def clean(name: str) -> str:
    """Drop blanks around a name and around `/`, and keep single ones within it.

    Examples
    --------
    >>> clean("  joint   decisions / customers")
    'joint decisions/customers'
    """
    return "/".join(" ".join(part.split()) for part in name.split("/"))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True, slots=True)
class Document:
    """Takes nodes apart; its errors name the file and the line."""

    where: str
    line: str = "line"
    """What the file is counted in: lines, or the rows of a table."""

    def error(self, node: yaml.Node, message: str, todo: str) -> SchemeError:
        """Make the error for a node."""
        return SchemeError(message, where=f"{self.where}, {self.line} {node.start_mark.line + 1}", todo=todo)

    def text(self, node: yaml.Node, what: str) -> str:
        """Return a scalar without the blanks around it."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(node, f"{what} must be text", "put text that begins with a bracket in quotes")
        return str(node.value).strip()

    def texts(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        """Return a list of texts; nothing at all is an empty list."""
        if isinstance(node, yaml.ScalarNode) and not node.value.strip():
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, f"{what} must be a list", f'write `{what}: ["…", "…"]`')
        return tuple(text for item in node.value if (text := self.text(item, f"each of the {what}")))

    def pairs(self, node: yaml.Node, what: str) -> list[tuple[yaml.Node, str, yaml.Node]]:
        """Return key node, key and value of a mapping, none twice; list items are keys without value."""
        if isinstance(node, yaml.MappingNode):
            pairs = list(node.value)
        elif isinstance(node, yaml.SequenceNode):
            pairs = [(item, yaml.ScalarNode(item.tag, "", item.start_mark)) for item in node.value]
        else:
            todo = "give the names as a list, or as `name: definition`"
            raise self.error(node, f"{what} must be a list or a mapping, not `{node.value}`", todo)
        first: dict[str, tuple[str, int]] = {}
        found: list[tuple[yaml.Node, str, yaml.Node]] = []
        for key_node, value in pairs:
            key = self._key(key_node)
            if earlier := first.get(_folded(key)):
                raise self._twice(key_node, key, *earlier)
            first[_folded(key)] = key, key_node.start_mark.line + 1
            found.append((key_node, key, value))
        return found

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            todo = "to give an item a definition, write all of them as `name: definition`, without the dashes"
            raise self.error(node, "each name must be text", todo)
        return clean(node.value)

    def _twice(self, node: yaml.Node, key: str, earlier: str, line: int) -> SchemeError:
        if key == earlier:
            return self.error(node, f"`{key}` is given twice (first in {self.line} {line})", "delete or rename one")
        message = f"`{key}` and `{earlier}` ({self.line} {line}) differ only in case or accents' encoding"
        return self.error(node, message, "rename one, or merge them")

    def fields(self, node: yaml.Node, known: Iterable[str], what: str) -> dict[str, yaml.Node]:
        """Return the fields of a mapping; a key that is not known is an error."""
        if not isinstance(node, yaml.MappingNode):
            raise self.error(
                node, f"{what} must be a mapping", f"write one or more of {_listed(known)}, each with a colon"
            )
        found = {}
        for key_node, key, value in self.pairs(node, what):
            if key not in known:
                advice = did_you_mean(key, known) or f"{what} has {_listed(known)}"
                raise self.error(key_node, f"unknown key `{key}` in {what}", advice)
            found[key] = value
        return found

    def name(self, node: yaml.Node, key: str) -> str:
        """Return a key that is fit to be a name: not empty, and without the separator of levels."""
        if not key:
            raise self.error(node, "an empty name", "give each code a name")
        if "/" in key:
            todo = "`/` separates the levels of a path: write `and`, `or` or `-`, or nest with `codes:`"
            raise self.error(node, f"`/` in the name `{key}`", todo)
        return key


def _listed(known: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in known)
