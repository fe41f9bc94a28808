"""Inter-coder agreement: every coefficient that a reviewer asks for, with intervals; useful without a study.

>>> import coder.agreement as agree
>>> agree.kappa([[1, 1, 0, 0], [1, 0, 0, 0]])
0.5

`agreement(data_frame)` reads a long table (unit, coder, code), `coefficient(array, name)` one variable as an array of
shape (n_coders, n_units). The module can be called, too: `coder.agreement(data_frame)` gives a data frame with a row
a code. Nothing heavy is imported before a name is used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from coder.agreement.api import *  # noqa: F403


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: those that `coder.agreement.api` lists."""
    if name == "__all__" or not name.startswith("_"):
        import coder.agreement.api

        if name in (*coder.agreement.api.__all__, "__all__"):
            return getattr(coder.agreement.api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Module(ModuleType):
    """Lets `coder.agreement(data)` be called, beside the functions that it holds."""

    def __call__(self, data: DataFrame, **options: Any) -> DataFrame:
        """Return the agreement in a long data frame as a data frame: a row a code; options as `agreement` has them."""
        from coder.agreement import api

        return api.frame(api.agreement(data, **options))


sys.modules[__name__].__class__ = _Module
