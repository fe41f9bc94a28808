"""Facts on what was coded, and with what: corpus, units and coding scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any, TypeVar

from coder.config import Settings
from coder.errors import StudyError, UsageError
from coder.rules import count_words
from coder.scheme.describing import scheme_table
from coder.scheme.reading import parse_scheme
from coder.steps.corpus.transcripts import words_by_role
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study
from coder.store import corpus, withdrawal
from coder.store.judgements import Which, judgements
from coder.store.scheme_versions import Version, source, versions
from coder.transcripts.segment import parse_rule
from coder.types import Case, Judgement, Progress, Role, Scheme, Speaker, Unit, silent

Found = TypeVar("Found")
Told = dict[str, Any]
"""Facts that belong together, by name; a template writes `one.name`."""


@dataclass(frozen=True)
class CorpusFacts:
    """What the log tells of the corpus, its units and the coding scheme."""

    _study: Study
    _replicates: int
    _progress: Progress = silent

    @property
    def settings(self) -> Settings:
        """The study's settings."""
        return self._study.settings

    # Corpus and units

    @cached_property
    def transcripts(self) -> dict[str, corpus.StoredTranscript]:
        """Name -> transcript, of those whose text has not been withdrawn."""
        return corpus.transcripts(self._study.store)

    @property
    def imported(self) -> list[str]:
        """When each transcript was imported."""
        return [item.at for item in self.transcripts.values()]

    @property
    def formats(self) -> list[tuple[int, str]]:
        """How many transcripts have each file format."""
        found = Counter(item.transcript.format for item in self.transcripts.values())
        return [(n, name) for name, n in found.most_common()]

    @property
    def timed(self) -> int:
        """How many transcripts have the time of a turn in the recording."""
        return sum(any(t.at_ms is not None for t in one.transcript.turns) for one in self.transcripts.values())

    @property
    def noted(self) -> int:
        """In how many transcripts the reader had to guess something."""
        return sum(bool(item.transcript.notes) for item in self.transcripts.values())

    @cached_property
    def withdrawn(self) -> list[str]:
        """The transcripts whose text has been deleted."""
        return corpus.withdrawn_transcripts(self._study.store)

    @cached_property
    def masked(self) -> int:
        """The number of transcripts from which a speaker has withdrawn."""
        masked = withdrawal.redacted(self._study.store, "text")
        return sum(one.text in masked for one in self.transcripts.values())

    @property
    def dates(self) -> list[str]:
        """The dates of interviews in cases.csv, in order."""
        said = corpus.attributes(self._study.store).values()
        return sorted(value for one in said for key, value in one.items() if key.lower() == "date" and value)

    @cached_property
    def cases(self) -> list[Told]:
        """The cases that have transcripts; a transcript without a case is a case by itself.

        Of each: name, number of transcripts, titles of its respondents, words of respondents and of interviewers,
        number of units, attributes.
        """
        known = corpus.cases(self._study.store)
        of_some = {name for case in known for name in case.transcripts}
        own = [Case(name, (name,)) for name in self.transcripts if name not in of_some]
        speakers, words = corpus.speakers(self._study.store), words_by_role(self._study)
        units = Counter(unit.segment.span.transcript for unit in self.units)
        found = [(case, [name for name in case.transcripts if name in self.transcripts]) for case in [*known, *own]]
        return [
            {
                "name": case.name,
                "transcripts": len(names),
                "respondents": _respondents(speakers, names),
                "words": sum(words[name][Role.RESPONDENT] for name in names),
                "interviewer_words": sum(words[name][Role.INTERVIEWER] for name in names),
                "units": sum(units[name] for name in names),
                "attributes": [(key, value) for key, value in case.attributes.items() if value],
                "keys": list(case.attributes),
            }
            for case, names in found
            if names
        ]

    @cached_property
    def units(self) -> list[Unit]:
        """The units of coding."""
        return units_of(self._study)

    @property
    def unit_rule(self) -> Told:
        """The rule by which units are cut: its name, and sentences a unit (0: a turn)."""
        rule = parse_rule(self.settings.units)
        return {"name": str(rule), "sentences": rule.sentences}

    @property
    def unit_words(self) -> Told:
        """The length of units in words: median, least and most."""
        lengths = [count_words(unit.segment.words) for unit in self.units]
        return {"median": median(lengths), "least": min(lengths), "most": max(lengths)}

    # Coding scheme

    @property
    def scheme(self) -> Scheme:
        """The scheme as it stands."""
        return self._study.scheme

    @property
    def facets(self) -> list[Told]:
        """Each facet with its number of values that can be given, and how many of these are explained."""
        found = []
        for facet in self.scheme.facets:
            values = [value for value in self.scheme.of_facet(facet) if not value.group and not value.retired]
            found.append(
                {
                    "name": facet,
                    "size": len(values),
                    "defined": sum(bool(v.definition) for v in values),
                    "bounded": sum(bool(v.use_when or v.not_when) for v in values),
                    "exemplified": sum(bool(v.examples) for v in values),
                }
            )
        return found

    @property
    def codebook(self) -> list[Told]:
        """The values of each facet with their definitions, as a table for each facet."""
        tables = scheme_table(self.scheme)
        return [{"facet": facet, "table": one} for facet, one in zip(self.scheme.facets, tables, strict=True)]

    @cached_property
    def versions(self) -> list[Told]:
        """The versions of the scheme: number, time, coder, recorded change, kind, codes, codings made with it, sha256.

        `kind` is first, recorded, by_hand or undone.
        """
        given = Counter(event.scheme_version for event in self._events if event.code is not None)
        return [
            {
                "id": one.id,
                "at": one.at,
                "by": one.coder,
                "what": one.what,
                "kind": "first" if n == 0 else _kind(one),
                "codes": len(parse_scheme(source(self._study.store, one.id) or "", f"version {one.id}").codes),
                "codings": given[one.id],
                "sha256": one.sha256,
            }
            for n, one in enumerate(versions(self._study.store))
        ]

    @cached_property
    def _events(self) -> list[Judgement]:
        return judgements(self._study.store, which=Which.AS_WRITTEN)

    def _unless_missing(self, compute: Callable[[], Found]) -> Found | None:
        """Compute a fact; None where the study has not come that far."""
        try:
            return compute()
        except (StudyError, UsageError):
            return None


def _respondents(speakers: dict[str, dict[str, Speaker]], names: Sequence[str]) -> list[str]:
    """Return the titles of the respondents in some transcripts, told apart by label; a title may be empty."""
    who = [one for name in names for one in speakers.get(name, {}).values()]
    return list({one.label: one.title for one in who if one.role is Role.RESPONDENT}.values())


def _kind(change: Version) -> str:
    if change.undoes is not None:
        return "undone"
    return "recorded" if change.what else "by_hand"
