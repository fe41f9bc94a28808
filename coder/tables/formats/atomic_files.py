"""Files that are there whole or not at all."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coder.errors import TableError

logger = logging.getLogger("coder")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well, it takes the place of `path`.

    Raises
    ------
    TableError
        If the folder or the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
        logger.info("wrote %s", path)
    except OSError as error:
        raise TableError(
            f"cannot be written: {error.strerror or error}",
            where=path,
            todo="close the file where it is open, or choose a folder that you may write to",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
