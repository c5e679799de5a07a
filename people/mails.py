"""The letters of this app, and `letter_to`: the one mailer by which every app makes a letter in its reader's language."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.links import token_of
from outbox.models import OutgoingMail
from outbox.services import payload_of
from people import links
from people.models import Invitation, User

# what allauth tells people about their account, by the name of its template
NOTICES = {
    "password_changed": _("Your password was changed."),
    "password_set": _("You now have a password."),
    "password_reset": _("Your password was changed."),
    "email_changed": _("The e-mail address of your account was changed."),
    "email_confirm": _("An e-mail address was confirmed for your account."),
    "email_deleted": _("An e-mail address was removed from your account."),
    "account_already_exists": _("Somebody asked for an account with your address. You have one already."),
    "totp_activated": _("An app that makes codes was connected to your account."),
    "totp_deactivated": _("The app that makes codes was disconnected from your account."),
    "recovery_codes_generated": _("New recovery codes were made for your account."),
    "webauthn_added": _("A passkey was added to your account."),
    "webauthn_removed": _("A passkey was removed from your account."),
}


def prepare_readers(mails: Iterable[OutgoingMail]) -> None:
    """Read the readers of a batch at once, for `reader_of`."""
    mails = list(mails)
    readers = User.objects.filter(is_active=True).in_bulk({mail.recipient_id for mail in mails if mail.recipient_id})
    for mail in mails:
        mail.at_hand["reader"] = readers.get(mail.recipient_id)


def reader_of(mail: OutgoingMail) -> User:
    """The person a letter goes to; Obsolete when the account is gone or closed."""
    if "reader" not in mail.at_hand:
        prepare_readers([mail])
    reader = mail.at_hand.pop("reader")
    if reader is None:
        raise Obsolete
    return reader


def letter_to(
    reader: User | str,
    *,
    template: str,
    language: str = "",
    programme=None,
    path: str | Callable[[], str] = "",
    button: object = "",
    reply_to: str = "",
    fewer: str = "",
    **context: object,
) -> Letter:
    """The letter in folder `template` (subject.txt, body.txt, body.html), rendered in its reader's language.

    `reader` is a person, or an address without an account (then `language` says which). `path` and `button` (a lazy word)
    make the one button of the letter; `path` may be a function when the address is best made in the reader's language.
    `programme` (anything with name and contact_email) signs the letter and takes the answers, unless `reply_to` does.
    `fewer` names the kind of a letter that is not necessary: it shows the way to having no more of these.
    Templates know: reader, site_url, programme, demo, button_url, button_label and all of `context`.
    Calendar and attachments: `dataclasses.replace(letter, calendar=…)`.
    """
    person = reader if isinstance(reader, User) else None
    address = reader.email if isinstance(reader, User) else reader
    spoken = person.language if person else language or settings.LANGUAGE_CODE
    fewer_url = settings.SITE_URL + reverse("outbox:fewer", args=[token_of(person.pk, fewer)]) if fewer and person else ""
    with translation.override(spoken):
        known = {
            "reader": person,
            "site_url": settings.SITE_URL,
            "programme": programme,
            "demo": settings.DEMO,
            "button_url": urljoin(settings.SITE_URL, path() if callable(path) else path) if path else "",
            "button_label": button,
            "fewer_url": fewer_url,
            **context,
        }
        return Letter(
            to=address,
            subject=" ".join(_text(f"{template}/subject.txt", known).split()),
            text=_text(f"{template}/body.txt", known).strip() + "\n",
            html=get_template(f"{template}/body.html").render(known),
            language=spoken,
            reply_to=reply_to or getattr(programme, "contact_email", ""),
            fewer_url=fewer_url,
        )


def _text(name: str, context: dict) -> str:
    """A plain-text template: names with an apostrophe stay as they are."""
    return str(Engine.get_default().get_template(name).render(Context(context, autoescape=False)))


def login_code(mail: OutgoingMail) -> Letter:
    """The code that signs in; after its fifteen minutes it is no use."""
    return _code(mail, "people/mail/login_code", settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def reset_code(mail: OutgoingMail) -> Letter:
    """The code that lets somebody choose a new password."""
    return _code(mail, "people/mail/reset_code", settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT)


def _code(mail: OutgoingMail, template: str, seconds: int) -> Letter:
    reader = reader_of(mail)
    if timezone.now() - mail.created_at > datetime.timedelta(seconds=seconds):
        raise TooLate
    letter = letter_to(reader, template=template, code=payload_of(mail)["code"], minutes=seconds // 60)
    return replace(letter, to=mail.address or letter.to)


def unknown_account(mail: OutgoingMail) -> Letter:
    """To an address without an account that asked for a code: says so, to nobody else."""
    language = payload_of(mail)["language"]
    return letter_to(mail.address, template="people/mail/unknown_account", language=language, address=mail.address)


def account_notice(mail: OutgoingMail) -> Letter:
    """Something changed in how a person signs in; to the address that knew of it before."""
    told = payload_of(mail)
    at = timezone.localtime(datetime.datetime.fromisoformat(told["at"]))
    what = NOTICES.get(told["what"], _("Something changed in how you sign in."))
    letter = letter_to(
        reader_of(mail),
        template="people/mail/account_notice",
        what=what,
        at=at,
        browser=told["browser"],
        path=reverse("mfa_index"),
        button=_("See how you sign in"),
    )
    return replace(letter, to=mail.address or letter.to)


def address_check(mail: OutgoingMail) -> Letter:
    """To a new address of an existing person: is it theirs? The page behind the link asks once more."""
    letter = letter_to(
        reader_of(mail),
        template="people/mail/address_check",
        path=payload_of(mail)["path"],
        button=_("Yes, this is my address"),
    )
    return replace(letter, to=mail.address or letter.to)


def invitation(mail: OutgoingMail) -> Letter:
    """Who invites you, to what, and the link that opens the door; Obsolete once accepted, withdrawn or expired."""
    found = Invitation.objects.open().filter(pk=mail.subject_id).select_related("user").first()
    if found is None or not found.user.is_active:
        raise Obsolete
    seats = found.seats()
    return letter_to(
        found.user,
        template="people/mail/invitation",
        programme=seats[0].programme if seats else None,
        path=reverse("people:invitation", args=[links.token_of(found)]),
        button=_("Open the invitation"),
        seats=seats,
        inviter=found.inviter(),
        expires_at=found.expires_at,
    )


letters.declare("login-code", login_code, title=_("Code to sign in"))
letters.declare("reset-code", reset_code, title=_("Code for a new password"))
letters.declare("unknown-account", unknown_account, title=_("No account with this address"))
letters.declare("account-notice", account_notice, title=_("A change in how you sign in"))
letters.declare("address-check", address_check, title=_("Check of a new e-mail address"))
letters.declare("invitation", invitation, title=_("Invitation"))
