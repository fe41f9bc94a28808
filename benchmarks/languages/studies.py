"""Write a study in a language from answers.csv: eight interviews of nine answers, two codes, all of it read."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

SPEECH = {
    "en": ("Interviewer", "Respondent", "And what happened then?"),
    "sv": ("Intervjuare", "Respondent", "Och vad hände sen?"),
    "fi": ("Haastattelija", "Vastaaja", "Ja mitä sitten tapahtui?"),
}
"""By language: the labels of who asks and who answers, and what is asked."""

SCHEME = {
    "en": ("money: what things cost, what is paid and earned", "trust: whether people can be relied on"),
    "sv": ("pengar: vad saker kostar, vad som betalas och tjänas", "förtroende: om man kan lita på människor"),
    "fi": ("raha: mitä asiat maksavat, mitä maksetaan ja ansaitaan", "luottamus: voiko ihmisiin luottaa"),
}


def write_study(folder: Path, language: str, encoder: str) -> Path:
    """Write study.toml, scheme.yaml, the transcripts and the codings of a study; return its folder."""
    with Path(__file__).with_name("answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in ("transcripts", "codings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {"name": f"Fiction in {language}", "language": language, "units": "turn", "encoder": encoder}
    lines = [f'{key} = "{value}"\n' for key, value in settings.items()]
    (folder / "study.toml").write_text("".join(lines), "utf-8")
    money, trust = SCHEME[language]
    text = f'name: Fiction\ncodes:\n  price: "{money}"\n  trust: "{trust}"\n'
    (folder / "scheme.yaml").write_text(text, "utf-8")
    codings = [["transcript", "coder", "code", "citation"]]
    asks, answers, question = SPEECH[language]
    for name, group in groupby(rows, key=lambda row: f"{language}-{row['interview']}"):
        told = list(group)
        turns = [f"{asks}: {question}\n{answers}: {row[language]}\n" for row in told]
        (folder / "transcripts" / f"{name}.txt").write_text("".join(turns), "utf-8")
        codings += [[name, "ada", code, row[language]] for row in told for code in row["codes"].split("|") if code]
        codings.append([name, "ada", "", ""])
    with (folder / "codings" / "ada.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(codings)
    return folder
