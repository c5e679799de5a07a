"""What the demo lacks for measuring: letters in the outbox and a report of the last period. `python -m bench.fill SCALE`."""

import sys

import django
from django.utils import timezone

LETTERS = 100


def main(scale: int) -> None:
    """A hundred sent letters and one report, times the scale."""
    django.setup()
    from outbox import services as outbox  # noqa: PLC0415 - Django is ready only now
    from outbox.models import OutgoingMail  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415
    from reporting import services as reporting  # noqa: PLC0415
    from sessions.models import Attendance  # noqa: PLC0415
    from trajectories.models import Programme  # noqa: PLC0415

    programme = Programme.objects.get(slug="ilias")
    places = Attendance.objects.filter(user__isnull=False).values_list("user_id", "meeting_id")[: LETTERS * scale]
    rows = [
        outbox.draft(
            "reminder-7d",
            key=f"meeting:{meeting}:v0:bench-{number}:{user}",
            recipient_id=user,
            subject_id=meeting,
            programme_id=programme.pk,
        )
        for number, (user, meeting) in enumerate(places)
    ]
    for row in rows:
        row.state, row.settled_at = OutgoingMail.State.SENT, timezone.now()
    OutgoingMail.objects.bulk_create(rows, batch_size=1000)
    team = User.objects.get(email="team@ilias.example")
    period = programme.periods.filter(ends_on__lt=timezone.localdate()).latest("ends_on")
    reporting.compute(reporting.start_report(period, by=team))


if __name__ == "__main__":
    main(int(sys.argv[1]))
