import json

import numpy as np
import pandas as pd
import pytest

from coder.embed.encoders import HashedWords
from coder.errors import ModelError, StudyError, TableError, UsageError
from coder.learn.model import Model
from coder.steps.audit.decisions import code_by_hand
from coder.steps.audit.queue import audit_queue
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.steps.models.suggest import suggest, suggest_table
from coder.steps.models.train import train
from coder.steps.study.study import new_study, open_study
from coder.store import log
from coder.store.judgements import Which, judgements
from coder.types import Provenance, Verdict

ADDED = ["code", "score", "rank", "accepted"]


@pytest.fixture
def trained(study):
    train(study)
    return study


def test_only_units_that_nobody_judged_get_suggestions(trained):
    found = suggest(trained)
    assert found.trained
    assert found.model == "model-1"
    assert found.transcripts == ("birch-2",)
    events = [e for e in judgements(trained.store, which=Which.AS_WRITTEN) if e.coder == "model-1"]
    assert len(events) == found.written == sum(found.suggestions.values()) + 1
    assert all(0 <= e.confidence <= 1 for e in events if e.code)
    assert [e.code for e in events if e.confidence is None] == [None]  # it read the interview as a whole


def test_everything_asks_for_judged_units_too(trained):
    assert set(suggest(trained, everything=True).transcripts) == {"alder-1", "alder-2", "birch-1", "birch-2"}


def test_to_suggest_again_writes_nothing(trained):
    suggest(trained)
    head = log.head(trained.store)
    assert suggest(trained).written == 0
    assert log.head(trained.store) == head


def test_a_dry_run_counts_and_writes_nothing(trained):
    head = log.head(trained.store)
    assert suggest(trained, dry_run=True).written > 0
    assert log.head(trained.store) == head


def test_what_a_model_no_longer_suggests_is_withdrawn(trained):
    suggest(trained)
    unit = next(u for u in units_of(trained) if u.segment.span.transcript == "birch-2")
    with trained.store.transaction("suggest"):
        from coder.types import Coding

        code = "education/suppliers/courses"
        log.append(
            trained.store, [Coding(unit.segment.id, code, "model-1", confidence=0.011)], trained.scheme_version()
        )
    suggest(trained)
    own = {(e.segment, e.code): e for e in judgements(trained.store, "model-1")}
    now = own.get((unit.segment.id, code))
    assert now is None or now.confidence != 0.011


def test_before_any_training_the_schemes_own_words_are_the_model(study):
    found = suggest(study)
    assert not found.trained
    assert found.model == "scheme-examples"
    assert check(study).findings == ()


def test_a_unit_that_is_judged_later_drops_out_of_the_next_batch(trained):
    before = suggest(trained).units
    unit = next(u for u in units_of(trained) if u.segment.span.transcript == "birch-2")
    code_by_hand(trained, "eva", unit, [])
    assert suggest(trained).units == before - 1


def test_suggestions_wait_for_review_with_their_score(trained):
    suggest(trained)
    waiting = citations(trained, only="unreviewed")
    shown = [s for item in audit_queue(trained, "eva") for s in item.codes]
    assert sorted(c.score for c in waiting) == sorted(s.score for s in shown)
    assert {c.suggested_by for c in waiting} == {"model-1"}
    assert {c.provenance for c in waiting} == {Provenance.UNREVIEWED}
    assert {e.verdict for e in judgements(trained.store, "model-1")} == {Verdict.PRESENT}


def test_unknown_transcripts_and_studies_without_units_are_named(trained, tmp_path):
    with pytest.raises(UsageError, match="no transcript `birch-9`"):
        suggest(trained, transcripts=("birch-9",))
    new_study(tmp_path / "empty")
    empty = open_study(tmp_path / "empty")
    with pytest.raises(StudyError, match="no units yet"):
        suggest(empty)
    empty.close()


TEXTS = pd.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "asked": ["What do you do in March?", "", "And then?", None],
        "text": ["We hold a course for the skippers.", "At the fair we show them the winch.", "  ", None],
        "weight": [1.5, None, 2.5, 3.0],
    }
)
WRITE = {".csv": "to_csv", ".xlsx": "to_excel", ".parquet": "to_parquet"}
READ = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}


def written(path, frame=TEXTS):
    getattr(frame, WRITE[path.suffix])(path, index=False)
    return path


