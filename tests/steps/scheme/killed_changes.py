"""Change the scheme of copies of a study, each killed at another step, and say what is left; run by test_killed.py.

Usage: killed_changes.py STUDY SCRATCH. Each change runs in a fork of this process, which is killed before the n-th step
that it takes: a statement of SQL that is no query, or a call that writes, moves or deletes a file.
"""

import json
import os
import shutil
import signal
import sys
import warnings
from pathlib import Path

from coder.scheme.editing import Edit
from coder.steps.integrity import check
from coder.steps.scheme.changes import change, undo_change
from coder.steps.study.study import open_study
from coder.store.judgements import judgements
from coder.store.scheme_versions import newest_change

CHANGES = {
    "rename": lambda study: change(study, Edit("rename", "courses", "mechanism", ("lessons",))),
    "merge": lambda study: change(study, Edit("merge", "fairs", "mechanism", ("courses",))),
    "split": lambda study: change(study, Edit("split", "courses", "mechanism", ("lessons", "visits"))),
    "undo": undo_change,
}


def kill_at(step, db):
    """Kill this process before the n-th step that it takes."""
    taken = 0

    def count(*_arguments):
        nonlocal taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function):
        def called(*arguments, **options):
            count()
            return function(*arguments, **options)

        return called

    db.set_trace_callback(lambda sql: None if sql.startswith("SELECT") else count())
    os.fsync = counted(os.fsync)
    for name in ("open", "replace", "unlink"):
        setattr(Path, name, counted(getattr(Path, name)))


def in_a_fork(folder, do, step):
    """Change the scheme in a child; return how it ended: 0, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            study = open_study(folder)
            kill_at(step, study.store.db)
            do(study)
            os._exit(0)
        except BaseException as error:
            print(f"{folder}: {error!r}", file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def state(folder):
    """Return the scheme's file without its head, the version, what stands under which code, and what check finds."""
    with warnings.catch_warnings(record=True) as notes:
        study = open_study(folder)
    found = {
        "file": [line for line in study.scheme.source.splitlines() if not line.startswith("# Version")],
        "change": newest_change(study.store),
        "codings": sorted([e.coder, e.code, e.verdict] for e in judgements(study.store) if e.code),
        "findings": check(study).findings,
        "left": sorted(path.name for path in folder.glob(".scheme*")),
        "note": "".join(str(note.message) for note in notes),
    }
    study.close()
    return found


def main(folder, scratch):
    outcome = {}
    for name, do in CHANGES.items():
        start = scratch / name
        shutil.copytree(folder, start)
        if name == "undo":
            study = open_study(start)
            CHANGES["rename"](study)
            study.close()
        outcome[name] = {"before": state(start), "steps": []}
        for step in range(1, 200):
            copy = scratch / f"{name}-{step}"
            shutil.copytree(start, copy)
            ended = in_a_fork(copy, do, step)
            outcome[name]["steps"].append({"ended": ended, **state(copy)})
            if ended != -signal.SIGKILL:
                break
    print(json.dumps(outcome))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
