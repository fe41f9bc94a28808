"""Facts on who coded, what was coded twice, and how far coders agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan

from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import BESIDE, Agreed, beside_table, overview, trios
from coder.steps.audit.outcomes import Board, by_code, count_study
from coder.steps.coding.human_codings import IMPORT
from coder.steps.coding.judgements import people, ratings_of
from coder.steps.coding.ratings import Conditions, by_condition, of_coders, shared, who_judged
from coder.steps.findings.citations import citations
from coder.steps.publishing.methods.corpus_facts import CorpusFacts, Told
from coder.store import log
from coder.store.judgements import Which, adjudications, judgements
from coder.store.random_draws import Double, doubles
from coder.types import CoderKind, Judgement, Shown, Table, Verdict


@dataclass(frozen=True)
class CodingFacts(CorpusFacts):
    """What the log tells of coders, double coding, agreement and adjudication."""

    # Coders

    @cached_property
    def people(self) -> list[str]:
        """The coders who are registered as people, the adjudicator last."""
        return people(self._study)

    @cached_property
    def models(self) -> list[str]:
        """The models that have suggested anything."""
        return log.coders_of_kind(self._study.store, CoderKind.MODEL)

    @cached_property
    def machines(self) -> list[str]:
        """The machines from elsewhere whose codings were imported."""
        return log.coders_of_kind(self._study.store, CoderKind.MACHINE)

    @cached_property
    def adjudicator(self) -> str:
        """The coder whose judgement decides disagreements; empty where there is none."""
        return self.settings.adjudicator if self.settings.adjudicator in self.people else ""

    @cached_property
    def coders(self) -> list[Told]:
        """All coders: name, kind, units read; codes given by what was shown; in bulk; first, last time.

        Only people give codes: those of models and machines stand beside theirs.
        """
        now = judgements(self._study.store, kind=CoderKind.PERSON, coded=True)
        given = Counter((e.coder, e.shown) for e in now if e.verdict is Verdict.PRESENT)
        in_bulk = Counter(event.coder for event in self.bulk)
        days: dict[str, list[str]] = {}
        for event in self._events:
            days.setdefault(event.coder, []).append(event.at)
        kinds = [(self.people, "person", "read"), (self.models, "model", "covered")]
        kinds += [(self.machines, "machine", "machine read")]
        return [
            {
                "name": name,
                "kind": kind,
                "read": self.count(read, coder=name),
                "given": {shown: given[name, shown] for shown in (Shown.NOTHING, Shown.SUGGESTIONS, Shown.CODINGS)},
                "bulk": in_bulk[name],
                "first": min(days.get(name, [""])),
                "last": max(days.get(name, [""])),
            }
            for names, kind, read in kinds
            for name in names
            if kind == "person" or name in days
        ]

    @cached_property
    def coded(self) -> list[str]:
        """The times at which people coded, bulk acceptance apart."""
        return [event.at for event in self._by_people]

    @property
    def taken_over(self) -> list[tuple[str, int]]:
        """Coders whose codings came from tables, with the number of these codings."""
        commands = {int(str(run["id"])): str(run["command"]) for run in log.runs(self._study.store)}
        taken = Counter(e.coder for e in self._by_people if commands[e.run] == IMPORT and e.code is not None)
        return list(taken.items())

    @cached_property
    def bulk(self) -> list[Judgement]:
        """What was accepted in bulk and stands."""
        return judgements(self._study.store, which=Which.BULK)

    @property
    def memos(self) -> int:
        """The number of memos that people wrote."""
        return sum(bool(event.memo) for event in self._by_people)

    @cached_property
    def _by_people(self) -> list[Judgement]:
        known = set(self.people)
        return [event for event in self._events if event.coder in known and event.shown is not Shown.BULK]

    # What was read, suggested, answered and coded

    @cached_property
    def _board(self) -> Board:
        return count_study(self._study)

    def count(self, what: str, *, code: str = "", coder: str = "") -> int:
        """Return how many pairs of unit and code are so, of all or one code or coder; `what` as in `outcomes.WHAT`."""
        return self._board.count(what, code=code, coder=coder)

    def count_units(self, what: str) -> int:
        """Return how many units are so, whatever the code."""
        return len(self._board.units_of(what))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the scheme that can be given."""
        return self._board.codes

    @property
    def codes_found_in_none(self) -> list[str]:
        """The codes that hold in no unit that people read."""
        return [code for code in self.codes if not self.count("holds", code=code)]

    @property
    def codes_found_in_few(self) -> list[str]:
        """The codes that hold in fewer than five of the units that people read, but in one."""
        return [code for code in self.codes if 0 < self.count("holds", code=code) < 5]

    @property
    def transcripts_read(self) -> int:
        """In how many transcripts people have read a unit."""
        units = self._board.units
        return len({units[unit] for unit in self._board.units_of("read") if unit in units})

    @property
    def reviewed(self) -> float | None:
        """The share of suggestions that were answered one by one."""
        return self._board.reviewed()

    @property
    def missed(self) -> float | None:
        """The share of what people found in audits that had not been suggested."""
        return self._board.missed()

    @cached_property
    def provenance(self) -> Told:
        """How many coded passages got their code in each way: human, accepted, bulk, unreviewed."""
        found = Counter(one.provenance.value for one in citations(self._study, only="all"))
        return {"human": 0, "accepted": 0, "bulk": 0, "unreviewed": 0} | found

    # Double coding and agreement

    @cached_property
    def _conditions(self) -> Conditions:
        return by_condition(self._study)

    @cached_property
    def double_coded(self) -> Told:
        """The units that two people or more have judged (the adjudicator apart), and in how many transcripts."""
        everything = self._conditions.everything
        both = shared(of_coders(everything, who_judged(self._study, everything)))
        return {"units": int(both.sum()), "transcripts": len(set(everything.clusters[both].tolist()))}

    @property
    def draws(self) -> list[Told]:
        """The random samples of units for two coders: time, units in the frame, drawn, smallest and largest chance."""
        found: dict[int, list[Double]] = {}
        for double in doubles(self._study.store):
            found.setdefault(double.run, []).append(double)
        return [
            {
                "at": frame[0].at,
                "frame": len(frame),
                "drawn": sum(bool(one.coders) for one in frame),
                "least": min(one.probability for one in frame),
                "most": max(one.probability for one in frame),
                "coders": list(dict.fromkeys(name for one in frame for name in one.coders)),
            }
            for frame in found.values()
        ]

    @cached_property
    def agreement(self) -> Told:
        """Agreement by code of each set of coders (see `told_of`), by its kind; `facets` by the values of each facet.

        Kinds: people, assisted, again, alone (a machine beside one person or the adjudicator). `beside` has two people
        and a machine with each of them: `machine` (empty: the study's model), `sets` of three, `table`.
        """
        found, facets = self._agreement("code"), [one for one in self._agreement("facet") if one.kind == "people"]
        threes = list(trios(found))
        alone = {"model alone", "machine alone", "adjudicated"}
        kinds = {"people": {"people"}, "assisted": {"assisted"}, "again": {"again"}, "alone": alone}
        return {name: [told_of(one) for one in found if one.kind in kind] for name, kind in kinds.items()} | {
            "facets": [told_of(one) for one in facets[: len({one.of for one in facets})]],
            "beside": [
                {
                    "machine": "" if three[0].kind == "model" else three[1].overall.coders[0],
                    "sets": [told_of(one) for one in three],
                    "table": beside_table(three),
                }
                for three in threes
            ],
            "overview": _overview(found),
            "several": any(len(one.overall.coders) > 2 for one in found),
        }

    def _agreement(self, by: str) -> list[Agreed]:
        def computed() -> list[Agreed]:
            return agreement_of(self._study, by=by, replicates=self._replicates, progress=self._progress)

        found = self._unless_missing(computed) or []
        return [own for one in found for own in _of_partners(one, found)]

    @property
    def units_assisted(self) -> int:
        """The units that two people judged with suggestions or others' codings shown."""
        assisted = self._conditions.assisted
        return int(shared(of_coders(assisted, who_judged(self._study, assisted))).sum())

    @property
    def disputed(self) -> int:
        """The pairs of unit and code on which people disagree, the adjudicator apart."""
        return self.count("disputed")

    @property
    def adjudicated_units(self) -> int:
        """The units that the adjudicator decided with the codings side by side."""
        return len(adjudications(self._study.store, self.adjudicator)) if self.adjudicator else 0

    @cached_property
    def adjudicated(self) -> Told:
        """How many disputed decisions the adjudicator found present, and absent."""
        if not self.adjudicator:
            return {"present": 0, "absent": 0}
        now = of_coders(ratings_of(self._study), [self.adjudicator])
        row = {int(unit): n for n, unit in enumerate(now.units)}
        column = {code: k for k, code in enumerate(now.codes)}
        judged = [
            float(now.values[0, row[unit], column[code]])
            for code, units in by_code(self._board.facts["disputed"]).items()
            for unit in units
            if code and unit in row
        ]
        return {"present": judged.count(1.0), "absent": judged.count(0.0)}


