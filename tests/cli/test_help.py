"""Every command and option explains itself, and docs/commands.md is what the program says."""

import os
from pathlib import Path

import click
import pytest

from coder.cli.main import main

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


@pytest.mark.parametrize("group", ["", "scheme", "coders"])
def test_no_line_of_the_list_of_commands_is_cut_at_80_columns(coder, group):
    lines = coder(*group.split(), "--help").output.splitlines()
    listed = lines[lines.index("Commands:") + 1 :]
    names = main.commands if not group else main.commands[group].commands
    assert len(listed) == len(names)
    assert not any(line.endswith("...") for line in listed)


def test_commands_are_listed_in_the_order_of_the_line(coder):
    names = [line.split()[0] for line in coder("--help").output.split("Commands:\n")[1].splitlines()]
    assert names[:3] == ["new", "run", "import"]
    assert names.index("suggest") < names.index("audit") < names.index("retrain") < names.index("check")


def test_help_and_version_load_nothing_heavy():
    import subprocess
    import sys

    script = (
        "import sys; from coder.cli.main import main; main(['--help'], standalone_mode=False);"
        "print(sorted({'torch', 'spacy', 'sklearn', 'pandas', 'numpy', 'scipy', 'docx'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.rstrip().endswith("[]")
