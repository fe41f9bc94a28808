"""Change a scheme: a new scheme, and what becomes of each code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from coder.errors import SchemeError, check_known, did_you_mean
from coder.scheme.combining import (
    FIELDS,
    NOTHING,
    Combination,
    Details,
    codable,
    combine,
    count_combinations,
    details_of,
    inherited,
)
from coder.scheme.nodes import clean
from coder.scheme.reading import parse_scheme, splits
from coder.scheme.writing import dump_scheme
from coder.types import FacetValue, Scheme

Mapped = dict[str, tuple[str, ...]]
"""What became of codes: old path -> new paths. It names every old code whose new path is also another's new path."""

Values = dict[str, list[FacetValue]]
Uses = dict[Combination, Details]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a scheme.

    Attributes
    ----------
    do
        `define`, `add`, `rename`, `merge`, `split`, `retire` or `restore`.
    path
        What is changed: a value of `facet`, or a code where `facet` is empty. In a plain scheme these are the same.
    to
        The new name for `rename`, the path merged into for `merge`, the names of the parts for `split`.
    definition, use_when, not_when, examples
        What is said of it from now on, for `define` and `add`; None leaves it as it is.
    """

    do: str
    path: str
    facet: str = ""
    to: tuple[str, ...] = ()
    definition: str | None = None
    use_when: str | None = None
    not_when: str | None = None
    examples: tuple[str, ...] | None = None

    def said(self) -> dict[str, str | tuple[str, ...]]:
        """Return what is to be said."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}

    def words(self) -> str:
        """Return the change in words.

        Examples
        --------
        >>> Edit("split", "risk", to=("leaks", "delays")).words()
        'split `risk` into `leaks` and `delays`'
        """
        link = {"rename": " to ", "merge": " into ", "split": " into "}.get(self.do, "")
        facet = f"{self.facet} " if self.facet else ""
        return f"{self.do} {facet}`{self.path}`{link}" + " and ".join(f"`{name}`" for name in self.to)


def edited(scheme: Scheme, edit: Edit) -> tuple[Scheme, Mapped]:
    """Return the changed scheme, and the codes that are other codes now.

    Raises
    ------
    SchemeError
        There is nothing of that path, or the change would leave a scheme that contradicts itself.

    Examples
    --------
    >>> scheme = parse_scheme("codes: [cost, price, speed]", "a.yaml")
    >>> new, mapped = edited(scheme, Edit("merge", "price", to=("cost",)))
    >>> new.paths(), mapped
    (('cost', 'speed'), {'cost': ('cost',), 'price': ('cost',)})
    """
    check_known("change", [edit.do], CHANGES, SchemeError)
    draft = _Draft.of(scheme)
    facet = edit.facet or (scheme.facets[0] if len(scheme.facets) == 1 else "")
    check_known("facet", [facet] if facet else [], draft.values, SchemeError)
    edit = replace(edit, facet=facet, path=clean(edit.path), to=tuple(clean(name) for name in edit.to))
    images = CHANGES[edit.do](draft, edit) or {}
    return draft.scheme(scheme), _listed(images)


def facet_of(scheme: Scheme, path: str, facet: str = "") -> str:
    """Return the facet whose value a path is; empty where it is a code.

    Raises
    ------
    SchemeError
        It is neither, or a value of several facets.
    """
    if facet or len(scheme.facets) == 1:
        return facet or scheme.facets[0]
    if any(code.path == path for code in (*scheme.codes, *scheme.retired)):
        return ""
    found = [value.facet for value in scheme.values if value.path == path]
    if len(found) == 1:
        return found[0]
    if found:
        raise SchemeError(f"`{path}` is a value of {' and of '.join(found)}", todo="say which with --facet")
    known = [*scheme.paths(), *(value.path for value in scheme.values)]
    raise SchemeError(f"the scheme has no code or value `{path}`", todo=did_you_mean(path, known))


