"""Code interview transcripts, audit the suggestions, retrain, and print citation tables.

The public names are the steps of the line. Each takes an open study and returns plain dataclasses:

>>> from pathlib import Path
>>> import tempfile
>>> folder = Path(tempfile.mkdtemp()) / "study"
>>> _ = new_study(folder)
>>> study = open_study(folder)
>>> len(study.scheme.codes), check(study).findings
(26, ())
>>> study.close()
"""

from coder.steps.agreement.intercoder import agreement_of
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.steps.pipeline import run
from coder.steps.study.study import Study, new_study, open_study

__all__ = [
    "Study",
    "agreement_of",
    "check",
    "citations",
    "import_codings",
    "import_transcripts",
    "new_study",
    "open_study",
    "run",
    "segment_study",
    "suggest",
    "train",
]
