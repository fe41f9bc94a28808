"""What all tests share: no network, no randomness, and a small study of four invented interviews."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

MOST_WORKERS = 4  # each takes about 1 GB
WORKER = "PYTEST_XDIST_WORKER" in os.environ
if WORKER:  # there is one for each core: numpy and torch take one thread each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.pop("COLUMNS", None)  # workers are told a width, and the program would keep to it

settings.register_profile("coder", deadline=None, max_examples=30, derandomize=True, database=None)
settings.load_profile("coder")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Run all tests in a process for each core, unless `-n` or `--pdb` says else; some of them in this process."""
    option, cores = config.option, os.cpu_count() or 1
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    free = config.pluginmanager.hasplugin("xdist") and option.numprocesses is None and not option.usepdb
    if everything and free and cores > 1 and not WORKER:
        option.numprocesses, option.dist = min(cores, MOST_WORKERS), "worksteal"


def pytest_sessionstart():
    """Refuse the network in each process that runs tests, doctests too, and in the processes that these start."""
    from coder.network import refuse_network

    refuse_network()


class TickingClock:
    """A clock that goes on by one second each time it is read."""

    def __init__(self):
        self.time = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self):
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def clock():
    return TickingClock()


SETTINGS = """\
name = "Two harbour firms"
units = "sentence"
encoder = "hashed-words"
folds = 2
min_positives = 2
"""

SCHEME = """\
name: Harbour knowledge
facets:
  dimension:
    codes:
      education:
        codes:
          customers: {definition: The firm teaches those who buy., examples: [We show the skippers how it works.]}
          suppliers: {definition: The firm teaches those who deliver., examples: [We train the rope maker.]}
      contact: {definition: Customers meet one another., examples: [The skippers talk among themselves.]}
  mechanism:
    codes:
      courses: {definition: A planned lesson., examples: [Our course lasts two days.]}
      fairs: {definition: A public show., examples: [At the boat fair we have a stand.]}
codes:
  education/customers: [courses, fairs]
  education/suppliers: [courses]
  contact: [courses, fairs]
"""

CASES = """\
transcript,case,speaker,role,title,founded
alder-1,Alder,Interviewer,interviewer,,1999
alder-1,Alder,Maja,respondent,CEO,1999
alder-2,Alder,Interviewer,interviewer,,1999
alder-2,Alder,Olof,respondent,Sales,1999
birch-1,Birch,Interviewer,interviewer,,2004
birch-1,Birch,Siri,respondent,Founder,2004
birch-2,Birch,Interviewer,interviewer,,2004
birch-2,Birch,Nils,respondent,Engineer,2004
"""

ALDER_1 = """\
Interviewer: How do the skippers learn your sonar? 🐟
Maja: We hold a course for the skippers every March. It is a long month. The course lasts two days. \
At the boat fair we show them the new sonar 🚢🚢. Yes, yes.
Interviewer: And afterwards?
Maja: Yes, yes. They ask one another at the fair what they caught. The coffee is good. \
We teach the rope maker in a course of our own. I like the sea 🌊.
"""

ALDER_2 = """\
Interviewer: Who teaches whom?
Olof: Skippers sit together in our course and talk among themselves. Nobody pays for it. \
At the fair they meet at our stand and compare their nets. The weather was bad. \
We hold a course for the skippers every March. Yes, yes.
"""

BIRCH_1 = """\
WEBVTT

00:00:01.000 --> 00:00:04.000
<v Interviewer>What happens at fairs?

00:00:05.500 --> 00:00:12.000
<v Siri>We show each skipper the winch at the fair. The hall is cold ❄️. They talk with one another at the fair, too.

00:00:13.000 --> 00:00:20.000
<v Siri>Our supplier came to our course on steel. A course for skippers starts in May. Yes, yes.
"""

BIRCH_2 = """\
Interviewer: What do you do in spring?
Nils: A course for skippers, two days every March. At the fair we show them the winch. It rains.
Interviewer: Who comes?
Nils: Skippers who talk with one another at the fair. We hold a course for the rope maker. Yes, yes.
"""

