"""Files and links of a meeting: checked by content, for their own readers, never shown inline."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import uploads
from sessions import materials
from sessions.models import Material, Meeting
from tests.scene.base import PDF
from tests.sessions.record import coaching_moment, network_session


def add(meeting: Meeting, cast, readers: str) -> Material:
    checked = uploads.Checked(PDF, "application/pdf", "tekst.pdf")
    return materials.add(meeting, by=cast.hilde, title=f"Voor {readers}", readers=readers, upload=checked)


def test_a_file_is_served_as_an_attachment_that_no_browser_runs(cast, client_of):
    meeting = network_session(cast)
    upload = SimpleUploadedFile("tekst.pdf", PDF)
    client_of(cast.hilde).post(f"/sessions/{meeting.pk}/materials/", {"title": "Lezen", "readers": "all", "upload": upload})

    answer = client_of(cast.anna).get(f"/sessions/{meeting.pk}/materials/{meeting.materials.get().pk}/")

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Security-Policy"].startswith("sandbox")


def test_each_file_has_its_own_readers(cast, client_of):
    meeting = coaching_moment(cast)
    rows = {readers: add(meeting, cast, readers) for readers in ("all", "pair", "coaches")}

    def seen(user) -> list[str]:
        client, address = client_of(user), f"/sessions/{meeting.pk}/materials/"
        return [name for name, row in rows.items() if client.get(f"{address}{row.pk}/").status_code == 200]

    assert seen(cast.joris) == ["all", "pair", "coaches"]
    assert seen(cast.anna) == ["all", "pair"]
    assert seen(cast.tess) == seen(cast.zita) == []
    listed = client_of(cast.anna).get(f"/sessions/{meeting.pk}/materials/").content.decode()
    assert "Voor pair" in listed and "Voor coaches" not in listed


def bomb() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("veel.txt", b"0" * 20_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    "name, content",
    [
        ("foto.jpg", PDF),
        ("groot.pdf", PDF + b"0" * (30 * 1024 * 1024)),
        ("bom.pdf", bomb()),
        ("bom.zip", bomb()),
        ("plaatje.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("blad.html", b"<!doctype html><script>alert(1)</script>"),
        ("leeg.pdf", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_sentence_beside_the_field(cast, client_of, name, content):
    meeting = network_session(cast)
    sent = {"title": "Iets", "readers": "all", "upload": SimpleUploadedFile(name, content)}

    answer = client_of(cast.hilde).post(f"/sessions/{meeting.pk}/materials/", sent)

    assert answer.status_code == 422 and "note-error" in answer.content.decode()
    assert not Material.objects.exists()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://voorbeeld.be/x", "data:text/html,x"])
def test_only_a_link_of_the_web_is_one(cast, client_of, link):
    meeting = network_session(cast)

    answer = client_of(cast.hilde).post(f"/sessions/{meeting.pk}/materials/", {"title": "x", "readers": "all", "link": link})

    assert answer.status_code == 422 and not Material.objects.exists()


def test_what_is_sent_twice_is_there_once(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    address, link = f"/sessions/{meeting.pk}/materials/", "https://voorbeeld.be/tekst"
    for _press in range(2):
        assert hilde.post(address, {"title": "x", "readers": "all", "link": link}).status_code == 302
        add(meeting, cast, "all")
    hilde.post(address, {"title": "x", "readers": "coaches", "link": link})
    assert sorted(meeting.materials.values_list("title", "readers")) == [("Voor all", "all"), ("x", "all"), ("x", "coaches")]


def test_a_link_or_a_file_and_not_both(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    address, link = f"/sessions/{meeting.pk}/materials/", "https://voorbeeld.be/tekst"
    both = {"title": "x", "readers": "all", "link": link, "upload": SimpleUploadedFile("tekst.pdf", PDF)}

    refused = [hilde.post(address, both).status_code, hilde.post(address, {"title": "x", "readers": "all"}).status_code]
    hilde.post(address, {"title": "x", "readers": "all", "link": link})

    assert refused == [422, 422] and Material.objects.get().link == link


def test_taken_away_is_gone_and_its_bytes_go_with_the_sweep(cast, client_of):
    meeting = network_session(cast)
    row = add(meeting, cast, "all")

    by_leader = client_of(cast.anna).post(f"/sessions/{meeting.pk}/materials/{row.pk}/remove/")
    client_of(cast.hilde).post(f"/sessions/{meeting.pk}/materials/{row.pk}/remove/")

    row.file.refresh_from_db()
    assert by_leader.status_code == 403 and not Material.objects.exists()
    assert row.file.expires_at is not None
