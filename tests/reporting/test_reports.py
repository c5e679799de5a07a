"""From periods to a frozen report, on the pages of the project team."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import letters
from core.errors import DomainError
from outbox.models import OutgoingMail
from reporting import corrections, services
from reporting.models import ProgressReport, ReportingPeriod, ReportSection, Snapshot
from sessions import attendance
from sessions.models import Attendance, Meeting
from tests.reporting.scene import days


def fill(client, report, name="summary", body="Het ging goed.", version=0):
    return client.post(reverse("reports:section", args=[report.pk, name]), {"body": body, "version": version})


def test_the_project_team_enters_periods_and_starts_a_report(scene, client_of):
    client = client_of(scene.tess)
    typed = {"name": "Eerste half jaar", "starts_on": days(90), "ends_on": days(1), "due_on": ""}
    assert client.post(reverse("reports:period_new", args=[scene.programme.pk]), typed).status_code == 302
    page = client.get(reverse("reports:list")).content.decode()
    assert "Eerste half jaar" in page
    period = ReportingPeriod.objects.get()
    answer = client.post(reverse("reports:start", args=[scene.programme.pk, period.pk]))
    assert answer.url == reverse("reports:report", args=[ProgressReport.objects.get().pk])
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    "change, field, words",
    [
        ({"starts_on": 10, "ends_on": 30}, "ends_on", "before the first"),
        ({"starts_on": 30, "ends_on": 0}, "starts_on", "Eerste half jaar"),
        ({"starts_on": 0, "ends_on": 0, "due_on": 5}, "due_on", "before the period has ended"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(scene, period, client_of, change, field, words):
    typed = {"name": "Nog een"} | {name: days(ago) for name, ago in change.items()}
    scene.tess.language = "en"
    scene.tess.save()
    answer = client_of(scene.tess).post(reverse("reports:period_new", args=[scene.programme.pk]), typed)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert ReportingPeriod.objects.count() == 1


def test_two_writers_of_one_part_lose_nothing(scene, report, client_of):
    assert fill(client_of(scene.tess), report, body="Tekst van Tess").status_code == 302
    answer = fill(client_of(scene.tom), report, body="Tekst van Tom")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tekst van Tess" in page and "Tekst van Tom" in page
    again = fill(client_of(scene.tom), report, body="Tekst van ons twee", version=1)
    assert again.status_code == 302
    assert ReportSection.objects.get(report=report, name="summary").body == "Tekst van ons twee"


def test_a_national_register_number_is_refused_in_a_text(scene, report, client_of):
    number = f"85.07.30-033-{97 - 850730033 % 97:02d}"
    answer = fill(client_of(scene.tess), report, body=f"Anna, {number}")
    assert answer.status_code == 422 and number in answer.content.decode()
    assert ReportSection.objects.get(report=report, name="summary").body == ""


def test_a_first_text_is_made_of_the_figures(scene, report, client_of):
    page = client_of(scene.tess).get(reverse("reports:section", args=[report.pk, "deviations"]) + "?suggestion")
    assert "Ziekte in het team" in page.context["form"]["body"].value()


def test_who_proposed_cannot_freeze_and_a_second_member_can(scene, report, client_of):
    client_of(scene.tess).post(reverse("reports:propose", args=[report.pk]))
    client_of(scene.tess).post(reverse("reports:freeze", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "proposed" and not Snapshot.objects.exists()
    client = client_of(scene.tom)
    client.post(reverse("reports:freeze", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "proposed", "nobody freezes what they did not see"
    page = client.get(reverse("reports:report", args=[report.pk]))
    client.post(reverse("reports:freeze", args=[report.pk]), {"seen": page.context["page"].seen})
    report.refresh_from_db()
    assert (report.state, report.frozen_by) == ("frozen", scene.tom)
    assert len(report.snapshot.sha256) == 64


def test_the_database_too_refuses_two_eyes(scene, report):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReport.objects.filter(pk=report.pk).update(state="frozen", proposed_by=scene.tess, frozen_by=scene.tess)


def test_the_others_get_a_letter_that_no_longer_goes_once_the_report_is_frozen(scene, report):
    services.propose(report, by=scene.tess)
    mail = OutgoingMail.objects.get(kind="report-proposed")
    assert mail.recipient_id == scene.tom.pk
    letter = letters.kind("report-proposed").render(mail)
    assert "Eerste half jaar" in letter.subject and str(report.pk) in letter.text and "Tess" in letter.text
    services.freeze(report, by=scene.tom)
    with pytest.raises(letters.Obsolete):
        letters.kind("report-proposed").render(mail)


def test_figures_that_changed_since_the_page_was_read_are_not_frozen(scene, report, client_of):
    services.propose(report, by=scene.tess)
    client = client_of(scene.tom)
    seen = client.get(reverse("reports:report", args=[report.pk])).context["page"].seen
    Meeting.objects.filter(title="Kennismaking").update(break_minutes=45)
    client.post(reverse("reports:freeze", args=[report.pk]), {"seen": seen})
    report.refresh_from_db()
    assert report.state == "proposed"


def test_after_freezing_nothing_of_the_figures_and_texts_changes(scene, report, client_of):
    fill(client_of(scene.tess), report)
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    url = reverse("reports:report", args=[report.pk])
    before = client_of(scene.tess).get(url).context["reading"].figures
    meeting = attendance.reopen(Meeting.objects.get(title="Kennismaking"), by=scene.tess, reason="Verkeerd genoteerd")
    bram = Attendance.objects.get(meeting=meeting, user=scene.bram)
    attendance.save_list(meeting, by=scene.hilde, lines={bram.pk: attendance.Line(status="absent")})
    services.sync_participants(scene.programme, by=scene.tess)
    after = client_of(scene.tess).get(url).context["reading"].figures
    assert before == after and before["totals"]["person_minutes"] > 0
    for act in ("propose", "take_back", "freeze"):
        client_of(scene.tom).post(reverse(f"reports:{act}", args=[report.pk]))
    assert fill(client_of(scene.tess), report, body="Anders", version=1).status_code == 422
    report.refresh_from_db()
    assert report.state == "frozen" and report.sections.get(name="summary").body == "Het ging goed."


def test_freezing_submits_the_checked_meetings_and_only_the_project_team_reopens_them(scene, report, client_of):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    states = dict(Meeting.objects.values_list("title", "state"))
    assert (states["Kennismaking"], states["Online sessie"], states["Coachingmoment"]) == ("submitted", "submitted", "held")
    found = corrections.since(report)
    assert not found["meetings"] and not found["effects"]

    meeting = Meeting.objects.get(title="Kennismaking")
    place = reverse("sessions:attendance", args=[meeting.pk])
    asked = {"reason": "Bram was er wel."}
    coach, team = client_of(scene.hilde), client_of(scene.tess)
    assert 'name="reason"' not in coach.get(place).content.decode()
    coach.post(reverse("sessions:reopen", args=[meeting.pk]), asked)
    meeting.refresh_from_db()
    assert meeting.state == "submitted"
    team.post(reverse("sessions:reopen", args=[meeting.pk]), asked)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.state_reason) == ("held", "Bram was er wel.")
    trace = list(meeting.changes.filter(what="state").values_list("before", "after", "by", "reason")[:2])
    assert trace == [("submitted", "held", scene.tess.pk, "Bram was er wel."), ("checked", "submitted", scene.tom.pk, "")]
    [row] = corrections.since(report)["meetings"]
    assert (row["title"], row["before"], row["after"]) == ("Kennismaking", {"state": "checked"}, {"state": "held"})
    assert row["why"] == "Bram was er wel."


def test_a_freezing_that_fails_submits_nothing(scene, report):
    services.propose(report, by=scene.tess)
    with pytest.raises(DomainError):
        services.freeze(report, by=scene.tom, seen="what nobody saw")
    assert not Meeting.objects.filter(state="submitted").exists()


def test_a_reported_period_is_closed_for_good(scene, report, period):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    period.ends_on = days(2)
    with pytest.raises(DomainError):
        services.save_period(period, by=scene.tess)
    with pytest.raises(DomainError) as refusal:
        services.save_period(
            ReportingPeriod(programme=scene.programme, name="x", starts_on=days(5), ends_on=days(0)), by=scene.tess
        )
    assert refusal.value.field == "starts_on"
    with pytest.raises(DomainError):
        services.remove_period(ReportingPeriod.objects.get(), by=scene.tess)


def test_every_fault_of_a_period_is_told_at_once_beside_its_field(scene, report, client_of):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    other = ReportingPeriod(programme=scene.programme, name="Tweede", starts_on=days(0), ends_on=days(-90))
    services.save_period(other, by=scene.tess)
    address = reverse("reports:period_new", args=[scene.programme.pk])
    wrong = {"name": "x", "starts_on": days(-5), "ends_on": days(5), "due_on": days(9)}
    answer = client_of(scene.tess).post(address, {name: str(value) for name, value in wrong.items()})
    errors = answer.context["form"].errors
    assert set(errors) == {"starts_on", "ends_on", "due_on"} and len(errors["starts_on"]) == 2
    assert any(report.period.name in told and "afgesloten" in told for told in errors["starts_on"])
    assert ReportingPeriod.objects.filter(programme=scene.programme).count() == 2


def test_a_period_that_goes_on_cannot_be_proposed(scene):
    period = ReportingPeriod(programme=scene.programme, name="Nu", starts_on=days(10), ends_on=days(-10))
    report = services.start_report(services.save_period(period, by=scene.tess), by=scene.tess)
    with pytest.raises(DomainError):
        services.propose(report, by=scene.tess)


OTHERS = ["hilde", "anna", "zita", "ada", "petra", "kim", "els", "omar"]


@pytest.mark.parametrize("name", OTHERS)
def test_who_does_not_account_for_the_programme_finds_nothing(scene, report, period, client_of, name):
    client, programme = client_of(getattr(scene, name)), scene.programme.pk
    pages = [
        reverse("reports:report", args=[report.pk]),
        reverse("reports:section", args=[report.pk, "summary"]),
        reverse("reports:periods", args=[programme]),
        reverse("reports:period", args=[programme, period.pk]),
        reverse("reports:period_new", args=[programme]),
        reverse("reports:participants", args=[programme]),
    ]
    acts = [
        *(reverse(f"reports:{act}", args=[report.pk]) for act in ("propose", "take_back", "freeze")),
        reverse("reports:start", args=[programme, period.pk]),
        reverse("reports:period_remove", args=[programme, period.pk]),
    ]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert {act: client.post(act).status_code for act in [*acts, *pages[1:2], *pages[3:5]]} == dict.fromkeys(
        [*acts, *pages[1:2], *pages[3:5]], 404
    )
    assert "Eerste half jaar" not in client.get(reverse("reports:list")).content.decode()


def test_another_programme_does_not_open_this_ones_periods(scene, period, client_of):
    mine = scene.other_programme.pk
    assert client_of(scene.omar).get(reverse("reports:periods", args=[mine])).status_code == 200
    assert client_of(scene.omar).get(reverse("reports:period", args=[mine, period.pk])).status_code == 404


def test_the_pages_need_few_queries(scene, report, client_of, django_assert_max_num_queries):
    client = client_of(scene.tess)
    for url, most in (
        (reverse("reports:report", args=[report.pk]), 8),
        (reverse("reports:list"), 5),
        (reverse("reports:participants", args=[scene.programme.pk]), 7),
        (reverse("reports:people", args=[report.pk]), 7),
        (reverse("reports:meetings", args=[report.pk]), 7),
    ):
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
