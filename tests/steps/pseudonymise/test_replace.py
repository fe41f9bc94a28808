"""Names are replaced in a study and restored; everything that lay in its texts stays in its place."""

import shutil
from dataclasses import replace

import pytest

from coder.errors import StudyError, TranscriptError, UsageError
from coder.steps.coding import memos
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.findings.pseudonyms import pseudonyms_of
from coder.steps.integrity import check, history
from coder.steps.pseudonymise import key_file
from coder.steps.pseudonymise.key_file import read_key, write_key
from coder.steps.pseudonymise.replace import replace_names, restore_names
from coder.steps.withdrawal.remove import remove
from coder.store import corpus, log, print_edits, renamed_texts, withdrawal
from coder.types import Coding

PHRASE = "four quite ordinary words"
NAMES = "name,pseudonym,of\nMaja,Karin,\nSiri,Person 3,\nmarch,Month,\nAlder,Firm One,\nBirch,Firm Two,\n"
"""`March` stands in passages that ada and ben coded."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let a guess of the pass phrase cost next to nothing."""
    monkeypatch.setattr(key_file, "_COST", {"n": 16, "r": 8, "p": 1})


@pytest.fixture
def listed(study):
    (study.folder / "pseudonyms.csv").write_text(NAMES, "utf-8")
    return study


@pytest.fixture
def key(tmp_path):
    return tmp_path / "elsewhere" / "names.key"


def passages(study):
    """Return the words of every coding that counts, with its coder, code and memo."""
    return {e.id: (e.coder, e.code, e.verdict, words) for e, _, words in history(study)}


def units(study):
    return {
        name: corpus.unit_ids(study.store, one.text, "sentence")
        for name, one in corpus.transcripts(study.store).items()
    }


def files(study):
    own = [*(study.folder / "transcripts").iterdir(), study.folder / "cases.csv", *(study.folder / "codings").iterdir()]
    return {path.name: path.read_bytes() for path in own}


def test_codings_units_and_files_keep_their_words_but_for_the_names(listed, key):
    before, tiled, old_files = passages(listed), units(listed), files(listed)
    done = replace_names(listed, key, PHRASE)
    named = pseudonyms_of(listed)  # what is left of it
    assert done.places["alder-1"] == 3
    texts = {one.transcript.name: one.transcript.text for one in corpus.transcripts(listed.store).values()}
    assert "March" not in "".join(texts.values())
    assert "Karin: We hold a course for the skippers every Month." in texts["alder-1"]
    after = passages(listed)
    for event, (*who, words) in before.items():
        assert after[event] == (
            *who,
            words.replace("March", "Month").replace("Maja", "Karin").replace("Siri", "Person 3"),
        )
    assert units(listed) == tiled
    assert check(listed).findings == ()
    assert files(listed)["alder-1.txt"] == old_files["alder-1.txt"].replace(b"Maja", b"Karin").replace(
        b"March", b"Month"
    )
    assert b"<v Person 3>" in files(listed)["birch-1.vtt"]
    assert b"alder-1,Firm One,Karin,respondent,CEO" in files(listed)["cases.csv"]
    assert b"every Month" in files(listed)["ada.csv"]
    assert named.pairs == (("Alder", "Firm One"), ("Birch", "Firm Two"))  # parts of transcripts' names
    assert [one.status for one in import_transcripts(listed)] == ["unchanged"] * 4
    assert units(listed) == tiled


def test_the_key_restores_texts_and_files_to_the_byte(listed, key):
    before, old_files = passages(listed), files(listed)
    texts = {name: one.sha256 for name, one in corpus.transcripts(listed.store).items()}
    replace_names(listed, key, PHRASE)
    restore_names(listed, key, PHRASE)
    assert files(listed) == old_files
    assert {name: one.sha256 for name, one in corpus.transcripts(listed.store).items()} == texts
    assert passages(listed) == before
    assert check(listed).findings == ()
    assert dict(pseudonyms_of(listed).pairs)["Maja"] == "Karin"
    assert [one.status for one in import_transcripts(listed)] == ["unchanged"] * 4


def test_more_names_later_extend_the_key_and_all_are_restored_together(listed, key):
    old_files, before = files(listed), passages(listed)
    replace_names(listed, key, PHRASE)
    (listed.folder / "pseudonyms.csv").write_text("name,pseudonym\nNils,Person 4\nskippers,captains\n", "utf-8")
    replace_names(listed, key, PHRASE)
    assert b"captains every Month" in files(listed)["alder-1.txt"]
    restore_names(listed, key, PHRASE)
    assert files(listed) == old_files
    assert passages(listed) == before


def test_the_real_names_are_gone_from_the_store_and_stand_encrypted_in_the_key(listed, key):
    replace_names(listed, key, PHRASE)
    listed.store.close()
    stored = b"".join(path.read_bytes() for path in listed.folder.glob("study.db*"))
    for name in (b"Maja", b"Siri", b"every March"):
        assert name not in stored
        assert name not in key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StudyError, match="pass phrase does not open it"):
        read_key(key, "another phrase altogether")
    assert "Maja,Karin" in read_key(key, PHRASE).names


