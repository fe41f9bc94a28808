"""Commands on the study: new, import, transcripts, segment, check, history."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from coder.cli.models import show_warnings
from coder.cli.output import (
    FOLDER,
    Bars,
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    show,
    show_json,
    study_argument,
    width,
)
from coder.cli.preview import show_doubts, show_preview, show_turn
from coder.errors import FindingError
from coder.steps.coding.coders import kinds as kinds_of_coders
from coder.steps.corpus.preview import confirm as confirm_step
from coder.steps.corpus.preview import previews, spoken_turns
from coder.steps.corpus.transcripts import Imported, import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.integrity import check as check_step
from coder.steps.integrity import history as history_step
from coder.steps.integrity import transcripts_of
from coder.steps.study.scheme_files import scheme_names
from coder.steps.study.study import language_warnings, new_study, sample
from coder.types import CoderKind, Judgement, Table, Verdict


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", help="The study's name; the folder's if not given.")
@click.option(
    "--scheme",
    default="",
    help=f"Begin with the codes of a scheme that ships ({', '.join(scheme_names())}), of a file (.yaml, .csv, .xlsx), "
    "or of another study. Without it the codebook is empty.",
)
@click.option(
    "--language", default="en", show_default=True, help="Of the transcripts: sv, fi, de. It chooses the encoder."
)
@dry_run_option
def new(folder: Path, name: str | None, scheme: str, language: str, dry_run: bool) -> None:
    """Start a study in FOLDER."""
    for path in new_study(folder, name, scheme, language=language, dry_run=dry_run):
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}")
    if not scheme:
        click.echo("The codebook is empty: `coder scheme add`, or `coder scheme import` of a table or a file.")
    finish(folder, dry_run)


@click.command()
@click.argument("folder", type=FOLDER, default=Path("sample"))
@dry_run_option
def demo(folder: Path, dry_run: bool) -> None:
    """Write the sample study into FOLDER (sample), to try things on.

    Thirty-two invented interviews in eight firms, with their codebook and the codings of two people.
    """
    files = sample(folder, dry_run=dry_run)
    click.echo(f"{counted(len(files), 'file')} {'would be written' if dry_run else 'written'} to {folder}")
    if not dry_run:
        click.echo(f"Next: coder run {folder}")


@click.command("import")
@study_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--replace", "replace_texts", is_flag=True, help="Take a file as the new text of its transcript, whatever it holds."
)
@dry_run_option
@json_option
def import_(study: Path, files: tuple[Path, ...], replace_texts: bool, dry_run: bool, as_json: bool) -> None:
    """Import transcripts, of the formats in docs/formats.md, and cases.csv.

    Without FILES those in the study's folder transcripts/ are imported; with them, copies are kept there. FILES may be
    folders, with their subfolders, and zip archives. What is not read is listed. cases.csv gets a row for each
    respondent who has none yet: fill in case and title there, and import again. With --dry-run each file is shown as it
    would be understood: speakers and roles, times, what looks like a label and was not taken for one, what is not sure,
    and a score from 0 to 1 of how sure it is.
    """
    with opened(study, create=True) as s, Bars() as bar:
        report = import_transcripts(s, files, replace_texts=replace_texts, dry_run=dry_run, progress=bar)
        show_warnings(language_warnings(s))
    if as_json:
        show_json(report)
    else:
        for item in report:
            show_import(item, preview=dry_run)
        click.echo(summary(report))
    refused = [item.name for item in report if item.status == "refused"]
    if refused:
        raise FindingError(f"{counted(len(refused), 'file')} could not be imported: {', '.join(refused)}")
    if not as_json:
        finish(study, dry_run)


def summary(report: list[Imported]) -> str:
    """Return in one line what an import did."""
    report = [item for item in report if item.status not in {"skipped", "refused"}]
    if not report:
        return "no transcripts: put .txt, .docx, .vtt or other files into transcripts/, or name FILES"
    count = {kind: sum(item.status == kind for item in report) for kind in ("new", "unchanged", "corrected")}
    status = ", ".join(f"{n} {kind}" for kind, n in count.items() if n)
    rows = sum(len(item.added_to_cases) for item in report)
    added = f"; {counted(rows, 'row')} added to cases.csv: fill in case and title, then import again" if rows else ""
    return f"{counted(len(report), 'transcript')}: {status}{added}"


def show_import(item: Imported, *, preview: bool = False) -> None:
    """Print what became of a file, unless nothing did, and what is not sure; or all of how it was understood."""
    if item.status in {"skipped", "refused"}:
        click.echo(f"{item.status:9} {item.name}: {item.notes[0]}")
        return
    if item.status != "unchanged" and not preview:
        speakers = ", ".join(filter(None, item.speakers)) or "no speaker labels"
        click.echo(f"{item.status:9} {item.name}: {item.turns} turns, {speakers}")
    if item.preview and preview:
        click.echo()
        show_preview(item.preview, item.status)
    for note in item.notes if not preview else ():
        click.echo(f"  note: {note}")
    if item.preview and not preview:
        show_doubts(item.preview)
    for speaker in item.added_to_cases:
        click.echo(f"  new row in cases.csv: {item.name}, {speaker or 'the one who speaks'}")
    if item.memos:
        click.echo(f"  {counted(item.memos, 'memo')} from comments and footnotes: coder memos")
    if item.status == "corrected":
        click.echo(f"  {item.placed} coded passages placed by their words")
    for words in item.changed:
        click.echo(f"  look at: placed although its words changed: {words[:90]!r}")
    for words in item.lost:
        click.echo(f"  not placed: {words[:90]!r}")


@click.command()
@study_argument
@click.argument("names", nargs=-1)
@click.option("--preview", "what", flag_value="preview", help="Show how they were understood.")
@click.option("--turns", "what", flag_value="turns", help="Print the turns: who speaks, when, in which role.")
@click.option("--confirm", "what", flag_value="confirm", help="Confirm that what `coder check` is unsure of is right.")
@dry_run_option
@json_option
def transcripts(study: Path, names: tuple[str, ...], what: str | None, dry_run: bool, as_json: bool) -> None:
    """List the transcripts, or those of NAMES, with speakers, turns, words and units.

    Where it is not sure whose words are whose, or who asks, `coder check` says so until somebody has looked at the
    transcript (--preview, --turns) and confirms it (--confirm). A corrected text is asked about again.
    """
    steps: dict[str | None, Callable[..., Any]] = {
        "preview": previews,
        "turns": spoken_turns,
        "confirm": partial(confirm_step, dry_run=dry_run),
    }
    with opened(study) as s:
        found = steps.get(what, transcripts_of)(s, names)
    if as_json:
        show_json(found)
    elif what is None:
        _show_transcripts(study, found)
    for one in found if not as_json else ():
        match what:
            case "preview":
                show_preview(one)
            case "turns":
                show_turn(one)
            case "confirm":
                click.echo(f"{one.transcript}: {'confirmed' if one.doubts else 'nothing was unsure'}")
                show_doubts(one)
    if what == "confirm" and not as_json:
        finish(study, dry_run)


def _show_transcripts(study: Path, found: list[dict[str, object]]) -> None:
    header = ("transcript", "case", "format", "speakers", "turns", "words", "units", "notes")
    rows = [
        tuple(", ".join(map(str, v)) if isinstance(v := item[column], list) else v for column in header)
        for item in found
    ]
    note = "" if rows else f"no transcripts yet: coder import {study}"
    show(Table("Transcripts", header, tuple(rows), note))  # type: ignore[arg-type] # cells are text or numbers


@click.command()
@study_argument
@dry_run_option
@json_option
def segment(study: Path, dry_run: bool, as_json: bool) -> None:
    """Divide what respondents say into units of coding.

    The rule (`units` in study.toml) is turn, sentence, or sentences:n for windows of n sentences.
    """
    with opened(study) as s, Bars() as bar:
        counts = segment_study(s, dry_run=dry_run, progress=bar)
        rule = s.settings.units
    if as_json:
        show_json({"rule": rule, "units": counts})
    else:
        units, texts = counted(sum(counts.values()), "unit"), counted(len(counts), "transcript")
        click.echo(f"{units} in {texts} (rule `{rule}`)")
        finish(study, dry_run)


@click.command()
@study_argument
@json_option
def check(study: Path, as_json: bool) -> None:
    """Verify the log of codings, the offsets and every quotation.

    The log's chain of hashes, and that every quotation matches its interview. Findings give exit code 1; warnings (a
    name in cases.csv that no transcript has, a citation whose words are gone) are for a person to look at. Where it is
    not sure whose words are whose, the study is not called sound until a person has confirmed it.
    """
    with opened(study) as s:
        found = check_step(s)
    if as_json:
        show_json(found)
    else:
        for warning in found.warnings:
            click.echo(f"warning: {warning}")
        for name, doubts in found.unsure.items():
            for doubt in doubts:
                click.echo(f"warning: {name}: {doubt}")
    if found.findings:
        raise FindingError("\n".join([f"{counted(len(found.findings), 'finding')}:", *found.findings]))
    if found.unsure and not as_json:
        which = ", ".join(list(found.unsure)[:8]) + (", ..." if len(found.unsure) > 8 else "")
        click.echo(f"Whose words are whose is not sure in {counted(len(found.unsure), 'transcript')}: {which}.")
        click.echo(f"Look at them (coder transcripts {study} NAME --preview) and confirm (--confirm) or correct them.")
    elif not as_json:
        click.echo(
            f"The study is sound: {found.events} events (chain {found.chain[:12]}), {found.segments} segments, "
            f"{found.transcripts} transcripts."
        )


@click.command()
@study_argument
@click.option("--transcript", help="Only codings of this transcript.")
@click.option("--coder", help="Only codings by this coder.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(0), help="The last so many; 0 for all.")
@json_option
def history(study: Path, transcript: str | None, coder: str | None, last: int, as_json: bool) -> None:
    """Print the log of codings: who coded what, when and why."""
    with opened(study) as s:
        found = history_step(s, transcript=transcript, coder=coder, last=last or None)
        kinds = kinds_of_coders(s)
    if as_json:
        show_json([{"event": event, "transcript": place, "words": words} for event, place, words in found])
        return
    for event, place, words in found:
        click.echo(_event_line(event, kinds[event.coder], place))
        quoted = f"“{textwrap.shorten(words, width() - 9, placeholder=' …')}”"
        click.echo(f"       {quoted if words else '(words that are not in the current transcript)'}")
    if not found:
        click.echo("No codings yet.")


def _event_line(event: Judgement, kind: CoderKind, place: str) -> str:
    what = f"{event.verdict} {event.code}" if event.code else "read"
    if event.verdict is Verdict.WITHDRAWN:
        what = f"withdrew {event.code or 'the reading'}"
    links = [("supersedes", event.supersedes), ("responds to", event.responds_to)]
    more = [f"{name} {target}" for name, target in links if target]
    more += [f"score {event.confidence:.2f}"] if event.confidence is not None else []
    more += [f"memo: {event.memo}"] if event.memo else []
    time = event.at[:19].replace("T", " ")
    who = event.coder if kind is CoderKind.PERSON else f"{event.coder} ({kind})"
    return f"{event.id:6} {time} {who}: {what} in {place}" + (f" ({'; '.join(more)})" if more else "")
