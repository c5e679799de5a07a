"""The personal link to a participant's questions: signed, never stored, and worthless once it was replaced."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from reporting.models import Asking


def token_of(asking: Asking) -> str:
    """The last part of the link's address."""
    return _signer(asking.nonce).sign(asking.pk.hex).replace(":", ".")


def asking_behind(token: str) -> Asking | None:
    """What this link was made for; None for a link that is not ours or was replaced."""
    told = token.replace(".", ":")
    try:
        pk = UUID(told.partition(":")[0])
    except ValueError:
        return None
    found = Asking.objects.filter(pk=pk).select_related("participant__programme", "participant__user").first()
    if found is None or found.participant.user is None:
        return None
    try:
        _signer(found.nonce).unsign(told)
    except BadSignature:
        return None
    return found


def _signer(nonce: str) -> Signer:
    return Signer(salt=f"reporting.asking:{nonce}")
