"""The program as a user calls it."""

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
