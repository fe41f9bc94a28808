"""Run the whole line on copies of a study, each killed at another moment, and say what is left; run by test_killed.py.

Usage: killed.py STUDY SCRATCH. Everything heavy is imported once; each run is a fork of this process.
"""

import json
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import matplotlib.figure  # noqa: F401 # imported before the forks, so that each is quick
import pandas  # noqa: F401 # the same
import sklearn.linear_model  # noqa: F401 # the same

from coder.steps.integrity import check
from coder.steps.pipeline import run
from coder.steps.study.study import open_study
from coder.store import corpus, log
from coder.store.database import Store
from coder.store.judgements import judgements
from coder.transcripts.sentences import sentence_starts

WRITES = ("CREATE", "INSERT", "DELETE", "COMMIT")


def trace(kill_at, report):
    """Count the statements that write; before the n-th is executed, kill this process."""
    statements = []

    def count(sql):
        statement = re.sub("--.*", "", sql).strip()
        if statement.startswith(WRITES):
            statements.append(statement[:30])
            report.write_text(json.dumps(statements))
            if len(statements) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    connect = Store._connect

    def traced(store, busy_seconds):
        db = connect(store, busy_seconds)
        db.set_trace_callback(count)
        return db

    Store._connect = traced


def in_a_fork(folder, kill_at=None, report=None):
    """Run the line in a child; return how it ended: 0, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            if report is not None:
                trace(kill_at, report)
            study = open_study(folder, create=True)
            run(study, replicates=20, formats=("csv",))
            study.close()
            os._exit(0)
        except BaseException as error:
            print(f"{folder}: {error!r}", file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def state(folder):
    """Return what the study's check finds and what its people have said."""
    study = open_study(folder)
    segments = corpus.segments(study.store)
    events = judgements(study.store)
    found = {
        "findings": check(study).findings,
        "log": log.head(study.store)[0],
        "said": sorted(
            [e.coder, e.code or "", e.verdict, segments[e.segment].words] for e in events if e.coder in {"ada", "ben"}
        ),
        "suggested": len([e for e in events if e.coder not in {"ada", "ben"}]) > 0,
        "tables": sorted(path.name for path in study.out.glob("*")),
    }
    study.close()
    return found


def moments(statements):
    """Choose where to kill: as the tables are made, in the middle of two transactions, and right before two commits."""
    commits = [n for n, sql in enumerate(statements, start=1) if sql.startswith("COMMIT")]
    *_migrations, made, imported, _, coded, _, trained, suggested = commits
    return [made // 2, (made + imported) // 2, coded, trained, (trained + suggested) // 2]


def main(folder, scratch):
    sentence_starts("What finds sentences is loaded. It takes a while.", "en")  # once, for all forks
    shutil.copytree(folder, scratch / "whole")
    assert in_a_fork(scratch / "whole", report=scratch / "statements.json") == 0
    statements = json.loads((scratch / "statements.json").read_text())
    outcome = {"whole": state(scratch / "whole"), "killed": []}
    for n in moments(statements):
        copy = scratch / str(n)
        shutil.copytree(folder, copy)
        ended = in_a_fork(copy, n, scratch / f"{n}.json")
        left = state(copy)
        again = in_a_fork(copy)
        outcome["killed"].append(
            {"at": [n, statements[n - 1]], "ended": ended, "left": left, "again": again, "then": state(copy)}
        )
    print(json.dumps(outcome))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
