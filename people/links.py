"""The link in an invitation: signed, never stored, and worthless for another address or after a new invitation."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from people.models import Invitation


def token_of(invitation: Invitation) -> str:
    """The last part of the invitation's address."""
    return _signer(invitation).sign(invitation.pk.hex)


def invitation_behind(token: str) -> Invitation | None:
    """The invitation that this link was made for, in whatever state; None for a link that we did not make."""
    try:
        pk = UUID(token.partition(":")[0])
    except ValueError:
        return None
    found = Invitation.objects.filter(pk=pk).select_related("user").first()
    if found is None:
        return None
    try:
        _signer(found).unsign(token)
    except BadSignature:
        return None
    return found


def _signer(invitation: Invitation) -> Signer:
    return Signer(salt=f"people.invitation:{invitation.nonce}:{invitation.user.email}")
