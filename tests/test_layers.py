"""The rooms and who may call whom: every import of the package is read, those inside functions too."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import coder

PACKAGE = Path(coder.__file__).parent
FOUNDATIONS = {"coder.errors", "coder.files", "coder.natural_sort", "coder.network", "coder.rules", "coder.types"}
COMPUTE = {
    f"coder.{room}"
    for room in ("transcripts", "scheme", "embed", "learn", "agreement", "inference", "tables", "figures")
}
SETTINGS = {"coder.config", "coder.resources"}
MAY_IMPORT = {
    "coder.errors": set(),
    "coder.files": {"coder.files", "coder.errors"},
    "coder.natural_sort": set(),
    "coder.network": {"coder.errors"},
    "coder.rules": set(),
    "coder.types": {"coder.errors", "coder.rules"},
    "coder.config": {"coder.errors", "coder.types"},
    "coder.resources": {"coder.errors"},
    **{room: {room} | FOUNDATIONS for room in COMPUTE},
    "coder.store": {"coder.store"} | FOUNDATIONS,
    "coder.steps": {"coder.steps", "coder.store"} | COMPUTE | SETTINGS | FOUNDATIONS,
    "coder.web": {"coder.web", "coder.steps"} | FOUNDATIONS,
    "coder.cli": {"coder.cli", "coder.steps", "coder.web"} | FOUNDATIONS,
    "coder.__main__": {"coder.cli"},
    "coder.library": {"coder.library", "coder.steps"} | COMPUTE | FOUNDATIONS,
    "coder": {"coder.library", "coder.agreement", "coder.network"},  # the public names
}
ONLY_STANDARD_LIBRARY = {
    "coder.errors",
    "coder.natural_sort",
    "coder.network",
    "coder.rules",
    "coder.types",
    "coder.config",
    "coder.resources",
    "coder.store",
}
HEAVY = (
    "torch",
    "spacy",
    "sklearn",
    "pandas",
    "sentence_transformers",
    "numpy",
    "scipy",
    "openpyxl",
    "docx",
    "pyarrow",
    "matplotlib",
    "flask",
)


def modules():
    """Return the path of every module of the package by its name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path):
    """Return the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            # `from coder.store import log` imports a module, `from coder.types import Span` a name
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= submodules or {node.module}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "__import__",
            "import_module",
            "importlib.import_module",
        }:
            pytest.fail(f"{path}, line {node.lineno}: an import that cannot be read")
    return found


ORDER = (
    {"study"},
    {"corpus", "scheme"},
    {"coding"},
    {"models"},
    {"estimates"},
    {"audit", "agreement", "findings"},
    {"integrity"},
    {"withdrawal"},
    {"pseudonymise"},
    {"pages", "publishing"},
    {"pipeline"},
)
"""The concepts of `coder.steps`: each may import those before it, and itself."""


def room(module):
    """Return the room of a module: `coder.store.log` is in `coder.store`."""
    return ".".join(module.split(".")[:2])


ALL = {name: imports(path) for name, path in MODULES.items()}


def test_every_room_has_its_rule():
    assert {room(name) for name in ALL} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", ALL)
def test_a_room_imports_only_what_lies_below_it(module):
    own = {room(name) for name in ALL[module] if name.split(".")[0] == "coder"}
    assert own <= MAY_IMPORT[room(module)]


def concept(module):
    """Return the concept of a step: `coder.steps.audit.queue` is about `audit`."""
    return module.split(".")[2]


STEPS = [name for name in ALL if name.startswith("coder.steps.")]


def test_every_step_has_its_concept():
    assert {concept(name) for name in STEPS} == set().union(*ORDER)


@pytest.mark.parametrize("module", STEPS)
def test_a_concept_imports_only_concepts_before_it(module):
    level = next(n for n, names in enumerate(ORDER) if concept(module) in names)
    below = set().union(*ORDER[:level]) | {concept(module)}
    assert {concept(name) for name in ALL[module] if name.startswith("coder.steps.")} <= below


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: found & ALL.keys() for name, found in ALL.items()}
    tuple(TopologicalSorter(graph).static_order())  # a CycleError names the circle


@pytest.mark.parametrize("module", ALL)
def test_foundations_settings_and_store_need_only_the_standard_library(module):
    foreign = {name.split(".")[0] for name in ALL[module]} - set(sys.stdlib_module_names) - {"coder"}
    assert room(module) not in ONLY_STANDARD_LIBRARY or not foreign


def test_sql_is_spoken_in_the_store_and_in_the_cache_of_vectors_alone():
    speakers = {name for name, found in ALL.items() if "sqlite3" in found}
    assert speakers - {"coder.embed.cache"} == {name for name in speakers if room(name) == "coder.store"}
    assert "coder.embed.cache" in speakers


def test_the_command_line_alone_knows_click():
    assert {room(name) for name, found in ALL.items() if "click" in found} == {"coder.cli"}


def test_the_pages_alone_know_the_web():
    web = {"flask", "werkzeug", "waitress", "markupsafe"}
    assert {room(name) for name, found in ALL.items() if {part.split(".")[0] for part in found} & web} == {"coder.web"}


def test_templates_of_documents_are_rendered_in_one_module():
    rendering = {name for name, found in ALL.items() if any(part.split(".")[0] == "jinja2" for part in found)}
    assert {name for name in rendering if room(name) != "coder.web"} == {"coder.steps.publishing.methods.templates"}


@pytest.mark.parametrize("module", ALL)
def test_nothing_is_read_that_could_run_code(module):
    assert not {name.split(".")[0] for name in ALL[module]} & {
        "pickle",
        "joblib",
        "cloudpickle",
        "dill",
        "shelve",
        "marshal",
    }


@pytest.mark.parametrize("module", ALL)
def test_the_gpl_oracle_of_the_tests_is_never_imported(module):
    assert "krippendorff" not in ALL[module]


@pytest.mark.parametrize(
    "command",
    ["--help", "history", "check", "import", "coders list", "models", "quotes", "matrix", "stats", "pseudonyms"],
)
def test_commands_that_need_no_model_load_nothing_heavy(study, command):
    study.close()
    arguments = command.split() + [str(study.folder)] * (command != "--help")
    program = (
        "import sys\nfrom coder.cli.main import main\n"
        f"try:\n    main({arguments!r})\n"
        f"finally:\n    print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(ast.literal_eval(done.stdout.splitlines()[-1].removeprefix("LOADED ")))
    assert loaded <= ({"numpy", "scipy"} if command in {"check", "models"} else set())  # these read a model's files
