"""What comes first in an audit; draws are written down, and doubted codings are looked at again."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from coder.cli.terminal_sessions import parse_answer
from coder.errors import CodingError, StudyError, UsageError
from coder.learn.bundle import digest, load_model
from coder.steps.audit.decisions import record, undo
from coder.steps.audit.queue import ORDERS, audit_queue
from coder.steps.audit.spreadsheet import audit_sheet, read_sheet
from coder.steps.corpus.units import units_of
from coder.steps.integrity import check
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.store import corpus, log
from coder.store.judgements import Which, judgement, judgements
from coder.store.random_draws import draws

FAIRS = "education/customers/fairs"


@pytest.fixture
def suggested(study):
    train(study)
    suggest(study)
    return study


def ids(items):
    return [item.unit.segment.id for item in items]


def say(study, coder, item, line):
    return record(study, coder, item, parse_answer(study, item, line))


@pytest.mark.parametrize("order", ["uncertain", "diverse", "disagreement"])
def test_an_active_order_holds_the_same_units_in_another_order_and_writes_nothing(suggested, order):
    head = log.head(suggested.store)
    plain = audit_queue(suggested, "eva", everything=True)
    found = audit_queue(suggested, "eva", order=order, everything=True)
    assert sorted(ids(found)) == sorted(ids(plain))
    assert ids(found) == ids(audit_queue(suggested, "eva", order=order, everything=True))
    assert (log.head(suggested.store), draws(suggested.store)) == (head, [])


def test_the_unit_on_which_a_person_contradicts_the_model_comes_first(suggested):
    items = audit_queue(suggested, "eva", everything=True)
    sure = max(items, key=lambda item: max((s.score for s in item.codes), default=0))
    say(suggested, "ole", sure, "X")
    assert ids(audit_queue(suggested, "eva", order="disagreement", everything=True))[0] == sure.unit.segment.id


def test_orders_that_do_not_exist_are_refused(suggested):
    with pytest.raises(UsageError, match="no order `uncertan`") as error:
        audit_queue(suggested, "eva", order="uncertan")
    assert "`uncertain`" in error.value.todo
    for order in ORDERS:
        with pytest.raises(CodingError, match="model's name"):
            audit_queue(suggested, "model-1", order=order)


def test_a_draw_is_written_down_with_its_frame_and_finished_before_the_next(suggested):
    frame = audit_queue(suggested, "eva", everything=True)
    first = audit_queue(suggested, "eva", order="random", everything=True, sample=3)
    rows = draws(suggested.store)
    assert sorted(d.segment for d in rows) == sorted(ids(frame))
    assert {(d.probability, d.how, d.run) for d in rows} == {(3 / len(frame), "random", rows[0].run)}
    assert [d.segment for d in rows if d.drawn] == ids(first)
    say(suggested, "eva", first[0], "X")
    assert audit_queue(suggested, "eva", order="random", everything=True, sample=3) == first[1:]
    assert ids(audit_queue(suggested, "ole", order="random", everything=True)) == ids(first)
    assert draws(suggested.store) == rows
    undo(suggested, "eva")
    assert ids(audit_queue(suggested, "eva", order="random", everything=True)) == ids(first)
    for item in first:
        say(suggested, "eva", item, "X")
    audit_queue(suggested, "eva", order="random", everything=True, sample=99)
    second = draws(suggested.store)[len(rows) :]
    assert {d.segment for d in second} == set(ids(frame)) - set(ids(first))
    assert all(d.drawn and d.probability == 1 for d in second)
    assert check(suggested).findings == ()


def test_a_unit_that_was_chosen_actively_is_never_drawn(suggested):
    chosen = audit_queue(suggested, "eva", order="uncertain", everything=True)[0]
    say(suggested, "eva", chosen, "X")
    audit_queue(suggested, "eva", order="random", everything=True, sample=99)
    assert chosen.unit.segment.id not in {d.segment for d in draws(suggested.store)}


def test_a_blind_audit_takes_all_units_and_shows_nothing(suggested):
    everything = audit_queue(suggested, "eva", everything=True)
    items = audit_queue(suggested, "eva", order="blind", sample=99)
    assert sorted(ids(items)) == sorted(ids(everything))
    assert all(item.codes == () and item.shown == "nothing" for item in items)
    item = next(i for i in items if any(s.code == FAIRS for e in everything if e.unit == i.unit for s in e.codes))
    with pytest.raises(UsageError, match="`A` is not understood"):
        say(suggested, "eva", item, "A")
    written = [judgement(suggested.store, n) for n in say(suggested, "eva", item, f"+ {FAIRS}")]
    assert [(e.code, e.verdict, e.shown, e.responds_to) for e in written] == [
        (FAIRS, "present", "nothing", None),
        (None, "present", "nothing", None),
    ]
    assert {d.how for d in draws(suggested.store)} == {"blind"}


def test_a_blind_spreadsheet_hides_and_comes_back_as_blind(suggested, tmp_path):
    sheet = tmp_path / "blind.csv"
    assert audit_sheet(suggested, "eva", sheet, order="blind", sample=99, dry_run=True) > 0
    assert draws(suggested.store) == []
    rows = audit_sheet(suggested, "eva", sheet, order="blind", sample=99)
    frame = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    assert rows == len(frame) == len(draws(suggested.store))
    assert set(frame["suggested code"] + frame["event"]) == {""}
    frame["verdict"] = "reject"
    frame.loc[0, ["verdict", "correct code"]] = ["", FAIRS]
    frame.to_csv(sheet, index=False)
    read = read_sheet(suggested, "eva", sheet)
    assert (read.units, read.unfinished) == (rows, 0)
    own = [e for e in judgements(suggested.store, which=Which.AS_WRITTEN) if e.coder == "eva"]
    assert {(e.shown, e.responds_to) for e in own} == {("nothing", None)}
    assert [e.code for e in own if e.code] == [FAIRS]
    assert audit_queue(suggested, "eva", everything=True) == []


def test_a_second_look_has_no_spreadsheet(suggested, tmp_path):
    with pytest.raises(UsageError, match="no spreadsheet"):
        audit_sheet(suggested, "eva", tmp_path / "a.csv", order="suspect")


@pytest.fixture
def doubting(suggested):
    """Let the model doubt one coding of ada's that stands on a unit that she coded by that very passage."""
    folder = suggested.folder / "models" / "model-1"
    model = load_model(folder)
    unit = next(u for u in units_of(suggested) if u.segment.words.startswith("At the boat fair"))
    fairs = model.codes.index(FAIRS)
    model.held_out.P[:] = 0.1
    said = {(e.segment, e.code) for e in judgements(suggested.store, "ada") if e.code and e.segment != unit.segment.id}
    keys = {key: segment for segment, key in corpus.unit_keys(suggested.store).items()}
    segments = [keys[key] for key in model.held_out.keys.tolist()]
    for row, segment in enumerate(segments):
        for k, code in enumerate(model.codes):
            if (segment, code) in said:
                model.held_out.P[row, k] = 0.9
    assert model.held_out.P[segments.index(unit.segment.id), fairs] == 0.1
    return adopt(suggested, model), unit


