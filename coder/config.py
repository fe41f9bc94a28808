"""The settings of a study: study.toml as a frozen dataclass; an unknown key is an error that names the nearest one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from warnings import warn

from coder.errors import StudyError, did_you_mean
from coder.types import AIMS, NO_COLUMNS, NO_RULES, SOLVERS, USUAL_GUARANTEES, Guarantees, LabelRules, TableColumns


@dataclass(frozen=True, slots=True)
class Settings:
    """What study.toml may say, with what holds where it says nothing."""

    name: str
    language: str = "en"
    """The language of the transcripts, as a two-letter code."""
    scheme: str = "scheme.yaml"
    """The coding scheme's file, in the study's folder."""
    units: str = "sentences:3"
    """The unit rule: `turn`, `sentence`, or `sentences:n` for windows of n sentences."""
    encoder: str = "all-MiniLM-L6-v2"
    """The name of an encoder, or a folder that holds one, from the study's: `./my-encoder`."""
    adjudicator: str = ""
    """The coder who decides where others disagree; empty: what most of the people who judged a unit say."""
    folds: int = 5
    """Folds of the cross-validation, split by transcript."""
    min_positives: int = 5
    """A code with fewer coded units gets no classifier of its own."""
    classifier: str = SOLVERS[0]
    """What fits the classifiers: `coder`, or `scikit-learn`, which comes to the same and takes longer."""
    suggest: str = AIMS[0]
    """What suggestions are for: `agreement` with people, `more` (miss few codes) or `fewer` (few wrong ones)."""
    hide_suggestions: float = 0.0
    """The share of units that each coder audits without seeing what was suggested, mixed in unannounced."""
    machines: tuple[str, ...] = ()
    """Coders whose imported codings a machine made: they are compared with people's and never count as theirs."""
    fillers: str = ""
    """What may be left out of a printed citation without a mark beside the usual words, separated by commas."""
    seed: int = 1
    labels: LabelRules = NO_RULES
    """The table `[labels]`: what the labels of speakers look like, where they are not found as they should be."""
    columns: TableColumns = NO_COLUMNS
    """The table `[columns]`: which column of a table of turns holds what, where their names do not tell."""
    guarantee: Guarantees = USUAL_GUARANTEES
    """The table `[guarantee]`: what bulk acceptance keeps."""

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise StudyError("`folds` must be 2 or more", where="study.toml")
        if self.min_positives < 1:
            raise StudyError("`min_positives` must be 1 or more", where="study.toml")
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", self.language):
            todo = "write its code of two letters, such as en, sv or fi"
            raise StudyError(f"`language` cannot be {self.language!r}", where="study.toml", todo=todo)
        for key, known in (("suggest", AIMS), ("classifier", SOLVERS)):
            if getattr(self, key) not in known:
                todo = f"one of: {', '.join(known)}"
                raise StudyError(f"`{key}` cannot be {getattr(self, key)!r}", where="study.toml", todo=todo)
        if not 0 <= self.hide_suggestions <= 1:
            raise StudyError("`hide_suggestions` is a share, from 0 to 1", where="study.toml", todo="such as 0.1")
        kept = self.guarantee
        shares = 0 < kept.precision <= 1 and 0 < kept.confidence < 1 and 0 < kept.recall < 1
        if not (shares and kept.at_most >= 1 and kept.looks >= 0):
            todo = "precision, confidence and recall between 0 and 1; at_most 1 or more; looks a number, or 0"
            raise StudyError("[guarantee] cannot be kept as it stands", where="study.toml", todo=todo)
        if self.adjudicator and self.adjudicator in self.machines:
            todo = "take it out of `machines`, or name a person in `adjudicator`"
            raise StudyError(f"`{self.adjudicator}` cannot adjudicate as a machine", where="study.toml", todo=todo)


_TYPES: dict[str, type[Any]] = {
    "str": str, "int": int, "float": float, "tuple[str, ...]": list, "LabelRules": dict, "TableColumns": dict,
    "Guarantees": dict,
}  # fmt: skip


