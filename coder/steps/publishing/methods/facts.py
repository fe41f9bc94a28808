"""Everything that the methods appendix rests on, collected once from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from coder.errors import StudyError, UsageError
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.quality import Measures, measure_study
from coder.steps.agreement.results import Agreed
from coder.steps.audit.anchoring_bias import Anchoring, anchoring
from coder.steps.audit.outcomes import Board, count_study
from coder.steps.coding.judgements import people
from coder.steps.coding.ratings import Sights, by_sight
from coder.steps.corpus.units import units_of
from coder.steps.estimates.precision_guarantee import Promised, promise_of
from coder.steps.estimates.prevalence import Estimates, estimates_of
from coder.steps.findings.citations import citations
from coder.steps.findings.saturation import Saturation, saturation_of
from coder.steps.integrity import Checked, check
from coder.steps.models.registry import current_model
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.random_draws import Double, doubles
from coder.store.scheme_versions import Version, versions
from coder.types import Case, CoderKind, CodingEvent, Progress, Provenance, Speaker, Unit, Verdict, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.learn.model import Model

Found = TypeVar("Found")
PACKAGES = ("transcript-coder", "numpy", "scipy", "scikit-learn", "torch", "sentence-transformers", "nupunkt", "spacy")


@dataclass(frozen=True)
class Facts:
    """What the log says of a study; each fact is computed when it is first asked for, and once.

    Where the log has nothing to say on a subject it is None, or empty.
    """

    study: Study
    replicates: int
    progress: Progress = silent

    @cached_property
    def transcripts(self) -> dict[str, corpus.StoredTranscript]:
        """The transcripts whose words are there, by name."""
        return corpus.transcripts(self.study.store)

    @cached_property
    def withdrawn(self) -> list[str]:
        """The transcripts whose words have been deleted."""
        return corpus.withdrawn_transcripts(self.study.store)

    @cached_property
    def speakers(self) -> dict[str, dict[str, Speaker]]:
        """Transcript -> label -> speaker."""
        return corpus.speakers(self.study.store)

    @cached_property
    def attributes(self) -> dict[str, dict[str, str]]:
        """Transcript -> what cases.csv says of it."""
        return corpus.attributes(self.study.store)

    @cached_property
    def cases(self) -> list[Case]:
        """The cases, each with the transcripts that have words; a transcript without a case is one of its own."""
        known = corpus.cases(self.study.store)
        of_some = {name for case in known for name in case.transcripts}
        own = [Case(name, (name,)) for name in self.transcripts if name not in of_some]
        found = [Case(c.name, tuple(t for t in c.transcripts if t in self.transcripts), c.attributes) for c in known]
        return [case for case in [*found, *own] if case.transcripts]

    @cached_property
    def units(self) -> list[Unit]:
        """The units of coding."""
        return units_of(self.study)

    @cached_property
    def events(self) -> list[CodingEvent]:
        """The whole log."""
        return log.events(self.study.store)

    @cached_property
    def commands(self) -> dict[int, str]:
        """Run -> the command that made it."""
        return {int(str(run["id"])): str(run["command"]) for run in log.runs(self.study.store)}

    @cached_property
    def people(self) -> list[str]:
        """The coders who are registered as people, the settling one last."""
        return people(self.study)

    @cached_property
    def models(self) -> list[str]:
        """The models that have suggested anything."""
        return log.coders_of_kind(self.study.store, CoderKind.MODEL)

    @cached_property
    def machines(self) -> list[str]:
        """The machines from elsewhere whose codings were imported."""
        return log.coders_of_kind(self.study.store, CoderKind.MACHINE)

    @cached_property
    def judge(self) -> str:
        """The coder whose word settles disagreements; empty where there is none."""
        return self.study.settings.settled_by if self.study.settings.settled_by in self.people else ""

    @cached_property
    def by_people(self) -> list[CodingEvent]:
        """What people have said, word by word, what was given in bulk apart."""
        known = set(self.people)
        return [event for event in self.events if event.coder in known and event.shown != log.BULK]

    @cached_property
    def codings(self) -> list[CodingEvent]:
        """The codes that people have given and that stand."""
        known = set(self.people)
        return [
            e for e in log.current(self.study.store) if e.coder in known and e.code and e.verdict is Verdict.PRESENT
        ]

    @cached_property
    def versions(self) -> list[Version]:
        """The versions of the scheme."""
        return versions(self.study.store)

    @cached_property
    def board(self) -> Board:
        """What was read, suggested, answered and coded, counted."""
        return count_study(self.study)

    @cached_property
    def sights(self) -> Sights:
        """What people said, parted by what they had in sight."""
        return by_sight(self.study)

    @cached_property
    def doubles(self) -> list[Double]:
        """The draws of units for two coders."""
        return doubles(self.study.store)

    @cached_property
    def agreed(self) -> list[Agreed]:
        """Agreement by code, of all sets of coders."""
        return self._unless_missing(lambda: self._agreement("code")) or []

    @cached_property
    def by_facet(self) -> list[Agreed]:
        """Agreement of people by the values of each facet."""
        found = self._unless_missing(lambda: self._agreement("facet")) or []
        return [one for one in found if one.kind == "people"]

    def _agreement(self, by: str) -> list[Agreed]:
        found = agreement_of(self.study, by=by, replicates=self.replicates, progress=self.progress)
        return [own for one in found for own in _of_partners(one, found)]

    @cached_property
    def adoptions(self) -> list[tuple[str, str, str, str]]:
        """The models that were adopted: name, sha256, why, when."""
        return log.adoptions(self.study.store)

    @cached_property
    def model(self) -> tuple[Path, Model] | None:
        """The adopted model with its folder, or None."""
        from coder.learn.bundle import load_model

        folder = current_model(self.study)
        return (folder, load_model(folder)) if folder else None

    @cached_property
    def measures(self) -> Measures:
        """The quality of the adopted model on held-out transcripts."""
        return measure_study(self.study)

    @cached_property
    def provenance(self) -> Counter[Provenance]:
        """How many coded passages came by their code in each way."""
        return Counter(one.provenance for one in citations(self.study, only="all"))

    @cached_property
    def anchoring(self) -> list[Anchoring]:
        """Suggestions in sight beside hidden ones, for each coder who has answered any."""
        return anchoring(self.study)

    @cached_property
    def bulk(self) -> list[CodingEvent]:
        """What was accepted in bulk and stands."""
        return log.in_bulk(self.study.store)

    @cached_property
    def promised(self) -> Promised | None:
        """What precision the last random draw promises at 90 % and 95 % confidence."""
        return self._unless_missing(lambda: promise_of(self.study))

    @cached_property
    def estimates(self) -> Estimates | None:
        """How often each code occurs, naive and corrected."""
        return self._unless_missing(lambda: estimates_of(self.study))

    @cached_property
    def saturation(self) -> Saturation | None:
        """What each further transcript brought; None where fewer than two are coded."""
        return self._unless_missing(lambda: saturation_of(self.study))

    @cached_property
    def checked(self) -> Checked:
        """What came of proving the study."""
        return check(self.study)

    @cached_property
    def disputed(self) -> int:
        """The pairs of unit and code on which people disagree, the settling coder apart."""
        return self.board.count("disputed")

    @property
    def sees_double(self) -> int:
        """The units that two people or more have judged, the settling coder apart."""
        from coder.steps.coding.ratings import of_coders, shared

        names = [name for name in self.people if name != self.judge]
        return int(shared(of_coders(self.sights.everything, names)).sum()) if len(names) > 1 else 0

    def _unless_missing(self, compute: Callable[[], Found]) -> Found | None:
        """Compute a fact; None where the study has not come that far."""
        try:
            return compute()
        except (StudyError, UsageError):
            return None


def _of_partners(one: Agreed, found: Sequence[Agreed]) -> list[Agreed]:
    """Name only those of several coders who share units with another; nothing where two do, who are a pair already."""
    if len(one.overall.coders) < 3:
        return [one]
    pairs = [other.overall.coders for other in found if other.kind == one.kind and len(other.overall.coders) == 2]
    partners = [name for name in one.overall.coders if any(name in pair for pair in pairs)]
    if len(partners) < 3:
        return []
    everybody = f"{', '.join(one.overall.coders[:-1])} and {one.overall.coders[-1]}"
    return [replace(one, title=one.title.replace(everybody, f"{', '.join(partners[:-1])} and {partners[-1]}"))]


def software() -> dict[str, str]:
    """Return the versions of the packages that are installed here, as far as figures depend on them."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
