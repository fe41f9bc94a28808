"""Code interview transcripts, audit the suggestions, retrain, and print citation tables.

>>> import coder, tempfile
>>> with coder.create(tempfile.mkdtemp() + "/study", scheme="network-coordination") as study:
...     len(study.codes()), study.check().findings
(26, ())

`open` and `create` give a study with data frames; `CodeClassifier` is the classifier as a scikit-learn estimator;
`agreement` takes a data frame of codings. `nlp.add_pipe("coder")` adds suggested codes to a spaCy pipeline. Nothing
heavy is imported before a name is used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if "CODER_NO_NETWORK" in os.environ:  # a child process of the command line (coder.network)
    from coder.network import refuse_network

    refuse_network()

if TYPE_CHECKING:
    from coder import agreement
    from coder.library.classifier import CodeClassifier
    from coder.library.study import Study, create, open

__all__ = ["CodeClassifier", "Study", "__version__", "agreement", "create", "open"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("transcript-coder")
    if name == "agreement":
        import coder.agreement  # `from coder import` would ask for the name here again

        return coder.agreement
    if name == "CodeClassifier":
        from coder.library.classifier import CodeClassifier

        return CodeClassifier
    if name in __all__:
        from coder.library import study

        return getattr(study, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
