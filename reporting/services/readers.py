"""Who of the project team may see which participants stand behind a figure: a colleague names them, nobody names themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from people.models import User
from reporting.models import CharacteristicReader
from trajectories.models import Programme, Seat


@transaction.atomic
def name_reader(programme: Programme, *, by: User, user: User) -> CharacteristicReader:
    """Give a colleague of the team the right. DomainError for oneself, and for who has no living seat in the team."""
    if user.pk == by.pk:
        raise DomainError(_("Ask a colleague: nobody gives this right to themselves."), field="user")
    if not Seat.objects.living().filter(programme=programme, role=Seat.Role.PROJECT, user=user).exists():
        raise DomainError(_("Only somebody of the project team can have this right."), field="user")
    found, made = CharacteristicReader.objects.get_or_create(programme=programme, user=user, defaults={"named_by": by})
    if made:
        audit.record(by=by.pk, verb="reader.named", target=found, person=user.pk)
    return found


@transaction.atomic
def withdraw_reader(reader: CharacteristicReader, *, by: User) -> None:
    """Take the right away, also one's own."""
    audit.record(by=by.pk, verb="reader.withdrawn", target=reader, person=reader.user_id)
    reader.delete()
