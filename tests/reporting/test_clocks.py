"""Coaching content and evidence have clocks of their own, per programme; what has run out goes by the tick or by hand."""

import datetime
import json

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core import files, letters
from core.models import StoredFile
from ilias import timetable
from outbox.models import OutgoingMail
from people.models import Draft, PersonKey
from reflections import services as reflections
from reflections.models import (
    Comment,
    DeviceKey,
    Nudge,
    Opening,
    PortfolioPiece,
    ReaderGrant,
    Reflection,
    ReflectionFile,
    ReflectionVersion,
    SelfAssessment,
)
from reporting import services
from reporting.clocks import clocks, content_tables
from reporting.models import Asking, Characteristic, Participant
from reporting.services import retention
from sessions import actions, materials, minutes, preparation
from sessions.models import Attendance, Evidence, Material, Meeting, SessionReport
from trajectories import services as trajectories
from trajectories.models import Programme

DAY = datetime.timedelta(days=1)
ANSWERS = {"gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master"}


def stored(name: str) -> StoredFile:
    return files.store(b"%PDF-1.7", name=name, content_type="application/pdf", by=None)


@pytest.fixture
def full(scene, report):
    """A frozen report, and coaching content of every kind."""
    anna = Participant.objects.get(user=scene.anna)
    services.answer(anna, by=scene.anna, moment="entry", answers=ANSWERS, consents=True)
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    meeting = Meeting.objects.get(title="Sessie die niemand afsloot")
    minutes.save(meeting, by=scene.hilde, body="Wat er gezegd werd.", version=0)
    actions.add(meeting, by=scene.hilde, text="Een afspraak", owner=scene.anna)
    preparation.bring(meeting, by=scene.anna, kind="question", texts={"text": "Mijn vraag"}, readers=[scene.hilde.pk])
    material = materials.add(meeting, by=scene.hilde, title="Lezen", readers="all", link="https://example.org/lezen")
    Material.objects.filter(pk=material.pk).update(link="", file=stored("materiaal.pdf"))
    row = reflections.write(by=scene.anna, pilot=scene.nest, text="Iets persoonlijks.", audiences=["coaches"])
    ReflectionFile.objects.create(reflection=row, name=b"x", file=stored("foto.jpg"))
    ReflectionVersion.objects.create(reflection=row, number=1, body=b"x", written_at=timezone.now())
    Comment.objects.create(reflection=row, author=scene.hilde, body=b"x")
    Opening.objects.get_or_create(reflection=row, reader=scene.hilde)
    Draft.objects.create(user=scene.anna, place="reflection:new", body=b"x")
    DeviceKey.objects.create(user=scene.anna, place="reflection:new", sealed=b"x")
    Nudge.objects.create(user=scene.anna)
    PortfolioPiece.objects.create(author=scene.anna, programme=scene.programme, part="author", kind="text", body=b"x")
    SelfAssessment.objects.create(author=scene.anna, programme=scene.programme, body=b"x")
    for edition in SessionReport.Edition.values:
        SessionReport.objects.create(meeting=meeting, edition=edition, file=stored(f"{edition}.pdf"))
    Evidence.objects.create(meeting=meeting, file=stored("lijst.pdf"))
    return report


def years_on(scene, **clocks) -> datetime.datetime:
    """The programme ended a year ago, with these clocks; the moment is now."""
    today = timezone.localdate()
    starts, ends = today.replace(year=today.year - 3, day=1), today.replace(year=today.year - 1, day=1)
    Programme.objects.filter(pk=scene.programme.pk).update(starts_on=starts, ends_on=ends, **clocks)
    return timezone.now()


def counted() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in content_tables()}


def test_all_content_goes_on_its_clock_and_all_evidence_stays(full, scene):
    assert {ReaderGrant._meta.label} <= set(counted()) and 0 not in counted().values(), "a kind of content was not tried"
    places = [row.path for row in StoredFile.objects.filter(name__in=["materiaal.pdf", "foto.jpg", "internal.pdf"])]
    before = Attendance.objects.filter(minutes__gt=0).count()
    services.keep_clocks(now=years_on(scene, content_months=24, evidence_years=10))
    now = years_on(scene, content_months=6, evidence_years=10)
    services.keep_clocks(now=now + DAY)
    assert 0 not in counted().values(), "nothing goes before the team was told"
    assert timetable.tick(now + 16 * DAY)["clocks"] > 0
    assert set(counted().values()) == {0}
    assert len(places) == 3 and not any(default_storage.exists(path) for path in places)
    assert [row.edition for row in SessionReport.objects.all()] == [SessionReport.Edition.FUNDER]
    assert Evidence.objects.filter(file__name="lijst.pdf", file__expires_at=None).exists()
    assert Attendance.objects.filter(minutes__gt=0).count() == before > 0
    assert Characteristic.objects.exclude(value=None).exists() and PersonKey.objects.filter(pk=scene.anna.pk).exists()
    full.snapshot.refresh_from_db()
    assert full.snapshot.answers is not None


