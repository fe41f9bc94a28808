"""Random sequences of codings and scheme changes, held against a simple model of what a coder's verdicts then are."""

import random
import shutil
from dataclasses import dataclass

import pytest

from coder.errors import SchemeError, UsageError
from coder.scheme.editing import Edit
from coder.steps.integrity import check
from coder.steps.scheme.changes import change, undo_change
from coder.steps.study.study import new_study, open_study
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Coder, Coding, Transcript, Turn, Verdict

VERDICTS = (Verdict.ABSENT, Verdict.UNSURE, Verdict.PRESENT)
NAMES = "abcdefgh"


@dataclass(eq=False)
class Word:
    """A coding with the codes that it stands under now: several where its code was split."""

    segment: int
    codes: tuple[str, ...]
    verdict: Verdict

    def seen(self):
        return Verdict.UNSURE if len(self.codes) > 1 and self.verdict is Verdict.PRESENT else self.verdict


class Model:
    """One coder's codings, oldest first, without any log."""

    def __init__(self):
        self.words = []

    def on(self, segment, code, *, divided):
        return [
            w for w in self.words if w.segment == segment and code in w.codes and (len(w.codes) == 1) == divided
        ]  # fmt: skip

    def winner(self, segment, code):
        """Of those that meet on a code the strongest, then the latest; a later coding replaces an undivided one."""
        own, undivided = self.on(segment, code, divided=True), self.on(segment, code, divided=False)
        latest = max(map(self.words.index, own), default=-1)
        left = own + [word for word in undivided if self.words.index(word) > latest]
        return max(left, key=lambda word: (VERDICTS.index(word.seen()), self.words.index(word)), default=None)

    def say(self, segment, code, verdict):
        own = self.on(segment, code, divided=True)
        if verdict is Verdict.WITHDRAWN:
            gone = own or self.on(segment, code, divided=False)
            self.words = [word for word in self.words if word not in gone]
            return
        winner = self.winner(segment, code)
        if winner is None or len(winner.codes) > 1 or winner.verdict is not verdict:
            self.words = [word for word in self.words if word not in own]
            self.words.append(Word(segment, (code,), verdict))

    def changed(self, edit):
        for word in self.words:
            new = [name for code in word.codes for name in (edit.to if code == edit.path else (code,))]
            word.codes = tuple(dict.fromkeys(new))

    def verdicts(self):
        pairs = {(word.segment, code) for word in self.words for code in word.codes}
        return {pair: self.winner(*pair).seen() for pair in pairs}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the folder of a study with three codes and two passages, and the segments."""
    folder = tmp_path_factory.mktemp("plain") / "study"
    (folder.parent / "scheme.yaml").write_text("codes: [a, b, c]", "utf-8")
    new_study(folder, "Plain", str(folder.parent / "scheme.yaml"))
    study = open_study(folder)
    with study.store.transaction("import"):
        text = corpus.add_text(study.store, Transcript("t", "One. Two.", (Turn(0, "", 0, 9),)), "t.txt")
        segments = [corpus.segment_at(study.store, text, at, at + 4, "One. Two."[at : at + 4]) for at in (0, 5)]
        log.add_coder(study.store, Coder("ada"))
    study.close()
    return folder, segments


def edits(random_, codes):
    """Return a scheme change at random: its names may be taken, and then it is refused."""
    one, *names = random_.choice(codes), *random_.sample(NAMES, 2)
    return random_.choice(
        [
            Edit("rename", one, "code", (names[0],)),
            Edit("merge", one, "code", (random_.choice(codes),)),
            Edit("split", one, "code", tuple(names)),
        ]
    )


def verdicts(study):
    """Return what the store says, each verdict of the coder once."""
    found = [((e.segment, e.code), e.verdict) for e in judgements(study.store, "ada") if e.code]
    assert len(dict(found)) == len(found), "two verdicts on one code"
    return dict(found)


def say(study, segment, code, verdict):
    with study.store.transaction("code"):
        log.append(study.store, [Coding(segment, code, "ada", verdict)], study.scheme_version())


@pytest.mark.parametrize("seed", range(24))
def test_a_coder_has_the_verdicts_of_the_model_after_any_codings_and_changes(plain, tmp_path, seed):
    random_, model = random.Random(seed), Model()  # noqa: S311 # a test that can be repeated
    folder = shutil.copytree(plain[0], tmp_path / "study")
    study = open_study(folder)
    for _ in range(24):
        codes = study.scheme.paths()
        if random_.random() < 0.6:
            coding = random_.choice(plain[1]), random_.choice(codes), random_.choice([*VERDICTS, *Verdict])
            say(study, *coding)
            model.say(*coding)
        else:
            edit = edits(random_, codes)
            try:
                change(study, edit)
            except SchemeError:
                continue
            model.changed(edit)
        assert verdicts(study) == model.verdicts()
    assert check(study).findings == ()
    study.close()


@pytest.mark.parametrize("seed", range(8))
def test_a_coder_has_one_verdict_on_a_code_wherever_changes_are_undone(plain, tmp_path, seed):
    random_ = random.Random(seed)  # noqa: S311 # the same
    study = open_study(shutil.copytree(plain[0], tmp_path / "study"))
    for _ in range(24):
        codes = study.scheme.paths()
        try:
            if random_.random() < 0.5:
                say(study, random_.choice(plain[1]), random_.choice(codes), random_.choice([*Verdict]))
            elif random_.random() < 0.3:
                undo_change(study)
            else:
                change(study, edits(random_, codes))
        except (SchemeError, UsageError):
            continue
        said = random_.choice(plain[1]), random_.choice(study.scheme.paths()), random_.choice(VERDICTS)
        say(study, *said)
        assert verdicts(study)[said[:2]] is said[2]
    assert not [finding for finding in check(study).findings if finding.startswith("log")]
    study.close()
