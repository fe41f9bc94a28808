"""Sections on what was coded: the corpus, its units, and the coding scheme."""

from __future__ import annotations

from collections import Counter
from statistics import median

from coder.scheme.describing import scheme_table
from coder.scheme.reading import parse_scheme
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import count, day, days, listed, or_none, sentence, without_empty
from coder.store.scheme_versions import Version, source
from coder.tables.formats.document import Gap, Section
from coder.transcripts.segment import parse_rule
from coder.types import Case, Role, Scheme, Table

CASES = "Cases and their transcripts"
VERSIONS = "Versions of the coding scheme"


def corpus(facts: Facts) -> Section:
    """Describe the transcripts, whose words they hold, and the cases they belong to."""
    roles = words_by_role(facts)
    total = sum(sum(one.values()) for one in roles.values())
    respondents = sum(one[Role.RESPONDENT] for one in roles.values())
    formats = Counter(item.transcript.format for item in facts.transcripts.values())
    speaking = sum(len(titles(facts, case)) for case in facts.cases)
    said = sentence(
        f"The corpus consisted of {count(len(facts.transcripts), 'transcript')} of"
        f" {count(len(facts.cases), 'case')} ({listed(f'{n} {name}' for name, n in formats.most_common())}),"
        f" with {count(total, 'word')} in all; {100 * respondents / max(total, 1):.1f} % of them spoken by respondents"
        f" ({count(speaking, 'person', 'people')}, told apart by name within a case), the others by interviewers.",
        f"The texts were imported {days([item.at for item in facts.transcripts.values()])}.",
    )
    gone = facts.withdrawn
    withdrawn = (
        f"The words of {count(len(gone), 'transcript')} were withdrawn and deleted; what was coded in them counts in no"
        " figure below."
        if gone
        else "The words of no transcript were withdrawn."
    )
    return Section("Corpus", (said, withdrawn, _dates(facts), cases_table(facts)))


def words_by_role(facts: Facts) -> dict[str, Counter[Role]]:
    """Return transcript -> role -> words spoken."""
    found = {}
    for name, item in facts.transcripts.items():
        who, text = facts.speakers.get(name, {}), item.transcript
        found[name] = Counter[Role]()
        for turn in text.turns:
            role = who[turn.speaker].role if turn.speaker in who else Role.RESPONDENT
            found[name][role] += len(text.words(turn.start, turn.end).split())
    return found


def titles(facts: Facts, case: Case) -> dict[str, str]:
    """Return the respondents of a case, each with a title, which may be empty."""
    who = [one for name in case.transcripts for one in facts.speakers.get(name, {}).values()]
    return {one.label: one.title for one in who if one.role is Role.RESPONDENT}


def _dates(facts: Facts) -> str:
    found = [said.items() for said in facts.attributes.values()]
    dates = [value for said in found for key, value in said if key.lower() == "date" and value]
    asked = "by whom, where, how they were recorded, and who transcribed them: not recorded. Write it here."
    if dates:
        return Gap(f"The interviews are dated {min(dates)} to {max(dates)} in cases.csv; {asked}")
    return Gap(f"When the interviews were held, {asked}")


def cases_table(facts: Facts) -> Table:
    """Return a row a case: its transcripts, respondents, words, units and attributes."""
    roles = words_by_role(facts)
    units = Counter(unit.segment.span.transcript for unit in facts.units)
    rows = tuple(
        (
            case.name,
            len(case.transcripts),
            listed([title or "no title" for title in titles(facts, case).values()], most=12),
            sum(roles[name][Role.RESPONDENT] for name in case.transcripts),
            sum(roles[name][Role.INTERVIEWER] for name in case.transcripts),
            sum(units[name] for name in case.transcripts),
            ", ".join(f"{key} {value}" for key, value in case.attributes.items() if value),
        )
        for case in facts.cases
    )
    header = ("case", "transcripts", "respondents", "words", "of interviewers", "units", "attributes")
    note = "Words: of respondents, and of interviewers. Names and titles are those of the study's files."
    return without_empty(Table(CASES, header, rows, note))


