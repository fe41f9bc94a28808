"""Citations as they are printed: pinned by hand, edited on top of the original, translated; and led back to the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coder.errors import CodingError, UsageError
from coder.steps.coding.coders import check_coder
from coder.steps.study.study import Study
from coder.store import print_edits
from coder.store.judgements import Which, judgement, superseding
from coder.store.print_edits import Passage, Pin, PrintEdit, Translation
from coder.tables.quotation.print_edits import Edit, edits_of, fillers_of, printed
from coder.types import Citation, Judgement, Verdict


@dataclass(frozen=True)
class Editions:
    """What holds of all citations: pins by segment and code, edits and translations by segment."""

    pins: dict[tuple[int, str], Pin]
    edits: dict[int, PrintEdit]
    translations: dict[int, dict[str, Translation]]

    def printed(self, segment: int, words: str) -> str:
        """Return the words of a segment as they are printed; edits of other words, since corrected, do not hold."""
        found = self.edits.get(segment)
        return printed(words, map(Edit._make, found.edits)) if found and found.fits(words) else words

    def translated(self, segment: int) -> dict[str, str]:
        """Return the translations of a segment by language."""
        return {language: one.words for language, one in self.translations.get(segment, {}).items()}

    def pinned(self, segment: int, code: str) -> bool:
        """Say whether a citation is pinned."""
        return (segment, code) in self.pins and self.pins[segment, code].pinned


def editions_of(study: Study) -> Editions:
    """Return what holds of all citations of a study."""
    return Editions(
        print_edits.pins(study.store), print_edits.edits(study.store), print_edits.translations(study.store)
    )


def with_editions(study: Study, citations: Iterable[Citation]) -> list[Citation]:
    """Fill in how citations are printed, their translations, and which are pinned."""
    known = editions_of(study)
    return [
        replace(
            c,
            printed=words if (words := known.printed(c.segment, c.words)) != c.words else "",
            translations=known.translated(c.segment),
            pinned=known.pinned(c.segment, c.code),
        )
        for c in citations
    ]


def pin(study: Study, events: Sequence[int], coder: str, on: bool = True, *, dry_run: bool = False) -> int:
    """Choose citations by hand to be printed, or no longer; return how many were not so before.

    A pin is on a passage and a code: whoever coded it so.

    Raises
    ------
    CodingError
        A number is no citation.
    """
    with study.store.transaction("pin citations", dry_run=dry_run):
        check_coder(study, coder)
        known, pinned = editions_of(study), [cited(study, event) for event in events]
        once = {(one.segment, one.code): one for one in pinned}
        return sum(set_pin(study, known, one, coder, on) for one in once.values())


def edit(study: Study, event: int, words: str | None, coder: str, *, dry_run: bool = False) -> str:
    """Write down how a citation is printed, under whatever code, and return the words as they are printed.

    Parameters
    ----------
    words
        As they should stand in print, with `[…]` for what is cut and `[own words]` in brackets; None goes back to the
        original.

    Raises
    ------
    CodingError
        The number is no citation.
    UsageError
        A word is neither the interview's nor in brackets, or words are left out without a mark.
    """
    with study.store.transaction("edit citations", dry_run=dry_run):
        check_coder(study, coder)
        segment = cited(study, event).segment
        original = passage(study, event, segment).words
        set_edit(study, editions_of(study), segment, original, original if words is None else words, coder)
        return editions_of(study).printed(segment, original)


def translate(study: Study, event: int, language: str, words: str, coder: str, *, dry_run: bool = False) -> bool:
    """Keep a citation in another language, under whatever code; empty words take it back. Return if that is new.

    Raises
    ------
    CodingError, UsageError
        As `cited`, `passage` and `language_code`.
    """
    with study.store.transaction("translate citations", dry_run=dry_run):
        check_coder(study, coder)
        segment = cited(study, event).segment
        original = passage(study, event, segment).words
        return set_translation(study, editions_of(study), segment, original, language_code(language), words, coder)


# --- each inside a transaction; `known` is what held before ---


def set_pin(study: Study, known: Editions, event: Judgement, coder: str, on: bool) -> bool:
    """Pin a citation, or take the pin out, unless it is so; say whether anything was written."""
    if known.pinned(event.segment, str(event.code)) == on:
        return False
    print_edits.write_pin(study.store, event.id, coder, on)
    return True


def set_edit(study: Study, known: Editions, segment: int, original: str, words: str, coder: str) -> bool:
    """Write down how words are printed, unless they are already; say whether anything was written."""
    made = edits_of(original, words, fillers_of(study.settings.language, study.settings.fillers))
    before = known.edits.get(segment)
    if (before.edits if before else ()) == made and (before is None or not made or before.fits(original)):
        return False
    print_edits.write_edit(study.store, segment, original, made, coder)
    return True


def set_translation(
    study: Study, known: Editions, segment: int, original: str, language: str, words: str, coder: str
) -> bool:
    """Keep a translation, unless it is there already; say whether anything was written."""
    before = known.translations.get(segment, {}).get(language)
    words = words.strip()
    if (before.words if before else "") == words and (before is None or before.fits(original)):
        return False
    print_edits.write_translation(study.store, segment, original, language, words, coder)
    return True


def language_code(language: str) -> str:
    """Return a language in small letters.

    Raises
    ------
    UsageError
        It is no two-letter code.
    """
    if not re.fullmatch("[a-z]{2}", language.lower()):
        raise UsageError(f"`{language}` is no language", todo="give its two-letter code, such as en, sv, de")
    return language.lower()


def cited(study: Study, number: int) -> Judgement:
    """Return the event of a citation that its coder has not gone back on, with its code as it is called now.

    Raises
    ------
    CodingError
        There is no such event, or it says of no code that it is present, or it was taken back.
    """
    event = coded(study, number)
    last = [event, *superseding(study.store, number)][-1]
    if last.verdict is not Verdict.PRESENT:
        raise CodingError(
            f"citation {number} was taken back: {last.coder} said `{last.verdict}` on {last.at[:10]}",
            where=study.folder,
            todo=f"`coder citations show {study.folder} {number}` shows what became of it",
        )
    now = judgement(study.store, number, Which.EVERY)
    return event._replace(code=now.code) if now else event


def coded(study: Study, number: int) -> Judgement:
    """Return the event of a citation, be it standing or not.

    Raises
    ------
    CodingError
        There is no such event, or it says of no code that it is present.
    """
    todo = f"`coder quotes {study.folder}` has the number of each citation in the column Id"
    event = judgement(study.store, number)
    if event is None:
        raise CodingError(f"there is no citation {number}", where=study.folder, todo=todo)
    if event.code is None or event.verdict is not Verdict.PRESENT:
        said = f"`{event.code}` is {event.verdict}" if event.code else "that somebody read the unit as a whole"
        raise CodingError(f"{number} is no citation: it says {said}", where=study.folder, todo=todo)
    return event


def passage(study: Study, number: int, segment: int) -> Passage:
    """Return where a citation lies now, with its words.

    Raises
    ------
    CodingError
        Its words are not in the study any more.
    """
    found = print_edits.passage(study.store, segment)
    if found is None:
        raise CodingError(
            f"the words of citation {number} are not in the study now: its transcript was corrected or withdrawn",
            where=study.folder,
            todo="`coder check` lists the passages that have no place",
        )
    return found


def fallen(study: Study) -> list[str]:
    """Say in words which edits and translations were made of words that were corrected since."""
    known = editions_of(study)
    old: list[tuple[int, str, PrintEdit | Translation]] = [
        (s, "edited for print; the edit does not hold any more", one) for s, one in known.edits.items() if one.edits
    ]
    for segment, languages in known.translations.items():
        old += [(segment, f"translated ({language})", one) for language, one in languages.items()]
    found = []
    for segment, what, one in old:
        place = print_edits.passage(study.store, segment)
        if place is not None and not one.fits(place.words):
            number = print_edits.last_citation(study.store, segment)
            found.append(f"{place.transcript}: the words of citation {number} were corrected after they were {what}")
    return found
