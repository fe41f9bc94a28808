from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from coder.errors import ModelError
from coder.learn.bundle import about_model, digest, load_model, save_model
from coder.learn.dataset import Examples, Prototypes, Targets
from coder.learn.model import Model, fit
from coder.types import Scheme


@pytest.fixture(scope="module")
def model(examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes) -> Model:
    model = fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    model.about.update({"encoder": "hashed", "name": "m"})
    return model


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
        about_model(tmp_path / "m")


def test_a_bundle_of_before_its_description_was_proved_is_read(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    path = tmp_path / "m" / "model.json"
    found = json.loads(path.read_text())
    del found["sha256"]
    path.write_text(json.dumps(found))
    assert load_model(tmp_path / "m").codes == model.codes


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
        about_model(tmp_path / "nowhere")


def test_a_bundle_holds_numbers_and_text_only(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "m", "")
    json.loads((tmp_path / "m" / "model.json").read_text())
    with np.load(tmp_path / "m" / "weights.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)
