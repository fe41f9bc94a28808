"""Inter-coder agreement: every coefficient that a reviewer asks for, with intervals; useful without a study.

>>> import coder.agreement as agree
>>> agree.kappa([[1, 1, 0, 0], [1, 0, 0, 0]])
0.5

`agreement(data_frame)` reads a long table (unit, coder, code), `coefficient(array, name)` one variable as an array of
shape (n_coders, n_units). Nothing heavy is imported before a name is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coder.agreement.api import (
        AgreementRow,
        Estimate,
        SetAlpha,
        agreement,
        agreement_table,
        all_coefficients,
        alpha,
        alpha_over_sets,
        coefficient,
        fleiss_kappa,
        frame,
        gwet_ac,
        kappa,
        rows_as_dicts,
        shaffer_rho,
    )

__all__ = [
    "AgreementRow",
    "Estimate",
    "SetAlpha",
    "agreement",
    "agreement_table",
    "all_coefficients",
    "alpha",
    "alpha_over_sets",
    "coefficient",
    "fleiss_kappa",
    "frame",
    "gwet_ac",
    "kappa",
    "rows_as_dicts",
    "shaffer_rho",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from coder.agreement import api

    return getattr(api, name)