def told_of(found: Agreed) -> Told:
    """Return the agreement of one set of coders for a template.

    `overall` is the row over all codes, `mean` that of their mean; `defined` the rows of codes on which alpha is
    defined, the lowest first; `undefined` the number of the others; `after` alpha over all codes after adjudication.
    """
    overall, mean = [*(row for row in found.rows if not row.code), None][:2]
    codes = [row for row in found.rows if row.code]
    defined = sorted((row for row in codes if not isnan(row.alpha)), key=lambda row: row.alpha)
    return {
        "title": found.title.removesuffix(f", by {found.of}"),
        "of": found.of,
        "remark": found.remark,
        "overall": overall,
        "mean": mean,
        "defined": defined,
        "undefined": len(codes) - len(defined),
        "after": found.after.get(found.overall.label) if found.after else None,
        "table": found.table(),
    }


def _overview(found: Sequence[Agreed]) -> Table | None:
    """Return all sets of coders over all codes; two people on the model's units only where these are other units."""
    alone = {(one.overall.coders, one.overall.n) for one in found if one.kind == "people"}
    kept = [one for one in found if one.kind not in BESIDE or (one.overall.coders, one.overall.n) not in alone]
    return overview(kept) if kept else None


def _of_partners(one: Agreed, found: Sequence[Agreed]) -> list[Agreed]:
    """Name only those of several coders who share units with another; nothing where two do, who are a pair already."""
    if len(one.overall.coders) < 3:
        return [one]
    pairs = [other.overall.coders for other in found if other.kind == one.kind and len(other.overall.coders) == 2]
    partners = [name for name in one.overall.coders if any(name in pair for pair in pairs)]
    if len(partners) < 3:
        return []
    everybody = f"{', '.join(one.overall.coders[:-1])} and {one.overall.coders[-1]}"
    return [replace(one, title=one.title.replace(everybody, f"{', '.join(partners[:-1])} and {partners[-1]}"))]
