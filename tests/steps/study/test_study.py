"""Starting and opening a study, and what study.toml may say."""

import pytest

from coder.config import Settings, load_settings
from coder.errors import SchemeError, StudyError, UsageError
from coder.resources import find_scheme, shipped_schemes
from coder.steps.integrity import check
from coder.steps.study.study import new_study, open_study


def settings_of(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, "utf-8")
    return load_settings(path)


# --- settings ---


def test_what_is_not_said_has_a_value(tmp_path):
    assert settings_of(tmp_path, 'name = "A"') == Settings("A")
    assert Settings("A").units == "sentences:3"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    assert settings_of(tmp_path, '\ufeffname = "Ägir 🌊"').name == "Ägir 🌊"


def test_settings_of_an_older_study_are_read_under_their_names_of_then(tmp_path):
    assert settings_of(tmp_path, 'name = "A"\nsettled_by = "panel"\n').adjudicator == "panel"
    with pytest.raises(StudyError, match="line 2: `adjudicator` must be a text"):
        settings_of(tmp_path, 'name = "A"\nsettled_by = 1\n')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "A"\n\nlangauge = "sv"\n', r"study.toml, line 3: unknown key `langauge`\n  did you mean `language`\?"),
        ('name = "A"\n[encoding]\nx = 1\n', r"line 2: unknown key `encoding`\n  did you mean `encoder`\?"),
        ('name = "A"\n[labels]\nnot_label = []\n', r"line 3: unknown key `not_label`\n  did you mean `not_labels`\?"),
        ('name = "A"\n[labels]\nnames = "Maja"\n', r"line 3: `names` must be a list such as"),
        ('name = "A"\nlabels = ["Maja"]\n', r"line 2: `labels` must be a table such as \[labels\]"),
        ('name = "A"\n[columns]\ntexts = "Svar"\n', r"line 3: unknown key `texts`\n  did you mean `text`\?"),
        ('name = "A"\n[columns]\ntext = 1\n', r"line 3: `text` must be a text in quotation marks, not 1"),
        ('name = "A"\nzzz = 1\n', r"line 2: unknown key `zzz`\n  known keys: name, language, scheme"),
        ('name = "A"\nfolds = "5"\n', r"line 2: `folds` must be a whole number, not '5'"),
        ('name = "A"\nfolds = true\n', r"`folds` must be a whole number, not True"),
        ('name = "A"\nseed = 1.5\n', r"`seed` must be a whole number, not 1.5"),
        ("name = 5\n", r"line 1: `name` must be a text in quotation marks, not 5"),
        ('name = "A"\nfolds = 1\n', r"`folds` must be 2 or more"),
        ('name = "A"\nmin_positives = 0\n', r"`min_positives` must be 1 or more"),
        ('language = "sv"\n', r'the key `name` is missing\n  add a line: name = "My study"'),
        ('name = "A\n', r"study.toml: not valid TOML: .*line 1"),
        ('name = "A"\nname = "B"\n', r"not valid TOML"),
    ],
)
def test_settings_that_are_wrong_are_named_with_their_line(tmp_path, text, message):
    with pytest.raises(StudyError, match=message):
        settings_of(tmp_path, text)


def test_settings_that_are_not_text(tmp_path):
    (tmp_path / "study.toml").write_bytes(b'name = "\xff\xfe"')
    with pytest.raises(StudyError, match="not valid TOML"):
        load_settings(tmp_path / "study.toml")


def test_a_folder_without_settings_is_no_study(tmp_path):
    with pytest.raises(StudyError, match="no study here\n  start one with `coder new FOLDER`"):
        open_study(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- a new study ---


def test_a_new_study_opens_and_is_sound(tmp_path):
    files = new_study(tmp_path / "harbour")
    assert [path.name for path in files] == ["study.toml", "scheme.yaml", "cases.csv"]
    study = open_study(tmp_path / "harbour")
    assert study.settings == Settings("harbour")
    assert study.scheme.codes == ()
    assert check(study).findings == ()
    study.close()
    assert {path.name for path in (tmp_path / "harbour").iterdir()} >= {"transcripts", "codings", "models", "out"}


@pytest.mark.parametrize("name", ['He said "no"', "back\\slash", "{name}", "two\nlines", "Ägir 🌊", "tab\there"])
def test_any_name_survives(tmp_path, name):
    new_study(tmp_path / "a", name)
    assert load_settings(tmp_path / "a" / "study.toml").name == name


def test_a_dry_run_writes_nothing(tmp_path):
    assert len(new_study(tmp_path / "a", dry_run=True)) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_study_is_not_started_over_another(study_folder):
    before = (study_folder / "study.toml").read_bytes()
    with pytest.raises(StudyError, match="there is a study here already"):
        new_study(study_folder)
    assert (study_folder / "study.toml").read_bytes() == before


def test_files_that_are_there_are_kept(tmp_path):
    (tmp_path / "cases.csv").write_text("transcript,case\n", "utf-8")
    new_study(tmp_path)
    assert (tmp_path / "cases.csv").read_text("utf-8") == "transcript,case\n"


def test_a_scheme_that_cannot_be_read_starts_nothing(tmp_path):
    (tmp_path / "own.yaml").write_text("codes: [a, a]\n", "utf-8")
    with pytest.raises(SchemeError):
        new_study(tmp_path / "a", scheme=str(tmp_path / "own.yaml"))
    assert not (tmp_path / "a").exists()


def test_schemes_that_ship_are_found_by_name():
    assert find_scheme("network-coordination") == shipped_schemes()["network-coordination"]
    with pytest.raises(UsageError, match="did you mean `network-coordination`"):
        find_scheme("network-cordination")
    with pytest.raises(UsageError, match="or give a file"):
        find_scheme("zzz")


def test_a_scheme_version_is_written_once(study):
    with study.store.transaction("code"):
        assert study.scheme_version() == study.scheme_version() == 1
