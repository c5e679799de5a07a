"""allauth in our house: nobody signs up by themselves, and every letter goes through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up."""

    def is_open_for_signup(self, request) -> bool:
        return False
