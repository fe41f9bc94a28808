"""A study in a notebook: data frames of what commands print."""

import subprocess
import sys

import pandas as pd
import pytest

import coder
from coder.errors import StudyError


@pytest.fixture
def study(study_folder):
    with coder.open(str(study_folder)) as study:
        study.import_transcripts()
        study.segment()
        for path in sorted((study_folder / "codings").glob("*.csv")):
            study.import_codings(path)
        yield study


def test_agreement_is_there_without_an_import_of_its_own():
    done = subprocess.run([sys.executable, "-c", "import coder; coder.agreement"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]


def test_a_folder_without_a_study_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no study here"):
        coder.open(tmp_path)


def test_transcripts_units_and_codes_are_frames(study):
    transcripts, units = study.transcripts(), study.units()
    assert transcripts["transcript"].tolist() == ["alder-1", "alder-2", "birch-1", "birch-2"]
    assert transcripts["units"].sum() == len(units)
    [one] = units[units["words"] == "The course lasts two days."].to_dict("records")
    assert (one["transcript"], one["speaker"]) == ("alder-1", "Maja")
    assert set(study.codes()["dimension"]) == {"education/customers", "education/suppliers", "contact"}


def test_codings_are_the_events_of_the_log(study):
    codings = study.codings(coder="ben")
    assert set(codings["coder"]) == {"ben"}
    assert codings["id"].is_monotonic_increasing
    assert "unsure" in set(codings["verdict"])


def test_findings_are_what_the_tables_print(study):
    cited = study.citations(coders=["ada"])
    assert len(cited) == 11
    assert "Log: " in cited.attrs["note"]
    matrix = study.matrix(coders=["ada"])
    assert matrix.loc["Alder", "education/suppliers"] == "courses"
    stats = study.stats(coders=["ada"]).set_index("Code")
    assert stats.loc["contact/fairs", "References"] == 3


def test_agreement_says_whose_it_is(study):
    found = study.agreement(replicates=20)
    assert set(found["coders"]) == {"ada and ben"}
    assert {"kappa", "kappa low", "alpha", "n"} <= set(found.columns)


def test_a_trained_model_suggests_and_everything_is_published(study):
    trained = study.train()
    assert set(trained["code"]) == set(study.codes()["code"])
    name = trained.attrs["outcome"].name
    assert study.models()["name"].tolist() == [name]
    suggested = study.suggest()
    assert suggested.attrs["outcome"].model == name
    assert set(suggested["suggested_by"]) <= {name}
    published = study.publish(formats=["csv"], replicates=20)
    assert published["file"][0].endswith("index.html")


def test_a_notebook_shows_the_transcripts(study):
    assert "alder-1" in study._repr_html_()
    assert "Two harbour firms" in study._repr_html_()


def test_agreement_of_a_data_frame():
    rows = [("u1", "Ada", "cost"), ("u1", "Ben", "cost"), ("u2", "Ada", None), ("u2", "Ben", "cost")]
    found = coder.agreement(pd.DataFrame(rows, columns=["unit", "coder", "code"]), replicates=20)
    assert found["code"].tolist()[0] == "cost"
    assert found["n"].tolist()[0] == 2


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert coder.__version__ == version("transcript-coder")


def test_importing_the_package_loads_nothing():
    import subprocess
    import sys

    program = "import sys, coder; print({'numpy', 'pandas', 'click', 'sklearn', 'spacy'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
    )
