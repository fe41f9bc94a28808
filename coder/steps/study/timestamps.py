"""Times as the log writes them: ISO 8601 in UTC, to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, time

from coder.errors import UsageError


def utc(text: str, *, whole_day: bool = False) -> str:
    """Return a date or a time as the log writes it; a time without a zone is UTC, a date is its first millisecond.

    With `whole_day` a date is its last millisecond.

    Raises
    ------
    UsageError
        The text is no date and no time.

    Examples
    --------
    >>> utc("2026-03-01"), utc("2026-03-01", whole_day=True)
    ('2026-03-01T00:00:00.000Z', '2026-03-01T23:59:59.999Z')
    >>> utc("2026-03-01T14:05+01:00")
    '2026-03-01T13:05:00.000Z'
    """
    try:
        found = datetime.fromisoformat(text.strip())
        if whole_day and len(text.strip()) <= len("2026-03-01"):
            found = datetime.combine(found, time(23, 59, 59, 999000))
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # with its zone it may lie before the year 1 or after 9999
        todo = "write it as 2026-03-01 or 2026-03-01T14:05:00Z"
        raise UsageError(f"`{text}` is not a time", todo=todo) from None
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
