"""The audit server under load: ten people audit a study of 100,000 units at once, over HTTP, on this machine.

    python benchmarks/audit_server.py --units 100000 --clients 10 --verdicts 100

It makes the study (or takes the one of an earlier run), starts `coder review` in a process of its own, and lets each
client sign in, open a queue, and answer unit after unit as a browser without JavaScript would: open the next page, send
its form, follow the redirection. Then one of them opens every page and queue once. It prints the seconds of each kind
of request (p50, p95, max) and of each page, the errors, and whether the log holds exactly the words that were sent, no
unit twice. Orders for which the model reads all units again are left out: the study has suggestions, and no model.
"""

from __future__ import annotations

import argparse
import html
import http.client
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from coder.steps.study.study import new_study, open_study
from coder.store import corpus, log
from coder.store.judgements import Which, judgements
from coder.types import Coder, CoderKind, Coding, Role, Speaker, Transcript, Turn, Verdict

PER_TRANSCRIPT = 200
MODEL = "synthetic-1"
QUESTION = "How do your customers learn about the new product, and from whom?"
ANSWER = "We invite {n} of them to a seminar, show how it is used, and they go on to tell their colleagues about it. 🚢"


def transcript(number: int) -> Transcript:
    """Return an interview of 200 answers, each with its question."""
    text, turns = "", []
    for n in range(PER_TRANSCRIPT):
        for speaker, words in (("Interviewer", QUESTION), ("Respondent", ANSWER.format(n=n + number))):
            text += f"{speaker}: "
            turns.append(Turn(len(turns), speaker, len(text), len(text) + len(words), at_ms=len(turns) * 15000))
            text += f"{words}\n"
    return Transcript(f"interview-{number:04}", text, tuple(turns))


def make(folder: Path, units: int, scheme: str = "") -> None:
    """Make a study with so many units, each with one to three suggestions of a model; `scheme`: not the usual."""
    new_study(folder, "Load")
    if scheme:
        (folder / "scheme.yaml").write_text(scheme, "utf-8")
    settings = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(re.sub(r"(?m)^#? ?units *=.*", 'units = "turn"', settings), "utf-8")
    study = open_study(folder)
    codes = study.scheme.paths()
    with study.store.transaction("import"):
        for number in range(units // PER_TRANSCRIPT):
            made = transcript(number)
            text = corpus.add_text(study.store, made, f"{made.name}.txt")
            people = [Speaker("Interviewer", Role.INTERVIEWER), Speaker("Respondent", Role.RESPONDENT, "CEO")]
            owner = study.store.one("SELECT transcript FROM text WHERE id = ?", (text,))
            corpus.set_speakers(study.store, owner, people)
            corpus.set_case(study.store, owner, f"Firm {number // 4}", {})
            spans = [(turn.start, turn.end) for turn in made.turns if turn.speaker == "Respondent"]
            segments = [corpus.segment_at(study.store, text, *span, made.text[slice(*span)]) for span in spans]
            corpus.set_units(study.store, text, "turn", segments)
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder(MODEL, CoderKind.MODEL))
        version = study.scheme_version()
        for stored in corpus.transcripts(study.store).values():
            whole = corpus.segment_at(study.store, stored.text, 0, len(stored.transcript.text), stored.transcript.text)
            said = [Coding(whole, None, MODEL)]
            for segment in corpus.unit_ids(study.store, stored.text, "turn"):
                for k in range(1 + segment % 3):
                    said.append(Coding(segment, codes[(segment + 7 * k) % len(codes)], MODEL, confidence=0.9 - 0.2 * k))
            log.append(study.store, said, version)
    study.close()


QUEUES = {
    **{order: f"order={order}" for order in ("transcript", "uncertain", "random", "blind", "assigned", "flagged")},
    "all units": "order=transcript&everything=1",
    "by code": "order=uncertain&code=education",
    "by case": "order=transcript&case=Firm+7",
    "by speaker": "order=transcript&speaker=Respondent",
    "disagreement": "order=transcript&against=client+1",
}
PAGES = {
    "home": "/",
    **{f"queue: {name}": f"/audit/begin?{fields}" for name, fields in QUEUES.items()},
    "transcripts": "/read",
    "one transcript": "/read/transcript?name=interview-0007",
    "adjudicate": "/adjudicate",
    "bulk": "/bulk",
    "scheme": "/scheme",
    "anchoring": "/anchoring",
    "boards": "/boards/",
    "units behind": "/boards/units?what=unreviewed",
}


