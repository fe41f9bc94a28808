"""A small invented study: two firms, three interviews, a scheme of two facets and six codes."""

from dataclasses import dataclass

import pytest

from coder.types import Case, Citation, Code, FacetValue, Provenance, Scheme

TEXTS = {
    "alder-1": (
        "We meet the hospitals at the autumn fair | and the spring one, "
        "so R&D hears 100 % of the grumbling.\n"
        "Then they teach <b>each other</b>, without us.\n"
        "=1+1 is how our engineer puts it: two firms, one pump. 🙂"
    ),
    "alder-2": "We *never* decide_alone on a [new] label; see C:\\labels for $5.\n- yes, the buyers vote.",
    "birch-1": "אנחנו מלמדים את הלקוחות בסמינר. It lasts a day, and the day is long.",
}
FIRM = {"alder-1": "Alder", "alder-2": "Alder", "birch-1": "Birch & Co"}


@dataclass(frozen=True)
class Study:
    citations: list[Citation]
    scheme: Scheme
    cases: list[Case]


def cite(event, code, transcript, words, coder="Ada", **more):
    """Cite words of a transcript; the scheme here cuts a code path before its last part."""
    start = TEXTS[transcript].index(words)
    dimension, _, mechanism = code.rpartition("/")
    known = {
        "title": "CEO" if transcript != "alder-2" else "",
        "speaker": "Respondent",
        "at_ms": 61_000 * event if transcript != "birch-1" else None,
    }
    return Citation(
        event=event,
        code=code,
        facets={"dimension": dimension, "mechanism": mechanism},
        words=words,
        transcript=transcript,
        case=FIRM[transcript],
        turn=2,
        start=start,
        end=start + len(words),
        coder=coder,
        coded_at=f"2026-03-0{event}T09:00:00Z",
        **(known | more),
    )


def plain_scheme(*paths, headings=()):
    values = [FacetValue("code", path, group=path in headings) for path in paths]
    codes = [Code(path, {"code": path}) for path in paths if path not in headings]
    return Scheme("Plain", ("code",), tuple(values), tuple(codes))


def faceted_scheme():
    groups = {"education": True, "contact": False, "education/customers": False, "education/suppliers": False}
    dimensions = ["education", "education/customers", "education/suppliers", "contact"]
    mechanisms = ["fairs", "seminars", "research"]
    pairs = [
        ("education/customers", "fairs"),
        ("education/customers", "seminars"),
        ("education/customers", "research"),
        ("education/suppliers", "research"),
        ("contact", "fairs"),
        ("contact", "research"),
    ]
    return Scheme(
        name="Knowledge of small firms",
        facets=("dimension", "mechanism"),
        values=(
            *(FacetValue("dimension", path, group=groups[path]) for path in dimensions),
            *(FacetValue("mechanism", path) for path in mechanisms),
        ),
        codes=tuple(Code(f"{d}/{m}", {"dimension": d, "mechanism": m}) for d, m in pairs),
    )


@pytest.fixture
def study():
    fair = "We meet the hospitals at the autumn fair | and the spring one, so R&D hears 100 % of the grumbling."
    citations = [
        cite(7, "education/customers/seminars", "birch-1", "אנחנו מלמדים את הלקוחות בסמינר."),
        cite(1, "education/customers/fairs", "alder-1", fair, memo="+ strong"),
        cite(2, "education/customers/fairs", "alder-1", fair, coder="Ben"),
        cite(
            3,
            "contact/fairs",
            "alder-1",
            "so R&D hears 100 % of the grumbling.\nThen they teach <b>each other</b>",
        ),
        cite(
            4,
            "contact/research",
            "alder-1",
            "=1+1 is how our engineer puts it: two firms, one pump. 🙂",
            provenance=Provenance.ACCEPTED,
            suggested_by="forest-2",
            score=0.912345678,
        ),
        cite(
            5,
            "education/customers/research",
            "alder-2",
            "We *never* decide_alone on a [new] label; see C:\\labels for $5.",
            coder="forest-2",
            provenance=Provenance.UNREVIEWED,
            suggested_by="forest-2",
            score=0.5,
        ),
        cite(6, "education/customers/fairs", "alder-2", "- yes, the buyers vote."),
        cite(8, "education/customers/fairs", "birch-1", "It lasts a day, and the day is long."),
    ]
    cases = [
        Case("Birch & Co", ("birch-1",)),
        Case("Alder", ("alder-1", "alder-2")),
        Case("Cedar", ("cedar-1",)),
    ]
    return Study(citations, faceted_scheme(), cases)


@pytest.fixture
def plain():
    return plain_scheme


@pytest.fixture
def cited():
    return cite
