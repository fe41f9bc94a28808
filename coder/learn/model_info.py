"""What a model knows of itself: what it learned from, with which settings, and how well it generalises."""

from __future__ import annotations

from dataclasses import dataclass, field

from coder.learn.evaluation import CaseQuality


@dataclass(frozen=True)
class UnseenCases:
    """How well a model codes the units of a case of which it has seen no transcript.

    Attributes
    ----------
    held_out
        Where the figures come from: `case` (fitted again by case), `transcript` (each case has one coded transcript,
        so the usual folds hold out cases), or "" where nothing was measured.
    folds
        Folds by case; None where nothing was fitted again.
    macro_f1, usual
        Over all units: with whole cases held out, and with transcripts held out; None where unknown.
    by_case
        The quality of each case.
    """

    held_out: str = ""
    folds: int | None = None
    macro_f1: float | None = None
    usual: float | None = None
    by_case: tuple[CaseQuality, ...] = ()


@dataclass(frozen=True)
class ModelInfo:
    """What a bundle records of its model.

    Attributes
    ----------
    study, study_id
        The title of the study that it was trained on, for people, and its id, by which it is recognised.
    encoder_name, encoder
        The encoder as study.toml names it, and its fingerprint.
    recipe
        How the encoder was fine-tuned (`embed.tuning.RECIPE`); "" where it was not.
    units
        The number of units that people had judged.
    transcripts, texts
        Their transcripts: names, and the sha256 of each text.
    fingerprint
        The sha256 of all that was learned from.
    usual
        From `dataset_shift.usual`: what is usual among the training units.
    """

    name: str = ""
    study: str = ""
    study_id: str = ""
    scheme: str = ""
    scheme_sha256: str = ""
    encoder_name: str = ""
    encoder: str = ""
    recipe: str = ""
    language: str = "en"
    units_rule: str = ""
    folds: int = 0
    min_positives: int = 0
    seed: int = 0
    units: int = 0
    transcripts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    usual: dict[str, dict[str, float]] = field(default_factory=dict)
    cases: UnseenCases = UnseenCases()

    @property
    def finetuned(self) -> bool:
        """Whether the encoder's upper layers were fine-tuned, too."""
        return bool(self.recipe)
