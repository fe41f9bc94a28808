"""The program as a user calls it, and studies at each stage of the line."""

import shutil

import pytest
from click.testing import CliRunner

from coder.cli.main import main

ENOUGH = {"COLUMNS": "100"}


@pytest.fixture
def coder():
    """Call the program; an exit by anything but a clear line fails the test."""

    def call(*args, input=None, code=0):
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=input, env=ENOUGH)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture(scope="session")
def _suggested(_coded_database, tmp_path_factory):
    """Train on the coded study and suggest for the interview that nobody has coded, once; tests work on copies."""
    from coder.steps.study import open_study
    from coder.steps.suggesting import suggest
    from coder.steps.training import train

    folder = tmp_path_factory.mktemp("suggested") / "study"
    shutil.copytree(_coded_database.parent, folder)
    opened = open_study(folder)
    train(opened)
    suggest(opened)
    opened.close()
    return folder


@pytest.fixture
def coded(study_folder, _coded_database):
    """Return the folder of a study that two people have coded."""
    shutil.copyfile(_coded_database, study_folder / "study.db")
    return study_folder


@pytest.fixture
def suggested(_suggested, tmp_path):
    """Return the folder of a study with a model and its suggestions."""
    return shutil.copytree(_suggested, tmp_path / "suggested")


@pytest.fixture
def events():
    """Read the log of a study."""
    from coder.steps.checking import history
    from coder.steps.study import open_study

    def read(folder, coder=None):
        opened = open_study(folder)
        try:
            return [event for event, _, _ in history(opened, coder=coder)]
        finally:
            opened.close()

    return read
