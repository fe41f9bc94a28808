"""Bytes to text: certain where it can be, a told guess where not, and an error for what is no text."""

import pytest

from coder.errors import TranscriptError
from coder.transcripts.decode import decode

SWEDISH = "Vi åkte till Örebro för att träffa kunder. Det är så här: vi går på mässor varje år."
GERMAN = "Ich möchte die größeren Geräte prüfen. Schöne Grüße aus Köln, natürlich."
FRENCH = "Nous avons été très contents de l’été à Genève, ça va où on veut — même l'hôtel."
SPANISH = "¿Cómo está? Mañana será otro día, señor."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_or_without_a_mark_needs_no_guess(encoding):
    text, _, notes = decode(SWEDISH.encode(encoding), "a.txt")
    assert text == SWEDISH
    assert notes == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SWEDISH, "Мы поехали в Москву.\nДа.", "Ja. 😀"])
def test_utf16_without_a_mark_is_known_by_its_zero_bytes(text, encoding):
    decoded, found, notes = decode(text.encode(encoding), "a.txt")
    assert (decoded, found) == (text, encoding)
    assert encoding in notes[0]


@pytest.mark.parametrize("text", [SWEDISH, GERMAN, FRENCH, SPANISH, "Ja.\nÅh.\nNej.", "Köln", "a\u00a0b"])
def test_western_texts_are_windows_1252(text):
    decoded, encoding, notes = decode(text.encode("cp1252"), "a.txt")
    assert (decoded, encoding) == (text, "cp1252")
    assert "cp1252" in notes[0]


def test_the_note_shows_a_word_to_check():
    _, _, notes = decode("Plain words, then Örebro.".encode("cp1252"), "a.txt")
    assert "`Örebro.`" in notes[0]


def test_a_long_ascii_text_with_a_few_curly_quotes():
    data = b"I think that it is very important to meet them. We did.\n" * 3000
    data += b"It\x92s a \x93good\x94 one.\n" + b"And so on and so forth.\n" * 3000
    text, encoding, _ = decode(data, "a.txt")
    assert encoding == "cp1252"
    assert "It’s a “good” one." in text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Мы поехали в Москву на встречу с клиентами. Это было очень хорошо."),
        ("koi8_r", "Мы поехали в Москву на встречу с клиентами. Это было очень хорошо."),
        ("cp1253", "Πήγαμε στην Αθήνα για να συναντήσουμε τους πελάτες."),
        ("cp1250", "Jeli jsme do Prahy na veletrh. Řekli nám, že chtějí větší výrobky. Měli pravdu."),
        ("cp932", "私たちは顧客に会うために東京へ行きました。とても良かったです。"),
        ("mac_roman", SWEDISH),
    ],
)
def test_other_code_pages_are_not_mistaken_for_1252(encoding, text):
    decoded, found, _ = decode(text.encode(encoding), "a.txt")
    assert (decoded, found) == (text, encoding)


def test_line_ends_become_newlines():
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", "a.txt")[0] == "a\nb\nc\n"


def test_nothing_decodes_to_nothing():
    assert decode(b"", "a.txt") == ("", "utf-8", ())


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x06\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
        b"%PDF-1.7 text",
        b"words\x00\x01\x02\x03\x00\x00\x00 words",
        b"\x00" * 100,
        bytes(range(1, 256)),
    ],
)
def test_what_is_no_text_is_an_error(data):
    with pytest.raises(TranscriptError, match=r"a\.txt: is .*not text"):
        decode(data, "a.txt")


def test_nearly_utf8_is_an_error_that_names_the_line():
    data = "Så är det.\nJa, så är det.\n".encode() + b"F\xf6r att\n"
    with pytest.raises(TranscriptError, match="line 3: is utf-8 with broken bytes"):
        decode(data, "a.txt")


def test_a_torn_utf16_file_is_an_error():
    with pytest.raises(TranscriptError, match="broken bytes"):
        decode("Så är det.".encode("utf-16")[:-1], "a.txt")
