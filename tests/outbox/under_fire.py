"""What the kill runs start as processes of their own: `python -m tests.outbox.under_fire fill N`, `… ask` and `… schedule`."""

import datetime
import sys
import time

import django


def fill(number: int) -> None:
    """A programme and one meeting in six days to which so many people are invited."""
    from django.utils import timezone

    from people.models import User
    from sessions.models import Attendance, Meeting
    from trajectories.models import Programme, Seat

    today = timezone.localdate()
    year = datetime.timedelta(days=365)
    programme = Programme.objects.create(slug="fire", name="Onder vuur", starts_on=today - year, ends_on=today + year)
    starts = timezone.now() + datetime.timedelta(days=6)
    meeting = Meeting.objects.create(
        programme=programme, kind="event", title="Slotdag", state="planned", starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=3),
    )  # fmt: skip
    people = [User(email=f"p{n}@x.example", first_name=f"P{n}", last_name="Peeters") for n in range(number)]
    User.objects.bulk_create(people)
    seats = [Seat(user=person, programme=programme, role="adviser", since=today) for person in people]
    Seat.objects.bulk_create(seats)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, user=seat.user, seat=seat) for seat in seats)


def ask() -> None:
    """Ask for every reminder."""
    from django.db import transaction

    from outbox import services
    from sessions.models import Attendance

    with transaction.atomic():
        services.queue_many([_reminder(*place) for place in Attendance.objects.values_list("meeting_id", "user_id")])


def schedule() -> None:
    """Ask for every reminder until it stands in the outbox, then poke for ever; two of these run at once."""
    from celery import current_app
    from django.db import DatabaseError, connection

    asked = False
    while True:
        try:
            if not asked:
                ask()
                asked = True
        except DatabaseError:
            connection.close()
        for task in ("outbox.deliver", "outbox.deliver", "ilias.tick"):
            try:
                current_app.send_task(task, retry=False, expires=5)
            except Exception:  # noqa: BLE001 - Redis was killed; the next round pokes again
                time.sleep(0.1)
        time.sleep(0.5)


def _reminder(meeting, user):
    from outbox import services

    return services.draft("reminder-7d", key=f"meeting:{meeting}:v0:reminder-7d:{user}", recipient_id=user, subject_id=meeting)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        {"ask": ask, "schedule": schedule}[sys.argv[1]]()
