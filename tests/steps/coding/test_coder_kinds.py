"""A machine's codings from elsewhere stand beside people's and never count as theirs."""

import shutil
import sqlite3
from dataclasses import replace

import pytest

from coder.errors import CodingError, StudyError, UsageError
from coder.steps.agreement.disagreements import disagreements
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import tables_of
from coder.steps.audit.outcomes import count_study
from coder.steps.coding.coders import check_coder, coders_of, kind_changes, set_kind
from coder.steps.coding.human_codings import import_codings
from coder.steps.coding.judgements import people, ratings_of
from coder.steps.findings.citations import citations
from coder.steps.findings.evidence import shown
from coder.steps.findings.saturation import saturation_of
from coder.steps.integrity import check
from coder.steps.publishing.methods_appendix import report_of
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import judgements
from coder.types import CoderKind, Provenance

MACHINE = "gpt-4o"
CODES = """\
alder-1,education/customers/courses,We hold a course for the skippers every March.
alder-1,contact/fairs,The coffee is good.
alder-2,contact/fairs,At the fair they meet at our stand and compare their nets.
birch-1,education/customers/fairs,The hall is cold ❄️.
"""


def by_machine(folder, header="transcript,code,citation", more="", rows=CODES):
    """Write a table of a machine's codings, of three transcripts that it read as a whole."""
    lines = [*rows.splitlines(), "alder-1,,", "alder-2,,", "birch-1,,"]
    path = folder.parent / "machine.csv"
    path.write_text("\n".join([header, *(line + more for line in lines)]) + "\n", "utf-8")
    return path


@pytest.fixture
def with_machine(study):
    import_codings(study, by_machine(study.folder), coder=MACHINE, kind=CoderKind.MACHINE)
    return study


def kind(study, name=MACHINE):
    return {one["coder"]: one["kind"] for one in coders_of(study)}[name]


# --- what a coder is ---


def test_the_kind_comes_from_an_option_a_column_or_the_settings(study):
    import_codings(study, by_machine(study.folder), coder="one", kind=CoderKind.MACHINE)
    import_codings(study, by_machine(study.folder, "transcript,code,citation,kind", ",Machine"), coder="two")
    study.settings = replace(study.settings, machines=("three",))
    import_codings(study, by_machine(study.folder), coder="three")
    assert [kind(study, name) for name in ("ada", "one", "two", "three")] == ["person", "machine", "machine", "machine"]
    assert people(study) == ["ada", "ben"]


def test_a_name_like_a_machines_is_not_guessed_but_asked_about(study):
    [warning] = import_codings(study, by_machine(study.folder), coder=MACHINE).warnings
    assert MACHINE in warning
    assert "coder coders kind" in warning
    assert kind(study) == "person"
    assert import_codings(study, by_machine(study.folder), coder=MACHINE).warnings == ()  # nothing new was said
    assert import_codings(study, by_machine(study.folder), coder="claude", kind=CoderKind.PERSON).warnings == ()
    assert import_codings(study, by_machine(study.folder), coder="cleo").warnings == ()


@pytest.mark.parametrize(
    ("header", "more", "words"),
    [
        ("transcript,code,citation,kind", ",robot", "`robot` is no kind"),
        ("transcript,code,citation,kind", ",person", "person here and a machine elsewhere"),
    ],
)
def test_kinds_that_do_not_fit_are_refused_with_their_rows(study, header, more, words):
    with pytest.raises(CodingError, match=words) as caught:
        import_codings(study, by_machine(study.folder, header, more), coder=MACHINE, kind=CoderKind.MACHINE)
    assert "line 2" in str(caught.value)
    assert MACHINE not in {one["coder"] for one in coders_of(study)}


def test_a_machine_cannot_code_by_hand_or_adjudicate(with_machine):
    with pytest.raises(CodingError, match="a machine's name"):
        check_coder(with_machine, MACHINE)
    with_machine.settings = replace(with_machine.settings, adjudicator="ben")
    with pytest.raises(CodingError, match="`ben` adjudicates"):
        set_kind(with_machine, "ben", CoderKind.MACHINE)
    settings = with_machine.folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + 'machines = ["gpt-4o"]\nadjudicator = "gpt-4o"\n', "utf-8")
    with pytest.raises(StudyError, match="cannot adjudicate"):
        open_study(with_machine.folder)


def test_a_coder_registered_as_a_person_is_corrected_and_the_log_still_verifies(study):
    import_codings(study, by_machine(study.folder), coder=MACHINE)
    before = log.head(study.store)
    assert set_kind(study, MACHINE, CoderKind.MACHINE, dry_run=True)
    assert kind(study) == "person"
    assert set_kind(study, MACHINE, CoderKind.MACHINE)
    assert not set_kind(study, MACHINE, CoderKind.MACHINE)
    assert (kind(study), log.head(study.store)) == ("machine", before)
    import_codings(study, by_machine(study.folder, rows="birch-2,contact/fairs,It rains."), coder=MACHINE)
    assert set_kind(study, MACHINE, CoderKind.PERSON)  # and back: each event has the kind under which it was written
    import_codings(study, by_machine(study.folder, rows="birch-2,contact/courses,It rains."), coder=MACHINE)
    assert [(c.was, c.kind) for c in kind_changes(study)] == [("person", "machine"), ("machine", "person")]
    assert check(study).findings == ()
    with pytest.raises(UsageError, match="no coder `gpt`"):
        set_kind(study, "gpt", CoderKind.MACHINE)


def test_a_kind_that_was_changed_past_the_log_is_found(study):
    import_codings(study, by_machine(study.folder), coder=MACHINE)
    study.store.db.execute("UPDATE coder SET kind = 'machine' WHERE name = ?", (MACHINE,))
    assert any("was changed after it was written" in finding for finding in check(study).findings)
    set_kind(study, MACHINE, CoderKind.PERSON)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        study.store.db.execute("UPDATE kind_change SET kind = 'machine'")


