"""Macro-F1 on held-out transcripts of the same small study in three languages: `python -m benchmarks.languages`.

The interviews are fiction, written for this project. Eight interviews are far too few to rank methods; the table shows
that a study in another language runs, and what its encoder is worth.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.languages.studies import SPEECH, write_study
from coder.embed.encoders import ENCODERS
from coder.errors import ModelError
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.models.train import train
from coder.steps.study.study import open_study


def macro_f1(folder: Path) -> float:
    """Import, segment, code and train a study; return the macro-F1 on transcripts that were held out."""
    study = open_study(folder, create=True)
    import_transcripts(study)
    segment_study(study)
    import_codings(study, folder / "codings" / "ada.csv")
    outcome = train(study)
    study.close()
    return outcome.macro_f1


def main() -> None:
    """Print the table."""
    print(f"| language | {' | '.join(ENCODERS)} |\n| --- |{' ---: |' * len(ENCODERS)}")
    for language in SPEECH:
        cells = []
        for encoder in ENCODERS:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    cells.append(f"{macro_f1(write_study(Path(folder), language, encoder)):.2f}")
                except ModelError:
                    cells.append("")
        print(f"| {language} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