def test_answers_go_on_the_clock_of_evidence_and_the_frozen_figures_stay(full, scene, capsys):
    years_on(scene, content_months=0, evidence_years=0)
    call_command("retention", "--run")
    said = capsys.readouterr().out
    assert "evidence until" in said and f"{scene.programme.slug}: " in said and "rows erased" in said
    assert not Characteristic.objects.exists() and not Asking.objects.exists()
    assert not PersonKey.objects.filter(pk=scene.anna.pk).exists()
    full.snapshot.refresh_from_db()
    assert full.snapshot.answers is None and json.loads(full.snapshot.data)["state"] == "frozen"
    call_command("retention", "--run")
    assert "rows erased" not in capsys.readouterr().out


def test_who_takes_part_in_a_programme_that_goes_on_keeps_what_hangs_on_them_alone(full, scene):
    since = timezone.localdate()
    trajectories.seat_person(by=None, user=scene.anna, programme=scene.other_programme, role="adviser", since=since)
    now = years_on(scene, content_months=6, evidence_years=10)
    for days in (0, 15):
        services.keep_clocks(now=now + days * DAY)
    assert Draft.objects.filter(user=scene.anna).exists() and not Reflection.objects.exists()


def test_the_team_is_told_a_month_before_once_and_again_when_the_clock_is_set_later(full, scene):
    now = years_on(scene, content_months=24, evidence_years=10)
    content = clocks(Programme.objects.get(pk=scene.programme.pk))[0]
    at = timezone.make_aware(datetime.datetime.combine(content, datetime.time(6)))
    letters_of = OutgoingMail.objects.filter(kind="content-clock")
    services.keep_clocks(now=at - 31 * DAY)
    assert not letters_of.exists()
    for days in (30, 29, 3):
        services.keep_clocks(now=at - days * DAY)
    assert set(letters_of.values_list("recipient_id", flat=True)) == {scene.tess.pk, scene.tom.pk} and letters_of.count() == 2
    with time_machine.travel(at - 29 * DAY, tick=False):
        letter = letters.kind("content-clock").render(letters_of.first())
    day = content + DAY
    assert str(day.year) in letter.subject and reverse("trajectories:basics", args=[scene.programme.pk]) in letter.text
    Programme.objects.filter(pk=scene.programme.pk).update(content_months=36)
    with pytest.raises(letters.Obsolete):
        letters.kind("content-clock").render(letters_of.first())
    services.keep_clocks(now=at + DAY)
    assert Reflection.objects.exists() and letters_of.count() == 2
    assert now < at


def test_a_clock_that_is_made_short_leaves_a_fortnight_after_the_letter(full, scene):
    now = years_on(scene, content_months=6, evidence_years=10)
    for days, there in ((0, True), (13, True), (14, False)):
        services.keep_clocks(now=now + days * DAY)
        assert Reflection.objects.exists() == there, days


def test_clocks_are_kept_once_a_day(full, scene):
    now = timezone.now().replace(hour=12)
    assert services.keep_clocks(now=now) == 0
    years_on(scene, content_months=0, evidence_years=0)
    assert services.keep_clocks(now=now + datetime.timedelta(hours=1)) == 0 and Characteristic.objects.exists()
    assert services.keep_clocks(now=now + DAY) > 0 and not Characteristic.objects.exists()


def test_one_programme_that_fails_stops_no_other_and_operators_see_it(full, scene, client, capsys, caplog):
    years_on(scene, content_months=0, evidence_years=0)
    cannot = Programme.objects.get(pk=scene.other_programme.pk)
    Programme.objects.filter(pk=cannot.pk).update(ends_on=datetime.date(9999, 12, 1))  # beyond the last year
    outcomes = {ended.programme.slug: ended for ended in retention.run_out(now=timezone.now())}
    assert outcomes[cannot.slug].failed and outcomes[scene.programme.slug].rows > 0
    assert "the clocks of the programme" in caplog.text and cannot.slug in caplog.text
    assert client.get("/readyz").json()["clocks"] is False
    with pytest.raises(CommandError, match="1 failed"):
        call_command("retention")
    assert f"{cannot.slug}: cannot be told; FAILED on" in capsys.readouterr().out
    Programme.objects.filter(pk=cannot.pk).update(ends_on=cannot.ends_on)
    call_command("retention", "--run")
    assert client.get("/readyz").json()["clocks"] is True


def test_the_team_sets_both_clocks_and_content_ends_first(scene, client_of):
    address = reverse("trajectories:basics", args=[scene.programme.pk])
    client = client_of(scene.tess)
    page = client.get(address)
    typed = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    typed |= {"starts_on": scene.programme.starts_on.isoformat(), "ends_on": scene.programme.ends_on.isoformat()}
    typed["sectors"] = [sector.pk for sector in typed.get("sectors", [])]
    answer = client.post(address, typed | {"evidence_years": "3", "content_months": "37"})
    assert "content_months" in answer.context["form"].errors
    assert client.post(address, typed | {"evidence_years": "5", "content_months": "13"}).status_code == 302
    scene.programme.refresh_from_db()
    assert (scene.programme.evidence_years, scene.programme.content_months) == (5, 13)
