"""Every figure opens down to its proofs, and what is missing or weak is said before reporting, with who can mend it."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from core import files
from reporting import answers, document, figures, services, words
from reporting.frameworks import framework
from reporting.indicators import ErasedTotals
from reporting.models import Participant
from reporting.records import Member
from reporting.rows import read_canonical, write_canonical
from sessions.models import Attendance, Certificate, Evidence, Meeting, SessionReport, Signature
from tests.reporting.populations import age, population
from tests.reporting.scene import days
from tests.reporting.test_indicators import SHIPPED, START, records
from trajectories.models import Seat


def gaps(scene) -> dict[tuple[str, str], dict]:
    found = figures.collect(scene.programme, days(90), days(1))["gaps"]
    return {(gap["what"], gap.get("title", "")): gap for gap in found}


def stored(name: str):
    return files.store(b"%PDF-1.7 " + name.encode(), name=name, content_type="application/pdf", by=None)


def test_each_kind_of_missing_or_weak_proof_is_listed_with_who_mends_it(scene):
    moment, first = "Coachingmoment", "Kennismaking"
    found = gaps(scene)
    assert found["no-proof", moment]["mended_by"] == "coach" and found["not-checked", moment]["mended_by"] == "second"
    assert not [title for _what, title in found if title == first]
    Evidence.objects.filter(meeting__title=first).delete()
    places = Attendance.objects.filter(meeting__title=first, status="onsite")
    places.filter(user=scene.anna).update(left_at=None)
    places.filter(user=scene.bram).update(recorded_at=None)
    found = gaps(scene)
    assert (found["no-scan", first]["count"], found["no-scan", first]["mended_by"]) == (2, "coach")
    assert (found["undated", first]["count"], found["open-ended", first]["count"]) == (1, 1)
    for place in places.filter(user__in=[scene.anna, scene.bram]):
        Signature.objects.create(attendance=place, way="confirmed")
    Attendance.objects.filter(meeting__title=first).update(left_at=timezone.now())
    assert not [title for _what, title in gaps(scene) if title == first]
    Signature.objects.create(attendance=Attendance.objects.get(meeting__title=moment, user=scene.anna), way="confirmed")
    assert ("no-proof", moment) not in gaps(scene)


def test_attendance_outside_periods_and_after_leaving_is_told(scene, report):
    assert not {"outside-periods", "after-leaving"} & {what for what, _title in gaps(scene)}
    report.period.starts_on = days(50)
    services.save_period(report.period, by=scene.tess)
    Participant.objects.filter(user__in=[scene.anna, scene.zita]).update(left_on=days(45), entered_on=days(60))
    found = gaps(scene)
    assert (found["outside-periods", ""]["count"], found["outside-periods", ""]["first_day"]) == (1, days(60).isoformat())
    numbers = Participant.objects.filter(user__in=[scene.anna, scene.zita]).values_list("number", flat=True)
    assert found["after-leaving", ""]["participants"] == sorted(numbers)
    assert found["after-leaving", ""]["mended_by"] == found["outside-periods", ""]["mended_by"] == "project"
    assert "periode valt" in words.gap(found["outside-periods", ""]) and "laatste dag" in words.gap(found["after-leaving", ""])


def test_the_pages_before_reporting_say_it_and_a_meeting_shows_all_its_proofs(scene, report, client_of):
    meeting = Meeting.objects.get(title="Kennismaking")
    place = meeting.attendances.get(user=scene.bram)
    Signature.objects.create(attendance=place, way="confirmed", signed_at=timezone.now() - datetime.timedelta(days=60))
    now = timezone.now()
    made = {"meeting": meeting, "made_at": now}
    before = made | {"made_at": now - datetime.timedelta(hours=1)}
    SessionReport.objects.create(edition="funder", file=stored("verslag-oud.pdf"), **before)
    SessionReport.objects.create(edition="funder", file=stored("verslag.pdf"), **made)
    SessionReport.objects.create(edition="internal", file=stored("intern.pdf"), **made)
    client = client_of(scene.tess)
    page = client.get(reverse("reports:meeting", args=[report.pk, meeting.pk])).content.decode()
    assert "zelf getekend" in page and "lijst.pdf" in page and "verslag.pdf" in page
    assert "verslag-oud.pdf" not in page and "intern.pdf" not in page
    assert f"{days(60):%d/%m/%Y}" in page or f"{days(60).day}" in page
    proofs = document.draft_of(report).document["evidence"]
    assert [proof["kind"] for proof in proofs] == ["scan", "report"] and all(len(proof["sha256"]) == 64 for proof in proofs)
    Evidence.objects.all().delete()
    services.compute(report)
    assert "scan" in client.get(reverse("reports:gaps", args=[report.pk]), {"what": "no-scan"}).content.decode()
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    page = client.get(reverse("reports:meeting", args=[report.pk, meeting.pk])).content.decode()
    assert "verslag.pdf" in page and "zelf getekend" in page


def test_a_participant_opens_down_to_the_certificates(scene, report, client_of):
    seat = Seat.objects.get(user=scene.bram, programme=scene.programme)
    certificate = Certificate.objects.create(seat=seat, file=stored("attest.pdf"), made_at=timezone.now())
    number = Participant.objects.get(user=scene.bram).number
    address = reverse("reports:person", args=[report.pk, number])
    page = client_of(scene.tess).get(address).content.decode()
    download = reverse("sessions:certificate_download", args=[seat.pk, certificate.pk])
    assert download in page and client_of(scene.tess).get(download).status_code == 200
    assert client_of(scene.hilde).get(address).status_code == client_of(scene.hilde).get(download).status_code == 404


def test_attendance_of_reports_frozen_before_presences_were_dated_is_still_read(scene, report):
    out = io.BytesIO()
    number, _sha256 = write_canonical(out, document.draft_of(report).rows())
    rows = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))
    place, older = rows[0].index("dated"), io.StringIO(newline="")
    csv.writer(older, lineterminator="\n").writerows([cell for at, cell in enumerate(row) if at != place] for row in rows)
    found = list(read_canonical(io.BytesIO(older.getvalue().encode())))
    assert len(found) == number > 10 and {row.dated for row in found} == {None}
    with pytest.raises(ValueError, match="headers"):
        list(read_canonical(io.BytesIO(b"meeting,day\n")))


@pytest.mark.parametrize("name", SHIPPED)
def test_ages_in_the_exported_rows_are_those_of_a_walk_over_birthdays(name):
    people = population(3, name) + population(4, name)
    end = datetime.date(2023, 12, 31)
    members = [Member(number, "", {}, record) for number, record in enumerate(records(people), start=1)]
    made = answers.tables(framework(name), members, ErasedTotals(), START, end)
    rows = csv.DictReader(io.StringIO(made.participants.decode()))
    shown = [row["entry.birth_date.age"] for row in rows]
    assert shown == ["" if age(someone) is None else str(age(someone)) for someone in people] and len(shown) > 10
