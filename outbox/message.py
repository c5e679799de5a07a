"""A letter as a MIME message (ecosystem rules for invitations: inline part and attachment, METHOD alike in header and body)."""

from css_inline import inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from core.letters import Letter
from outbox.models import OutgoingMail


def build(mail: OutgoingMail, letter: Letter) -> EmailMultiAlternatives:
    """The message, with one reader, a Message-ID that stays the same over attempts, and the calendar part where there is one."""
    message = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": mail.message_id, "Content-Language": letter.language, "Auto-Submitted": "auto-generated"},
    )
    if letter.html:
        message.attach_alternative(inline(letter.html, load_remote_stylesheets=False), "text/html")
    if letter.calendar:
        body = letter.calendar.decode()
        message.attach_alternative(body, f"text/calendar; method={letter.calendar_method}")
        message.attach("invitation.ics", body, "application/ics")
    for attachment in letter.attachments:
        message.attach(attachment.name, attachment.content, attachment.content_type)
    return message
