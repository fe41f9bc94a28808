"""What the methods appendix reports of a study: facts for its templates, without a sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from coder.steps.agreement.quality import Measures, measure_study
from coder.steps.audit.anchoring_bias import Anchoring, anchoring
from coder.steps.estimates.precision_guarantee import GuaranteeResult, guarantee_of
from coder.steps.estimates.prevalence import Estimates, estimates_of
from coder.steps.findings.saturation import Saturation, saturation_of
from coder.steps.integrity import Checked, check
from coder.steps.models.registry import current_model
from coder.steps.publishing.methods.coding_facts import CodingFacts
from coder.steps.publishing.methods.corpus_facts import Told
from coder.store import log
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.learn.model import Model

PACKAGES = ("transcript-coder", "numpy", "scipy", "scikit-learn", "torch", "sentence-transformers", "spacy")


@dataclass(frozen=True)
class Facts(CodingFacts):
    """What the log tells about a study; each fact is computed once, when it is first asked for.

    Templates see the public names of this class and its bases as `facts.NAME`. Where the log holds nothing on a subject
    the fact is None, or empty.
    """

    @cached_property
    def last_event(self) -> int:
        """The number of the last event in the log."""
        return log.head(self._study.store)[0]

    @cached_property
    def chain(self) -> str:
        """The hash of the last event in the log."""
        return log.head(self._study.store)[1]

    @property
    def when(self) -> str:
        """The time (ISO 8601, UTC) of the last event, or else of the last import."""
        return self._events[-1].at if self._events else max(self.imported)

    # The model and its suggestions

    @cached_property
    def adoptions(self) -> list[tuple[str, str, str, str]]:
        """The models that were adopted: name, sha256, why, when."""
        return log.adoptions(self._study.store)

    @cached_property
    def _model(self) -> tuple[Path, Model] | None:
        from coder.learn.bundle import load_model

        folder = current_model(self._study)
        return (folder, load_model(folder)) if folder else None

    @property
    def model(self) -> Told | None:
        """The adopted model: its name, what its bundle records (`about`), whether it was trained on this study."""
        if self._model is None:
            return None
        folder, model = self._model
        return {
            "name": folder.name,
            "about": model.info,
            "cases": model.info.cases,
            "finetuned": model.info.finetuned,
            "own": model.info.study_id == self._study.store.study_id(),
        }

    @cached_property
    def measures(self) -> Measures:
        """The quality of the adopted model on held-out transcripts."""
        return measure_study(self._study)

    @property
    def quality(self) -> list[Told]:
        """The adopted model by code, against what people say now: counts, threshold, precision, recall, F1."""
        found, f1 = self.measures.by_code, self.measures.f1
        return [{"one": one, "threshold": threshold, "f1": f1[one.code]} for one, threshold in found]

    @cached_property
    def anchoring(self) -> list[Anchoring]:
        """Decisions with suggestions shown beside blind ones, for each coder who has answered any."""
        return anchoring(self._study)

    # Estimates

    @cached_property
    def guarantee(self) -> GuaranteeResult | None:
        """The precision guarantee of the last random sample at 90 % precision and 95 % confidence."""
        return self._unless_missing(lambda: guarantee_of(self._study))

    @property
    def guarantee_table(self) -> Table | None:
        """What may be accepted under the guarantee, all codes together."""
        return self.guarantee.table("", self.guarantee.together) if self.guarantee else None

    @cached_property
    def estimates(self) -> Told | None:
        """How often each code occurs, naive and corrected: all rows, those corrected, those far off; draws; tables."""
        found: Estimates | None = self._unless_missing(lambda: estimates_of(self._study))
        if found is None:
            return None
        corrected = [row for row in found.rows if not isnan(row.here.share)]
        naive = [row for row in found.rows if not isnan(row.here.naive)]
        return {
            "rows": found.rows,
            "known": max((row.here.known for row in found.rows), default=0),
            "naive": bool(naive),
            "corrected": corrected,
            "outside": [row.code for row in naive if row.here.naive < row.here.low or row.here.naive > row.here.high],
            "draws": found.draws,
            "table": found.table(),
            "draws_table": found.draws_table(),
        }

    @cached_property
    def saturation(self) -> Told | None:
        """What further transcripts brought; None where fewer than two are coded.

        `first` is the assessment by the usual base, run and threshold; `last_new_code` and `last_new_pair` (of a code
        and a case) are the places of the last transcripts that brought any.
        """
        found: Saturation | None = self._unless_missing(lambda: saturation_of(self._study))
        if found is None:
            return None
        places = list(enumerate(found.transcripts, start=1))
        return {
            "order": found.order,
            "transcripts": len(found.transcripts),
            "codes": found.transcripts[-1].codes.known,
            "pairs": found.transcripts[-1].pairs.known,
            "last_new_code": max((place for place, one in places if one.codes.new), default=0),
            "last_new_pair": max((place for place, one in places if one.pairs.new), default=0),
            "left_out": len(found.left_out),
            "partly": found.partly,
            "first": found.assessed[0],
            "assessment": found.assessment(),
            "further": found.table(),
        }

    # Software and audit trail

    @property
    def written_by(self) -> list[tuple[str, int]]:
        """The versions of coder that wrote the log, with the number of their runs."""
        return list(Counter(str(run["version"]) for run in log.runs(self._study.store)).items())

    @property
    def software(self) -> list[tuple[str, str]]:
        """The packages that figures depend on, with the versions installed here."""
        found = []
        for name in PACKAGES:
            try:
                found.append((name, version(name)))
            except PackageNotFoundError:
                continue
        return found

    @cached_property
    def checked(self) -> Checked:
        """What the check of the study found."""
        return check(self._study)