def units(facts: Facts) -> Section:
    """Describe the unit rule, and how passages became units."""
    rule = parse_rule(facts.study.settings.units)
    lengths = [len(unit.segment.words.split()) for unit in facts.units]
    what = {0: "a respondent's turn", 1: "a sentence of a respondent's turn"}.get(
        rule.sentences, f"a window of about {rule.sentences} sentences within a respondent's turn"
    )
    turns = (
        ""
        if rule.sentences < 2
        else f" A turn was cut into as many windows as {rule.sentences} goes into its number of sentences, rounded, of"
        " sizes as equal as can be."
    )
    if not lengths:
        return Section("Units of coding", ("The transcripts are not cut into units yet.",))
    cut = (
        f"The unit of coding was {what} (rule “{rule}”).{turns} This gave {count(len(lengths), 'unit')}, with"
        f" {median(lengths):g} words in the median ({min(lengths)} to {max(lengths)}). No units were cut from"
        " interviewers' words."
    )
    passages = (
        "Where coders marked passages and not units, a passage coded a unit if the two shared at"
        " least half of the characters of the shorter one. Where a coder had read a unit as a whole, every code that"
        " was not given to it counted as absent, so units without any code are part of every figure; a code marked as"
        " unsure counted as not judged in agreement, and as not found elsewhere."
    )
    return Section("Units of coding", (cut, passages))


def scheme(facts: Facts) -> Section:
    """Describe the scheme, and how it came to be what it is."""
    now = facts.study.scheme
    blocks: list[str | Table] = [_shape(now), _history(facts)]
    if len(facts.versions) > 1:
        blocks.append(_versions_table(facts))
    blocks.append(
        Gap(
            "Where the scheme comes from (theory, an earlier study, these interviews), who wrote it, and how it was"
            " tried out before: not recorded. Write it here."
        )
    )
    return Section("Coding scheme", tuple(blocks))


def _shape(now: Scheme) -> str:
    leaves = {facet: [v for v in now.of_facet(facet) if not v.group and not v.retired] for facet in now.facets}
    values = [value for found in leaves.values() for value in found]
    defined, shown = sum(bool(v.definition) for v in values), sum(bool(v.examples) for v in values)
    name = f" “{now.name}”" if now.name else ""
    if len(now.facets) > 1:
        parts = listed(f"{facet} ({count(len(found), 'value')})" for facet, found in leaves.items())
        made = f"{count(len(now.codes), 'code')}, each a combination of {parts}"
    else:
        made = f"{count(len(now.codes), 'code')}"
    bounds = sum(bool(v.use_when or v.not_when) for v in values)
    retired = f" {count(len(now.retired), 'code')} had been retired." if now.retired else ""
    return (
        f"The coding scheme{name} had {made}. Of the {count(len(values), 'value')} in it {or_none(defined)} had a"
        f" definition, {or_none(bounds)} a rule on when to use them or not, and {or_none(shown)} an example. A unit"
        f" could get several codes.{retired} The whole scheme is in"
        f" {listed(f'[[{title}]]' for title in codebook_titles(now))}."
    )


def _history(facts: Facts) -> str:
    """Say how the scheme changed in the course of coding."""
    found = facts.versions
    if not found:
        return "Nothing has been coded with it yet, so the log holds no version of it."
    if len(found) == 1:
        return (
            f"It did not change while coding went on: the log holds one version of it ({day(found[0].at)}, sha256"
            f" {found[0].sha256}). No code was added, renamed, merged, split or retired after the first coding."
        )
    made = Counter(_kind(one) for one in found[1:])
    kinds = listed(f"{n} {kind}" for kind, n in made.items())
    return (
        f"It changed while coding went on: the log holds {len(found)} versions of it ({days([v.at for v in found])};"
        f" {kinds}), see [[{VERSIONS}]]. No earlier coding was rewritten: each keeps the code and version with which it"
        " was made, and is read under today's codes by the recorded change."
    )


def _kind(change: Version) -> str:
    if change.undoes is not None:
        return "undone"
    return "by a recorded change" if change.what else "by hand in the file"


def _versions_table(facts: Facts) -> Table:
    given = Counter(event.scheme_version for event in facts.events if event.code is not None)
    rows = tuple(
        (
            one.id,
            day(one.at),
            one.coder,
            one.what or ("first version" if one.id == facts.versions[0].id else "edited by hand"),
            _codes(facts, one.id),
            given[one.id],
            one.sha256[:12],
        )
        for one in facts.versions
    )
    header = ("version", "date", "by", "what changed", "codes", "words in the log", "sha256")
    note = "Words in the log: what people and models said with this version, on single codes."
    return without_empty(Table(VERSIONS, header, rows, note))


def _codes(facts: Facts, version: int) -> int:
    return len(parse_scheme(source(facts.study.store, version) or "", f"version {version}").codes)


def codebook(facts: Facts) -> list[Table]:
    """Return the values of each facet with what is said of them, a table a facet."""
    tables = map(without_empty, scheme_table(facts.study.scheme))
    return [
        Table(title, table.header, table.rows)
        for title, table in zip(codebook_titles(facts.study.scheme), tables, strict=True)
    ]


def codebook_titles(now: Scheme) -> list[str]:
    """Return what the tables of the codebook are called."""
    return [f"Codebook: {facet}" for facet in now.facets] if len(now.facets) > 1 else ["Codebook"]
