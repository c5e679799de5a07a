"""Wall clock and UTC: planned as the clock on the wall of the place says, stored in UTC (design.md rule 11)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

REMINDER_HOUR = time(9)
MORNING = time(6)


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall clock reading. An hour that the clock skips counts one hour later; a doubled hour counts once,
    the first time (PEP 495, fold 0)."""
    return datetime.combine(day, hour.replace(fold=0), tzinfo=zone).astimezone(UTC)


def is_skipped(day: date, hour: time, zone: ZoneInfo) -> bool:
    """The clock on the wall never shows this reading: summer time begins."""
    return moment(day, hour, zone).astimezone(zone).time() != hour


def is_doubled(day: date, hour: time, zone: ZoneInfo) -> bool:
    """The clock on the wall shows this reading twice: summer time ends."""
    once = datetime.combine(day, hour, tzinfo=zone)
    return once.utcoffset() != once.replace(fold=1).utcoffset() and not is_skipped(day, hour, zone)


def days_before(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Nine o'clock on the wall, so many days before the day on which something starts."""
    return moment(start.astimezone(zone).date() - timedelta(days=days), REMINDER_HOUR, zone)


def dates(starts: datetime, ends: datetime) -> list[date]:
    """The dates on which something is held, of two local moments; what runs on into a night belongs to the evening before."""
    last = ends.date() - timedelta(days=ends.time() < MORNING)
    return [starts.date() + timedelta(days=number) for number in range(max(0, (last - starts.date()).days) + 1)]