def test_memos_notes_edits_and_translations_are_moved(listed, key):
    store = listed.store
    segment, (start, end) = next(
        (s, place)
        for s, place in corpus.placements(store, corpus.transcripts(store)["alder-1"].text).items()
        if corpus.transcripts(store)["alder-1"].transcript.words(*place).startswith("We hold a course")
    )
    words = corpus.transcripts(store)["alder-1"].transcript.words(start, end)
    at = words.index("March")
    with store.transaction("test"):
        print_edits.write_edit(store, segment, words, [(at, at + 5, "[Maja's month]"), (at + 5, at + 6, "!")], "ada")
        print_edits.write_translation(store, segment, words, "sv", "Vi har en kurs varje mars, säger Maja.", "ada")
        log.append(store, [Coding(segment, "contact/fairs", "ada", memo="ask Maja")], listed.scheme_version())
    replace_names(listed, key, PHRASE)
    new = corpus.segments(store)[segment].words
    edit, said = print_edits.edits(store)[segment], print_edits.translations(store)[segment]["sv"]
    assert edit.fits(new)
    assert edit.edits == ((at, at + 5, "[Karin's month]"), (at + 5, at + 6, "!"))
    assert said.words == "Vi har en kurs varje mars, säger Karin."
    assert "ask Karin" in withdrawal.memos(store).values()
    assert check(listed).findings == ()


def test_units_are_known_by_their_former_names_too(listed, key):
    before = corpus.unit_keys(listed.store)
    replace_names(listed, key, PHRASE)
    former = renamed_texts.former_keys(listed.store)
    now = corpus.unit_keys(listed.store)
    moved = {segment for segment in before if now[segment] != before[segment]}
    assert moved
    assert all(former[segment] == [before[segment]] for segment in moved)


def test_a_dry_run_and_a_failure_change_nothing(listed, key, monkeypatch):
    old_files = files(listed)
    replace_names(listed, key, PHRASE, dry_run=True)
    (listed.folder / "transcripts" / "alder-1.txt").write_text("Maja: something else in March.\n")
    with pytest.raises(TranscriptError, match="alder-1"):
        replace_names(listed, key, PHRASE)
    assert not key.exists()
    assert {**files(listed), "alder-1.txt": old_files["alder-1.txt"]} == old_files
    assert not renamed_texts.renamed(listed.store)


def test_the_file_with_the_real_names_is_not_imported_again(listed, key, tmp_path):
    shutil.copyfile(listed.folder / "transcripts" / "alder-1.txt", tmp_path / "alder-1.txt")
    replace_names(listed, key, PHRASE)
    with pytest.raises(TranscriptError, match="under other names"):
        import_transcripts(listed, [tmp_path / "alder-1.txt"])


def test_a_short_pass_phrase_a_foreign_key_and_an_empty_list_are_refused(study, key):
    with pytest.raises(UsageError, match="no names are listed"):
        replace_names(study, key, PHRASE)
    (study.folder / "pseudonyms.csv").write_text(NAMES, "utf-8")
    with pytest.raises(UsageError, match="too short"):
        replace_names(study, key, "short")
    replace_names(study, key, PHRASE)
    write_key(key, replace(read_key(key, PHRASE), study="another"), PHRASE)
    with pytest.raises(StudyError, match="another study"):
        restore_names(study, key, PHRASE)


def test_held_out_predictions_are_found_again(suggested, key):
    from coder.learn.bundle import load_model
    from coder.steps.models.registry import held_out_units
    from coder.steps.study.study import open_study

    study = open_study(suggested)
    (suggested / "pseudonyms.csv").write_text(NAMES, "utf-8")
    model = load_model(suggested / "models" / "model-1")
    names = list(corpus.unit_keys(study.store))
    before = held_out_units(study, model, names)
    done = replace_names(study, key, PHRASE)
    after = held_out_units(study, model, names)
    study.close()
    assert [path.name for path in done.models] == ["model-1"]
    assert (after.rows.tolist(), after.P.tolist(), after.remark) == (before.rows.tolist(), before.P.tolist(), "")


def test_offsets_in_a_table_of_codings_are_those_of_the_new_text(listed, key):
    text = corpus.transcripts(listed.store)["alder-1"].transcript.text
    at = text.index("Maja") + 30
    table = listed.folder / "codings" / "offsets.csv"
    header = "transcript,citation,start,end,code,coder\n"
    table.write_text(f'{header}alder-1,,{at},"{at + 9}",c,ada\nnone,,1,2,c,ada\n', "utf-8")
    replace_names(listed, key, PHRASE)
    new = corpus.transcripts(listed.store)["alder-1"].transcript.text
    row, other = table.read_text("utf-8").splitlines()[1:]
    start, end = (int(cell.strip('"')) for cell in row.split(",")[2:4])
    assert start != at
    assert new[start:end] == text[at : at + 9]
    assert other == "none,,1,2,c,ada"


def test_transcripts_that_were_removed_are_named_since_their_words_are_kept(listed, key):
    name = next(iter(corpus.transcripts(listed.store)))
    remove(listed, name)
    assert replace_names(listed, key, PHRASE).removed == (name,)


def test_memos_of_their_own_have_pseudonyms_and_names_again(listed, key):
    memos.add(listed, "study", "Siri", "Ask Maja once more.")
    replace_names(listed, key, PHRASE)
    (one,) = (e.memo for e in memos.journal(listed, about="study"))
    assert (one.author, one.words) == ("Person 3", "Ask Karin once more.")
