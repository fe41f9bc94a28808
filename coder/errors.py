"""What can go wrong, in the user's words: what is wrong, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CoderError(Exception):
    """Base of every error that is the user's to mend; the command line prints it and exits with `exit_code`.

    Parameters
    ----------
    message
        What is wrong.
    where
        The place: a file, `file, line 12`, a transcript.
    todo
        What to do next.

    Examples
    --------
    >>> print(CoderError("no turns found", where="a.txt", todo="label each turn, such as `Interviewer: ...`"))
    a.txt: no turns found
      label each turn, such as `Interviewer: ...`
    """

    exit_code = 2

    def __init__(self, message: str, *, where: object = None, todo: str | None = None) -> None:
        super().__init__(message)
        self.message, self.where, self.todo = message, where, todo

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where is not None else self.message
        return f"{head}\n  {self.todo}" if self.todo else head


class UsageError(CoderError):
    """A command was called with arguments that do not fit."""


class StudyError(CoderError):
    """The study's folder, settings or store cannot be used as they are."""


class StudyBusyError(StudyError):
    """Another command is writing to the study."""


class TranscriptError(CoderError):
    """A transcript cannot be read or placed."""


class SchemeError(CoderError):
    """The coding scheme contradicts itself or cannot be read."""


class CodingError(CoderError):
    """A coding names a code, a unit or a citation that does not exist."""


class ModelError(CoderError):
    """A model bundle cannot be read, or does not fit this study."""


class TableError(CoderError):
    """A table of units or codings cannot be read or written."""


class NetworkError(CoderError):
    """Something tried to reach another computer."""


class TemplateError(CoderError):
    """A template of the methods appendix cannot be rendered."""


class FindingError(CoderError):
    """The command ran and found something that is not as it should be."""

    exit_code = 1


def did_you_mean(wrong: str, known: Iterable[str]) -> str | None:
    """Name the nearest known word, as advice for an error.

    Examples
    --------
    >>> did_you_mean("langauge", ["language", "name"])
    'did you mean `language`?'
    >>> did_you_mean("zzz", ["language"]) is None
    True
    """
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def check_known(what: str, names: Iterable[str], known: Iterable[str], error: type[CoderError] = UsageError) -> None:
    """Refuse a name that is not known, and say the nearest that is, or which there are.

    Raises
    ------
    UsageError
        One of the names is not among those that are known; or as `error` says.

    Examples
    --------
    >>> check_known("coder", ["ada"], ["ada", "ben"])
    >>> try:
    ...     check_known("coder", ["zoe"], ["ada", "ben"])
    ... except UsageError as found:
    ...     print(found.message, found.todo, sep=": ")
    there is no coder `zoe`: there are: ada, ben
    """
    there = list(known)
    for name in names:
        if name not in there:
            todo = did_you_mean(name, there) or f"there are: {', '.join(there) or 'none'}"
            raise error(f"there is no {what} `{name}`", todo=todo)
