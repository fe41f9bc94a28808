"""The methods appendix: what it reports, in which words, from the log alone, and templates of a study's own."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from shared.audits import answer
from shared.pages import Page

from coder.errors import ModelError, StudyError, TemplateError, UsageError
from coder.steps.agreement.intracoder import assign_again
from coder.steps.audit.adjudication import Disputes, adjudicate
from coder.steps.audit.bulk_accept import accept
from coder.steps.audit.double_coding import assign
from coder.steps.audit.queue import audit_queue
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods_appendix import place_of, report_of, write_report
from coder.steps.scheme.changes import change, edit_of
from coder.steps.study.study import open_study
from coder.store import corpus, log
from coder.store.random_draws import write_draw
from coder.tables.formats.document import Gap, as_markdown
from coder.types import Coder, CoderKind, Coding, Guarantees, Transcript, Turn

GOLDEN = Path(__file__).parent / "methods" / "golden.md"
COURSES = "education/customers/courses"
MODEL = "guess-1"


@pytest.fixture(autouse=True)
def versions(monkeypatch):
    """Make every package of one version, whatever is installed."""
    monkeypatch.setattr("coder.steps.publishing.methods.facts.version", lambda name: "1.0")


def said(study, replicates=50):
    return as_markdown(report_of(study, replicates=replicates).document)


def section(text, heading):
    return re.search(rf"^## {heading}\n\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def suggest_courses(study, n=60):
    """Add an interview of many units, each with one suggestion."""
    lines = [f"We hold course number {k} for skippers." for k in range(n)]
    text = "\n".join(lines)
    with study.store.transaction("import"):
        turns = (Turn(0, "Tove", 0, len(text)),)
        stored = corpus.add_text(study.store, Transcript("cedar-1", text, turns), "cedar-1.txt")
        starts = [sum(len(line) + 1 for line in lines[:k]) for k in range(n)]
        own = [corpus.segment_at(study.store, stored, a, a + len(w), w) for a, w in zip(starts, lines, strict=True)]
        corpus.set_units(study.store, stored, "sentence", own)
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder(MODEL, "model"))
        whole = corpus.segment_at(study.store, stored, 0, len(text), text)
        codings = [Coding(s, COURSES, MODEL, confidence=round(0.99 - k / 1000, 4)) for k, s in enumerate(own)]
        log.append(study.store, [Coding(whole, None, MODEL), *codings], study.scheme_version())
    return own


@pytest.fixture
def rich(study, clock):
    """Take the study through everything: audits of a random draw, bulk, double coding, adjudication, coding again."""
    study.settings = replace(study.settings, adjudicator="panel", hide_suggestions=0.25)
    own = suggest_courses(study)
    with study.store.transaction("draw"):
        write_draw(study.store, {s: k % 2 == 0 for k, s in enumerate(own)}, 0.5, "random")
    for item in audit_queue(study, "eva"):
        k = own.index(item.unit.segment.id)
        if k % 2 == 0:
            answer(study, "eva", item, accepted=() if k == 58 else (COURSES,), memo="clear" * (k == 0))
    accept(study, "eva", Guarantees(precision=0.8, confidence=0.9))
    assign(study, ["ada", "ben"], share=0.5)
    for name in ("ada", "ben"):
        for n, item in enumerate(audit_queue(study, name, order="assigned")):
            answer(study, name, item, added=("contact/fairs",) * (n % 4 == 0 or (n == 1 and name == "ada")))
    adjudicate(study, "panel", Disputes().open(study)[0].segment, [COURSES], "a course is planned")
    clock.time += timedelta(days=30)
    assign_again(study, "ada", share=0.5)
    for n, item in enumerate(audit_queue(study, "ada", order="assigned")):
        answer(study, "ada", item, added=("contact/fairs",) * (n % 3 == 0))
    change(study, edit_of(study, "rename", "courses", "", ("lessons",)), "ada")
    return study


def test_the_whole_appendix(rich):
    text = said(rich)
    text = re.sub(r"\b[0-9a-f]{12}([0-9a-f]{52})?\b", "HASH", text)
    text = re.sub(r"written by coder [\d.]+", "written by coder VERSION", text)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_the_same_log_gives_the_same_words_a_month_later(study, clock):
    first = said(study)
    clock.time += timedelta(days=30)
    assert said(study) == first
    events, chain = log.head(study.store)
    assert f"event {events:,} " in first
    assert f"last event is {chain}" in first


def test_steps_that_were_not_taken_are_stated(study):
    text = said(study)
    assert "No random sample decided which units were coded twice" in section(text, "Double coding")
    assert "intra-coder agreement was not measured" in section(text, "Double coding")
    assert "Disagreements were not adjudicated" in section(text, "Agreement")
    assert "No classifier was used" in section(text, "Models")
    assert "No model suggested anything" in section(text, "Suggestions and their audit")
    assert "nothing was accepted in bulk" in section(text, "Precision guarantee")
    assert "Anchoring was not checked" in section(text, "Anchoring by suggestions")
    assert "Counts were not corrected" in section(text, "Counts")
    trust = next(line for line in text.splitlines() if line.startswith("| S15 "))
    assert "done: double coding and an append-only log; not done: random selection of what is coded twice" in trust


def test_what_only_the_authors_know_is_left_to_them(study):
    found = report_of(study, replicates=0)
    assert len(found.gaps) == 4
    assert all("ot recorded" in gap for gap in found.gaps)
    coreq = next(table for table in found.tables if table.title.startswith("COREQ"))
    assert [row[0] for row in coreq] == [str(n) for n in range(24, 33)]
    assert next(row for row in coreq if row[0] == "28")[2:] == (
        "nothing",
        "Not recorded; write here: whether participants saw transcripts or findings, and what they said.",
    )


def test_the_words_of_the_log_are_the_figures_of_the_appendix(study):
    text = said(study)
    assert "ada (11) and ben (6)" in section(text, "Coders")
    assert "Two or more coders judged 16 of 28 units" in section(text, "Double coding")
    assert "Between ada and ben there was agreement on" in section(text, "Agreement")
    assert "| Alder | 2 | CEO and Sales |" in section(text, "Corpus")


def test_before_anybody_has_coded(study_folder):
    opened = open_study(study_folder, create=True)
    with pytest.raises(StudyError, match="nothing to report"):
        report_of(opened)
    import_transcripts(opened)
    with pytest.raises(StudyError, match="no units yet"):
        report_of(opened)
    from coder.steps.corpus.units import segment_study

    segment_study(opened)
    text = said(opened)
    assert "Nobody has coded yet." in text
    assert "Units were not coded twice" in text
    assert "Agreement between people was not measured" in text
    assert "Saturation was not assessed" in text
    assert "the log holds no version of it" in text
    opened.close()


def test_one_coder_alone(study_folder):
    from coder.steps.coding.human_codings import import_codings
    from coder.steps.corpus.units import segment_study

    opened = open_study(study_folder, create=True)
    import_transcripts(opened)
    segment_study(opened)
    import_codings(opened, study_folder / "codings" / "ada.csv")
    text = said(opened)
    assert "One person coded the interviews (ada)." in text
    assert "Units were not coded twice: no unit was judged by two coders." in text
    assert "| 24 | Number of data coders | 1 person who coded (ada) |" in text
    opened.close()


def test_a_model_is_reported_with_its_data_and_quality(suggested):
    opened = open_study(suggested)
    text = section(said(opened), "Models")
    name, digest, why, _ = log.adoptions(opened.store)[0]
    assert f"The classifier {name} was trained on" in text
    assert f"sha256 is {digest}" in text
    assert why in text
    assert "2-fold cross-validation split by transcript" in text
    assert "nobody has answered any of them" in said(opened)
    (suggested / "models" / name / "model.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError):  # no report says of another model what was true of this one
        report_of(opened, replicates=0)
    opened.close()


def test_the_quality_of_a_model_is_of_the_codes_as_they_are_called_now(suggested):
    opened = open_study(suggested)
    change(opened, edit_of(opened, "rename", "courses", "", ("lessons",)), "ada")
    codes = [row["one"].code for row in Facts(opened, 0).quality]
    assert codes == list(opened.scheme.paths())
    assert any("lessons" in code for code in codes)
    opened.close()


def test_only_coders_who_share_units_are_named_together(study):
    with study.store.transaction("code by hand"):
        log.add_coder(study.store, Coder("cia"))
        segment = next(
            unit.segment.id
            for unit in corpus.units(study.store, "sentence")
            if unit.segment.span.transcript == "birch-2"
        )
        log.append(study.store, [Coding(segment, None, "cia")], study.scheme_version())
    agreement = section(said(study), "Agreement")
    assert "Between ada and ben there was agreement" in agreement
    assert "Among" not in agreement
    assert "cia" not in agreement


def test_names_in_the_study_are_no_markup(study):
    study.settings = replace(study.settings, name="Fish & <b>chips</b> [[Coders]]")
    found = report_of(study, replicates=0)
    assert r"# Fish & \<b>chips\</b>" in as_markdown(found.document)


def grids(report):
    return [
        [[("" if cell is None else str(cell)) for cell in row] for row in (table.header, *table)]
        for table in report.tables
    ]


def test_every_format_holds_the_same_tables(rich, tmp_path):
    import docx

    found = report_of(rich, replicates=20)
    for format in ("docx", "md", "html"):
        write_report(found, tmp_path / f"methods.{format}", format)
    page = Page((tmp_path / "methods.html").read_text("utf-8"))
    assert page.open == []
    assert page.tables == grids(found)
    word = docx.Document(str(tmp_path / "methods.docx"))
    assert [[[c.text for c in row.cells] for row in table.rows] for table in word.tables] == grids(found)
    text = (tmp_path / "methods.md").read_text("utf-8")
    assert len(re.findall(r"^\*\*Table \d+\.\*\*", text, re.MULTILINE)) == len(found.tables)
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == [one.heading for one in found.document.sections] == re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert [p.text for p in word.paragraphs if p.style.name == "To Write"] == found.gaps


def test_no_reference_to_a_table_is_left_open(rich):
    found = report_of(rich, replicates=0)
    texts = [block for one in found.document.sections for block in one.blocks if isinstance(block, str)]
    texts += [str(cell) for table in found.tables for row in table for cell in row]
    assert not [text for text in texts if "[[" in text]
    assert isinstance(next(text for text in texts if text.startswith("Who the coders are")), Gap)


def test_where_a_report_goes(study, tmp_path):
    assert place_of(study, None, None) == (study.folder / "out" / "methods.docx", "docx")
    assert place_of(study, None, "md") == (study.folder / "out" / "methods.md", "md")
    assert place_of(study, tmp_path / "a.HTML", None)[1] == "html"
    assert place_of(study, tmp_path / "a.txt", "md")[1] == "md"
    with pytest.raises(UsageError, match="is not a name for md"):
        place_of(study, tmp_path / "a.docx", "md")
    with pytest.raises(UsageError, match=r"written as `a\.txt`"):
        place_of(study, tmp_path / "a.txt", None)


def own_template(study, name, text):
    folder = study.folder / "templates" / "methods"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_study_brings_templates_of_its_own(study):
    own_template(study, "methods.md.j2", "# {{ facts.settings.name }}\n\nAuf Deutsch.\n{% include 'korpus.md.j2' %}")
    corpus = "## Korpus\n\n{{ facts.cases | length | count('Fall', 'Fälle') }},\nsiehe [[Fälle]].\n\n> Wann?\n\n"
    rows = "{% for case in facts.cases %}\n| {{ case.name }} | {{ case.units }} |\n{% endfor %}\n"
    table = f"Table: Fälle\n| Fall | Einheiten |\n| --- | ---: |\n{rows}Note: Nach Gwet 2008.\n\n"
    own_template(study, "korpus.md.j2", f"{corpus}{table}## Quellen\n\n- Gwet, K. L. (2008).\n- Cohen, J. (1960).\n")
    found = report_of(study, replicates=0)
    assert [one.heading for one in found.document.sections] == ["Korpus", "Quellen"]
    assert found.document.about == "Auf Deutsch."
    assert found.document.sections[0].blocks[0] == "2 Fälle, siehe Table 1."
    assert found.gaps == ["Wann?"]
    assert found.tables[0].note == "Nach Gwet 2008."
    assert all(isinstance(row[1], int) for row in found.tables[0])
    assert found.document.sections[1].blocks == ("Gwet, K. L. (2008).",)  # the other is not named anywhere


def test_names_that_look_like_structure_stay_text(study):
    study.settings = replace(study.settings, name="> a | b\n\n## c")
    text = "# t\n\n## s\n\n{{ facts.settings.name }}\n\nTable: T\n| x |\n| --- |\n| {{ facts.settings.name }} |\n"
    own_template(study, "methods.md.j2", text)
    paragraph, table = report_of(study, replicates=0).document.sections[0].blocks
    assert paragraph == "> a | b ## c"
    assert not isinstance(paragraph, Gap)
    assert table.rows == (("> a | b ## c",),)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("## A\n\n{{ facts.cuases }}", 3, "no attribute 'cuases'"),
        ("## A\n{{ nobody }}", 2, "'nobody' is undefined"),
        ("## A\n\n{% if facts.cases %}\nb", 4, "Unexpected end of template"),
        ("## A\n{{ 5 | cuont }}", 2, "No filter named 'cuont'"),
        ("## A\n{{ 'five' | percent }}", 2, "format code"),
        ("## A\n{% include 'nothing.md.j2' %}", 2, "nothing.md.j2"),
        ("## A\n{{ facts._study.store }}", 2, "unsafe"),
        ("## A\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("## A\n{{ facts.scheme.with_retired() }}", 2, "not safely callable"),
    ],
)
def test_an_error_in_a_template_names_its_file_and_line(study, text, line, message):
    path = own_template(study, "corpus.md.j2", text)
    with pytest.raises(TemplateError, match=message) as caught:
        report_of(study, replicates=0)
    assert caught.value.where == f"{path}, line {line}"


def test_templates_that_cannot_be_used_are_refused(study):
    path = own_template(study, "corups.md.j2", "## Corpus")
    with pytest.raises(TemplateError, match="has this name") as caught:
        report_of(study, replicates=0)
    assert (caught.value.where, caught.value.todo) == (path, "did you mean `corpus.md.j2`?")
    path.unlink()
    (path.parent / "corpus.md.j2").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match="cannot be read"):
        report_of(study, replicates=0)
    own_template(study, "corpus.md.j2", "### Corpus")
    with pytest.raises(TemplateError, match="headings begin with"):
        report_of(study, replicates=0)
    own_template(study, "corpus.md.j2", "## Corpus\n\nTable: T\n| a | b |\n| --- | --- |\n| 1 |")
    with pytest.raises(TemplateError, match="as many cells as the head"):
        report_of(study, replicates=0)


def test_an_error_in_the_program_is_not_blamed_on_a_template(study, monkeypatch):
    def broken(self):
        raise TypeError("a fault of the program")

    monkeypatch.setattr("coder.steps.publishing.methods.facts.Facts.software", property(broken))
    with pytest.raises(TypeError, match="a fault of the program"):
        report_of(study, replicates=0)


def test_many_coders_and_a_machine(study):
    units = [unit.segment.id for unit in corpus.units(study.store, "sentence")]
    with study.store.transaction("code by hand"):
        for n, name in enumerate(("cia", "dan", "eli")):
            log.add_coder(study.store, Coder(name))
            codes = [Coding(s, "contact/fairs", name) for k, s in enumerate(units) if k % (n + 2) == 0]
            log.append(study.store, [*(Coding(s, None, name) for s in units), *codes], study.scheme_version())
        log.add_coder(study.store, Coder("gpt", CoderKind.MACHINE))
        found = [Coding(s, "contact/fairs", "gpt") for s in units[::2]]
        log.append(study.store, [*(Coding(s, None, "gpt") for s in units), *found], study.scheme_version())
    text = said(study)
    agreement = section(text, "Agreement")
    assert "Among ada, ben, cia, dan and eli there was agreement on" in agreement
    assert "Fleiss' kappa" in agreement
    assert re.search(r"alpha of the \d+ pairs of coders ranged from", agreement)
    assert "The model beside each pair of coders, on the same units, is in Table" in agreement
    assert "Codings by 1 machine from elsewhere (gpt) were imported" in section(text, "Coders")
    assert "| gpt | machine | 28 |" in text
    assert "\ue102" not in text
    assert "[[" not in text


@pytest.mark.parametrize(("n", "expected"), [(28, "Apart from these, "), (4, "4 units that two coders judged")])
def test_coders_who_saw_suggestions_are_reported_apart(study, n, expected):
    units = [unit.segment.id for unit in corpus.units(study.store, "sentence")][:n]
    with study.store.transaction("audit"):
        for name in ("cia", "dan"):
            log.add_coder(study.store, Coder(name))
            given = [Coding(s, "contact/fairs", name, shown="suggestions") for s in units[::2]]
            reads = [Coding(s, None, name, shown="suggestions") for s in units]
            log.append(study.store, [*reads, *given], study.scheme_version())
    agreement = section(said(study), "Agreement")
    assert expected in agreement
    assert "cia and dan" in agreement or n == 4