ADA = """\
transcript,coder,code,citation,at,memo
alder-1,ada,,,2026-02-01,
alder-1,ada,education/customers/courses,We hold a course for the skippers every March.,2026-02-01,planned
alder-1,ada,education/customers/fairs,At the boat fair we show them the new sonar 🚢🚢.,2026-02-01,
alder-1,ada,contact/fairs,They ask one another at the fair what they caught.,2026-02-01,
alder-1,ada,education/suppliers/courses,We teach the rope maker in a course of our own.,2026-02-01,
alder-2,ada,,,2026-02-02,
alder-2,ada,contact/courses,Skippers sit together in our course and talk among themselves.,2026-02-02,
alder-2,ada,contact/fairs,At the fair they meet at our stand and compare their nets.,2026-02-02,
alder-2,ada,education/customers/courses,We hold a course for the skippers every March.,2026-02-02,
birch-1,ada,,,2026-02-03,
birch-1,ada,education/customers/fairs,We show each skipper the winch at the fair.,2026-02-03,
birch-1,ada,contact/fairs,"They talk with one another at the fair, too.",2026-02-03,
birch-1,ada,education/suppliers/courses,Our supplier came to our course on steel.,2026-02-03,
birch-1,ada,education/customers/courses,A course for skippers starts in May.,2026-02-03,
"""

BEN = """\
transcript,coder,code,citation,verdict
alder-1,ben,,,
alder-1,ben,education/customers/courses,We hold a course for the skippers every March. It is a long month.,
alder-1,ben,contact/fairs,They ask one another at the fair what they caught.,
alder-1,ben,education/customers/fairs,At the boat fair we show them the new sonar 🚢🚢.,unsure
alder-2,ben,,,
alder-2,ben,contact/fairs,Skippers sit together in our course and talk among themselves.,
alder-2,ben,contact/fairs,At the fair they meet at our stand and compare their nets.,
alder-2,ben,education/customers/courses,We hold a course for the skippers every March.,
"""

FILES = {
    "study.toml": SETTINGS,
    "scheme.yaml": SCHEME,
    "cases.csv": CASES,
    "transcripts/alder-1.txt": ALDER_1,
    "transcripts/alder-2.txt": ALDER_2,
    "transcripts/birch-1.vtt": BIRCH_1,
    "transcripts/birch-2.txt": BIRCH_2,
    "codings/ada.csv": ADA,
    "codings/ben.csv": BEN,
}


def write_study(folder):
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture
def study_folder(tmp_path):
    """Return the folder of a study whose files are there and whose store is not made yet."""
    return write_study(tmp_path / "study")


@pytest.fixture(scope="session")
def _coded_database(tmp_path_factory):
    """Import, segment and code the study once; tests work on copies."""
    from coder.steps.coding.human_codings import import_codings
    from coder.steps.corpus.transcripts import import_transcripts
    from coder.steps.corpus.units import segment_study
    from coder.steps.study.study import open_study

    folder = write_study(tmp_path_factory.mktemp("coded"))
    study = open_study(folder, clock=TickingClock(), create=True)
    import_transcripts(study)
    segment_study(study)
    for table in ("ada.csv", "ben.csv"):
        import_codings(study, folder / "codings" / table)
    study.close()
    return folder / "study.db"


@pytest.fixture(scope="session")
def _sample(tmp_path_factory):
    """Import the transcripts and codings of the sample study, once."""
    from coder.steps.coding.human_codings import import_codings
    from coder.steps.corpus.transcripts import import_transcripts
    from coder.steps.study.study import open_study

    folder = tmp_path_factory.mktemp("sample") / "biotech"
    ours = shutil.ignore_patterns("study.db*", "log.head", "models", "out", "cache", "backups")
    shutil.copytree(Path(__file__).parents[1] / "corpora" / "biotech", folder, ignore=ours)
    study = open_study(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC), create=True)
    imported = import_transcripts(study)
    yield study, imported, [import_codings(study, path) for path in sorted((folder / "codings").glob("*.csv"))]
    study.close()


