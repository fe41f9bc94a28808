"""The coding scheme: read from YAML, written back, checked for weak spots, and described."""

from coder.scheme.checking import check_scheme
from coder.scheme.describing import code_prototype_texts, leaf_text, prototype_texts, scheme_table
from coder.scheme.reading import load_scheme, parse_scheme
from coder.scheme.writing import dump_scheme

__all__ = [
    "check_scheme",
    "code_prototype_texts",
    "dump_scheme",
    "leaf_text",
    "load_scheme",
    "parse_scheme",
    "prototype_texts",
    "scheme_table",
]