@dataclass
class _Draft:
    """A scheme taken apart: values by facet, and combinations with what they say beyond their values."""

    values: Values
    uses: Uses

    @classmethod
    def of(cls, scheme: Scheme) -> _Draft:
        known = {(value.facet, value.path): value for value in scheme.values}
        uses = {
            tuple(code.facets.values()): details_of(code, inherited([known[pair] for pair in code.facets.items()]))
            for code in (*scheme.codes, *scheme.retired)
        }
        return cls({facet: list(scheme.of_facet(facet)) for facet in scheme.facets}, uses)

    def scheme(self, old: Scheme) -> Scheme:
        """Put the scheme together, write it and read it: what cannot be read is no scheme."""
        values = tuple(value for facet in self.values.values() for value in facet)
        codes = combine(self.values, self.uses)
        used = tuple(code for code in codes if not code.retired)
        retired = tuple(code for code in codes if code.retired)
        text = dump_scheme(replace(old, values=values, codes=used, retired=retired))
        return parse_scheme(text, "the changed scheme")

    def find(self, facet: str, path: str, *, leaf: bool = False) -> int:
        """Return the place of a value."""
        for n, value in enumerate(self.values[facet]):
            if value.path == path:
                below = [v for v in self.values[facet] if v.path.startswith(f"{path}/")]
                if leaf and below:
                    todo = f"`{below[0].path}` stands below it: change the codes below it one by one"
                    raise SchemeError(f"`{path}` is a heading", todo=todo)
                return n
        known = [value.path for value in self.values[facet]]
        raise SchemeError(f"there is no {facet} `{path}`", todo=did_you_mean(path, known))

    def combination(self, path: str) -> Combination:
        """Return the combination of a code that is in use or retired."""
        for combination in self.uses:
            if "/".join(combination) == path:
                return combination
        known = ["/".join(combination) for combination in self.uses]
        raise SchemeError(f"the scheme has no code `{path}`", todo=did_you_mean(path, known))

    def remap(self, facet: str, image: Callable[[str], Sequence[str]]) -> Mapped:
        """Give the combinations their new values; where two meet, the first that is not retired speaks."""
        at = list(self.values).index(facet)
        uses: Uses = {}
        mapped: Mapped = {}
        for combination, said in sorted(self.uses.items(), key=lambda item: list(image(item[0][at])) != [item[0][at]]):
            new = [(*combination[:at], path, *combination[at + 1 :]) for path in image(combination[at])]
            mapped["/".join(combination)] = tuple("/".join(one) for one in new)
            for one in new:
                uses[one] = _joined(uses[one], said) if one in uses else said
        self.uses = uses
        return mapped

    def tidy(self, facet: str) -> None:
        """Drop headings that have nothing below them any more."""
        values = self.values[facet]
        while empty := [v for v in values if v.group and not any(o.path.startswith(f"{v.path}/") for o in values)]:
            values.remove(empty[0])


def _joined(one: Details, other: Details) -> Details:
    return Details(
        definition=one["definition"] or other["definition"],
        use_when=one["use_when"] or other["use_when"],
        not_when=one["not_when"] or other["not_when"],
        examples=tuple(dict.fromkeys(one["examples"] + other["examples"])),
        retired=one.get("retired", False) and other.get("retired", False),
    )


def _listed(images: Mapping[str, tuple[str, ...]]) -> Mapped:
    """Keep the codes that are other codes now, and those that these meet."""
    met = {path for old, new in images.items() if new != (old,) for path in new}
    return {old: new for old, new in sorted(images.items()) if new != (old,) or not met.isdisjoint(new)}


def _define(draft: _Draft, edit: Edit) -> None:
    if edit.facet:
        n = draft.find(edit.facet, edit.path)
        draft.values[edit.facet][n] = replace(draft.values[edit.facet][n], **edit.said())  # type: ignore[arg-type] # as above
    else:
        draft.uses[draft.combination(edit.path)].update(edit.said())  # type: ignore[typeddict-item] # the keys are those of Details


def _add(draft: _Draft, edit: Edit) -> None:
    nothing = NOTHING.copy()
    if not edit.facet:
        known = [codable(values) for values in draft.values.values()]
        found = splits(edit.path, known)
        if len(found) != 1:
            todo = f"write it as in `{'/'.join(next(iter(values)) for values in known)}`, with values that there are"
            raise SchemeError(f"`{edit.path}` is not one value of each facet", todo=todo)
        if found[0] in draft.uses:
            raise SchemeError(f"there is a code `{edit.path}` already", todo="if it is retired: restore it")
        draft.uses[found[0]] = nothing
        nothing.update(edit.said())  # type: ignore[typeddict-item] # the keys are those of Details
        return
    values = draft.values[edit.facet]
    above, _, name = edit.path.rpartition("/")
    _check_names(values, above, [name])
    place = len(values)
    if above:
        draft.find(edit.facet, above)
        place = 1 + max(n for n, v in enumerate(values) if f"{v.path}/".startswith(f"{above}/"))
    every = len(draft.uses) == count_combinations(draft.values)
    values.insert(place, FacetValue(edit.facet, edit.path, **edit.said()))  # type: ignore[arg-type] # as above
    if every:
        draft.uses |= {one: nothing for one in _products(draft.values) if one not in draft.uses}