@pytest.fixture
def sample(_sample):
    """Return the sample study with its transcripts and codings, to be read and not written to."""
    return _sample[0]


@pytest.fixture
def sample_imports(_sample):
    """Return what was reported on import of the sample's transcripts, and on each table of its codings."""
    return _sample[1:]


@pytest.fixture
def study(study_folder, _coded_database, clock):
    """Return the study opened: imported, cut into units, and coded by ada and ben (birch-2 by nobody)."""
    from coder.steps.study.study import open_study

    shutil.copyfile(_coded_database, study_folder / "study.db")
    opened = open_study(study_folder, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def add_interview():
    """Add an interview with a line a unit: `add_interview(study, "cedar-1", lines, model, code)` returns the segments.

    The model suggests for each unit one of the codes in turn, less and less sure.
    """
    from coder.store import corpus, log
    from coder.types import Coder, Coding, Transcript, Turn

    def add(study, name, lines, model, *codes):
        store, text = study.store, "\n".join(lines)
        with store.transaction("import"):
            stored = corpus.add_text(store, Transcript(name, text, (Turn(0, "Tove", 0, len(text)),)), f"{name}.txt")
            starts = [sum(len(line) + 1 for line in lines[:k]) for k in range(len(lines))]
            places = list(zip(starts, lines, strict=True))
            segments = [corpus.segment_at(store, stored, at, at + len(line), line) for at, line in places]
            corpus.set_units(store, stored, "sentence", segments)
            whole = corpus.segment_at(store, stored, 0, len(text), text)
            suggested = [
                Coding(segment, codes[k % len(codes)], model, confidence=round(0.99 - k / 1000, 4))
                for k, segment in enumerate(segments)
            ]
            log.add_coder(store, Coder(model, "model"))
            log.append(store, [Coding(whole, None, model), *suggested], study.scheme_version())
        return segments

    return add


@pytest.fixture(scope="session")
def drawn_interview(add_interview):
    """Add an interview of which every other unit was drawn at random and accepted."""
    from shared.audits import answer

    from coder.steps.audit.queue import audit_queue
    from coder.store.random_draws import write_draw

    def add(study, lines, model, code, coder):
        segments = add_interview(study, "cedar-1", lines, model, code)
        with study.store.transaction("draw"):
            write_draw(study.store, {s: k % 2 == 0 for k, s in enumerate(segments)}, 0.5, "random")
        for item in audit_queue(study, coder):
            if item.unit.segment.id in segments[::2]:
                answer(study, coder, item, accepted=(code,))
        return segments

    return add


@pytest.fixture(scope="session")
def _suggested(_coded_database, tmp_path_factory):
    """Train on the coded study and suggest for the interview that nobody has coded, once; tests work on copies."""
    from coder.steps.models.suggest import suggest
    from coder.steps.models.train import train
    from coder.steps.study.study import open_study

    folder = tmp_path_factory.mktemp("suggested") / "study"
    shutil.copytree(_coded_database.parent, folder)
    opened = open_study(folder)
    train(opened)
    suggest(opened)
    opened.close()
    return folder


@pytest.fixture
def coded(study_folder, _coded_database):
    """Return the folder of a study that two people have coded."""
    shutil.copyfile(_coded_database, study_folder / "study.db")
    return study_folder


@pytest.fixture
def suggested(_suggested, tmp_path):
    """Return the folder of a study with a model and its suggestions."""
    return shutil.copytree(_suggested, tmp_path / "suggested")


@pytest.fixture
def events():
    """Read the log of a study."""
    from coder.steps.integrity import history
    from coder.steps.study.study import open_study

    def read(folder, coder=None):
        opened = open_study(folder)
        try:
            return [event for event, _, _ in history(opened, coder=coder)]
        finally:
            opened.close()

    return read
