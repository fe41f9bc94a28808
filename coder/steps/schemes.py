"""Look at the study's coding scheme."""

from __future__ import annotations

from coder.scheme.checking import check_scheme
from coder.scheme.describing import scheme_table
from coder.steps.study import Study
from coder.types import Table


def describe_scheme(study: Study) -> list[Table]:
    """Return the values of each facet with their descriptions, a table a facet."""
    return scheme_table(study.scheme)


def scheme_findings(study: Study) -> list[str]:
    """Return what may be wrong with the scheme: missing definitions and examples, near doubles, unused values."""
    return check_scheme(study.scheme)
