"""Erasing a person. The columns registry names for each field who erases it; here stands what each of those names does. Evidence
that the law wants kept stays, under a number and without a name; everything else goes. Clocks are in reporting/clocks.py."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from core import audit
from core.columns import Column, columns
from core.models import StoredFile
from people.models import Draft, Invitation, PersonKey, User
from reflections.models import Reflection
from reporting.keeping import keep_minimum
from reporting.models import Characteristic, Participant
from sessions.models import Attendance
from trajectories.models import Seat

GOES = {"content", "account", "days-30", "hours-24"}
NOBODY = "erased.invalid"
Eraser = Callable[[User], int]


def eraser(name: str) -> Eraser:
    """What a name in the registry does; KeyError for one that means nothing: neither known here nor `app.word`."""
    if name in KNOWN:
        return KNOWN[name]
    app, _dot, word = name.partition(".")
    if not word or " " in name or not any(config.name == app for config in apps.get_app_configs()):
        raise KeyError(name)
    return lambda user: _by_retention(name, user)


@transaction.atomic
def erase_person(user: User, *, by: User | None) -> dict[str, int]:
    """Everything of this person that no law wants kept goes for good; returns how many rows each eraser took or emptied.

    Seats end today. Attendance, proofs and frozen reports stay until the programme's evidence clock ends, without the person's
    name; the key goes too, so nobody opens an answer any more.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    named = {column.eraser for declared in columns().values() for column in declared.values() if column.subject}
    order = sorted(named - {"none"}, key=lambda name: (name in LAST, LAST.index(name) if name in LAST else 0, name))
    done = {name: eraser(name)(user) for name in order}
    audit.record(by=by.pk if by else None, verb="person.erased", target=user, rows=sum(done.values()))
    return done


def _by_retention(name: str, user: User) -> int:
    """Rows that are the person's alone and are kept for no law go; the others stay."""
    gone = 0
    for model, subject in _tables(name):
        rows = model._default_manager.filter(**{subject: user.pk})
        try:
            with transaction.atomic():
                gone += rows.delete()[0]
        except ProtectedError:  # evidence leans on it: the row stays, its words do not
            gone += rows.update(**_emptied(model, name))
    return gone


def _tables(name: str) -> list[tuple[type[models.Model], str]]:
    """Tables with this eraser all of whose personal columns may go, and the path to the person."""
    found = []
    for label, declared in columns().items():
        mine = [column for column in declared.values() if column.eraser == name and column.subject]
        if mine and all(column.retention in GOES for column in mine) and _is_theirs(declared, mine):
            found.append((apps.get_model(label), mine[0].subject))
    return found


def _is_theirs(declared: dict[str, Column], mine: list[Column]) -> bool:
    """The row is about the person, not only touched by them: its key is erased with it."""
    return any(declared[name] in mine for name in ("id", "user", "sealed_for") if name in declared)


def _emptied(model: type[models.Model], name: str) -> dict[str, object]:
    declared = columns()[model._meta.label_lower]
    empty: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        if declared[field.name].eraser == name and isinstance(field, models.TextField | models.CharField) and not field.choices:
            empty[field.name] = ""
    return empty


# -- what each name does ----------------------------------------------------------------------------------------------


def _kept(_user: User) -> int:
    """Evidence: it stays until the programme's clock ends; the name goes with the account."""
    return 0


def _attendance(user: User) -> int:
    """When somebody was there is evidence; what was remarked about them is not."""
    return Attendance.objects.filter(user=user).exclude(remark="").update(remark="")


def _characteristics(user: User) -> int:
    """The answers go; what frozen reports had counted stays under the number, and that they were asked, and refused, as evidence
    of the attempt (1304/2013 Annex I)."""
    keep_minimum(user)
    Participant.objects.filter(user=user).update(answers=None)
    return Characteristic.objects.filter(participant__user=user).exclude(value=None).update(value=None)


def _texts(user: User) -> int:
    """Reflections with their readers, versions and comments, and what others' texts know of this reader."""
    files = StoredFile.objects.filter(sealed_for=user.pk)
    files.update(expires_at=timezone.now())
    return Reflection.objects.filter(author=user).delete()[0] + _by_retention("reflections.texts", user)


def _files(user: User) -> int:
    """Files that only the person could open; the sweep takes their bytes."""
    return StoredFile.objects.filter(sealed_for=user.pk).update(expires_at=timezone.now())


def _drafts(user: User) -> int:
    return Draft.objects.filter(user=user).delete()[0]


def _key(user: User) -> int:
    """Without the key every text and answer that it sealed is unreadable, in old backups too."""
    return PersonKey.objects.filter(user=user).delete()[0]


def _account(user: User) -> int:
    """Nobody signs in any more, and nothing says who it was; seats end, consents stay as the trace of what was agreed."""
    today = timezone.localdate()
    Seat.objects.filter(user=user, since__lte=today).filter(models.Q(until=None) | models.Q(until__gt=today)).update(until=today)
    gone = sum(model.objects.filter(user=user).delete()[0] for model in (EmailAddress, Authenticator, UserSession, Invitation))
    user.email, user.first_name, user.last_name = f"{user.pk.hex}@{NOBODY}", "", ""
    user.is_active = user.is_staff = False
    user.last_login = user.activated_at = None
    user.set_unusable_password()
    user.save()
    return gone + 1


KNOWN: dict[str, Eraser] = {
    "sessions.attendance": _attendance,
    "sessions.record": _kept,
    "sessions.actions": _kept,
    "reporting.record": _kept,
    "kept as evidence until its clock ends; the name goes with the account": _kept,
    "reporting.characteristics": _characteristics,
    "reflections.texts": _texts,
    "core.files": _files,
    "people.drafts": _drafts,
    "people.key": _key,
    "people.account": _account,
}
LAST = ["people.drafts", "people.account", "people.key"]
