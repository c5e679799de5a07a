"""Proofs of attendance: the list to sign, and the scan that comes back."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core import files
from core.models import StoredFile
from sessions import planning
from sessions.models import Evidence, Meeting
from tests.sessions.record import coaching_moment, network_session

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def address(meeting: Meeting, tail: str = "") -> str:
    return f"/sessions/{meeting.pk}/evidence/{tail}"


def scan(content: bytes = PDF, name: str = "lijst.pdf") -> dict:
    return {"kind": "scan", "upload": SimpleUploadedFile(name, content)}


def photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (80, 120), "white").save(picture, "JPEG")
    return picture.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"), [("lijst.pdf", PDF, "application/pdf"), ("Foto lijst.JPG", photo(), "image/jpeg")]
)
def test_a_scan_is_kept_with_the_meeting_and_comes_back_as_a_download(cast, client_of, name, content, kept):
    meeting, hilde = network_session(cast), client_of(cast.hilde)

    assert hilde.post(address(meeting), scan(content, name)).status_code == 302

    proof = Evidence.objects.get(meeting=meeting)
    assert (proof.file.content_type, proof.added_by) == (kept, cast.hilde)
    answer = hilde.get(address(meeting, f"{proof.pk}/"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == kept
    assert answer.content == files.read(proof.file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lijst.jpg", PDF),
        ("lijst.pdf", photo()),
        ("lijst.html", b"<script>1</script>"),
        ("leeg.pdf", b""),
        ("groot.pdf", PDF + b" " * 10_500_000),
    ],
)
def test_what_is_not_what_it_says_is_refused_beside_the_field(cast, client_of, name, content):
    meeting = network_session(cast)

    answer = client_of(cast.hilde).post(address(meeting), scan(content, name))

    assert answer.status_code == 422
    assert 'id="div_id_upload" class="field has-error' in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_the_same_scan_is_kept_once(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    hilde.post(address(meeting), scan())

    assert hilde.post(address(meeting), scan()).status_code == 422
    assert Evidence.objects.count() == 1


def test_a_wrong_file_can_be_taken_away_until_the_meeting_is_checked(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    hilde.post(address(meeting), scan())
    proof = Evidence.objects.select_related("file").get()
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CHECKED)
    hilde.post(address(meeting, f"{proof.pk}/remove/"))
    assert Evidence.objects.exists()

    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.HELD)
    hilde.post(address(meeting, f"{proof.pk}/remove/"))
    assert not Evidence.objects.exists()
    assert files.sweep() == 1
    assert not StoredFile.objects.exists()


def test_a_scan_can_still_come_after_the_check_and_not_before_the_meeting(cast, client_of):
    checked, tomorrow, hilde = network_session(cast), network_session(cast, days_ago=-1), client_of(cast.hilde)
    Meeting.objects.filter(pk=checked.pk).update(state=Meeting.State.CHECKED)

    assert hilde.post(address(checked), scan()).status_code == 302
    assert hilde.post(address(tomorrow), scan()).status_code == 422


def test_proofs_are_for_who_runs_the_meeting(cast, client_of):
    moment, session = coaching_moment(cast), network_session(cast)
    client_of(cast.hilde).post(address(moment), scan())
    proof = Evidence.objects.get()

    assert client_of(cast.tess).get(address(moment, f"{proof.pk}/")).status_code == 200
    assert client_of(cast.anna).get(address(moment)).status_code == 403
    assert client_of(cast.anna).get(address(moment, f"{proof.pk}/")).status_code == 403
    for stranger in (cast.zita, cast.karel, cast.ada, cast.els, cast.omar):
        assert client_of(stranger).get(address(moment, f"{proof.pk}/")).status_code == 404, stranger
        assert client_of(stranger).post(address(moment), scan()).status_code == 404
        assert client_of(stranger).post(address(moment, f"{proof.pk}/remove/")).status_code == 404
    assert client_of(cast.hilde).get(address(session, f"{proof.pk}/")).status_code == 404, "under another meeting"
    assert Evidence.objects.count() == 1


def test_a_meeting_of_two_days_has_a_list_for_each_and_every_sheet_says_whose_it_is(cast, client_of):
    starts = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + datetime.timedelta(days=5)
    visit = planning.plan_meeting(
        by=cast.tess, host=cast.partner, title="Werkbezoek", starts_at=starts, ends_at=starts + datetime.timedelta(hours=30)
    )

    page = client_of(cast.tess).get(f"/sessions/{visit.pk}/sign-in-list/").content.decode()

    assert page.count('<section class="sheet">') == page.count("<tfoot>") == 2 and page.count("<h1") == 1
    for day in (visit.local_start.date(), visit.local_end.date()):
        sheet = page.split('<section class="sheet">')[1 + (day - visit.local_start.date()).days]
        assert f'datetime="{day.isoformat()}"' in sheet.split("<table>")[0]
        foot = sheet[sheet.index("<tfoot>") :]
        assert "Werkbezoek" in foot and cast.programme.funder_sentence in foot and day.isoformat() in foot


def test_the_list_to_sign_names_everybody_and_the_funder(cast, client_of):
    cast.programme.is_demo = True
    cast.programme.dossier_number = "ESF 1234"
    cast.programme.save()
    meeting = network_session(cast)

    page = client_of(cast.hilde).get(f"/sessions/{meeting.pk}/sign-in-list/").content.decode()

    for words in (
        "Anna Claes",
        "Yusuf Demir",
        "De Wip",
        "directeur",
        "ESF 1234",
        cast.programme.funder_sentence,
        "data:image/png;base64,",
    ):
        assert words in page, words
    assert client_of(cast.anna).get(f"/sessions/{meeting.pk}/sign-in-list/").status_code == 403
    assert client_of(cast.omar).get(f"/sessions/{meeting.pk}/sign-in-list/").status_code == 404
