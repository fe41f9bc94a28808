"""The section on software, and on what proves the log."""

from __future__ import annotations

from collections import Counter

from coder.steps.publishing.methods.facts import Facts, software
from coder.steps.publishing.methods.phrases import count, listed
from coder.store import log
from coder.tables.formats.document import Gap, Section


def trail(facts: Facts) -> Section:
    """Name the software, and the hash by which anybody can check the log."""
    runs = Counter(str(run["version"]) for run in log.runs(facts.study.store))
    wrote = listed(f"coder {version} ({count(n, 'run')})" for version, n in runs.items())
    here = listed((f"{name} {version}" for name, version in software().items()), most=20)
    versions = (
        f"The log was written by {wrote}. " if runs else ""
    ) + f"The figures of this appendix were computed with {here}."
    events, chain = log.head(facts.study.store)
    found = facts.checked
    head = (
        f"Every word of every coder is kept in an append-only log of {count(events, 'event')}, each with a hash over"
        " the one before it, the words' place and text, the coder and the version of the scheme. The hash of the last"
        f" event is {chain}. Whoever has the study can recompute all of it with “coder check STUDY”, and see each event"
        " with “coder history STUDY”."
    )
    proved = (
        "This was done when the appendix was written, and nothing was found to be wrong."
        if not found.findings
        else f"This was done when the appendix was written, and found: {listed(found.findings, most=20)}."
    )
    warned = f" Warnings: {listed(found.warnings, most=20)}." if found.warnings else ""
    gap = Gap(
        "Where the data and this log are kept, and who may see them: not recorded. Names of cases, titles and names of"
        " coders stand in this appendix as they do in the study; see that they may be published. Write it here."
    )
    return Section("Software and audit trail", (versions, f"{head} {proved}{warned}", gap))
