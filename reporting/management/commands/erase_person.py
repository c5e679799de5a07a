"""`manage.py erase_person ID`."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from people.models import User
from reporting.erasing import erase_person


class Command(BaseCommand):
    """Erases what no law wants kept of one person, for good; asks for --yes, for it cannot be undone."""

    help = "Erase a person (id or e-mail address). Evidence stays until its clock ends, without a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="id or e-mail address")
        parser.add_argument("--yes", action="store_true", help="really do it; without it only who is meant is said")

    def handle(self, *, person: str, yes: bool, **_: object) -> None:
        found = _person(person)
        if not yes:
            self.stdout.write(f"{found.name} <{found.email}>. Nothing was erased: add --yes. It cannot be undone.")
            return
        for name, rows in erase_person(found, by=None).items():
            self.stdout.write(f"{name}: {rows}")
        self.stdout.write(self.style.SUCCESS(f"{found.pk} has been erased."))


def _person(told: str) -> User:
    found = User.objects.filter(email=told.lower()).first()
    if found is None:
        try:
            found = User.objects.filter(pk=UUID(told)).first()
        except ValueError:
            found = None
    if found is None:
        raise CommandError(f"There is nobody with {told!r}.")
    return found
