"""Certificates of attendance: the same rows as the attendance lists, added up for one person."""

from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit, files, jobs, pdf
from core.errors import DomainError
from core.models import Job
from core.pdf_marks import ARCHIVABLE
from people.models import User
from sessions.letterhead import letterhead
from sessions.models import Attendance, Certificate, Meeting
from trajectories.models import Seat

KIND = "sessions.make_certificate"
SHOWN = 10
MOST_ROWS = 200  # a table in a PDF stops there


@dataclass(frozen=True)
class Taken:
    """What somebody took part in: their places in meetings that were held, and the minutes together."""

    places: list[Attendance]

    @property
    def minutes(self) -> int:
        return sum(place.minutes for place in self.places)


def taken(seat: Seat) -> Taken:
    """The meetings of the seat's programme at which its person was, oldest first; only those whose list is closed."""
    places = Attendance.objects.filter(
        user_id=seat.user_id,
        meeting__programme_id=seat.programme_id,
        meeting__state__in=Meeting.TOOK_PLACE,
        status__in=Attendance.PRESENT,
    )
    return Taken(list(places.select_related("meeting").order_by("meeting__starts_at")[:MOST_ROWS]))


@transaction.atomic
def ask(seat: Seat, *, by: User, language: str) -> Certificate:
    """A certificate of what stands there now; asked twice while it is being made it is made once.

    DomainError when the person has not been at any meeting whose list is closed.
    """
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if not taken(seat).places:
        raise DomainError(_("There is no closed attendance list with this person on it yet."))
    waiting = seat.certificates.filter(language=language, file=None, job__state__in=[Job.State.QUEUED, Job.State.RUNNING]).first()
    if waiting is not None:
        return waiting
    certificate = Certificate.objects.create(seat=seat, language=language, requested_by=by)
    certificate.job = jobs.ask(KIND, by=by.pk, title=_("Certificate of attendance"), certificate=certificate.pk)
    certificate.save(update_fields=["job"])
    audit.record(by=by.pk, verb="certificate.asked", target=certificate, person=seat.user_id)
    return certificate


def make(job: Job) -> None:
    """The worker's part; done again after a crash it is still one file."""
    rows = Certificate.objects.select_related("seat__user", "seat__programme", "seat__pilot__service")
    certificate = rows.get(pk=job.arguments["certificate"])
    if certificate.file_id is not None:
        return
    content = pdf.render(html(certificate), variant=ARCHIVABLE)
    with transaction.atomic():
        name = f"{slugify(certificate.seat.user.name) or 'attest'}-{timezone.localdate():%Y-%m-%d}.pdf"
        certificate.file = files.store(content, name=name, content_type="application/pdf", by=job.requested_by)
        certificate.made_at = timezone.now()
        certificate.save(update_fields=["file", "made_at"])
        audit.record(by=job.requested_by, verb="certificate.made", target=certificate, sha256=certificate.file.sha256)


def html(certificate: Certificate) -> str:
    """The document in its language."""
    seat = certificate.seat
    with translation.override(certificate.language):
        shown = letterhead(seat.programme) | {
            "lang": certificate.language,
            "title": _("Certificate of attendance"),
            "kicker": seat.programme.name,
            "description": _("What somebody took part in, with the hours"),
            "seat": seat,
            "taken": taken(seat),
            "on": timezone.localdate(),
        }
        return render_to_string("sessions/pdf/certificate.html", shown)


def of(seat: Seat) -> list[Certificate]:
    """The certificates of a seat, newest first."""
    return list(seat.certificates.select_related("file", "job")[:SHOWN])
