"""What there is to do in a study, for one coder."""

from __future__ import annotations

from dataclasses import dataclass

from coder.steps.study.study import Study
from coder.store import log, overview
from coder.store.overview import Progress


@dataclass(frozen=True)
class Overview:
    """A coder's progress by transcript and over all; `model` is empty where nothing has been suggested yet."""

    transcripts: tuple[Progress, ...]
    model: str

    @property
    def units(self) -> int:
        """All units."""
        return sum(one.units for one in self.transcripts)

    @property
    def read(self) -> int:
        """The units that the coder has read."""
        return sum(one.read for one in self.transcripts)

    @property
    def waiting(self) -> int:
        """The units with suggestions that the coder has not read."""
        return sum(one.waiting for one in self.transcripts)


def to_do(study: Study, coder: str) -> Overview:
    """Return what there is to do for a coder."""
    model = log.suggesting_model(study.store)
    return Overview(tuple(overview.progress(study.store, study.settings.units, coder, model)), model)
