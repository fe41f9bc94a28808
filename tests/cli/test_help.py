"""Every command and option explains itself, and docs/commands.md is what the program says."""

import os
from pathlib import Path

import click
import pytest

from coder.cli.main import FIRST, RENAMED, main

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """\
# The commands of `coder`

This page is written by the program: `GOLDEN=write python -m pytest tests/cli/test_help.py`.

Exit codes: 0 done, 1 the command ran and found something that is not as it should be (`coder check`,
`coder scheme check`), 2 it could not do what was asked, 130 interrupted (by Ctrl-C or `kill`). `--json` prints JSON in
which what is undefined is null. `--dry-run` says what would be done, and does nothing.
"""


def commands(command=main, path=("coder",)):
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from commands(sub, (*path, name))
    else:
        yield " ".join(path), command


def page():
    parts = [HEAD]
    for path, command in commands():
        context = click.Context(command, info_name=path, terminal_width=100, **main.context_settings)
        parts.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def test_the_page_of_commands_is_what_the_program_says():
    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(page(), "utf-8", newline="\n")
    assert PAGE.read_text("utf-8") == page(), "write it again: GOLDEN=write python -m pytest tests/cli/test_help.py"


@pytest.mark.parametrize(("path", "command"), list(commands()))
def test_every_command_and_option_has_help_and_stands_on_the_page(path, command):
    text = PAGE.read_text("utf-8")
    assert command.help
    assert f"## {path}\n" in text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts[0]}"
            assert all(option in text for option in parameter.opts)


@pytest.mark.parametrize("group", ["", "scheme", "coders", "citations"])
def test_no_line_of_the_list_of_commands_is_cut_at_80_columns(coder, group):
    lines = [line for line in coder(*group.split(), "--help").output.splitlines() if line.startswith("  ")]
    assert not any(line.endswith("...") for line in lines)
    for name in main.commands[group].commands if group else main.commands:
        assert sum(line.lstrip(" *").startswith(f"{name} ") for line in lines) == 1, name


def test_the_commands_are_listed_in_sections_and_those_of_a_first_study_are_marked(coder):
    lines = coder("--help").output.splitlines()
    titles = ["Start:", "Transcripts:", "Codebook:", "Code and review:", "Models:", "Agreement:", "Findings:", "Study:"]
    assert [line for line in lines if line in titles] == titles
    marked = {line.split()[1] for line in lines if line.startswith("  * ") and not line.endswith("needs.")}
    assert len(marked) == 10
    assert marked == set(FIRST)


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_a_former_name_says_the_present_one(coder, old, new):
    assert f"`{old}` is called `{new}` now" in coder(old, "STUDY", code=2).stderr
    assert new in main.commands


def test_the_scheme_is_the_codebook_too(coder):
    assert coder("codebook", "--help").output.splitlines()[2:] == coder("scheme", "--help").output.splitlines()[2:]


def test_help_and_version_load_nothing_heavy():
    import subprocess
    import sys

    script = (
        "import sys; from coder.cli.main import FIRST, RENAMED, main; main(['--help'], standalone_mode=False);"
        "print(sorted({'torch', 'spacy', 'sklearn', 'pandas', 'numpy', 'scipy', 'docx'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.rstrip().endswith("[]")
