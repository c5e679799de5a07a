"""Participants other than leaders: enrolled by form, from a list, or out of the guests who came; asked by a personal link."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outbox.models import OutgoingMail
from people.models import User
from reporting import document, exports, figures, links, services
from reporting.models import Asking, Characteristic, Participant
from reporting.verify import verify
from sessions import attendance
from sessions.models import Attendance, MeetingChange
from tests.reporting.scene import days, hold, plan
from trajectories import services as trajectories
from trajectories.models import Seat

Status = Attendance.Status


def typed(**changes) -> dict:
    return {
        "first_name": "Fatima", "last_name": "Ouali", "email": "fatima@elders.example", "language": "nl",
        "organisation": "Stad Gent", "function": "", "entered_on": days(60), "left_on": "", "pilot": "",
    } | changes  # fmt: skip


def enrol(client, scene, **changes):
    return client.post(reverse("reports:enrol", args=[scene.programme.pk]), typed(**changes))


def test_the_team_enrols_somebody_who_is_asked_by_a_personal_link(scene, client_of, client):
    answer = enrol(client_of(scene.tess), scene)
    assert answer.url == reverse("reports:participants", args=[scene.programme.pk])
    made = Participant.objects.get(user__email="fatima@elders.example")
    assert (made.entered_on, made.left_on, made.number) == (days(60), None, 4)
    assert OutgoingMail.objects.filter(kind="esf-questions", recipient_id=made.user_id).exists()
    address = reverse("reports:asked", args=[links.token_of(Asking.objects.get(participant=made, moment="entry"))])
    assert client.get(address).status_code == 200
    client.post(address, {"gender": "woman", "born_on": "1990-01-02", "disability": "refused"})
    rows = Characteristic.objects.filter(participant=made)
    assert rows.filter(code="gender", refused=False).exists() and rows.filter(refused=True).count() == 1
    page = client_of(scene.tess).get(answer.url).content.decode()
    assert "Fatima Ouali" in page and "Stad Gent" in page and "1990" not in page


def test_who_is_enrolled_has_no_rights_but_their_own_answers(scene, client_of):
    enrol(client_of(scene.tess), scene)
    fatima = User.objects.get(email="fatima@elders.example")
    services.name_reader(scene.programme, by=scene.tom, user=scene.tess)
    client = client_of(fatima)
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("reports:my_data")).status_code == 200
    assert client.get(reverse("reports:participants", args=[scene.programme.pk])).status_code == 404
    anna = Participant.objects.get(user=scene.anna)
    assert client.get(reverse("reports:my_answers", args=[anna.pk, "entry"])).status_code == 404


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"left_on": days(70)}, "left_on"),
        ({"entered_on": days(-3)}, "entered_on"),
        ({"entered_on": days(500)}, "entered_on"),
        ({"left_on": days(-500)}, "left_on"),
        ({"email": "anna@ilias.example"}, "email"),
        ({"email": "hilde@ilias.example"}, "email"),
        ({"last_name": f"850730033{97 - 850730033 % 97:02d}"}, "last_name"),
        ({"email": ""}, "email"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(scene, client_of, changes, field):
    before = (User.objects.count(), Seat.objects.count(), Participant.objects.count())
    answer = enrol(client_of(scene.tess), scene, **changes)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert (User.objects.count(), Seat.objects.count(), Participant.objects.count()) == before


def test_all_faults_of_the_days_stand_there_at_once(scene, client_of):
    answer = enrol(client_of(scene.tess), scene, entered_on=days(-3), left_on=days(10))
    assert {"entered_on", "left_on"} <= set(answer.context["form"].errors)


def test_re_entry_keeps_the_first_entry_and_moves_the_exit(scene, client_of):
    client = client_of(scene.tess)
    enrol(client, scene, entered_on=days(60), left_on=days(40))
    made = Participant.objects.get(user__email="fatima@elders.example")
    assert made.left_on == days(40)
    assert enrol(client, scene, entered_on=days(20)).status_code == 302
    made.refresh_from_db()
    assert (made.entered_on, made.left_on) == (days(60), None)
    assert Participant.objects.filter(user=made.user).count() == 1
    assert enrol(client, scene, entered_on=days(10)).status_code == 422
    seat = Seat.objects.get(user=made.user, until=None)
    trajectories.end_seat(seat, by=scene.tess, until=days(1))
    services.keep_up(now=timezone.now())
    made.refresh_from_db()
    assert (made.entered_on, made.left_on) == (days(60), days(1))


def test_hours_of_who_is_enrolled_count_as_a_participants(scene, client_of):
    enrol(client_of(scene.tess), scene)
    fatima = User.objects.get(email="fatima@elders.example")
    hold(scene, plan(scene, scene.network, "Met Fatima", 15), {fatima: Status.ONSITE, scene.anna: Status.ONSITE})
    found = figures.collect(scene.programme, days(90), days(1))
    [row] = [row for row in found["people"] if row["number"] == 4]
    assert (row["minutes"], row["service"]) == (180, "")
    assert found["indicators"]["participants"]["since_start"]["total"] == 4
    assert [sector["services"] for sector in found["sectors"] if not sector["sector"]["nl"]] == [0]


def test_a_guest_who_came_becomes_a_participant_with_the_hours_that_were_noted(scene, client_of):
    client = client_of(scene.tess)
    line = Attendance.objects.get(guest_name="Gast Een")
    page = client.get(reverse("reports:participants", args=[scene.programme.pk])).content.decode()
    address = reverse("reports:enrol_guest", args=[scene.programme.pk, line.pk])
    assert address in page
    form = client.get(address).context["form"]
    assert "Kennismaking" in str(form["came"]) and str(form["came"]).count("checked") == 1
    assert (form["first_name"].value(), form["last_name"].value(), form["entered_on"].value()) == ("Gast", "Een", days(60))
    assert client.post(address, typed(first_name="Gast", last_name="Een", came=[line.pk])).status_code == 302
    line.refresh_from_db()
    assert line.user.email == "fatima@elders.example" and line.guest_name == "" and line.status == "onsite"
    assert MeetingChange.objects.get(what="guest").meeting.title == "Kennismaking"
    made = Participant.objects.get(user=line.user)
    [row] = [row for row in figures.collect(scene.programme, days(90), days(1))["people"] if row["number"] == made.number]
    assert row["minutes"] == 165
    assert client.get(address).status_code == 404
    assert client_of(scene.hilde).get(reverse("sessions:meeting", args=[line.meeting_id])).status_code == 200


def test_a_guest_enters_on_the_first_day_of_being_present_at_the_latest(scene, client_of):
    line = Attendance.objects.get(guest_name="Gast Een")
    address = reverse("reports:enrol_guest", args=[scene.programme.pk, line.pk])
    refused = client_of(scene.tess).post(address, typed(entered_on=days(59), came=[line.pk]))
    assert "entered_on" in refused.context["form"].errors
    line.refresh_from_db()
    assert line.user is None


def test_a_meeting_where_it_was_somebody_else_with_the_same_name_stays_a_guests(scene, client_of):
    guest = attendance.Line(status=Status.ONSITE, name="Gast Een", organisation="Elders")
    hold(scene, plan(scene, scene.network, "Andere gast", 30), {scene.anna: Status.ONSITE}, guests=[guest])
    first, other = Attendance.objects.filter(guest_name="Gast Een").order_by("meeting__starts_at")
    address = reverse("reports:enrol_guest", args=[scene.programme.pk, first.pk])
    client = client_of(scene.tess)
    for wrong in ([], [Attendance.objects.filter(user=scene.anna).first().pk]):
        refused = client.post(address, typed(came=wrong))
        assert refused.status_code == 422 and "came" in refused.context["form"].errors
    assert str(client.get(address).context["form"]["came"]).count("checked") == 2
    assert client.post(address, typed(came=[other.pk], entered_on=days(30))).status_code == 302
    first.refresh_from_db()
    other.refresh_from_db()
    assert first.user is None and first.guest_name == "Gast Een" and other.user.email == "fatima@elders.example"
    assert Participant.objects.get(user=other.user).entered_on == days(30)


def test_a_guest_of_a_reported_period_shows_as_a_correction(scene, report, client_of):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    line = Attendance.objects.get(guest_name="Gast Een")
    answer = client_of(scene.tess).post(reverse("reports:enrol_guest", args=[scene.programme.pk, line.pk]), typed(came=[line.pk]))
    assert answer.status_code == 302
    page = client_of(scene.tess).get(reverse("reports:changes", args=[report.pk])).content.decode()
    assert "Kennismaking" in page
    assert "gast werd deelnemer" in page


LIST = """voornaam;familienaam;e-mail;instap;uitstap;taal;organisatie;functie;pilot
Fatima;Ouali;fatima@elders.example;{entry};;nl;Stad Gent;;
Jan;Peeters;jan@elders.example;{entry};{exit};nederlands;;coach;Het Nest
"""


def send(client, scene, text, **more):
    return client.post(reverse("reports:enrol_list", args=[scene.programme.pk]), {"pasted": text} | more)


def test_a_list_is_first_shown_and_then_kept_with_one_button(scene, client_of):
    client, text = client_of(scene.tess), LIST.format(entry=days(50), exit=days(5))
    shown = send(client, scene, text)
    assert shown.status_code == 200 and shown.context["faulty"] == 0 and shown.context["letters"] == 2
    assert Participant.objects.filter(user__email__endswith="elders.example").count() == 0
    assert send(client, scene, shown.context["form"]["pasted"].value(), enrol="1").status_code == 302
    rows = {row.user.first_name: row for row in Participant.objects.filter(user__email__endswith="elders.example")}
    assert rows["Jan"].pilot == scene.nest and rows["Jan"].left_on == days(5) and rows["Fatima"].pilot is None
    assert OutgoingMail.objects.filter(kind="esf-questions", recipient_id__in=[row.user_id for row in rows.values()]).count() == 2


def test_a_list_with_faults_shows_them_all_and_keeps_nothing(scene, client_of):
    text = (
        LIST.format(entry=days(50), exit=days(55))
        + f"Fatima;Ouali;fatima@elders.example;{days(-5)};;nl;;;Nergens\n;;geen adres;;;;;;\n"
    )
    answer = send(client_of(scene.tess), scene, text, enrol="1")
    faults = {line.line: line.faults for line in answer.context["lines"]}
    assert answer.context["faulty"] == 3 and not faults[2]
    assert len(faults[3]) == 1 and len(faults[4]) == 3 and len(faults[5]) >= 3
    assert not User.objects.filter(email__endswith="elders.example").exists()


def test_the_example_can_be_sent_as_it_is(scene, client_of):
    client = client_of(scene.tess)
    text = client.get(reverse("reports:enrol_example", args=[scene.programme.pk])).content.decode("utf-8-sig")
    shown = send(client, scene, text.replace("15/03/2021", f"{days(30):%d/%m/%Y}"))
    assert shown.context["faulty"] == 0 and len(shown.context["lines"]) == 1


def week_ago(user) -> None:
    Asking.objects.filter(participant__user=user).update(asked_at=timezone.now() - datetime.timedelta(days=8))


def test_asking_again_sends_a_new_link_and_the_old_one_stops(scene, client_of, client):
    anna = Participant.objects.get(user=scene.anna)
    week_ago(scene.anna)
    old = reverse("reports:asked", args=[links.token_of(anna.askings.get())])
    assert client.get(old).status_code == 200
    assert client_of(scene.tess).post(reverse("reports:ask_again", args=[scene.programme.pk, anna.pk])).status_code == 302
    assert client.get(old).status_code == 404
    fresh = reverse("reports:asked", args=[links.token_of(anna.askings.get())])
    assert client.get(fresh).status_code == 200
    assert OutgoingMail.objects.filter(kind="esf-reminder", recipient_id=scene.anna.pk).count() == 1


def test_nobody_is_asked_more_than_once_a_week_and_the_button_is_there_when_there_is_something_to_ask(scene, client_of):
    client, anna = client_of(scene.tess), Participant.objects.get(user=scene.anna)
    address = reverse("reports:ask_again", args=[scene.programme.pk, anna.pk])
    listed = reverse("reports:participants", args=[scene.programme.pk])
    again = f"{timezone.localdate() + datetime.timedelta(days=7):%-d/%-m/%Y}"
    page = client.get(listed).content.decode()
    assert address not in page and again in page
    assert client.post(address).status_code == 409 and not OutgoingMail.objects.filter(kind="esf-reminder").exists()
    week_ago(scene.anna)
    assert address in client.get(listed).content.decode()
    client.post(address)
    assert address not in client.get(listed).content.decode() and client.post(address).status_code == 409
    assert OutgoingMail.objects.filter(kind="esf-reminder").count() == 1
    week_ago(scene.anna)
    Asking.objects.filter(participant=anna).update(reminded_at=timezone.now() - datetime.timedelta(days=8))
    given = {"gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master"}
    services.answer(anna, by=scene.anna, moment="entry", answers=given)
    page = client.get(listed).content.decode()
    assert address not in page and again not in page.split("Claes")[1].split("<tr>")[0]


def test_heads_are_short_and_the_question_stands_below(scene, client_of):
    page = client_of(scene.tess).get(reverse("reports:participants", args=[scene.programme.pk])).content.decode()
    head, below = page.split("</thead>")
    assert "Geslacht</th>" in head and "Je situatie op je eerste dag" not in head and "Je situatie op je eerste dag" in below


def test_the_list_of_participants_asks_the_same_number_of_queries_for_more(scene, client_of):
    client, address = client_of(scene.tess), reverse("reports:participants", args=[scene.programme.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for name in ("een", "twee", "drie"):
        enrol(client, scene, email=f"{name}@elders.example")
    with CaptureQueriesContext(connection) as more:
        client.get(address)
    assert len(more) == len(few) <= 10


def test_the_days_of_the_programme_count_as_they_are_not_as_the_caller_knew_them(scene):
    stale = scene.programme.__class__.objects.get(pk=scene.programme.pk)
    stale.ends_on = days(300)
    services.sync_participants(stale, by=None)
    assert set(Participant.objects.values_list("left_on", flat=True)) == {None}


def test_the_bundle_of_a_report_with_somebody_enrolled_proves_itself(scene, report, client_of, tmp_path):
    enrol(client_of(scene.tess), scene)
    fatima = User.objects.get(email="fatima@elders.example")
    hold(scene, plan(scene, scene.network, "Met Fatima", 15), {fatima: Status.ONSITE, scene.anna: Status.ONSITE})
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    bundle = tmp_path / "report.zip"
    with bundle.open("wb") as file:
        exports.write(document.source_of(report), "zip", file, language="nl")
    assert verify(bundle).differences == []
    assert 4 in {row["number"] for row in document.source_of(report).document["figures"]["people"]}
