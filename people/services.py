"""What happens to people: notices, consents, invitations."""

import json
from pathlib import Path

from django.db import transaction

from core import audit
from people.models import Consent, ConsentText, User

LIBRARY = Path(__file__).parent / "library"
NOTICE = "privacy-notice"


def load_library() -> None:
    """Bring the shipped consent texts into the database; a version that is there already stays as it is."""
    for entry in json.loads((LIBRARY / "consents.json").read_text(encoding="utf-8"))["consents"]:
        texts = {language: _text(entry, language) for language in ("nl", "en")}
        ConsentText.objects.get_or_create(
            kind=entry["kind"], version=entry["version"], defaults={"text_nl": texts["nl"], "text_en": texts["en"]}
        )


def _text(entry: dict, language: str) -> str:
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
