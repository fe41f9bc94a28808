"""JSON of programs that turn speech into text; which of them wrote a file is told by its keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.decode import decode
from coder.transcripts.labels import milliseconds
from coder.transcripts.turns import Parsed, Piece, Source, parsed


def read_speech_json(source: Source) -> Parsed:
    """Read what a program for speech recognition wrote as JSON; consecutive segments of one speaker are a turn.

    Notes say which program's form it was, and how many segments were cut where the speaker changes between words.

    Raises
    ------
    TranscriptError
        The file is no JSON, not of a form that is known, or lacks a part of its form.
    """
    raw, encoding, notes = decode(source.data, source.path)
    try:
        found = json.loads(raw)
    except json.JSONDecodeError as error:
        where = f"{source.path}, line {error.lineno}"
        raise TranscriptError(f"is not JSON ({error.msg})", where=where, todo="export the transcript again") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or brackets nested so deeply
        raise TranscriptError("is JSON that no transcript holds", where=source.path) from error
    form = next((form for form in _FORMS if _fits(form, found)), None)
    if form is None:
        known = ", ".join(dict.fromkeys(form.name for form in _FORMS))
        todo = f"known are the forms of {known}; or export it as .vtt, .srt, .txt or .docx"
        raise TranscriptError("is JSON of an unknown form", where=source.path, todo=todo)
    cut: list[int] = []
    try:
        pieces = list(form.pieces(found, cut))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        message = f"looks like the JSON of {form.name}, but a part is missing or not as it is there ({error!r})"
        raise TranscriptError(message[:300], where=source.path, todo="export the transcript again") from error
    notes += (f"read as the JSON of {form.name}",)
    if cut:
        notes += (f"{len(cut)} segments are cut where the speaker changes between their words",)
    return parsed(pieces, encoding, notes)


class _Form(NamedTuple):
    """A form of JSON: whose it is, the keys that tell (a path each), and what makes pieces of it."""

    name: str
    keys: tuple[str, ...]
    pieces: Callable[[Any, list[int]], Iterable[Piece]]


def _fits(form: _Form, found: Any) -> bool:
    return all(_at(found, key) is not None for key in form.keys)


def _at(found: Any, path: str) -> Any:
    """Return what stands at a path of keys such as `results.items`; a list is entered at its first element."""
    for key in path.split("."):
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _ms(time: Any, unit: int = 1000) -> int | None:
    """Return a time in seconds, as a number or a text such as `1.5s`, in milliseconds; None where there is none."""
    if isinstance(time, str):
        return milliseconds(time.removesuffix("s"))
    found = None if time is None else round(float(time) * unit)
    if found is not None and not 0 <= found < 10**12:
        raise ValueError(f"no time: {time}")
    return found


def _name(speaker: Any, word: str = "Speaker ") -> str:
    """Return a speaker's label; a number or a single letter is that of a speaker without a name."""
    label = "" if speaker is None else str(speaker).strip()
    return f"{word}{label}" if len(label) == 1 or label.isdecimal() else label


def _joined(tokens: Iterable[Piece]) -> Iterator[Piece]:
    """Join words, which bring the blanks before them, to what each speaker says."""
    for speaker, run in groupby(tokens, key=lambda token: token.speaker):
        said = list(run)
        times = [time for token in said for time in (token.at_ms, token.until_ms) if time is not None]
        words = " ".join("".join(token.words for token in said).split())
        yield Piece(speaker, words, min(times, default=None), max(times, default=None))


def _segments(found: Any, cut: list[int]) -> Iterator[Piece]:
    """Whisper, WhisperX and others: segments with times in seconds; their words may have speakers of their own."""
    for n, segment in enumerate(found["segments"]):
        text, at_ms, until_ms = segment["text"], _ms(segment.get("start")), _ms(segment.get("end"))
        words = [word for word in segment.get("words") or () if word.get("speaker")]
        if len({word["speaker"] for word in words}) > 1:
            cut.append(n)
            yield from _by_words(text, words)
        else:
            who = segment.get("speaker") or (words[0]["speaker"] if words else None)
            yield Piece(_name(who), text.strip(), at_ms, until_ms)


def _by_words(text: str, words: list[dict[str, Any]]) -> Iterator[Piece]:
    """Cut the text of a segment before each word whose speaker is another than that of the word before."""
    runs = [(who, list(run)) for who, run in groupby(words, key=lambda word: word["speaker"])]
    cuts = [0]
    at = 0
    for _, run in runs[:-1]:
        for word in run:
            if (place := text.find(said := word["word"].strip(), at)) >= 0:
                at = place + len(said)
        cuts.append(at)
    for (who, run), start, end in zip(runs, cuts, [*cuts[1:], len(text)], strict=True):
        yield Piece(_name(who), text[start:end].strip(), _ms(run[0].get("start")), _ms(run[-1].get("end")))


def _whisper_cpp(found: Any, _: list[int]) -> Iterator[Piece]:
    for segment in found["transcription"]:
        at_ms, until_ms = (_ms(segment["offsets"][end], unit=1) for end in ("from", "to"))
        yield Piece(_name(segment.get("speaker")), segment["text"].strip(), at_ms, until_ms)


