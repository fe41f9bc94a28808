"""Citation tables of a study, and which citations are printed in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coder.embed.languages import of_language
from coder.errors import UsageError, did_you_mean
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.tables.citation_order import one_a_passage
from coder.tables.quotation.choose import CHOICES, Choice, choose
from coder.tables.quote_tables import citation_rows, citation_tables
from coder.types import Citation, Progress, Table, silent

__all__ = ["CHOICES", "PER_CODE", "Choice", "Chosen", "chosen_of", "flat_citations", "quote_tables"]

PER_CODE = 3
"""How many citations of a code are printed when the most typical or the most varied are, and no number is asked for."""

_SAID = {
    "all": "by case",
    "pinned": "those chosen by hand",
    "typical": "those nearest in meaning to the centre of the code's passages",
    "varied": "the most typical one, then the farthest in meaning from those before, of cases not shown yet first",
}


@dataclass(frozen=True)
class Chosen:
    """Citations that are chosen to be printed, what a table says of the choice, and what speaks against it."""

    citations: Sequence[Citation]
    said: str = ""
    warnings: tuple[str, ...] = ()


def chosen_of(
    study: Study, found: Findings, how: Choice = "all", per_code: int | None = None, progress: Progress = silent
) -> Chosen:
    """Choose which citations of each code are printed: at most `per_code`, those first that were pinned.

    For `typical` and `varied` the passages are read by the study's encoder, and `per_code` is 3 where it is None.

    Raises
    ------
    UsageError
        The pinned ones are to be printed, and none is.
    ModelError
        The study's encoder is not there.
    """
    if how == "pinned" and found.citations and not any(cited.pinned for cited in found.citations):
        todo = f"`coder citations pin {study.folder} ID` pins one, by its Id in a table"
        raise UsageError("none of these citations is pinned", todo=todo)
    most = PER_CODE if per_code is None and how in {"typical", "varied"} else per_code
    at_most = f"at most {most} citation{'s' * (most > 1)} a code, " if most else ""
    by_hand = ", but first those chosen by hand" if any(cited.pinned for cited in found.citations) else ""
    said = f"Printed: {at_most}{_SAID[how]}{by_hand if how != 'pinned' else ''}." if how != "all" or most else ""
    if how in {"all", "pinned"}:
        return Chosen(choose(one_a_passage(found.citations), how, most), said)
    vectors, encoder, warnings = _vectors(study, found.citations, progress)
    said = " ".join([f"{said} Encoder: {encoder}.", *(f"Caution: {warning}." for warning in warnings)])
    return Chosen(choose(one_a_passage(found.citations), how, most, vectors), said, warnings)


def _vectors(
    study: Study, citations: Iterable[Citation], progress: Progress
) -> tuple[dict[int, Sequence[float]], str, tuple[str, ...]]:
    """Return what each cited segment means, the encoder that says so, and whether it knows the language."""
    from coder.embed.cache import embed
    from coder.embed.encoders import encoder as named

    encoder = named(study.settings.encoder)
    words = {cited.segment: cited.words for cited in citations}
    vectors = embed(list(words.values()), encoder, study.vectors, progress)[:, : encoder.meaning]
    foreign = (
        f"the study's language is `{study.settings.language}`, which its encoder was not made for: what is typical and "
        "what is varied is little better than chance"
    )
    warnings = (foreign,) if of_language(encoder.languages, study.settings.language) else ()
    return dict(zip(words, vectors, strict=True)), study.settings.encoder, warnings


def quote_tables(
    found: Findings,
    chosen: Chosen | None = None,
    *,
    languages: Sequence[str] = (),
    evidence: bool = True,
) -> list[Table]:
    """Return a citation table for each dimension (or heading), and one of the evidence for each id.

    Parameters
    ----------
    chosen
        Which citations are printed; by default all.
    languages
        A column for each; by default the words as they were said, in the study's language.
    evidence
        Add the table of evidence.

    Raises
    ------
    UsageError
        Nothing is translated into one of the languages.
    """
    known = {found.language, *(language for cited in found.every for language in cited.translations)}
    if unknown := [language for language in languages if language not in known]:
        todo = did_you_mean(unknown[0], known) or "`coder citations translate` keeps one, `coder citations sheet` many"
        raise UsageError(f"no citation is translated into `{unknown[0]}`", todo=todo)
    tables = citation_tables(
        found.citations,
        found.scheme,
        chosen=chosen.citations if chosen else None,
        languages=tuple(dict.fromkeys(languages)),
        original=found.language,
        evidence=evidence,
    )
    if chosen:
        tables = [one if one.key else replace(one, note=f"{one.note} {chosen.said}".strip()) for one in tables]
    return found.noted(tables)


def flat_citations(found: Findings) -> Table:
    """Return all citations as one table, a row each, with every link of the chain in a column."""
    return found.noted([citation_rows(with_words_renamed(found, found.citations), found.scheme)])[0]


def with_words_renamed(found: Findings, citations: Iterable[Citation]) -> list[Citation]:
    """Return citations whose own words, too, are under pseudonyms where the study has them."""
    if found.names is None:
        return list(citations)
    return [replace(cited, words=found.names.words(cited.words)) for cited in citations]
