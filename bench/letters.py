"""Reminders queued and delivered to a sink on this machine, beside a loop of smtplib over one connection to the same sink.

`python -m bench.letters NUMBER` answers the table as JSON. The sink takes letters and forgets them.
"""

import json
import os
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage

import django
from django.utils import timezone

from ilias import processes

SINK = """
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Forget:
    async def handle_DATA(self, server, session, envelope):
        return "250 taken"
async def main(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Forget(), decode_data=False), "127.0.0.1", port)
    await server.serve_forever()
asyncio.run(main(int(sys.argv[1])))
"""


def main(number: int) -> int:
    """Queue, deliver, and send the same letter as often by smtplib."""
    port = processes.free_port()
    sink = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SINK, str(port)])
    try:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        django.setup()
        _await(port)
        table = _measure(number, port)
    finally:
        sink.terminate()
        sink.wait()
    json.dump(table, sys.stdout)
    return 0


def _await(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _measure(number: int, port: int) -> list[list[str]]:
    from outbox import services  # noqa: PLC0415 - Django is ready only now
    from outbox.models import OutgoingMail  # noqa: PLC0415

    OutgoingMail.objects.all().delete()
    services.queue_many(list(_reminders(50)))
    services.deliver_all()  # a worker has read its modules and templates long before
    OutgoingMail.objects.all().delete()
    plain = _loop(number // 2, port)
    begun = time.perf_counter()
    services.queue_many(list(_reminders(number)))
    queued = time.perf_counter() - begun
    begun = time.perf_counter()
    services.deliver_all()
    delivered = time.perf_counter() - begun
    sent = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT).count()
    plain += _loop(number - number // 2, port)  # half before and half after: the machine has other work
    ratio = delivered / plain
    slow = ratio > 1.5 and sent / delivered < 600  # one of the two is enough
    missed = ["1.5 × or 600 a second"] * slow + [f"only {sent} sent"] * (sent < number)
    head = ["letters", "queued", "delivered", "a second", "smtplib alone", "ratio", "beyond its goal"]
    times = [f"{queued:.1f} s", f"{delivered:.1f} s", f"{sent / delivered:.0f}", f"{plain:.1f} s", f"{ratio:.1f}"]
    return [head, [f"{number:,} reminders", *times, ", ".join(missed)]]


def _reminders(number: int):
    """A reminder for everybody invited to a meeting to come; asked again under another key until there are enough."""
    from outbox import services  # noqa: PLC0415
    from sessions.models import Attendance  # noqa: PLC0415

    places = Attendance.objects.filter(
        meeting__in=_to_come(), is_invited=True, user__isnull=False, seat__until=None, seat__isnull=False
    ).exclude(reply="no")
    known = list(places.values_list("meeting_id", "meeting__sequence", "meeting__programme_id", "user_id"))
    for again in range(number):
        meeting, sequence, programme, user = known[again % len(known)]
        key = f"meeting:{meeting}:v{sequence}:reminder-7d:{user}:{again}"
        yield services.draft("reminder-7d", key=key, recipient_id=user, subject_id=meeting, programme_id=programme)


def _to_come():
    from sessions.models import Meeting  # noqa: PLC0415

    return Meeting.objects.upcoming().filter(starts_at__gt=timezone.now()).values("pk")


def _loop(number: int, port: int) -> float:
    """Seconds of smtplib for as many letters of the same size, made beforehand, over one connection."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "traject@ilias.example", "anna@ilias.example", "Herinnering"
    letter.set_content("Volgende week zien we elkaar.\n" * 40)
    letter.add_alternative(f"<html><body>{'<p>Volgende week zien we elkaar.</p>' * 120}</body></html>", subtype="html")
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _each in range(number):
            server.send_message(letter)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
