"""A model's own study is known by its id, and its units by text and place; trainings that were cut short do no harm."""

import shutil
import sqlite3

import pytest

from coder.errors import ModelError
from coder.learn.evaluation import Comparison
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.quality import measure_study
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.integrity import check
from coder.steps.models import train as training
from coder.steps.models.registry import transcripts_seen, use_model
from coder.steps.models.train import train
from coder.steps.study.study import open_study
from coder.store.database import Store


@pytest.fixture
def twin(study, tmp_path):
    """A study of the same title and interviews, whose files are called differently; it has adopted `study`'s model."""
    train(study)
    folder = tmp_path / "twin"
    shutil.copytree(study.folder, folder, ignore=shutil.ignore_patterns("study.db*", "models", "cache"))
    for old, new in (("alder", "zinc"), ("birch", "amber")):
        for path in folder.glob(f"transcripts/{old}*"):
            path.rename(path.with_name(path.name.replace(old, new)))
        for path in (folder / "cases.csv", *folder.glob("codings/*.csv")):
            path.write_text(path.read_text("utf-8").replace(f"{old}-", f"{new}-"), "utf-8")
    other = open_study(folder, create=True)
    import_transcripts(other)
    segment_study(other)
    for path in sorted(folder.glob("codings/*.csv")):
        import_codings(other, path)
    use_model(other, str(study.folder / "models" / "model-1"))
    yield other
    other.close()


def compared(study):
    return [agreed.title for agreed in agreement_of(study, replicates=5) if "held out" in agreed.title]


def test_a_model_of_another_study_with_the_same_title_is_not_compared_with_people(study, twin):
    assert compared(study)
    assert compared(twin) == []
    remark = agreement_of(twin, replicates=5)[0].remark
    assert "model-1 is not compared with people: the model was trained on another study" in remark
    assert measure_study(twin).f1 == {}
    assert "another study" in measure_study(twin).problem
    with pytest.raises(ModelError, match="another study"):
        audit_queue(twin, "ada", order="suspect")


def test_a_model_of_another_study_is_not_compared_on_texts_that_it_has_learned(study, twin):
    assert transcripts_seen(twin, info(study)) == {
        name.replace("alder", "zinc").replace("birch", "amber") for name in info(study).transcripts
    }
    assert train(twin).comparison is None


def info(study):
    from coder.learn.bundle import model_info

    return model_info(study.folder / "models" / "model-1")


def test_another_title_changes_nothing(study):
    train(study)
    before = compared(study), measure_study(study).f1[""]
    path = study.folder / "study.toml"
    path.write_text(path.read_text("utf-8").replace("Two harbour firms", "Harbours"), "utf-8")
    again = open_study(study.folder)
    assert again.settings.name == "Harbours"
    assert (compared(again), measure_study(again).f1[""]) == before
    assert not train(again).changed
    again.close()


def test_predictions_of_a_text_that_was_corrected_are_left_out_and_counted(study):
    train(study)
    path = study.folder / "transcripts" / "alder-1.txt"
    path.write_text(path.read_text("utf-8").replace("course", "courses", 1), "utf-8")
    import_transcripts(study)
    segment_study(study)
    assert "held-out predictions are left out: their texts have changed since" in measure_study(study).remark
    assert "left out" in agreement_of(study, replicates=5)[0].remark


def test_each_store_has_an_id_of_its_own_that_stays(tmp_path):
    ids = []
    for name in ("a.db", "b.db", "a.db"):
        store = Store(tmp_path / name, create=True)
        ids.append(store.study_id())
        store.close()
    assert ids[0] == ids[2] != ids[1]
    with sqlite3.connect(tmp_path / "a.db") as db, pytest.raises(sqlite3.DatabaseError, match="never changed"):
        db.execute("UPDATE study SET id = 'x'")


def test_what_a_training_left_that_was_killed_is_cleared_by_the_next(study):
    left = study.folder / "models" / ".model-1.part"
    left.mkdir(parents=True)
    (left / "weights.npz").write_bytes(b"half")
    assert train(study).adopted
    assert [path.name for path in (study.folder / "models").iterdir()] == ["model-1"]


def test_of_two_trainings_at_once_the_later_leaves_the_model_of_the_earlier(study, monkeypatch):
    """The other training takes the name while this one is computing."""
    real = training._compare

    def meanwhile(*arguments):
        monkeypatch.setattr(training, "_compare", real)
        train(study)
        return real(*arguments)

    monkeypatch.setattr(training, "_compare", meanwhile)
    with pytest.raises(ModelError, match="another training has made `model-1` meanwhile"):
        train(study)
    assert not check(study).findings


def test_check_names_a_model_that_was_never_adopted(study):
    train(study)
    shutil.copytree(study.folder / "models" / "model-1", study.folder / "models" / "model-7")
    found = check(study)
    assert not found.findings
    assert [w for w in found.warnings if "never adopted" in w] == [
        "the model `model-7` was never adopted: coder models --use model-7, or delete it"
    ]


@pytest.mark.parametrize(
    ("low", "high", "finding", "adopted"),
    [
        (0.01, 0.07, "better", True),
        (-0.025, 0.077, "not distinguishable", True),
        (-0.07, 0.01, "not distinguishable", True),
        (-0.07, -0.01, "worse", False),
    ],
)
def test_a_model_is_adopted_unless_it_is_worse(study, low, high, finding, adopted):
    train(study)
    found = Comparison(90, 0.5, 0.51, low, high, finding)
    folder = study.folder / "models" / "model-1"
    decided, why = training._decide(found, folder, use=False, encoder=info(study).encoder)
    assert decided is adopted
    assert why.startswith(finding)
    assert f"{low:.3f} to {high:.3f}" in why