def adopt(study, model):
    """Put a changed model in the place of the adopted one."""
    import shutil

    from coder.learn.bundle import save_model

    folder = study.folder / "models" / "model-1"
    shutil.rmtree(folder)
    save_model(model, folder, "")
    with study.store.transaction("models"):
        log.adopt(study.store, "model-1", digest(folder), "for a test")
    return study


def test_a_doubted_coding_is_shown_with_who_said_it_and_can_be_taken_back(doubting):
    study, unit = doubting
    (item,) = (i for i in audit_queue(study, "ada", order="suspect") if i.unit.segment.id == unit.segment.id)
    assert item.shown == "codings"
    (doubted,) = (s for s in item.codes if s.code == FAIRS)
    assert (doubted.event, doubted.score, doubted.doubt) == (None, pytest.approx(0.1, abs=1e-3), "ada: present")
    say(study, "ada", item, "X")
    assert (FAIRS, "absent", "codings", "second look") in {
        (e.code, e.verdict, e.shown, e.memo) for e in judgements(study.store, "ada")
    }
    present = [e for e in judgements(study.store, "ada") if e.code == FAIRS and e.segment == unit.segment.id]
    assert [e.verdict for e in present] == ["absent"]
    assert unit.segment.id not in ids(audit_queue(study, "ada", order="suspect"))
    undo(study, "ada")
    assert unit.segment.id in ids(audit_queue(study, "ada", order="suspect"))


def test_a_coding_that_is_confirmed_is_not_asked_about_again(doubting):
    study, unit = doubting
    (item,) = (i for i in audit_queue(study, "ada", order="suspect") if i.unit.segment.id == unit.segment.id)
    say(study, "ada", item, "A")
    assert unit.segment.id not in ids(audit_queue(study, "ada", order="suspect"))
    assert unit.segment.id in ids(audit_queue(study, "eva", order="suspect"))
    assert not any(e.code is None and e.shown == "codings" for e in judgements(study.store, which=Which.AS_WRITTEN))


def test_a_passage_that_is_wider_than_the_unit_is_taken_back_too(doubting):
    study, unit = doubting
    from coder.steps.coding.human_codings import import_codings

    wide = study.folder / "codings" / "wide.csv"
    pd.DataFrame(
        {
            "transcript": ["alder-1"],
            "coder": ["eva"],
            "code": [FAIRS],
            "citation": ["At the boat fair we show them the new sonar 🚢🚢. Yes, yes."],
        }
    ).to_csv(wide, index=False)
    import_codings(study, wide)
    (item,) = (i for i in audit_queue(study, "eva", order="suspect") if i.unit.segment.id == unit.segment.id)
    assert "eva: present" in next(s.doubt for s in item.codes if s.code == FAIRS)
    number = str(1 + [s.code for s in item.codes].index(FAIRS))
    others = [str(n) for n in range(1, len(item.codes) + 1) if str(n) != number]
    say(study, "eva", item, " ".join(f"{n} a" for n in others) + " X")
    own = [e for e in judgements(study.store, "eva") if e.code == FAIRS]
    assert {e.verdict.value for e in own} == {"absent"}
    assert len(own) == 2  # the unit and the wider passage


def test_only_the_transcripts_that_are_named(doubting):
    study, _ = doubting
    found = audit_queue(study, "ada", order="suspect", transcripts=("alder-2",))
    assert {item.unit.segment.span.transcript for item in found} <= {"alder-2"}
    with pytest.raises(UsageError, match="no transcript"):
        audit_queue(study, "ada", order="suspect", transcripts=("alder-9",))


def test_without_a_model_nothing_is_doubted(study):
    with pytest.raises(StudyError, match="no model yet that could doubt"):
        audit_queue(study, "ada", order="suspect")


def test_warnings_name_the_interview_that_is_unlike_the_others(suggested):
    model = load_model(suggested.folder / "models" / "model-1")
    usual = {"long": {"border": 3.0, "largest share": 0.05}}
    adopt(suggested, replace(model, info=replace(model.info, usual=usual)))
    found = suggest(suggested)
    assert found.warnings == tuple(w for w in found.warnings if w.startswith("birch-2: "))
    assert any("more than 3 words" in warning for warning in found.warnings)
    assert json.loads(json.dumps(found.warnings))
