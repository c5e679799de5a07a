"""`manage.py start_programme NAME --email ADDRESS`: the first programme of an empty installation."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.text import clean_text
from outbox.models import OutgoingMail
from trajectories import invitations, services
from trajectories.models import Programme, Seat


class Command(BaseCommand):
    """Make a programme and invite its first project member, who fills in the rest in the browser."""

    help = "Makes a programme and invites its first project member by e-mail."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help="for example “ILIAS 2026–2028”")
        parser.add_argument("--email", required=True, help="address of the first project member")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--language", default="nl", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--from", dest="starts_on", type=_day, help="first day, 2026-01-31 (default: 1 January of this year)")
        parser.add_argument("--until", dest="ends_on", type=_day, help="last day (default: 31 December, two years later)")

    def handle(self, *args, name: str, email: str, **options) -> None:
        name, year = clean_text(name).strip(), timezone.localdate().year
        starts_on = options["starts_on"] or datetime.date(year, 1, 1)
        ends_on = options["ends_on"] or datetime.date(starts_on.year + 2, 12, 31)
        _refuse_faults(name, email, starts_on, ends_on)
        try:
            programme, letter = _start(name, email, starts_on, ends_on, options)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"“{programme.name}” ({programme.slug}) runs from {starts_on} until {ends_on}.")
        if letter is None:
            self.stdout.write(f"{email} takes part already and finds it after signing in.")
        elif settings.LETTERS_ON_SCREEN:
            address = settings.SITE_URL + reverse("outbox:screen_letter", args=[letter.pk])
            self.stdout.write(f"There is no mail server: {email} reads the invitation at {address}")
        else:
            self.stdout.write(f"{email} gets an invitation by mail, valid for seven days.")


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _refuse_faults(name: str, email: str, starts_on: datetime.date, ends_on: datetime.date) -> None:
    if not 1 <= len(name) <= 160:
        raise CommandError("The name of the programme has 1 to 160 characters.")
    if ends_on < starts_on:
        raise CommandError("The last day lies before the first.")
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is no e-mail address.") from None


@transaction.atomic
def _start(
    name: str, email: str, starts_on: datetime.date, ends_on: datetime.date, options: dict
) -> tuple[Programme, OutgoingMail | None]:
    programme = services.make_programme(by=None, name=name, starts_on=starts_on, ends_on=ends_on, contact_email=email)
    _seat, invitation = invitations.invite_person(
        by=None,
        programme=programme,
        email=email,
        first_name=clean_text(options["first_name"])[:120] or email.partition("@")[0],
        last_name=clean_text(options["last_name"])[:120],
        language=options["language"],
        role=Seat.Role.PROJECT,
        since=min(starts_on, timezone.localdate()),
    )
    return programme, OutgoingMail.objects.filter(subject_id=invitation.pk).first() if invitation else None
