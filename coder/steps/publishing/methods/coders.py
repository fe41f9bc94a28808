"""Sections on who coded, and what was coded twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coder.steps.coding.human_codings import IMPORT
from coder.steps.coding.ratings import of_coders, shared
from coder.steps.publishing.methods.agreement import alpha_of
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import Cell, count, day, days, listed, share, without_empty
from coder.store.random_draws import Double
from coder.tables.formats.document import Gap, Section
from coder.types import Table

CODERS = "Coders"
DRAWN = "Random draws of units for two coders"
_IN_SIGHT = {"nothing": "nothing", "suggestions": "suggestions", "codings": "others' codings"}


def coders(facts: Facts) -> Section:
    """Describe who coded, how much, and with what in sight."""
    if not facts.people:
        return Section("Coders", ("Nobody has coded yet.",))
    models = (
        f" Codes were suggested by {count(len(facts.models), 'model')} ({listed(facts.models)})."
        if facts.models
        else " No model suggested codes."
    )
    if facts.machines:
        models += (
            f" Codings of {count(len(facts.machines), 'machine')} from elsewhere ({listed(facts.machines)}) were"
            " imported; they are compared with people's and count nowhere as theirs."
        )
    judge = (
        f" Where {facts.judge} had judged a unit and code, that word held; elsewhere what at least half of those said"
        " who had judged it, ties counting as present."
        if facts.judge
        else " No coder's word settled disagreements; what at least half of those said who had judged a unit and code"
        " held, ties counting as present."
    )
    people = (
        f"Coding was done by {count(len(facts.people), 'coder')} registered as"
        f" {'a person' if len(facts.people) == 1 else 'people'}, each under a name of its own"
        f" ({listed(facts.people)}).{models}"
        f" The log holds what they said {_when(facts)}, see [[{CODERS}]]."
    )
    gap = Gap(
        "Who the coders are, what they know of the field, and how they were trained: not recorded. The log knows only"
        " the names under which they worked. Write it here."
    )
    return Section("Coders", (f"{people}{judge}", _tables_taken(facts), gap, _coders_table(facts)))


def _when(facts: Facts) -> str:
    return days([event.at for event in facts.by_people]) if facts.by_people else "on no day yet"


def _tables_taken(facts: Facts) -> str:
    """Say whose codings came as tables, of which the log cannot tell how they were made."""
    taken = Counter(e.coder for e in facts.by_people if facts.commands[e.run] == IMPORT and e.code is not None)
    if not taken:
        return "All codings were made in coder itself, where it is written down what each coder had in sight."
    rows = listed(f"{name} ({n:,})" for name, n in taken.items())
    return (
        f"Codings were taken over from tables: {rows}. They stand in the log as made with nothing in sight, on the days"
        " that the tables give or else on the day of import; how they were made, and whether coders knew of each"
        " other's work, the log cannot tell."
    )


def _coders_table(facts: Facts) -> Table:
    given = Counter((event.coder, event.shown) for event in facts.codings)
    in_bulk = Counter(event.coder for event in facts.bulk)
    days_of: dict[str, list[str]] = {}
    for event in facts.events:
        days_of.setdefault(event.coder, []).append(day(event.at))
    people: list[tuple[Cell, ...]] = [
        (
            name,
            "person",
            facts.board.count("read", coder=name),
            *(given[name, shown] for shown in _IN_SIGHT),
            in_bulk[name],
            min(days_of.get(name, [""])),
            max(days_of.get(name, [""])),
        )
        for name in facts.people
    ]
    models: list[tuple[Cell, ...]] = [
        (name, "model", facts.board.count("covered", coder=name), *[None] * 4, min(days_of[name]), max(days_of[name]))
        for name in facts.models
        if name in days_of
    ]
    machines: list[tuple[Cell, ...]] = [
        (name, "machine", facts.board.count("machine read", coder=name), *[None] * 4, min(days), max(days))
        for name in facts.machines
        if (days := days_of.get(name))
    ]
    shown = tuple(f"codes given, {what} in sight" for what in _IN_SIGHT.values())
    header = ("coder", "registered as", "units read", *shown, "accepted in bulk", "first word", "last word")
    note = "Codes given: passages with a code, as they stand now. Units read: as a whole, so that no code means absent."
    return _without_zeros(Table(CODERS, header, tuple(people + models + machines), note), {5, 6})


def _without_zeros(table: Table, columns: set[int]) -> Table:
    """Leave out some columns where all they say is none."""
    kept = [n for n in range(len(table.header)) if n not in columns or any(row[n] for row in table)]
    rows = tuple(tuple(row[n] for n in kept) for row in table)
    return without_empty(Table(table.title, tuple(table.header[n] for n in kept), rows, table.note))


def doubled(facts: Facts) -> Section:
    """Say what share of the units two people coded, and how these were drawn."""
    both = facts.sees_double
    transcripts = _of_several(facts)
    judge = f", {facts.judge} not counted" if facts.judge else ""
    if not both:
        nothing = "Double coding was not done: no unit was judged by two coders."
        return Section("Double coding", (nothing, *_drawn(facts)))
    what = (
        f"Two coders or more judged {share(both, len(facts.units), 'units')}, in"
        f" {share(transcripts, len(facts.transcripts), 'transcripts')}{judge}."
    )
    return Section("Double coding", (what, *_drawn(facts), _again(facts)))


def _of_several(facts: Facts) -> int:
    """Return in how many transcripts two people judged a unit."""
    everything = facts.sights.everything
    names = [name for name in facts.people if name != facts.judge]
    return len(set(everything.clusters[shared(of_coders(everything, names))].tolist())) if len(names) > 1 else 0


def _drawn(facts: Facts) -> list[str | Table]:
    """Describe the draws of units for two coders; say so where chance decided nothing."""
    draws: dict[int, list[Double]] = {}
    for double in facts.doubles:
        draws.setdefault(double.run, []).append(double)
    if not draws:
        return ["Which units were coded twice was not decided by a random draw that the log knows of."]
    rows = tuple(_draw(frame) for frame in draws.values())
    seed = facts.study.settings.seed
    said = (
        f"Units were drawn at random for two coders each in {count(len(draws), 'draw')}, spread over the transcripts"
        " and with larger chances for units with rarely suggested codes. The chance of every unit was written down"
        " before anybody coded, and coders saw neither suggestions nor each other's codings. The log keeps these"
        f" chances, not the seed; the study's seed is {seed}."
    )
    header = ("date", "units that could be drawn", "drawn", "chances", "coders")
    return [said, Table(DRAWN, header, rows, "Chances: the smallest and the largest of a unit.")]


def _draw(frame: Sequence[Double]) -> tuple[str | int, ...]:
    chances = sorted(one.probability for one in frame)
    who = dict.fromkeys(name for one in frame for name in one.coders)
    between = f"{chances[0]:.3f}" + (f" to {chances[-1]:.3f}" if chances[-1] > chances[0] else "")
    return day(frame[0].at), len(frame), sum(bool(one.coders) for one in frame), between, ", ".join(who)


def _again(facts: Facts) -> str:
    found = [one for one in facts.agreed if one.kind == "again"]
    if not found:
        return (
            "No coder judged the same units a second time after some days, so intra-coder agreement was not measured."
        )
    return " ".join(
        f"Intra-coder agreement ({one.title}): alpha {alpha_of(one.overall)}, on {one.remark}" for one in found
    )
