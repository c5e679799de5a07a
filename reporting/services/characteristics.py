"""A participant's own answers: sealed with their key, refusable where sensitive, readable by themselves and in counts."""

import datetime
import json
from collections.abc import Mapping
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, crypto
from core.errors import DomainError
from people import keys
from people import services as people
from people.models import Consent, ConsentText, User
from reporting import records
from reporting.completeness import missing
from reporting.frameworks import Framework, Question, framework
from reporting.models import Characteristic, Grounds, Participant

CONSENT = "esf-characteristics"
YOUNGEST, OLDEST = 12, 100
REFUSED = "refused"


@transaction.atomic
def answer(participant: Participant, *, by: User, moment: str, answers: Mapping[str, str], consents: bool = False) -> int:
    """Keep what the participant answered at a moment, by question code; "refused" notes that a sensitive question was asked.

    An empty answer takes an earlier one away. Sensitive answers are kept only with consent. Returns how many required answers are
    still missing. Raises DomainError, with the question's code as field, for an answer that is none.
    """
    if participant.user_id != by.pk:
        raise DomainError(_("Only the participant answers these questions."))
    Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    asked = {question.code: question for question in framework(participant.programme.framework).asked_at(moment)}
    known = own_answers(participant) | {f"{moment}.{code}": value for code, value in answers.items()}
    kept = {code: value for code, value in answers.items() if code in asked and value and asked[code].is_asked_of(known)}
    for code, value in kept.items():
        _check(participant, asked[code], value, consents)
    gone = participant.characteristics.filter(moment=moment, code__in=set(answers) - set(kept))
    gone.delete()
    consent = _consent(by, consents) if any(question.sensitive for question in asked.values()) else None
    texts = {True: consent, False: people.current_text(people.NOTICE)}
    key = keys.key_of(by.pk)
    grounds = grounds_of(framework(participant.programme.framework))
    rows = [_row(participant, asked[code], value, texts[asked[code].sensitive], key) for code, value in kept.items()]
    for row in rows:
        row.grounds = grounds
    Characteristic.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["participant", "moment", "code"],
        update_fields=["value", "refused", "answered_at", "consent_text", "grounds"],
    )
    _bring_together(participant, key)
    participant.askings.filter(moment=moment).update(answered_at=timezone.now())
    audit.record(by=by.pk, verb="characteristics.answered", target=participant, fields=sorted(kept), moment=moment)
    return missing(participant)


def own_answers(participant: Participant) -> dict[str, str]:
    """The participant's answers, for themselves alone: `moment.code` → value, or "refused"."""
    user_id = participant.user_id
    opened = keys.keys_of([user_id]) if user_id else {}
    found = {}
    for row in participant.characteristics.all():
        if row.refused:
            found[f"{row.moment}.{row.code}"] = REFUSED
        elif row.value is not None and user_id in opened:
            plain = crypto.unseal(opened[user_id], bytes(row.value), about=row.about_value)
            found[f"{row.moment}.{row.code}"] = plain.decode()
    return found


def _bring_together(participant: Participant, key: bytes) -> None:
    """All answers under one seal, as counting reads them."""
    known = own_answers(participant)
    answers = {name: value for name, value in known.items() if value != REFUSED}
    participant.answers = records.sealed(key, participant.pk, answers, known.keys() - answers.keys())
    participant.save(update_fields=["answers"])


def consent_text() -> ConsentText:
    """The text under which sensitive answers are given today."""
    return people.current_text(CONSENT)


def grounds_of(chosen: Framework) -> Grounds:
    """Purpose and legal basis as the framework words them now, kept once per wording."""
    found, _made = Grounds.objects.get_or_create(
        framework=chosen.name,
        sha256=_wording(chosen),
        defaults={"purpose": chosen.purpose, "basis": chosen.basis},
    )
    return found


def was_told_otherwise(participant: Participant) -> bool:
    """Did this participant answer when purpose and basis were worded differently?"""
    chosen = framework(participant.programme.framework)
    return participant.characteristics.exclude(grounds__framework=chosen.name, grounds__sha256=_wording(chosen)).exists()


def _wording(chosen: Framework) -> str:
    text = json.dumps([chosen.purpose, chosen.basis], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def has_consented(user: User) -> bool:
    """Has this person agreed that sensitive answers are counted?"""
    return Consent.objects.filter(user=user, text__kind=CONSENT, withdrawn_at=None).exists()


def export_of(user: User) -> list[dict[str, str]]:
    """Everything a person answered, for their own copy of their data."""
    return [
        {"programme": row.programme.name, "question": key, "answer": value}
        for row in Participant.objects.filter(user=user).select_related("programme")
        for key, value in own_answers(row).items()
    ]


def questions_of(participant: Participant, moment: str) -> list[Question]:
    """What this participant is asked at a moment; what earlier answers make pointless is left out."""
    chosen: Framework = framework(participant.programme.framework)
    earlier = own_answers(participant) if moment != Characteristic.Moment.ENTRY else {}
    return [
        question for question in chosen.asked_at(moment) if moment == Characteristic.Moment.ENTRY or question.is_asked_of(earlier)
    ]


def _check(participant: Participant, question: Question, value: str, consents: bool) -> None:
    if value == REFUSED:
        if not question.sensitive:
            raise DomainError(_("Only sensitive questions can be refused."), field=question.code)
        return
    if question.kind == "date":
        _check_birth(participant, question, value)
    elif value not in question.choices:
        raise DomainError(_("Choose one of the answers."), field=question.code)
    if question.sensitive and not consents:
        raise DomainError(
            _("Tick this box if you answer a sensitive question, or choose “I would rather not say”."), field="consents"
        )


def _check_birth(participant: Participant, question: Question, value: str) -> None:
    try:
        born = datetime.date.fromisoformat(value)
    except ValueError:
        raise DomainError(_("This is no date."), field=question.code) from None
    if not YOUNGEST * 365 <= (participant.entered_on - born).days <= OLDEST * 366:
        raise DomainError(
            _("Is this year right? You entered on %(day)s.") % {"day": f"{participant.entered_on:%d/%m/%Y}"}, field=question.code
        )


def _consent(user: User, consents: bool) -> ConsentText:
    """Note consent given or withdrawn; the text that stood on the page either way."""
    text = consent_text()
    if consents:
        if Consent.objects.get_or_create(user=user, text=text, withdrawn_at=None)[1]:
            audit.record(by=user.pk, verb="consent.given", target=text, person=user.pk)
    elif Consent.objects.filter(user=user, text__kind=CONSENT, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        audit.record(by=user.pk, verb="consent.withdrawn", target=text, person=user.pk)
    return text


def _row(participant: Participant, question: Question, value: str, text: ConsentText | None, key: bytes) -> Characteristic:
    row = Characteristic(
        participant=participant, moment=question.moment, code=question.code, consent_text=text, answered_at=timezone.now()
    )
    row.refused = value == REFUSED
    if not row.refused:
        row.value = crypto.seal(key, value.encode(), about=row.about_value)
    return row
