"""Which files an import reads: in folders and zip archives, and what it passes over."""

import os
import stat
import zipfile

import pytest

from coder.errors import TranscriptError
from coder.steps.corpus.files import passed_over
from coder.steps.corpus.transcripts import import_transcripts
from coder.store import corpus
from coder.transcripts import archives

WORDS = "Interviewer: Why?\nSiri: We met in {}.\n"


def write(folder, **files):
    for name, place in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WORDS.format(place), "utf-8")
    return folder


def outcome(report):
    return [(item.name, item.status) for item in report]


def test_a_folder_is_imported_with_its_subfolders(study, tmp_path):
    folder = write(tmp_path / "all", P06_txt="Turku", Wave2__P06_txt="Oulu")
    (folder / "~$P06.docx").write_bytes(b"\x05Anna")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (folder / "tape.m4a").write_bytes(b"\0")
    (folder / "README").write_text("x")
    assert outcome(import_transcripts(study, [folder])) == [
        ("P06", "new"),
        ("Wave2 - P06", "new"),
        ("all/.DS_Store", "skipped"),
        ("all/README", "skipped"),
        ("all/tape.m4a", "skipped"),
        ("all/~$P06.docx", "skipped"),
    ]
    kept = study.folder / "transcripts"
    assert (kept / "P06.txt").read_text("utf-8") == WORDS.format("Turku")
    assert (kept / "Wave2 - P06.txt").read_text("utf-8") == WORDS.format("Oulu")
    assert {status for _, status in outcome(import_transcripts(study)) if status} == {"unchanged"}
    assert {status for _, status in outcome(import_transcripts(study, [folder]))} == {"unchanged", "skipped"}


def test_a_subfolder_of_transcripts_is_listed(study):
    write(study.folder / "transcripts", sub__P08_txt="Turku")
    (study.folder / "transcripts" / "all.zip").write_bytes(b"")
    assert [one.why for one in passed_over(study.folder)] == [
        "an archive: name it to import what lies in it",
        "a subfolder: name it to import what lies in it",
    ]
    assert outcome(import_transcripts(study))[-1] == ("transcripts/sub", "skipped")
    assert outcome(import_transcripts(study, [study.folder / "transcripts" / "sub"])) == [("P08", "new")]


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_zip_archive_is_imported_as_a_folder(study, tmp_path):
    path = zipped(
        tmp_path / "all.zip",
        {
            "talks/P06.txt": WORDS.format("Turku"),
            "talks/Wave 2/P06.txt": WORDS.format("Oulu"),
            "talks/broken.docx": b"PK torn",
            "__MACOSX/talks/._P06.txt": b"\0",
        },
    )
    report = import_transcripts(study, [path])
    assert outcome(report) == [
        ("P06", "new"),
        ("Wave 2 - P06", "new"),
        ("all.zip/__MACOSX/talks/._P06.txt", "skipped"),
        ("all.zip/broken.docx", "refused"),
    ]
    assert report[-1].notes[0].startswith("is not a readable Word document")
    assert (study.folder / "transcripts" / "Wave 2 - P06.txt").exists()


def test_names_in_an_archive_are_no_paths(study, tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "slip.zip", {"../../../evil.txt": WORDS.format("Turku"), link: "/etc/passwd"})
    files = {one for one in tmp_path.rglob("*") if one.is_file() and "cache" not in str(one)}
    assert outcome(import_transcripts(study, [path])) == [("evil", "new"), ("slip.zip/link.txt", "refused")]
    more = {one for one in tmp_path.rglob("*") if one.is_file() and "cache" not in str(one)} - files
    assert {one.name for one in more} <= {"evil.txt", "study.db", "cases.csv"} | {one.name for one in files}


def test_letters_beyond_ascii_in_the_names_of_an_archive(study, tmp_path):
    path = tmp_path / "mac.zip"
    zipped(path, {"Asa.txt": WORDS.format("Turku")})
    path.write_bytes(path.read_bytes().replace(b"Asa.txt", "Å".encode() + b"a.txt"))  # UTF-8 without its flag
    assert outcome(import_transcripts(study, [path])) == [("Åa", "new")]


@pytest.mark.parametrize("limit", ["MOST_UNPACKED", "MOST_FILES"])
def test_an_archive_that_unpacks_to_too_much_is_refused(study, tmp_path, monkeypatch, limit):
    path = zipped(tmp_path / "bomb.zip", {f"{n}.txt": os.urandom(40) for n in range(40)})
    monkeypatch.setattr(archives, limit, 39)
    with pytest.raises(TranscriptError, match="39 is the limit"):
        import_transcripts(study, [path])


def test_an_archive_packed_beyond_what_text_can_be_is_refused(study, tmp_path):
    path = zipped(tmp_path / "bomb.zip", {"a.txt": b"a" * 2_000_000})
    with pytest.raises(TranscriptError, match="times its size, where 500 is the limit"):
        import_transcripts(study, [path])


def test_the_same_interview_twice_is_noticed(study, tmp_path):
    report = import_transcripts(study, [write(tmp_path / "all", P06_copy_txt="Turku", P06_txt="Turku")])
    assert "has the same words as `P06`" in report[1].notes[-1]
    assert "has the same words" in corpus.transcripts(study.store)["P06_copy"].transcript.notes[-1]


def test_names_that_differ_in_case_or_composition_are_one(study, tmp_path):
    one = write(tmp_path / "one", P07_txt="Turku") / "P07.txt"
    import_transcripts(study, [one])
    other = tmp_path / "p07.TXT"
    other.write_text(WORDS.format("Oulu"), "utf-8")
    with pytest.raises(TranscriptError, match="two transcripts are called `p07`"):
        import_transcripts(study, [other])
