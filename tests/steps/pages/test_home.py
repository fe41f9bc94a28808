"""Which command comes next, by the state of the study; and how much waits for whom."""

from coder.steps.audit.decisions import record
from coder.steps.audit.double_coding import assign
from coder.steps.audit.queue import audit_queue
from coder.steps.audit.units import Decision
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.steps.pages.home import next_step, to_do
from coder.steps.study.study import open_study
from coder.types import Verdict


def test_each_step_names_the_next_one(study_folder):
    study = open_study(study_folder, create=True)

    def verb():
        return next_step(study).command.split()[0]

    assert verb() == "run"
    import_transcripts(study)
    assert next_step(study).why == "4 transcripts without units"
    segment_study(study)
    assert next_step(study).command == f"code {study_folder} {study_folder}/codings/ada.csv"
    study.close()


def test_after_codings_come_training_suggestions_and_their_review(study):
    assert next_step(study).command.startswith("train")
    train(study)
    assert next_step(study).command.startswith("suggest")
    suggest(study)
    step = next_step(study)
    assert step.command == f"review {study.folder}"
    assert step.why == f"{len(audit_queue(study, 'ada'))} units with suggestions to review"


def test_units_to_be_coded_blind_do_not_wait_for_review(study):
    train(study)
    suggest(study)
    for name in ("cid", "eva"):
        new_coder(study, name)
    before = sum(one.waiting for one in to_do(study, "cid").transcripts)
    assign(study, ["cid", "eva"], share=1.0)
    assert before > 0
    assert sum(one.waiting for one in to_do(study, "cid").transcripts) == len(audit_queue(study, "cid")) < before
    assert next_step(study).command == f"audit {study.folder} --coder cid --order assigned"
    assert next_step(study, "eva").command == f"audit {study.folder} --coder eva --order assigned"


def test_when_all_is_reviewed_agreement_then_publish_then_check(study):
    train(study)
    suggest(study)
    for item in audit_queue(study, "ada"):
        record(study, "ada", item, Decision({one.code: Verdict.PRESENT for one in item.codes}))
    assert next_step(study, after="train").command.startswith("agreement")
    assert next_step(study, after="agreement").command.startswith("publish")
    assert next_step(study, after="publish").command.startswith("check")