@pytest.mark.parametrize("ending", WRITE)
def test_a_table_keeps_its_columns_and_gets_a_row_for_each_of_the_likeliest_codes(trained, tmp_path, ending):
    table, output = written(tmp_path / f"texts{ending}"), tmp_path / f"coded{ending}"
    model = str(trained.folder / "models" / "model-1")
    counts = suggest_table(table, output, model=model, before_column="asked", top=3)
    coded = READ[ending](output)
    assert list(coded.columns) == [*TEXTS.columns, *ADDED]
    assert counts["texts"] == 4
    assert counts["rows"] == len(coded) == 3 + 3 + 1 + 1  # a text without words keeps its row, without a code
    assert counts["accepted"] == coded["accepted"].astype(str).str.lower().eq("true").sum()
    first = coded[coded["id"].astype(str) == "1"]
    assert list(first["rank"].astype(int)) == [1, 2, 3]
    assert first["score"].astype(float).is_monotonic_decreasing
    assert set(first["code"]) < set(trained.scheme.paths())
    empty = coded[coded["id"].astype(str).isin(["3", "4"])]
    assert empty["code"].fillna("").eq("").all()
    assert empty["rank"].isna().all()


def test_without_top_the_accepted_codes_are_written_and_every_text_stays(trained, tmp_path):
    output = tmp_path / "coded.parquet"
    suggest_table(written(tmp_path / "texts.parquet"), output, model=str(trained.folder / "models" / "model-1"))
    coded = pd.read_parquet(output)
    assert set(coded["id"]) == {1, 2, 3, 4}
    assert (coded["accepted"] | coded["code"].eq("")).all()


def test_a_texts_codes_do_not_depend_on_the_texts_beside_it(trained, tmp_path):
    model = str(trained.folder / "models" / "model-1")
    scores = []
    for n, frame in enumerate((TEXTS, TEXTS.iloc[[1]])):
        output = tmp_path / f"coded{n}.parquet"
        suggest_table(written(tmp_path / f"texts{n}.parquet", frame), output, model=model, top=5)
        coded = pd.read_parquet(output)
        scores.append(coded[coded["id"] == 2]["score"].to_numpy())
    np.testing.assert_allclose(*scores, atol=1e-6)


def test_tables_that_do_not_fit_are_refused_and_nothing_is_written(trained, tmp_path):
    table, output = written(tmp_path / "texts.csv"), tmp_path / "coded.csv"
    model = str(trained.folder / "models" / "model-1")
    with pytest.raises(TableError, match="no column `txt`") as error:
        suggest_table(table, output, model=model, text_column="txt")
    assert "`text`" in error.value.todo
    with pytest.raises(TableError, match="no column `before`"):
        suggest_table(table, output, model=model, before_column="before")
    with pytest.raises(TableError, match="would replace"):
        suggest_table(table, table, model=model)
    taken = written(tmp_path / "taken.csv", TEXTS.rename(columns={"weight": "score"}))
    with pytest.raises(TableError, match="`score` already"):
        suggest_table(taken, output, model=model)
    with pytest.raises(ModelError, match="no model `bioteck`"):
        suggest_table(table, output, model="bioteck")
    suggest_table(table, output, model=model, dry_run=True)
    assert not output.exists()


def test_a_bundle_with_a_changed_byte_is_refused(trained):
    weights = trained.folder / "models" / "model-1" / "weights.npz"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="not those it was saved with"):
        suggest(trained)


def test_a_changed_description_is_not_the_adopted_model(trained):
    path = trained.folder / "models" / "model-1" / "model.json"
    found = json.loads(path.read_text("utf-8"))
    found["info"]["units"] += 1
    path.write_text(json.dumps(found), "utf-8")
    with pytest.raises(ModelError, match="not the one that was adopted"):
        suggest(trained)
    assert any("not the one that was adopted" in finding for finding in check(trained).findings)


def test_a_model_of_another_encoder_is_refused(trained):
    other = HashedWords()
    other.fingerprint = "hashed-words-256 v2"
    with pytest.raises(ModelError, match="another encoder"):
        suggest(trained, encoder=other)


def test_a_score_at_the_threshold_is_suggested_and_one_just_below_is_not(study, monkeypatch):
    train(study)
    monkeypatch.setattr(Model, "predict", lambda self, texts: np.tile(self.thresholds, (len(texts.words), 1)))
    found = suggest(study, dry_run=True)
    assert set(found.suggestions.values()) == {found.units}
    below = lambda self, texts: np.tile(np.nextafter(self.thresholds, 0), (len(texts.words), 1))  # noqa: E731
    monkeypatch.setattr(Model, "predict", below)
    assert set(suggest(study, dry_run=True).suggestions.values()) == {0}