def _products(values: Values) -> Iterator[Combination]:
    return product(*(codable(own) for own in values.values()))


def _rename(draft: _Draft, edit: Edit) -> Mapped:
    facet, values, _, (name,) = _of_a_value(draft, edit, 1)
    above = edit.path.rpartition("/")[0]
    _check_names([v for v in values if v.path != edit.path], above, [name])
    new = f"{above}/{name}".removeprefix("/")

    def renamed(path: str) -> str:
        return new + path[len(edit.path) :] if f"{path}/".startswith(f"{edit.path}/") else path

    values[:] = [replace(value, path=renamed(value.path)) for value in values]
    return draft.remap(facet, lambda path: [renamed(path)])


def _merge(draft: _Draft, edit: Edit) -> Mapped:
    (into,) = edit.to if len(edit.to) == 1 else ("",)
    if into == edit.path:
        raise SchemeError(f"`{into}` cannot be merged into itself", todo="name two codes")
    if not edit.facet:
        one, other = draft.combination(edit.path), draft.combination(into)
        draft.uses[other] = _joined(draft.uses[other], draft.uses.pop(one))
        return {edit.path: (into,), into: (into,)}
    values = draft.values[edit.facet]
    gone = values[draft.find(edit.facet, edit.path, leaf=True)]
    n = draft.find(edit.facet, into)
    if values[n].group or values[n].retired:
        what = "a heading" if values[n].group else "retired"
        raise SchemeError(f"`{into}` is {what}", todo="merge into a code that is used")
    values[n] = replace(values[n], **_joined(details_of(values[n]), details_of(gone)))
    values.remove(gone)
    draft.tidy(edit.facet)
    return draft.remap(edit.facet, lambda path: [into if path == edit.path else path])


def _split(draft: _Draft, edit: Edit) -> Mapped:
    if len(set(edit.to)) < 2:
        raise SchemeError("a code is split into two or more", todo="name each of them")
    facet, values, n, names = _of_a_value(draft, edit, len(edit.to))
    draft.find(facet, edit.path, leaf=True)
    above, old = edit.path.rpartition("/")[0], values[n]
    _check_names([v for v in values if v is not old], above, names)
    paths = [f"{above}/{name}".removeprefix("/") for name in names]
    keeps = edit.path if edit.path in paths else paths[0]
    values[n : n + 1] = [replace(old, path=path, examples=old.examples if path == keeps else ()) for path in paths]
    return draft.remap(facet, lambda path: paths if path == edit.path else [path])


def _of_a_value(draft: _Draft, edit: Edit, names: int) -> tuple[str, list[FacetValue], int, tuple[str, ...]]:
    if not edit.facet:
        todo = "its name is made of the facets' values: name the facet, and one of its values"
        raise SchemeError(f"a combination such as `{edit.path}` has no name of its own", todo=todo)
    if len(edit.to) != names:
        raise SchemeError("the new name is missing", todo="give one new name")
    return edit.facet, draft.values[edit.facet], draft.find(edit.facet, edit.path), edit.to


def _check_names(values: Sequence[FacetValue], above: str, names: Sequence[str]) -> None:
    """Refuse empty names, names with a separator, and names that a code of the same level has."""
    taken = {v.path.casefold() for v in values}
    for name in names:
        path = f"{above}/{name}".removeprefix("/")
        if not name or "/" in name:
            raise SchemeError(f"`{name}` is no name", todo="give a name without `/`, such as `joint decisions`")
        if path.casefold() in taken:
            raise SchemeError(f"there is a `{path}` already", todo="choose another name, or merge the two")
        taken.add(path.casefold())


def _retire_or_restore(draft: _Draft, edit: Edit) -> None:
    retired = edit.do == "retire"
    already = f"`{edit.path}` is retired already" if retired else f"`{edit.path}` is not retired"
    if edit.facet:
        n = draft.find(edit.facet, edit.path)
        value = draft.values[edit.facet][n]
        if value.group:
            raise SchemeError(f"`{edit.path}` is a heading", todo="retire the codes below it")
        if value.retired == retired:
            raise SchemeError(already)
        draft.values[edit.facet][n] = replace(value, retired=retired)
        return
    own = draft.uses[draft.combination(edit.path)]
    if own.get("retired", False) == retired:
        raise SchemeError(already, todo="" if retired else "if one of its values is retired: restore that")
    own["retired"] = retired


CHANGES: dict[str, Callable[[_Draft, Edit], Mapped | None]] = {
    "define": _define,
    "add": _add,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "retire": _retire_or_restore,
    "restore": _retire_or_restore,
}
