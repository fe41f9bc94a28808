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

from coder.steps.agreeing import agreement_of
from coder.steps.checking import check
from coder.steps.citing import citations
from coder.steps.coding import import_codings
from coder.steps.importing import import_transcripts
from coder.steps.running import run
from coder.steps.segmenting import segment_study
from coder.steps.study import Study, new_study, open_study
from coder.steps.suggesting import suggest
from coder.steps.training import train

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
