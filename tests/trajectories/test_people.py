"""The people of a programme: the list, inviting one by one and from a list with a preview, ending and handing over a place."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import AuditEntry
from outbox.models import OutgoingMail
from people import services as people
from people.models import Invitation, User
from trajectories import services
from trajectories.models import Seat

HEAD = "rol;voornaam;familienaam;e-mail;taal;pilot;rol in tandem;organisatie;functie;sinds\n"


def new(cast, **changes) -> dict:
    typed = {"role": "adviser", "first_name": "Nele", "last_name": "D’Hondt", "email": "nele@school.example", "language": "nl"}
    return typed | changes


def test_each_role_sees_the_list_that_is_theirs(cast, client_of):
    page = client_of(cast.tess).get("/people/").content.decode()
    assert all(user.name in page for user in (cast.anna, cast.zita, cast.hilde, cast.ada, cast.petra, cast.tom, cast.els))
    assert cast.omar.name not in page and "/people/invite/" in page
    coach = client_of(cast.hilde).get("/people/").content.decode()
    assert cast.anna.name in coach and cast.zita.name in coach and cast.ada.name not in coach
    assert "/people/invite/" not in coach and "/end/" not in coach
    for name in ("anna", "ada", "petra", "kim", "els"):
        assert client_of(getattr(cast, name)).get("/people/").status_code == 403, name


def test_another_programmes_people_do_not_exist_for_me(cast, client_of):
    page = client_of(cast.omar).get("/people/").content.decode()
    assert cast.omar.name in page and cast.anna.name not in page
    seat, other = cast.anna.seats.get(), f"?programme={cast.programme.pk}"
    invitation = people.invite(cast.anna, by=cast.tess, programme_id=cast.programme.pk)
    for path in ("", "invite/", "list/", "list/example/"):
        assert client_of(cast.omar).get(f"/people/{path}{other}").status_code == 404
        assert client_of(cast.omar).get(f"/people/{path}?programme=nonsense").status_code == 404
    for path in (f"seats/{seat.pk}/end/", f"seats/{seat.pk}/replace/"):
        assert client_of(cast.omar).get(f"/people/{path}").status_code == 404
        assert client_of(cast.hilde).get(f"/people/{path}").status_code == 403
        assert client_of(cast.tess).get(f"/people/{path}").status_code == 200
    for act in ("again", "withdraw"):
        for name in ("omar", "hilde", "anna"):
            assert client_of(getattr(cast, name)).post(f"/people/invitations/{invitation.pk}/{act}/").status_code == 404
    assert Invitation.objects.open().count() == 1


@pytest.mark.parametrize("path", ["invite/", "list/", "list/example/"])
def test_only_the_project_team_invites(cast, client_of, path):
    for name in ("hilde", "anna", "ada"):
        assert client_of(getattr(cast, name)).get(f"/people/{path}").status_code == 403
    assert client_of(cast.tess).get(f"/people/{path}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=claes", {"anna"}),
        ("text=ZITA@", {"zita"}),
        ("text=Wip", {"zita", "yusuf", "karel"}),
        ("role=adviser", {"ada"}),
        ("role=coach&sort=new", {"hilde", "joris", "karel"}),
        ("state=left", {"els"}),
        ("state=in&role=project&sort=service", {"tess", "tom"}),
        ("state=lapsed", set()),
        ("text=%00", {"hilde", "joris", "karel", "anna", "bram", "zita", "yusuf", "tess", "tom", "ada", "petra", "els"}),
        ("role=king&state=odd&page=99", set()),
    ],
)
def test_people_are_found_by_name_role_and_state(cast, client_of, asked, found):
    page = client_of(cast.tess).get(f"/people/?{asked}").content.decode()
    shown = {name for name, user in cast.people().items() if f"mailto:{user.email}" in page}
    assert shown == found


def test_the_list_costs_the_same_for_few_and_for_many(cast, client_of, django_assert_num_queries):
    client = client_of(cast.tess)
    for number in range(2):
        with django_assert_num_queries(7):
            assert client.get("/people/").status_code == 200
        for extra in range(20):
            user = people.person_at(f"p{number}-{extra}@x.example", by=cast.tess, first_name="P", last_name=str(extra))
            services.seat_person(by=cast.tess, user=user, programme=cast.programme, role=Seat.Role.ADVISER)


def test_one_person_is_invited_with_account_seat_and_letter(cast, client_of):
    client = client_of(cast.tess)
    typed = new(cast, role="coach", pilot=str(cast.nest.pk), part="process", function="begeleider", language="en")
    assert client.post("/people/invite/", typed).status_code == 302
    nele = User.objects.get(email="nele@school.example")
    assert nele.language == "en" and nele.activated_at is None
    assert {(seat.pilot, seat.place, seat.part) for seat in nele.seats.all()} == {(None, None, ""), (cast.nest, 3, "process")}
    letter = OutgoingMail.objects.get(kind="invitation")
    assert letter.recipient_id == nele.pk and letter.programme_id == cast.programme.pk
    assert {"person.made", "seat.given", "invitation.sent"} <= set(
        AuditEntry.objects.filter(by=cast.tess.pk).values_list("verb", flat=True)
    )
    page = client.get("/people/?state=invited").content.decode()
    assert "nele@school.example" in page and "/again/" in page


def test_who_takes_part_already_gets_a_place_and_no_second_letter(cast, client_of):
    assert client_of(cast.tess).post("/people/invite/", new(cast, email="Ada@ilias.example", role="partner")).status_code == 302
    assert cast.ada.seats.count() == 2 and not OutgoingMail.objects.exists()
    cast.ada.refresh_from_db()
    assert cast.ada.first_name == "Ada"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "no address"}, "id_email_error"),
        ({"first_name": ""}, "id_first_name_error"),
        ({"first_name": "x" * 121}, "id_first_name_error"),
        ({"role": "king"}, "king"),
        ({"role": "leader"}, "id_pilot_error"),
        ({"role": "leader", "pilot": "NEST"}, "id_pilot_error"),
        ({"role": "adviser", "pilot": "NEST"}, "id_pilot_error"),
        ({"role": "adviser", "part": "content"}, "id_part_error"),
        ({"since": "31/02/2026"}, "id_since_error"),
        ({"email": "ada@ilias.example"}, "id_email_error"),
        ({"language": "xx"}, "id_language_error"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(cast, client_of, changes, words):
    before = (User.objects.count(), Seat.objects.count())
    changes = {name: str(cast.nest.pk) if value == "NEST" else value for name, value in changes.items()}
    answer = client_of(cast.tess).post("/people/invite/", new(cast, function="🙂 <b>zorg</b>", **changes))
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and "🙂 &lt;b&gt;zorg&lt;/b&gt;" in page
    assert (User.objects.count(), Seat.objects.count()) == before and not OutgoingMail.objects.exists()


def test_a_list_shows_all_faults_of_all_lines_and_keeps_nothing(cast, client_of):
    text = HEAD + (
        "leidinggevende;Nele;Een;nele@school.example;nl;De Wip;;;directeur;\n"  # the pair is full
        "koning;;Twee;geen adres;fr;Nergens;;;;31/02/2026\n"
        "coach;Piet;Drie;piet@vbjk.example;Engels;Het Nest;inhoud;VBJK;;2026-01-15\n"
    )
    before = (User.objects.count(), Seat.objects.count(), AuditEntry.objects.count())
    page = client_of(cast.tess).post("/people/list/", {"pasted": text}).content.decode()
    for fault in ("De Wip", "koning", "geen adres", "Nergens", "31/02/2026"):
        assert fault in page
    assert page.count("status-stop") >= 7 and 'name="invite"' not in page
    sneaky = client_of(cast.tess).post("/people/list/", {"pasted": text, "invite": "1"})
    assert sneaky.status_code == 200
    assert (User.objects.count(), Seat.objects.count(), AuditEntry.objects.count()) == before
    assert not OutgoingMail.objects.exists()


def test_a_list_in_order_is_shown_first_and_done_by_one_button(cast, client_of):
    text = HEAD.encode() + (
        "coach;Piet;Jânes;piet@vbjk.example;Engels;Het Nest;inhoud;VBJK;;\n"
        "Coach;Piet;Jânes;piet@vbjk.example;en;de wip;proces;VBJK;;\n"
        "adviseur;Ada;Willems;ADA2@ilias.example;;;;;;\n"
    ).encode("cp1252")
    client = client_of(cast.tess)
    page = client.post("/people/list/", {"file": SimpleUploadedFile("lijst.csv", text)})
    assert page.status_code == 200 and not User.objects.filter(email="piet@vbjk.example").exists()
    pasted = page.context["form"].initial["pasted"]
    assert "Jânes" in pasted and 'name="invite"' in page.content.decode()
    assert client.post("/people/list/", {"pasted": pasted, "invite": "1"}).status_code == 302
    piet = User.objects.get(email="piet@vbjk.example")
    assert piet.language == "en" and piet.last_name == "Jânes"
    assert {seat.pilot for seat in piet.seats.all()} == {None, cast.nest, cast.wip}
    assert OutgoingMail.objects.filter(kind="invitation").count() == 2
    again = client.post("/people/list/", {"pasted": pasted, "invite": "1"})
    assert again.status_code == 200 and OutgoingMail.objects.filter(kind="invitation").count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"pasted": "naam\nPiet"},
        {"pasted": HEAD},
        {"pasted": "rol;rol;voornaam;familienaam;e-mail\n"},
        {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook")},
        {"file": SimpleUploadedFile("x.csv", b"\x00\x01")},
        {"pasted": HEAD + "coach;A;B;a@b.example\n" * 201},
    ],
)
def test_a_list_that_cannot_be_read_is_explained(cast, client_of, sent):
    answer = client_of(cast.tess).post("/people/list/", sent)
    assert answer.status_code == 200 and ("alert" in answer.content.decode() or sent.get("pasted") == HEAD)


def test_the_example_is_a_list_in_order(cast, client_of):
    client = client_of(cast.tess)
    services.end_seat(cast.zita.seats.get(), by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))
    example = client.get("/people/list/example/").content
    page = client.post("/people/list/", {"file": SimpleUploadedFile("mensen.csv", example)}).content.decode()
    assert 'name="invite"' in page


def test_a_place_ends_on_a_day_and_its_rights_with_it(cast, client_of):
    seat, yesterday = cast.anna.seats.get(), timezone.localdate() - datetime.timedelta(days=1)
    client = client_of(cast.tess)
    assert client.post(f"/people/seats/{seat.pk}/end/", {"until": "1999-01-01"}).status_code == 200
    assert client.post(f"/people/seats/{seat.pk}/end/", {"until": yesterday.isoformat()}).status_code == 302
    assert not cast.anna.seats.living().exists()
    assert cast.anna.name in client.get("/people/?state=left").content.decode()
    later = client.post(f"/people/seats/{seat.pk}/end/", {"until": timezone.localdate().isoformat()})
    assert later.status_code == 200 and "field-errors" in later.content.decode()


def test_the_last_project_member_cannot_leave(cast, client_of):
    seat = cast.omar.seats.get()
    answer = client_of(cast.omar).post(f"/people/seats/{seat.pk}/end/", {"until": timezone.localdate().isoformat()})
    assert answer.status_code == 200 and "field-errors" in answer.content.decode()
    seat.refresh_from_db()
    assert seat.until is None


def test_a_successor_takes_the_same_place_the_day_after_and_is_invited(cast, client_of):
    seat, today = cast.anna.seats.get(), timezone.localdate()
    typed = new(cast, until=today.isoformat(), function="directeur")
    client = client_of(cast.tess)
    wrong = client.post(f"/people/seats/{seat.pk}/replace/", typed | {"email": "x"})
    assert wrong.status_code == 200 and "id_email_error" in wrong.content.decode()
    assert client.post(f"/people/seats/{seat.pk}/replace/", typed).status_code == 302
    newer = User.objects.get(email="nele@school.example").seats.get()
    seat.refresh_from_db()
    assert (seat.until, newer.since, newer.place, newer.pilot) == (
        today,
        today + datetime.timedelta(days=1),
        seat.place,
        cast.nest,
    )
    assert OutgoingMail.objects.filter(kind="invitation", recipient_id=newer.user_id).count() == 1
    assert client.get(f"/people/seats/{cast.tess.seats.get().pk}/replace/").status_code == 404


def test_an_invitation_is_sent_again_or_withdrawn(cast, client_of):
    client = client_of(cast.tess)
    client.post("/people/invite/", new(cast))
    first = Invitation.objects.get()
    assert client.post(f"/people/invitations/{first.pk}/again/").status_code == 302
    first.refresh_from_db()
    newer = Invitation.objects.open().get()
    assert first.state == "withdrawn" and newer != first
    assert list(OutgoingMail.objects.order_by("created_at").values_list("state", flat=True)) == ["obsolete", "queued"]
    assert client.post(f"/people/invitations/{newer.pk}/withdraw/").status_code == 302
    assert not Invitation.objects.open().exists()
    assert "nele@school.example" in client.get("/people/?state=lapsed").content.decode()
    refused = client.post(f"/people/invitations/{newer.pk}/withdraw/", headers={"referer": "http://testserver/people/"})
    assert refused.status_code == 302 and OutgoingMail.objects.count() == 2


SIGNS = ["leader", "coach", "nl", "2026-02-31", "0001-01-01", "=1+1", "\x00", "٣", "\u202e"]
ODD = st.one_of(st.text(max_size=130), st.sampled_from(SIGNS))
TYPED = ["role", "first_name", "last_name", "email", "language", "pilot", "place", "part", "since", "until", "organisation"]


@settings(max_examples=25)
@given(typed=st.dictionaries(st.sampled_from(TYPED), ODD), path=st.sampled_from(["invite/", "seat"]))
def test_whatever_is_typed_about_a_person_gets_an_answer(cast, client_of, typed, path):
    seat = cast.zita.seats.get()
    address = f"/people/seats/{seat.pk}/replace/" if path == "seat" else f"/people/{path}"
    assert client_of(cast.tess).post(address, typed).status_code in {200, 302}


@settings(max_examples=25)
@given(cells=st.lists(st.lists(ODD, max_size=11), max_size=4), text=ODD)
def test_whatever_stands_in_a_list_or_is_searched_gets_an_answer(cast, client_of, cells, text):
    pasted = HEAD + "\n".join(";".join(row) for row in cells)
    client = client_of(cast.tess)
    assert client.post("/people/list/", {"pasted": pasted}).status_code == 200
    assert client.get("/people/", {"text": text, "role": text, "state": text, "sort": text, "page": text}).status_code == 200
    assert client.get("/people/", {"programme": text}).status_code in {200, 404}
    assert client.get("/outbox/", {"state": text, "kind": text, "page": text}).status_code == 200
