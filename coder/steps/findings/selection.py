"""What tables and figures are made from: citations that were selected, and a statement of where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coder.natural_sort import natural
from coder.steps.corpus.transcripts import words_by_role
from coder.steps.findings.citations import ONLY, citations, wants
from coder.steps.findings.print_edits import with_editions
from coder.steps.findings.pseudonyms import note, pseudonyms_of, renamed
from coder.steps.scheme.subset import below
from coder.steps.study.study import Study
from coder.store import corpus, log, withdrawal
from coder.store.scheme_versions import version_in_words
from coder.tables.quotation.pseudonyms import Pseudonyms
from coder.types import Case, Citation, Provenance, Role, Scheme, Table


@dataclass(frozen=True)
class Selection:
    """Which codings count; the fields are those of `citations`."""

    code: str | None = None
    only: str = "seen"
    coders: Sequence[str] = ()
    cases: Sequence[str] = ()
    since: str = ""
    real_names: bool = False
    """Print the names of the interviews where the study has pseudonyms."""

    def in_words(self, called: Callable[[str], str] = str) -> str:
        """Say what was left out, in a sentence; empty where nothing was. `called` says how a case is called in print.

        Examples
        --------
        >>> Selection(cases=("Air", "Beat"), since="2026-03-01").in_words()
        'Only: cases Air, Beat; coded since 2026-03-01.'
        """
        said = [
            ONLY[self.only] if self.only in {"human", "accepted", "bulk", "unreviewed"} else "",
            f"codes at or below {self.code}" if self.code else "",
            f"codings by {', '.join(self.coders)}" if self.coders else "",
            f"case{'s' * (len(self.cases) > 1)} {', '.join(map(called, self.cases))}" if self.cases else "",
            f"coded since {self.since}" if self.since else "",
        ]
        return f"Only: {'; '.join(filter(None, said))}." if any(said) else ""


@dataclass(frozen=True)
class Findings:
    """The citations of a selection as they are printed: edited, translated, under pseudonyms.

    `every` are those that came by their code in whatever way, also what `only` leaves out. `scheme` has the selected
    codes, retired ones too; `spoken` the words that respondents said in each transcript, `attributes` what cases.csv
    says of it; `titles` are those of all respondents; `made_from` says what a table of these was made from.
    """

    citations: tuple[Citation, ...]
    every: tuple[Citation, ...]
    scheme: Scheme
    cases: tuple[Case, ...]
    spoken: Mapping[str, int]
    attributes: Mapping[str, Mapping[str, str]]
    titles: tuple[str, ...]
    made_from: str
    selection: Selection
    names: Pseudonyms | None = None
    language: str = "en"

    def called(self, name: str) -> str:
        """Return how a case, a speaker or a transcript is called in print."""
        return self.names.name(name) if self.names else name

    def noted(self, tables: Iterable[Table]) -> list[Table]:
        """Say below each table what it was made from."""
        return [replace(table, note=f"{table.note} {self.made_from}".strip()) for table in tables]


def findings(study: Study, selection: Selection | None = None) -> Findings:
    """Select citations, with all that tables and figures need beside them.

    Raises
    ------
    UsageError
        As `citations`.
    """
    selection = selection or Selection()
    every = citations(
        study, code=selection.code, only="all", coders=selection.coders, cases=selection.cases, since=selection.since
    )
    every = with_editions(study, every)
    cases = tuple(one for one in corpus.cases(study.store) if not selection.cases or one.name in selection.cases)
    spoken = {name: words[Role.RESPONDENT] for name, words in words_by_role(study).items()}
    if selection.cases:
        inside = {name for case in cases for name in case.transcripts} | set(selection.cases)
        spoken = {name: words for name, words in spoken.items() if name in inside}
    said, speakers = corpus.attributes(study.store), corpus.speakers(study.store)
    people = [one for name in spoken for one in speakers.get(name, {}).values() if one.role is Role.RESPONDENT]
    names = None if selection.real_names else pseudonyms_of(study)
    called, rewritten = (names.name, names.words) if names else (str, str)
    made_from = _made_from(study, [c for c in every if wants(selection.only, c.provenance)], selection, called)
    if names:
        made_from = f"{made_from} {note(every, names)}"
        every, cases = renamed(every, cases, names, spoken)
    return Findings(
        citations=tuple(c for c in every if wants(selection.only, c.provenance)),
        every=tuple(every),
        scheme=below(study, selection.code),
        cases=tuple(sorted(cases, key=lambda case: natural(case.name))),
        spoken={called(name): words for name, words in spoken.items()},
        attributes={
            called(name): {key: rewritten(value) for key, value in said.get(name, {}).items()} for name in spoken
        },
        titles=tuple(sorted({rewritten(one.title) for one in people if one.title})),
        made_from=made_from,
        selection=selection,
        names=names,
        language=study.settings.language,
    )


def _made_from(study: Study, found: Sequence[Citation], selection: Selection, called: Callable[[str], str]) -> str:
    """Say which codings a table was made from, by which scheme and models, and how to make it again."""
    kinds = Counter(c.provenance for c in found)
    coders = ", ".join(sorted({c.coder for c in found if c.coder})) or "nobody"
    in_bulk = f"{kinds[Provenance.BULK]} accepted in bulk unreviewed, " if kinds[Provenance.BULK] else ""
    unseen = kinds[Provenance.BULK] + kinds[Provenance.UNREVIEWED]
    said = [
        f"Citations in all: {len(found)} ({kinds[Provenance.HUMAN]} coded by people unaided, "
        f"{kinds[Provenance.ACCEPTED]} accepted suggestions, {in_bulk}"
        f"{kinds[Provenance.UNREVIEWED]} suggestions that nobody has reviewed); never seen by a person: {unseen}.",
        selection.in_words(called),
        f"Coders: {coders}.",
        _models(study, found),
        stand_of(study),
    ]
    return " ".join(filter(None, said))


def stand_of(study: Study) -> str:
    """Say which scheme and which state of the log something was made from."""
    events, chain = log.head(study.store)
    scheme = f"Scheme: {study.scheme.name}, {version_in_words(study.store, study.scheme.source)}."
    past = f" The study as it stood at {study.as_of}; cases, speakers and settings are those of now."
    gone = withdrawal.count(study.store)
    less = f" Not counted, as the words were withdrawn: {gone} codings and readings of the log." if gone else ""
    return f"{scheme} Log: {events} events, {chain[:12]}.{less}{past if study.as_of else ''}"


def _models(study: Study, found: Sequence[Citation]) -> str:
    """Name the models whose suggestions are among the citations, each with the beginning of its sha256."""
    digests = {name: sha for name, sha, _, _ in log.adoptions(study.store)}
    names = sorted({c.suggested_by for c in found if c.suggested_by})
    models = ", ".join(f"{name} ({digests.get(name, 'never adopted')[:12]})" for name in names)
    return f"Suggested by: {models}." if names else ""
