"""From the page of a report down to the rows and proofs behind each figure, live and frozen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import jobs
from core.models import Job
from reporting import services, tasks
from reporting.models import KeptFigures, Participant, ProgressReport
from reporting.services import kept
from sessions.models import Attendance, Meeting


def text(client, name: str, *args, query: str = "") -> str:
    answer = client.get(reverse(f"reports:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(params=["draft", "frozen"])
def shown(request, scene, report) -> ProgressReport:
    if request.param == "frozen":
        services.propose(report, by=scene.tess)
        services.freeze(report, by=scene.tom)
        report.refresh_from_db()
    return report


def test_a_figure_opens_to_its_meetings(shown, scene, client_of):
    client = client_of(scene.tess)
    assert "?kind=network" in text(client, "report", shown.pk)
    everything = text(client, "meetings", shown.pk)
    assert all(title in everything for title in ("Kennismaking", "Coachingmoment", "Moment bij De Wip"))
    held = text(client, "meetings", shown.pk, query="?kind=network&phase=-&what=held")
    assert "Kennismaking" in held and "Sessie die niemand" not in held and "Coachingmoment" not in held
    dropped = text(client, "meetings", shown.pk, query="?what=cancelled")
    assert "Ziekte in het team" in dropped and "Kennismaking" not in dropped
    assert "Kennismaking" not in text(client, "meetings", shown.pk, query="?phase=Onbekend")


def test_a_meeting_shows_presences_under_numbers_and_its_proof(shown, scene, client_of):
    meeting = Meeting.objects.get(title="Kennismaking")
    page = text(client_of(scene.tess), "meeting", shown.pk, meeting.pk)
    anna = Participant.objects.get(user=scene.anna)
    assert reverse("reports:person", args=[shown.pk, anna.number]) in page
    assert "Claes" not in page and "Gast Een" not in page
    foreign = client_of(scene.tess).get(reverse("reports:meeting", args=[shown.pk, shown.pk]))
    assert foreign.status_code == 404


def test_hours_open_to_people_and_a_person_to_presences(shown, scene, client_of):
    client, anna = client_of(scene.tess), Participant.objects.get(user=scene.anna)
    page = text(client, "people", shown.pk)
    assert page.count(reverse("reports:people", args=[shown.pk])) >= 3 and "Claes" not in page
    own = text(client, "person", shown.pk, anna.number)
    assert all(title in own for title in ("Kennismaking", "Online sessie", "Coachingmoment"))
    assert client.get(reverse("reports:person", args=[shown.pk, 99])).status_code == 404


def test_what_is_missing_is_listed_with_who_and_where(shown, scene, client_of):
    page = text(client_of(scene.tess), "gaps", shown.pk)
    assert reverse("sessions:evidence", args=[Meeting.objects.get(title="Coachingmoment").pk]) in page
    only = text(client_of(scene.tess), "gaps", shown.pk, query="?what=not-closed")
    assert "Sessie die niemand afsloot" in only and "Coachingmoment" not in only


def test_frozen_rows_do_not_follow_later_corrections(scene, report, client_of):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    client, meeting = client_of(scene.tess), Meeting.objects.get(title="Kennismaking")
    before = [
        text(client, name, report.pk, *args) for name, args in (("people", ()), ("meeting", (meeting.pk,)), ("meetings", ()))
    ]
    Attendance.objects.filter(user=scene.anna).update(minutes=1, status="absent")
    Meeting.objects.filter(title="Kennismaking").update(title="Anders")
    after = [
        text(client, name, report.pk, *args) for name, args in (("people", ()), ("meeting", (meeting.pk,)), ("meetings", ()))
    ]
    tokens = [page.replace("csrf", "") for page in before]
    assert [page.split("<main")[1] for page in tokens] == [page.replace("csrf", "").split("<main")[1] for page in after]


def test_pages_cost_the_same_number_of_queries_with_more_rows(scene, report, client_of, django_assert_max_num_queries):
    client = client_of(scene.tess)
    most = {"report": 12, "meetings": 7, "people": 7, "person": 9, "gaps": 12}  # one is the session's
    for name, queries in most.items():
        about = (report.pk, Participant.objects.get(user=scene.anna).number) if name == "person" else (report.pk,)
        text(client, name, *about)
        with CaptureQueriesContext(connection) as counted:
            text(client, name, *about)
        assert len(counted) <= queries, name


def test_figures_of_a_large_programme_are_computed_in_the_background(scene, period, client_of, monkeypatch):
    monkeypatch.setattr(kept, "AT_ONCE", 0)
    report = services.start_report(period, by=scene.tess)
    client = client_of(scene.tess)
    assert KeptFigures.objects.get().computed_at is None
    waiting = text(client, "report", report.pk)
    assert "<progress" in waiting
    job = Job.objects.get(kind=kept.KIND)
    assert client.post(reverse("reports:figures", args=[report.pk])).status_code == 302
    assert Job.objects.filter(kind=kept.KIND).count() == 1
    tasks.compute_figures(str(job.pk))
    assert Job.objects.get().state == Job.State.DONE
    assert "165" not in waiting and text(client, "report", report.pk).count("<svg") >= 2


def test_a_worker_that_died_over_the_figures_is_followed_by_another(scene, period, monkeypatch):
    monkeypatch.setattr(kept, "AT_ONCE", 0)
    services.start_report(period, by=scene.tess)
    job = Job.objects.get(kind=kept.KIND)

    def killed(_report):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(kept, "compute", killed)
        with pytest.raises(SystemExit):
            tasks.compute_figures(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING and KeptFigures.objects.get().computed_at is None
    Job.objects.update(lease_until=job.created_at)
    assert jobs.resume() == 1
    tasks.compute_figures(str(job.pk))
    assert KeptFigures.objects.get().computed_at is not None