class Client:
    """One person at a browser without JavaScript; `times` holds the seconds of each kind of request."""

    def __init__(self, port: int, name: str) -> None:
        self.port, self.name, self.cookie = port, name, ""
        self.times: list[tuple[str, float]] = []
        self.errors: list[str] = []
        self.sent = 0
        self.units: list[int] = []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, kind: str, url: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request and return status, location and text."""
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        body = urlencode(fields).encode() if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.connection.request("POST" if body is not None else "GET", url, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.times.append((kind, time.perf_counter() - start))
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        if answer.status not in {200, 202, 303}:
            words = re.sub(r"<[^>]+>|\s+", " ", text)
            self.errors.append(f"{kind} {url}: {answer.status} {words[-300:]}")
        return answer.status, answer.getheader("Location") or "", text

    def work(self, verdicts: int) -> Client:
        """Sign in, open a queue, and answer so many units; every tenth is taken back and answered again."""
        fields = hidden(self.ask("page", "/sign-in")[2], "/sign-in")
        self.ask("sign in", "/sign-in", {**fields, "other": self.name, "next": "/audit"})
        url = self.ask("open queue", "/audit/begin?order=transcript")[1]
        for n in range(verdicts):
            _, page, _ = self.ask("next", url)
            _, _, text = self.ask("unit", page)
            action = re.search(r'action="(/audit/unit/\d+[^"]*)" data-smooth data-keep', text)
            if not action:
                self.errors.append(f"no form on {page}")
                break
            self.units.append(int(re.findall(r"\d+", page)[0]))
            fields = hidden(text, html.unescape(action[1]))
            codes = [name.removeprefix("seen:") for name in fields if name.startswith("seen:")]
            marks = {
                f"mark:{code}": (Verdict.PRESENT, Verdict.ABSENT, Verdict.UNSURE)[(n + k) % 3].value
                for k, code in enumerate(codes)
            }
            status, url, _ = self.ask("verdict", html.unescape(action[1]), fields | marks | {"action": "save"})
            self.sent += (len(codes) + 1) * (status == 303)
        return self

    def tour(self) -> None:
        """Open every page once, and print the seconds of its first answer, and until it is there."""
        for name, url in PAGES.items():
            start = time.perf_counter()
            status, _, text = self.ask("tour", url)
            answered = time.perf_counter() - start
            while status == 202 or "being counted" in text:
                time.sleep(0.2)
                status, _, text = self.ask("tour", url)
            print(f"{name:22} answers after {answered:5.2f} s, there after {time.perf_counter() - start:5.2f} s")


def hidden(text: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form with that action."""
    form = next(part for part in text.split("<form")[1:] if action in html.unescape(part.split(">")[0]))
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.split("</form>")[0])
    return {html.unescape(name): html.unescape(value) for name, value in found}


def main() -> None:
    """Make the study, start the server, let the clients work, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--verdicts", type=int, default=100, help="units that each client answers")
    parser.add_argument("--study", type=Path, help="where to make the study, or where an earlier run made it")
    given = parser.parse_args()
    folder = given.study or Path(tempfile.mkdtemp()) / "load"
    if not (folder / "study.db").exists():
        start = time.perf_counter()
        make(folder, given.units)
        print(f"study made in {time.perf_counter() - start:.0f} s")
    study = open_study(folder)
    before = log.head(study.store)[0]
    start = time.perf_counter()
    command = [sys.executable, "-m", "coder", "review", str(folder), "--no-open", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout
    port = int(re.findall(r":(\d+)/", server.stdout.readline())[0])
    print(f"server open after {time.perf_counter() - start:.1f} s")
    try:
        clients = [Client(port, f"client {n}") for n in range(given.clients)]
        start = time.perf_counter()
        with ThreadPoolExecutor(given.clients) as pool:
            list(pool.map(lambda client: client.work(given.verdicts), clients))
        took = time.perf_counter() - start
        report(clients, took)
        clients[0].tour()
    finally:
        server.terminate()
        server.wait()
    events = judgements(study.store, which=Which.AS_WRITTEN, after=before)
    twice = [unit for unit, times in Counter(unit for client in clients for unit in client.units).items() if times > 1]
    sent = sum(client.sent for client in clients)
    print(f"words sent: {sent}; events in the log: {len(events)}; units handed out twice: {len(twice)}")
    study.close()
    if not given.study:
        shutil.rmtree(folder.parent)
    assert sent == len(events) and not twice and not any(client.errors for client in clients)


def report(clients: list[Client], took: float) -> None:
    """Print the seconds of each kind of request, and the errors."""
    times: dict[str, list[float]] = {}
    for kind, seconds in (entry for client in clients for entry in client.times):
        times.setdefault(kind, []).append(1000 * seconds)
    for kind, all_of_it in times.items():
        cuts = quantiles(all_of_it, n=100) if len(all_of_it) > 1 else all_of_it * 99
        p50, p95, longest = cuts[49], cuts[94], max(all_of_it)
        print(f"{kind:12} n {len(all_of_it):6}  p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  max {longest:7.1f} ms")
    errors = [error for client in clients for error in client.errors]
    requests = sum(map(len, times.values()))
    print(f"{requests} requests in {took:.1f} s ({requests / took:.0f} a second); errors: {len(errors)}")
    for error in errors[:5]:
        print(" ", error)


if __name__ == "__main__":
    main()
