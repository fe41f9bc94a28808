"""Look at a coding scheme."""

from __future__ import annotations

from coder.scheme.checking import check_scheme
from coder.scheme.describing import scheme_table
from coder.types import Scheme, Table


def describe_scheme(scheme: Scheme) -> list[Table]:
    """Return the values of each facet with their descriptions, a table a facet."""
    return scheme_table(scheme)


def scheme_findings(scheme: Scheme) -> list[str]:
    """Return what may be wrong with the scheme: missing definitions and examples, near doubles, unused values."""
    return check_scheme(scheme)