def _assembly(found: Any, _: list[int]) -> Iterator[Piece]:
    """AssemblyAI: times in milliseconds; without speakers there are words alone."""
    for one in found.get("utterances") or found["words"]:
        at_ms, until_ms = (_ms(one[end], unit=1) for end in ("start", "end"))
        yield Piece(_name(one.get("speaker")), one["text"].strip(), at_ms, until_ms)


def _deepgram(found: Any, _: list[int]) -> Iterator[Piece]:
    results = found["results"]
    if utterances := results.get("utterances"):
        for one in utterances:
            who = one.get("speaker", one["channel"] if len(results["channels"]) > 1 else None)
            yield Piece(_name(who), one["transcript"].strip(), _ms(one["start"]), _ms(one["end"]))
        return
    several = len(results["channels"]) > 1
    words = [
        (n if several else word.get("speaker"), word)
        for n, channel in enumerate(results["channels"])
        for word in channel["alternatives"][0]["words"]
    ]
    words.sort(key=lambda one: one[1]["start"])
    yield from _joined(
        Piece(_name(who), " " + word.get("punctuated_word", word["word"]), _ms(word["start"]), _ms(word["end"]))
        for who, word in words
    )


def _aws(found: Any, _: list[int]) -> Iterator[Piece]:
    """AWS Transcribe: words and punctuation; who speaks stands beside them, or in a list by the start of each word."""
    results = found["results"]
    segments = (results.get("speaker_labels") or {}).get("segments", ())
    who = {word["start_time"]: word["speaker_label"] for segment in segments for word in segment["items"]}
    speaker = ""
    tokens = []
    for item in results["items"]:
        spoken = item["type"] != "punctuation"
        if spoken:
            speaker = item.get("speaker_label") or who.get(item["start_time"], speaker)
        words = item["alternatives"][0]["content"]
        times = _ms(item.get("start_time")), _ms(item.get("end_time"))
        tokens.append(Piece(speaker, f" {words}" if spoken else words, *times))
    yield from _joined(tokens)


def _rev(found: Any, _: list[int]) -> Iterator[Piece]:
    """Rev: monologues of words and marks; speakers may have names in a list."""
    names = {str(one.get("id")): one.get("name") for one in found.get("speakers") or ()}
    for monologue in found["monologues"]:
        speaker = monologue["speaker"]
        if isinstance(speaker, dict):
            speaker = speaker.get("name") or speaker["id"]
        who = _name(names.get(str(speaker)) or speaker)
        elements = monologue["elements"]
        starts = (_ms(one.get("ts", one.get("timestamp"))) for one in elements)
        ends = (_ms(one.get("end_ts", one.get("end_timestamp"))) for one in elements)
        yield from _joined(
            Piece(who, one["value"], start, end) for one, start, end in zip(elements, starts, ends, strict=True)
        )


def _speechmatics(found: Any, _: list[int]) -> Iterator[Piece]:
    tokens = []
    for one in found["results"]:
        best = one["alternatives"][0]
        before = "" if one["type"] == "punctuation" else " "
        speaker = best.get("speaker") if best.get("speaker") != "UU" else None  # UU: unknown
        tokens.append(Piece(_name(speaker), before + best["content"], _ms(one["start_time"]), _ms(one["end_time"])))
    yield from _joined(tokens)


def _google(found: Any, _: list[int]) -> Iterator[Piece]:
    """Google: with speakers, the last result repeats all words, each with its speaker."""
    best = [result["alternatives"][0] for result in found["results"] if result.get("alternatives")]
    tagged = any(word.get("speakerTag") for word in best[-1].get("words", ()))
    tokens = []
    for one in best[-1:] if tagged else best:
        if not one.get("words"):
            tokens.append(Piece("", f" {one['transcript']}"))
        for word in one.get("words", ()):
            times = _ms(word.get("startTime")), _ms(word.get("endTime"))
            tokens.append(Piece(_name(word.get("speakerTag")), f" {word['word']}", *times))
    yield from _joined(tokens)


def _elevenlabs(found: Any, _: list[int]) -> Iterator[Piece]:
    yield from _joined(
        Piece(_name(word.get("speaker_id")), word["text"], _ms(word.get("start")), _ms(word.get("end")))
        for word in found["words"]
    )


_FORMS = (
    _Form("WhisperX", ("segments.text", "word_segments"), _segments),
    _Form("Whisper", ("segments.text",), _segments),
    _Form("whisper.cpp", ("transcription.offsets",), _whisper_cpp),
    _Form("AssemblyAI", ("utterances.text", "utterances.speaker"), _assembly),
    _Form("AssemblyAI", ("words.confidence", "words.text", "status"), _assembly),
    _Form("Deepgram", ("results.channels.alternatives",), _deepgram),
    _Form("AWS Transcribe", ("results.items.alternatives",), _aws),
    _Form("Rev", ("monologues.elements",), _rev),
    _Form("Speechmatics", ("results.alternatives.content", "results.type"), _speechmatics),
    _Form("Google Speech-to-Text", ("results.alternatives.transcript",), _google),
    _Form("ElevenLabs", ("words.text", "words.type"), _elevenlabs),
)
"""The forms that are known, those that others resemble first."""
