"""Memos: a journal of what was written on a study, its parts and its passages; comments of files among them."""

import docx
import pytest

from coder.errors import UsageError
from coder.steps.coding.memos import add, journal, take_back
from coder.steps.corpus.transcripts import import_transcripts
from coder.store import corpus


def with_comment(path, *, answer="They tore. Nobody mended them.", author="Eva"):
    document = docx.Document()
    document.add_paragraph("Q: Why the nets?")
    paragraph = document.add_paragraph("A: ")
    run = paragraph.add_run(answer)
    document.add_comment([run], text="Compare with Maja.", author=author)
    document.add_paragraph("Q: And then?")
    document.add_paragraph("A: We waited for the spring, and for the ice to go.")
    document.save(str(path))
    return path


def said(study, **which):
    return [(e.memo.kind, e.memo.about, e.memo.author, e.memo.words, e.passage) for e in journal(study, **which)]


def test_memos_are_listed_by_what_they_are_about_and_by_their_words(study):
    add(study, "study", "ada", "Start with the fairs.")
    add(study, "case:Alder", "ben", "A small firm.")
    add(study, "transcript:alder-1", "ada", "Recorded outdoors.")
    assert said(study, about="case:Alder") == [("case", "Alder", "ben", "A small firm.", "")]
    assert [one[3] for one in said(study, search="OUT")] == ["Recorded outdoors."]
    everything = journal(study)
    assert {"Start with the fairs.", "A small firm.", "Recorded outdoors."} <= {e.memo.words for e in everything}
    assert {e.memo.source for e in everything} == {"memo", "coding"}  # with codings, too
    assert [e.memo.at for e in everything] == sorted(e.memo.at for e in everything)


@pytest.mark.parametrize("about", ["case:Nobody", "code:nothing", "firm:Alder", "transcript:none"])
def test_a_memo_is_about_something_that_is_there(study, about):
    with pytest.raises(UsageError):
        add(study, about, "ada", "Words.")


def test_a_memo_that_is_taken_back_is_gone(study):
    add(study, "study", "ada", "Wrong.")
    (memo,) = (e.memo for e in journal(study, about="study"))
    take_back(study, memo.id, "ben")
    assert journal(study, about="study") == []
    with pytest.raises(UsageError, match="no memo"):
        take_back(study, memo.id, "ben")


def test_comments_of_a_file_become_memos_once(study, tmp_path):
    path = with_comment(tmp_path / "oak-1.docx")
    assert import_transcripts(study, [path])[0].memos == 1
    assert import_transcripts(study, [path])[0].memos == 0
    (one,) = journal(study, about="transcript:oak-1")
    assert (one.memo.author, one.memo.words, one.passage) == (
        "Eva",
        "Compare with Maja.",
        "They tore. Nobody mended them.",
    )
    with_comment(path, answer="They all tore. Nobody mended them.")
    assert import_transcripts(study, [path])[0].status == "corrected"
    assert [e.passage for e in journal(study, about="transcript:oak-1")] == ["They all tore. Nobody mended them."]


def test_a_comment_that_was_taken_back_does_not_come_again(study, tmp_path):
    path = with_comment(tmp_path / "oak-1.docx")
    import_transcripts(study, [path])
    take_back(study, journal(study, about="transcript:oak-1")[0].memo.id, "ada")
    assert import_transcripts(study, [path])[0].memos == 0
    assert "oak-1" in corpus.transcripts(study.store)
