"""What happens to people: accounts, invitations, first sign-in, notices and consents."""

import datetime
import json
import secrets
from pathlib import Path
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from outbox import services as outbox
from people.models import Consent, ConsentText, Invitation, User

LIBRARY = Path(__file__).parent / "library"
NOTICE = "privacy-notice"
PHOTO = "photo"
INVITED_FOR = datetime.timedelta(days=7)


# -- texts that people take note of -----------------------------------------------------------------------------------


def load_library() -> None:
    """Bring the shipped consent texts into the database; a version that is there already stays as it is."""
    for entry in json.loads((LIBRARY / "consents.json").read_text(encoding="utf-8"))["consents"]:
        ConsentText.objects.get_or_create(
            kind=entry["kind"],
            version=entry["version"],
            defaults={"text_nl": _shipped(entry, "nl"), "text_en": _shipped(entry, "en")},
        )


def load_library_after_migrate(using: str, **_signal: object) -> None:
    """Signal handler: a new version shipped with an upgrade is there after `migrate`, once the table is."""
    if ConsentText._meta.db_table in connections[using].introspection.table_names():
        load_library()


def _shipped(entry: dict, language: str) -> str:
    if "notice" in entry:
        return (LIBRARY / entry["notice"][language]).read_text(encoding="utf-8")
    return entry["texts"][language]["text"]


def current_text(kind: str) -> ConsentText:
    """The newest version of a text; the shipped texts are loaded when there is none yet."""
    found = ConsentText.objects.filter(kind=kind).order_by("-since", "-version").first()
    if found is None:
        load_library()
        found = ConsentText.objects.filter(kind=kind).order_by("-since", "-version").get()
    return found


@transaction.atomic
def acknowledge_notice(user: User) -> Consent:
    """The person has read the privacy notice of today."""
    consent, made = Consent.objects.get_or_create(user=user, text=current_text(NOTICE), withdrawn_at=None)
    if made:
        audit.record(by=user.pk, verb="notice.read", target=consent)
    return consent


def knows_notice(user: User) -> bool:
    """Whether this person has taken note of the newest privacy notice."""
    return Consent.objects.filter(user=user, text=current_text(NOTICE), withdrawn_at=None).exists()


@transaction.atomic
def set_photo_consent(user: User, *, by: User, agrees: bool) -> None:
    """Agree to be in published photos, in today's wording, or take it back as easily (GDPR art. 7.3); the trace stays."""
    if by.pk != user.pk:
        raise DomainError(_("Everybody agrees for themselves only."))
    standing = Consent.objects.select_for_update().filter(user=user, text__kind=PHOTO, withdrawn_at=None)
    text = current_text(PHOTO)
    outdated = standing.exclude(text=text) if agrees else standing
    if outdated.update(withdrawn_at=timezone.now()) and not agrees:
        audit.record(by=by.pk, verb="consent.withdrawn", target=user, kind=PHOTO)
    if agrees:
        consent, made = Consent.objects.get_or_create(user=user, text=text, withdrawn_at=None)
        if made:
            audit.record(by=by.pk, verb="consent.given", target=consent, kind=PHOTO)


# -- accounts and invitations -----------------------------------------------------------------------------------------


@transaction.atomic
def person_at(email: str, *, by: User | None, first_name: str, last_name: str, language: str = "nl") -> User:
    """The person with this address; made when new. An existing person's own name and language stay as they are."""
    found = User.objects.filter(email=email.lower()).first()
    if found is None:
        found = User.objects.create_user(email, first_name=first_name, last_name=last_name, language=language)
        audit.record(by=by.pk if by else None, verb="person.made", target=found)
    elif not found.is_active:
        raise DomainError(_("This account was closed. Talk to the installation’s keeper."), field="email")
    return found


@transaction.atomic
def invite(user: User, *, by: User | None, programme_id: UUID | None) -> Invitation:
    """Ask a person to come in: one letter with a link for seven days. An older open invitation to the same place is withdrawn."""
    for older in Invitation.objects.open().filter(user=user, programme_id=programme_id):
        withdraw(older, by=by)
    invitation = Invitation.objects.create(
        user=user,
        programme_id=programme_id,
        nonce=secrets.token_hex(16),
        created_by=by.pk if by else None,
        expires_at=timezone.now() + INVITED_FOR,
    )
    outbox.queue(
        "invitation",
        key=f"invitation:{invitation.pk}",
        recipient_id=user.pk,
        subject_id=invitation.pk,
        programme_id=programme_id,
    )
    audit.record(by=invitation.created_by, verb="invitation.sent", target=invitation, person=user.pk)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User | None) -> None:
    """The link no longer opens anything; the letter is not sent if it still waits. Refused once accepted."""
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if not changed:
        raise DomainError(_("This invitation was already used or withdrawn."))
    outbox.make_obsolete(key_prefix=f"invitation:{invitation.pk}")
    audit.record(by=by.pk if by else None, verb="invitation.withdrawn", target=invitation)


@transaction.atomic
def note_sign_in(user: User) -> None:
    """The first sign-in makes the account live; every sign-in accepts the invitations that stood open."""
    now = timezone.now()
    if user.activated_at is None and User.objects.filter(pk=user.pk, activated_at=None).update(activated_at=now):
        user.activated_at = now
        audit.record(by=user.pk, verb="person.activated", target=user)
    for invitation in Invitation.objects.open().filter(user=user):
        if Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now):
            audit.record(by=user.pk, verb="invitation.accepted", target=invitation)


def may_come_in(user: User) -> bool:
    """Somebody who never signed in and whose invitations have all lapsed needs a new one."""
    if user.activated_at is not None or not user.invitations.exists():
        return True
    return Invitation.objects.open().filter(user=user).exists()


@transaction.atomic
def change_profile(user: User, *, by: User, first_name: str, last_name: str, language: str) -> User:
    """A person's own name and language."""
    user.first_name, user.last_name, user.language = first_name, last_name, language
    user.save(update_fields=["first_name", "last_name", "language"])
    audit.record(by=by.pk, verb="person.changed", target=user, fields=["first_name", "last_name", "language"])
    return user
