"""A participant's own characteristics: answered by themselves, sealed, refusable, seen by nobody else."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from core import crypto, letters
from outbox.models import OutgoingMail
from people.models import Consent, PersonKey
from reporting import figures, services
from reporting.frameworks import framework
from reporting.models import Characteristic, Grounds, Participant
from reporting.services import characteristics
from trajectories import services as trajectories
from trajectories.models import Leader

ANSWERS = {
    "gender": "woman", "birth_date": "1980-05-14", "employment": "employed", "in_education": "no", "education": "master",
    "background": "yes", "disability": "no", "disadvantaged": "refused", "consents": "on",
}  # fmt: skip


@pytest.fixture
def anna(scene) -> Participant:
    return Participant.objects.get(user=scene.anna)


def form_of(participant, moment="entry") -> str:
    return reverse("reports:my_answers", args=[participant.pk, moment])


def indicators(scene) -> dict:
    today = timezone.localdate()
    found = figures.collect(scene.programme, today - datetime.timedelta(days=90), today)["indicators"]
    return found | {row["code"]: row["stretch"]["total"] for row in found["rows"] if "stretch" in row}


def test_a_participant_answers_and_is_counted(scene, anna, client_of):
    client = client_of(scene.anna)
    assert form_of(anna) in client.get(reverse("reports:my_data")).content.decode()
    assert client.post(form_of(anna), ANSWERS).status_code == 302
    found = indicators(scene)
    assert (found["CO05"], found["CO11"], found["CO15"], found["CO16"]) == (1, 1, 1, 0)
    assert found["complete"]["stretch"] == {"total": 1, "woman": 1, "man": 0}
    page = client.get(form_of(anna))
    assert page.context["form"]["education"].value() == "master"


def test_no_answer_stands_readable_in_the_database_and_deleting_the_key_erases(scene, anna, client_of):
    client_of(scene.anna).post(form_of(anna), ANSWERS)
    for row in Characteristic.objects.exclude(value=None):
        assert services.own_answers(anna)[f"entry.{row.code}"].encode() not in bytes(row.value)
    PersonKey.objects.filter(pk=scene.anna.pk).delete()
    assert indicators(scene)["CO05"] == 0
    assert indicators(scene)["participants"]["stretch"]["total"] == 3


def test_an_answer_moved_to_another_question_does_not_open(scene, anna, client_of):
    client_of(scene.anna).post(form_of(anna), ANSWERS)
    background = Characteristic.objects.get(participant=anna, code="background")
    Characteristic.objects.filter(participant=anna, code="disability").update(value=background.value)
    assert indicators(scene)["CO16"] == 0
    with pytest.raises(crypto.Unreadable):
        services.own_answers(anna)


def test_refusing_is_kept_with_its_day_and_the_text_and_leaves_the_record_complete(scene, anna, client_of):
    refused = ANSWERS | dict.fromkeys(["background", "disability", "disadvantaged"], "refused")
    del refused["consents"]
    assert client_of(scene.anna).post(form_of(anna), refused).status_code == 302
    rows = Characteristic.objects.filter(participant=anna, refused=True)
    assert rows.count() == 3
    assert all(row.value is None and row.answered_at and row.consent_text.kind == "esf-characteristics" for row in rows)
    found = indicators(scene)
    assert (found["complete"]["stretch"]["total"], found["CO15"]) == (1, 0)
    assert found["sensitive"][0]["refused"] == 1


def test_sensitive_answers_need_consent_and_withdrawing_it_takes_them_away(scene, anna, client_of):
    client = client_of(scene.anna)
    without = {name: value for name, value in ANSWERS.items() if name != "consents"}
    answer = client.post(form_of(anna), without)
    assert answer.status_code == 422 and "consents" in answer.context["form"].errors
    assert answer.context["form"]["education"].value() == "master"
    assert not Characteristic.objects.filter(participant=anna).exists()
    client.post(form_of(anna), ANSWERS)
    assert Consent.objects.filter(user=scene.anna, text__kind="esf-characteristics", withdrawn_at=None).exists()
    client.post(form_of(anna), without | dict.fromkeys(["background", "disability", "disadvantaged"], "refused"))
    assert not Consent.objects.filter(user=scene.anna, text__kind="esf-characteristics", withdrawn_at=None).exists()
    assert not Characteristic.objects.filter(participant=anna, code="background", value__isnull=False).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": "2020-01-01"},
        {"birth_date": "1780-01-01"},
        {"birth_date": "gisteren"},
        {"gender": "x"},
        {"background": "misschien"},
    ],
)
def test_what_cannot_be_is_refused_beside_its_question(scene, anna, client_of, change):
    answer = client_of(scene.anna).post(form_of(anna), ANSWERS | change)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == list(change)
    assert not Characteristic.objects.exists()


def test_half_is_saved_and_what_is_missing_is_said(scene, anna, client_of):
    answer = client_of(scene.anna).post(form_of(anna), {"gender": "woman", "birth_date": "1980-05-14"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] != []
    assert characteristics.missing(anna) == 2
    client_of(scene.anna).post(form_of(anna), {"gender": ""})
    assert characteristics.missing(anna) == 4


def test_a_question_that_does_not_concern_somebody_is_dropped(scene, anna, client_of):
    client_of(scene.anna).post(form_of(anna), ANSWERS | {"unemployed_for": "over-12-months"})
    assert "entry.unemployed_for" not in services.own_answers(anna)


def test_nobody_else_opens_or_writes_it(scene, anna, client_of):
    for name in ("bram", "zita", "hilde", "tess", "tom", "ada", "petra", "kim", "omar", "els"):
        client = client_of(getattr(scene, name))
        assert client.get(form_of(anna)).status_code == 404
        assert client.post(form_of(anna), ANSWERS).status_code == 404
    assert not Characteristic.objects.exists()


def test_the_team_sees_that_it_is_answered_and_nothing_of_what(scene, anna, client_of):
    client_of(scene.anna).post(form_of(anna), ANSWERS)
    client = client_of(scene.tess)
    page = client.get(reverse("reports:participants", args=[scene.programme.pk]))
    text = page.content.decode()
    assert "Anna Claes" in text and "1980" not in text and "master" not in text
    lines = [line for line, _again, _cells in page.context["rows"]]
    line = next(line for line in lines if line.participant == anna)
    assert line.is_complete and line.asked
    assert not [other for other in lines if other.participant != anna and other.is_complete]


def test_questions_after_leaving_come_after_leaving(scene, anna, client_of, time_machine):
    client = client_of(scene.anna)
    assert client.get(form_of(anna, "exit")).status_code == 404
    client.post(form_of(anna), ANSWERS)
    trajectories.end_seat(Leader.objects.living().get(user=scene.anna), by=scene.tess, until=timezone.localdate())
    later = timezone.now() + datetime.timedelta(days=2)
    time_machine.move_to(later)
    services.sync_participants(scene.programme, by=None)
    page = client_of(scene.anna).get(form_of(anna, "exit"))
    assert page.status_code == 200 and set(page.context["form"].fields) == {"in_education", "qualification"}
    client_of(scene.anna).post(form_of(anna, "exit"), {"in_education": "yes", "qualification": "no"})
    assert (indicators(scene)["CR02"], indicators(scene)["CR03"]) == (1, 0)
    assert client_of(scene.anna).get(form_of(anna, "six-months")).status_code == 404


def test_a_person_takes_their_answers_along(scene, anna, client_of):
    client_of(scene.anna).post(form_of(anna), ANSWERS)
    mine = {row["question"]: row["answer"] for row in characteristics.export_of(scene.anna)}
    assert mine["entry.education"] == "master" and mine["entry.disadvantaged"] == "refused"
    assert characteristics.export_of(scene.bram) == []


def test_a_new_participant_gets_one_letter_that_stops_when_all_is_answered(scene, anna, client_of):
    mail = OutgoingMail.objects.get(kind="esf-questions", recipient_id=scene.anna.pk)
    services.sync_participants(scene.programme, by=None)
    assert OutgoingMail.objects.filter(kind="esf-questions").count() == 3
    letter = letters.kind("esf-questions").render(mail)
    assert "/reports/asked/" in letter.text and "/reports/asked/" in letter.html and letter.to == scene.anna.email
    client_of(scene.anna).post(form_of(anna), ANSWERS)
    with pytest.raises(letters.Obsolete):
        letters.kind("esf-questions").render(mail)


def test_who_answered_under_an_older_wording_sees_the_new_one(scene, anna, client_of):
    client = client_of(scene.anna)
    client.post(form_of(anna), ANSWERS)
    name = anna.programme.framework
    purpose, overview = framework(name).purpose["nl"], reverse("reports:my_data")
    assert purpose not in unescape(client.get(overview).content.decode())
    older = Grounds.objects.create(framework=name, purpose={"nl": "Vroeger"}, basis={"nl": "Vroeger"}, sha256="0" * 64)
    Characteristic.objects.filter(participant=anna, code="education").update(grounds=older)
    assert purpose in unescape(client.get(overview).content.decode())
    client.post(form_of(anna), ANSWERS)
    assert purpose not in unescape(client.get(overview).content.decode())
