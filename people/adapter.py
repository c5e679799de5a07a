"""allauth in our house: nobody signs up by themselves, and every letter goes through the outbox."""

from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from outbox import services as outbox
from people import devices, services
from people.models import User

# allauth's template → our kind of letter; every other one tells of a change
KINDS = {
    "login_code": "login-code",
    "password_reset_code": "reset-code",
    "unknown_account": "unknown-account",
    "email_confirmation": "address-check",
}


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; letters as rows with a sealed payload; the end of every sign-in."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """One row, whether the address is known or not, so that nobody can tell them apart."""
        name = template_prefix.rsplit("/", 1)[-1]
        kind = KINDS.get(name, "account-notice")
        known = context.get("user") or User.objects.filter(email=email.lower()).first() or self._signed_in()
        person = None if kind == "unknown-account" else known
        outbox.queue(
            kind,
            key=f"{kind}:{uuid4()}",
            recipient_id=person.pk if person else None,
            address=email if person is None or email.lower() != person.email else "",
            payload=self._payload(kind, name, context),
        )

    def _signed_in(self) -> User | None:
        return self.request.user if self.request.user.is_authenticated else None

    def _payload(self, kind: str, name: str, context: dict) -> dict:
        if kind in {"login-code", "reset-code"}:
            return {"code": context["code"]}
        if kind == "unknown-account":
            return {"language": get_language()}
        if kind == "address-check":
            return {"path": urlsplit(context["activate_url"]).path}
        at = context.get("timestamp") or timezone.now()
        return {"what": name, "at": at.isoformat(), "browser": context.get("user_agent", "")[:200]}

    def pre_login(self, request, user, **kwargs):
        """Somebody whose invitation lapsed before the first sign-in hears what to do."""
        answer = super().pre_login(request, user, **kwargs)
        if answer is None and not services.may_come_in(user):
            return render(request, "people/invitation_closed.html", {"state": "expired"}, status=403)
        return answer

    def post_login(self, request, user, **kwargs):
        """The sign-in is complete: accept invitations, set how long it holds."""
        services.note_sign_in(user)
        devices.begin(request)
        return super().post_login(request, user, **kwargs)
