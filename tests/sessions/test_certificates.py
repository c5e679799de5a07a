"""A certificate of attendance: the same hours as the lists, for oneself, or by the project team."""

import pytest
from django.urls import reverse

from core import files
from core.models import Job
from sessions import attendance, tasks
from sessions.models import Certificate
from tests.sessions.record import network_session
from tests.sessions.test_report import text_of
from trajectories.models import Seat


def closed(cast):
    """A session of three hours and a quarter, at which everybody was; Anna left at eleven."""
    meeting = network_session(cast)
    here = {"status": "onsite", "established": "coach"}
    lines = {row.pk: attendance.Line(**here) for row in attendance.rows_of(meeting)}
    attendance.save_list(meeting, by=cast.hilde, lines=lines, guests=[])
    return attendance.close_list(meeting, by=cast.hilde)


@pytest.fixture
def seat(cast) -> Seat:
    return Seat.objects.get(user=cast.anna)


def url(seat) -> str:
    return reverse("sessions:certificate", args=[seat.pk])


def make(certificate: Certificate) -> bytes:
    tasks.make_certificate(str(certificate.job_id))
    certificate.refresh_from_db()
    return files.read(certificate.file)


def test_somebody_makes_their_own_certificate_in_the_background(cast, client_of, seat):
    closed(cast)
    client = client_of(cast.anna)
    assert "3 u 15" in client.get(url(seat)).content.decode()
    assert client.post(url(seat), {"language": "en"}).status_code == 302
    client.post(url(seat), {"language": "en"})
    certificate = Certificate.objects.get()
    words = text_of(make(certificate))
    assert "Certificate of attendance" in words and "Anna Claes" in words and "Samen leren kijken" in words
    assert "name, date, signature" in words
    link = reverse("sessions:certificate_download", args=[seat.pk, certificate.pk])
    assert client.get(link)["Content-Type"] == "application/pdf"
    for other in (cast.bram, cast.hilde, cast.zita):
        assert client_of(other).get(link).status_code == 404
    assert client_of(cast.tess).get(link).status_code == 200


def test_without_a_closed_list_there_is_nothing_to_certify(cast, client_of, seat):
    network_session(cast)
    client = client_of(cast.anna)
    assert client.get(url(seat)).status_code == 200
    assert client.post(url(seat), {"language": "nl"}).status_code == 422
    assert client.post(url(seat), {"language": "xx"}).status_code == 422
    assert not Job.objects.exists()


def test_who_left_keeps_the_way_to_the_certificate(cast, client_of, seat):
    closed(cast)
    Seat.objects.filter(pk=seat.pk).update(until=seat.since)
    assert client_of(cast.anna).get(url(seat)).status_code == 200
