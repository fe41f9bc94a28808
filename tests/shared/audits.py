"""Decide on units as an audit does, for tests that are about something else."""

from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import record
from coder.steps.audit.units import Decision
from coder.types import Verdict


def answer(study, coder, item, accepted=(), rejected=(), added=(), memo=""):
    """Accept and reject codes that are shown, and add others; what is not named is rejected."""
    verdicts = {one.code: Verdict.ABSENT for one in item.codes} | dict.fromkeys(accepted, Verdict.PRESENT)
    return record(study, coder, item, Decision(verdicts | dict.fromkeys(rejected, Verdict.ABSENT), added, memo))


def hidden(study, coder, segment):
    """Tell whether a unit's suggestions are hidden from a coder."""
    return segment in unseen(study, coder, [segment]).suggestions
