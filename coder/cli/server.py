"""The command that starts the audit server: review."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from coder.cli.output import finish, study_argument

FIRST_PORT = 8617


@click.command()
@study_argument
@click.option("--coder", help="Your name as a coder; asked for on the first page if not given.")
@click.option("--blind", is_flag=True, help="Show no suggestions and nothing of other coders.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Interface; any but loopback needs sign-in tokens.",
)
@click.option("--name", "names", multiple=True, help="Another host name of the server (repeatable).")
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port; {FIRST_PORT} or a free one if not given.")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
def review(
    study: Path, coder: str | None, blind: bool, host: str, names: tuple[str, ...], port: int | None, no_open: bool
) -> None:
    """Open the audit server in your browser.

    Pages to check, correct and adjudicate codes, alone or with others.

    Ctrl-C stops it; every answer is saved as it is sent.
    """
    from coder.web.app import make_app
    from coder.web.server import serve

    app = make_app(study, coder=coder, host=host, hosts=names, blind=blind)

    def ready(address: str) -> None:
        click.echo(f"The audit server is open at {address}  (Ctrl-C stops it)")
        if not no_open:
            webbrowser.open(address)

    serve(app, host, port, FIRST_PORT, ready)
    click.echo("Closed. Every answer is saved.")
    finish(study)
