"""The clock: the only place that reads the time. Everything below the edges takes `now`."""

from datetime import UTC, datetime

from handoff.errors import NaiveDatetime


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def check_aware(instant: datetime) -> datetime:
    """`instant` in UTC; raises NaiveDatetime when it has no zone."""
    if instant.tzinfo is None:
        raise NaiveDatetime
    return instant.astimezone(UTC)
