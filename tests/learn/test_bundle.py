from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coder.errors import ModelError
from coder.learn.bundle import digest, load_model, model_info, save_model
from coder.learn.dataset import Examples, Prototypes, Targets
from coder.learn.evaluation import CaseQuality
from coder.learn.model import Model, fit
from coder.learn.model_info import ModelInfo, UnseenCases
from coder.types import Scheme

CASES = UnseenCases("case", 3, 0.5, None, (CaseQuality("Air", 9, 0, None, 0.25),))
INFO = ModelInfo(name="m", encoder="hashed", transcripts=("a", "b"), usual={"long": {"border": 3.0}}, cases=CASES)


@pytest.fixture(scope="module")
def model(examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes) -> Model:
    model = fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    return replace(model, info=INFO)


def test_a_loaded_model_says_what_the_fitted_one_said(model: Model, examples: Examples, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "# card\n")
    loaded = load_model(tmp_path / "m", encoder="hashed")
    assert np.allclose(loaded.predict(examples.texts), model.predict(examples.texts), atol=2e-3)
    assert np.array_equal(loaded.thresholds, model.thresholds)
    assert loaded.held_out is not None
    assert (tmp_path / "m" / "card.md").read_text() == "# card\n"


def test_equal_models_give_equal_bytes(model: Model, tmp_path: Path) -> None:
    assert save_model(model, tmp_path / "a", "") == save_model(model, tmp_path / "b", "")
    for name in ("model.json", "weights.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_encoders_vectors_are_refused(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    with pytest.raises(ModelError, match="another encoder"):
        load_model(tmp_path / "m", encoder="other")


def test_a_changed_byte_is_noticed(model: Model, tmp_path: Path) -> None:
    before = save_model(model, tmp_path / "m", "")
    weights = tmp_path / "m" / "weights.npz"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="not those it was saved with"):
        load_model(tmp_path / "m")
    description = tmp_path / "m" / "model.json"
    description.write_text(description.read_text().replace('"hashed"', '"hushed"'))
    assert digest(tmp_path / "m") != before


def test_any_changed_number_of_the_description_is_noticed(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    path = tmp_path / "m" / "model.json"
    saved = path.read_text()
    found = json.loads(saved)
    path.write_text(saved.replace(repr(found["combiner"]["intercept"]), "0.5"))
    with pytest.raises(ModelError, match="not the one it was saved with"):
        load_model(tmp_path / "m")
    path.write_text(saved.replace(found["codes"][0], "another/code", 1))
    with pytest.raises(ModelError, match="not the one it was saved with"):
        model_info(tmp_path / "m")


def test_a_bundle_keeps_all_that_a_model_knows_of_itself(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    assert model_info(tmp_path / "m") == INFO
    loaded = load_model(tmp_path / "m").held_out
    assert loaded is not None
    assert model.held_out is not None
    assert loaded.keys.tolist() == model.held_out.keys.tolist()


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("seed", "one", "`info.seed` is 'one', not int"),
        ("transcripts", "air-1", "`info.transcripts` is 'air-1'"),
        ("transcripts", ["air-1", 2], "`info.transcripts` is 2, not str"),
        ("usual", {"long": {"border": None}}, "`info.usual.long.border` is None, not float"),
        ("cases", {"held_out": "case"}, "`info.cases.by_case` is missing"),
    ],
)
def test_a_field_of_another_type_is_named(field: str, value: object, named: str, model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    path = tmp_path / "m" / "model.json"
    found = json.loads(path.read_text())
    found["info"][field] = value
    path.write_text(json.dumps(found))
    with pytest.raises(ModelError) as error:
        load_model(tmp_path / "m")
    assert named in str(error.value)
    assert "model.json" in str(error.value)


def test_a_bundle_of_an_older_format_is_refused_with_what_to_do(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    path = tmp_path / "m" / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(ModelError, match=r"older coder.*units by row numbers") as error:
        load_model(tmp_path / "m")
    assert "coder train --use" in str(error.value)


def test_a_bundle_of_a_newer_format_is_refused(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    path = tmp_path / "m" / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 5}))
    with pytest.raises(ModelError, match="newer coder"):
        load_model(tmp_path / "m")


def test_a_model_of_format_3_knows_nothing_of_what_a_unit_takes_up_and_stays_so(
    model: Model, examples: Examples, tmp_path: Path
) -> None:
    texts = replace(examples.texts, asked=list(examples.texts.words), before=examples.texts.vectors)
    echo = model.features.columns(texts)["echo"]
    W = np.delete(model.heads.W, np.arange(echo.start, echo.stop), axis=1)
    old = replace(model, features=replace(model.features, echo=False), heads=replace(model.heads, W=W))
    save_model(old, tmp_path / "m", "")
    assert json.loads((tmp_path / "m" / "model.json").read_text())["format"] == 3
    assert np.allclose(load_model(tmp_path / "m").predict(texts), old.predict(texts), atol=5e-3)


class Restored:
    recipe = "tuned v2"

    def restore(self, arrays: object) -> None:
        raise AssertionError("arrays of another recipe were restored")


def test_an_encoder_that_was_fine_tuned_by_another_recipe_is_refused(model: Model, tmp_path: Path) -> None:
    save_model(replace(model, info=replace(INFO, recipe="tuned v1")), tmp_path / "m", "")
    with pytest.raises(ModelError, match=r"another recipe \(tuned v1; here tuned v2\)"):
        load_model(tmp_path / "m", tuner=Restored)  # type: ignore[arg-type]


def test_the_picture_lies_beside_the_card_and_is_not_part_of_the_digest(model: Model, tmp_path: Path) -> None:
    with_one = save_model(model, tmp_path / "a", "", "<svg/>")
    assert (tmp_path / "a" / "reliability.svg").read_text() == "<svg/>"
    assert save_model(model, tmp_path / "b", "") == with_one
    assert not (tmp_path / "b" / "reliability.svg").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_bundle_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(ModelError):
        load_model(tmp_path)


def test_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model here"):
        model_info(tmp_path / "nowhere")


def test_a_bundle_holds_numbers_and_text_only(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    json.loads((tmp_path / "m" / "model.json").read_text())
    with np.load(tmp_path / "m" / "weights.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)
