"""Sections on how often codes occur, and on saturation."""

from __future__ import annotations

from math import isnan

from coder.steps.estimates.prevalence import Estimates
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import count, listed, sentence, share
from coder.tables.formats.document import Section
from coder.types import Table

COUNTS = "How often each code occurs"
FURTHER = "What each further transcript brought"
DRAWS = "Random draws and what they count for"
MOST_TRANSCRIPTS = 60
"""The table of further transcripts has no more rows than that; the command prints all of them."""


def counts(facts: Facts) -> Section:
    """Report naive and corrected counts."""
    found = facts.estimates
    if found is None:
        return Section("Counts", ("Codes were not counted: there are no units yet.",))
    known = max((row.here.known for row in found.rows), default=0)
    corrected = [row for row in found.rows if not isnan(row.here.share)]
    naive = (
        f"[[{COUNTS}]] gives the share of units with each code. People had judged"
        f" {share(known, len(facts.units), 'units')}; the naive count takes their word there, and the machine's"
        " elsewhere."
        if any(not isnan(row.here.naive) for row in found.rows)
        else f"[[{COUNTS}]] lists the codes. Nothing was suggested, so there is no naive count of all units."
    )
    if not corrected:
        return Section("Counts", (naive, _not_corrected(facts, known)))
    said = (
        f"Counts of {share(len(corrected), len(found.rows), 'codes')} were corrected for the machine's errors by what"
        " people found in random draws, each unit weighted by its chance to be drawn (prediction-powered inference,"
        " Angelopoulos et al. 2023; design-based supervised learning, Egami et al. 2023). Units that were chosen"
        " because they would teach the model were kept out."
    )
    apart = [
        row for row in corrected if not isnan(row.here.naive) and not row.here.low <= row.here.naive <= row.here.high
    ]
    but = (
        f"The naive count lies outside the 95 % interval for {count(len(apart), 'code')}"
        f" ({listed(r.code for r in apart)})."
        if apart
        else "No naive count lies outside the 95 % interval of the corrected one."
    )
    few = len(found.rows) - len(corrected)
    rest = f"Of {count(few, 'code')} too few units were checked." if few else ""
    return Section("Counts", (naive, sentence(said, but, rest), _draws_table(found)))


def _not_corrected(facts: Facts, known: int) -> str:
    drawn = facts.estimates.draws if facts.estimates else []
    if drawn:
        to_go = sum(draw.to_go for draw in drawn)
        why = f"{count(len(drawn), 'random draw')} had been made, with {count(to_go, 'unit')} still to judge in them"
    else:
        why = "no unit was drawn at random"
    partly = " Counts of the other units are as good as the machine only." if known < len(facts.units) else ""
    return f"Counts were not corrected for the machine's errors: {why}.{partly}"


def _draws_table(found: Estimates) -> Table:
    table = found.draws_table()
    return Table(
        DRAWS, table.header, table.rows, "Drawn: units that the draw took. To go: those of them still to be judged."
    )


def counts_table(facts: Facts) -> list[Table]:
    """Return naive and corrected counts by code."""
    if facts.estimates is None:
        return []
    table = facts.estimates.table()
    note = "Share of units in percent. Known: judged by people. Checked: drawn at random for it, and judged."
    return [Table(COUNTS, table.header, table.rows, note)]


def saturation(facts: Facts) -> Section:
    """Report whether further transcripts still brought new codes."""
    found = facts.saturation
    if found is None:
        nothing = "Saturation was not assessed: people have coded fewer than two transcripts."
        return Section("Saturation", (nothing,))
    last, n = found.transcripts[-1], len(found.transcripts)
    newest = max((place for place, one in enumerate(found.transcripts, start=1) if one.codes.new), default=0)
    said = (
        f"Taken in {'the order of their dates' if found.order == 'date' else 'the order in which they were imported'},"
        f" the {count(n, 'transcript')} that people had coded held {count(last.codes.known, 'code')}; the last new one"
        f" came with transcript {newest}. New pairs of a code and a case came up to transcript"
        f" {max((place for place, one in enumerate(found.transcripts, start=1) if one.pairs.new), default=0)}"
        f" ({last.pairs.known} in all). A scheme that is set in advance can hold no code that is new to it: this says"
        " how soon its codes were met, not that no other idea was left to find."
    )
    one = found.assessed[0]
    reached = (
        f"it was not reached in {count(n, 'transcript')}"
        if one.reached is None
        else f"it was reached at {one.reached}+{one.run}"
    )
    assessed = (
        f"By the measure of Guest, Namey & Chen (2020), with a base of {one.base} transcripts, runs of {one.run} and at"
        f" most {100 * one.threshold:g} % new codes, {reached}."
    )
    left = (
        f"{count(len(found.left_out), 'transcript')} that people have not coded are left out." if found.left_out else ""
    )
    partly = f"{count(found.partly, 'transcript')} coded in part may hold more." if found.partly else ""
    return Section("Saturation", (said, sentence(assessed, left, partly), found.assessment()))


def further_table(facts: Facts) -> list[Table]:
    """Return what each transcript brought, where they are not too many for a document."""
    found = facts.saturation
    if found is None or len(found.transcripts) > MOST_TRANSCRIPTS:
        return []
    table = found.table()
    return [Table(FURTHER, ("no.", *table.header[1:]), table.rows, table.note)]