def load_settings(path: Path) -> Settings:
    """Read study.toml; warn of a setting that does nothing any more.

    Raises
    ------
    StudyError
        The file is missing, is no TOML, has an unknown key, lacks `name`, or a value has the wrong type.
    """
    try:
        text = re.sub(r"(?m)^(\s*)settled_by\b", r"\1adjudicator", path.read_text("utf-8-sig"))  # its name in 0.1
        found = tomllib.loads(text)
    except FileNotFoundError:
        raise StudyError("no study here", where=path.parent, todo="start one with `coder new FOLDER`") from None
    except (ValueError, RecursionError) as error:  # also for a number of thousands of digits, and deep brackets
        raise StudyError(f"not valid TOML: {error}", where=path) from None
    if found.pop("probes", 0):
        warn(f"{path}, line {_line_of('probes', text)}: `probes` is ignored; delete the line", stacklevel=2)
    values = _checked(found, Settings, path, text)
    if "name" not in found:
        raise StudyError("the key `name` is missing", where=path, todo='add a line: name = "My study"')
    for key, record in (("labels", LabelRules), ("columns", TableColumns), ("guarantee", Guarantees)):
        if key in found:
            values[key] = record(**_checked(found[key], record, path, text))
    if re.match(r"[./~]", str(values.get("encoder", ""))):
        values["encoder"] = str((path.parent / Path(values["encoder"]).expanduser()).resolve())
    return Settings(**values)


def _checked(found: dict[str, Any], record: type[Any], path: Path, text: str) -> dict[str, Any]:
    """Return the values of a table as those of a record; refuse unknown keys and other types."""
    known = {f.name: _TYPES[str(f.type)] for f in fields(record)}
    for key, value in found.items():
        where = f"{path}, line {_line_of(key, text)}"
        if key not in known:
            todo = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
            raise StudyError(f"unknown key `{key}`", where=where, todo=todo)
        whole_share = known[key] is float and type(value) is int  # 0 for 0.0
        names = not isinstance(value, list) or all(isinstance(name, str) for name in value)
        if (type(value) is not known[key] and not whole_share) or not names:
            raise StudyError(f"`{key}` must be a {_kind(known[key])}, not {value!r}", where=where)
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}


def _line_of(key: str, text: str) -> int:
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}\b")
    return next((n for n, line in enumerate(text.splitlines(), start=1) if pattern.match(line)), 1)


def _kind(wanted: type[Any]) -> str:
    kinds = {
        str: "text in quotation marks", int: "whole number", float: "number", list: 'list such as ["gpt-4o"]',
        dict: "table such as [labels]",
    }  # fmt: skip
    return kinds[wanted]


TEMPLATE = """\
# The settings of this study. Every key but `name` may be left out; what stands here is what holds then.
name = {name}
language = "{language}"                  # of the transcripts
scheme = "scheme.yaml"           # the coding scheme
units = "sentences:3"            # the unit of coding: turn, sentence, or sentences:n for windows of n sentences
encoder = "{encoder}"
adjudicator = ""                 # the coder who decides where others disagree, if there is one
folds = 5                        # of the cross-validation, split by transcript
min_positives = 5                # a code with fewer coded units gets no classifier of its own
classifier = "coder"             # or "scikit-learn": what fits the classifiers; the same, and slower
suggest = "agreement"            # or "more", to miss few codes, or "fewer", for few wrong suggestions
hide_suggestions = 0.0           # share of units that a coder audits without seeing suggestions, unannounced: 0.1
machines = []                    # coders whose imported codings a machine made, such as ["gpt-4o"]
fillers = ""                     # beside um, you know, sort of, ...: left out of a printed citation without a mark
seed = 1

# [labels]                       # where speakers' labels are not found as they should be (docs/study.md)
# names = ["P1", "Old one"]      # these are labels, wherever they begin a turn
# not_labels = ["Note"]          # these are not, although a colon follows
# pattern = '(?P<speaker>P\\d+)>'  # or: how a label looks at the start of a line, as a regular expression

# [columns]                      # where the names of a table's columns do not tell what they hold (docs/study.md)
# text = "Svar"                  # also: speaker, start, end, and transcript, which tells several interviews apart

# [guarantee]                    # of bulk acceptance, declared before the random audit (docs/precision-guarantee.md)
# precision = 0.9                # share of what is accepted that must be right
# recall = 0.9                   # share of people's codes that must be suggested or read
# confidence = 0.95              # of each
# at_most = 2                    # codes of a unit that count for recall
# looks = 0                      # random audits there will be; 1: fewest labels, and no second; 0: any number
"""
