"""The letters of this app, and `letter_to`: the one mailer by which every app makes a letter in its reader's language."""

from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from core.letters import Letter, Obsolete
from outbox.models import OutgoingMail
from people.models import User


def reader_of(mail: OutgoingMail) -> User:
    """The person a letter goes to; Obsolete when the account is gone or closed."""
    reader = User.objects.filter(pk=mail.recipient_id, is_active=True).first()
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
    **context: object,
) -> Letter:
    """The letter in folder `template` (subject.txt, body.txt, body.html), rendered in its reader's language.

    `reader` is a person, or an address without an account (then `language` says which). `path` and `button` (a lazy word)
    make the one button of the letter; `path` may be a function when the address is best made in the reader's language.
    `programme` (anything with name and contact_email) signs the letter and takes the answers, unless `reply_to` does.
    Templates know: reader, site_url, programme, demo, button_url, button_label and all of `context`.
    Calendar and attachments: `dataclasses.replace(letter, calendar=…)`.
    """
    is_person = isinstance(reader, User)
    spoken = reader.language if is_person else language or settings.LANGUAGE_CODE
    with translation.override(spoken):
        known = {
            "reader": reader if is_person else None,
            "site_url": settings.SITE_URL,
            "programme": programme,
            "demo": settings.DEMO,
            "button_url": urljoin(settings.SITE_URL, path() if callable(path) else path) if path else "",
            "button_label": button,
            **context,
        }
        return Letter(
            to=reader.email if is_person else reader,
            subject=" ".join(_text(f"{template}/subject.txt", known).split()),
            text=_text(f"{template}/body.txt", known).strip() + "\n",
            html=get_template(f"{template}/body.html").render(known),
            language=spoken,
            reply_to=reply_to or getattr(programme, "contact_email", ""),
        )


def _text(name: str, context: dict) -> str:
    """A plain-text template: names with an apostrophe stay as they are."""
    return get_template(name).template.render(Context(context, autoescape=False))
