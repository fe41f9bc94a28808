"""The files that ship with coder: coding schemes, trained models and the sample study."""

from __future__ import annotations

from pathlib import Path

from coder.errors import UsageError, did_you_mean

_HERE = Path(__file__).parent


def _folder(installed: str, in_checkout: str) -> Path:
    folder = _HERE / installed
    return folder if folder.is_dir() else _HERE.parent / in_checkout


def shipped_schemes() -> dict[str, Path]:
    """Return the coding schemes that ship, by name."""
    return {path.stem: path for path in sorted((_folder("configs", "configs") / "schemes").glob("*.yaml"))}


def shipped_models() -> dict[str, Path]:
    """Return the trained models that ship, by name."""
    return {path.parent.name: path.parent for path in sorted(_folder("trained", "models").glob("*/model.json"))}


def sample_study() -> dict[str, Path]:
    """Return the files of the sample study, by their place in it."""
    folder = _folder("sample", "corpora/biotech")
    parts = ("DATASHEET.md", "cases.csv", "scheme.yaml", "study.toml", "codings/*", "transcripts/*")
    found = [path for part in parts for path in sorted(folder.glob(part))]
    return {path.relative_to(folder).as_posix(): path for path in found}


def find_scheme(name: str) -> Path:
    """Return the file of a scheme that ships, or the file of that path.

    Raises
    ------
    UsageError
        There is neither.
    """
    schemes = shipped_schemes()
    if name in schemes:
        return schemes[name]
    if Path(name).is_file():
        return Path(name)
    todo = did_you_mean(name, schemes) or f"schemes that ship: {', '.join(schemes) or 'none'}; or give a file"
    raise UsageError(f"no scheme is called `{name}`", todo=todo)