def test_an_import_corrects_a_kind_too_and_check_names_one_that_the_settings_contradict(study):
    import_codings(study, by_machine(study.folder), coder=MACHINE)
    study.settings = replace(study.settings, machines=(MACHINE,))
    assert any("counts as a person" in warning for warning in check(study).warnings)
    import_codings(study, by_machine(study.folder), coder=MACHINE)
    assert kind(study) == "machine"
    assert check(study).warnings == ()
    with pytest.raises(CodingError, match=r"study\.toml lists"):
        set_kind(study, MACHINE, CoderKind.PERSON)


# --- where its codings count ---


def test_a_machine_stands_beside_people_in_agreement_and_never_among_them(study):
    alone = agreement_of(study, replicates=0)
    import_codings(study, by_machine(study.folder), coder=MACHINE, kind=CoderKind.MACHINE)
    found = agreement_of(study, replicates=0)
    assert [(one.title, one.overall.alpha) for one in found if one.kind == "people"] == [
        (one.title, one.overall.alpha) for one in alone
    ]
    assert [one.title for one in found if one.kind == "machine"] == [
        "ada and ben, same units", "gpt-4o and ada", "gpt-4o and ben",
    ]  # fmt: skip
    [table] = [table for table in tables_of(found) if "beside people" in table.title]
    assert table.title.startswith("gpt-4o beside people, on the same units")
    [ada] = agreement_of(study, coders=("ada", MACHINE), replicates=0)
    assert (ada.title, ada.kind) == ("gpt-4o and ada", "machine alone")
    judged = ratings_of(study).values[0] >= 0
    assert ada.overall.n == judged.sum()  # all that both judged: nothing of a machine from elsewhere is held out


def test_a_machine_is_compared_with_the_adjudicator(with_machine):
    with_machine.settings = replace(with_machine.settings, adjudicator="ben")
    found = agreement_of(with_machine, replicates=0)
    assert [(one.title, one.kind) for one in found] == [
        ("gpt-4o and ada", "machine alone"),
        ("gpt-4o and ben", "machine alone"),
        ("gpt-4o and ben, adjudicated", "adjudicated"),
    ]


def test_disagreements_with_a_machine_are_shown_where_it_is_named(study):
    before = disagreements(study)
    import_codings(study, by_machine(study.folder), coder=MACHINE, kind=CoderKind.MACHINE)
    assert disagreements(study).found == before.found
    found = disagreements(study, coders=(MACHINE, "ada")).found
    assert {(one.gave.coder, one.against.coder) for one in found} == {(MACHINE, "ada"), ("ada", MACHINE)}
    assert "The coffee is good." in {one.words for one in found}


def test_what_a_machine_coded_is_no_citation_and_no_count_of_people(study):
    facts = ("read", "present", "holds", "disputed", "added", "suggested", "covered")
    before = citations(study, only="all"), saturation_of(study), [count_study(study).facts[what] for what in facts]
    ratings = ratings_of(study)
    import_codings(study, by_machine(study.folder), coder=MACHINE, kind=CoderKind.MACHINE)
    board = count_study(study)
    assert before == (citations(study, only="all"), saturation_of(study), [board.facts[what] for what in facts])
    assert (ratings_of(study).values.shape, ratings_of(study).coders) == (ratings.values.shape, ("ada", "ben"))
    assert (board.people, board.machines) == (("ada", "ben"), (MACHINE,))
    assert board.count("machine", coder=MACHINE) == 4
    event = next(e for e in judgements(study.store, MACHINE) if e.code)
    evidence = shown(study, event.id)
    assert (evidence.citation.provenance, evidence.citation.coder) == (Provenance.UNREVIEWED, "")


def test_the_methods_appendix_counts_people_and_names_machines(with_machine):
    import_codings(with_machine, with_machine.folder / "codings/ben.csv")
    words = " ".join(repr(report_of(with_machine)).replace("\\n", " ").split())
    assert "2 people coded the interviews" in words
    assert "1 machine from elsewhere (gpt-4o) were imported" in words


def test_a_study_of_before_opens_and_its_kinds_can_be_corrected(study):
    """A store of schema 10, in which a machine could only be a person."""
    import_codings(study, by_machine(study.folder), coder=MACHINE)
    study.close()
    shutil.copyfile(study.folder / "study.db", study.folder / "old.db")
    db = sqlite3.connect(study.folder / "study.db")
    db.executescript(
        "PRAGMA foreign_keys = OFF; BEGIN; DROP TABLE kind_change; DROP TABLE study;"
        "CREATE TABLE old (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
        " kind TEXT NOT NULL CHECK (kind IN ('person', 'model')), at TEXT NOT NULL) STRICT;"
        "INSERT INTO old SELECT * FROM coder; DROP TABLE coder; ALTER TABLE old RENAME TO coder;"
        "DROP VIEW current_text; CREATE VIEW current_text AS SELECT text.* FROM text"
        " WHERE id = (SELECT max(newest.id) FROM text AS newest WHERE newest.transcript = text.transcript);"
        "DROP TABLE withdrawal; DROP TABLE withdrawn_mark; DROP TABLE redacted; DROP TABLE removed;"
        "DROP TABLE memo; DROP TABLE confirmed_doubt; ALTER TABLE text DROP COLUMN renamed_from;"
        "PRAGMA user_version = 10; COMMIT;"
    )
    db.close()
    opened = open_study(study.folder)
    assert check(opened).findings == ()
    set_kind(opened, MACHINE, CoderKind.MACHINE)
    assert (kind(opened), check(opened).findings) == ("machine", ())
    opened.close()
