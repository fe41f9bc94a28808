"""The part of a scheme at or below a code, or with a value of a facet."""

from __future__ import annotations

from dataclasses import replace

from coder.errors import UsageError, did_you_mean
from coder.steps.study.study import Study
from coder.types import Scheme


def below(study: Study, path: str | None, *, retired: bool = True) -> Scheme:
    """Return the scheme with the codes at or below a path, or with a value of a facet, alone; `retired` ones too.

    Without a path it has all of them.

    Raises
    ------
    UsageError
        There is no such code.
    """
    scheme = study.scheme.with_retired() if retired else study.scheme
    if path is None:
        return scheme
    kept = tuple(
        c for c in scheme.codes if c.path == path or c.path.startswith(f"{path}/") or path in c.facets.values()
    )
    if not kept:
        known = [*scheme.paths(), *(value.path for value in study.scheme.values)]
        todo = did_you_mean(path, known) or f"`coder scheme show {study.folder}` lists them"
        raise UsageError(f"the scheme has no code `{path}`", todo=todo)
    return replace(scheme, codes=kept)
