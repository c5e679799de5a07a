"""The link to fewer letters: signed, personal, about one kind of letter; it needs no sign-in and opens nothing else."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from core import letters
from core.letters import Kind

_signer = Signer(salt="outbox.fewer")


def token_of(person: UUID, kind: str) -> str:
    """The last part of the link's address."""
    return _signer.sign(f"{person.hex}:{kind}").replace(":", ".")


def choice_behind(token: str) -> tuple[UUID, Kind] | None:
    """Whose letters of which kind; None for a link that we did not make, and for a kind that cannot be declined."""
    try:
        person, _colon, name = _signer.unsign(token.replace(".", ":")).partition(":")
    except BadSignature:
        return None
    kind = letters.kinds().get(name)
    return (UUID(person), kind) if kind and not kind.necessary else None
