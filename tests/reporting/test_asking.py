"""Participants are asked by a personal link on entry, on leaving and six months later, and reminded once."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import letters
from outbox.models import OutgoingMail
from reporting import links, services
from reporting.models import Asking, Characteristic, Participant
from trajectories import services as trajectories
from trajectories.models import Leader

COMPLETE = {"gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master"}


def asking_of(user, moment="entry") -> Asking:
    return Asking.objects.select_related("participant__programme").get(participant__user=user, moment=moment)


def link(asking: Asking) -> str:
    return reverse("reports:asked", args=[links.token_of(asking)])


def test_a_new_participant_is_asked_by_a_link_that_needs_no_sign_in(scene):
    asking = asking_of(scene.anna)
    mail = OutgoingMail.objects.get(key=f"esf-questions:{asking.participant_id}:entry")
    assert link(asking) in letters.kind(mail.kind).render(mail).text
    visitor = Client()
    page = visitor.get(link(asking))
    assert page.status_code == 200 and "Claes" not in page.content.decode() and page["Cache-Control"].count("no-store")
    assert not Characteristic.objects.exists()
    assert visitor.post(link(asking), COMPLETE).status_code == 200
    assert services.own_answers(asking.participant)["entry.education"] == "master"
    again = visitor.get(link(asking)).content.decode()
    assert "1980-02-29" not in again and 'value="woman" selected' not in again
    assert visitor.post(link(asking), {"gender": "", "education": "bachelor"}).status_code == 200
    kept = services.own_answers(asking.participant)
    assert (kept["entry.gender"], kept["entry.education"]) == ("woman", "bachelor")
    with pytest.raises(letters.Obsolete):
        letters.kind(mail.kind).render(mail)


def test_each_answer_keeps_purpose_basis_and_text_and_a_refusal_its_attempt(scene):
    asking = asking_of(scene.anna)
    sent = COMPLETE | {"disability": "refused", "background": "no", "consents": "on"}
    assert Client().post(link(asking), sent).status_code == 200
    rows = {row.code: row for row in Characteristic.objects.select_related("grounds", "consent_text")}
    assert all(row.grounds.purpose["nl"] and row.grounds.basis["nl"] and row.consent_text for row in rows.values())
    assert rows["disability"].refused and rows["disability"].value is None
    asking.refresh_from_db()
    assert asking.answered_at is not None


def test_a_link_that_is_changed_replaced_or_over_opens_nothing(scene):
    asking = asking_of(scene.anna)
    good = link(asking)
    assert Client().get(good[:-3] + "x/").status_code == 404
    Asking.objects.filter(pk=asking.pk).update(closes_on=timezone.localdate() - datetime.timedelta(days=1))
    assert Client().post(good, COMPLETE).status_code == 410
    Asking.objects.filter(pk=asking.pk).update(nonce="another", closes_on=timezone.localdate())
    assert Client().get(good).status_code == 404
    assert not Characteristic.objects.exists()


def test_who_left_is_asked_then_and_six_months_later_and_reminded_once(scene):
    now = timezone.now()
    seat = Leader.objects.living().get(user=scene.bram)
    trajectories.end_seat(seat, by=scene.tess, until=timezone.localdate() - datetime.timedelta(days=2))
    services.keep_up(now=now)
    services.keep_up(now=now)
    assert [row.moment for row in Asking.objects.filter(participant__user=scene.bram).order_by("moment")] == ["entry", "exit"]
    left = Participant.objects.get(user=scene.bram).left_on
    assert asking_of(scene.bram, "exit").closes_on == left + datetime.timedelta(days=28)
    for days, expected in ((11, 1), (12, 1), (30, 1)):
        services.keep_up(now=now + datetime.timedelta(days=days))
        assert OutgoingMail.objects.filter(kind="esf-reminder", key__endswith=":exit").count() == expected
    services.keep_up(now=now + datetime.timedelta(days=184))
    assert asking_of(scene.bram, "six-months").asked_at is not None
    assert OutgoingMail.objects.filter(kind="esf-questions", recipient_id=scene.bram.pk).count() == 3


def test_nobody_is_missed_after_a_long_stop(scene):
    Participant.objects.filter(user=scene.zita).delete()
    services.keep_up(now=timezone.now())
    assert Participant.objects.filter(user=scene.zita).exists()
