"""Finding the code that somebody typed part of the name of."""

from __future__ import annotations

from coder.errors import CodingError, UsageError, did_you_mean
from coder.steps.study.study import Study


def one_code(study: Study, words: str) -> str:
    """Return the one code that holds these words.

    Raises
    ------
    UsageError
        Several codes do, or no words were given.
    """
    if not words:
        raise UsageError("no code after `+`", todo="type part of its name: + customers seminars")
    found = find_codes(study, words)
    if len(found) > 1:
        several = ", ".join(found[:8]) + (" ..." if len(found) > 8 else "")
        raise UsageError(f"`{words}` fits {len(found)} codes: {several}", todo="type more of its name")
    return found[0]


def find_codes(study: Study, part: str) -> list[str]:
    """Return the codes whose path holds every word of `part`; an exact path alone.

    Raises
    ------
    CodingError
        No code does.
    """
    paths = study.scheme.paths()
    if part in paths:
        return [part]
    words = part.lower().split()
    found = [path for path in paths if all(word in path.lower() for word in words)]
    if not found:
        raise CodingError(f"no code holds `{part}`", todo=did_you_mean(part, paths))
    return found


def known_code(study: Study, code: str) -> str:
    """Return the code if the scheme has it.

    Raises
    ------
    CodingError
        It has not; the nearest is named.
    """
    if any(retired.path == code for retired in study.scheme.retired):
        raise CodingError(f"the code `{code}` is retired", todo="use another, or `coder scheme restore`")
    if study.scheme.code(code) is None:
        todo = did_you_mean(code, study.scheme.paths()) or "see the codes with `coder scheme show`"
        raise CodingError(f"the scheme has no code `{code}`", todo=todo)
    return code
