"""Everything that a study prints, in one folder with a page that leads to it."""

import re
from urllib.parse import unquote

import pytest

from coder.errors import TableError, UsageError
from coder.steps.findings import print_edits
from coder.steps.findings.citations import citations
from coder.steps.findings.selection import Selection
from coder.steps.publishing import publish as publishing
from coder.steps.publishing.publish import publish

TABLES = (
    "scheme",
    "citations",
    "matrix",
    "counts",
    "framework",
    "comparison",
    "speakers",
    "statistics",
    "cooccurrence",
)


def links(folder):
    """Return the files that the page leads to."""
    return set(re.findall(r'href="([^"]+)"', (folder / "index.html").read_text("utf-8")))


def test_every_table_is_there_in_each_format_and_the_page_leads_to_every_file(study, tmp_path):
    done = publish(study, tmp_path / "out", formats=("csv", "md", "html"), replicates=20)
    names = {path.name for path in done.files}
    assert {f"{stem}.{ending}" for stem in TABLES for ending in ("csv", "md", "html")} <= names
    assert {"citations-flat.csv", "methods.html", "agreement.md", "saturation.csv"} <= names
    assert (
        links(tmp_path / "out")
        == names - {"index.html"}
        == {p.name for p in (tmp_path / "out").iterdir()} - {"index.html"}
    )
    assert all(path.stat().st_size for path in done.files)


def test_the_page_says_what_all_of_it_was_made_from(study, tmp_path):
    publish(study, tmp_path / "out", selection=Selection(cases=("Birch",)), formats=("csv",), replicates=20)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Only: case Birch." in page and "never seen by a person: 0" in page
    assert "<script" not in page and "http" not in page


def test_a_pseudonym_may_hold_what_no_file_name_may(study):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nAlder,A/B\nBirch,C: D?\n", "utf-8")
    done = publish(study, formats=("svg",), replicates=20)
    assert "figure-timeline-A%2fB-1.svg" in {path.name for path in done.files}
    assert {unquote(link) for link in links(study.out)} == {path.name for path in done.files} - {"index.html"}


def test_what_is_not_made_any_more_is_deleted_and_other_files_stay(study):
    study.out.mkdir(exist_ok=True)
    (study.out / "suggestions.md").write_text("old", "utf-8")
    (study.out / "my notes.md").write_text("mine", "utf-8")
    publish(study, formats=("csv",), replicates=20)
    assert not (study.out / "suggestions.md").exists()
    assert (study.out / "my notes.md").read_text("utf-8") == "mine"


def test_a_failure_leaves_the_folder_as_it_was(study, monkeypatch):
    publish(study, formats=("csv",), replicates=20)
    before = {path.name: path.read_bytes() for path in study.out.iterdir()}
    monkeypatch.setattr(publishing, "index_page", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(study, formats=("csv", "md"), replicates=20)
    assert {path.name: path.read_bytes() for path in study.out.iterdir()} == before
    assert not list(study.folder.glob(".out-*"))


def test_a_dry_run_writes_nothing(study, tmp_path):
    done = publish(study, tmp_path / "out", formats=("csv",), replicates=20, dry_run=True)
    assert done.files and not (tmp_path / "out").exists()


def test_the_same_log_gives_the_same_bytes(study, tmp_path):
    for name in ("one", "two"):
        publish(study, tmp_path / name, formats=("csv", "md", "html", "tex", "svg"), replicates=20)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


def test_a_format_that_there_is_not(study):
    with pytest.raises(UsageError, match="there is no format `doc`") as error:
        publish(study, formats=("doc",))
    assert "docx" in error.value.todo


def test_no_real_name_is_published_where_there_are_pseudonyms(study, tmp_path):
    (study.folder / "pseudonyms.csv").write_text(
        "name,pseudonym\nAlder,Delta\nBirch,Gamma\nSiri,Person 1\nMaja,Person 2\n", "utf-8"
    )
    publish(study, tmp_path / "out", formats=("csv", "md", "html", "tex"), replicates=20)
    for path in (tmp_path / "out").iterdir():
        told = re.findall(r"\b(Alder|Birch|Siri|Maja|alder-\d|birch-\d)\b", path.read_text("utf-8"))
        assert not told, (path.name, told)


def test_translated_citations_are_published_beside_the_original(study, tmp_path):
    first = citations(study)[0]
    print_edits.translate(study, first.event, "sv", "Vi visar dem vinschen.", "ada")
    publish(study, tmp_path / "out", formats=("md",), replicates=20)
    text = (tmp_path / "out" / "citations-sv.md").read_text("utf-8")
    assert "| Citation (en) | Citation (sv) | Coders | Id |" in text and "Vi visar dem vinschen." in text


def test_a_dry_run_makes_no_folder_on_the_way(study, tmp_path):
    publish(study, tmp_path / "far" / "out", formats=("csv",), replicates=20, dry_run=True)
    assert not (tmp_path / "far").exists()


def test_a_folder_that_cannot_be(study, tmp_path):
    (tmp_path / "far").write_text("a file", "utf-8")
    with pytest.raises(TableError, match="out: cannot be written") as error:
        publish(study, tmp_path / "far" / "out", formats=("csv",), replicates=20)
    assert "-o" in error.value.todo


def test_a_pseudonym_may_hold_what_no_name_of_a_file_can(study, tmp_path):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nAlder,A/B\nBirch,A:B\n", "utf-8")
    publish(study, tmp_path / "out", formats=("svg",), replicates=20)
    drawn = [path.name for path in (tmp_path / "out").glob("figure-timeline-*")]
    assert len(drawn) == len({c.transcript for c in citations(study)})
    assert {unquote(link) for link in links(tmp_path / "out")} >= set(drawn)


def test_a_table_that_cannot_be_written_leaves_all_that_was_published_before(study, monkeypatch):
    publish(study, formats=("csv",), replicates=20)
    before = {path.name: path.read_bytes() for path in study.out.iterdir()}

    def full(*args, **more):
        raise TableError("cannot be written: No space left on device")

    monkeypatch.setattr(publishing, "write_tables", full)
    with pytest.raises(TableError, match="No space left"):
        publish(study, formats=("csv",), replicates=20)
    assert {path.name: path.read_bytes() for path in study.out.iterdir()} == before
